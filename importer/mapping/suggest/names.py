"""Headers that mean different things in different company: "Name" beside "Vorname", "Title" beside "Job Title"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.mapping.suggest.columns import Columns, SheetColumns, is_open, leave_out, mapped, sent, unsure
from importer.mapping.suggest.header_key import words
from importer.mapping.suggest.value_types import ENOUGH, filled, is_honorific, is_several_words, share
from importer.mapping.suggest.vocabulary import vocabulary
from importer.model import Target

if TYPE_CHECKING:
    from importer.model import ColumnMapping

_HALF = 0.5


def halves(sheet: SheetColumns, columns: Columns) -> Columns:
    """ "First" and "Last": names where both are there, a question where one is."""
    bare = vocabulary().bare
    keys = set(sheet.keys)
    both = bool(keys & bare["first"]) and bool(keys & bare["last"])
    return [_half(sheet, column, both) if is_open(column) else column for column in columns]


def _half(sheet: SheetColumns, column: ColumnMapping, both: bool) -> ColumnMapping:
    key, bare = sheet.keys[column.position], vocabulary().bare
    field = "first_name" if key in bare["first"] else "last_name" if key in bare["last"] else ""
    if not field:
        return column
    if both:
        return mapped(column, Target(field), "First and Last stand side by side.", 0.9)
    return unsure(column, Target(field), "First or Last alone may mean something else than a name.")


def wholes(sheet: SheetColumns, columns: Columns) -> Columns:
    """ "Name": the whole name alone, the other half beside a first or a last name, and nothing new beside both."""
    first, last = sent(columns, "first_name"), sent(columns, "last_name")
    resolved = [
        _whole(sheet, column, first, last)
        if is_open(column) and sheet.keys[column.position] in vocabulary().bare["whole"]
        else column
        for column in columns
    ]
    return [_beside_halves(resolved, column) for column in resolved]


def _whole(sheet: SheetColumns, column: ColumnMapping, first: Columns, last: Columns) -> ColumnMapping:
    key, bare = sheet.keys[column.position], vocabulary().bare
    if bool(first) == bool(last):
        return mapped(column, Target("full_name"), "A usual name of this field.", 0.9)
    if first and key in bare["last_beside_first"] and sheet.keys[first[0].position] in bare["surname_languages"]:
        return mapped(column, Target("last_name"), f"The surname, beside {first[0].header!r}.", 0.9)
    if last and key in bare["first_beside_last"] and not _is_whole(sheet, column, last[0]):
        return mapped(column, Target("first_name"), f"The first name, beside {last[0].header!r}.", 0.85)
    return unsure(column, Target("full_name"), "It may hold the whole name, or the other half of it.")


def _is_whole(sheet: SheetColumns, column: ColumnMapping, last: ColumnMapping) -> bool:
    """Whether most names look whole. "Juan Carlos" beside "García" does not, for a whole name has the surname in it."""
    names, surnames = sheet.samples[column.position], sheet.samples[last.position]
    if share(names, is_several_words) < _HALF:
        return False
    both = [(name, surname) for name, surname in zip(names, surnames, strict=False) if name.strip() and surname.strip()]
    return not both or sum(_has(name, surname) for name, surname in both) > len(both) * (1 - ENOUGH)


def _has(name: str, surname: str) -> bool:
    return not set(words(surname)).isdisjoint(words(name))


def _beside_halves(columns: Columns, column: ColumnMapping) -> ColumnMapping:
    if column not in sent(columns, "full_name"):
        return column
    halves_there = {half.target.field for half in sent(columns, "first_name", "last_name") if half.target}
    if len(halves_there) == 2:
        return leave_out(column, "The first and the last name have columns of their own.")
    if halves_there:
        return unsure(column, Target("full_name"), "Half of the name has a column of its own.")
    return column


def honorifics(sheet: SheetColumns, columns: Columns) -> Columns:
    """ "Title": Dr. where the export says so or a role has its own column; else what its values look like."""
    roles = sent(columns, "role")
    return [
        _title(sheet, column, roles)
        if is_open(column) and sheet.keys[column.position] in vocabulary().bare["title"]
        else column
        for column in columns
    ]


def _title(sheet: SheetColumns, column: ColumnMapping, roles: Columns) -> ColumnMapping:
    role, values = Target("role"), sheet.samples[column.position]
    if roles or (sheet.preset and sheet.preset.split):
        return leave_out(
            column, "A form of address (Dr., Ms.), which contacts have no field for; the role has its own column."
        )
    if filled(values) and share(values, is_honorific) <= 1 - ENOUGH:
        return mapped(column, role, "The values look like roles.", 0.85)
    return unsure(column, role, "It may hold roles (Director) or forms of address (Dr., Ms.).")
