"""Several columns for one field: a question, unless a custom field takes one of them."""

from __future__ import annotations

from collections import defaultdict

from importer.mapping.suggest.columns import Columns, SheetColumns, mapped, same_slot, unsure
from importer.mapping.suggest.custom_fields import fields_named, plain_name
from importer.mapping.suggest.header_key import fold
from importer.mapping.suggest.known_headers import custom_reason
from importer.model import Fit, Target


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
            # The workspace may have a custom field of the same name, which takes the column, but not the one that is
            # called exactly as the default field.
            fields = fields_named(plain_name(column.header), sheet.custom)
            is_default = fold(column.header) == fold(column.target.field) if column.target else True
            is_custom = column.target is not None and column.target.custom is not None
            if len(rivals) == 1 or is_default or is_custom or len(fields) != 1 or fields[0].key in used:
                continue
            used.add(fields[0].key)
            target, reason = Target("custom", custom=fields[0]), custom_reason(sheet, column, fields[0])
            settled[column.position] = mapped(column, target, reason, 0.95)
            rivals.remove(column)
        if len(rivals) > 1:
            field_name = rivals[0].target.name if rivals[0].target else ""
            titles = ", ".join(repr(sheet.titles[column.position]) for column in rivals)
            reason = f"{len(rivals)} columns could be the {field_name} ({titles}), and it holds one."
            for column in rivals:
                settled[column.position] = unsure(column, column.target, reason)
    return settled
