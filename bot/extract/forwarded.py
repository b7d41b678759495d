"""What mail and chat programs put around a text that somebody forwards: headers, stamps, names, signatures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from bot.extract.blocks import clean
from bot.models import Dropped

HEADER = re.compile(
    r"[ \t]*\*?(From|Sent|Date|To|Cc|Bcc|Subject|Reply-To|Importance|Attachments?)\*?[ \t]*:\*?[ \t]+(\S.*)", re.I
)
"""A line of a mail's header, in Outlook's, Gmail's or Apple Mail's form, some of which set the name in bold."""

NEEDED = {"from", "subject"}
"""A header has at least one of these and a second line; "To: the point" in a story stands alone."""

ANSWERED = re.compile(r"^(?:(?:re|fwd?|aw|wg|tr)[ \t]*:[ \t]*)+", re.I)

FORWARDED = re.compile(
    r"[-_=* ]*(?:(?:begin )?forwarded message|original message|original appointment|"
    r"forwarded(?: many times)?)\b[-_=*: ]*"
    r"|\[?forwarded (?:message )?from:? [^.!?,;]{1,60}"
    r"|on .{6,80}\b\d{1,2}[:.]\d{2}\b.{0,120}\bwrote:",
    re.I,
)
_TIME = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:[ \u202f\u00a0]?[ap]\.?m\.?)?"
_DAY = (
    r"(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|(?:today|yesterday|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
    r"(?: at)?|[a-z]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?(?:,? \d{4})?(?: at)?|\d{1,2} [a-z]{3,9}\.?(?: \d{4})?(?: at)?)"
)
_STAMP = rf"(?:{_DAY}[ ,]*{_TIME}|{_TIME}(?:[ ,]+{_DAY})?)"
_NAME = r"[^\W\d_][^\n:\[\]<>|]{0,60}?"

PREFIX = re.compile(rf"[ \t\u200e]*(?:\[{_STAMP}\] ?|{_STAMP} [-–] )(?P<name>{_NAME}): ?", re.I)
"""WhatsApp: "[12:01, 3/4/2026] Name: ", and "3/4/26, 12:01 - Name: " of an exported chat."""

STAMP_LINE = re.compile(
    # Slack, Discord, Telegram; then Teams
    rf"[ \t]*(?:(?P<name>{_NAME})[ \t]*(?:[,|·•—–-][ \t]*)?(?:APP[ \t]+)?\[?\(?{_STAMP}\)?\]?:?"
    rf"|\[{_STAMP}\][ \t]*(?P<teams>{_NAME})|\[?{_STAMP}\]?)(?:[ \t]*\(edited\))?[ \t]*",
    re.I,
)
NAME_LINE = re.compile(r"[ \t]*[^\W\d_][\w.’'-]*(?: [\w.’'-]+){0,4}(?: +APP)?[ \t]*")
"""Slack, copied from a browser: the name alone, the time on the next line."""

CHAT_NOISE = re.compile(
    r"<(?:media|image|video) omitted>|<attached: .{1,100}>|\(edited\)|this message was (?:edited|deleted)\W*|"
    r"(?:\d+ )?(?:replies|reply|new messages?)|:[a-z_+-]+:(?: *\d+)?",
    re.I,
)
SIGNED = re.compile(r"-- ?|_{5,}")
SENT_FROM = re.compile(r"(?:sent from (?:my|mail|outlook|yahoo|proton)\b.{0,60}|get outlook for .{1,30})", re.I)

LONGEST_NOTE = 60
"""Words that whoever forwards a text puts above it at most. A guess: more is a text of its own."""


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """A text without its wrapping."""

    text: str
    subject: str | None
    dropped: tuple[Dropped, ...]


def unwrap(text: str) -> Unwrapped:
    """Take a forwarded message out of its wrapping: whole lines, and the stamps before chat messages.

    Where several people write in a chat their names stay, since they tell who says what.
    """
    lines = text.split("\n")
    reasons: list[str | None] = [None] * len(lines)
    subject = _mark_headers(lines, reasons)
    _mark_lines(lines, reasons)
    _mark_note(lines, reasons)
    _mark_signature(lines, reasons)
    dropped = [Dropped(reason, clean(line)) for line, reason in zip(lines, reasons, strict=True) if reason]
    kept = ["" if reason else line for line, reason in zip(lines, reasons, strict=True)]
    kept, stamps = _without_prefixes(kept)
    return Unwrapped("\n".join(kept), subject, tuple(drop for drop in [*dropped, *stamps] if drop.text))


def _mark_headers(lines: Sequence[str], reasons: list[str | None]) -> str | None:
    """Mark the mails' headers and return the last subject: that of what was forwarded first."""
    subject, at = "", 0
    while at < len(lines):
        header = list(takewhile(bool, map(HEADER.fullmatch, lines[at:])))
        fields = {match[1].lower(): match[2] for match in header if match}
        if len(fields) > 1 and NEEDED & fields.keys():
            reasons[at : at + len(header)] = ["message header"] * len(header)
            subject = fields.get("subject", subject)
        at += max(len(header), 1)
    words = clean(ANSWERED.sub("", subject))
    return words if len(words.split()) > 2 else None


def _mark_lines(lines: Sequence[str], reasons: list[str | None]) -> None:
    """Mark what stands on lines of its own: who wrote when, "Forwarded message"."""
    for number, line in enumerate(lines):
        if reasons[number] or not line.strip() or len(line) > 200:
            continue
        if FORWARDED.fullmatch(line.strip()):
            reasons[number] = "forwarding line"
        elif CHAT_NOISE.fullmatch(line.strip()) or SENT_FROM.fullmatch(line.strip()):
            reasons[number] = "chat line"
        elif stamp := STAMP_LINE.fullmatch(line):
            reasons[number] = "chat stamp"
            named = stamp["name"] or stamp["teams"]
            if not named and number and not reasons[number - 1] and NAME_LINE.fullmatch(lines[number - 1]):
                reasons[number - 1] = "chat stamp"


def _mark_note(lines: Sequence[str], reasons: list[str | None]) -> None:
    """Mark the few words above the first header or forwarding line: those of whoever forwards it."""
    begin = next((n for n, reason in enumerate(reasons) if reason in ("message header", "forwarding line")), 0)
    above = [n for n in range(begin) if reasons[n] is None and lines[n].strip()]
    if sum(len(lines[n].split()) for n in above) <= LONGEST_NOTE:
        for number in above:
            reasons[number] = "note above what was forwarded"


def _mark_signature(lines: Sequence[str], reasons: list[str | None]) -> None:
    """Mark all below a mail's "-- ", if little follows."""
    begin = next((n for n in range(len(lines) - 1, 0, -1) if SIGNED.fullmatch(lines[n])), None)
    if begin is not None and sum(len(line.split()) for line in lines[begin:]) <= LONGEST_NOTE:
        for number in range(begin, len(lines)):
            reasons[number] = reasons[number] or "mail signature"


def _without_prefixes(lines: Sequence[str]) -> tuple[list[str], list[Dropped]]:
    """Cut the stamp before each chat message, with the name where all are by one person."""
    found = [PREFIX.match(line) for line in lines]
    talk = len({match["name"] for match in found if match}) > 1
    ends = [(match.start("name") if talk else match.end()) if match else 0 for match in found]
    stamps = dict.fromkeys(clean(line[:end]) for line, end in zip(lines, ends, strict=True) if end)
    return [line[end:] for line, end in zip(lines, ends, strict=True)], [Dropped("chat stamp", one) for one in stamps]
