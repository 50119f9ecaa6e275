"""The mapping that was used: every column, where it went, why, and what stood in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.model import Fit
from importer.report.html.page import Cell, Mark, Section, Table, cell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from importer.model import ColumnMapping

MOST = 500
_NOT_SENT = {Fit.UNSURE: "not sent (unsure)", Fit.UNMAPPED: "not sent", Fit.IGNORED: "left out, as you said"}


def section(columns: Sequence[ColumnMapping], samples: Mapping[int, Sequence[Cell]]) -> Section:
    """The columns in the order of the sheet, with the `samples` of each position."""
    rows = tuple(_row(column, samples.get(column.position, ())) for column in columns[:MOST])
    sent = sum(column.fit is Fit.MAPPED for column in columns)
    table = Table("Columns and fields", ("Column", "Field", "Why", "Samples"), rows, max(0, len(columns) - MOST))
    lead = f"{sent:,} of {len(columns):,} columns were sent. To change one: --map 'COLUMN=FIELD'."
    return Section("mapping", "Mapping", (table,), lead)


def _row(column: ColumnMapping, samples: Sequence[Cell]) -> tuple[Cell | tuple[Cell, ...], ...]:
    name = cell(column.header or f"#{column.position + 1}")
    return name, _field(column), cell(column.reason), tuple(samples)


def _field(column: ColumnMapping) -> Cell:
    if column.fit is not Fit.MAPPED or column.target is None:
        guess = f": {column.target.name}?" if column.target and column.fit is Fit.UNSURE else ""
        return cell(_NOT_SENT.get(column.fit, "not sent") + guess, Mark.MUTED)
    label = f":{column.target.label}" if column.target.label else ""
    return cell(f"{column.target.name}{label}")
