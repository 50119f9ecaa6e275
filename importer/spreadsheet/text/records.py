"""A text file as records: RFC 4180 by the csv module, every physical line accounted for when its quotes are wrong."""

from __future__ import annotations

import csv
import re
from itertools import islice
from typing import TYPE_CHECKING

from importer.model import Severity
from importer.spreadsheet.grid import CellFault, Dialect, Record, RecordRun, blank
from importer.spreadsheet.text.delimiter import FIELD_CHARACTERS
from importer.spreadsheet.text.lines import SURROGATE, Endless, FileLines, RecordLines, clean
from importer.spreadsheet.text.quotes import mend

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from pathlib import Path

# So many records at most are read one by one before lines are looked at together again.
ONE_BY_ONE = 50
# Rules that only the table can settle, because it knows how wide the sheet is.
SHADOW = "after-open-quote"  # a warning where only the width of the row can make it an error
STRAY = "stray-quote"
MULTILINE = "lines-swallowed"
UNCLOSED = "unclosed-quote"
_TORN = CellFault(
    None,
    "",
    MULTILINE,
    Severity.ERROR,
    "A cell holds lines that look like rows: a quote may be missing. Check the quotes, and import it again.",
)


def read(path: Path, name: str, dialect: Dialect, line_characters: int) -> Generator[RecordRun]:
    """The records of a text file, numbered from 1 as a spreadsheet program does; a `sep=` line counts and is left out.

    Raises SourceError for a line so long that the file cannot be a sheet.
    """
    with path.open(encoding=dialect.encoding, errors=dialect.errors, newline="") as stream:
        source = FileLines(stream, name, line_characters, wrapped=dialect.wrapped)
        lines = RecordLines(source, dialect.encoding, dialect.beside)
        if dialect.has_sep_line:
            next(lines, "")
        yield from _runs(lines, dialect, 2 if dialect.has_sep_line else 1)


def _runs(lines: RecordLines, dialect: Dialect, row: int) -> Iterator[RecordRun]:
    """The records, the first of them numbered `row`: plain lines together, the others one by one."""
    single = _records(lines, dialect)
    while True:
        batch = lines.batch()
        if not batch and not lines.back:
            return
        if cells := _plain(batch, dialect):
            lines.number += len(batch)
            # Where there are as many records as lines, no cell has a line break.
            torn = _torn(cells, dialect.delimiter) if len(cells) < len(batch) else ()
            run = RecordRun(range(row, row + len(cells)), cells, {row + index: (_TORN,) for index in torn})
        else:
            lines.put_back(batch)
            # Up to where lines can be looked at together again; bounded, since a mended record gives many lines back.
            records = []
            for record in islice(single, ONE_BY_ONE):
                records.append(record)
                if not lines.back:
                    break
            rows = range(row, row + len(records))
            faults = {number: record.faults for number, record in zip(rows, records, strict=True) if record.faults}
            run = RecordRun(rows, [record.cells for record in records], faults)
        if not run.rows:
            return
        row += len(run.rows)
        yield run


def _records(lines: RecordLines, dialect: Dialect) -> Iterator[Record]:
    """The records one by one, not numbered yet."""
    shadow = 0
    reader = _reader(lines, dialect)
    while True:
        lines.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, Endless):
            reach = lines.number
            record = _mended(lines, dialect)
            if record.faults and record.faults[0].severity is Severity.ERROR:
                shadow = max(shadow, reach)
            reader = _reader(lines, dialect)
        else:
            record = Record(0, cells)
        faults = _faults(lines, record, shadow, dialect)
        yield record._replace(faults=record.faults + faults) if faults else record


def _plain(batch: list[str], dialect: Dialect) -> list[list[str]]:
    """The cells of lines that are whole records and have nothing odd; empty where that is not so."""
    text = "".join(batch)
    try:
        text.encode()  # fails at a lone surrogate; to ask `FOUL` would take seven times as long
        return [] if "\x00" in text or "\ufeff" in text else list(_reader(batch, dialect))
    except (UnicodeEncodeError, csv.Error):  # of which one is that the last cell is not closed
        return []


def _torn(rows: list[list[str]], delimiter: str) -> list[int]:
    """The records (from 0) that may be torn."""
    # Most line breaks are in notes and addresses, of which none can be: one look at a whole row shows that.
    doubtful = [
        index
        for index, text in enumerate(map("".join, rows))
        if ("\n" in text or "\r" in text)
        and (delimiter in text or len(rows[index]) == 1 or all(map(blank, rows[index])))
    ]
    return [index for index in doubtful if _may_be_torn(rows[index], delimiter)]


def _may_be_torn(cells: list[str], delimiter: str) -> bool:
    """Whether a record of several lines needs a look, once it is known how wide the table is (see `row_problems`)."""
    if not any("\n" in cell or "\r" in cell for cell in cells):
        return False
    has_parts = any(delimiter in cell and len(cell.splitlines()) > 1 for cell in cells)
    return has_parts or len(cells) == 1 or all(map(blank, cells))


def _reader(lines: Iterable[str], dialect: Dialect) -> Iterator[list[str]]:
    csv.field_size_limit(FIELD_CHARACTERS)
    return csv.reader(lines, delimiter=dialect.delimiter, skipinitialspace=dialect.spaced, strict=True)


def _mended(lines: RecordLines, dialect: Dialect) -> Record:
    """The first line of a record that the csv module refuses; the lines after it go back, to be rows of their own."""
    lines.give_back(1)
    line = clean(lines.taken[0], dialect.encoding, dialect.beside) if lines.foul else lines.taken[0]
    cells, closed = mend(line, dialect.delimiter, spaced=dialect.spaced)
    if closed:
        text = "A quote in the middle of a cell was taken as text. Check the cells of this row."
        return Record(0, cells, (CellFault(None, "", STRAY, Severity.WARNING, text),))
    value = next((cell for cell in cells if cell.startswith('"')), "")
    text = (
        f"A cell in line {lines.number:,} of the file begins with a quote and does not end with one, so it is not "
        "clear where it ends; the lines after it were read as rows of their own. Put quotes around all of the cell or "
        "none of it, and import this row again."
    )
    return Record(0, cells, (CellFault(None, value, UNCLOSED, Severity.ERROR, text),))


def _faults(lines: RecordLines, record: Record, shadow: int, dialect: Dialect) -> tuple[CellFault, ...]:
    if len(lines.taken) == 1 and not lines.foul and (lines.number > shadow or record.faults):
        return ()
    faults = []
    text = "".join(lines.taken)
    # Characters that no sheet should have; `clean` has removed or replaced them.
    if "\x00" in text:
        count = text.count("\x00")
        message = f"{count} invisible NUL character{'s' * (count > 1)} left out. Check the cells of this row."
        faults.append(CellFault(None, "", "nul-removed", Severity.WARNING, message))
    if any(line.startswith("\ufeff") for line in lines.taken):
        message = "A byte order mark in the middle of the file was left out. Nothing to do, if the row looks right."
        faults.append(CellFault(None, "", "bom-removed", Severity.WARNING, message))
    if not dialect.beside and SURROGATE.search(text):
        message = (
            "Some characters are not in the encoding of the file. Check the letters with accents, and import it again."
        )
        faults.append(CellFault(None, clean(text, "").strip()[:200], "bad-bytes", Severity.ERROR, message))

    if lines.number - len(lines.taken) < shadow and not record.faults:
        message = (
            "An open quote in a line before this one may have taken part of it. Check the quotes, and import it again."
        )
        # Is there a quote left when those around cells are taken away with what they enclose?
        between, space = re.escape(dialect.delimiter), " *" if dialect.spaced else ""
        enclosed = rf'(?m)(^|{between}){space}"(?:[^"]|"")*"(?=$|\r|{between})'
        loose = '"' in re.sub(enclosed, r"\1", text)
        faults.append(CellFault(None, "", SHADOW, Severity.ERROR if loose else Severity.WARNING, message))
    elif len(lines.taken) > 1 and not record.faults and _may_be_torn(record.cells, dialect.delimiter):
        faults.append(_TORN)
    return tuple(faults)
