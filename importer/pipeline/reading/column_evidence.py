"""How the cells of a sheet's columns were read as a whole, kept for the rejects of the sheet.

A file of rejects shows other habits than its sheet: of three numbers with a digit too many two may look like numbers
from abroad, though none of the whole column does.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from importer.clean.phone.origin import Abroad
from importer.clean.rules import ColumnDecisions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from importer.delivery.journal import RunRecord
    from importer.pipeline.reading.sheet import PreparedSheet

FACT = "read_as"


def decisions_of_before(runs: Iterable[RunRecord]) -> dict[str, Any]:
    """The same as the last run of the whole sheet kept it, for one whose rows need not be read again; else empty."""
    past = _last_of_sheet(runs)
    return {FACT: past.facts[FACT]} if past else {}


def decisions_as_facts(sheet: PreparedSheet) -> dict[str, Any]:
    """The decisions about whole columns, JSON-ready, by the names of the columns; `region` is the one they are for."""
    names, decisions = sheet.mapping.names, sheet.decisions
    return {
        "region": sheet.rules.region,
        "date_orders": {names[position]: order for position, order in decisions.date_orders.items()},
        "number_styles": {names[position]: style for position, style in decisions.number_styles.items()},
        "abroad": {
            names[position]: [sorted(abroad.written), sorted(abroad.lost), abroad.has_trunk]
            for position, abroad in decisions.abroad.items()
        },
    }


def read_as_before(sheet: PreparedSheet, runs: Iterable[RunRecord]) -> PreparedSheet:
    """A sheet of rejects, its columns decided as those of the whole sheet were; as it is where that is not known."""
    past = _last_of_sheet(runs)
    if past is None or past.facts[FACT]["region"] != sheet.rules.region:
        return sheet
    facts, positions = past.facts[FACT], {name: position for position, name in enumerate(sheet.mapping.names)}

    def by_position(kind: str) -> dict[int, Any]:
        return {positions[name]: value for name, value in facts[kind].items() if name in positions}

    abroad = {
        position: Abroad(frozenset(written), frozenset(lost), has_trunk)
        for position, (written, lost, has_trunk) in by_position("abroad").items()
    }
    decisions = ColumnDecisions(
        MappingProxyType(by_position("date_orders")),
        MappingProxyType(by_position("number_styles")),
        MappingProxyType(abroad),
    )
    return replace(sheet, decisions=decisions, columns_profiled=True)


def _last_of_sheet(runs: Iterable[RunRecord]) -> RunRecord | None:
    return next((run for run in reversed([*runs]) if not run.is_part and FACT in run.facts), None)
