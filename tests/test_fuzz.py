"""A short run of what ``python -m tests.fuzz`` runs for long, the same each time; and what it found."""

from __future__ import annotations

from itertools import product

import pytest

from tests.fuzz.rounds import Outcome, one_round
from tests.fuzz.targets import TARGETS

EXECUTIONS = 100
SEED = 20261123

FOUND: dict[str, list[object]] = {
    "pages": [b'<meta charset="Uu"><p>\x80'],
    "slack words": [
        "rich_text",
        [True],
        {"blocks": [{"type": "rich_text", "elements": 0}]},
        {"blocks": [{"type": "rich_text", "elements": [{"elements": [{"type": "emoji", "unicode": "zz"}]}]}]},
        {"blocks": [{"type": "rich_text", "elements": [{"elements": [{"type": "emoji", "unicode": "fffffff"}]}]}]},
        {"text": 7},
    ],
    "slack": [
        ("turn_page_back", "\ud800", 0, []),
        ("app_mention", "", 0, {"files": "rich_text"}),
        ("app_mention", "", 0, {"files": [{"url_private": "http://["}]}),
        ("more_of_brief", "", -1, {"thread_ts": {"type": "rich_text"}}),
        ("/nutgraf", "http://<@U0BOT>", 0, {}),
    ],
    "slack dialogues": [
        (True, "q1", "", "[]", None),
        (True, "", "speaker 0", "ours", []),
        (False, "q9", "", "7", None),
    ],
    "slack organisations": [("tokens_revoked", "", "T8", True, {"tokens": None})],
}
"""Input that made a target fail once."""


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_made_up_makes_it_fail(name: str) -> None:
    one_round(TARGETS[name], SEED, EXECUTIONS, outcome := Outcome(name))

    assert outcome.executions >= EXECUTIONS


@pytest.mark.parametrize(
    ("name", "number"), [pair for name in FOUND for pair in product([name], range(len(FOUND[name])))]
)
def test_what_made_it_fail_once_does_not_any_more(name: str, number: int) -> None:
    TARGETS[name].run(FOUND[name][number])
