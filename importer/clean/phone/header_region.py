"""The region of a column of phones whose name says a country, where its numbers are that country's."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from importer.clean.phone.home import count_fitting, lacks_country
from importer.clean.phone.number import knows_region
from importer.languages.header_country import header_country

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from importer.model import ColumnMapping

_LOOKED_AT = 200
_HALF = 0.5


def header_regions(columns: Sequence[ColumnMapping], samples: Mapping[int, Sequence[str]]) -> dict[int, str]:
    """Return the region of each column of phones that says one, by position; `samples` are its first cells.

    "Georgia office" may be a state, and "Jordan" a person: half of the numbers without a code must be in use there.
    """
    regions: dict[int, str] = {}
    for column in columns:
        is_phone = column.target is not None and column.target.field == "phone"
        code = header_country(column.header).code if is_phone and column.position in samples else ""
        if not code or not knows_region(code):
            continue
        bare = list(islice(filter(lacks_country, samples[column.position]), _LOOKED_AT))
        if bare and count_fitting(bare, code) >= len(bare) * _HALF:
            regions[column.position] = code
    return regions
