"""Reads a workbook with calamine or xlrd in a process of its own, and writes it to stdout, each answer with its size.

Run as a script: `worker.py PATH MEMORY_BYTES CPU_SECONDS calamine list`, or `... rows SHEET` in place of `list`, or
`xlrd` in place of `calamine`. It imports nothing of the project, so that it starts fast. One stray cell at the far end
of a sheet makes calamine abort its whole process, which must not be the importing one.
"""

from __future__ import annotations

import marshal
import os
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path
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


def old_sheets(book: Any) -> None:
    """Write the date system of an .xls (1 counts from 1904), then each worksheet's name and whether it is visible."""
    emit(book.datemode)
    for name, visibility in zip(book.sheet_names(), book._sheet_visibility, strict=True):
        emit((name, visibility == 0))


def old_rows(book: Any, name: str) -> None:
    """Write a sheet of an .xls: what concerns all of it, its rows as (number, [(column, kind, value, style)]).

    The kinds are xlrd's: 1 text, 2 and 3 number, 4 boolean, 5 error.
    """
    from xlrd.biffh import error_text_from_code

    sheet = book.sheet_by_name(name)
    formats = []
    for style in book.xf_list:
        number_format = book.format_map.get(style.format_key)
        formats.append((style.format_key, number_format.format_str if number_format else ""))
    hidden = sorted(row + 1 for row, info in sheet.rowinfo_map.items() if info.hidden or info.height == 0)
    columns = sorted(column for column, info in sheet.colinfo_map.items() if info.hidden or info.width == 0)
    emit((formats, hidden, columns, sheet.merged_cells[:10_000]))

    batch, held = [], 0
    for row in range(sheet.nrows):
        cells = []
        texts, styles = sheet.row_values(row), sheet._cell_xf_indexes[row]
        for column, kind in enumerate(sheet.row_types(row)):
            if kind in (1, 2, 3, 4, 5):
                value = texts[column]
                if kind == 5:
                    value = error_text_from_code.get(value, "#VALUE!")
                cells.append((column, kind, value, styles[column]))
        if cells:
            batch.append((row + 1, cells))
            held += len(cells)
            if held >= BATCH_CELLS:
                emit(batch)
                batch, held = [], 0
    emit(batch)


def open_old(path: str) -> Any:
    """An .xls with its formats; text of Excel 95 without a known code page is read as Western."""
    import xlrd

    with Path(os.devnull).open("w", encoding="utf-8") as log:
        try:
            return xlrd.open_workbook(path, logfile=log, on_demand=True, formatting_info=True, ragged_rows=True)
        except (LookupError, UnicodeDecodeError):
            return xlrd.open_workbook(
                path, logfile=log, on_demand=True, formatting_info=True, ragged_rows=True, encoding_override="cp1252"
            )


def limit_resources(most_bytes: int, cpu_seconds: int) -> None:
    """Make a sheet that is too large or takes for ever fail in this process, instead of slowing the whole machine."""
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return
    resource.setrlimit(resource.RLIMIT_AS, (most_bytes, most_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answer_old(path: str, task: str, *names: str) -> None:
    """Answer one question about an .xls."""
    from xlrd.biffh import XLRDError

    try:
        book = open_old(path)
        if task == "list":
            old_sheets(book)
        else:
            old_rows(book, names[0])
        emit({"end": True})
    except XLRDError as error:
        emit({"failed": "password" if "encrypted" in str(error) else str(error)[:300]})


def answer(path: str, task: str, *names: str) -> None:
    """Answer one question about a workbook of another kind."""
    import python_calamine

    try:
        book = python_calamine.load_workbook(path)
        if task == "list":
            list_sheets(book)
        else:
            rows(book.get_sheet_by_name(names[0]))
        emit({"end": True})
    except python_calamine.PasswordError:
        emit({"failed": "password"})


def main(path: str, memory: str, seconds: str, reader: str, *question: str) -> int:
    """Answer one question; the last answer is `{"end": True}`, or `{"failed": reason}`."""
    limit_resources(int(memory), int(seconds))
    try:
        (answer_old if reader == "xlrd" else answer)(path, *question)
    except Exception as error:  # noqa: BLE001  (any failure is put in words by the importing process)
        emit({"failed": f"{type(error).__name__}: {error}"[:300]})
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
