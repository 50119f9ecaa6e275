"""A column of country codes beside numbers that have none: each number is read with the code of its row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.clean.phone.region import region_of
from importer.mapping.suggest.number_parts import is_area_code
from importer.mapping.suggest.offers import holds_calling_codes
from importer.mapping.suggest.value_types import filled
from importer.model import Fit, Problem, Severity
from importer.shell import shell_quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.model import ColumnMapping, Mapping


def calling_code_column(mapping: Mapping, samples: Sequence[Sequence[str]]) -> ColumnMapping | None:
    """Return the one column, with no use of its own, that by its name and all of its cells holds country codes.

    Only of a sheet with phones. A column that a person has left out, or that may hold area codes, does not count.
    """
    if not any(column.target and column.target.field == "phone" for column in mapping.mapped):
        return None
    columns = [
        column
        for column in mapping.columns[: len(samples)]
        if column.fit is Fit.UNMAPPED and _is_certain(column.header, filled(samples[column.position]))
    ]
    return columns[0] if len(columns) == 1 else None


def used_column(column: ColumnMapping, name: str, region: str) -> Problem:
    """The warning that a column decides how the numbers of its rows are read."""
    return Problem(
        row=None,
        column=name,
        value="",
        rule="column-joined",
        severity=Severity.WARNING,
        message=f"Its country codes are those of the phone numbers in their rows that have none. To read all such "
        f"numbers as numbers of {region}, leave the column out: --map {shell_quote(f'{name}=ignore')}.",
        position=column.position,
    )


def _is_certain(header: str, values: Sequence[str]) -> bool:
    if not values or is_area_code(header, values) or not holds_calling_codes(header, values, named=True):
        return False
    return all(region_of(value, None).code is not None for value in values)
