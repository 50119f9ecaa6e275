"""Several files of one shape as one table: the rows of each, under the columns of the first, with the file's name.

The rows of the n-th file have its numbers there plus n times a power of ten: row 100,012 is row 12 of the second file.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from importer.errors import SheetEmpty, SourceError
from importer.model import Problem, ReadDecision, Severity, SourceTable
from importer.model.added_columns import FILE_COLUMN, FILE_ROW_COLUMN
from importer.model.row_names import RowNames
from importer.sheet_files import common_folder
from importer.spreadsheet.grid import CellFault, Grid, RecordRun
from importer.spreadsheet.header import ends_a_rejects_header
from importer.spreadsheet.hidden import HiddenCells
from importer.spreadsheet.layout import Layout
from importer.spreadsheet.private_copy import PrivateFolder
from importer.spreadsheet.rows import Rows
from importer.spreadsheet.source_files import source_files
from importer.text import counted, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from importer.spreadsheet.grid import Record
    from importer.spreadsheet.options import ReadOptions

CARDS = "vCard"
FILE_LEFT_OUT = "file-left-out"
_LEAST_STEP = 1000
_NAMED = 8


class _LeftOut(NamedTuple):
    """A file that looked like a sheet and is not read with the others."""

    name: str
    why: str
    next_step: str

    def problem(self) -> Problem:
        text = f"{self.name} was not read: {self.why}. {self.next_step}"
        return Problem(None, None, "", FILE_LEFT_OUT, Severity.WARNING, text)


class _Part(NamedTuple):
    """One of several files: its rows are numbered from `start`, and its columns stand at `place` among `width`."""

    start: int
    name: str
    rows: Rows
    place: Sequence[int]
    width: int

    def runs(self, skipped: dict[int, tuple[str, str]]) -> Generator[RecordRun]:
        """Yield its rows as rows of all files; those that are skipped are noted with their reasons."""
        above = self.rows.layout.header_row
        with closing(self.rows.runs()) as stored:
            for run in stored:
                skipped.update({self.start + row: why for row, why in self.rows.reasons(run).items()})
                doubtful, above = self.rows.doubtful(run, above), run.rows[-1]
                faulty = self.rows.faulty(run, doubtful)
                faults = {
                    self.start + record.row: _faults(record, cell_faults, self.place) for record, cell_faults in faulty
                }
                cells = [
                    [
                        *_placed(cell_faults, self.place, self.width),
                        self.name,
                        str(row),
                        *cell_faults[len(self.place) :],
                    ]
                    for row, cell_faults in zip(run.rows, run.cells, strict=True)
                ]
                yield RecordRun([self.start + row for row in run.rows], cells, faults)


def open_several(text: str, options: ReadOptions, open_table: Callable[..., SourceTable]) -> SourceTable:
    """Open several files, or the sheets of a folder, as one table.

    Raises SourceError: a file that cannot be read, files of different shapes, rejects among them, an empty folder.
    """
    named, not_read = source_files(text)
    opened, left_out = _opened(named, options, open_table)
    files, tables = list(opened), list(opened.values())
    problems = [file.problem() for file in left_out]
    not_read += [f"{Path(file.name).name} ({file.why})" for file in left_out]
    decisions = [ReadDecision("not read", _first(not_read))] if not_read else []
    if len(tables) == 1:
        (table,) = tables
        return replace(table, decisions=(*table.decisions, *decisions), problems=(*table.problems, *problems))
    names = [Path(file).name for file in files]
    # With their folders where two would be the same.
    twice = {name for name, count in Counter(names).items() if count > 1}
    names = [file if name in twice else name for file, name in zip(files, names, strict=True)]
    headers, places = _columns(tables, names)
    row_names = _row_names(tables, names)

    skipped: dict[int, tuple[str, str]] = {}

    def runs() -> Generator[RecordRun]:
        for start, name, table, place in zip(row_names.starts, names, tables, places, strict=True):
            part = _Part(start, name, cast("Rows", table.chunks), place, len(headers))
            yield from part.runs(skipped)

    columns = (*headers, FILE_COLUMN, FILE_ROW_COLUMN)
    decisions = [ReadDecision("files", _first(names)), *_common_decisions(tables, names), *decisions]
    kind = CARDS if all(_kind(table) == CARDS for table in tables) else "several files"
    grid = Grid(runs=runs, kind=kind, headers=columns, skipped=skipped, decisions=tuple(decisions))
    layout = Layout(0, columns)
    chunks = Rows(grid, layout, options, PrivateFolder(), HiddenCells(), text)
    contents = "".join(f"{name}{table.digest}" for name, table in zip(names, tables, strict=True))
    of_tables = (
        problem._replace(message=f"{name}: {problem.message}")
        for name, table in zip(names, tables, strict=True)
        for problem in table.problems
    )
    folder = common_folder(text).name or str(common_folder(text))
    return SourceTable(
        file=f"{counted(len(files), 'file')} of {folder}",
        sheet=None,
        header_row=0,
        headers=columns,
        chunks=chunks,
        decisions=tuple(decisions),
        problems=(*problems, *of_tables),
        digest=hashlib.blake2b(contents.encode(), digest_size=16).hexdigest(),
        row_names=row_names,
    )


def _row_names(tables: Sequence[SourceTable], names: Sequence[str]) -> RowNames:
    """Number the rows of each table from a round number of its own, above the last row of the longest."""
    last = max(_last_row(cast("Rows", table.chunks)) for table in tables)
    step = _LEAST_STEP
    while step <= last:
        step *= 10
    return RowNames(tuple(step * number for number in range(len(tables))), tuple(names))


def _opened(
    files: Sequence[str], options: ReadOptions, open_table: Callable[..., SourceTable]
) -> tuple[dict[str, SourceTable], list[_LeftOut]]:
    """The table of each file, and the files that are left out. Raises SourceError for one that cannot be read."""
    tables: dict[str, SourceTable] = {}
    left_out = []
    empty = None
    for file in files:
        try:
            table = tables[file] = open_table(file, replace(options, limit=None))
        except SheetEmpty as error:
            left_out.append(_LeftOut(file, "it is empty", "If it should hold rows, export it again."))
            empty = empty or error
            continue
        if ends_a_rejects_header(table.headers):
            raise SourceError(
                f"{file} is a rejects file, which belongs to one sheet alone.",
                "Import it by itself, not with other files.",
            )
    if not tables and empty is not None:
        raise empty
    cards = [file for file, table in tables.items() if _kind(table) == CARDS]
    if len(cards) == 1 < len(tables):
        left_out.append(_LeftOut(cards[0], "it is an address book beside sheets", "Import it by itself."))
        del tables[cards[0]]
    keys = {_key(name) for file, table in tables.items() if not _is_note(file) for name in table.headers}
    for file in [file for file, table in tables.items() if _is_note(file) and not keys & set(map(_key, table.headers))]:
        if keys:
            left_out.append(
                _LeftOut(file, "it has no column of the other files", "If it is a sheet, import it by itself.")
            )
            del tables[file]
    return tables, left_out


def _first(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")


def _kind(table: SourceTable) -> str:
    return cast("Rows", table.chunks).grid.kind


def _is_note(file: str) -> bool:
    """Whether a file may be a text for people to read, and no sheet."""
    return Path(file).suffix.lower() == ".txt"


def _columns(tables: Sequence[SourceTable], names: Sequence[str]) -> tuple[list[str], list[list[int]]]:
    """The columns of all, and for each file where its columns are among them. Raises SourceError where they differ."""
    # Cards have the columns that they fill: what one lacks is empty.
    are_cards = all(_kind(table) == CARDS for table in tables)
    headers: list[str] = [header for place, header in enumerate(tables[0].headers) if place not in tables[0].nothing]
    places = []
    for table, name in zip(tables, names, strict=True):
        free: dict[str, list[int]] = {}
        for place, header in enumerate(headers):
            free.setdefault(_key(header), []).append(place)
        rows_of_file: list[int] = []
        more: list[str] = []
        for position, header in enumerate(table.headers):
            if position in table.nothing:
                rows_of_file.append(-1)
            elif free.get(_key(header)):
                rows_of_file.append(free[_key(header)].pop(0))
            elif are_cards:
                rows_of_file.append(len(headers))
                headers.append(header)
            else:
                more.append(header)
        fewer = [headers[place] for positions in free.values() for place in positions] if not are_cards else []
        if more or fewer:
            raise _other_shape(names[0], name, fewer, more)
        places.append(rows_of_file)
    return headers, places


def _key(header: str) -> str:
    return header.strip().casefold()


def _other_shape(first: str, second: str, fewer: Sequence[str], more: Sequence[str]) -> SourceError:
    words = []
    if fewer:
        words.append(f"lacks {_listed(fewer)}")
    if more:
        words.append(f"has {_listed(more)} beyond those")
    return SourceError(
        f"{second} has other columns than {first}: it {' and '.join(words)}.",
        "Give the columns the same names in all files, or import files of another shape by themselves.",
    )


def _listed(headers: Sequence[str]) -> str:
    shown = ", ".join(f'"{shorten(header.strip())}"' for header in headers[:_NAMED])
    more = f" and {len(headers) - _NAMED} more" if len(headers) > _NAMED else ""
    return f"the column{'' if len(headers) == 1 else 's'} {shown}{more}"


def _placed(cells: Sequence[str], place: Sequence[int], width: int) -> list[str]:
    row = [""] * width
    for position, text in zip(place, cells, strict=False):
        if position >= 0:
            row[position] = text
    return row


def _faults(record: Record, problems: Sequence[Problem], place: Sequence[int]) -> tuple[CellFault, ...]:
    """What was found in a row of a file, for the row of the whole."""
    faults = []
    for problem in problems:
        if problem.rule == "extra-cells":
            continue  # its cells are beyond the whole table too, where it is found again
        position = None if problem.position is None or problem.position >= len(place) else place[problem.position]
        # The name of the row is put in front again, as it is in the whole.
        _, _, text = problem.message.partition(": ")
        faults.append(CellFault(position, problem.value, problem.rule, problem.severity, text or problem.message))
    return tuple(faults)


def _last_row(rows: Rows) -> int:
    last = rows.layout.header_row
    with closing(rows.runs()) as runs:
        for run in runs:
            last = run.rows[-1]
    return last


_COMMON = frozenset({"format", "encoding", "delimiter", "header row"})
_OF_ONE = frozenset({"sheet", "rows", "files", "reader"})
"""What is decided of each file alone and changes nothing for its rows; all else is said with the file's name."""


def _common_decisions(tables: Sequence[SourceTable], names: Sequence[str]) -> list[ReadDecision]:
    """What was decided about all files alike, and what is left out of one of them, with its name."""
    values: dict[str, dict[str, None]] = {}
    of_one: dict[str, list[str]] = {}
    for table, name in zip(tables, names, strict=True):
        for decision in table.decisions:
            if decision.what in _COMMON:
                values.setdefault(decision.what, {})[decision.value] = None
            elif decision.what not in _OF_ONE:
                of_one.setdefault(decision.what, []).append(f"{decision.value} ({name})")
    return [
        *(ReadDecision(topic, " or ".join(texts)) for topic, texts in values.items()),
        *(ReadDecision(topic, "; ".join(texts[:_NAMED])) for topic, texts in of_one.items()),
    ]
