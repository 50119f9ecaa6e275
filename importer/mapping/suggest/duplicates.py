"""Two columns for one field: a question, unless one of them has a custom field to go to."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from importer.mapping.suggest.columns import Columns, SheetColumns, mapped, same_slot, unsure
from importer.mapping.suggest.custom_fields import named, plain_name
from importer.mapping.suggest.header_key import fold
from importer.mapping.suggest.known_headers import custom_reason
from importer.model import Fit, Target

if TYPE_CHECKING:
    from importer.model import ColumnMapping, CustomField


def rivals(sheet: SheetColumns, columns: Columns) -> Columns:
    """Every single-valued field ends with one column at most; the others are unsure, all of them."""
    settled = list(columns)
    used = {column.target.custom.key for column in columns if column.target and column.target.custom}
    for group in _groups(columns):
        kept = group
        for column in group:
            field = _own_field(sheet, column, used)
            if field and len(kept) > 1:
                used.add(field.key)
                settled[column.position] = mapped(
                    column, Target("custom", custom=field), custom_reason(sheet, column, field), 0.95
                )
                kept = [other for other in kept if other is not column]
        for column in kept if len(kept) > 1 else ():
            settled[column.position] = unsure(column, column.target, _reason(sheet, column, kept))
    return settled


def _groups(columns: Columns) -> list[Columns]:
    slots: defaultdict[str, Columns] = defaultdict(list)
    for column in columns:
        if column.fit is Fit.MAPPED and (slot := same_slot(column.target)):
            slots[slot].append(column)
    return [group for group in slots.values() if len(group) > 1]


def _own_field(sheet: SheetColumns, column: ColumnMapping, used: set[str]) -> CustomField | None:
    """The unused custom field of the same name, for a header that is not the default field's own name."""
    if not column.target or column.target.custom or fold(column.header) == fold(column.target.field):
        return None
    found = named(plain_name(column.header), sheet.custom)
    return found[0] if len(found) == 1 and found[0].key not in used else None


def _reason(sheet: SheetColumns, column: ColumnMapping, group: Columns) -> str:
    target = column.target.name if column.target else ""
    titles = ", ".join(repr(sheet.titles[other.position]) for other in group)
    return f"{len(group)} columns could be the {target} ({titles}), and it holds one."
