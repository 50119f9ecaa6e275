"""Rows that say too little by themselves: they go on with the row above, lack the id of the others, or may be notes."""

from __future__ import annotations

from itertools import zip_longest
from operator import itemgetter
from typing import TYPE_CHECKING

from importer.languages.words import words
from importer.model import Problem, Severity
from importer.model.fields import ARRAYS, PERSON_NAMES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from collections.abc import Mapping as MappingOf

    from importer.model import Mapping, NormalisedChunk, SourceChunk

_DITTO = words("values", "ditto") | {'"', "''", "\u3003", "\u2033", "\u201d", "\u201c", "\u2019\u2019", ",,", "\u201e"}
_NAMES = (*PERSON_NAMES, "full_name")
CONTINUES = "row-continues"


def incomplete_rows(
    chunk: SourceChunk, normalised: NormalisedChunk, mapping: Mapping, went_on: MappingOf[int, str]
) -> Iterator[Problem]:
    """Give the problems of rows that cannot be understood alone, or are known by less than the others.

    `row-continues` (error): only a phone or email, below a row with a name, in a sheet with a column of names: most
    likely a second number of the person above; so is a row whose name is a mark for "the same". `no-name` (warning):
    any other row without a name there. `id-missing` (warning): no id in a sheet that has a column of ids.
    `went_on`: that of `DoubtsOfRejects`.
    """
    fields = {column.target.field: column for column in mapping.mapped if column.target}
    if any(name in fields for name in _NAMES):
        positions = [column.position for column in mapping.mapped if column.target and column.target.field in _NAMES]
        points = {column.position for column in mapping.mapped if column.target and column.target.field in ARRAYS}
        yield from _nameless_rows(chunk, normalised, positions, points, went_on)
    id_column = fields.get("external_id")
    if id_column and not all(normalised.columns["external_id"]):
        name = mapping.names[id_column.position]
        cells = zip(normalised.rows, normalised.columns["external_id"], normalised.columns["identity"], strict=True)
        for row, external_id, identity in cells:
            if not external_id and not identity:
                message = (
                    f"Row {row} has no id in the column {name!r}. It is recognised by its name, phones and emails "
                    "instead, so do not change those until the row has an id."
                )
                yield Problem(row, name, "", "id-missing", Severity.WARNING, message, id_column.position)


def _nameless_rows(
    chunk: SourceChunk,
    normalised: NormalisedChunk,
    name_positions: Sequence[int],
    point_positions: Collection[int],
    went_on: MappingOf[int, str],
) -> Iterator[Problem]:
    columns = [normalised.columns[name] for name in PERSON_NAMES]
    all_named = any(map(all, columns)) or all(map(any, zip(*columns, strict=True)))
    # Nearly always all rows have a name, and none of these is a mark.
    if min(map(len, chunk.originals), default=0) > max(name_positions):
        cells_of_names = {cell for place in name_positions for cell in set(map(itemgetter(place), chunk.originals))}
    else:
        cells_of_names = {cells[place] for cells in chunk.originals for place in name_positions if place < len(cells)}
    if all_named and not any(text.strip().casefold() in _DITTO for text in cells_of_names):
        return
    above = 0
    cells_above: Sequence[str] = ()
    for row, name, cells in zip(normalised.rows, zip(*columns, strict=True), chunk.originals, strict=True):
        is_ditto = any(name) and _is_ditto(cells, name_positions)
        if any(name) and not is_ditto:
            above, cells_above = row, cells
            continue
        if row in went_on:
            # The sheet showed which row it belongs to; the row above it in a rejects file may be any other.
            yield Problem(row, None, "", CONTINUES, Severity.ERROR, went_on[row])
            continue
        # The row adds only numbers, right or wrong: any other cell would make it a row of its own.
        repeated = [own.strip() == before.strip() for own, before in zip_longest(cells, cells_above, fillvalue="")]
        pairs = zip(cells, repeated, strict=False)
        new = {position for position, (cell, same) in enumerate(pairs) if cell.strip() and not same}
        if not any(cells[position].strip() for position in point_positions if position < len(cells)):
            continue
        if above and (is_ditto or (new and new <= {*point_positions})):
            message = (
                f"Row {row} has no name, only a phone or email. It seems to go on with row {above}: put what it says "
                f"into row {above}, in a column of its own or after a semicolon, and run again. If it is another "
                "person, give the row a name of its own."
            )
            yield Problem(row, None, "", CONTINUES, Severity.ERROR, message)
        else:
            message = f"Row {row} has no name, so its contact is only a phone or email. Fill in a name if there is one."
            yield Problem(row, None, "", "no-name", Severity.WARNING, message)


def _is_ditto(cells: Sequence[str], name_positions: Sequence[int]) -> bool:
    """Whether the name of a row is only a mark for "the same as above"."""
    marks = [cells[position].strip().casefold() for position in name_positions if position < len(cells)]
    filled = [mark for mark in marks if mark]
    return bool(filled) and all(mark in _DITTO for mark in filled)
