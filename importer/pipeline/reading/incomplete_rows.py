"""Rows that say too little by themselves: those that go on with the row above, or lack the id that others have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.mapping.contacts.chunk_columns import point_columns
from importer.model import Problem, Severity
from importer.model.fields import ARRAYS, PERSON_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.model import Mapping, NormalisedChunk, SourceChunk

_NAMES = (*PERSON_NAMES, "full_name")


def incomplete_rows(chunk: SourceChunk, normalised: NormalisedChunk, mapping: Mapping) -> Iterator[Problem]:
    """Give the problems of rows that cannot be understood alone, or are known by less than the others.

    `row-continues` (error): only a phone or email, below a row with a name, in a sheet with a column of names: most
    likely a second number of the person above. A contact without a name would be nobody. `id-missing` (warning): no id
    in a sheet that has a column of ids.
    """
    fields = {column.target.field: column for column in mapping.mapped if column.target}
    if any(name in fields for name in _NAMES):
        yield from _continuing_rows(chunk, normalised)
    if id_column := fields.get("external_id"):
        name = mapping.names[id_column.position]
        cells = zip(normalised.rows, normalised.texts("external_id"), normalised.texts("identity"), strict=True)
        for row, external_id, identity in cells:
            if not external_id and not identity:
                message = (
                    f"Row {row} has no id in the column {name!r}. It is known by its name, phones and emails instead, "
                    "so keep these as they are until it has one."
                )
                yield Problem(row, name, "", "id-missing", Severity.WARNING, message, id_column.position)


def _continuing_rows(chunk: SourceChunk, normalised: NormalisedChunk) -> Iterator[Problem]:
    names = zip(*(normalised.texts(name) for name in PERSON_NAMES), strict=True)
    columns = [values for kind in ARRAYS for values, _ in point_columns(normalised, kind)]
    points = list(zip(*columns, strict=True)) if columns else [()] * len(normalised.rows)
    above = 0
    for index, (row, name, cells) in enumerate(zip(normalised.rows, names, chunk.originals, strict=True)):
        if any(name):
            above = row
            continue
        reached = sum(map(bool, points[index]))
        # Nothing beside the number: any other cell would make it a row of its own.
        if above and reached and reached == sum(bool(cell.strip()) for cell in cells):
            message = (
                f"Row {row} has no name, only a phone or email. It seems to go on with row {above}: put what it says "
                f"into row {above}, in a column of its own or after a semicolon, and run again. If it is another "
                "person, give the row a name."
            )
            yield Problem(row, None, "", "row-continues", Severity.ERROR, message)
