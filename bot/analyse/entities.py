"""Group the names of an article: one entry per person, organisation, place or other thing, with all its mentions."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from spacy.tokens import Doc, Span

from bot.analyse.demonyms import PLACES_OF
from bot.analyse.grammar import text_of
from bot.analyse.nouns import ORGANISATION, PERSON
from bot.analyse.quotation import Quotation, overlapping
from bot.analyse.sentences import is_filed_from
from bot.models import CharSpan, Entity, Kind, covered

KINDS = {
    "PERSON": Kind.PERSON,
    "ORG": Kind.ORGANISATION,
    "GPE": Kind.PLACE,
    "LOC": Kind.PLACE,
    "FAC": Kind.PLACE,
    "EVENT": Kind.EVENT,
    "WORK_OF_ART": Kind.WORK,
    "LAW": Kind.LAW,
    "MONEY": Kind.MONEY,
}

TITLES = frozenset(
    """
    adm ambassador archbishop baroness bishop capt captain chancellor chief col colonel congressman congresswoman
    dame del dr gen general gov governor judge justice king lady lord lt maj mayor miss mr mrs ms pastor pope president
    prince princess prof professor queen rabbi rep representative rev reverend saint secretary sen senator sgt
    sheriff sir
    """.split()
)
"""Words before a name that are not part of it."""

SURE_TITLES = TITLES - {"chief", "general", "justice"}
"""Those that no organisation's name begins with."""

ALIASES = (
    (re.compile(r"\bU\. ?S\.?(?: ?A\.)?(?!\w)|\bUSA?\b"), "United States"),
    (re.compile(r"\bU\. ?K\.?(?!\w)|\bUK\b"), "United Kingdom"),
    (re.compile(r"\bE\. ?U\.?(?!\w)|\bEU\b"), "European Union"),
    (re.compile(r"\bU\. ?N\.?(?!\w)|\bUN\b"), "United Nations"),
)
"""Short forms that stand for a name without being part of it."""

GEOGRAPHIC = frozenset(
    """
    al bay cape central corpus east eastern el fort great greater gulf hong la lake las little long los mid middle
    mount mt new north northern old port rio river saint san santa sao south southern st tel the united upper west
    western
    """.split()
)
"""Words with which the names of places begin, so that what follows is no surname."""

INSTITUTIONS = frozenset(
    "act alliance bay beach bridge circuit city clinic county forum hall island league park post street times tower "
    "town treaty valley".split()
)
"""Words with which names end that are no person's."""

COUNTRIES = frozenset(tuple(place.split()) for places in PLACES_OF.values() for place in places)
NATIONAL = COUNTRIES | {tuple(adjective.split()) for adjective in PLACES_OF} | {("u.s",), ("u.k",)}
"""Words that may stand before the name of an institution: "the British Home Office"."""

ALSO_CALLED = {
    "america": "united states",
    "britain": "united kingdom",
    "burma": "myanmar",
    "dprk": "north korea",
    "great britain": "united kingdom",
    "holland": "netherlands",
    "rok": "south korea",
    "uae": "united arab emirates",
}
"""Countries that go by two names in one article."""

SCORE = re.compile(r"\d{1,2}")
"""What stands behind a country's name in sports: "Sweden 1"."""

DIRECTIONS = frozenset({"east", "north", "south", "west"})

LONGEST_PERSON = 4
"""Words that a person's name has at most."""

WORD = re.compile(r"[^\W_]+(?:[’'.-][^\W_]+)*\.?")
ARTICLE, ARTICLE_CHARS = re.compile(r"\b(?:the|a) $", re.I), 5
"""An article before a name, and how far before it to look."""

COURT = re.compile(r".{0,40}?Court of Appeals for the [A-Z]\w+(?: (?:of )?[A-Z]\w+)*")
"""A court's name, of which taggers see the first half."""

RUN = re.compile(r"\w+")

OF = frozenset({"for", "of"})
"""What comes after the word that an organisation is called by alone."""

SCHOOLS = {("college",), ("university",)}
"""What is left out of a school's name."""

PLATFORMS = frozenset("facebook google instagram reddit snapchat tiktok twitter whatsapp wikipedia youtube".split())
"""Where people write, and which taggers take for people."""

OF_ALL = frozenset("children farmers girls men mothers ladies people teachers veterans women workers writers".split())
"""Whose possessive is part of an institution's name."""

SMALL_WORDS = frozenset("a an and as at by for from in of on or the to with".split())
TITLE_WORDS = 7
"""Words that a title in quotation marks may have. A guess."""


@dataclass(slots=True)
class Cluster:
    """Mentions of one thing while they are being gathered."""

    words: tuple[str, ...]  # of the fullest name so far, in lower case
    mentions: list[CharSpan] = field(default_factory=list)
    votes: Counter[Kind] = field(default_factory=Counter)

    @property
    def kind(self) -> Kind:
        """What most mentions are; the first kind seen wins a tie."""
        return max(self.votes, key=self.votes.__getitem__)


def find_entities(doc: Doc, headline: CharSpan | None, quotations: tuple[Quotation, ...]) -> list[Entity]:
    """Find who and what *doc* mentions.

    Args:
        doc: the article, with named entities and a dependency parse.
        headline: as in ``Article.headline``; capitals in it prove no name.
        quotations: as ``find_quotations`` gives them; a title among them is a work.

    Returns:
        Most mentioned first. Names that differ by a given name are never one entity; a bare surname that
        fits two persons belongs to the one introduced first, as newspapers write.
    """
    text = text_of(doc)
    clusters: list[Cluster] = []
    known: dict[str, list[Cluster]] = defaultdict(list)
    titles = _titles(text, quotations)
    named = [(span, kind) for span, kind in _named(doc) if not overlapping(titles, span)]
    named += [(title.inner, Kind.WORK) for title in titles]
    for span, kind in sorted(named, key=lambda one: (-len(_words(one[0].of(text))), one[0])):
        if headline is None or not headline.covers(span):
            _add(clusters, known, span, kind, text)
    for cluster in clusters:
        if _is_shortened_to_surname(cluster, text):
            cluster.votes = Counter({Kind.PERSON: 1})
    _add_aliases(clusters, text)
    _join_also_called(clusters)
    _join_halves(clusters)
    clusters = [cluster for cluster in clusters if not _is_called_by_a_noun(cluster)]
    _add_missed(clusters, text)
    entities = [Entity(_fullest(cluster, text), cluster.kind, tuple(sorted(cluster.mentions))) for cluster in clusters]
    return sorted(entities, key=lambda entity: (-len(entity.mentions), entity.mentions[0]))


def _named(doc: Doc) -> Iterable[tuple[CharSpan, Kind]]:
    text, end = text_of(doc), 0
    for found in doc.ents:
        kind = KINDS.get(found.label_)
        entity = _with_people(found)
        span = _trimmed(entity) if kind and entity.start >= end else None
        if kind and span:
            end = entity.end
            yield span, Kind.PLACE if is_filed_from(text, span) else _by_evidence(entity, kind)


def _with_people(entity: Span) -> Span:
    """Return an institution whole of which the tagger sees the people it is of: "the Korean People", "'s Army"."""
    doc, end = entity.doc, entity.end
    if doc[end - 1].lower_ in OF_ALL and end + 1 < len(doc) and doc[end].text in {"'s", "’s"}:
        last = end + 1
        while last < len(doc) and doc[last].tag_.startswith("NNP") and doc[last].text[0].isupper():
            last += 1
        end = last if last > end + 1 else end
    return entity if end == entity.end else Span(doc, entity.start, end, entity.label_)


def _trimmed(entity: Span) -> CharSpan | None:
    """Cut articles, titles, possessive endings and anything behind a quotation mark or line break."""
    words = list(entity)
    while words and (words[0].lower_.rstrip(".") in TITLES | {"the", "a", "an"} or not words[0].text[0].isalnum()):
        if words[0].text[0] in "$£€#":
            break
        words.pop(0)
    for number, word in enumerate(words):
        if number and (word.text in {"'s", "’s", "'", "’", '"', "“", "”", "‘"} or word.is_space):
            if words[number - 1].lower_ in OF_ALL and word is not words[-1]:
                continue  # "the Korean People's Army"
            words = words[:number]
            break
    while words and (words[-1].lower_ in SMALL_WORDS or words[-1].is_punct):
        words.pop()  # "Supreme Court of"
    if len(words) > 3 and {words[-4].lower_, words[-2].lower_} <= DIRECTIONS and words[-3].lower_ == "and":
        words = words[-2:]  # "North and South Korea" are two
    if words and SCORE.fullmatch(words[-1].text) and tuple(word.lower_ for word in words[:-1]) in COUNTRIES:
        words.pop()
    if entity.label_ == "MONEY":
        while words and not (words[0].like_num or words[0].text[0] in "$£€"):
            words.pop(0)  # "the additional $500 million"
    if not words or not any(c.isalnum() for c in words[-1].text):
        return None
    start, end = words[0].idx, words[-1].idx + len(words[-1].text)
    goes_on = COURT.match(text_of(entity.doc), start) if words[-1].text == "Appeals" else None
    return CharSpan(start, goes_on.end() if goes_on else end)


def _by_evidence(entity: Span, kind: Kind) -> Kind:
    """Let the sentence overrule the tagger: what a title precedes or "adviser" explains is a person."""
    if entity.text.lower() in PLATFORMS:
        return Kind.ORGANISATION
    if kind not in {Kind.ORGANISATION, Kind.PLACE, Kind.WORK}:
        return kind
    before = entity.doc[entity.start - 1].lower_.rstrip(".") if entity.start else ""
    explained = (child for child in entity.root.children if child.dep_ == "appos")
    inside = entity[0].lower_.rstrip(".") if len(entity) > 1 else ""
    if (
        before in SURE_TITLES
        or (inside in SURE_TITLES and len(entity) > 2)
        or any(_is_person(child) for child in explained)
    ):
        return Kind.PERSON
    return kind


def _is_person(noun: object) -> bool:
    lemma = getattr(noun, "lemma_", "").lower()
    if lemma == "one":  # "one of his closest advisers"
        of = [child for child in noun.children if child.lower_ == "of"]  # type: ignore[attr-defined]
        return any(inner.lemma_.lower() in PERSON for child in of for inner in child.children)
    return lemma in PERSON


def _titles(text: str, quotations: tuple[Quotation, ...]) -> tuple[Quotation, ...]:
    return tuple(quotation for quotation in quotations if is_title(quotation.inner.of(text)))


def is_title(words: str) -> bool:
    """Tell whether a quotation is a title ("America Right Now") rather than something said."""
    parts = WORD.findall(words)
    if not 2 <= len(parts) <= TITLE_WORDS or words.rstrip()[-1:] in {".", ",", "!", "?"}:
        return False
    return parts[0][0].isupper() and all(
        part[0].isupper() or part[0].isdigit() or part in SMALL_WORDS for part in parts
    )


def _words(name: str) -> tuple[str, ...]:
    return tuple(word.lower().rstrip(".") for word in WORD.findall(name))


def _add(clusters: list[Cluster], known: dict[str, list[Cluster]], span: CharSpan, kind: Kind, text: str) -> None:
    """Add a mention to the cluster that it fits, or a new cluster.

    *known* are the clusters by what a shorter form of the name begins with: its first word, its last, the first one
    behind a country's, or its initials.
    """
    words = _words(span.of(text))
    if not words:
        return
    fitting = [cluster for cluster in known[words[0]] if _fits(cluster, words, kind)]
    if len(fitting) > 1 and all(cluster.kind is Kind.ORGANISATION for cluster in fitting):
        fitting = [cluster for cluster in fitting if cluster.words == words]  # two banks: "the Bank" is neither
    if fitting:
        cluster = min(fitting, key=lambda one: min(one.mentions))
    else:
        cluster = Cluster(words)
        clusters.append(cluster)
        for beginning in {words[0], words[-1], _initials(words), *_without_country(words)[:1]}:
            known[beginning].append(cluster)
    cluster.mentions.append(span)
    cluster.votes[kind] += 1


def _fits(cluster: Cluster, words: tuple[str, ...], kind: Kind) -> bool:
    if words == cluster.words:
        return True
    if kind is Kind.PERSON and len(cluster.words) > 1 and cluster.kind in {Kind.PERSON, Kind.ORGANISATION}:
        return _is_person_part(words, cluster.words)
    misread = cluster.kind is Kind.PLACE and len(cluster.words) <= LONGEST_PERSON and cluster.words[0] not in GEOGRAPHIC
    if len(words) == 1 and (cluster.kind is Kind.PERSON or misread):  # taggers take a surname for anything
        return words[0] == cluster.words[-1] and len(cluster.words) > 1
    if kind is Kind.ORGANISATION and cluster.kind is Kind.ORGANISATION and len(words) > 1:
        return words == _without_country(cluster.words)
    if kind is Kind.ORGANISATION and cluster.kind is Kind.ORGANISATION:
        return words[0] == _initials(cluster.words) or (len(cluster.words) > 1 and _is_called(cluster.words, words[0]))
    return False


def _is_called(words: tuple[str, ...], word: str) -> bool:
    """Tell whether an organisation of this name is called by one word of it: the Post, the Bank, Hofstra."""
    return word == words[-1] or (word == words[0] and (words[1] in OF or words[1:] in SCHOOLS))


def _without_country(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return "home office" for "united kingdom home office", nothing for what no country is named before."""
    cut = next((cut for cut in (3, 2, 1) if words[:cut] in NATIONAL), len(words))
    return words[cut:]


def _initials(words: tuple[str, ...]) -> str:
    return "".join(word[0] for word in words if word not in SMALL_WORDS)


def _is_shortened_to_surname(cluster: Cluster, text: str) -> bool:
    """Tell whether "Jane Doe" is later "Doe", which newspapers do with persons only: a paper is "the Post"."""
    words = cluster.words
    if not 2 <= len(words) <= LONGEST_PERSON or cluster.kind not in {Kind.ORGANISATION, Kind.PLACE, Kind.WORK}:
        return False
    if words[0] in GEOGRAPHIC or {words[-1], words[-1].rstrip("s")} & (ORGANISATION | INSTITUTIONS):
        return False
    with_article = any(ARTICLE.search(text, max(m.start - ARTICLE_CHARS, 0), m.start) for m in cluster.mentions)
    return not with_article and any(_words(mention.of(text)) == words[-1:] for mention in cluster.mentions)


def _is_person_part(words: tuple[str, ...], full: tuple[str, ...]) -> bool:
    """Tell whether *words* are a shorter form of the name *full*: surname, or given name and surname."""
    if len(words) == 1:
        return words[0] == full[-1] or (len(full) > 1 and words[0] == full[0])
    return words[-1] == full[-1] and words[0] == full[0]


def _add_aliases(clusters: list[Cluster], text: str) -> None:
    longer = {mention for cluster in clusters if len(cluster.words) > 1 for mention in cluster.mentions}
    within = covered(len(text), longer)  # "USA Today" is no country
    for pattern, name in ALIASES:
        spans = [CharSpan(*match.span()) for match in pattern.finditer(text)]
        spans = [span for span in spans if span in longer or not all(within[span.start : span.end])]
        if not spans:
            continue
        short = {_words(span.of(text)) for span in spans}
        same = [cluster for cluster in clusters if cluster.words == _words(name) or cluster.words in short]
        cluster = same[0] if same else Cluster(_words(name), votes=Counter({Kind.PLACE: 1}))
        for other in same[1:]:
            clusters.remove(other)
            cluster.mentions += other.mentions
            cluster.votes += other.votes
        if not same:
            clusters.append(cluster)
        cluster.mentions += [span for span in spans if not any(span.overlaps(one) for one in cluster.mentions)]


def _join_also_called(clusters: list[Cluster]) -> None:
    """Make a country one that the article calls by both of its names."""
    by_name = {" ".join(cluster.words): cluster for cluster in clusters}
    for short, name in ALSO_CALLED.items():
        other, cluster = by_name.get(short), by_name.get(name)
        if other is not None and cluster is not None:
            clusters.remove(other)
            cluster.mentions += other.mentions
            cluster.votes += other.votes


def _is_called_by_a_noun(cluster: Cluster) -> bool:
    """Tell whether what taggers take for somebody's name is a noun that begins a sentence: "Lawmakers have asked"."""
    word = cluster.words[0]
    plural = word.endswith("s") and word.removesuffix("s") in PERSON
    return cluster.kind is Kind.PERSON and len(cluster.words) == 1 and (plural or word == "ceo")


def _join_halves(clusters: list[Cluster]) -> None:
    """Make "the North" one with North Korea where South Korea is named as well."""
    places = {cluster.words: cluster for cluster in clusters if cluster.kind is Kind.PLACE}
    for direction in DIRECTIONS & {words[0] for words in places if len(words) == 1}:
        halves = [words for words in places if len(words) > 1 and words[0] == direction]
        if len(halves) == 1 and any((other, *halves[0][1:]) in places for other in DIRECTIONS - {direction}):
            short = places[direction,]
            clusters.remove(short)
            places[halves[0]].mentions += short.mentions
            places[halves[0]].votes += short.votes


def _add_missed(clusters: list[Cluster], text: str) -> None:
    """Add the places where a known name stands but was not tagged."""
    taken = covered(len(text), (span for cluster in clusters for span in cluster.mentions))
    places = _places_of_words(text)
    for cluster in sorted(clusters, key=lambda one: -len(one.words)):
        if cluster.kind not in {Kind.PERSON, Kind.ORGANISATION, Kind.PLACE}:
            continue
        for form in sorted({span.of(text) for span in cluster.mentions}, key=len, reverse=True):
            for span in _occurrences(form, text, places):
                if not any(taken[span.start : span.end]):
                    cluster.mentions.append(span)
                    taken[span.start : span.end] = b"\1" * (span.end - span.start)


def _places_of_words(text: str) -> dict[str, list[int]]:
    """Return where each run of letters and digits begins."""
    places: dict[str, list[int]] = defaultdict(list)
    for match in RUN.finditer(text):
        places[match.group()].append(match.start())
    return places


def _occurrences(form: str, text: str, places: Mapping[str, Sequence[int]]) -> Iterator[CharSpan]:
    """Yield where *form* stands as words of its own. Going through the text for each name takes minutes in a book."""
    first = RUN.match(form)
    if first is None:
        for match in re.finditer(rf"(?<!\w){re.escape(form)}(?!\w)", text):
            yield CharSpan(*match.span())
        return
    end = 0
    for start in places.get(first.group(), ()):
        if start >= end and text.startswith(form, start) and not RUN.match(text, start + len(form)):
            end = start + len(form)
            yield CharSpan(start, end)


def _fullest(cluster: Cluster, text: str) -> CharSpan:
    return min(cluster.mentions, key=lambda span: (-len(_words(span.of(text))), span))
