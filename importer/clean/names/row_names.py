"""The names of a row: a full name where it has no first or last name, and rows without a real name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from importer.clean.finding import CHECK, CellFinding, Cleaned, placeholder, shown
from importer.clean.names.full_name import FullName
from importer.clean.placeholders import is_placeholder

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
    """The names of a row by field, and the findings, each with its cell."""

    values: dict[str, str]
    findings: tuple[tuple[NameCell, CellFinding], ...]


def row_names(cells: Iterable[NameCell], *, reachable: bool) -> RowNames:
    """Put the names of a row together.

    `reachable`: the row has a phone or an email address. In a row without either, whose names are only placeholders
    (`N/A`, `null`), the names come out empty, so that the schema rejects the row as empty.
    """
    filled = [cell for cell in cells if _value(cell) or cell.cleaned.findings]
    if not reachable and filled and all(is_placeholder(cell.text) for cell in filled if cell.field != "role"):
        emptied = [cell for cell in filled if is_placeholder(cell.text)]
        values = {cell.field: _value(cell) for cell in filled if cell not in emptied}
        return RowNames(values, tuple((cell, placeholder(cell.text)) for cell in emptied))

    values = {}
    findings: list[tuple[NameCell, CellFinding]] = []
    for cell in sorted(filled, key=lambda cell: cell.field == "full_name"):
        findings += [(cell, finding) for finding in cell.cleaned.findings]
        if isinstance(cell.cleaned, FullName):
            findings += [(cell, finding) for finding in _add_full_name(values, cell, cell.cleaned)]
        elif cell.field in values:
            findings += [(cell, finding) for finding in unused(values[cell.field], cell.cleaned.value)]
        else:
            values[cell.field] = cell.cleaned.value
    return RowNames(values, tuple(findings))


def unused(kept: str, value: str) -> tuple[CellFinding, ...]:
    """The finding for a value whose field is already filled by another column."""
    if value in ("", kept):
        return ()
    what = f"{shown(value)} was not used, because another column already gave {shown(kept)}."
    return (CellFinding("value-unused", what, "Map only one of the two columns if that is wrong."),)


def _add_full_name(values: dict[str, str], cell: NameCell, full: FullName) -> tuple[CellFinding, ...]:
    first, last = values.get("first_name", ""), values.get("last_name", "")
    if not first and not last:
        values |= {"first_name": full.first, "last_name": full.last}
        return ()
    if sorted(f"{first} {last}".casefold().split()) == sorted(f"{full.first} {full.last}".casefold().split()):
        return ()
    what = f"The full name {shown(cell.text)} was not used, because the row has {shown(f'{first} {last}'.strip())}."
    return (CellFinding("value-unused", what, CHECK),)


def _value(cell: NameCell) -> str:
    return cell.cleaned.first if isinstance(cell.cleaned, FullName) else cell.cleaned.value
