"""Reads a workbook with calamine in a process of its own and writes it to stdout, each answer with its size in front.

Run as a script: `calamine_worker.py PATH MEMORY_BYTES list` or `calamine_worker.py PATH MEMORY_BYTES rows SHEET`. It
imports nothing of the project, so that it starts fast. One stray cell at the far end of a sheet makes calamine abort
its whole process, which must not be the importing one.
"""

from __future__ import annotations

import marshal
import sys
from datetime import date, datetime, time, timedelta
from typing import Any

# Few enough that a batch of the longest texts fits into memory.
BATCH_CELLS = 4000
SIZE_BYTES = 8
_AS_THEY_ARE = frozenset({str, int, float, bool})


def emit(value: Any) -> None:
    """Write one answer to stdout."""
    answer = marshal.dumps(value)
    sys.stdout.buffer.write(len(answer).to_bytes(SIZE_BYTES, "big") + answer)


def tagged(value: Any) -> Any:
    """A cell in a form that `marshal` can hold: moments become text, with their kind in front."""
    if isinstance(value, datetime):
        return "datetime", value.isoformat()
    if isinstance(value, date):
        return "date", value.isoformat()
    if isinstance(value, time):
        return "time", value.isoformat()
    if isinstance(value, timedelta):
        return "seconds", value.total_seconds()
    return value


def rows(sheet: Any) -> None:
    """Write the rows of a sheet that have content, in batches of (number, first column from 0, cells)."""
    if sheet.start is None:
        return
    first, batch = sheet.start[1], []
    # The iterator gives the blank rows above the table too, but not the blank columns beside it.
    for number, cells in enumerate(sheet.iter_rows(), 1):
        if any(cells) or any(cell != "" for cell in cells):  # 0 and FALSE are content
            batch.append((number, first, [cell if type(cell) in _AS_THEY_ARE else tagged(cell) for cell in cells]))
            if len(batch) * len(cells) >= BATCH_CELLS:
                emit(batch)
                batch = []
    emit(batch)


def list_sheets(book: Any) -> None:
    """Write the name of every worksheet, and whether it is visible."""
    for sheet in book.sheets_metadata:
        if str(sheet.typ).endswith("WorkSheet"):
            emit((sheet.name, str(sheet.visible).endswith(".Visible")))


def limit_memory(most_bytes: int) -> None:
    """Make a sheet that does not fit in memory fail in this process instead of slowing the whole machine."""
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return
    resource.setrlimit(resource.RLIMIT_AS, (most_bytes, most_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(path: str, memory: str, what: str, *names: str) -> int:
    """Answer one question; the last answer is `{"end": True}`, or `{"failed": reason}`."""
    limit_memory(int(memory))
    import python_calamine

    try:
        book = python_calamine.load_workbook(path)
        if what == "list":
            list_sheets(book)
        else:
            rows(book.get_sheet_by_name(names[0]))
        emit({"end": True})
    except python_calamine.PasswordError:
        emit({"failed": "password"})
    except Exception as error:  # noqa: BLE001  (any failure is put in words by the importing process)
        emit({"failed": f"{type(error).__name__}: {error}"[:300]})
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
