"""The sheet as the suggesting steps see it: its headers, some values, and the workspace's custom fields."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from importer.mapping.suggest.header_key import fold
from importer.mapping.suggest.presets import Preset, recognise
from importer.model import ColumnMapping, CustomField, Fit, Target, column_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SINGLE = frozenset(
    {"first_name", "last_name", "full_name", "company", "role", "external_id", "source_url", "created_by"}
)
"""The fields that one column alone can fill."""

Columns = list[ColumnMapping]


@dataclass(frozen=True, slots=True)
class SheetColumns:
    """`keys` are the folded headers, `titles` what the columns are called to the person; `samples` may be short."""

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
    """Whether no step has said anything about a column yet."""
    return column.fit is Fit.UNMAPPED and not column.reason


def mapped(column: ColumnMapping, target: Target, reason: str, confidence: float) -> ColumnMapping:
    """The column with a target that needs no question."""
    return replace(column, fit=Fit.MAPPED, target=target, reason=reason, confidence=round(confidence, 2))


def unsure(column: ColumnMapping, target: Target | None, reason: str, confidence: float = 0.5) -> ColumnMapping:
    """The column with a guess that the person must confirm."""
    return replace(column, fit=Fit.UNSURE, target=target, reason=reason, confidence=round(confidence, 2))


def leave_out(column: ColumnMapping, reason: str) -> ColumnMapping:
    """The column left out, with the reason."""
    return replace(column, fit=Fit.UNMAPPED, target=None, reason=reason, confidence=0.0, label_position=None)


def ignored(column: ColumnMapping, reason: str) -> ColumnMapping:
    """The column that is not meant to be sent."""
    return replace(column, fit=Fit.IGNORED, target=None, reason=reason, confidence=1.0, label_position=None)


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
        return "" if target.custom.type == "address" else f"custom:{target.custom.key}"
    return target.field if target.field in SINGLE else ""
