"""The names of a row: a full name where no first or last name is given, and rows that name nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from importer.clean.finding import CHECK, CellFinding, Cleaned, placeholder, shown
from importer.clean.names.full_name import FullName
from importer.clean.words.placeholders import is_placeholder

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class NameCell:
    """A cell that names the row's person or company: its column, its field, its text, and what cleaning made of it."""

    position: int
    field: str
    text: str
    cleaned: Cleaned | FullName


@dataclass(frozen=True, slots=True)
class RowNames:
    """The names of a row by field, and what there is to say, each with the cell it is said of."""

    values: dict[str, str]
    said: tuple[tuple[NameCell, CellFinding], ...]


def row_names(cells: Iterable[NameCell], *, reachable: bool) -> RowNames:
    """Put the names of a row together.

    `reachable` tells that the row has a phone or an email address. A row that has none and whose names are nothing but
    placeholders (`N/A`, `null`) names nobody: its names come out empty, so that the schema rejects it as empty.
    """
    given = [cell for cell in cells if _is_given(cell)]
    if not reachable and given and all(is_placeholder(cell.text) for cell in given if cell.field != "role"):
        emptied = [cell for cell in given if is_placeholder(cell.text)]
        values = {cell.field: _value(cell) for cell in given if cell not in emptied}
        return RowNames(values, tuple((cell, placeholder(cell.text)) for cell in emptied))
    return _together(given)


def _together(given: list[NameCell]) -> RowNames:
    values: dict[str, str] = {}
    said: list[tuple[NameCell, CellFinding]] = []
    for cell in sorted(given, key=lambda cell: cell.field == "full_name"):
        said += [(cell, finding) for finding in cell.cleaned.findings]
        if isinstance(cell.cleaned, FullName):
            said += [(cell, finding) for finding in _take_full_name(values, cell, cell.cleaned)]
        elif cell.field in values:
            said += [(cell, finding) for finding in unused(values[cell.field], cell.cleaned.value)]
        else:
            values[cell.field] = cell.cleaned.value
    return RowNames(values, tuple(said))


def unused(kept: str, value: str) -> tuple[CellFinding, ...]:
    """The line for a value that found its field already filled by another column."""
    if value in ("", kept):
        return ()
    what = f"{shown(value)} was not used, because another column already gave {shown(kept)}."
    return (CellFinding("value-unused", what, "Map only one of the two columns if that is wrong."),)


def _take_full_name(values: dict[str, str], cell: NameCell, full: FullName) -> tuple[CellFinding, ...]:
    first, last = values.get("first_name", ""), values.get("last_name", "")
    if not first and not last:
        values |= {"first_name": full.first, "last_name": full.last}
        return ()
    if sorted(f"{first} {last}".casefold().split()) == sorted(f"{full.first} {full.last}".casefold().split()):
        return ()
    what = f"The full name {shown(cell.text)} was not used, because the row has {shown(f'{first} {last}'.strip())}."
    return (CellFinding("value-unused", what, CHECK),)


def _is_given(cell: NameCell) -> bool:
    return bool(_value(cell) or cell.cleaned.findings)


def _value(cell: NameCell) -> str:
    return cell.cleaned.first if isinstance(cell.cleaned, FullName) else cell.cleaned.value
