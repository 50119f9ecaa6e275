"""The mapping that was used: every column, the field it went to, the reason, and samples of its values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.model import Fit
from importer.report.html.page import Cell, CellMark, Section, Table, cell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from importer.model import ColumnMapping

# A sheet can have 16,384 columns, and the page is also read on phones.
MOST = 500
_NOT_SENT = {Fit.UNSURE: "not sent (unsure)", Fit.UNMAPPED: "not sent", Fit.IGNORED: "left out, as you asked"}


def section(columns: Sequence[ColumnMapping], samples: Mapping[int, Sequence[Cell]]) -> Section:
    """The columns in the order of the sheet, with the `samples` of each position."""
    # The field of each column as `--map` takes it, or why it has none.
    shown: list[tuple[ColumnMapping, str]] = []
    for column in columns[:MOST]:
        target = column.target
        if column.fit is Fit.MAPPED and target is not None:
            shown.append((column, target.typed))
        else:
            guess = f": {target.name}?" if target and column.fit is Fit.UNSURE else ""
            shown.append((column, _NOT_SENT.get(column.fit, "not sent") + guess))
    rows = [
        (
            cell(column.header or f"#{column.position + 1}"),
            cell(field, CellMark.NONE if column.fit is Fit.MAPPED else CellMark.MUTED),
            cell(column.reason),
            tuple(samples.get(column.position, ())),
        )
        for column, field in shown
    ]
    sent = sum(column.fit is Fit.MAPPED for column in columns)
    table = Table("Columns and fields", ("Column", "Field", "Why", "Samples"), tuple(rows), max(0, len(columns) - MOST))
    lead = f'{sent:,} of {len(columns):,} columns were sent. To change one: --map "COLUMN=FIELD".'
    return Section("mapping", "Mapping", (table,), lead)
