"""A person taken out of a workbook that this program wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.disk import replacing_bytes
from importer.model.added_columns import IDENTITY, ROW

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path


def forget_in_workbook(path: Path, rows: Collection[str], ids: Collection[str], is_in: Callable[[str], bool]) -> int:
    """Remove the rows that are about a person: by `_row`, by `_external_id`, or where a cell names them; give how many.

    Raises DiskFailed, or ValueError if it is no workbook.
    """
    from openpyxl import load_workbook

    try:
        workbook = load_workbook(path)
    except Exception as error:  # openpyxl has no error of its own for most damage
        raise ValueError(f"{path} cannot be read as a workbook") from error
    count = 0
    for sheet in workbook.worksheets:
        header = [str(cell.value or "") for cell in sheet[1]]
        # From below, so that the numbers of the rows above stay as they are.
        for number in range(sheet.max_row, 1, -1):
            texts = ["" if cell.value is None else str(cell.value) for cell in sheet[number]]
            named = dict(zip(header, texts, strict=False))
            if named.get(ROW) in rows or named.get(IDENTITY) in ids or any(map(is_in, texts)):
                for cell in sheet[number]:
                    cell.comment = None
                sheet.delete_rows(number)
                count += 1
    if count:
        with replacing_bytes(path) as stream:
            workbook.save(stream)
    return count
