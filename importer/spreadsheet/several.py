"""Several files of one shape as one table: the rows of each, under the columns of the first, with the file's name.

The rows of the n-th file have its numbers there plus n times a power of ten: row 100,012 is row 12 of the second file.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from importer.errors import SourceError
from importer.model import Problem, ReadDecision, SourceTable
from importer.model.row_names import FILE_COLUMN, FILE_ROW_COLUMN, RowNames
from importer.sheet_files import common_folder, paths_of, split
from importer.spreadsheet.fetch import OWNER_FILE_PREFIX
from importer.spreadsheet.grid import CellFault, Grid, RecordRun
from importer.spreadsheet.header import ends_a_rejects_header
from importer.spreadsheet.hidden import HiddenCells
from importer.spreadsheet.layout import Layout
from importer.spreadsheet.private_copy import PrivateFolder
from importer.spreadsheet.rows import Rows
from importer.text import counted, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from importer.spreadsheet.grid import Record
    from importer.spreadsheet.options import ReadOptions

CARDS = "vCard"
_LEAST_STEP = 1000
_NAMED = 8


def open_several(text: str, options: ReadOptions, open_table: Callable[..., SourceTable]) -> SourceTable:
    """Open several files, or the sheets of a folder, as one table.

    Raises SourceError: a file that cannot be read, files of different shapes, rejects among them, an empty folder.
    """
    files, left_out = _files(text)
    tables = [_opened(file, options, open_table) for file in files]
    names = _short_names(files)
    if len(tables) == 1 and not left_out:
        return tables[0]
    headers, places = _columns(tables, names)
    last = max(_last_row(cast("Rows", table.chunks)) for table in tables)
    step = _LEAST_STEP
    while step <= last:
        step *= 10
    row_names = RowNames(tuple(step * number for number in range(len(tables))), tuple(names))

    skipped: dict[int, tuple[str, str]] = {}

    def runs() -> Generator[RecordRun]:
        for start, name, table, place in zip(row_names.starts, names, tables, places, strict=True):
            rows = cast("Rows", table.chunks)
            with closing(rows.runs()) as stored:
                for run in stored:
                    skipped.update({start + row: why for row, why in rows.reasons(run).items()})
                    faults = {start + record.row: _faults(record, own, place) for record, own in rows.faulty(run)}
                    cells = [
                        [*_placed(own, place, len(headers)), name, str(row), *own[len(place) :]]
                        for row, own in zip(run.rows, run.cells, strict=True)
                    ]
                    yield RecordRun([start + row for row in run.rows], cells, faults)

    columns = (*headers, FILE_COLUMN, FILE_ROW_COLUMN)
    decisions = [ReadDecision("files", ", ".join(names[:_NAMED]) + (", ..." if len(names) > _NAMED else ""))]
    decisions += _common_decisions(tables, names)
    if left_out:
        decisions.append(ReadDecision("not read", ", ".join(left_out[:_NAMED])))
    grid = Grid(runs=runs, kind="several files", headers=columns, skipped=skipped, decisions=tuple(decisions))
    layout = Layout(0, columns)
    chunks = Rows(grid, layout, options, PrivateFolder(), HiddenCells(), text)
    contents = "".join(f"{name}{table.digest}" for name, table in zip(names, tables, strict=True))
    folder = common_folder(text).name or str(common_folder(text))
    return SourceTable(
        file=f"{counted(len(files), 'file')} of {folder}",
        sheet=None,
        header_row=0,
        headers=columns,
        chunks=chunks,
        decisions=tuple(decisions),
        problems=tuple(
            problem._replace(message=f"{name}: {problem.message}")
            for name, table in zip(names, tables, strict=True)
            for problem in table.problems
        ),
        digest=hashlib.blake2b(contents.encode(), digest_size=16).hexdigest(),
        row_names=row_names,
    )


def _files(text: str) -> tuple[list[str], list[str]]:
    """The files to read in the order of their names, and the names of those in a folder that are no sheets."""
    files: list[str] = []
    left_out: list[str] = []
    for name in split(text):
        path = Path(name)
        if "://" in name or not path.is_dir():
            files.append(name)
            continue
        sheets = paths_of(name)
        files += map(str, sheets)
        hidden = (".", OWNER_FILE_PREFIX)
        others = (each for each in path.iterdir() if each.is_file() and not each.name.startswith(hidden))
        left_out += sorted(each.name for each in others if each not in sheets)
        if not sheets:
            raise SourceError(
                f"The folder {name} holds no sheet.", "Name the folder or the file with the contacts, and run again."
            )
    if "-" in files:
        raise SourceError("Standard input cannot be read beside files.", "Save it to a file, and name that.")
    return sorted(dict.fromkeys(files)), left_out


def _opened(file: str, options: ReadOptions, open_table: Callable[..., SourceTable]) -> SourceTable:
    table = open_table(file, replace(options, limit=None))
    if ends_a_rejects_header(table.headers):
        raise SourceError(
            f"{file} is a file of rejects, which says whose rows it holds.",
            "Import it by itself, not with other files.",
        )
    return table


def _short_names(files: Sequence[str]) -> list[str]:
    """The names of the files; with their folders where two would be the same."""
    names = [Path(file).name for file in files]
    twice = {name for name, count in Counter(names).items() if count > 1}
    return [file if name in twice else name for file, name in zip(files, names, strict=True)]


def _columns(tables: Sequence[SourceTable], names: Sequence[str]) -> tuple[list[str], list[list[int]]]:
    """The columns of all, and for each file where its columns are among them. Raises SourceError where they differ."""
    # Cards have the columns that they fill: what one lacks is empty.
    are_cards = all(cast("Rows", table.chunks).grid.kind == CARDS for table in tables)
    headers: list[str] = [header for place, header in enumerate(tables[0].headers) if place not in tables[0].nothing]
    places = []
    for table, name in zip(tables, names, strict=True):
        free: dict[str, list[int]] = {}
        for place, header in enumerate(headers):
            free.setdefault(_key(header), []).append(place)
        own: list[int] = []
        more: list[str] = []
        for position, header in enumerate(table.headers):
            if position in table.nothing:
                own.append(-1)
            elif free.get(_key(header)):
                own.append(free[_key(header)].pop(0))
            elif are_cards:
                own.append(len(headers))
                headers.append(header)
            else:
                more.append(header)
        fewer = [headers[place] for left in free.values() for place in left] if not are_cards else []
        if more or fewer:
            raise _other_shape(names[0], name, fewer, more)
        places.append(own)
    return headers, places


def _key(header: str) -> str:
    return header.strip().casefold()


def _other_shape(first: str, other: str, fewer: Sequence[str], more: Sequence[str]) -> SourceError:
    words = []
    if fewer:
        words.append(f"lacks {_listed(fewer)}")
    if more:
        words.append(f"has {_listed(more)} beyond those")
    return SourceError(
        f"{other} has other columns than {first}: it {' and '.join(words)}.",
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
        *(ReadDecision(what, " or ".join(found)) for what, found in values.items()),
        *(ReadDecision(what, "; ".join(found[:_NAMED])) for what, found in of_one.items()),
    ]
