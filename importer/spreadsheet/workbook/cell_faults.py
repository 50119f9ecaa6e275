"""What can be wrong with a cell of a workbook, as faults with their messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.model import Severity
from importer.spreadsheet.grid import CellFault
from importer.spreadsheet.workbook import formats, values
from importer.spreadsheet.workbook.values import MOST_DIGITS

if TYPE_CHECKING:
    from datetime import datetime


def shown_number(position: int, text: str, number_format: str, epoch: datetime) -> tuple[str, CellFault | None]:
    """The text of a number, as of_raw or of_number give it, in its format; and what is wrong with it."""
    if number_format not in (formats.GENERAL, ""):
        try:
            number = float(text)
        except ValueError:
            return text, None
        if moment := formats.moment(number_format, number):
            shown = values.of_serial(number, moment, epoch)
            return (text, no_date(position, text)) if shown is None else (shown, None)
    if values.lost_digits(text):
        return text, lost_digits(position, text)
    return formats.shown(text, number_format), None


def error_value(position: int, value: str) -> CellFault:
    """The cell shows #N/A, #REF! and the like."""
    shown = value or "#VALUE!"
    text = f"The cell shows the error {shown}; it was read as empty. Correct the formula, save, and run again."
    return CellFault(position, value, "error-value", Severity.WARNING, text)


def no_result(position: int, formula: str) -> CellFault:
    """A formula whose result is not stored in the file."""
    text = (
        "The cell holds a formula whose result is not stored in the file; it was read as empty. "
        "Open the file in Excel, save it, and run again."
    )
    return CellFault(position, f"={formula}" if formula else "", "formula-without-result", Severity.WARNING, text)


def lost_digits(position: int, value: str) -> CellFault:
    """A number with more digits than Excel keeps."""
    text = (
        f"The number {value} has more than {MOST_DIGITS} digits, which Excel does not keep: the last may be wrong. "
        "Compare it with the source, and store it as text in the sheet."
    )
    return CellFault(position, value, "digits-lost", Severity.WARNING, text)


def no_date(position: int, value: str) -> CellFault:
    """A number shown as a date that no calendar has."""
    text = (
        f"The number {value} is formatted as a date but no calendar has it; the number was kept. "
        "Correct the cell or its format."
    )
    return CellFault(position, value, "date-out-of-range", Severity.WARNING, text)


def half_read(kind: str) -> CellFault:
    """A file that is built in an unusual way, read by the reader that sees least."""
    text = (
        f"This {kind} file is built in an unusual way, so only the plain values of its cells could be read: number "
        "formats (00123 may have arrived as 123), cells that show errors, and hidden rows were not. Open it in a "
        "spreadsheet program, save it as a new .xlsx, and import that."
    )
    return CellFault(None, "", "formats-not-read", Severity.WARNING, text)
