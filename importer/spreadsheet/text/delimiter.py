"""Which character separates the cells: our own score over csv.reader, and a second opinion where it is close.

Only a delimiter is ever taken from a detector, never its quoting: standard files come out wrong (cpython#109339).
"""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

CANDIDATES = (",", ";", "\t", "|")
# Seen here and there, and in ordinary text too: they count only between known column names.
RARE = ("~", ":", "^", "\x1f")
_LEAST_NAMES = 2
_HEADER_ROWS, _PROVEN_NAMES, _LONGEST_NAME = 20, 6, 120
_SEP = regex(r'"?sep=([^"\r\n])"?\s*$', re.IGNORECASE)
_REJECTS = regex(r'_row"?([^"\r\n])"?_column"?\1"?_problem"?\1"?_external_id')
FIELD_CHARACTERS = 64 * 1024**2


def declared(line: str) -> str | None:
    """The delimiter of Excel's `sep=;` line, or None."""
    match = _SEP.match(line.lstrip("\ufeff"))
    return match.group(1) if match else None


def detect(lines: Sequence[str], knows_header: Callable[[str], bool]) -> str:
    """The delimiter of these first lines of a file; a comma where nothing separates anything."""
    csv.field_size_limit(FIELD_CHARACTERS)
    if rejects := _REJECTS.search("".join(lines)):
        return rejects.group(1)
    scores = {candidate: _score(lines, candidate, knows_header) for candidate in CANDIDATES}
    best, second = sorted(CANDIDATES, key=lambda candidate: -scores[candidate])[:2]
    rare = {candidate: _score(lines, candidate, knows_header, _LEAST_NAMES) for candidate in RARE}
    rarest = max(RARE, key=lambda candidate: rare[candidate])
    if rare[rarest] > scores[best]:
        return rarest
    if scores[best] == 0:
        return ","
    if scores[second] <= 0.8 * scores[best]:
        return best

    # Too close to call, so CleverCSV is asked too; imported late: few files need it.
    import clevercsv

    sample = "".join(lines)[:20_000].replace("\x00", "")
    try:
        dialect = clevercsv.Sniffer().sniff(sample, delimiters=[best, second])
        opinion = dialect.delimiter if dialect else None
    except Exception:  # noqa: BLE001  (the detector is asked for an opinion only, and may fail in any way)
        opinion = None
    finally:
        # CleverCSV leaves the limit of the whole process at the length of its sample when it fails.
        csv.field_size_limit(FIELD_CHARACTERS)
    return second if opinion == second else best


def spaced(lines: Sequence[str], delimiter: str) -> bool:
    """Whether most lines have a space between the delimiter and a quoted cell."""
    if delimiter.isspace():
        return False
    cut = re.escape(delimiter)
    pattern = re.compile(rf'{cut} +"[^"]*" *(?={cut}|$)')
    filled = [line.rstrip("\r\n") for line in lines if line.strip()]
    return 2 * sum(bool(pattern.search(line)) for line in filled) > len(filled)


def _score(lines: Sequence[str], delimiter: str, knows_header: Callable[[str], bool], least_names: int = 0) -> float:
    """How well a delimiter fits: rows of one width, many columns, and known column names in one of the first rows.

    0 where fewer than `least_names` of them are known.
    """
    if not any(delimiter in line for line in lines):
        return 0.0
    rows: list[list[str]] = []
    with suppress(csv.Error):  # the rows before an error count
        rows.extend(row for row in csv.reader(lines, delimiter=delimiter) if any(row))
    widths = Counter(len(row) for row in rows)
    wide = {width: count for width, count in widths.items() if width > 1}
    if not wide:
        return 0.0
    width = max(wide, key=lambda width: (wide[width], width))
    share = wide[width] / len(rows)
    # So many known names prove a header, more prove no more: below it stands data, and each cell takes its time.
    first_rows = [row for row in rows[:_HEADER_ROWS] if len(row) > 1]
    most = min(max(map(len, first_rows), default=0), _PROVEN_NAMES)
    names = 0
    for row in first_rows:
        names = max(names, sum(len(cell) <= _LONGEST_NAME and knows_header(cell) for cell in row))
        if names >= most:
            break
    if names < least_names:
        return 0.0
    # A few odd rows must cost more than a few columns gain.
    return share**2 * math.log2(width + 1) + min(names, _PROVEN_NAMES)
