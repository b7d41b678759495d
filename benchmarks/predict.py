"""Run the real pipeline over a data set and write what it predicts, in the format that the kind's scorer reads.

    python -m benchmarks.predict quotes   IN.jsonl OUT.jsonl
    python -m benchmarks.predict speakers IN.jsonl OUT.jsonl
    python -m benchmarks.predict entities IN.jsonl OUT.jsonl
    python -m benchmarks.predict articles FOLDER   OUT.json

A line of IN.jsonl needs ``id`` and ``text``; anything else in it, such as the answers, is not looked at. FOLDER
holds the saved pages. Every accuracy figure of this project is made by this command.
"""

from __future__ import annotations

import argparse
import json
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bot.analyse.pipeline import load_pipeline
from bot.models import Analysis, Article, Spans, split_paragraphs
from bot.settings import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Predict as *arguments* say; return 1 where an article could not be read, which then has no prediction."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=[*WRITERS, "articles"], help="what to predict")
    parser.add_argument("source", metavar="IN", type=Path, help="the data set: a file, or for articles its folder")
    parser.add_argument("target", metavar="OUT", type=Path, help="where the predictions go")
    parser.add_argument("--model", default=Settings.model_fields["spacy_model"].default, help="the spaCy pipeline")
    args = parser.parse_args(arguments)
    if args.kind == "articles":
        from benchmarks.articles import predict_articles

        args.target.write_text(json.dumps(predict_articles(args.source), ensure_ascii=False, indent=1), "utf-8")
        return 0
    return predict_lines(args.source, args.target, args.model, WRITERS[args.kind])


def predict_lines(source: Path, target: Path, model: str, write: Callable[[str, Analysis], dict[str, Any]]) -> int:
    """Read each line's text and write one line of predictions for it; return 1 where one failed."""
    pipeline = load_pipeline(model)
    number = failed = 0
    with source.open(encoding="utf-8") as lines, target.open("w", encoding="utf-8") as out:
        for number, line in enumerate(filter(str.strip, lines), 1):
            row = json.loads(line)
            try:
                prediction = write(row["text"], pipeline.analyse(unchanged(row["text"])))
            except Exception:  # noqa: BLE001 - one text must not cost the figures of all others; it counts as empty
                print(f"{row['id']} could not be read:\n{traceback.format_exc()}", file=sys.stderr)
                failed += 1
                continue
            out.write(json.dumps({"id": row["id"], **prediction}, ensure_ascii=False) + "\n")
            if sys.stderr.isatty():
                print(f"\r{number}", end="", file=sys.stderr, flush=True)
    print(f"\r{number} texts read, {failed} failed", file=sys.stderr)
    return 1 if failed else 0


def unchanged(text: str) -> Article:
    """Take *text* for an article as it stands, since the answers point into it; its first paragraph is the headline."""
    paragraphs = split_paragraphs(text)
    return Article(text=text, paragraphs=paragraphs, headline=paragraphs[0] if paragraphs else None, language="en")


def quotes(text: str, analysis: Analysis) -> dict[str, Any]:
    """Write what score_quotes.py reads."""
    names = speaker_names(text, analysis)
    return {
        "attributions": [
            {
                "source": offsets(attribution.source),
                "cue": offsets(attribution.cue),
                "content": offsets(attribution.content),
                **({"speaker": names[index]} if index in names else {}),
            }
            for index, attribution in enumerate(analysis.attributions)
        ]
    }


def speakers(text: str, analysis: Analysis) -> dict[str, Any]:
    """Write what score_speakers.py reads."""
    names = speaker_names(text, analysis)
    return {
        "speakers": [
            {"name": speaker.name.of(text), "role": speaker.role.of(text) if speaker.role else None}
            for speaker in analysis.speakers
        ],
        "attributions": [
            {"content": offsets(attribution.content), "speaker": names.get(index)}
            for index, attribution in enumerate(analysis.attributions)
        ],
    }


def entities(text: str, analysis: Analysis) -> dict[str, Any]:
    """Write what score_entities.py reads, with GUM's types; who is mentioned most is taken for most salient."""
    of_gum = {"organisation": "organization", "work": "abstract", "law": "abstract"}
    return {
        "entities": [
            {
                "type": of_gum.get(entity.kind, entity.kind),
                "salience": len(entity.mentions),
                "mentions": [{"start": one.start, "end": one.end, "kind": "name"} for one in entity.mentions],
            }
            for entity in analysis.entities
        ]
    }


def speaker_names(text: str, analysis: Analysis) -> dict[int, str]:
    """Return the speaker's name for each attribution (by its index) that has one."""
    return {index: speaker.name.of(text) for speaker in analysis.speakers for index in speaker.attributions}


def offsets(spans: Spans) -> list[list[int]]:
    """Write *spans* as the scorers do."""
    return [[span.start, span.end] for span in spans]


WRITERS: dict[str, Callable[[str, Analysis], dict[str, Any]]] = {
    "entities": entities,
    "quotes": quotes,
    "speakers": speakers,
}

if __name__ == "__main__":
    sys.exit(main())
