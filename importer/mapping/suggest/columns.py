"""The sheet as the suggesting steps see it: its headers, some values, and the workspace's custom fields."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from importer.mapping.suggest.header_key import fold
from importer.mapping.suggest.presets import Preset, recognise
from importer.model import ColumnMapping, CustomField, Fit, Target, column_names
from importer.model.fields import NAME_HALVES, SINGLE_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CHOSEN = "You said so."
"""The reason of a column whose field the person chose."""

Columns = list[ColumnMapping]


@dataclass(frozen=True, slots=True)
class SheetColumns:
    """`keys` are the folded headers, `titles` the names of the columns in messages; `samples` may be short."""

    headers: tuple[str, ...]
    keys: tuple[str, ...]
    titles: tuple[str, ...]
    samples: tuple[tuple[str, ...], ...]
    custom: tuple[CustomField, ...]
    preset: Preset | None

    @classmethod
    def of(
        cls, headers: Sequence[str], custom: Sequence[CustomField], samples: Sequence[Sequence[str]]
    ) -> SheetColumns:
        """Look at a header row and the values under it."""
        names = tuple(headers)
        padded = [*map(tuple, samples), *[()] * len(names)][: len(names)]
        return cls(names, tuple(map(fold, names)), column_names(names), tuple(padded), tuple(custom), recognise(names))


def target_of(text: str) -> Target:
    """Read the target texts of the word lists: `company`, `phone:mobile`."""
    field, _, label = text.partition(":")
    return Target(field, label)


def is_open(column: ColumnMapping) -> bool:
    """Whether all steps so far have left a column undecided."""
    return column.fit is Fit.UNMAPPED and not column.reason


def undecided(columns: Columns) -> Columns:
    """The columns that all steps so far have left undecided."""
    return list(filter(is_open, columns))


def mapped(column: ColumnMapping, target: Target, reason: str, confidence: float) -> ColumnMapping:
    """The column as one that is sent to a target, or left out if the target is a field that cannot be filled."""
    if target.custom and not target.custom.can_be_filled:
        return unfillable(column, target, target.custom)
    return replace(column, fit=Fit.MAPPED, target=target, reason=reason, confidence=round(confidence, 2))


def unsure(column: ColumnMapping, target: Target | None, reason: str, confidence: float = 0.5) -> ColumnMapping:
    """The column as one whose target is a guess that the person must confirm."""
    if target and target.custom and not target.custom.can_be_filled:
        return unfillable(column, target, target.custom)
    return replace(column, fit=Fit.UNSURE, target=target, reason=reason, confidence=round(confidence, 2))


def leave_out(column: ColumnMapping, reason: str) -> ColumnMapping:
    """The column as one that is not sent because no field suits it, with the reason."""
    return replace(_unlinked(column), fit=Fit.UNMAPPED, target=None, reason=reason, confidence=0.0)


def unfillable(column: ColumnMapping, target: Target, field: CustomField) -> ColumnMapping:
    """The column as one that is not sent, since it is not known what a value of its field looks like."""
    reason = f"The custom field {field.name!r} is of the type {field.shown_type!r}, which this program cannot fill."
    return replace(leave_out(column, reason), target=target)


def ignored(column: ColumnMapping, reason: str) -> ColumnMapping:
    """The column as one that is not meant to be sent."""
    return replace(_unlinked(column), fit=Fit.IGNORED, target=None, reason=reason, confidence=1.0)


def _unlinked(column: ColumnMapping) -> ColumnMapping:
    """The column without others that say something about its values, since it is not sent.

    Once a person sends it, the numbers that are not to be called are still those.
    """
    return column.without({*column.beside} - {*column.flag_positions})


def sent(columns: Iterable[ColumnMapping], *fields: str) -> Columns:
    """The columns mapped to any of these fields."""
    return [
        column for column in columns if column.fit is Fit.MAPPED and column.target and column.target.field in fields
    ]


def same_slot(target: Target | None) -> str:
    """What two columns must not both fill: the field, or the custom field's key; "" where several columns may."""
    if target is None:
        return ""
    if target.custom:
        # The lines of an address often lie in several columns; cleaning joins them.
        return "" if target.custom.type == "address" else f"custom:{target.custom.key}"
    return target.field if target.field in SINGLE_FIELDS else ""


def rival_slots(slot: str) -> frozenset[str]:
    """What no other column may fill beside a slot of `same_slot`: a whole name also fills both of its halves.

    >>> sorted(rival_slots("full_name")), sorted(rival_slots("last_name")), sorted(rival_slots(""))
    (['first_name', 'full_name', 'last_name'], ['full_name', 'last_name'], [])
    """
    if slot == "full_name":
        return frozenset({slot, *NAME_HALVES})
    return frozenset({slot, "full_name"} if slot in NAME_HALVES else {slot} - {""})
