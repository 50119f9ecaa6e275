"""Plain cells: those whose value follows from how they are written, with nothing to say about them.

Most cells of most columns are plain. All distinct cells of a column are searched together, and only the others are
cleaned one by one. A kind of cell has its plain forms beside its cleaner (`PLAIN`), and a test holds each form to what
the cleaner makes of it: a form leaves out whatever it is not sure of.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_BETWEEN = "\0"  # stands in no cell: readers take it out


class PlainForm(NamedTuple):
    """One way of writing plain cells: a pattern for whole cells, and what they become.

    `searched` finds such cells among many, `every` takes many of which all are such. `value` has a `%s` for each group
    of the pattern; None where the cells stay as they are.
    """

    pattern: re.Pattern[str]
    searched: re.Pattern[str]
    every: re.Pattern[str]
    value: str | None = None


def plain_form(pattern: str, value: str | None = None) -> PlainForm:
    """Return the form of the cells that a pattern matches as a whole; it must not match NUL."""
    # A sign before and behind each cell, so that one is found by its first sign, and not looked at from each of them.
    cell = f"{_BETWEEN}({pattern}){_BETWEEN}"
    whole, searched, every = (regex(text, re.ASCII) for text in (pattern, cell, f"(?:{cell})*+"))
    return PlainForm(whole, searched, every, value)


def plain_cells(texts: Collection[str], form: PlainForm) -> list[Any]:
    """Return the texts of a form in their order, each with the groups of its pattern if that has any."""
    return form.searched.findall(_joined(texts))


def _joined(texts: Collection[str]) -> str:
    return f"{_BETWEEN}{(2 * _BETWEEN).join(texts)}{_BETWEEN}"


def plain_values(texts: Collection[str], forms: Iterable[PlainForm]) -> tuple[dict[str, str], set[str]]:
    """Return the values of the plain texts that do not stay as they are, by text, and the texts that are not plain."""
    changed: dict[str, str] = {}
    texts_left = set(texts)
    for form in forms:
        together = _joined(texts_left)
        if form.value is None and together.count(_BETWEEN) == 2 * len(texts_left) and form.every.fullmatch(together):
            # Often; to take each cell out of the text takes twice as long.
            texts_left.clear()
        cells: list[Any] = form.searched.findall(together) if texts_left else []
        if form.value is None:
            texts_left.difference_update(cells)
        else:
            values = {cell[0]: form.value % cell[1:] for cell in cells}
            texts_left.difference_update(values)
            changed.update(values)
    return changed, texts_left
