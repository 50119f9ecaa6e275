"""`only = "Status == active"`: which rows are imported. Comparisons, never code."""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from importer.mapping.suggest.do_not_call import ALLOWS_CALLS, allows_calls
from importer.mapping.suggest.header_key import loose_key
from importer.regex import regex
from importer.text import customer_of_job, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# The longer signs first: "<=" is not "<" with a value that begins with "=".
_SIGN = regex(r"==|!=|<=|>=|<|>|=")
_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_NUMBER = regex(r"[+-]?\d+(?:\.\d+)?")
_QUOTES = regex(r"(\"|')(.*)\1", re.DOTALL)
NAMES_NO_JOB = "names no job"
"""The sign of a condition that leaves out the jobs of customers: `Customer names no job`."""
MAY_NAME_JOBS = "may name jobs"
"""The sign of a condition that every row meets: jobs of customers are wanted, and need not be asked about."""
_IN_WORDS = {
    sign: regex("".join(rf"\s+{word}" for word in sign.split()) + r"\s*\Z", re.IGNORECASE)
    for sign in (ALLOWS_CALLS, NAMES_NO_JOB, MAY_NAME_JOBS)
}
HOW = (
    'Write it like "Status == active"; the signs are == != < <= > >=. Or write "Do Not Call allows calls", or '
    '"Customer names no job".'
)


@dataclass(frozen=True, slots=True)
class RowFilter:
    """A column (position from 0), a sign and a value. Case and spaces of texts do not count.

    The signs in words, such as `allows calls`, have no value: the words of a cell tell what it means, for calls those
    of the `header` too.
    """

    position: int
    title: str
    sign: str
    value: str = ""
    header: str = ""

    def holds(self, cell: str) -> bool | None:
        """Whether a cell is wanted; None where it can't be compared, since only the value is a number (or a date).

        An empty cell is neither below nor above anything.
        """
        text = cell.strip()
        if self.sign == ALLOWS_CALLS:
            return allows_calls(self.header, text)
        if self.sign == MAY_NAME_JOBS:
            return True
        if self.sign == NAMES_NO_JOB:
            return not customer_of_job(text)
        if self.sign in ("==", "!="):
            return _TESTS[self.sign](loose_key(text), loose_key(self.value))
        if not text:
            return False
        limit, value = ordered(self.value), ordered(text)
        if limit is None or value is None or type(value) is not type(limit):
            return None
        return _TESTS[self.sign](value, limit)

    def refusal(self, cell: str) -> str:
        """Return why a row with this cell is not imported, and what to do."""
        if self.sign == ALLOWS_CALLS:
            said = f"says “{shorten(cell)}”" if cell.strip() else "is empty"
            why = f"{self.title!r} {said}, so the contact is not to be called"
        elif self.sign == NAMES_NO_JOB:
            why = f"{shorten(cell)} is a job of the customer {shorten(customer_of_job(cell.strip()))}"
        else:
            why = f"only rows with {self.title} {self.sign} {self.value or 'nothing'} are wanted"
        return f"Not imported, because {why}. Change `only` to import it."


def parse(text: str, column: Callable[[str], int | None], titles: tuple[str, ...], headers: Sequence[str]) -> RowFilter:
    """Read a comparison; `column` finds the position of a name, None where no column has it.

    A name or value with a sign in it can be put in quotes; a header with a sign is found without them. Raises
    ValueError.
    """
    for sign_in_words, pattern in _IN_WORDS.items():
        match = pattern.search(text)
        if match and (position := column(_bare(text[: match.start()]))) is not None:
            return RowFilter(position, titles[position], sign_in_words, header=headers[position])
    signs = list(_SIGN.finditer(text))
    if not signs:
        raise ValueError(f"{text!r} is not a comparison. {HOW}")
    # A header may have a sign in its name: the first sign that has a column before it is the one.
    for sign in signs:
        name, value = _bare(text[: sign.start()]), _bare(text[sign.end() :])
        position = column(name) if name else None
        if position is None:
            continue
        if sign[0] == "=":
            raise ValueError(f"{text!r} has a single =; write == for equal.")
        if sign[0] not in ("==", "!=") and ordered(value) is None:
            raise ValueError(f"{text!r} needs a number or a date such as 2024-12-31 after {sign[0]}.")
        return RowFilter(position, titles[position], sign[0], value)
    name = _bare(text[: signs[0].start()])
    raise ValueError(f"{text!r} names {name!r}." if name else f"{text!r} names no column. {HOW}")


def column_named(text: str) -> str:
    """The text before the sign of a comparison, which should name a column; "" where it has no sign."""
    in_words = next(filter(None, (pattern.search(text) for pattern in _IN_WORDS.values())), None)
    sign = _SIGN.search(text) or in_words
    return _bare(text[: sign.start()]) if sign else ""


def ordered(text: str) -> float | date | None:
    """The value of a plain number or an ISO date, None for any other text."""
    # Not by float() alone, which takes "nan", "1_000" and "infinity" for numbers too.
    if _NUMBER.fullmatch(text):
        return float(text)
    try:
        return date.fromisoformat(text[:10]) if text[4:5] == "-" else None
    except ValueError:
        return None


def _bare(text: str) -> str:
    """A name or value without its quotes."""
    stripped = text.strip()
    quoted = _QUOTES.fullmatch(stripped)
    return quoted[2] if quoted else stripped
