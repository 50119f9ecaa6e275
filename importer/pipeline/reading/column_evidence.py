"""How the cells of a sheet's columns were read as a whole, kept for the rejects of the sheet.

A file of rejects shows other habits than its sheet: of three numbers with a digit too many two may look like numbers
from abroad, though none of the whole column does.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, get_args

from importer.clean.phone.origin import Abroad
from importer.clean.rules import ColumnDecisions, NumberStyle
from importer.model.choices import DateOrder

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from importer.delivery.journal import RunRecord
    from importer.pipeline.reading.sheet import PreparedSheet

READ_AS = "read_as"


def decisions_as_facts(sheet: PreparedSheet) -> dict[str, Any]:
    """What the record of a run keeps of the decisions about whole columns, by the names of the columns.

    `region` is the country that they were made for.
    """
    names, decisions = sheet.mapping.names, sheet.decisions
    facts = {
        "region": sheet.rules.region,
        "date_orders": {names[position]: order for position, order in decisions.date_orders.items()},
        "number_styles": {names[position]: style for position, style in decisions.number_styles.items()},
        "abroad": {
            names[position]: [sorted(abroad.written), sorted(abroad.lost), abroad.has_trunk]
            for position, abroad in decisions.abroad.items()
        },
    }
    return {READ_AS: facts}


def facts_of_last_decisions(runs: Iterable[RunRecord]) -> dict[str, Any]:
    """What the last run of the whole sheet kept of them: a run that need not read its rows leaves the same record."""
    facts = _last_facts(runs)
    return {READ_AS: facts} if facts else {}


def read_as_before(
    sheet: PreparedSheet, runs: Iterable[RunRecord], handed_back: Iterable[object] = ()
) -> PreparedSheet:
    """A sheet of rejects, its columns decided as those of the whole sheet were; as it is where that is not known.

    `handed_back`: the same as it is kept beside rejects, for those of a sheet that no run has read.
    """
    facts: Any = _last_facts(runs) or next(filter(_is_sound, handed_back), None)
    if facts is None or facts["region"] != sheet.rules.region:
        return sheet
    positions = {name: position for position, name in enumerate(sheet.mapping.names)}

    def by_position(kind: str, words: Collection[str]) -> dict[int, Any]:
        # A journal from elsewhere may have any word for them.
        values = {positions[name]: value for name, value in facts[kind].items() if name in positions}
        return {position: value for position, value in values.items() if value in words}

    abroad = {
        positions[name]: Abroad(frozenset(written), frozenset(lost), has_trunk)
        for name, (written, lost, has_trunk) in facts["abroad"].items()
        if name in positions
    }
    decisions = ColumnDecisions(
        MappingProxyType(by_position("date_orders", get_args(DateOrder))),
        MappingProxyType(by_position("number_styles", get_args(NumberStyle))),
        MappingProxyType(abroad),
    )
    return replace(sheet, decisions=decisions, columns_profiled=True)


def _is_sound(facts: Any) -> bool:
    """Whether this is what `decisions_as_facts` gives: a file may come from outside."""
    try:
        return (
            isinstance(facts["region"], str | None)
            and {*facts["date_orders"].values()} <= {*get_args(DateOrder)}
            and {*facts["number_styles"].values()} <= {*get_args(NumberStyle)}
            and all(
                isinstance(has_trunk, bool) and all(isinstance(code, str) for code in (*written, *lost))
                for written, lost, has_trunk in facts["abroad"].values()
            )
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return False


def _last_facts(runs: Iterable[RunRecord]) -> dict[str, Any] | None:
    return next((run.facts[READ_AS] for run in reversed([*runs]) if not run.is_part and run.facts.get(READ_AS)), None)
