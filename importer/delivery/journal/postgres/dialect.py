"""From the one text of a statement (see `importer.delivery.journal.store`) to what Postgres takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from importer.delivery.journal.postgres.schema import column_type
from importer.regex import regex

if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

_INDEX_HINT = regex(r" INDEXED BY \w+")
_HEX = regex(r"\bhex\((\w+)\)")
_SCRATCH = regex(r"\bscratch\.")
_CONFLICT = regex(r"ON CONFLICT \(")
_MARK = regex(r"'(?:[^']|'')*'|IN \(\?\)|\?\d*|(?<![:\w]):[a-z_]+")
_VALUES = regex(
    r"INSERT INTO (?P<table>[\w.]+) \((?P<columns>[^)]+)\) VALUES \((?P<values>[^)]+)\)(?P<rest>(?: ON CONFLICT .*)?)"
)
_KEY = regex(r" ON CONFLICT \((?P<key>\w+)\) DO UPDATE")


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement with $1, $2 ..., and which of the given values each stands for: positions from 0, or names."""

    text: str
    picks: tuple[int | str, ...]

    def values(self, given: Sequence[Any] | Mapping[str, Any]) -> tuple[Any, ...]:
        """Return the values in the order of the text."""
        if isinstance(given, Mapping):
            return tuple(given[name] for name in self.picks)  # type: ignore[index]
        return tuple(given[position] for position in self.picks)  # type: ignore[index]


@lru_cache(maxsize=2000)
def compiled(query: str) -> Statement:
    """Return the statement that Postgres takes for a common text."""
    text = _SCRATCH.sub("pg_temp.", _HEX.sub(r"upper(encode(\1, 'hex'))", _INDEX_HINT.sub("", query)))
    if not text.startswith("INSERT INTO pg_temp."):
        # In each table that outlives the session, the key begins with the number of the journal.
        text = _CONFLICT.sub("ON CONFLICT (journal, ", text)
    picks: list[int | str] = []
    following = 0

    def replaced(match: re.Match[str]) -> str:
        nonlocal following
        mark = match[0]
        if mark.startswith("'"):
            return mark
        if mark.startswith(":"):
            pick: int | str = mark[1:]
        elif mark[-1].isdigit():
            pick = int(mark[1:]) - 1
        else:
            pick = following
            following += 1
        if pick not in picks:
            picks.append(pick)
        number = f"${picks.index(pick) + 1}"
        return f"= ANY({number})" if mark.startswith("IN") else number

    return Statement(_MARK.sub(replaced, text), tuple(picks))


@dataclass(frozen=True, slots=True)
class BulkInsert:
    """An INSERT that takes any number of lines, as one array for each column; `key`: see `distinct`."""

    text: str
    key: int | None

    def arrays(self, lines: Sequence[Sequence[Any]]) -> list[list[Any]]:
        """Return the values by column; of lines with the same key the last, since one statement takes each but once."""
        if self.key is not None:
            lines = list({line[self.key]: line for line in lines}.values())
        return [list(column) for column in zip(*lines, strict=True)]


@lru_cache(maxsize=200)
def bulk_insert(query: str) -> BulkInsert | None:
    """Return the INSERT of many lines that does as `query` does for each of them; None if it is no such statement."""
    match = _VALUES.fullmatch(query)
    if match is None:
        return None
    columns, values = match["columns"].split(", "), match["values"].split(", ")
    if "?" not in values or any(value != "?" and not value.startswith("'") for value in values):
        return None
    table = match["table"].removeprefix("scratch.")
    bound = [column for column, value in zip(columns, values, strict=True) if value == "?"]
    arrays = ", ".join(f"?{number}" for number in range(1, len(bound) + 1))
    statement = compiled(
        f"INSERT INTO {match['table']} ({match['columns']}) SELECT "
        + ", ".join(f"line.{column}" if value == "?" else value for column, value in zip(columns, values, strict=True))
        + f" FROM unnest({arrays}) AS line ({', '.join(bound)}) WHERE true{match['rest']}"
    )
    text = statement.text
    for number in range(len(bound), 0, -1):
        text = text.replace(f"${number}", f"CAST(${number} AS {column_type(table, bound[number - 1])}[])", 1)
    key = _KEY.match(match["rest"])
    return BulkInsert(text, bound.index(key["key"]) if key else None)
