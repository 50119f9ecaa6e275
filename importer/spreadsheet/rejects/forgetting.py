"""A person taken out of a workbook that this program wrote."""

from __future__ import annotations

import zipfile
from bisect import bisect_left
from typing import TYPE_CHECKING, Any

from importer.disk import replacing_bytes
from importer.model.added_columns import IDENTITY, ROW
from importer.spreadsheet.options import Limits
from importer.spreadsheet.unpack import refuse_bomb

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

# A workbook of rejects has 50,000 rows; openpyxl takes some thirty times the memory of what it unpacks.
LIMITS = Limits(unpacked_bytes=400 * 1024**2)


def forget_in_workbook(path: Path, rows: Collection[str], ids: Collection[str], is_in: Callable[[str], bool]) -> int:
    """Remove the rows that are about a person: by `_row`, by `_external_id`, or where a cell names them; give how many.

    Raises DiskFailed, or ValueError if it is no workbook, or larger once unpacked than any that is written here.
    """
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(path) as archive:
            refuse_bomb(archive, path.name, LIMITS)
        workbook = load_workbook(path)
    except Exception as error:  # openpyxl has no error of its own for most damage
        raise ValueError(f"{path} cannot be read as a workbook") from error
    count = 0
    for sheet in workbook.worksheets:
        # Only cells that are there: openpyxl's own ways to take a row, or to delete one, make all cells of the sheet,
        # up to those of a stray far cell.
        cells_by_row: dict[int, list[Any]] = {}
        for (number, _), cell in sheet._cells.items():
            cells_by_row.setdefault(number, []).append(cell)
        header = {cell.column: _text(cell) for cell in cells_by_row.get(1, ())}
        forgotten: list[int] = []
        for number in sorted(cells_by_row.keys() - {1}):
            texts = {header.get(cell.column, ""): _text(cell) for cell in cells_by_row[number]}
            is_named = texts.get(ROW) in rows or texts.get(IDENTITY) in ids
            if is_named or any(is_in(_text(cell)) for cell in cells_by_row[number]):
                forgotten.append(number)
        for number in forgotten:
            del cells_by_row[number]
        sheet._cells = {}
        for number, cells in cells_by_row.items():
            for cell in cells:
                cell.row = number - bisect_left(forgotten, number)
                sheet._cells[cell.row, cell.column] = cell
        count += len(forgotten)
    if count:
        with replacing_bytes(path) as stream:
            workbook.save(stream)
    return count


def _text(cell: Any) -> str:
    return "" if cell.value is None else str(cell.value)
