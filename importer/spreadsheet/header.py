"""Where the column names are: under titles and preambles, the lower one of two, or nowhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from importer.model.added_columns import REJECT_COLUMNS
from importer.regex import regex
from importer.spreadsheet.grid import blank, count_filled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from importer.spreadsheet.grid import Record

SAMPLE_ROWS = 60

# Longer cells are notes; looking at all of them would be slow, and a pattern on them slower than that.
_LOOKED_AT = 200
_LONGEST_NUMBER = 60
_LONGEST_HEADER = 120
_FEWEST_CONTACTS = 2

_EMAIL = regex(r"[^@\s]+@[^@\s]+\.\w{2,}")
_PHONE = regex(r"[+(]?[\d\s().\-/\u00a0\u2010-\u2015]{6,}(?:\s*(?:x|ext\.?)\s*\d+)?$", re.IGNORECASE)
_DAY, _MONTH = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])"
_DATE = regex(
    rf"(?:(?:19|20)\d\d([-./]?){_MONTH}\1{_DAY}|{_DAY}([-./]){_DAY}\2(?:\d\d){{1,2}})"
    r"(?:[T ,]+[\d:.]*)?(?:[-–—/ ]+[\d:./-]+)?$"
)
_AMOUNT = regex(r"[$€£¥]?\s*-?\d{1,3}(?:[,.\u00a0 ']\d{3})+(?:[.,]\d{1,2})?\s*[$€£¥%]?$|.*[$€£¥]|\d+[.,]\d{2}$")


def like_data(text: str) -> bool:
    """Whether a cell holds an email address or a phone number, which no column name does.

    >>> [like_data(text) for text in ("ann@example.com", "+1 415 555 0101", "Phone 2", "2024", "1,234,567")]
    [True, True, False, False, False]
    """
    cell = text[:_LOOKED_AT].strip().lstrip("'")
    if _EMAIL.search(cell):
        return True
    if len(text) > _LONGEST_NUMBER:
        return False
    digits = sum(character.isdigit() for character in cell)
    return digits >= 7 and bool(_PHONE.match(cell)) and not _AMOUNT.match(cell) and not _DATE.match(cell)


def known_header(sample: Sequence[Record], knows: Callable[[str], bool]) -> int | None:
    """The position in the sample of the row whose cells are known column names, or None.

    Of several: the one with most known names, then the fuller one (group titles are above the names), then the first.
    """
    counts = [count_filled(record.cells) for record in sample]
    widest = max(counts, default=0)
    # The rows of a rejects file may hold anything, so its header is known by the columns that this program added.
    if sample and ends_a_rejects_header(sample[0].cells):
        return 0
    best: tuple[int, int, int] | None = None
    for position, (record, filled) in enumerate(zip(sample, counts, strict=True)):
        names = count_known_names(record, knows)
        # One known name is enough only in a sheet so narrow that there cannot be many.
        enough = names >= 2 or (names == 1 and (filled == 2 or widest == 1))
        is_header = enough and 3 * names >= filled and not has_data(record, knows)
        if is_header and (best is None or (names, filled) > best[:2]):
            best = names, filled, position
        elif best and has_data(record, knows):
            # The table has begun: a later row of known words is a contact, or the header once more.
            break
    return None if best is None else best[2]


def ends_a_rejects_header(cells: Sequence[str]) -> bool:
    """Whether the four columns are there that this program adds to the rows it hands back."""
    return set(REJECT_COLUMNS) <= {cell.strip() for cell in cells}


def sideways(sample: Sequence[Record], knows: Callable[[str], bool]) -> int | None:
    """The column (from 0) that holds the column names of a sheet on its side, or None.

    Its cells are nearly all known names, a phone or an email is right of one, and no row is a header: the first has no
    known name beside the column, and no other has two.
    """
    for column in (0, 1):
        cells = [record.cells[column].strip() for record in sample if column < len(record.cells)]
        texts = [cell for cell in cells if not blank(cell)]
        if 3 * len(texts) < 2 * len(sample) or not _are_names(texts, knows):
            continue
        cells_after = [record.cells[column + 1 :] for record in sample]
        names_beside = [
            sum(
                not blank(cell) and len(cell) <= _LONGEST_HEADER and knows(cell)
                for cell in (*record.cells[:column], *record.cells[column + 1 :])
            )
            for record in sample
        ]
        if (
            not names_beside[0]
            and max(names_beside) < 2
            and any(like_data(cell) for row in cells_after for cell in row)
        ):
            return column
    return None


def _are_names(texts: Sequence[str], knows: Callable[[str], bool]) -> bool:
    """Whether two thirds of some texts are known names, and not all the same one; a column of data is soon known."""
    names: set[str] = set()
    others = 0
    for text in texts:
        if len(text) <= _LONGEST_HEADER and not like_data(text) and knows(text):
            names.add(text)
        else:
            others += 1
            if 3 * others > len(texts):
                return False
    return len(names) > 1


def has_data(record: Record, knows: Callable[[str], bool]) -> bool:
    """Whether this is a row of contacts rather than of column names, which may have a number as an example in them."""
    return any(like_data(cell) and not knows(cell) for cell in record.cells)


def count_known_names(record: Record, knows: Callable[[str], bool]) -> int:
    """How many cells of a row are known column names; none in a row of contacts."""
    if has_data(record, knows):
        return 0
    return sum(len(cell) <= _LONGEST_HEADER and knows(cell) for cell in record.cells if not blank(cell))


def holds_contacts(sample: Sequence[Record], knows: Callable[[str], bool]) -> bool:
    """Whether rows of a sheet are contacts, whatever is above them: one number alone may be the office's."""
    return sum(has_data(record, knows) and count_filled(record.cells) > 1 for record in sample) >= _FEWEST_CONTACTS


def first_full(sample: Sequence[Record]) -> int:
    """The position of the first row that is as full as most: titles above a table are shorter than it."""
    counts = [count_filled(record.cells) for record in sample]
    usual = sorted(counts)[len(counts) // 2]
    return next(position for position, filled in enumerate(counts) if 2 * filled >= usual)


def data_above(sample: Sequence[Record], position: int, knows: Callable[[str], bool]) -> Record | None:
    """The first row above a header that looks like a contact, so that it cannot be the header; None without one."""
    least = max(2, count_filled(sample[position].cells) / 2)
    above = (record for record in sample[:position] if count_filled(record.cells) >= least and has_data(record, knows))
    return next((record for record in above if not _is_labelled(record, knows)), None)


def _is_labelled(record: Record, knows: Callable[[str], bool]) -> bool:
    """Whether a row is a line of a report: what it says, and then one value (`Printed by:`, `office@example.com`)."""
    filled = [cell.strip() for cell in record.cells if not blank(cell)]
    label = filled[0]
    return len(filled) == 2 and not like_data(label) and (label.endswith(":") or knows(label))
