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
_QUESTIONS = "questions"
AskedMarks = dict[str, dict[str, list[int]]]
"""By kind of `known_by` in the journal, and by external id, the marks of the rows that are asked about it."""


def was_edited(path: Path) -> bool:
    """Whether the file at `path` is there and differs from what was written; without a checksum it counts as edited."""
    return path.is_file() and _checksums(path.parent).get(path.name) != _checksum(path)


def remember_checksum(path: Path, questions: AskedMarks | None = None) -> None:
    """Remember the checksum of the file at `path`, which was written just now. Raises DiskFailed.

    `questions`: what the rows of these rejects are asked about, where the journal does not keep it.
    """
    document: dict[str, object] = {**_checksums(path.parent), path.name: _checksum(path)}
    if questions:
        document[_QUESTIONS] = questions
    with replacing_text(path.parent / CHECKSUMS) as stream:
        json.dump(document, stream)


def questions_of_rejects(folder: Path) -> AskedMarks:
    """Return what `remember_checksum` was given with the latest rejects of a folder; empty where it was nothing."""
    kinds = _document(folder).get(_QUESTIONS)
    return {
        # The file may come from outside, and a database takes not every character.
        str(kind): {key: _marks(marks) for key, marks in of_contact.items() if str(key).isprintable()}
        for kind, of_contact in (kinds.items() if isinstance(kinds, dict) else ())
        if isinstance(of_contact, dict)
    }


def _marks(marks: object) -> list[int]:
    return [mark for mark in marks if isinstance(mark, int)] if isinstance(marks, list) else []


def _checksums(folder: Path) -> dict[str, str]:
    return {name: text for name, text in _document(folder).items() if isinstance(text, str)}


def _document(folder: Path) -> dict[str, object]:
    # Without its checksum a file counts as edited and is kept, so a damaged file of checksums can be ignored.
    try:
        document = read_json(file_text(folder / CHECKSUMS, most_bytes=MOST_FIGURES_BYTES))
    except (OSError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}


def _checksum(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
