"""`id_map.csv` and `problems.csv`: RFC 4180, UTF-8, one line for each outcome or problem."""

from __future__ import annotations

import csv
from collections import deque
from contextlib import contextmanager
from functools import lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING

from importer.disk import replacing_text
from importer.model.sheet import NO_NAMES
from importer.regex import regex
from importer.text import csv_cell, harmless

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path
    from typing import TextIO

    from importer.model import Outcome, Problem, Severity, Status
    from importer.model.row_names import RowNames

ID_MAP_HEADER = ("row", "external_id", "contact_id", "status", "detail")
CORRECTIONS_HEADER = ("row", "column", "was", "now", "_cells")
FILE_HEADER = ("file", "file_row")
"""The columns that these tables have where the sheet is made of several files."""
PROBLEMS_HEADER = ("row", "column", "severity", "rule", "value", "message")
_BLOCK_LINES = 500
# Two ids that need neither quotes nor a mark against formulas: nearly all.
_PLAIN_IDS = regex("[A-Za-z0-9][A-Za-z0-9-]*,(?:[A-Za-z0-9][A-Za-z0-9-]*)?,")


def write_id_map(path: Path, outcomes: Iterable[Outcome], names: RowNames = NO_NAMES) -> None:
    """Stream `outcomes` (row order) to `id_map.csv`; `names` of rows of several files add two columns."""
    is_named = bool(names)
    with replacing_text(path) as stream:
        csv.writer(stream).writerow(with_file(ID_MAP_HEADER, names))
        lines = iter(outcomes)
        while block := list(islice(lines, _BLOCK_LINES)):
            stream.writelines(
                [
                    f"{row},{_ids(external_id, contact_id)}"
                    f"{_after_ids(status, detail)}{_in_file(row, names) if is_named else ''}\r\n"
                    for row, external_id, contact_id, status, detail in block
                ]
            )


def _ids(external_id: str, contact_id: str) -> str:
    """The cells of the two ids, with a comma after each."""
    ids = f"{external_id},{contact_id},"
    return ids if _PLAIN_IDS.fullmatch(ids) else f"{csv_cell(harmless(external_id))},{csv_cell(harmless(contact_id))},"


# Of most rows there is nothing to say but how they ended.
@lru_cache(maxsize=256)
def _after_ids(status: Status, detail: str) -> str:
    return f"{status.value},{csv_cell(harmless(detail))}"


def with_file(header: tuple[str, ...], names: RowNames) -> tuple[str, ...]:
    """Return the header of a table of rows, with two columns more where these are of several files."""
    return (*header, *FILE_HEADER) if names else header


def file_cells(row: int | None, names: RowNames) -> tuple[str | int, ...]:
    """Return what these columns say of a row."""
    if not names:
        return ()
    if row is None:
        return ("", "")
    file, file_row = names.place(row)
    return harmless(file), file_row


def write_problems(path: Path, problems: Iterable[Problem], names: RowNames = NO_NAMES) -> None:
    """Stream `problems` (column-wide ones first, then row order) to `problems.csv`; `names` as in `write_id_map`."""
    with problems_written(path, problems, names):
        pass


@contextmanager
def problems_written(
    path: Path, problems: Iterable[Problem], names: RowNames = NO_NAMES
) -> Iterator[Iterator[Problem]]:
    """Do as `write_problems`, and give the problems as they are written; at the end those that were not taken follow.

    There may be millions, and to read them from the journal a second time takes longer than to write them.
    """
    with replacing_text(path) as stream:
        csv.writer(stream).writerow(with_file(PROBLEMS_HEADER, names))
        blocks = _blocks_written(stream, iter(problems), names)
        yield chain.from_iterable(blocks)
        # What is left of a block that was taken in part is written already.
        deque(blocks, maxlen=0)


def _blocks_written(stream: TextIO, problems: Iterator[Problem], names: RowNames) -> Iterator[list[Problem]]:
    is_named = bool(names)
    while block := list(islice(problems, _BLOCK_LINES)):
        stream.writelines(
            [
                f"{'' if row is None else row},{_after_row(column or '', severity, rule, value, message)}"
                f"{_in_file(row, names) if is_named else ''}\r\n"
                for row, column, value, rule, severity, message, _ in block
            ]
        )
        yield block


def _in_file(row: int | None, names: RowNames) -> str:
    return "".join(f",{csv_cell(str(cell))}" for cell in file_cells(row, names))


# In a sheet with a problem in every row most lines say the same but for their row.
@lru_cache(maxsize=4096)
def _after_row(column: str, severity: Severity, rule: str, value: str, message: str) -> str:
    cells = (harmless(column), severity.value, rule, harmless(value), harmless(message))
    return ",".join(map(csv_cell, cells))


def write_corrections(path: Path, lines: Iterable[Sequence[str]]) -> None:
    """Write `corrections.csv`; its cells are made harmless where they are read back."""
    with replacing_text(path) as stream:
        table = csv.writer(stream)
        table.writerow(CORRECTIONS_HEADER)
        table.writerows(lines)
