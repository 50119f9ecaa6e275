"""An xlsx whose fonts, fills and borders are read too, by openpyxl: what a workbook of rejects takes over."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from importer.spreadsheet.workbook.reader import Reader
from importer.spreadsheet.workbook.xlsx import XlsxPackage

if TYPE_CHECKING:
    from pathlib import Path

    from importer.spreadsheet.options import Limits


_MOST_STYLE_BYTES = 8 * 1024**2


class OpenpyxlWorkbook(XlsxPackage):
    """The workbook at `path` with its styles; close it, or use it in a `with`."""

    def __init__(self, path: Path, limits: Limits) -> None:
        super().__init__(path, limits)
        styles = self.plain_parts["styles"]
        if styles is not None and self._parts.getinfo(styles).file_size > _MOST_STYLE_BYTES:
            self.close()
            raise ValueError("more styles than openpyxl can read in a reasonable time")
        with path.open("rb") as stream, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions that do not touch the cells
            reader = Reader(stream, read_only=True, data_only=True, keep_links=False)
            reader.read()
        self.workbook: Any = reader.wb
