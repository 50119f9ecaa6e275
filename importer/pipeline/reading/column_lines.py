"""What becomes of each column, as lines for people and programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.model import Fit

if TYPE_CHECKING:
    from collections.abc import Collection

    from importer.model import Mapping


def describe(mapping: Mapping, empty_columns: Collection[int | None] = ()) -> list[dict[str, str]]:
    """Return the mapping as JSON-ready lines: column, field, fit, reason.

    `empty_columns`: positions of empty columns, which are left out unless they are mapped.
    """
    names = mapping.names
    return [
        {
            "column": names[column.position],
            "field": column.target.typed if column.target and column.fit is Fit.MAPPED else "",
            "fit": column.fit.value,
            "reason": column.reason,
        }
        for column in mapping.columns
        if column.position not in empty_columns or column.fit is Fit.MAPPED
    ]


def joined_to(mapping: Mapping) -> dict[str, str]:
    """Return what becomes of the columns that are parts of others (labels, area codes, extensions), by name."""
    names = mapping.names
    parts: dict[str, str] = {}
    for column in mapping.mapped:
        parts |= {names[position]: f"part of {names[column.position]}" for position in column.beside}
    return parts
