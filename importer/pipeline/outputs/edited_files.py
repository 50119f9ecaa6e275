"""Files that people edit in place, rejects and exports: one that was edited since it was written is not overwritten."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from importer.disk import MOST_TABLE_BYTES, file_text, is_too_large, replacing_text
from importer.pipeline.reading.doubts_of_rejects import HandedBackDoubt
from importer.text import read_json

if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from pathlib import Path

CHECKSUMS = ".rejects.json"
_QUESTIONS, _DOUBTS, _READ_AS = "questions", "doubts", "read_as"
MOST_DOUBTS = 5_000
_MARKS = range(1, 2**63)
_MOST_BYTES = 10_000_000  # a hundred thousand questions; what is no longer than this takes 200 MB at most
AskedMarks = dict[str, dict[str, list[int]]]
"""By kind of `known_by` in the journal, and by external id, the marks of the rows that are asked about it."""


def was_edited(path: Path) -> bool:
    """Whether the file at `path` is there and differs from what was written; without a checksum it counts as edited.

    So does one that is larger than any that is written here, without a look into it.
    """
    if not path.is_file():
        return False
    checksum = _checksums(path.parent).get(path.name)
    return checksum is None or is_too_large(path, MOST_TABLE_BYTES) or checksum != _checksum(path)


def remember_checksum(path: Path, doubts: Sequence[HandedBackDoubt] = (), read_as: object = None) -> None:
    """Remember the checksum of the rejects at `path`, which were written just now. Raises DiskFailed.

    `doubts`: what was doubted of them. `read_as`: how the columns of their sheet were read, JSON-ready.
    """
    folder = path.parent
    checksums = _checksums(folder) | {path.name: _checksum(path)}
    more = {_QUESTIONS: questions_of_rejects(folder), _DOUBTS: doubts[:MOST_DOUBTS], _READ_AS: read_as}
    _write(folder, checksums, more)


def remember_questions(folder: Path, questions: AskedMarks, *, adding: bool = False) -> None:
    """Remember what the rows of the latest rejects are asked about, where the journal does not keep it.

    `adding`: what was remembered before stays. Raises DiskFailed.
    """
    questions_before = questions_of_rejects(folder)
    asked: AskedMarks = {}
    for marks_by_kind in (questions_before, questions) if adding else (questions,):
        for kind, of_contact in marks_by_kind.items():
            for external_id, marks in of_contact.items():
                known = asked.setdefault(kind, {}).get(external_id, [])
                asked[kind][external_id] = sorted({*known, *marks})
    if asked != questions_before:
        document = _document(folder)
        more = {_QUESTIONS: asked, **{name: document.get(name) for name in (_DOUBTS, _READ_AS)}}
        _write(folder, _checksums(folder), more)


def forget_questions(folder: Path, external_ids: Container[str]) -> None:
    """Forget what `remember_questions` was given about some contacts. Raises DiskFailed."""
    remember_questions(
        folder,
        {
            kind: {key: marks for key, marks in of_contact.items() if key not in external_ids}
            for kind, of_contact in questions_of_rejects(folder).items()
        },
    )


def questions_of_rejects(folder: Path) -> AskedMarks:
    """Return what `remember_questions` was given last; empty where it was nothing."""
    kinds = _document(folder).get(_QUESTIONS)
    return {
        # The file may come from outside, and a database takes not every character.
        str(kind): {key: _marks(marks) for key, marks in of_contact.items() if key.isprintable()}
        for kind, of_contact in (kinds.items() if isinstance(kinds, dict) else ())
        if isinstance(of_contact, dict)
    }


def doubts_of_rejects_file(folder: Path) -> list[HandedBackDoubt]:
    """Return the doubts that `remember_checksum` was given with the latest rejects of a folder."""
    lines = _document(folder).get(_DOUBTS)
    # The file may come from outside.
    return [
        HandedBackDoubt(*line)
        for line in (lines if isinstance(lines, list) else ())
        if isinstance(line, list)
        and len(line) == 3
        and isinstance(line[0], int)
        and all(isinstance(text, str) for text in line[1:])
    ]


def columns_of_rejects_file(folder: Path) -> object:
    """Return how the columns of the latest rejects of a folder were read, as `remember_checksum` was given it."""
    return _document(folder).get(_READ_AS)


def _marks(marks: object) -> list[int]:
    # A journal in which anything else stood as a mark would count as damaged.
    return [mark for mark in marks if type(mark) is int and mark in _MARKS] if isinstance(marks, list) else []


def _write(folder: Path, checksums: dict[str, str], more: dict[str, object]) -> None:
    text = json.dumps({**checksums, **{name: value for name, value in more.items() if value}})
    if len(text) > _MOST_BYTES:
        # It would not be read, and then files that are as they were written would count as edited.
        text = json.dumps(checksums)
    with replacing_text(folder / CHECKSUMS) as stream:
        stream.write(text)


def _checksums(folder: Path) -> dict[str, str]:
    return {name: text for name, text in _document(folder).items() if isinstance(text, str)}


def _document(folder: Path) -> dict[str, object]:
    # Without its checksum a file counts as edited and is kept, so a damaged file of checksums can be ignored.
    try:
        document = read_json(file_text(folder / CHECKSUMS, most_bytes=_MOST_BYTES))
    except (OSError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}


def _checksum(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
