"""Rows that repeat an earlier row: sent once."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from importer.model import Status
from importer.report.html.page import CellMark, Section, Table, cell

if TYPE_CHECKING:
    from collections.abc import Iterable

    from importer.model import Outcome

MOST = 200


def section(outcomes: Iterable[Outcome], total: int) -> Section:
    """The first of `total` duplicates among the outcomes (in row order); a section without blocks if there are none."""
    if not total:
        return Section("duplicates", "Duplicates", ())
    # The outcomes are read from the journal one by one; reading ends with the last row that is shown.
    repeated = islice((outcome for outcome in outcomes if outcome.status is Status.DUPLICATE), MOST)
    rows = tuple(
        (cell(outcome.row, CellMark.WHOLE), cell(outcome.detail), cell(outcome.external_id), cell(outcome.contact_id))
        for outcome in repeated
    )
    head = ("Row", "What", "External id", "Contact id")
    table = Table("Repeated rows", head, rows, max(0, total - MOST), "id_map.csv")
    lead = "Each of these rows is the same as an earlier one, so both share one contact."
    return Section("duplicates", "Duplicates", (table,), lead)
