"""The names of a row: a full name where it has no first or last name, and rows without a real name."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from importer.clean.finding import CHECK, CellFinding, Cleaned, placeholder, shown
from importer.clean.names.full_name import FullName
from importer.clean.names.name import kept_name
from importer.clean.placeholders import is_no_person, is_placeholder
from importer.languages.name_kinds import NameKind, kind_of_name
from importer.model.fields import IDENTIFYING_FIELDS

if TYPE_CHECKING:
    from collections.abc import Sequence

_PERSON_INSTEAD = "If it is a person's name, put its two parts into columns for first and last name."


class NameCell(NamedTuple):
    """A cell that names the row's person or company: its column, its field, its text, and what cleaning made of it."""

    position: int
    field: str
    text: str
    cleaned: Cleaned | FullName

    @property
    def value(self) -> str:
        """The cell's name; of a full name the first one, or the company that it is."""
        return self.cleaned.first or self.cleaned.company if isinstance(self.cleaned, FullName) else self.cleaned.value


class CleanedNames(NamedTuple):
    """The names of a row by field, and the findings, each with its cell."""

    values: dict[str, str]
    findings: tuple[tuple[NameCell, CellFinding], ...]


def row_names(cells: Sequence[NameCell], *, reachable: bool) -> CleanedNames:
    """Put the names of a row together.

    `reachable`: the row has a phone or an email address. In a row without either, whose names are only placeholders
    (`N/A`, `null`) or those of no person (`Walk-In`), the names come out empty, so that the schema rejects the row as
    empty; in another row the name of no person is kept, with a finding.
    """
    filled = [cell for cell in cells if cell.value or cell.cleaned.findings]
    naming = [cell for cell in filled if cell.field in IDENTIFYING_FIELDS]
    no_person = _cells_of_no_person(naming)
    if not reachable and filled and all(cell in no_person or is_placeholder(cell.text) for cell in naming):
        emptied = [cell for cell in filled if cell in no_person or is_placeholder(cell.text)]
        values = {cell.field: cell.value for cell in filled if cell not in emptied}
        return CleanedNames(values, tuple((cell, placeholder(cell.text)) for cell in emptied))

    values = {}
    findings = [(cell, kept_name(cell.text)) for cell in no_person]
    # The full name last, since it only fills what its own columns leave empty.
    for cell in sorted(filled, key=lambda cell: cell.field == "full_name"):
        findings += [(cell, finding) for finding in cell.cleaned.findings]
        if isinstance(cell.cleaned, FullName):
            full, first, last = cell.cleaned, values.get("first_name", ""), values.get("last_name", "")
            if full.company:
                findings += [(cell, finding) for finding in _take_company(full.company, values)]
            elif not first and not last:
                values |= {"first_name": full.first, "last_name": full.last}
            # The same words in another order, as in `Lovelace Ada`, are no other name.
            elif sorted(f"{first} {last}".casefold().split()) != sorted(f"{full.first} {full.last}".casefold().split()):
                own = shown(f"{first} {last}".strip())
                what = f"The full name {shown(cell.text)} was not used, because the row has {own}."
                findings.append((cell, CellFinding("value-unused", what, CHECK)))
        elif cell.field in values:
            findings += [(cell, finding) for finding in unused(values[cell.field], cell.value)]
        else:
            values[cell.field] = cell.value
    # A sheet with a first and a last name has the company's name in one of them.
    halves = [cell for cell in filled if cell.field in ("first_name", "last_name") and cell.value]
    fields = {cell.field for cell in cells}
    if len(halves) == 1 and fields >= {"first_name", "last_name"} and kind_of_name(halves[0].value) is NameKind.COMPANY:
        values.pop(halves[0].field)
        findings += [(halves[0], finding) for finding in _take_company(halves[0].value, values)]
    return CleanedNames(values, tuple(findings))


def _cells_of_no_person(cells: Sequence[NameCell]) -> list[NameCell]:
    """The cells that name a row, if what they say together is that there is no person: "Walk" and "In"."""
    of_person = [cell for cell in cells if cell.field != "company" and cell.value]
    cells_of_name = of_person or [cell for cell in cells if cell.value]
    return cells_of_name if is_no_person(" ".join(cell.text for cell in cells_of_name)) else []


def _take_company(name: str, values: dict[str, str]) -> tuple[CellFinding, ...]:
    """Put a company's name that was in a column of people into the company, where that is free; give what to say."""
    company = values.get("company", "")
    if company.casefold() == name.casefold():
        return ()
    what = f"{shown(name)} {NameKind.COMPANY.value}"
    if not company:
        values["company"] = name
        return (CellFinding("name-company", f"{what}, so it became the company.", _PERSON_INSTEAD),)
    if values.get("first_name") or values.get("last_name"):
        return unused(company, name)
    values["first_name"] = name
    where = f"and the company is {shown(company)}, so the whole cell became the first name"
    return (CellFinding("name-not-split", f"{what}, {where}.", CHECK),)


def unused(kept: str, value: str) -> tuple[CellFinding, ...]:
    """The finding for a value whose field is already filled by another column."""
    if value in ("", kept):
        return ()
    what = f"{shown(value)} was not used, because another column already gave {shown(kept)}."
    return (CellFinding("value-unused", what, "Map only one of the two columns if that is wrong."),)
