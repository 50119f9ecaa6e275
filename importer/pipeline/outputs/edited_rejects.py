"""Rejects are there to be corrected: a file that a person has changed since it was written is never overwritten."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from importer.disk import replacing_text

if TYPE_CHECKING:
    from pathlib import Path

STAMPS = ".rejects.json"


def was_edited(path: Path) -> bool:
    """Whether the rejects file at `path` is not as it was written; one without a stamp counts as a person's own."""
    return path.exists() and _stamps(path.parent).get(path.name) != _stamp(path)


def stamp(path: Path) -> None:
    """Remember the rejects file at `path` as it was written just now."""
    stamps = _stamps(path.parent) | {path.name: _stamp(path)}
    with replacing_text(path.parent / STAMPS) as stream:
        json.dump(stamps, stream)


def _stamps(folder: Path) -> dict[str, str]:
    try:
        found = json.loads((folder / STAMPS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): str(text) for name, text in found.items()} if isinstance(found, dict) else {}


def _stamp(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
