"""Which sentences of a model's summary the article bears out. Pure CPU: it runs where articles are read.

Every check looks for a reason to cut a sentence, and one is enough: what a reader misses by a cut is a convenience,
what he gets by a wrong sentence is a misquote. A sentence stands if

- it is plain words, without marks, markup, addresses or a word to the reader;
- sentences of the article, at most ``MOST_EVIDENCE``, tell what it tells, by the likeness of what they mean and by
  its telling words, most of which they have;
- each of its figures, dates and names is in them, figures with the same words around;
- none of them contradicts it, by negation, by opposites, or with the parts given to others;
- what the article lets somebody say is still said by him, and nobody else is made to say anything;
- nobody and nothing is called what the article does not call it, and nothing is done in a way that it does not tell;
- each placeholder stands for a quotation, once, where its speaker is named.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations, islice

import numpy as np
from spacy.tokens import Token

from bot.analyse.cues import CLAUSE, OBJECT
from bot.analyse.pipeline import Pipeline
from bot.analyse.quotation import find_quotations
from bot.analyse.sentences import find_sentences
from bot.factchecks.embed import Embedder, Vectors
from bot.factchecks.figures import PARTS, SCALES, TENS, TIMES, UNITS
from bot.factchecks.polarity import negates
from bot.factchecks.sameness import MEASURES, Statement, contradict, read_statement, unmatched, words_of
from bot.models import CharSpan, split_paragraphs
from bot.retelling.mask import PLACEHOLDER, numbers_in, put_back
from bot.retelling.told import Checked, Kept, Said, Telling

LEAST_ALIKE = 0.5
"""Cosine of a sentence's vector with that of what bears it out, at least. A guess, on the safe side of .3, where
sentences of other matters lie; the checks of words are stricter."""

MOST_EVIDENCE = 2
"""Sentences of the article that may bear out one of the summary. A guess: models join two."""

LOOKED_AT = 3
"""Sentences of the article, those most alike, among which they are looked for. A guess."""

MOST_NEW = 0.34
"""The share of its telling words that may have no counterpart there: a model's own words for the same. A guess."""

LEAST_NEAR = 0.4
"""Cosine of each of these with a telling word there, at least. A guess, between "expensive" and "cost" and what is
invented of a person."""

LONGEST = 30
"""Sentences of an answer that are looked at: five at most are asked for. A guess."""

FEWEST_WORDS, MOST_WORDS = 4, 60
SAME = 1e-6
"""How far two figures may be apart, by the larger: rounding is a change."""

STAND_IN = "it"
"""What is parsed in the place of a placeholder: a word that says nothing."""

PLAIN = re.compile(r"[\w\s.,;:’'()%$£€¥/&–—-]*[.!?]?")
"""All that a sentence may be of besides placeholders: no marks, no markup, no mentions, no addresses."""

ADDRESS = re.compile(r"https?|www\.|\w\.(?:com|org|net|io|co)\b|://", re.I)

LIST_MARK = re.compile(r"^\s*(?:[-–•*]|\d{1,2}[.)])\s+")

STOP = re.compile(r"(?<!\bMr)(?<!\bMs)(?<!\bDr)(?<!\bSt)(?<!\bMrs)(?<!\bSen)(?<!\bGov)(?<!\b[A-Z])([.!?])\s+(?=[A-Z⟦])")
"""Where a line has another sentence. One cut by mistake has no verb, and is left out."""

TO_THE_READER = frozenset("i me my mine we us our ours you your yours please ignore disregard".split())
PERSONS = frozenset("he she they him her them his hers their theirs".split())
NUMBER_WORDS = frozenset({*UNITS, *TENS, *SCALES, *PARTS, *TIMES} - {"one", "second", "m", "k", "mn", "bn"})
CUES = CLAUSE | OBJECT | {"accord"}
SAYING = frozenset(
    "say tell claim argue warn deny admit announce accuse blame describe call add insist assert allege state "
    "acknowledge concede confirm declare explain promise predict report testify vow write believe think".split()
)
"""Verbs whose subject is made to say something, whatever else they govern."""

NEUTRAL = frozenset({"say", "tell", "add", "state", "accord"})
"""Verbs that say of a statement no more than that it was made; others are the article's to choose."""

DENYING = frozenset(
    "deny dispute reject doubt dismiss refute question contradict disavow rebut refuse decline disagree "
    "repudiate".split()
)
"""Verbs that turn what follows: where the article has one, a sentence that has not says the opposite."""

STEM = 4
"""Letters that words of one stem share at least. A guess."""

NEAR = 2
"""Words above a number in its sentence's tree that tell what it counts. A guess."""

UNITS_OF_MEASURE = MEASURES | {"$", "£", "€", "¥", "%"}

SUBJECTS = frozenset({"nsubj", "nsubjpass"})
DIGITS = re.compile(r"\d[\d.,]*\d|\d")
WORD = re.compile(r"[^\W_]+")


class Cut(Exception):
    """A sentence is not borne out; the words say why, for the log, and none of them is the article's."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    """One of the article's sentences, parsed."""

    span: CharSpan
    statement: Statement
    words: frozenset[str]  # its own, and the names of whom it speaks of
    said: tuple[Said, ...]


class Supporter:
    """The models that checking needs, loaded once."""

    def __init__(self, pipeline: Pipeline, embedder: Embedder) -> None:
        self._pipeline = pipeline
        self._embedder = embedder

    def check(self, telling: Telling) -> Checked:
        """Return the sentences of the answer that the article bears out, and why the others are cut."""
        return _Check(self._pipeline, self._embedder, telling).run()


class _Check:
    """One answer beside its article."""

    def __init__(self, pipeline: Pipeline, embedder: Embedder, telling: Telling) -> None:
        self._nlp, self._embedder, self._telling = pipeline.nlp, embedder, telling
        text = telling.text
        paragraphs = split_paragraphs(text)
        self._spans = find_sentences(pipeline.parse(text, paragraphs), paragraphs, find_quotations(text, paragraphs))
        self._vectors = embedder.embed([_one_line(span.of(text)) for span in self._spans])
        self._everywhere = words_of(text)
        self._read: dict[int, _Sentence] = {}
        self._word_vectors: dict[str, Vectors] = {}
        self._used: set[int] = set()

    def run(self) -> Checked:
        kept: list[Kept] = []
        cut: list[str] = []
        for words in islice(sentences_of(self._telling.answer), LONGEST):
            try:
                kept.append(self._kept(words))
            except Cut as reason:
                cut.append(str(reason))
        return Checked(tuple(kept[: self._telling.most]), tuple(cut))

    def _kept(self, words: str) -> Kept:
        """Return the sentence *words* with what bears it out.

        Raises:
            Cut: nothing does.
        """
        own = PLACEHOLDER.sub(STAND_IN, words)
        check_form(words, own)
        numbers = numbers_in(words)
        if any(not 1 <= number <= len(self._telling.quotations) for number in numbers):
            raise Cut("a placeholder that stands for nothing")
        if len(set(numbers)) < len(numbers) or self._used & set(numbers):
            raise Cut("a quotation used twice")
        statement = read_statement(self._nlp(own))
        if not any(token.tag_ in {"VBD", "VBZ", "VBP", "MD"} for token in statement.doc):
            raise Cut("no sentence")
        shown = put_back(words, self._telling.text, self._telling.quotations)
        quotations = [self._telling.quotations[number - 1] for number in numbers]
        reasons = []
        for evidence in self._evidence(shown, quotations):
            try:
                self._compare(statement, evidence, quotations)
            except Cut as reason:
                reasons.append(reason)
            else:
                self._used |= set(numbers)
                return Kept(shown, tuple(sorted(one.span for one in evidence)))
        raise reasons[0] if reasons else Cut("nothing in the article is like it")

    def _compare(self, statement: Statement, evidence: Sequence[_Sentence], quotations: Sequence[CharSpan]) -> None:
        """See that *evidence* bears out *statement*, which stands around *quotations*.

        Raises:
            Cut: it does not.
        """
        check_figures(statement, evidence)
        check_names(statement, evidence, self._everywhere)
        self._check_words(statement, evidence)
        self._check_epithets(statement, evidence)
        if any(contradict(about(one.statement, statement), statement) for one in evidence if shares(statement, one)):
            raise Cut("it contradicts the article")
        check_speakers(statement, evidence, quotations)

    def _check_words(self, statement: Statement, evidence: Sequence[_Sentence]) -> None:
        """See that most of what *statement* tells has a counterpart in *evidence*, the rest something near.

        Raises:
            Cut: too little has, or a word is of something else.
        """
        tokens = (*statement.things, *statement.deeds)
        new = set(_unmatched(tokens, evidence[0]))
        for one in evidence[1:]:
            new &= set(_unmatched(tokens, one))
        if len(new) > MOST_NEW * len(tokens):
            raise Cut("words that the article has not there")
        there = [token.lemma_.lower() for one in evidence for token in (*one.statement.things, *one.statement.deeds)]
        if not self._near(new, there):
            raise Cut("a word of something else")

    def _check_epithets(self, statement: Statement, evidence: Sequence[_Sentence]) -> None:
        """See that nobody and nothing is called what the article does not call it there.

        Of who speaks it may also say what the article says wherever it names them.

        Raises:
            Cut: somebody is: "the corrupt finance chief", "she falsely added".
        """
        there = frozenset().union(*(one.words | lemmas_of(one.statement) for one in evidence))
        speaking = [(group, there | self._around(group)) for group in _speaking(statement)]
        for token in statement.doc:
            if not token.is_alpha or token.is_stop or token.like_num or token.lower_ in MEASURES:
                continue
            known = next((words for group, words in speaking if token in group), None)
            called = token.pos_ in {"ADJ", "ADV"} or token.dep_ in {"amod", "advmod"}
            if called and not {token.lower_, token.lemma_.lower()} & (known or there):
                raise Cut("a word about somebody or something that the article has not")
            if known is not None and token.pos_ == "NOUN" and not any(map(partial(akin, token.lower_), known)):
                raise Cut("an office that the article has not")

    def _around(self, group: Sequence[Token]) -> frozenset[str]:
        """Return the words of all sentences of the article that have one of the names in *group*."""
        names = words_of(" ".join(token.text for token in group if token.text[0].isupper() and not token.is_stop))
        spans = [span.of(self._telling.text) for span in self._spans]
        return words_of(" ".join(words for words in spans if names & words_of(words)))

    def _near(self, words: Set[str], there: Sequence[str]) -> bool:
        """Tell whether each of *words* means about the same as one that is *there*."""
        if not words:
            return True
        return bool(there) and float((self._embed(sorted(words)) @ self._embed(there).T).max(1).min()) >= LEAST_NEAR

    def _embed(self, words: Sequence[str]) -> Vectors:
        unknown = [word for word in dict.fromkeys(words) if word not in self._word_vectors]
        self._word_vectors |= dict(zip(unknown, self._embedder.embed(unknown), strict=True))
        return np.stack([self._word_vectors[word] for word in words])

    def _evidence(self, shown: str, quotations: Sequence[CharSpan]) -> Iterator[list[_Sentence]]:
        """Yield what may bear out *shown*: the sentences most like it, each alone, then two of them.

        Where a quotation stands is among it in any case.
        """
        (vector,) = self._embedder.embed([shown])
        alike = self._vectors @ vector
        quoted = [n for n, span in enumerate(self._spans) if any(_meet(span, one) for one in quotations)]
        like = [n for n in np.argsort(-alike, kind="stable")[:LOOKED_AT].tolist() if alike[n] >= LEAST_ALIKE]
        if quoted:
            like = [n for n in like if n not in quoted]
            sets = [quoted, *([*quoted, n] for n in like)]
        else:
            sets = [[n] for n in like] + [list(pair) for pair in combinations(like, 2)]
        return ([self._sentence(n) for n in numbers] for numbers in sets if len(numbers) <= MOST_EVIDENCE)

    def _sentence(self, number: int) -> _Sentence:
        if number not in self._read:
            span = self._spans[number]
            text = self._telling.text
            said = tuple(one for one in self._telling.said if any(_meet(span, part) for part in one.content))
            names = [one.name for one in self._telling.meant if _meet(span, one.place)] + [one.speaker for one in said]
            words = words_of(" ".join([span.of(text), *names]))
            self._read[number] = _Sentence(span, read_statement(self._nlp(_one_line(span.of(text)))), words, said)
        return self._read[number]


def sentences_of(answer: str) -> Iterator[str]:
    """Yield the sentences of a model's *answer*: a line each, as it was asked, or several."""
    for line in answer.splitlines():
        yield from filter(None, (part.strip() for part in STOP.sub(r"\1\n", LIST_MARK.sub("", line)).split("\n")))


def check_form(words: str, own: str) -> None:
    """See that *words*, with *own* where placeholders are stood in for, are a plain sentence.

    Raises:
        Cut: they are not.
    """
    if any(unicodedata.category(letter)[0] == "C" for letter in words):
        raise Cut("letters that cannot be seen")
    if not PLAIN.fullmatch(own) or ADDRESS.search(own):
        raise Cut("marks, markup or an address")
    if not FEWEST_WORDS <= len(own.split()) <= MOST_WORDS:
        raise Cut("too short or too long")
    if not own.endswith((".", "!", "?")) and not words.endswith("⟧"):
        raise Cut("no end")
    if TO_THE_READER & set(own.lower().split()):
        raise Cut("a word to the reader")


# Figures and names ------------------------------------------------------------------------------------------


def check_figures(statement: Statement, evidence: Sequence[_Sentence]) -> None:
    """See that each figure and date of *statement* stands in one of *evidence*, about the same.

    Raises:
        Cut: one does not.
    """
    mine, theirs = statement.figures, [one.statement.figures for one in evidence]
    for figure in mine.figures:
        if not any(
            figure.kind == other.kind and abs(figure.value - other.value) <= SAME * abs(figure.value)
            for figures in theirs
            for other in figures.figures
        ):
            raise Cut("a figure that the article has not there")
    known = [words_of(one.statement.doc.text) for one in evidence]
    for dates in ("years", "months", "days"):
        if getattr(mine, dates) - frozenset().union(*(getattr(one, dates) for one in theirs)):
            raise Cut("a date that the article has not there")
    measures = {
        form for one in evidence for token in one.statement.doc for form in (token.lower_, token.lemma_.lower())
    }
    for token in statement.doc:
        if token.lower_ in UNITS_OF_MEASURE and not {token.lower_, token.lemma_.lower()} & measures:
            raise Cut("another measure")
        parts = DIGITS.findall(token.text) or [word for word in [token.lower_] if word in NUMBER_WORDS]
        for part in parts:
            value = float(UNITS.get(part) or TENS.get(part) or -1)
            holders = [
                one
                for one, words in zip(evidence, known, strict=True)
                if words_of(part) <= words or value in {figure.value for figure in one.statement.figures.figures}
            ]
            if not holders:
                raise Cut("a number in other words")
            counted = _counted(token)[:1]
            if counted and not any(
                counted[0] in _counted(other) for one in holders for other in _same(part, value, one)
            ):
                raise Cut("a number of something else")


def _same(number: str, value: float, sentence: _Sentence) -> Iterator[Token]:
    """Yield where *sentence* has *number*, in digits or in words."""
    for token in sentence.statement.doc:
        if number in DIGITS.findall(token.text) or value == _value(token.lower_) or number == token.lower_:
            yield token


def _value(word: str) -> float:
    return float(UNITS.get(word) or TENS.get(word) or (word if word.isdecimal() else -2))


def _counted(number: Token) -> list[str]:
    """Return the nearest words that tell what *number* counts or dates, as lemmas."""
    above = (
        word
        for word in number.ancestors
        if not (word.lower_ in MEASURES or word.like_num or word.is_stop or word.pos_ in {"ADP", "SYM", "PUNCT", "AUX"})
    )
    return [word.lemma_.lower() for word in islice(above, NEAR)]


def check_names(statement: Statement, evidence: Sequence[_Sentence], everywhere: frozenset[str]) -> None:
    """See that each name in *statement* is one that *evidence* has or means.

    A sentence's first word has a capital anyway: it must be somewhere in the article, or a small word.

    Raises:
        Cut: one is not, or a pronoun leaves it open who is meant.
    """
    known = frozenset().union(*(one.words for one in evidence))
    for token in statement.doc:
        if token.lower_ in PERSONS and not statement.names:
            raise Cut("a pronoun without a name")
        if not token.text[0].isupper():
            continue
        missing = words_of(token.text) - known
        if missing and not (token.i == 0 and (token.is_stop or missing <= everywhere) and token.pos_ != "PROPN"):
            raise Cut("a name that the article has not there")


def _unmatched(tokens: Sequence[Token], sentence: _Sentence) -> list[str]:
    return unmatched(tokens, sentence.statement, sentence.words)


def shares(statement: Statement, sentence: _Sentence) -> bool:
    """Tell whether *sentence* is about what *statement* tells, so that it can contradict it."""
    tokens = (*statement.things, *statement.deeds)
    return len(_unmatched(tokens, sentence)) * 2 <= len(tokens)


def about(article: Statement, statement: Statement) -> Statement:
    """Return what *article* denies of *statement*: without its negations of matters that *statement* leaves out."""
    told = {token.lemma_.lower() for token in (*statement.things, *statement.deeds)}
    told |= {word for name in statement.names for word in name}

    def denies(token: Token) -> bool:
        return any({word.lemma_.lower(), word.lower_} & told for word in token.head.subtree)

    negators = sum(negates(token) and denies(token) for token in article.doc)
    return replace(article, polarity=replace(article.polarity, negators=negators))


# Who says it --------------------------------------------------------------------------------------------------


def check_speakers(statement: Statement, evidence: Sequence[_Sentence], quotations: Sequence[CharSpan]) -> None:
    """See that what somebody says stays his, and that nobody else is made to say it.

    Raises:
        Cut: it does not.
    """
    words = words_of(statement.doc.text)
    said = [one for sentence in evidence for one in sentence.said]
    reports = any(map(_reports, statement.doc))
    for quotation in quotations:
        speakers = [one.speaker for one in said if any(_meet(quotation, part) for part in one.content)]
        if not speakers or not all(_is_named(speaker, words) for speaker in speakers):
            raise Cut("a quotation without its speaker")
    for sentence in evidence:
        for one in sentence.said:
            named = (reports and _is_named(one.speaker, words)) or _same_words(statement, sentence, one)
            if not named and _relies_on(statement, sentence, one):
                raise Cut("a statement without its speaker")
    verbs = {token.lemma_.lower() for sentence in evidence for token in sentence.statement.doc} | NEUTRAL
    kept = {token.lemma_.lower() for token in statement.doc}
    if any(token.lemma_.lower() in DENYING - kept for one in evidence for token in one.statement.doc):
        raise Cut("a denial left out")
    if any(_reports(token) and token.lemma_.lower() not in verbs for token in statement.doc):
        raise Cut("another verb of saying")
    heard = frozenset().union(*(words_of(one.speaker) for one in said)) if said else frozenset()
    for subject in _made_to_say(statement):
        if not subject & heard and not any(_says_itself(subject, sentence) for sentence in evidence):
            raise Cut("somebody who does not say it")


def _reports(token: Token) -> bool:
    return token.lower_ == "according" or (token.lemma_.lower() in CUES and token.pos_ == "VERB")


def _same_words(statement: Statement, sentence: _Sentence, said: Said) -> bool:
    """Tell whether *statement* is *sentence* but for small words, also those that tell who says it."""
    kept = words_of(statement.doc.text)
    telling = [token for token in sentence.statement.doc if token.is_alpha and not token.is_stop]
    aside = [token for token in telling if not _within(token, sentence, said)]
    return bool(aside) and all(words_of(token.text) <= kept for token in telling)


def _within(token: Token, sentence: _Sentence, said: Said) -> bool:
    place = sentence.span.start + token.idx
    return any(part.start <= place < part.end for part in said.content)


def _is_named(speaker: str, words: frozenset[str]) -> bool:
    """Tell whether *words* have the last word of *speaker*'s name, or of what the article calls an unnamed one."""
    name = [word.lower() for word in WORD.findall(speaker.replace("’s", "").replace("'s", ""))]
    return bool(name) and (name[-1] in words or any(word in words for word in name if len(word) > 3))


def _relies_on(statement: Statement, sentence: _Sentence, said: Said) -> bool:
    """Tell whether *statement* tells what *sentence* only has from *said*."""
    inside, outside = set[str](), set[str]()
    for token in sentence.statement.doc:
        (inside if _within(token, sentence, said) else outside).add(token.lemma_.lower())
    tokens = (*statement.things, *statement.deeds)
    return any(token.lemma_.lower() in inside - outside for token in tokens)


def _speaking(statement: Statement) -> list[list[Token]]:
    """Return for each who, as *statement* has it, says something, the words that name and describe them."""
    return [
        list(token.subtree)
        for token in statement.doc
        if token.lower_ == "according" or (token.dep_ in SUBJECTS and _reports(token.head))
    ]


def akin(word: str, other: str) -> bool:
    """Tell whether two words are one, or have their first ``STEM`` letters in common: leader, leads."""
    return word == other or (len(word) >= STEM and word[:STEM] == other[:STEM])


def lemmas_of(statement: Statement) -> frozenset[str]:
    """Return the lemmas of all words of *statement*."""
    return frozenset(token.lemma_.lower() for token in statement.doc)


def _made_to_say(statement: Statement) -> Iterator[frozenset[str]]:
    """Yield the words of each who, as *statement* has it, says something."""
    for token in statement.doc:
        if token.lower_ == "according":
            yield words_of(" ".join(word.text for word in token.subtree if word.lower_ not in {"according", "to"}))
        clause = any(child.dep_ == "ccomp" for child in token.children)
        if token.pos_ == "VERB" and (token.lemma_.lower() in SAYING or (clause and token.lemma_.lower() in CLAUSE)):
            for child in token.children:
                if child.dep_ in SUBJECTS:
                    yield words_of(" ".join(word.text for word in child.subtree))


def _says_itself(subject: frozenset[str], sentence: _Sentence) -> bool:
    """Tell whether *sentence* has that subject say something in the same words."""
    return any(subject <= theirs for theirs in _made_to_say(sentence.statement))


def _meet(one: CharSpan, other: CharSpan) -> bool:
    return one.start < other.end and other.start < one.end


def _one_line(words: str) -> str:
    return words.replace("\n", " ")
