"""What can be wrong with a cell of a workbook, as faults with their messages."""

from __future__ import annotations

from importer.model import Severity
from importer.spreadsheet.grid import CellFault
from importer.spreadsheet.workbook.values import MOST_DIGITS


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
        "Compare it with the source, and store it as text."
    )
    return CellFault(position, value, "digits-lost", Severity.WARNING, text)


def no_date(position: int, value: str) -> CellFault:
    """A number shown as a date that no calendar has."""
    text = (
        f"The number {value} is formatted as a date but no calendar has it; the number was kept. "
        "Correct the cell or its format."
    )
    return CellFault(position, value, "date-out-of-range", Severity.WARNING, text)


def errors_hidden(kind: str) -> CellFault:
    """Error values in a file whose reader gives them as empty cells."""
    text = (
        f"Some cells of this {kind} file show an error such as #N/A; they were read as empty. Which cells "
        "they are cannot be read from such a file. Correct the formulas, or save it as .xlsx to see where they are."
    )
    return CellFault(None, "", "errors-not-read", Severity.WARNING, text)


def formats_hidden(kind: str) -> CellFault:
    """Number formats with leading zeros in a file whose formats cannot be read."""
    text = (
        f"Some cells of this {kind} file have a format of their own, such as one that shows leading zeros, which was "
        "not read: 00123 arrives as 123. Save it as a new .xlsx and import that, if such a column matters."
    )
    return CellFault(None, "", "formats-not-read", Severity.WARNING, text)
