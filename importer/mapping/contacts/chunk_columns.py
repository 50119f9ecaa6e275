"""The phones, emails and custom fields of a normalised chunk, column by column."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from importer.model import CustomField, FieldType

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from importer.model import NormalisedChunk

JSON_TYPES = frozenset({FieldType.BOOLEAN, FieldType.NUMBER, FieldType.MULTI_SELECT})
"""The types of custom fields whose cells are JSON after cleaning."""

Points = tuple[tuple[str, str], ...]
"""The phones or emails of a row, each as value and label."""

_FREQUENT = {"": None, "true": True, "false": False}


def point_columns(chunk: NormalisedChunk, name: str) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """The values and labels of the phones or emails (`name`) of a chunk, column by column."""
    column_name = re.compile(rf"{name}_(\d+)")
    numbers = sorted(int(match[1]) for column in chunk.columns if (match := column_name.fullmatch(column)))
    unlabelled = [""] * len(chunk.rows)
    for number in numbers:
        yield chunk.columns[f"{name}_{number}"], chunk.columns.get(f"{name}_{number}_label", unlabelled)


def sorted_points(chunk: NormalisedChunk, name: str) -> list[Points]:
    """The phones or emails of each row in one order, so that moving columns makes no other contact."""
    rows: list[Points] = [()] * len(chunk.rows)
    for number, (values, labels) in enumerate(point_columns(chunk, name)):
        pairs = zip(rows, values, labels, strict=True)
        if number == 0:
            # The only column of most sheets: nothing to sort, and this is done for every row of a check.
            rows = [((value, label or name),) if value else () for _, value, label in pairs]
        else:
            rows = [tuple(sorted((*row, (value, label or name)))) if value else row for row, value, label in pairs]
    return rows


def sorted_point_columns(chunk: NormalisedChunk, name: str) -> tuple[Sequence[str], Sequence[str], Sequence[Points]]:
    """The same as columns: the values and labels of the first points, and the points behind them."""
    columns = list(point_columns(chunk, name))
    if len(columns) > 1:
        rows = sorted_points(chunk, name)
        firsts = [points[0] if points else ("", "") for points in rows]
        return [value for value, _ in firsts], [label for _, label in firsts], [points[1:] for points in rows]
    # Most sheets: nothing to sort, and no pair is made for any row.
    empty = [""] * len(chunk.rows)
    values, labels = columns[0] if columns else (empty, empty)
    if all(values) and not any(labels):
        labels = [name] * len(values)
    else:
        labels = [label or name if value else "" for value, label in zip(values, labels, strict=True)]
    return values, labels, [()] * len(values)


def custom_columns(
    chunk: NormalisedChunk, custom_fields: Iterable[CustomField]
) -> Iterator[tuple[CustomField, Sequence[str]]]:
    """The custom fields that a chunk has columns of, with their texts."""
    by_column = {f"custom:{field.key}": field for field in custom_fields}
    return ((by_column[name], texts) for name, texts in chunk.columns.items() if name in by_column)


def json_value(text: str) -> Any:
    """The value of a cell of the `JSON_TYPES`; None where it is empty or cannot be read."""
    if text in _FREQUENT:
        return _FREQUENT[text]
    try:
        return json.loads(text)
    except ValueError:
        # The schema has rejected this row; its draft is never sent.
        return None
