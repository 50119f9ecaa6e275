"""The header row of an empty sheet for one workspace: every field, under a name by which it is found again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.mapping.suggest.suggest import suggest
from importer.model import CustomField, Fit, Target
from importer.model.fields import TEMPLATE_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence


def template_columns(custom_fields: Sequence[CustomField]) -> tuple[tuple[str, Target], ...]:
    """Header and target of every column. A custom field has its own name where that leads to it, else `custom:NAME`."""
    columns = [(column.header, Target(field)) for field, column in TEMPLATE_COLUMNS.items()]
    columns += [
        (" ".join(field.name.split()), Target("custom", custom=field)) for field in custom_fields if field.can_be_filled
    ]
    # A custom field may be called "Phone", and two may have one name: such a header is prefixed, by the key if need be.
    for prefixed in ("custom:{name}", "custom:{key}"):
        suggested = suggest([header for header, _ in columns], custom_fields)
        for n, column in enumerate(suggested.columns):
            target = columns[n][1]
            if target.custom and not (column.fit is Fit.MAPPED and column.target == target):
                name = " ".join(target.custom.name.split())
                columns[n] = (prefixed.format(name=name, key=target.custom.key), target)
    return tuple(columns)
