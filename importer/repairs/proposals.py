"""Which repairs a sheet allows: every kind looks at what was found, the one that mends most rows comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.repairs.area_code import add_area_codes
from importer.repairs.companies import move_companies
from importer.repairs.empty_cells import empty_bad_cells
from importer.repairs.leave_out import leave_out_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from importer.model.repair import Repair, RepairSheet

# In the order in which they are offered: first what keeps most of a row.
KINDS: tuple[Callable[[RepairSheet], Iterator[Repair]], ...] = (
    add_area_codes,
    move_companies,
    empty_bad_cells,
    leave_out_rows,
)


def repairs(sheet: RepairSheet) -> tuple[Repair, ...]:
    """Return the repairs that are offered for a sheet."""
    return tuple(repair for propose in KINDS for repair in propose(sheet))
