"""The dialogue in which somebody says what is wrong in a brief."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from adapters.slack.blocks import OPTION, OPTIONS, Block, Element, context, line, rich_text, text, unparsed
from adapters.slack.places import Place
from bot import wording
from bot.brief import Brief
from bot.catalogue import _, mark, plural
from bot.commands import Correct
from bot.corrections import candidates, key_of, name_of
from bot.errors import AskError
from bot.models import Correction, Mistake, storable
from bot.typography import cut, plain

CORRECT = "correct"
WHAT, RIGHT = "correct_what", "correct_right"
MOST = 400
"""Quotes, and claims, of one dialogue. Slack takes 250,000 bytes; a line in Chinese has some 500 as JSON."""

NOBODY = mark("Nobody: it is not clear who said it")
NO_QUOTE = mark("It is no quote at all")
NO_CLAIM = mark("It is nothing to check")

UNSAID = mark("You did not say what is right, so nothing was changed.")

SPEAKER, UNATTRIBUTED, NOT_A_QUOTE, WRONG_CLAIM = "speaker", "unattributed", "no_quote", "no_claim"


def render_dialogue(brief: Brief, brief_id: str, place: Place, chosen: str = "") -> dict[str, Any]:
    """Ask what is wrong, and, once a quote or claim is *chosen*, what is right."""
    blocks = [_choice(_("What is wrong?"), WHAT, list(_groups(brief)), initial=chosen, at_once=True)]
    if chosen:
        blocks += [_words(brief, chosen), _choice(_("What is right?"), RIGHT, [("", _right(brief, chosen))])]
    return {
        "type": "modal",
        "callback_id": CORRECT,
        "private_metadata": json.dumps([brief_id, *place]),
        "title": _plain(_("Correct this brief")),
        "close": _plain(_("Cancel")),
        **({"submit": _plain(_("Correct it"))} if chosen else {}),
        "blocks": [
            *blocks,
            context(
                unparsed(" ".join([_("The brief is edited for everybody, and who did it is kept."), *_unlisted(brief)]))
            ),
        ],
    }


def render_refusal(words: str) -> dict[str, Any]:
    """Say in a dialogue that is open why nothing can be corrected any more."""
    return {
        "type": "modal",
        "title": _plain(_("Correct this brief")),
        "close": _plain(_("Cancel")),
        "blocks": [rich_text(line([text(words)]))],
    }


def _unlisted(brief: Brief) -> Iterator[str]:
    more = max(len(brief.quotes) - MOST, 0) + max(len(brief.claims) - MOST, 0)
    if more:
        yield plural(
            "{number} more quote or claim does not fit in here: correct it on the brief's page.",
            "{number} more quotes and claims do not fit in here: correct those on the brief's page.",
            more,
        )


def read_metadata(view: Mapping[str, Any]) -> tuple[str, Place]:
    """Return which brief a dialogue is about, and where it was opened; raises ``AskError`` of one that is not ours."""
    try:
        brief_id, *place = (storable(str(one)) for one in json.loads(view["private_metadata"]))
        return brief_id, Place(*place)
    except (KeyError, RecursionError, TypeError, ValueError) as error:
        raise AskError(_(UNSAID)) from error


def chosen_in(view: Mapping[str, Any]) -> tuple[str, str]:
    """Return the id of the quote or claim that was chosen, and what is right of it; empty what was not."""
    blocks = _mapping(_mapping(view.get("state")).get("values")).values()
    values = {name: state for block in blocks for name, state in _mapping(block).items()}
    what, right = (_mapping(_mapping(values.get(name)).get("selected_option")) for name in (WHAT, RIGHT))
    return storable(str(what.get("value") or "")), storable(str(right.get("value") or ""))


def _mapping(told: object) -> Mapping[str, Any]:
    return told if isinstance(told, Mapping) else {}


def read_correction(brief: Brief, brief_id: str, what: str, right: str) -> Correct:
    """Return what was said in the dialogue; raises ``AskError`` where that is nothing, or not to be had any more."""
    kind, _blank, key = right.partition(" ")
    if kind == SPEAKER:
        return Correct(Correction(Mistake.WRONG_SPEAKER, what, name_of(brief, what, key)), brief_id)
    mistakes = {
        UNATTRIBUTED: Mistake.WRONG_SPEAKER,
        NOT_A_QUOTE: Mistake.NOT_A_QUOTE,
        WRONG_CLAIM: Mistake.WRONG_CLAIM,
    }
    if kind not in mistakes:
        raise AskError(_(UNSAID))
    return Correct(Correction(mistakes[kind], what), brief_id)


def _groups(brief: Brief) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    quotes = [(_line(brief, quote.id), quote.id) for quote in brief.quotes[:MOST]]
    claims = [(_line(brief, claim.id), claim.id) for claim in brief.claims[:MOST]]
    for name, options in ((_("Quotes"), quotes), (_("Claims"), claims)):
        for start in range(0, len(options), OPTIONS):  # Slack takes 100 groups of 100
            yield (
                (_("{what} {number} and on", what=name, number=start + 1) if start else name),
                options[start : start + OPTIONS],
            )


def _line(brief: Brief, ref: str) -> str:
    for quote in brief.quotes:
        if quote.id == ref:
            speaker = brief.speaker(quote.speaker)
            name = plain(speaker.name) if speaker else _(wording.UNATTRIBUTED)
            return f"{name}: {wording.verbatim(brief, quote.content, quote.quoted)}"
    for claim in brief.claims:
        if claim.id == ref:
            return wording.verbatim(brief, claim.content, claim.quoted)
    return ref


def _words(brief: Brief, ref: str) -> Block:
    return rich_text(line([text(cut(_line(brief, ref), 2500))]))


def _right(brief: Brief, ref: str) -> list[tuple[str, str]]:
    if any(claim.id == ref for claim in brief.claims):
        return [(_(NO_CLAIM), WRONG_CLAIM)]
    named = [(_("Said by {name}", name=plain(name)), f"{SPEAKER} {key_of(name)}") for name in candidates(brief, ref)]
    return [*named[: OPTIONS - 2], (_(NOBODY), UNATTRIBUTED), (_(NO_QUOTE), NOT_A_QUOTE)]


def _choice(
    label: str,
    action_id: str,
    groups: Sequence[tuple[str, Sequence[tuple[str, str]]]],
    *,
    initial: str = "",
    at_once: bool = False,
) -> Block:
    grouped = [{"label": _plain(name), "options": [_option(*one) for one in options]} for name, options in groups]
    options = (
        {"options": grouped[0]["options"]} if len(groups) == 1 and not groups[0][0] else {"option_groups": grouped}
    )
    first = [_option(*one) for _name, options in groups for one in options if one[1] == initial]
    return {
        "type": "input",
        "block_id": f"{action_id}_{initial}" if not at_once else action_id,
        "dispatch_action": at_once,
        "label": _plain(label),
        "element": {
            "type": "static_select",
            "action_id": action_id,
            **options,
            **({"initial_option": first[0]} if first else {}),
        },
    }


def _option(words: str, value: str) -> Element:
    return {"text": _plain(cut(words, OPTION)), "value": value}


def _plain(words: str) -> Element:
    return {"type": "plain_text", "text": words, "emoji": False}
