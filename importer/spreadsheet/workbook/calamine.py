"""A workbook read by calamine in a worker process, which may die without harm to this one."""

from __future__ import annotations

import marshal
import subprocess
import sys
import threading
from contextlib import closing
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from importer.spreadsheet.grid import Record
from importer.spreadsheet.workbook import calamine_worker, values
from importer.spreadsheet.workbook.cell_faults import lost_digits
from importer.spreadsheet.workbook.interface import WorkbookSheet, refuse_far

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from importer.spreadsheet.grid import CellFault
    from importer.spreadsheet.options import Limits

_TEXT, _NUMBERS = frozenset({str}), frozenset({int, float})


class ReaderDied(Exception):
    """The worker ended without finishing: the sheet is damaged, too large, or took too long."""


class PasswordNeeded(Exception):
    """The workbook is encrypted."""


class Calamine:
    """The workbook at `path`."""

    reader = "calamine"

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path, self._limits = path, limits
        self.sheets = tuple(WorkbookSheet(*answer) for answer in self._ask("list"))

    def close(self) -> None:
        """Nothing is held open."""

    def records(self, sheet: str) -> Generator[Record]:
        """The rows of a sheet that have content. Raises ReaderDied or PasswordNeeded."""
        with closing(self._ask("rows", sheet)) as answers:
            for batch in answers:
                for row, first, cells in batch:
                    refuse_far(row, first + len(cells) - 1, self._limits)
                    yield _record(row, first, cells)

    def _ask(self, *question: str) -> Generator[Any]:
        """Start a worker and give its answers. Raises ReaderDied or PasswordNeeded."""
        script, most_bytes = str(Path(calamine_worker.__file__)), str(self._limits.child_bytes)
        # -I: so that no module in the current folder or PYTHONPATH is imported in place of a real one.
        command = [sys.executable, "-I", script, str(self._path), most_bytes, *question]
        nothing = subprocess.DEVNULL
        started = subprocess.Popen(command, stdin=nothing, stdout=subprocess.PIPE, stderr=nothing)  # noqa: S603  (our own)
        with started as process:
            output: Any = process.stdout
            # A sheet may keep the worker busy forever, and this process waits for it without a limit of its own.
            watchdog = threading.Timer(self._limits.child_seconds, process.kill)
            watchdog.daemon = True
            watchdog.start()
            try:
                while (answer := next_answer(output)) is not None:
                    if isinstance(answer, dict) and "failed" in answer:
                        raise PasswordNeeded if answer["failed"] == "password" else ReaderDied(answer["failed"])
                    if isinstance(answer, dict) and "end" in answer:
                        return
                    yield answer
                raise ReaderDied("the reader stopped in the middle of the file")
            finally:
                # Killed also where the caller wants no more answers.
                watchdog.cancel()
                process.kill()


def next_answer(output: IO[bytes]) -> Any:
    """The next answer of a worker; None at the end, and where the worker died while writing it."""
    size = int.from_bytes(output.read(calamine_worker.SIZE_BYTES), "big")
    answer = output.read(size)
    return marshal.loads(answer) if answer and len(answer) == size else None  # noqa: S302  (from our own worker)


def _record(row: int, first: int, cells: list[Any]) -> Record:
    texts: list[str] = cells
    faults: list[CellFault] = []
    kinds = set(map(type, cells))
    if kinds != _TEXT:
        texts = [cell if type(cell) is str else _text(cell) for cell in cells]
    if kinds & _NUMBERS:
        for position, (cell, text) in enumerate(zip(cells, texts, strict=True), first):
            if type(cell) in _NUMBERS and values.lost_digits(text):
                faults.append(lost_digits(position, text))
    # calamine pads every row to the width of the sheet.
    while texts and not texts[-1]:
        texts.pop()
    return Record(row, [""] * first + texts if first else texts, tuple(faults))


def _text(cell: Any) -> str:
    if type(cell) is tuple:
        return _moment(*cell)
    if type(cell) is bool:
        return "TRUE" if cell else "FALSE"
    return values.of_number(cell)


@lru_cache(maxsize=16_384)  # the same days come again and again
def _moment(kind: str, value: Any) -> str:
    return values.of_moment(_MOMENTS[kind](value))


_MOMENTS: dict[str, Callable[[Any], datetime | date | time | timedelta]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "seconds": lambda seconds: timedelta(seconds=seconds),
}
