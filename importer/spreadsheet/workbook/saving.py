"""Saving a workbook that openpyxl holds."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

if TYPE_CHECKING:
    from openpyxl import Workbook


def save_workbook(workbook: Workbook, stream: IO[bytes]) -> None:
    """Write a workbook. Raises OSError."""
    from openpyxl.writer.excel import ExcelWriter

    archive = ZipFile(stream, "w", ZIP_DEFLATED)
    try:
        ExcelWriter(workbook, archive).save()
    finally:
        # While the stream is open: left to the garbage collector, it would complain on stderr that it is not.
        archive.close()
