"""Run the real pipeline over a data set and write what it predicts, in the format that the kind's scorer reads.

    python -m benchmarks.predict quotes   IN.jsonl OUT.jsonl
    python -m benchmarks.predict speakers IN.jsonl OUT.jsonl
    python -m benchmarks.predict entities IN.jsonl OUT.jsonl
    python -m benchmarks.predict newsclaims IN.jsonl OUT.jsonl    for score_newsclaims.py
    python -m benchmarks.predict claimers IN.jsonl OUT.jsonl      for score_claims.py claimer
    python -m benchmarks.predict summaries IN.jsonl OUT.jsonl     for score_summaries.py
    python -m benchmarks.predict checkworthy IN.jsonl OUT.jsonl   for score_claims.py rank: lone sentences of debates
    python -m benchmarks.predict gap IN.jsonl OUT.jsonl           for score_entities.py gap: one of two names, or none
    python -m benchmarks.predict articles FOLDER   OUT.json

A line of IN.jsonl needs ``id`` and ``text``, for gap the pronoun and both names as well; anything else in it, such as
the answers, is not looked at. FOLDER holds the saved pages. Every accuracy figure of this project is made by this
command.
"""

from __future__ import annotations

import argparse
import json
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bot.analyse.pipeline import Pipeline, load_pipeline
from bot.models import Analysis, Article, Attribution, CharSpan, Kind, Spans, split_paragraphs
from bot.settings import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Predict as *arguments* say; return 1 where an article could not be read, which then has no prediction."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=[*WRITERS, "articles", "checkworthy", "gap"], help="what to predict")
    parser.add_argument("source", metavar="IN", type=Path, help="the data set: a file, or for articles its folder")
    parser.add_argument("target", metavar="OUT", type=Path, help="where the predictions go")
    parser.add_argument("--model", default=Settings.model_fields["spacy_model"].default, help="the spaCy pipeline")
    args = parser.parse_args(arguments)
    if args.kind == "articles":
        from benchmarks.articles import predict_articles

        args.target.write_text(json.dumps(predict_articles(args.source), ensure_ascii=False, indent=1), "utf-8")
        return 0
    if args.kind == "checkworthy":
        return predict_lines(args.source, args.target, args.model, _checkworthy)
    if args.kind == "gap":
        from benchmarks.gap import predict_gap

        return predict_lines(args.source, args.target, args.model, predict_gap)
    write = WRITERS[args.kind]
    return predict_lines(
        args.source,
        args.target,
        args.model,
        lambda pipeline, row: write(row["text"], pipeline.analyse(unchanged(row["text"]))),
    )


def _checkworthy(pipeline: Pipeline, row: dict[str, Any]) -> dict[str, Any]:
    return {"score": pipeline.debate_score(row["text"])}


def predict_lines(
    source: Path, target: Path, model: str, write: Callable[[Pipeline, dict[str, Any]], dict[str, Any]]
) -> int:
    """Read each line and write one line of predictions for it; return 1 where one failed."""
    pipeline = load_pipeline(model)
    number = failed = 0
    with source.open(encoding="utf-8") as lines, target.open("w", encoding="utf-8") as out:
        for number, line in enumerate(filter(str.strip, lines), 1):
            row = json.loads(line)
            try:
                prediction = write(pipeline, row)
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
    """Write what score_entities.py reads, with GUM's types; whom the brief puts first is the most salient."""
    of_gum = {"organisation": "organization", "work": "abstract", "law": "abstract"}
    return {
        "entities": [
            {
                "type": of_gum.get(entity.kind, entity.kind),
                "salience": -rank,
                "mentions": [
                    {"start": one.start, "end": one.end, "kind": "name" if one in entity.mentions else "reference"}
                    for one in (*entity.mentions, *entity.references)
                ],
            }
            for rank, entity in enumerate(analysis.entities)
        ]
    }


def newsclaims(text: str, analysis: Analysis) -> dict[str, Any]:
    """Write what score_newsclaims.py reads: the claims with their claimers, where they are repeated as well.

    "article" is the outlet, which also speaks where it tells of a document that has no name.
    """
    names = speaker_names(text, analysis)
    documents = {index for one in analysis.speakers if one.kind is Kind.DOCUMENT for index in one.attributions} | {None}
    return {
        "claims": [
            {
                "span": [content[0].start, content[-1].end],
                "score": claim.score,
                "claimer": "article" if claim.attribution in documents else names.get(claim.attribution or 0),
            }
            for claim in analysis.claims
            for content in (claim.content, *claim.repeats)
        ]
    }


def claimers(text: str, analysis: Analysis) -> dict[str, Any]:
    """Write what ``score_claims.py claimer`` reads: what is said, by whom, and who that is; then whom he relies on."""
    names = speaker_names(text, analysis)
    return {
        "claims": [
            {
                "start": piece.start,
                "end": piece.end,
                **({"claimer": _claimer(text, attribution, names.get(index))} if attribution.source else {}),
            }
            for index, attribution in enumerate(analysis.attributions)
            for piece in attribution.content
        ]
        + [
            {"start": link.cue.end, "end": piece.end, "claimer": _told(text, link.source)}
            for attribution in analysis.attributions
            for link in attribution.chain
            for piece in attribution.content
            if piece.covers(link.cue) and link.source.end <= link.cue.start and link.cue.end < piece.end
        ]
    }


def _told(text: str, source: CharSpan) -> dict[str, Any]:
    return {"text": source.of(text), "start": source.start, "end": source.end}


def _claimer(text: str, attribution: Attribution, name: str | None) -> dict[str, Any]:
    first, last = attribution.source[0], attribution.source[-1]
    told = {"text": " ".join(span.of(text) for span in attribution.source), "start": first.start, "end": last.end}
    return {**told, **({"name": name} if name else {})}


def summaries(text: str, analysis: Analysis) -> dict[str, Any]:
    """Write what score_summaries.py reads: the sentences as they stand in the article."""
    return {"sentences": [" ".join(line.sentence.of(text).split()) for line in analysis.summary]}


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
    "newsclaims": newsclaims,
    "claimers": claimers,
    "summaries": summaries,
}

if __name__ == "__main__":
    sys.exit(main())
