"""Our own schema, applied to the cleaned sheet."""

from __future__ import annotations

from copy import copy
from functools import lru_cache
from itertools import compress
from typing import TYPE_CHECKING, NamedTuple

from importer.model import NormalisedChunk, Problem, Severity
from importer.model.fields import IDENTIFYING_FIELDS, NAME_HALVES
from importer.regex import regex
from importer.validate.own_schemas import FIXED, contact_sheet, may_be_empty, surely_valid, telling_columns

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from pandera.pandas import DataFrameSchema

    from importer.model import CustomField, Mapping

# Calling the class takes three times as long, and every row of a sheet may have a problem.
_new = tuple.__new__
_POINT = regex(r"(phone|email)_(\d+)(?:_label)?")


class Doubt(NamedTuple):
    """What of a chunk has to be held against the schema: columns with their cells, and rows that may be empty."""

    columns: dict[str, Sequence[str]]
    rows: set[int]


def doubt_of(
    chunk: NormalisedChunk, custom_fields: Iterable[CustomField] = (), explained: Collection[int] = ()
) -> Doubt | None:
    """Return what of a chunk may not meet the schema, None if one look at each column shows that all of it does.

    `explained`: see `validate`. Raises ValueError where the chunk does not have the shape of a NormalisedChunk: a bug,
    not a fault of the sheet.
    """
    if not chunk.rows:
        return None
    if lacking := [name for name in FIXED if name not in chunk.columns]:
        raise ValueError(f"The normalised sheet lacks columns: {', '.join(lacking)}")
    valid = surely_valid(chunk.columns, _types(custom_fields))
    columns = {name: texts for name, texts in chunk.columns.items() if name not in valid}
    rows = set(compress(chunk.rows, may_be_empty(chunk.columns))).difference(explained)
    return Doubt(columns, rows) if columns or rows else None


def explained_rows(problems: Iterable[Problem], mapping: Mapping) -> frozenset[int]:
    """Return the rows that are rejected for a cell that was to say who they are, such as their only phone.

    That they are empty without it needs no second line: a sheet may have nothing but such rows.
    """
    mapped = [(column.position, column.target) for column in mapping.mapped]
    telling = {position for position, target in mapped if target and target.field in IDENTIFYING_FIELDS}
    return frozenset(
        [
            row
            for row, _, _, _, severity, _, position in problems
            if severity is Severity.ERROR and row is not None and position in telling
        ]
    )


def validate(
    chunk: NormalisedChunk,
    custom_fields: Iterable[CustomField] = (),
    mapping: Mapping | None = None,
    explained: Collection[int] = (),
) -> tuple[Problem, ...]:
    """Everything in a cleaned chunk that must not become a contact, in row order, as errors.

    The schema is `schemas.contacts.contact_sheet` of the custom fields. With the mapping a problem names the column of
    the sheet, where exactly one column can have filled the field. A check of whole rows gives one problem a row, and
    none for `explained` rows (see `explained_rows`). Only what is in doubt becomes a frame and goes through pandera,
    which takes ten times as long. Raises as `doubt_of`.
    """
    custom_fields = tuple(custom_fields)
    doubt = doubt_of(chunk, custom_fields, explained)
    if doubt is None:
        return ()
    # Imported here because it loads pandas and pandera.
    from importer.validate.failures import failures, in_row_order, whole_row_failures

    # Where several columns fill a field, any of them can be to blame, and the problem keeps the field's own name.
    filling: dict[str, list[int]] = {}
    for column in mapping.mapped if mapping else ():
        if column.target:
            field = f"custom:{column.target.custom.key}" if column.target.custom else column.target.field
            for half in NAME_HALVES if field == "full_name" else (field,):
                filling.setdefault(half, []).append(column.position)
    names = mapping.names if mapping else ()
    sources = {
        field: (names[positions[0]], positions[0]) for field, positions in filling.items() if len(positions) == 1
    }

    # Our checks of the table are of whole rows; the user's may look at many rows at once.
    schema = _schema(_types(custom_fields))
    of_columns = copy(schema)
    of_columns.checks = []
    problems = []
    # A frame needs one column that is always there.
    cells = {name: texts for name, texts in chunk.columns.items() if name == "first_name" or name in doubt.columns}
    of_cells = failures(NormalisedChunk(chunk.rows, cells, ()).frame, of_columns) if doubt.columns else ()
    for failure in of_cells:
        if failure.row is None:
            raise ValueError(f"The normalised sheet does not fit its schema: {failure.column} {failure.words}")
        name, position = failure.column, None
        if name is not None:
            point = _POINT.fullmatch(name)
            name, position = sources.get(point[1] if point else name, (name, None))
        problems.append(
            Problem(failure.row, name, failure.value, failure.rule, Severity.ERROR, failure.words, position)
        )
    if doubt.rows:
        cells = {name: chunk.columns[name] for name in telling_columns(chunk.columns)}
        whole_rows = NormalisedChunk(chunk.rows, cells, ()).only(doubt.rows)
        for rule, words, rows in whole_row_failures(whole_rows, schema.checks):
            error = (None, "", rule, Severity.ERROR, words, None)
            problems += [_new(Problem, (row, *error)) for row in rows]
    return tuple(in_row_order(problems))


def _types(custom_fields: Iterable[CustomField]) -> tuple[tuple[str, str], ...]:
    return tuple((field.key, field.type.value) for field in custom_fields)


@lru_cache(maxsize=8)
def _schema(types: tuple[tuple[str, str], ...]) -> DataFrameSchema:
    return contact_sheet(types)
