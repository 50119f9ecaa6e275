"""A workbook read by calamine, from outside: every question is a child process that may die without harm."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from contextlib import closing, contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from importer.spreadsheet.book import child, values
from importer.spreadsheet.book.book import Cells, Sheet, row_of
from importer.spreadsheet.book.faults import lost_digits

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from importer.spreadsheet.options import Limits
    from importer.spreadsheet.record import Record


class ReaderDied(Exception):
    """The child ended without finishing: the sheet is damaged, too large, or took too long."""


class PasswordNeeded(Exception):
    """The workbook is encrypted."""


class Calamine:
    """The workbook at `path`."""

    reader = "calamine"

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path, self._limits = path, limits
        self.sheets = tuple(Sheet(line["sheet"], line["visible"]) for line in self._ask("list"))

    def close(self) -> None:
        """Nothing is held open."""

    def records(self, sheet: str) -> Generator[Record]:
        """The rows of a sheet that have content. Raises ReaderDied or PasswordNeeded."""
        with closing(self._ask("rows", sheet)) as answers:
            for row, column, cells in answers:
                yield row_of(row, _texts(column, cells), self._limits)

    def _ask(self, *question: str) -> Generator[Any]:
        with _child(self._path, self._limits, question) as output:
            for line in output:
                answer = json.loads(line)
                if isinstance(answer, dict) and "failed" in answer:
                    raise PasswordNeeded if answer["failed"] == "password" else ReaderDied(answer["failed"])
                if isinstance(answer, dict) and "end" in answer:
                    return
                yield answer
            raise ReaderDied("the reader stopped in the middle of the file")


@contextmanager
def _child(path: Path, limits: Limits, question: tuple[str, ...]) -> Iterator[Any]:
    command = [sys.executable, "-I", str(Path(child.__file__)), str(path), str(limits.child_bytes), *question]
    nothing = subprocess.DEVNULL
    started = subprocess.Popen(command, stdin=nothing, stdout=subprocess.PIPE, stderr=nothing)  # noqa: S603  (our own)
    with started as process:
        watchdog = threading.Timer(limits.child_seconds, process.kill)
        watchdog.daemon = True
        watchdog.start()
        try:
            yield process.stdout
        finally:
            watchdog.cancel()
            process.kill()


def _texts(first: int, cells: list[Any]) -> Cells:
    for position, cell in enumerate(cells, first):
        text = _text(cell)
        is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
        yield position, text, lost_digits(position, text) if is_number and values.lost_digits(text) else None


def _text(cell: Any) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return values.of_number(cell)
    return values.of_moment(_moment(cell))


def _moment(cell: dict[str, Any]) -> datetime | date | time | timedelta:
    if "datetime" in cell:
        return datetime.fromisoformat(cell["datetime"])
    if "date" in cell:
        return date.fromisoformat(cell["date"])
    if "time" in cell:
        return time.fromisoformat(cell["time"])
    return timedelta(seconds=cell["seconds"])
