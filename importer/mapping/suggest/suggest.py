"""Which field each column of a sheet belongs to: known headers first, then near misses, then questions."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from importer.mapping.suggest.columns import SheetColumns
from importer.mapping.suggest.duplicates import duplicates
from importer.mapping.suggest.forbidden_numbers import forbidden_numbers
from importer.mapping.suggest.guess import by_values, doubts, leave_out_undecided, left_out, typos
from importer.mapping.suggest.known_headers import by_custom_field, by_name, by_preset, companions, reserved
from importer.mapping.suggest.names import halves, honorifics, wholes
from importer.mapping.suggest.near_names import near_fields
from importer.mapping.suggest.number_parts import number_parts
from importer.mapping.suggest.surnames import other_surnames, second_surnames, surname_particles, used_surnames
from importer.model import ColumnMapping, CustomField, Fit, Mapping

if TYPE_CHECKING:
    from collections.abc import Sequence

# The order matters: a step decides only about columns that all steps before it left open, and surer signs go first.
_STEPS = (
    reserved,
    by_preset,
    by_name,
    by_custom_field,
    used_surnames,
    halves,
    wholes,
    honorifics,
    duplicates,
    second_surnames,
    companions,
    near_fields,
    surname_particles,
    other_surnames,
    number_parts,
    forbidden_numbers,
    left_out,
    typos,
    doubts,
    by_values,
    # Two headers with typing mistakes may have been mapped to one field.
    duplicates,
    leave_out_undecided,
)


def suggest(
    headers: Sequence[str],
    custom_fields: Sequence[CustomField] = (),
    samples: Sequence[Sequence[str]] = (),
) -> Mapping:
    """Propose a field for every column.

    `samples` holds, per column, up to a few hundred of its values (it may be empty). Every column comes back exactly
    once, in order, with a fit, a reason and a confidence in 0..1. An UNSURE column has the guess as its target: a
    question for the person, not something to send. No field that holds one value is MAPPED twice.
    """
    # A command asks for the same columns up to four times.
    return _suggested(tuple(headers), tuple(custom_fields), tuple(map(tuple, samples)))


@lru_cache(maxsize=4)
def _suggested(
    headers: tuple[str, ...], custom_fields: tuple[CustomField, ...], samples: tuple[tuple[str, ...], ...]
) -> Mapping:
    sheet = SheetColumns.of(headers, custom_fields, samples)
    columns = [ColumnMapping(position, header, Fit.UNMAPPED) for position, header in enumerate(headers)]
    for step in _STEPS:
        columns = step(sheet, columns)
    return Mapping(tuple(columns))
