"""Several columns for one field: a question, unless a custom field takes one of them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from importer.mapping.suggest.columns import Columns, SheetColumns, mapped, same_slot, unsure
from importer.mapping.suggest.custom_fields import fields_named, plain_name
from importer.mapping.suggest.header_key import fold
from importer.mapping.suggest.known_headers import custom_reason
from importer.model import Fit, Target

if TYPE_CHECKING:
    from importer.model import ColumnMapping, CustomField


def duplicates(sheet: SheetColumns, columns: Columns) -> Columns:
    """Every field that holds one value ends with one column at most; of several columns all are unsure."""
    slots: defaultdict[str, Columns] = defaultdict(list)
    for column in columns:
        if column.fit is Fit.MAPPED and (slot := same_slot(column.target)):
            slots[slot].append(column)

    settled = list(columns)
    used = {column.target.custom.key for column in columns if column.target and column.target.custom}
    for group in slots.values():
        rivals = list(group)
        for column in group:
            field = _own_field(sheet, column, used) if len(rivals) > 1 else None
            if field:
                used.add(field.key)
                target, reason = Target("custom", custom=field), custom_reason(sheet, column, field)
                settled[column.position] = mapped(column, target, reason, 0.95)
                rivals.remove(column)
        if len(rivals) > 1:
            field_name = rivals[0].target.name if rivals[0].target else ""
            titles = ", ".join(repr(sheet.titles[column.position]) for column in rivals)
            reason = f"{len(rivals)} columns could be the {field_name} ({titles}), and it holds one."
            for column in rivals:
                settled[column.position] = unsure(column, column.target, reason)
    return settled


def _own_field(sheet: SheetColumns, column: ColumnMapping, used: set[str]) -> CustomField | None:
    """The unused custom field of the same name, for a header that is not the default field's own name."""
    if not column.target or column.target.custom or fold(column.header) == fold(column.target.field):
        return None
    fields = fields_named(plain_name(column.header), sheet.custom)
    return fields[0] if len(fields) == 1 and fields[0].key not in used else None
