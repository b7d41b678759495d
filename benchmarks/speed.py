"""Print how many articles are read in a second of CPU time, beside others that read the same ones in the same run.

    python -m benchmarks.speed [--articles N] [--set FILE] [--reader FOLDER]

One core and one thread. An article is the paragraphs of one of PolNeAR's dev part in order until it has 600 words,
from the first again where they do not suffice; figures are per 600 words. The systems take turns at each article, so
that whatever else the machine does hits all alike. What is loaded once is not counted, nor is each system's first
reading. textacy (dependency group "benchmarks") finds direct quotations in a text that spaCy has parsed, and counts
with that parse, as does the whole analysis; the reader's pass alone needs none, and counts with the search for
quotation marks, its cutting into pieces and its decoding. Speakers and entities are counted by themselves: sources
mended, chains, names, roles, and who each source is, on what parse and reader have found.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import cycle
from pathlib import Path

import spacy

from benchmarks.predict import unchanged
from benchmarks.quotes import DEV, as_text, load_pipelines
from bot.analyse.chains import with_chains
from bot.analyse.entities import find_entities
from bot.analyse.pipeline import Pipeline
from bot.analyse.quotation import find_quotations
from bot.analyse.reader import DESCRIPTION, FOLDER, Reader
from bot.analyse.sources import mend_sources
from bot.analyse.speakers import find_speakers
from bot.lean import settle
from bot.models import split_paragraphs
from bot.settings import Settings

WORDS = 600
THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS"), "1")

READER, SPEAKERS = "the reader's pass alone", "speakers and entities alone"

System = Callable[[str], object]
"""Reads a text; what it finds is thrown away."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print a line for each system."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", metavar="N", type=int, default=20, help="how many articles")
    parser.add_argument("--set", metavar="FILE", type=Path, default=DEV, help="articles, one a line")
    parser.add_argument("--reader", metavar="FOLDER", type=Path, default=FOLDER, help="where its model lies")
    args = parser.parse_args(arguments)
    with args.set.open(encoding="utf-8") as lines:
        texts = [sized(json.loads(line)["text"]) for line, _ in zip(lines, range(args.articles), strict=False)]
    words = sum(len(text.split()) for text in texts)
    systems = load_systems(args.reader, texts)
    settle()  # as each reading process does: else the collector looks through six systems' models, whoever reads
    seconds = measure(systems, texts)
    print(f"{len(texts)} articles, {words:,} words, one core, CPU time\n")
    print(as_text(table(seconds, words)))
    if READER in seconds:
        print(f"\nSpeakers and entities add {seconds[SPEAKERS] / seconds[READER]:.0%} to the reader's time.")


def sized(text: str, words: int = WORDS) -> str:
    """Return the paragraphs of *text*, over and over, until they have that many *words*; the last one stays whole."""
    taken: list[str] = []
    count = 0
    for paragraph in cycle(span.of(text) for span in split_paragraphs(text)):
        taken.append(paragraph)
        count += len(paragraph.split())
        if count >= words:
            break
    return "\n\n".join(taken)


def load_systems(reader: Path, texts: Sequence[str]) -> dict[str, System]:
    """Load what is measured, spaCy's own pipeline first; each has its own, as none may use what another looked up."""
    model = Settings.model_fields["spacy_model"].default
    systems: dict[str, System] = {f"spaCy's own pipeline ({model})": spacy.load(model)}
    if importlib.util.find_spec("textacy"):
        systems["textacy, direct quotations"] = load_textacy(model)
    if (reader / DESCRIPTION).exists():
        systems[READER] = load_reader(reader)
        systems[SPEAKERS] = speaking(load_pipelines(model, reader)["this reading"], texts)
    for name, pipeline in load_pipelines(model, reader).items():
        systems[f"the whole analysis, {name}"] = whole(pipeline)
    return systems


def load_textacy(model: str) -> System:
    """Load textacy's finder of direct quotations."""
    from textacy.extract.triples import direct_quotations

    nlp = spacy.load(model)

    def read(text: str) -> object:
        doc = nlp(text)
        with suppress(ValueError):  # an odd number of quotation marks, in which it looks for nothing
            return list(direct_quotations(doc))
        return None

    return read


def load_reader(folder: Path) -> System:
    """Load the reader without what the analysis makes of its findings."""
    reader = Reader(folder)

    def read(text: str) -> object:
        paragraphs = split_paragraphs(text)
        return reader.find(text, paragraphs, find_quotations(text, paragraphs))

    return read


def whole(pipeline: Pipeline) -> System:
    """Return what the bot does with an article."""
    return lambda text: pipeline.analyse(unchanged(text))


def speaking(pipeline: Pipeline, texts: Sequence[str]) -> System:
    """Return what finds speakers and entities in *texts*, which are parsed and read beforehand."""
    found = {
        text: (pipeline.parse(text, unchanged(text).paragraphs), pipeline.analyse(unchanged(text))) for text in texts
    }

    def read(text: str) -> object:
        doc, analysis = found[text]
        article = unchanged(text)
        attributions = with_chains(doc, mend_sources(doc, analysis.attributions))
        entities = find_entities(doc, article.headline, find_quotations(text, article.paragraphs))
        return find_speakers(doc, article.paragraphs, attributions, entities, article.headline)

    return read


def measure(systems: dict[str, System], texts: list[str]) -> dict[str, float]:
    """Return each system's seconds of CPU for all *texts*."""
    for system in systems.values():
        system(texts[0])
    seconds = dict.fromkeys(systems, 0.0)
    for text in texts:
        for name, system in systems.items():
            began = time.process_time()
            system(text)
            seconds[name] += time.process_time() - began
    return seconds


def table(seconds: dict[str, float], words: int) -> list[list[str]]:
    """Return articles of 600 words a CPU second and how many times the first system's speed that is."""
    first = next(iter(seconds.values()))
    rows = [["", f"articles of {WORDS} words a CPU second", "times spaCy's speed"]]
    for name, spent in seconds.items():
        rows.append([name, f"{words / WORDS / spent:.1f}", f"{first / spent:.2f}"])
    return rows


def pin(module: str) -> None:
    """Keep to one core and one thread; libraries look at the threads when they load, so *module* is started anew."""
    if hasattr(os, "sched_setaffinity"):  # not on macOS
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    if any(os.environ.get(name) != value for name, value in THREADS.items()):
        command = [sys.executable, "-m", module, *sys.argv[1:]]
        os.execve(sys.executable, command, {**os.environ, **THREADS})  # noqa: S606 - ourselves, once more


if __name__ == "__main__":
    pin("benchmarks.speed")
    main()
