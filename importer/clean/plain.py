"""Plain cells: those whose value follows from how they are written, with nothing to say about them.

Most cells of most columns are plain. All distinct cells of a column are searched together, and only the others are
cleaned one by one. A kind of cell has its plain forms beside its cleaner (`PLAIN`), and a test holds each form to what
the cleaner makes of it: a form leaves out whatever it is not sure of.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection

_BETWEEN = "\0"  # stands in no cell: readers take it out


class PlainForm(NamedTuple):
    """One way of writing plain cells: a pattern for whole cells, and what they become.

    `value` is a template as `re.sub` takes it; None where they stay as they are.
    """

    pattern: re.Pattern[str]
    value: str | None = None


def plain_form(pattern: str, value: str | None = None) -> PlainForm:
    """Return the form of the cells that a pattern matches as a whole; it must not match NUL."""
    return PlainForm(re.compile(rf"(?<![^{_BETWEEN}])(?:{pattern})(?![^{_BETWEEN}])", re.ASCII), value)


def plain_values(texts: Collection[str], forms: tuple[PlainForm, ...]) -> dict[str, str]:
    """Return the values of those texts that are plain, by text."""
    if not forms:
        return {}
    searched = _BETWEEN.join(texts)
    found: dict[str, str] = {}
    for pattern, value in forms:
        cells = [match[0] for match in pattern.finditer(searched)]
        made = cells if value is None else pattern.sub(value, _BETWEEN.join(cells)).split(_BETWEEN)
        found.update(zip(cells, made, strict=True) if cells else ())
    return found
