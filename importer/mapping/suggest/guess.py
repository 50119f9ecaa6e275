"""Columns whose header is not known: near misses, words of doubt, and what the values look like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.mapping.suggest.columns import (
    Columns,
    SheetColumns,
    is_open,
    leave_out,
    mapped,
    same_slot,
    target_of,
    unsure,
)
from importer.mapping.suggest.contact_points import contact_point
from importer.mapping.suggest.custom_fields import plain_name
from importer.mapping.suggest.header_key import fold, words
from importer.mapping.suggest.known_headers import custom_reason
from importer.mapping.suggest.typos import closest, is_slip
from importer.mapping.suggest.value_types import ENOUGH, filled, has_phone_mark, is_email, is_phone, likely_type, share
from importer.mapping.suggest.vocabulary import vocabulary
from importer.model import Fit, Target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.model import ColumnMapping

_HALF = 0.5


def left_out(sheet: SheetColumns, columns: Columns) -> Columns:
    """Ids, faxes, other people's numbers: known, and no field of the contact."""
    return [_left_out(sheet, column) if is_open(column) else column for column in columns]


def _left_out(sheet: SheetColumns, column: ColumnMapping) -> ColumnMapping:
    known, found = vocabulary(), words(column.header)
    why = next((known.left[word] for word in found if word in known.left), "")
    if not why and any("fax" in word for word in found):
        why = known.left["fax"]
    if set(found) & known.ids or sheet.keys[column.position] in known.ids:
        return leave_out(
            column, "An id of another system; to make it the contact's external id, map it to external_id."
        )
    if why and not _speaks_of_points(found) and why in known.of_points:
        return leave_out(column, _rest_reason(sheet, column))
    return leave_out(column, f"Left out: {why}.") if why else column


def _speaks_of_points(found: Sequence[str]) -> bool:
    known = vocabulary()
    return any(word in known.phone or word in known.email or word in known.kinds for word in found)


def slips(sheet: SheetColumns, columns: Columns) -> Columns:
    """Headers 0.88 alike to a known one by difflib: mapped where only the typing differs, else a question."""
    taken = {same_slot(column.target) for column in columns if column.fit in (Fit.MAPPED, Fit.UNSURE)} - {""}
    return [_slip(sheet, column, taken) if is_open(column) else column for column in columns]


def _slip(sheet: SheetColumns, column: ColumnMapping, taken: set[str]) -> ColumnMapping:
    header = plain_name(column.header)
    custom = {field.name: Target("custom", custom=field) for field in sheet.custom}
    found = closest(header, [*custom, *vocabulary().spellings])
    if found is None:
        return column
    name, likeness = found
    target = custom.get(name) or _target_named(name)
    if target is None:
        return column
    reason = f"Much like {name!r}."
    if target.custom:
        reason = f"{reason} {custom_reason(sheet, column, target.custom)}"
    if same_slot(target) in taken or not is_slip(header, name) or _contradicted(sheet, column, target):
        return unsure(column, target, reason, likeness)
    return mapped(column, target, reason, likeness)


def _target_named(name: str) -> Target | None:
    meaning = vocabulary().fields.get(fold(name))
    return target_of(meaning) if meaning else contact_point(name)


def _contradicted(sheet: SheetColumns, column: ColumnMapping, target: Target) -> bool:
    looks = {"phone": is_phone, "email": is_email}.get(target.field)
    values = filled(sheet.samples[column.position])
    return looks is not None and bool(values) and share(values, looks) < _HALF


def doubts(sheet: SheetColumns, columns: Columns) -> Columns:
    """Headers such as "Contact" and "Customer": often a name, too often something else."""
    return [_doubt(sheet, column) if is_open(column) else column for column in columns]


def _doubt(sheet: SheetColumns, column: ColumnMapping) -> ColumnMapping:
    meaning = vocabulary().doubtful.get(sheet.keys[column.position])
    if not meaning:
        return column
    target = target_of(meaning)
    return unsure(column, target, f"It may be the {target.field}, or something else.", 0.5)


def by_values(sheet: SheetColumns, columns: Columns) -> Columns:
    """Unknown headers over values that look like emails or phones: always a question, never a guess."""
    return [_by_values(sheet, column) if is_open(column) else column for column in columns]


def _by_values(sheet: SheetColumns, column: ColumnMapping) -> ColumnMapping:
    values = sheet.samples[column.position]
    for field, looks in (("email", is_email), ("phone", _is_likely_phone)):
        if (part := share(values, looks)) >= ENOUGH:
            reason = f"{part:.0%} of the values looked at are like a{'n email' if field == 'email' else ' phone'}."
            return unsure(column, Target(field), reason, part / 2)
    return column


def _is_likely_phone(text: str) -> bool:
    digits = sum(map(str.isdecimal, text))
    return is_phone(text) and (has_phone_mark(text) or 10 <= digits <= 12)


def rest(sheet: SheetColumns, columns: Columns) -> Columns:
    """Whatever no step knows is left out, and says how to bring it in."""
    return [leave_out(column, _rest_reason(sheet, column)) if is_open(column) else column for column in columns]


def _rest_reason(sheet: SheetColumns, column: ColumnMapping) -> str:
    if not column.header.strip():
        return "The column has no header."
    values = sheet.samples[column.position]
    if not filled(values):
        return "No field has this name."
    # The API cannot make custom fields, a person can.
    return f"No field has this name; a new {likely_type(values)} field in the Quo app could hold it."
