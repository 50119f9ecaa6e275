"""How cells are read: the options of cleaning, and what whole columns show."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from importer.clean.phone.origin import Abroad
    from importer.model.choices import CellPolicy, DateOrder, PhonePolicy

NumberStyle = Literal["comma", "dot", "mixed"]


@dataclass(frozen=True, slots=True)
class CleanRules:
    """The options of cleaning, as the person gave them.

    `region`: ISO 3166-1 alpha-2, upper case, the default region of numbers with no country code; `region_position`:
    the column (counted from 0) that names each row's country; `header_regions`: the regions of columns of phones whose
    names say them, by position; `date_order`: how all-digit dates are read whatever the
    column shows; `decimal_comma`: numbers are written `1.234,5`; `phones`: strict takes valid numbers only, lenient
    also those that are merely possible; `bad_cells`: whether a cell that can't be used is left out or costs its row.
    `date_1904` is not an option, but how the workbook counts days; neither is `today`, after which no birthday is.
    """

    region: str | None = None
    region_position: int | None = None
    header_regions: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    date_order: DateOrder | None = None
    decimal_comma: bool = False
    list_separator: str = ";"
    phones: PhonePolicy = "strict"
    bad_cells: CellPolicy = "leave-out"
    date_1904: bool = False
    today: date | None = None

    def region_of(self, position: int) -> str | None:
        """Return the region of a column's numbers with no country code, where no column names each row's."""
        return self.header_regions.get(position, self.region)


@dataclass(frozen=True, slots=True)
class ColumnDecisions:
    """What the unambiguous cells of whole columns show, by column position; a column that shows nothing is missing.

    `date_orders`: the order of day and month; `number_styles`: the decimal sign, `mixed` where the column uses both;
    `abroad`: the country codes of a column of phones, beside the region's.
    """

    date_orders: Mapping[int, DateOrder] = field(default_factory=lambda: MappingProxyType({}))
    number_styles: Mapping[int, NumberStyle] = field(default_factory=lambda: MappingProxyType({}))
    abroad: Mapping[int, Abroad] = field(default_factory=lambda: MappingProxyType({}))
