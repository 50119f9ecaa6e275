"""Columns whose values do not fit their custom field: of another type, or an option that is nearly a known one."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from importer.model import CustomField, FieldType, Mapping, Problem, Severity
from importer.text import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
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
            column.position: _Column(column.position, names[column.position], column.target.custom)
            for column in mapping.mapped
            if column.target and column.target.custom and column.target.custom.type in _KINDS
        }

    def feed(self, chunk: SourceChunk, normalised: NormalisedChunk) -> None:
        """Count in a chunk (computed columns included) and in what cleaning made of it."""
        for position, column in self._columns.items():
            column.filled += sum(map(bool, map(str.strip, chunk.columns[position])))
            prefix = _KINDS[column.custom.type][0]
            rows = list(
                dict.fromkeys(
                    problem.row
                    for problem in normalised.problems
                    if problem.row is not None and problem.position == position and problem.rule.startswith(prefix)
                )
            )
            if rows:
                # A repaired cell has a problem too, but keeps a value, and so has a cell that another column filled.
                values = dict(zip(normalised.rows, normalised.columns[f"custom:{column.custom.key}"], strict=True))
                rows = [row for row in rows if values[row] == ""]
            column.misfits += len(rows)
            column.rows += rows[: SHOWN - len(column.rows)]

    def problems(self) -> Iterator[Problem]:
        """A warning without a row for each column with such cells: rule `field-type`."""
        for column in self._columns.values():
            if not column.misfits:
                continue
            words = _KINDS[column.custom.type][1]
            rows = ", ".join(map(str, column.rows)) + (", ..." if column.misfits > len(column.rows) else ".")
            message = (
                f"{column.custom.name!r} is a {column.custom.type} field; {column.misfits:,} of {column.filled:,} "
                f"values are not {words}: row{'s' if column.misfits > 1 else ''} {rows} "
                "Correct them, or map the column to another field."
            )
            yield Problem(None, column.title, "", "field-type", Severity.WARNING, message, column.position)


class OptionChecks:
    """Compares the options of multi-select cells with those that contacts of the workspace have."""

    def __init__(self, mapping: Mapping, options: Table[str, Sequence[str]]) -> None:
        names = mapping.names
        self._columns = {
            column.target.custom.key: _Column(column.position, names[column.position], column.target.custom)
            for column in mapping.mapped
            if column.target and column.target.custom and options.get(column.target.custom.key)
        }
        self._options = {key: tuple(options[key]) for key in self._columns}
        self._unseen: defaultdict[str, dict[str, None]] = defaultdict(dict)

    def near_misses(self, normalised: NormalisedChunk) -> Iterator[Problem]:
        """A warning for each option that is nearly one of the workspace: rule `option-near-miss`."""
        for key, options in self._options.items():
            column = self._columns[key]
            for row, text in zip(normalised.rows, normalised.columns[f"custom:{key}"], strict=True):
                for option in _options(text):
                    if option in options:
                        continue
                    near = nearest(option, options, cutoff=NEAR)
                    if not near:
                        self._unseen[key][option] = None
                        continue
                    message = (
                        f"No contact has the option {option!r}, but some have {near!r}. Correct the cell if needed."
                    )
                    rule = "option-near-miss"
                    yield Problem(row, column.title, option, rule, Severity.WARNING, message, column.position)

    def problems(self) -> Iterator[Problem]:
        """A warning for each column with options unlike all of the workspace's: rule `option-unseen`."""
        for key, unseen in self._unseen.items():
            column = self._columns[key]
            shown = ", ".join(map(repr, list(unseen)[:SHOWN])) + (", ..." if len(unseen) > SHOWN else ".")
            message = (
                f"No contact has these options of {column.custom.name!r} yet: {shown} "
                "Check in the Quo app that they exist."
            )
            yield Problem(None, column.title, "", "option-unseen", Severity.WARNING, message, column.position)


def _options(text: str) -> list[str]:
    try:
        options = json.loads(text) if text else []
    except ValueError:
        # The schema reports a cell that is not a list.
        return []
    return [option for option in options if isinstance(option, str)] if isinstance(options, list) else []
