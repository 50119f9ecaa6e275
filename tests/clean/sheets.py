"""Sheets for the tests of cleaning: custom fields, mappings and rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from importer.clean.rules import CleanRules
from importer.model import ColumnMapping, CustomField, FieldType, Fit, Mapping, SourceChunk, Target

if TYPE_CHECKING:
    from collections.abc import Sequence

SINCE = CustomField("k1", "Since", FieldType.DATE)
AMOUNT = CustomField("k2", "Amount", FieldType.NUMBER)
ADDRESS = CustomField("k3", "Address", FieldType.ADDRESS)
TAGS = CustomField("k4", "Tags", FieldType.MULTI_SELECT)
NOTE = CustomField("k5", "Note", FieldType.STRING)
US = CleanRules(region="US")


def mapping(*fields: str | CustomField | Target | None, headers: Sequence[str] = ()) -> Mapping:
    """Columns in order: a field's name, a custom field, a whole target, or None for a column that is not mapped."""
    columns = []
    for position, given_field in enumerate(fields):
        target = Target(given_field) if isinstance(given_field, str) else given_field
        target = Target("custom", custom=target) if isinstance(target, CustomField) else target
        header = headers[position] if headers else f"C{position}"
        columns.append(ColumnMapping(position, header, Fit.MAPPED if target else Fit.UNMAPPED, target))
    return Mapping(tuple(columns))


def chunk(*rows: Sequence[str], first: int = 2) -> SourceChunk:
    """Rows of cells, numbered from `first`."""
    width = len(rows[0]) if rows else 0
    index = range(first, first + len(rows))
    cells = pd.DataFrame([list(row) for row in rows], index=index, columns=range(width), dtype="str")
    return SourceChunk.of(cells, tuple(tuple(row) for row in rows))
