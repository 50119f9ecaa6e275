"""Columns whose values do not fit their custom field: of another type, or an option that is nearly a known one."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from importer.model import CustomField, FieldType, Mapping, Problem, Severity
from importer.text import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Mapping as Table

    from importer.model import NormalisedChunk, SourceChunk

SHOWN = 10
# Nearer than for names that exist nowhere: an option may be new and right ("Gold" beside "Old").
NEAR = 0.75
# The rules of cleaning begin with the kind of cell.
_KINDS = {
    FieldType.BOOLEAN: ("boolean-", "yes or no"),
    FieldType.DATE: ("date-", "dates"),
    FieldType.NUMBER: ("number-", "numbers"),
    FieldType.URL: ("url-", "web addresses"),
}


@dataclass(slots=True)
class _Column:
    position: int
    title: str
    custom: CustomField
    filled: int = 0
    misfits: int = 0
    rows: list[int] = field(default_factory=list)


class TypeChecks:
    """Counts, chunk by chunk, the cells that could not be read as the type of their custom field."""

    def __init__(self, mapping: Mapping) -> None:
        names = mapping.names
        self._columns = {
            one.position: _Column(one.position, names[one.position], one.target.custom)
            for one in mapping.mapped
            if one.target and one.target.custom and one.target.custom.type in _KINDS
        }

    def feed(self, chunk: SourceChunk, normalised: NormalisedChunk) -> None:
        """Look at a chunk (made columns included) and what cleaning made of it."""
        for position, column in self._columns.items():
            column.filled += sum(map(bool, map(str.strip, chunk.columns[position])))
            prefix = _KINDS[column.custom.type][0]
            found = {
                problem.row: None
                for problem in normalised.problems
                if problem.position == position and problem.rule.startswith(prefix)
            }
            rows = _left_out(found, normalised, column.custom) if found else []
            column.misfits += len(rows)
            column.rows += rows[: SHOWN - len(column.rows)]

    def problems(self) -> Iterator[Problem]:
        """One warning a column that has any: rule `field-type`, without a row."""
        for column in self._columns.values():
            if not column.misfits:
                continue
            words = _KINDS[column.custom.type][1]
            rows = ", ".join(map(str, column.rows)) + (", ..." if column.misfits > len(column.rows) else "")
            message = (
                f"{column.custom.name!r} is a {column.custom.type} field; {column.misfits:,} of {column.filled:,} "
                f"values are not {words}: row{'s' if column.misfits > 1 else ''} {rows}{_stop(rows)} "
                "Correct them, or map the column to another field."
            )
            yield Problem(None, column.title, "", "field-type", Severity.WARNING, message, column.position)


def _left_out(rows: Iterable[int | None], normalised: NormalisedChunk, custom: CustomField) -> list[int]:
    """Those rows in which nothing is left of the field."""
    values = dict(zip(normalised.rows, normalised.texts(f"custom:{custom.key}"), strict=True))
    return [row for row in rows if row is not None and values[row] == ""]


class OptionChecks:
    """Compares the options of multi-select cells with those that contacts of the workspace have."""

    def __init__(self, mapping: Mapping, options: Table[str, Sequence[str]]) -> None:
        names = mapping.names
        self._columns = {
            one.target.custom.key: _Column(one.position, names[one.position], one.target.custom)
            for one in mapping.mapped
            if one.target and one.target.custom and options.get(one.target.custom.key)
        }
        self._options = {key: tuple(options[key]) for key in self._columns}
        self._unseen: defaultdict[str, dict[str, None]] = defaultdict(dict)

    def near_misses(self, normalised: NormalisedChunk) -> Iterator[Problem]:
        """A warning for each cell with an option that is nearly a known one: rule `option-near-miss`."""
        for key, options in self._options.items():
            for row, text in zip(normalised.rows, normalised.texts(f"custom:{key}"), strict=True):
                for option in _listed(text):
                    if option not in options:
                        yield from self._said(row, key, option)

    def _said(self, row: int, key: str, option: str) -> Iterator[Problem]:
        near = nearest(option, self._options[key], cutoff=NEAR)
        if not near:
            self._unseen[key][option] = None
            return
        message = f"No contact has the option {option!r}, and some have {near!r}. Correct the cell if that is meant."
        column = self._columns[key]
        yield Problem(row, column.title, option, "option-near-miss", Severity.WARNING, message, column.position)

    def problems(self) -> Iterator[Problem]:
        """One warning a column with options that are like none of the known ones: rule `option-unseen`."""
        for key, unseen in self._unseen.items():
            column = self._columns[key]
            shown = ", ".join(map(repr, list(unseen)[:SHOWN])) + (", ..." if len(unseen) > SHOWN else "")
            told = f"No contact has these options of {column.custom.name!r} yet: {shown}{_stop(shown)}"
            message = f"{told} Check in the Quo app that they exist."
            yield Problem(None, column.title, "", "option-unseen", Severity.WARNING, message, column.position)


def _stop(listed: str) -> str:
    return "" if listed.endswith("...") else "."


def _listed(text: str) -> list[str]:
    try:
        found = json.loads(text) if text else []
    except ValueError:
        return []
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []
