"""Write the SHA-256 of every model file that ships into ``bot/shipped.json``: ``python -m training.shipped``.

To be run after a model was made anew; a test fails until then.
"""

from __future__ import annotations

import hashlib
import json

from bot.shipped import DIGESTS, PACKAGE, name_of

MODELS = (
    "analyse/coreference.npz",
    "analyse/names.npz",
    "analyse/reader.json",
    "analyse/reader.onnx",
    "analyse/salience.json",
    "analyse/tokenizer.json",
    "analyse/worth.npz",
    "extract/blocks.npz",
    "factchecks/embedder.json",
    "factchecks/embedder.onnx",
    "factchecks/match.json",
)


def main() -> None:
    """Write the file."""
    found = {name_of(PACKAGE / name): hashlib.sha256((PACKAGE / name).read_bytes()).hexdigest() for name in MODELS}
    DIGESTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
