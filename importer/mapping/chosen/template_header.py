"""The header row of an empty sheet for one workspace: every field, under a name by which it is found again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.mapping.suggest.suggest import suggest
from importer.model import CustomField, Fit, Target

if TYPE_CHECKING:
    from collections.abc import Sequence

DEFAULTS = {
    "first_name": "First name",
    "last_name": "Last name",
    "company": "Company",
    "role": "Role",
    "phone": "Phone",
    "email": "Email",
    "external_id": "External ID",
}


def form_columns(custom_fields: Sequence[CustomField]) -> tuple[tuple[str, Target], ...]:
    """Header and target of every column. A custom field has its own name where that leads to it, else `custom:NAME`."""
    columns = [(header, Target(name)) for name, header in DEFAULTS.items()]
    columns += [(" ".join(one.name.split()), Target("custom", custom=one)) for one in custom_fields]
    for prefix in ("custom:{name}", "custom:{key}"):
        found = suggest([header for header, _ in columns], custom_fields)
        for n, one in enumerate(found.columns):
            target = columns[n][1]
            if target.custom and not (one.fit is Fit.MAPPED and one.target == target):
                columns[n] = (prefix.format(name=" ".join(target.custom.name.split()), key=target.custom.key), target)
    return tuple(columns)
