"""Rows that say the same as an earlier one: sent once."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from importer.model import Status
from importer.report.html.page import Section, Table, cell

if TYPE_CHECKING:
    from collections.abc import Iterable

    from importer.model import Outcome

MOST = 200


def section(outcomes: Iterable[Outcome], total: int) -> Section:
    """The first of `total` duplicates among the outcomes (row order), a section without blocks where there is none."""
    if not total:
        return Section("duplicates", "Duplicates", ())
    found = islice((one for one in outcomes if one.status is Status.DUPLICATE), MOST)
    rows = tuple((cell(one.row), cell(one.detail), cell(one.external_id), cell(one.contact_id)) for one in found)
    head = ("Row", "What", "External id", "Contact id")
    table = Table("Repeated rows", head, rows, max(0, total - MOST), "id_map.csv")
    lead = "Each of these rows says the same as an earlier one, so one contact stands for both."
    return Section("duplicates", "Duplicates", (table,), lead)
