"""Model files are what was released, or are not loaded."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import bot.shipped
from bot.errors import SettingsError
from bot.shipped import PACKAGE, digests, read_shipped

KINDS = {".npz", ".onnx", ".npy", ".bin", ".safetensors"}


def test_every_model_file_is_known_by_its_digest() -> None:
    """After a model was made anew: python -m training.shipped."""
    there = {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*") if path.suffix in KINDS}

    assert there <= set(digests())
    for name in digests():
        read_shipped(PACKAGE / name)


@pytest.mark.parametrize("name", sorted(digests()))
def test_model_file_that_was_tampered_with_is_not_loaded(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = tmp_path / name
    there.parent.mkdir(parents=True)
    shutil.copy(PACKAGE / name, there)
    monkeypatch.setattr(bot.shipped, "PACKAGE", tmp_path)
    assert read_shipped(there)

    body = bytearray(there.read_bytes())
    body[len(body) // 2] ^= 1
    there.write_bytes(body)

    with pytest.raises(SettingsError, match=f"{there.name} is not the one that shipped"):
        read_shipped(there)


def test_model_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"worth\.npz is missing"):
        read_shipped(tmp_path / "worth.npz")


def test_model_that_was_made_elsewhere_is_read_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "worth.npz").write_bytes(b"ours")

    assert read_shipped(tmp_path / "worth.npz") == b"ours"
