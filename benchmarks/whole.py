"""The whole brief beside what others make of the same articles: speed, latency, memory, start.

    python -m benchmarks.whole [--articles 40] [--words 600] [--set FILE]

Articles are made up, or the first of FILE (one a line, as in PolNeAR's dev part), brought to that many words. Each
system runs in a process of its own, on one core and one thread, and they take turns at each article, so that whatever
else the machine does hits all alike; each reads one beforehand, which is not counted. Printed are articles a second of
CPU time and how many times Nutgraf's that is, the time one takes, the most memory, and the CPU time from the start of
the process until it has read its first article. Of the others (dependency group "benchmarks", in an environment of its
own) those that are there are asked for the most that they do towards a brief; which is not there, and why, is said.

- Nutgraf: extraction left out, since the others are given text; who says what, claims, entities, summary, the brief.
- spaCy's own pipeline: the parse and the names, from which everything else would still have to be made.
- textacy: that parse, direct quotations, key terms, subject–verb–object triples.
- newspaper4k: ``Article.nlp()``, key words and a summary; needs NLTK's data (punkt_tab).
- sumy: a summary of three sentences by LexRank; text is cut by a regular expression, as NLTK's data may not be there.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from statistics import median, quantiles
from typing import IO, Any

from benchmarks.quotes import as_text
from benchmarks.speed import pin, sized
from benchmarks.story import a_story

Read = Callable[[str], object]


def nutgraf() -> Read:
    """Make a brief, as the bot does."""
    from benchmarks.predict import unchanged
    from bot.analyse.pipeline import load_pipeline
    from bot.brief import write_brief
    from bot.settings import Settings

    pipeline = load_pipeline(Settings.model_fields["spacy_model"].default)

    def read(text: str) -> object:
        article = unchanged(text)
        return write_brief(article, pipeline.analyse(article)).model_dump_json()

    return read


def spacy() -> Read:
    """Parse, with all that the pipeline has."""
    import spacy

    from bot.settings import Settings

    return spacy.load(Settings.model_fields["spacy_model"].default)


def textacy() -> Read:
    """Parse, and extract from that what textacy offers of who says and does what."""
    import spacy
    from textacy.extract import keyterms, triples

    from bot.settings import Settings

    nlp = spacy.load(Settings.model_fields["spacy_model"].default)

    def read(text: str) -> object:
        doc = nlp(text)
        with suppress(ValueError):  # an odd number of quotation marks, in which it looks for nothing
            list(triples.direct_quotations(doc))
        return list(triples.subject_verb_object_triples(doc)), keyterms.textrank(doc)

    return read


def newspaper4k() -> Read:
    """Find key words and a summary."""
    from newspaper import Article

    def read(text: str) -> object:
        article = Article("https://post.example/story")
        paragraphs = "".join(f"<p>{one}</p>" for one in text.split("\n\n"))
        article.download(input_html=f"<html lang=en><body><article>{paragraphs}</article></body></html>")
        article.parse()
        article.nlp()
        return article.summary

    return read


def sumy() -> Read:
    """Choose three sentences."""
    from sumy.parsers.plaintext import PlaintextParser
    from sumy.summarizers.lex_rank import LexRankSummarizer

    tokenizer, summarizer = Cut(), LexRankSummarizer()
    return lambda text: summarizer(PlaintextParser.from_string(text, tokenizer).document, 3)


class Cut:
    """Cuts text for sumy, which takes anything that has these two."""

    def to_sentences(self, text: str) -> list[str]:
        """Return the sentences of *text*."""
        return re.split(r"(?<=[.?!”]) +", text)

    def to_words(self, text: str) -> list[str]:
        """Return the words of a sentence."""
        return re.findall(r"\w+", text)


SYSTEMS: dict[str, Callable[[], Read]] = {
    "Nutgraf": nutgraf,
    "spaCy's own pipeline": spacy,
    "textacy": textacy,
    "newspaper4k": newspaper4k,
    "sumy": sumy,
}


# Each system, in its process ------------------------------------------------------------------------------


def serve(name: str) -> None:
    """Read a text a line, as JSON, and answer with the seconds of CPU time that it took, and the most memory so far."""
    out, sys.stdout = sys.stdout, sys.stderr  # whatever a library prints is no answer
    try:
        read = SYSTEMS[name]()
        read(json.loads(sys.stdin.readline()))
    except Exception as error:  # noqa: BLE001 - a system that is not there, or lacks its data, is told and left out
        out.write(json.dumps({"left out": f"{type(error).__name__}: {str(error).strip().splitlines()[:1]}"}) + "\n")
        return
    out.write(json.dumps({"start": time.process_time()}) + "\n")
    out.flush()
    for line in sys.stdin:
        text = json.loads(line)
        began = time.process_time()
        read(text)
        out.write(json.dumps({"seconds": time.process_time() - began, "memory": most_memory()}) + "\n")
        out.flush()


def most_memory() -> float:
    """Return the most megabytes that this process had in memory."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))
    return int(found[1]) / 1024 if found else 0.0


class System:
    """A system in its process."""

    def __init__(self, name: str, first: str) -> None:
        self.name = name
        self.seconds: list[float] = []
        self.memory = 0.0
        command = [sys.executable, "-m", "benchmarks.whole", "--serve", name]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603
        answer = self._ask(first)
        self.start: float = answer.get("start", 0.0)
        self.left_out: str = answer.get("left out", "")

    def read(self, text: str) -> None:
        """Read *text* and note what it took."""
        answer = self._ask(text)
        self.seconds.append(answer["seconds"])
        self.memory = answer["memory"]

    def close(self) -> None:
        """End the process."""
        self._pipe(self._process.stdin).close()
        self._process.wait()

    def _ask(self, text: str) -> dict[str, Any]:
        into = self._pipe(self._process.stdin)
        into.write(json.dumps(text) + "\n")
        into.flush()
        return dict(json.loads(self._pipe(self._process.stdout).readline()))

    @staticmethod
    def _pipe(pipe: IO[str] | None) -> IO[str]:
        if pipe is None:
            raise RuntimeError("it is piped")
        return pipe


# All of them ----------------------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print a line for each system."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=40)
    parser.add_argument("--words", type=int, default=600)
    parser.add_argument("--set", metavar="FILE", type=Path, help="articles, one a line; else they are made up")
    parser.add_argument("--serve", choices=SYSTEMS, help=argparse.SUPPRESS)
    args = parser.parse_args(arguments)
    if args.serve:
        serve(args.serve)
        return
    texts = articles(args.articles, args.words, args.set)
    systems = [System(name, texts[0]) for name in SYSTEMS]
    there = [system for system in systems if not system.left_out]
    for text in texts:
        for system in there:
            system.read(text)
    words = sum(len(text.split()) for text in texts)
    print(f"{len(texts)} articles, {words:,} words, one core and one thread each; times are of the CPU\n")
    print(as_text(table(there, words / args.words)))
    for system in systems:
        if system.left_out:
            print(f"{system.name} was left out: {system.left_out}")
        system.close()


def articles(count: int, words: int, file: Path | None) -> list[str]:
    """Return *count* articles of *words* words."""
    if file is None:
        return [a_story(words, seed) for seed in range(count)]
    with file.open(encoding="utf-8") as lines:
        return [sized(json.loads(line)["text"], words) for line, _ in zip(lines, range(count), strict=False)]


def table(systems: Sequence[System], articles: float) -> list[list[str]]:
    """Return a row for each of *systems*, which have read *articles* articles of the size asked for."""
    rows = [["", "articles a second", "times Nutgraf's", "p50", "p95", "p99", "most memory", "start"]]
    first = sum(systems[0].seconds)
    for one in systems:
        cuts = quantiles(one.seconds, n=100, method="inclusive")
        spans = [f"{seconds * 1000:.0f} ms" for seconds in (median(one.seconds), cuts[94], cuts[98])]
        spent = sum(one.seconds)
        ratio = f"{first / spent:.2f}"
        rows.append([one.name, f"{articles / spent:.1f}", ratio, *spans, f"{one.memory:.0f} MB", f"{one.start:.1f} s"])
    return rows


if __name__ == "__main__":
    pin("benchmarks.whole")
    main()
