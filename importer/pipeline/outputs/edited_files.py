"""Files that people edit in place, rejects and exports: one that was edited since it was written is not overwritten."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from importer.disk import MOST_FIGURES_BYTES, file_text, replacing_text
from importer.text import read_json

if TYPE_CHECKING:
    from pathlib import Path

CHECKSUMS = ".rejects.json"


def was_edited(path: Path) -> bool:
    """Whether the file at `path` is there and differs from what was written; without a checksum it counts as edited."""
    return path.is_file() and _checksums(path.parent).get(path.name) != _checksum(path)


def remember_checksum(path: Path) -> None:
    """Remember the checksum of the file at `path`, which was written just now. Raises DiskFailed."""
    checksums = _checksums(path.parent) | {path.name: _checksum(path)}
    with replacing_text(path.parent / CHECKSUMS) as stream:
        json.dump(checksums, stream)


def _checksums(folder: Path) -> dict[str, str]:
    # Without its checksum a file counts as edited and is kept, so a damaged file of checksums can be ignored.
    try:
        document = read_json(file_text(folder / CHECKSUMS, most_bytes=MOST_FIGURES_BYTES))
    except (OSError, ValueError):
        return {}
    return {str(name): str(text) for name, text in document.items()} if isinstance(document, dict) else {}


def _checksum(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
