"""Lines that are each in one pair of quotes, as Excel saves a sheet whose rows stand whole in the first column."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from importer.regex import regex
from importer.spreadsheet.text.delimiter import CANDIDATES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_WRAPPED = regex(r'"((?:[^"]|"")*)"[,;\t|]*[ ]*(\r?\n|\r)?')
_FEWEST_LINES = 2
_NEARLY_ALL = 0.95
_LEAST_NAMES = 2


def unwrap(line: str) -> str:
    """A line without the quotes around all of it; any other line as it is.

    >>> unwrap('"Ann,""Lee, Jr."",5"\\n'), unwrap('"Ann",5')
    ('Ann,"Lee, Jr.",5\\n', '"Ann",5')
    """
    match = _WRAPPED.fullmatch(line) if line.startswith('"') else None
    return match[1].replace('""', '"') + (match[2] or "") if match else line


def are_wrapped(lines: Sequence[str], knows_header: Callable[[str], bool]) -> bool:
    """Whether lines are each one quoted cell that holds a whole row: names of columns first, and as many cells below.

    Lines that are not quoted so, because there was nothing to quote, do not count against it.
    """
    filled = [line for line in lines if line.strip()]
    if len(filled) < _FEWEST_LINES or not _WRAPPED.fullmatch(filled[0]):
        return False
    plain = [unwrap(line) for line in filled]
    for delimiter in CANDIDATES:
        widths = [len(cells) for cells in csv.reader(plain, delimiter=delimiter)]
        names = next(csv.reader(plain, delimiter=delimiter))
        # "Name, first and last" is one column of names.
        is_text = len(names) == _LEAST_NAMES and names[1].startswith(" ")
        is_header = sum(map(knows_header, names)) >= _LEAST_NAMES and not is_text
        if is_header and sum(width == len(names) for width in widths) >= len(widths) * _NEARLY_ALL:
            return True
    return False
