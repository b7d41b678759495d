"""How a brief reads in words, the same in the thread, in the terminal and on a page.

Adapters add markup, and cut to their platform's limits; what is said, and whose it is, is decided here. Nothing in
here is escaped.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot import stored_words
from bot.brief import Brief, ClaimCard, EntityCard, FactCheckCard, Passage, Quote, ResolvedCard, SpeakerCard
from bot.catalogue import _, day, mark, plural
from bot.counts import Noun, counted
from bot.models import Kind, List, QuoteType
from bot.typography import closing, plain

STORY = mark("What the story says")
COMPARED = mark("written by a language model, each sentence compared with the article")
SPEAKERS = mark("Who says what")
UNATTRIBUTED = mark("Unattributed")
CLAIMS = mark("Worth checking")
ENTITIES = mark("Who and what is mentioned")
NOTES = mark("To be noted")
LEFT_OUT = mark("Left out")
"""Headings, in the order of a brief; like all constants here in English, and said by ``_``."""

RANKING = mark("most deserving first, never a verdict")
"""What the order of the claims means."""

ITS_PAGE = mark("See it in the text")
"""Leads from a message to the brief's own page."""

UNCONFIRMED = mark("(date not confirmed)")
"""Stands behind a day of publication that only one place of the page names, or that was worked out."""

READ_IT = mark("Read it")
"""Stands on the link to a fact-check."""

NOBODY = mark("I found nobody in this text who says something.")
NOTHING = mark("There is nothing of this sort in this text.")

KINDS = {
    Kind.PERSON: mark("People"),
    Kind.ORGANISATION: mark("Organisations"),
    Kind.PLACE: mark("Places"),
    Kind.GROUP: mark("Groups"),
    Kind.DOCUMENT: mark("Documents"),
    Kind.ANONYMOUS: mark("Not named"),
    Kind.EVENT: mark("Events"),
    Kind.WORK: mark("Works"),
    Kind.LAW: mark("Laws"),
    Kind.MONEY: mark("Sums"),
    Kind.DATE: mark("Dates"),
}
"""Headings for entities, in the order in which they are shown."""

LISTS: tuple[List, ...] = ("quotes", "claims", "entities", "reading")
"""What a chat message leaves for its buttons: everything of one sort. Who is heard stands in the reading as well."""

MOST_SENTENCES, MOST_SPEAKERS, MOST_QUOTES, MOST_CLAIMS, MOST_NAMES, MOST_NOTES = 5, 5, 2, 3, 6, 4
"""How many of each a chat message shows; quotes for each speaker, names for each kind. Guesses at what is read at a
glance."""

SENTENCE, QUOTE, CLAIM, CHECK, NOTE, NAME, ROLE, ENTITY = 350, 220, 220, 260, 160, 80, 120, 40
"""Characters of each that a chat message shows. Guesses."""

MARK = r"(?:''|``|[\"“”„‟«»‘’'`])"
OPENING = re.compile(rf"{MARK}[^\S\n]*$")
CLOSING = re.compile(rf"[^\S\n]*{MARK}")
"""The article's own mark before, and after, what it quotes; some languages put a blank between."""

LONGEST_MARK = 4
"""Characters of a mark with the blank that some languages put behind it."""

BETWEEN_PIECES = re.compile(rf"(?:\s|{MARK})*")
"""Where nothing else stands between two pieces, one quotation goes on."""

LEAD_IN = re.compile(r"[^\S\n]*(?:[^\s.!?:;…\"“”„«»]+[^\S\n]+){0,6}")
"""Words between cue and content that are read along: "told reporters on Tuesday (that …)". How many is a guess."""

TELLING_WORDS = 4
"""Words from which a quote tells something by itself. A guess: shorter ones are single terms."""

PREPOSITIONS = (" to", " of", " by", " with", " for")
"""Ends of cues that stand before the speaker's name, as in "according to", "in the words of"."""

HEARD = mark("Who is heard")
SORTS: dict[Kind, Noun] = {
    Kind.PERSON: "person",
    Kind.ORGANISATION: "organisation",
    Kind.GROUP: "group",
    Kind.DOCUMENT: "document",
    Kind.ANONYMOUS: "unnamed source",
}
"""What one speaker of each kind is called where they are counted."""

DETERMINERS = frozenset("A An Her His Its Our The Their".split())


@dataclass(frozen=True, slots=True)
class Line:
    """One thing told, and the passages that prove it."""

    text: str
    evidence: Sequence[Passage] = ()
    whose: str = ""  # who claims it
    aside: str = ""
    link: str = ""  # another site's page that it tells of, not escaped
    below: Sequence[Line] = ()  # what belongs to it: the fact-checks of a claim

    @property
    def credit(self) -> str:
        """What stands behind the text, in full: "— Maren Holt said (figure)"."""
        return " ".join(filter(None, (self.whose and f"— {self.whose}", self.aside and f"({self.aside})")))


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of one speaker or of one sort."""

    heading: str
    lines: Sequence[Line]
    detail: str = ""  # the speaker's role
    evidence: Sequence[Passage] = ()


# The article ----------------------------------------------------------------------------------------------


def title(brief: Brief) -> str:
    """Return the headline, or what stands in for it."""
    return plain(brief.article.title or "") or _("Text without a headline")


def origin(brief: Brief) -> list[str]:
    """Return outlet, date, by-line and words read, as far as they are known."""
    article = brief.article
    known = [plain(article.outlet or "")]
    if article.published:
        published = day(article.published)
        known.append(published if article.published_sure else f"{published} {_(UNCONFIRMED)}")
    if article.byline:
        known.append(_("by {byline}", byline=plain(article.byline)))
    return [fact for fact in [*known, plural("{number} word read", "{number} words read", article.words)] if fact]


def left_out(brief: Brief) -> str:
    """Count what of the page was left out, and name its kinds; empty where nothing was."""
    dropped = brief.article.dropped
    if not dropped:
        return ""
    reasons = Counter(_own(drop.reason) for drop in dropped)
    named = ", ".join(f"{reason} ({number})" if number > 1 else reason for reason, number in reasons.items())
    return plural(
        "Left out, {number} part of the page: {kinds}",
        "Left out, {number} parts of the page: {kinds}",
        len(dropped),
        kinds=named,
    )


# Who says what --------------------------------------------------------------------------------------------


def speaking(brief: Brief) -> list[SpeakerCard]:
    """Return those who say something, in the brief's order."""
    return [speaker for speaker in brief.speakers if brief.quotes_of(speaker)]


def unattributed(brief: Brief) -> list[Quote]:
    """Return the quotes that are not clear by whom, in text order."""
    return [quote for quote in brief.quotes if brief.speaker(quote.speaker) is None]


def role_of(speaker: SpeakerCard) -> str:
    """Return what a speaker is, or why he is not named, in the article's words.

    Behind a name, "The mayor" is "the mayor".
    """
    told = speaker.role or speaker.anonymity
    role = plain(told.text) if told else ""
    return role[0].lower() + role[1:] if role.partition(" ")[0] in DETERMINERS else role


def said(brief: Brief, quote: Quote) -> str:
    """Return a quote with the article's cue: 'said: “We lost.”', "added that the wall would be finished by 2028".

    Where it is not clear by whom, the article's words for the source come first: "one of them said: …".
    """
    words = verbatim(brief, quote.content, quote.quoted)
    named = "" if brief.speaker(quote.speaker) else verbatim(brief, quote.source)
    if not any(letter.isalpha() for passage in quote.cue for letter in passage.text):  # a colon, or a dash
        return f"{named}: {words}" if named else words
    if runs_on(brief, quote):
        cue = plain(brief.article.text[quote.cue[0].start : quote.content[0].start])
        return f"{named} {cue} {words}".lstrip()
    cue = _with_cue(named, quote.source, quote.cue, verbatim(brief, quote.cue))
    return f"{cue.rstrip(':')}: {words}" if cue else words


def runs_on(brief: Brief, quote: Quote) -> bool:
    """Tell whether the content follows its cue, at most a few words later, so that both read on as in the article."""
    if len(quote.cue) != 1 or not quote.content or _is_speech(brief, quote):
        return False
    start, end = quote.cue[0].end, quote.content[0].start
    if start > end or any(source.start < end and start < source.end for source in quote.source):
        return False
    return bool(LEAD_IN.fullmatch(brief.article.text, start, end))


def _is_speech(brief: Brief, quote: Quote) -> bool:
    """Tell whether somebody's own words begin it, so that it needs a colon; "called the plan “a mess”" does not."""
    begin = quote.content[0].start
    return bool(
        quote.type is QuoteType.DIRECT
        and quote.quoted
        and BETWEEN_PIECES.fullmatch(brief.article.text, min(begin, quote.quoted[0].start), quote.quoted[0].start)
    )


def claimed_by(brief: Brief, claim: ClaimCard) -> str:
    """Say whose a claim is, by the article's own word: "Maren Holt said", "according to the log"."""
    if claim.quote is None:
        outlet = plain(brief.article.outlet or "") or _("the article")
        return _("{outlet}, in its own voice", outlet=outlet)
    quote = next(quote for quote in brief.quotes if quote.id == claim.quote)
    speaker, cue = brief.speaker(claim.claimer), verbatim(brief, claim.cue)
    if speaker:
        claimed = _with_cue(plain(speaker.name), quote.source, claim.cue, cue)
    else:
        words = _with_cue(verbatim(brief, quote.source), quote.source, claim.cue, cue)
        claimed = ": ".join(filter(None, (_("unattributed"), words)))
    return ", ".join(
        [claimed, *(_("resting on “{words}”", words=words) for words in rests_on(brief, quote, claim.content))]
    )


def rests_on(brief: Brief, quote: Quote, content: Sequence[Passage]) -> list[str]:
    """Return whom a statement relies on in turn, and how it knows, in its own words."""
    told = []
    for link in quote.chain:
        if any(piece.start <= link.source.start and link.source.end <= piece.end for piece in content):
            start, end = min(link.source.start, link.cue.start), max(link.source.end, link.cue.end)
            told.append(plain(brief.article.text[start:end]))
    return told


def _with_cue(name: str, source: Sequence[Passage], cue: Sequence[Passage], words: str) -> str:
    """Join a name and the *words* of its cue: "Holt said", however the article turns it, but "according to Holt"."""
    cue_first = bool(cue and source and cue[0].start < source[0].start and words.endswith(PREPOSITIONS))
    return " ".join(filter(None, (words, name) if cue_first else (name, words)))


def most_telling(quotes: Sequence[Quote], number: int = MOST_QUOTES) -> list[Quote]:
    """Choose *number* of *quotes*, in text order: whole sentences in marks first, then paraphrases, then terms.

    Among equals those of the body come before the headline's, which is seldom the speaker's own wording.
    """
    chosen = sorted(quotes, key=_tellingness)[:number]
    return [quote for quote in quotes if quote in chosen]


def _tellingness(quote: Quote) -> tuple[int, bool]:
    words = sum(len(passage.text.split()) for passage in quote.content)
    rank = {QuoteType.DIRECT: 0, QuoteType.MIXED: 1, QuoteType.INDIRECT: 2}[quote.type]
    in_headline = all(passage.paragraph == 0 for passage in quote.content)
    return rank if words >= TELLING_WORDS else 3, in_headline


def others(brief: Brief, shown: int) -> str:
    """Count the speakers behind the first *shown*, and what is unattributed; empty where there is neither."""
    rest, unclear = speaking(brief)[shown:], unattributed(brief)
    quotes = sum(len(brief.quotes_of(speaker)) for speaker in rest)
    counts = []
    if rest:
        told = counted(quotes, "quote")
        counts.append(
            plural(
                "and {number} more speaker with {quotes}",
                "and {number} more speakers with {quotes}",
                len(rest),
                quotes=told,
            )
        )
    if unclear:
        counts.append(plural("{number} quote unattributed", "{number} quotes unattributed", len(unclear)))
    return "; ".join(counts)


# Lines ----------------------------------------------------------------------------------------------------


def summary_lines(brief: Brief) -> list[Line]:
    """Return what the story says."""
    return [Line(plain(line.shown), [line.passage]) for line in brief.summary]


def retold_lines(brief: Brief) -> list[Line]:
    """Return the story in a language model's words, with the sentences that bear each out."""
    return [Line(plain(line.text), line.evidence) for line in brief.retold.lines] if brief.retold else []


def retold_by(brief: Brief) -> str:
    """Return whose words ``retold_lines`` are, as a heading; empty where there are none."""
    return _("In other words, by {model}", model=plain(brief.retold.model)) if brief.retold else ""


def quote_line(brief: Brief, quote: Quote) -> Line:
    """Return what was said. Evidence for direct speech is inside its marks, whose shape differs between pages."""
    return Line(said(brief, quote), quote.quoted if quote.type is QuoteType.DIRECT and quote.quoted else quote.content)


def claim_lines(brief: Brief) -> list[Line]:
    """Return what is worth checking, and what makes it checkable."""
    return [
        Line(
            verbatim(brief, claim.content, claim.quoted, claim.resolved),
            claim.content,
            whose=claimed_by(brief, claim),
            aside=", ".join([*(_own(reason) for reason in claim.reasons), *answered(brief, claim), *repeated(claim)]),
            below=[check_line(check) for check in claim.checks or ()],
        )
        for claim in brief.claims
    ]


def check_line(check: FactCheckCard) -> Line:
    """Return what an outlet published on a claim, in its words: "Checked by Tidewatch, 3 May 2026. Its rating: …"."""
    words = [
        _("Checked by {publisher}, {day}.", publisher=plain(check.publisher), day=check.reviewed)
        if check.reviewed
        else _("Checked by {publisher}.", publisher=plain(check.publisher)),
        _("Its rating: {rating}.", rating=plain(check.rating)),
        _("The claim it looked at: {claim}, claimed by {claimant}", claim=plain(check.claim), claimant=claimant)
        if (claimant := plain(check.claimant or ""))
        else _("The claim it looked at: {claim}", claim=plain(check.claim)),
    ]
    return Line(" ".join(words), link=check.url if check.url.lower().startswith(("http://", "https://")) else "")


def checked(brief: Brief) -> str:
    """Say for how many claims fact-checks were found, and what it means where none was; empty where nobody looked."""
    looked = [claim.checks for claim in brief.claims if claim.checks is not None]
    found = sum(map(bool, looked))
    if not looked:
        return ""
    claims = counted(len(looked), "claim")
    if not found:  # nobody may take silence for a verdict
        return _(
            "I found no published fact-check of {claims}. That says nothing about whether a claim is true.",
            claims=claims,
        )
    return _(
        "I found published fact-checks of {found} of {claims}. "
        "Where none is shown, I know of none, which says nothing about whether a claim is true.",
        found=found,
        claims=claims,
    )


def answered(brief: Brief, claim: ClaimCard) -> list[str]:
    """Say of an accusation whether the article has the accused's reply; nothing of others."""
    if claim.reply is None:
        return []
    accused = plain(claim.reply.accused.text)
    if claim.reply.quote:
        return [_("{accused} answers in the article", accused=accused)]
    if claim.reply.no_comment is not None:
        return [_("the article says that {accused} did not answer", accused=accused)]
    return [_("no answer by {accused} found", accused=accused)]


def repeated(claim: ClaimCard) -> list[str]:
    """Count where else a claim is made."""
    return [plural("said {number} time", "said {number} times", len(claim.repeats) + 1)] if claim.repeats else []


def entity_line(entity: EntityCard) -> Line:
    """Return who or what is mentioned, and how often where it is not once."""
    times = counted(len(entity.mentions), "mention") if len(entity.mentions) > 1 else ""
    known = known_line(entity)
    return Line(plain(entity.name), entity.mentions, aside=times, below=[known] if known else [])


def known_line(entity: EntityCard) -> Line | None:
    """Return what Wikidata has under a name, in its words, or that it is not sure who is meant; None: nothing."""
    known = entity.knowledge
    if known is None:
        return None
    if known.sure and known.url and known.url.lower().startswith("https://"):
        words = ", ".join(filter(None, (plain(known.label or ""), plain(known.description or ""))))
        return Line(_("In Wikidata: {words}", words=words or plain(known.id or "")), link=known.url)
    return Line(
        plural(
            "Wikidata has {number} of this name; it is not sure whether that is who is meant.",
            "Wikidata has {number} of this name; it is not sure which is meant, if any.",
            known.namesakes,
        )
    )


def heard_lines(brief: Brief) -> list[Line]:
    """Return how many speakers of each kind are heard, and how much of each, as newsrooms count it."""
    speakers = speaking(brief)
    if not speakers:
        return []
    kinds = Counter(speaker.kind for speaker in speakers)
    told = ", ".join(counted(kinds[kind], one) for kind, one in SORTS.items() if kinds[kind])
    each = [
        Line(
            f"{plain(speaker.name)}: {measured(brief, speaker)}",
            [speaker.name_at],
        )
        for speaker in speakers
    ]
    return [Line(f"{counted(len(speakers), 'speaker')}: {told}"), *each]


def measured(brief: Brief, speaker: SpeakerCard) -> str:
    """Return how much of a speaker is heard: "3 statements, 41 words in quotation marks"."""
    return ", ".join(
        (
            counted(len(brief.quotes_of(speaker)), "statement"),
            plural("{number} word in quotation marks", "{number} words in quotation marks", speaker.words_quoted),
        )
    )


def note_lines(brief: Brief) -> list[Line]:
    """Return what is to be noted."""
    return [Line(_own(note.text), [note.passage] if note.passage else []) for note in brief.notes]


def dropped_lines(brief: Brief) -> list[Line]:
    """Return what of the page was left out, and why."""
    wordless = _("(no words)")
    return [Line(f"{_own(one.reason)}: {plain(one.text) or wordless}") for one in brief.article.dropped]


# Lists ----------------------------------------------------------------------------------------------------


def label(brief: Brief, which: List) -> str:
    """Return what a list is called, with how much is in it: "All quotes (12)"."""
    match which:
        case "reading":
            return _("About this reading")
        case "heard":
            return _("Who is heard ({number})", number=len(speaking(brief)))
        case "quotes":
            return _("All quotes ({number})", number=len(brief.quotes))
        case "claims":
            return _("All claims ({number})", number=len(brief.claims))
        case "entities":
            return _("All entities ({number})", number=len(brief.entities))


def lists(brief: Brief) -> list[List]:
    """Return the lists that have something in them."""
    return [which for which in LISTS if which == "reading" or getattr(brief, which)]


def listing(brief: Brief, which: List) -> list[Group]:
    """Return everything of one sort; groups without lines are left out."""
    match which:
        case "quotes":
            groups = quote_groups(brief)
        case "claims":
            looked = [Line(words)] if (words := checked(brief)) else []
            groups = [Group(_(CLAIMS), [*claim_lines(brief), *looked], _(RANKING))]
        case "entities":
            groups = [Group(heading, list(map(entity_line, same))) for heading, same in by_kind(brief.entities)]
        case "heard":
            groups = [Group(_(HEARD), heard_lines(brief))]
        case "reading":
            read = plural(
                "{words} in {number} paragraph",
                "{words} in {number} paragraphs",
                brief.article.paragraphs,
                words=counted(brief.article.words, "word"),
            )
            groups = [
                Group(_("What was read"), [Line(read)]),
                Group(_(HEARD), heard_lines(brief)),
                Group(_(STORY), summary_lines(brief)),
                Group(retold_by(brief), retold_lines(brief), _(COMPARED)),
                Group(_(NOTES), note_lines(brief)),
                Group(_(LEFT_OUT), dropped_lines(brief)),
            ]
    return [group for group in groups if group.lines]


def quote_groups(brief: Brief) -> list[Group]:
    """Return all that is said, by speaker, the unattributed last."""
    groups = [speaker_group(brief, speaker) for speaker in speaking(brief)]
    return [*groups, Group(_(UNATTRIBUTED), [quote_line(brief, quote) for quote in unattributed(brief)])]


def speaker_group(brief: Brief, speaker: SpeakerCard) -> Group:
    """Return all that one speaker says."""
    return Group(
        plain(speaker.name),
        [quote_line(brief, quote) for quote in brief.quotes_of(speaker)],
        role_of(speaker),
        [speaker.role or speaker.name_at],
    )


def by_kind(entities: Sequence[EntityCard]) -> Iterator[tuple[str, list[EntityCard]]]:
    """Group *entities* under their headings."""
    for kind, heading in KINDS.items():
        if same := [entity for entity in entities if entity.kind is kind]:
            yield _(heading), same


# Words of the article -------------------------------------------------------------------------------------


def places(passages: Sequence[Passage]) -> list[tuple[str, Passage]]:
    """Return in which paragraphs *passages* stand, for people, each once with the first passage in it."""
    first = {passage.paragraph: passage for passage in reversed(passages)}
    return [(f"¶{number}" if number else _("(headline)"), first[number]) for number in sorted(first)]


def verbatim(
    brief: Brief, content: Sequence[Passage], quoted: Sequence[Passage] = (), resolved: Sequence[ResolvedCard] = ()
) -> str:
    """Return the words of *content*, with quotation marks around *quoted* and around nothing else that was said.

    What interrupts the pieces in the article is marked by an ellipsis. Behind words that are *resolved* stands in
    brackets what they mean: "she [Maren Holt]".
    """
    text, shown, end = brief.article.text, "", 0
    meant = {one.passage.end: one.meaning for one in resolved}
    for piece in content:
        if shown:
            shown += " " if BETWEEN_PIECES.fullmatch(text, end, piece.start) else " … "
        shown += _marked(text, piece, quoted, meant)
        end = piece.end
    return plain(shown)


def with_marks(text: str, passage: Passage) -> tuple[int, int]:
    """Return where a quotation begins and ends, its own marks in *text* counted in."""
    opening = OPENING.search(text, max(passage.start - LONGEST_MARK, 0), passage.start)
    closing_mark = CLOSING.match(text, passage.end)
    return opening.start() if opening else passage.start, closing_mark.end() if closing_mark else passage.end


def _marked(text: str, piece: Passage, quoted: Sequence[Passage], meant: Mapping[int, str]) -> str:
    shown, at = "", piece.start
    for part in quoted:
        start, end = max(part.start, piece.start), min(part.end, piece.end)
        if start < end:
            words = _explained(text, start, end, meant)
            shown += f"{OPENING.sub('', _explained(text, at, start, meant))}“{words}{closing(words)}”"
            mark = CLOSING.match(text, end, piece.end)
            at = mark.end() if mark else end
    return shown + _explained(text, at, piece.end, meant)


def _explained(text: str, start: int, end: int, meant: Mapping[int, str]) -> str:
    """Return the characters from *start* to *end*, with what is *meant* behind the words that end where it says."""
    shown = ""
    for at in sorted(at for at in meant if start < at <= end):
        shown += f"{text[start:at]} [{meant[at]}]"
        start = at
    return shown + text[start:end]


def _own(words: str) -> str:
    """Return words of ours that a stored brief holds, as this reader is told them."""
    return stored_words.said(plain(words))
