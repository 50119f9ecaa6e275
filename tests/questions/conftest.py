"""A sheet in a folder of its own, and the questions that it raises."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from importer import Job, Places, Settings
from importer.library import questions
from importer.sandbox.seed import FIELDS

if TYPE_CHECKING:
    from importer.model import Question, QuestionKind


class Raise(Protocol):
    """Writes a sheet with these settings, and returns the questions that it raises, by their kind."""

    def __call__(self, *lines: str, **settings: Any) -> dict[QuestionKind, Question]: ...


@pytest.fixture
def fields(tmp_path: Path) -> Path:
    """The custom fields of a workspace, in a file."""
    file = tmp_path / "fields.json"
    file.write_text(json.dumps({"data": FIELDS}), encoding="utf-8")
    return file


@pytest.fixture
def job(tmp_path: Path, fields: Path) -> Job:
    """The job of a sheet in a folder of its own."""
    places = Places(cache=tmp_path / "cache", state=tmp_path / "state")
    return Job(str(tmp_path / "sheet.csv"), Settings(out=tmp_path / "out", fields=fields), places=places)


@pytest.fixture
def asked(job: Job) -> Raise:
    """Writes a sheet, and returns the questions that it raises."""

    def write(*lines: str, **settings: Any) -> dict[QuestionKind, Question]:
        Path(job.file).write_text("\n".join([*lines, ""]), encoding="utf-8")
        options = job.settings.model_copy(update=settings)
        return {question.kind: question for question in questions(Job(job.file, options, places=job.places))}

    return write
