"""`only = "Status == active"`: which rows are imported. Comparisons, never code."""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_SIGN = re.compile(r"==|!=|<=|>=|<|>|=")
_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_QUOTES = re.compile(r"(\"|')(.*)\1", re.DOTALL)
HOW = 'Write it like "Status == active"; the signs are == != < <= > >=.'


@dataclass(frozen=True, slots=True)
class RowFilter:
    """A column (position from 0), a sign and a value. Texts are compared but for case and outer spaces."""

    position: int
    title: str
    sign: str
    value: str

    def holds(self, cell: str) -> bool | None:
        """Whether a cell is wanted; None where it can't be compared: it is no number (or date) and the value is.

        An empty cell is below and above nothing.
        """
        text = cell.strip()
        if self.sign in ("==", "!="):
            return _TESTS[self.sign](_equal_key(text), _equal_key(self.value))
        if not text:
            return False
        wanted = ordered(self.value)
        given = ordered(text)
        if wanted is None or given is None or type(given) is not type(wanted):
            return None
        return _TESTS[self.sign](given, wanted)

    def __str__(self) -> str:
        return f"{self.title} {self.sign} {self.value or 'nothing'}"


def parse(text: str, column: Callable[[str], int | None], titles: tuple[str, ...]) -> RowFilter:
    """Read a comparison; `column` finds the position of a name, None where there is none.

    A name or value with a sign in it is put in quotes; a header with a sign is found without. Raises ValueError.
    """
    signs = list(_SIGN.finditer(text))
    if not signs:
        raise ValueError(f"{text!r} is no comparison. {HOW}")
    for found in signs:
        name, value = _bare(text[: found.start()]), _bare(text[found.end() :])
        position = column(name) if name else None
        if position is not None:
            return _checked(RowFilter(position, titles[position], found[0], value), text)
    name = _bare(text[: signs[0].start()])
    raise ValueError(f"{text!r} names {name!r}." if name else f"{text!r} names no column. {HOW}")


def column_named(text: str) -> str:
    """The text that stands for the column in a comparison, for a message."""
    found = _SIGN.search(text)
    return _bare(text[: found.start()]) if found else ""


def _checked(one: RowFilter, text: str) -> RowFilter:
    if one.sign == "=":
        raise ValueError(f"{text!r} has a single =; write == for equal.")
    if one.sign not in ("==", "!=") and ordered(one.value) is None:
        raise ValueError(f"{text!r} needs a number or a date such as 2024-12-31 after {one.sign}.")
    return one


def ordered(text: str) -> float | date | None:
    """A plain number or an ISO date, None for everything else."""
    if _NUMBER.fullmatch(text):
        return float(text)
    try:
        return date.fromisoformat(text[:10]) if text[4:5] == "-" else None
    except ValueError:
        return None


def _equal_key(text: str) -> str:
    return " ".join(text.split()).casefold()


def _bare(text: str) -> str:
    stripped = text.strip()
    quoted = _QUOTES.fullmatch(stripped)
    return quoted[2] if quoted else stripped
