"""Rows between the contacts that name what follows: headings of groups, and the column names of a second list."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from importer.errors import ReadingUnclear
from importer.languages.words import any_of, words
from importer.model import MAYBE_HEADING
from importer.regex import regex
from importer.spreadsheet.grid import blank, extent
from importer.spreadsheet.header import like_data
from importer.spreadsheet.row_habits import NO_HABITS, NO_NAME, RowHabits, first_text
from importer.spreadsheet.sentences import has_small_word, is_count, is_note_of_report, is_remark, is_unlike_a_name
from importer.text import shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

HEADING = ("skipped-heading", "it is a heading of the rows below it")
MAYBE_NOTE = (MAYBE_HEADING, "it may be a note")
"""Only of a row that follows a blank one: below the contacts people write who has changed the sheet, and when."""
MAYBE_END = (MAYBE_HEADING, "it may be a note at the end of the list")
"""Only of a row below all contacts: between them it may be a contact of whom no more is known."""
MAYBE_REMARK = (MAYBE_HEADING, "it may be a remark")
"""Of any row: between the contacts people write what they know of the one above, such as when to call."""
_MAYBE = (MAYBE_HEADING, "it may be a heading")
Verdict = tuple[str, str]
"""The rule and the reason of a row that is not a contact, or may not be one."""
_LONGEST = 100
_MOST_COUNTS = 4  # of several thousand rows; where more are so, it is how the sheet names things
_MOST_DIGITS = 4  # more may be a number of something
_FRAMED = regex(r"([-=*_~#>\[{(.•|]+)\s*[^\W_].*?\s*[-=*_~#<\]})•|]+|[-=*_~#>•]{2,}\s*[^\W_].*")
_COUNT_BEHIND = regex(r"\s*\(?\d{1,6}\)?$")
_GROUPS = words("rows", "groups")
_NO_NAMES = words("headers", "not_names") | words("headers", "country")
_SUM_BEHIND = regex(rf".*\s(?:{any_of('rows', 'totals')})", re.IGNORECASE)
_ANY_SUM_BEHIND = regex(rf"\s(?:{any_of('rows', 'totals')})\s*(?:\0|\Z)", re.IGNORECASE)  # in many texts
_NUMBER = regex(r"[-(]?[$€£¥]?\s*[\d.,'\u00a0 ]+\s*[%$€£¥)]?")
_CODE = regex(r"[^\W\d_]\d|\d[^\W\d_]")
_ANY_COUNT = regex(r"[:=]\s*\d[\d.,' ]*(?:\n|\Z)")  # in many rows
_ONLY_NAMES = regex(r"\0[^\d@\0]*+\0")  # in many texts


def heading_rows(rows: Sequence[Sequence[str]], habits: RowHabits) -> dict[int, Verdict]:
    """The rule and the reason of each row that is a heading, a maybe (`maybe-heading`) or a group's total, by index."""
    reasons: dict[int, Verdict] = {}
    if habits == NO_HABITS:
        return _counts(rows)
    # Nearly every row has something in its first two cells, and is no heading.
    odd: Iterable[int] = [
        index
        for index, cells in enumerate(rows)
        if not (len(cells) > 1 and "!" < cells[0] < "\x7f" and "!" < cells[1] < "\x7f")
    ]
    if habits.numbered and _ANY_SUM_BEHIND.search("\0".join([cells[0] for cells in rows if cells])):
        odd = range(len(rows))
    for index in odd:
        cells = rows[index]
        text = "".join(cells)
        first = cells[0].strip() if cells and cells[0] else first_text(cells)
        if len(text.strip()) == len(first):
            position = (
                next((place for place, cell in enumerate(cells) if not blank(cell)), 0) if habits.companies else -1
            )
            if 0 < len(first) <= _LONGEST and (why := _verdict(first, habits, position)):
                reasons[index] = why
        elif habits.numbered and len(text) <= _LONGEST and _SUM_BEHIND.fullmatch(first):
            cells_after = [cell.strip() for cell in cells if not blank(cell)][1:]
            if all(_NUMBER.fullmatch(cell) and not like_data(cell) for cell in cells_after):
                reasons[index] = "skipped-total", "it is a line of totals"
    return reasons


def _counts(rows: Sequence[Sequence[str]]) -> dict[int, Verdict]:
    """The rows with nothing but a word and its number, by index; none where these are usual."""
    if not _ANY_COUNT.search("\n".join(map("".join, rows))):
        return {}
    texts = [[cell.strip() for cell in cells if not blank(cell)] for cells in rows]
    found = {index: MAYBE_REMARK for index, cells in enumerate(texts) if len(cells) == 1 and is_count(cells[0])}
    return (
        {index: why for index, why in found.items() if not like_data(texts[index][0])}
        if len(found) <= _MOST_COUNTS
        else {}
    )


def header_rows(
    rows: Sequence[Sequence[str]], header: Sequence[str], knows_header: Callable[[str], bool]
) -> dict[int, bool]:
    """The rows that name columns once more, by index: whether as the header does (True) or otherwise (False)."""
    named = sum(1 for cell in header if cell)
    same_names: dict[int, bool] = {}
    # Contacts have numbers and addresses, names of columns have not: one look at all rows nearly always shows it.
    texts = list(map("".join, rows)) if named > 1 else []
    is_any = _ONLY_NAMES.search("\0".join(("", *texts, "")))
    for index in [index for index, text in enumerate(texts) if not NO_NAME.search(text)] if is_any else ():
        cells = rows[index]
        filled = [(position, cell.strip()) for position, cell in enumerate(cells) if not blank(cell)]
        if len(filled) < min(named, 3) or not all(len(cell) <= _LONGEST and knows_header(cell) for _, cell in filled):
            continue
        same = [_letters(header[position]) == _letters(cell) for position, cell in filled if position < len(header)]
        same_names[index] = len(same) == len(filled) and all(same)
    return same_names


def second_header(name: str, header: tuple[int, Sequence[str]], second: tuple[int, Sequence[str]]) -> ReadingUnclear:
    """What to say of a sheet that names columns once more, each time with the number of the row: as a second list, or
    because the names stand in two rows, of which the upper one has groups (`Address` over `Street` and `City`)."""
    (upper_row, upper), (lower_row, lower) = header, second
    shown = shorten(", ".join(cell.strip() for cell in lower if not blank(cell)))
    names = _in_one_row(upper, lower)
    if lower_row == upper_row + 1 and names:
        return ReadingUnclear(
            f"{name}: the column names stand in two rows, {upper_row} and {lower_row} ({shown}).",
            f"Write them into row {upper_row} alone ({shorten(', '.join(names), _LONGEST)}), delete row {lower_row}, "
            "save the sheet, and import it again.",
            {"header_row": upper_row},
        )
    return ReadingUnclear(
        f"{name}: row {lower_row:,} names columns again ({shown}), and not those of row {upper_row}: a second list "
        "with other columns begins there.",
        "Put each list into a file or a sheet of its own, and import them one after the other. If these are contacts, "
        f"name the row of the column names: --header-row {upper_row}.",
        {"header_row": upper_row},
    )


def _in_one_row(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """The names of columns from two rows; empty where the lower row names none that the upper one leaves out."""
    names: list[str] = []
    below = [cell.strip() for cell in lower if not blank(cell)]
    group, is_grouped = "", False
    for position in range(max(len(upper), extent(list(lower)))):
        above = upper[position].strip() if position < len(upper) else ""
        cell = lower[position].strip() if position < len(lower) else ""
        group = above or group
        is_grouped |= bool(cell) and not above
        # Home and Work over a Phone each: the lower names alone do not tell the columns apart.
        names.append(f"{group} {cell}" if below.count(cell) > 1 else cell or above)
    return [name for name in names if name] if is_grouped else []


def _verdict(text: str, habits: RowHabits, position: int) -> Verdict | None:
    """What a text that stands alone in a row is; None if it may be a contact of whom no more is known.

    `position`: its column, -1 where no column has companies.
    """
    if not any(map(str.isalpha, _COUNT_BEHIND.sub("", text))):
        # A year, or the number of a group.
        is_number = 0 < sum(map(str.isdecimal, text)) <= _MOST_DIGITS
        return HEADING if habits.wide and is_number else None
    signs = _Signs.of(text, habits, position)
    return next((verdict for holds, verdict in _VERDICTS if holds(habits, signs)), None)


@dataclass(frozen=True, slots=True)
class _Signs:
    """What a text that stands alone in a row looks like; `words`: how many it has, a count behind it aside.

    `in_capitals`: all of it, in a script that has small letters. `is_company`: in capitals, in a column of companies,
    where it is usual; `is_behind`: that column is not the first. `is_name`: each of its words begins as names do.
    `has_code`: a word has letters and digits, as in U10 Tigers or Bldg 2B, and is in no column of companies.
    """

    words: int
    in_capitals: bool
    is_letter: bool
    is_company: bool
    is_behind: bool
    is_name: bool
    is_data: bool
    is_framed: bool
    ends_with_colon: bool
    names_column: bool
    names_group: bool
    has_code: bool
    is_note: bool
    is_count: bool
    is_remark: bool
    has_small_word: bool

    @classmethod
    def of(cls, text: str, habits: RowHabits, position: int) -> _Signs:
        """Look at a text that has letters."""
        bare = _COUNT_BEHIND.sub("", text)
        plain = bare.casefold().replace(":", " ").strip("- ").split()
        ends = (plain[0], plain[-1]) if plain else ()
        letters = sum(map(str.isalpha, bare))
        in_capitals = bare != bare.lower() and bare.isupper()
        return cls(
            words=len(plain),
            in_capitals=in_capitals,
            is_letter=in_capitals and letters == 1,
            is_company=position in habits.companies and in_capitals and letters > 1,
            is_behind=position > 0,
            is_name=len(plain) > 1 and all(word[0] == word[0].upper() for word in bare.split()),
            is_data=like_data(text),
            is_framed=_FRAMED.fullmatch(text) is not None,
            ends_with_colon=text.endswith(":"),
            names_column=not _NO_NAMES.isdisjoint(ends),
            names_group=not _GROUPS.isdisjoint(ends),
            has_code=position not in habits.companies and any(map(_CODE.search, bare.split())),
            is_note=is_note_of_report(text),
            is_count=is_count(text),
            is_remark=is_remark(text) or (position not in habits.companies and is_unlike_a_name(text)),
            has_small_word=has_small_word(bare),
        )


# What a text is by the habits of its sheet (`rows`) and by its own signs: the first line that holds decides.
_VERDICTS: tuple[tuple[Callable[[RowHabits, _Signs], bool], Verdict | None], ...] = (
    (lambda rows, text: text.is_data, None),
    (lambda rows, text: rows.wide and (text.is_framed or text.names_column), HEADING),
    (lambda rows, text: not rows.numbered and text.is_count, MAYBE_REMARK),
    (lambda rows, text: rows.short and text.is_note, MAYBE_NOTE),
    # Where fewer than nearly all rows have a number, only what looks like no name at all is odd.
    (lambda rows, text: rows.mixed and (text.is_remark or text.ends_with_colon or text.is_framed), _MAYBE),
    (lambda rows, text: rows.mixed and text.in_capitals and not rows.capitals and text.words > 1, _MAYBE),
    (lambda rows, text: not rows.numbered, None),
    (lambda rows, text: text.in_capitals and not rows.capitals and not text.is_company, HEADING),
    (lambda rows, text: text.is_letter or text.ends_with_colon or text.is_framed or text.names_group, HEADING),
    (lambda rows, text: rows.headed, HEADING),
    # A company that stands behind the names is not written over other rows.
    (lambda rows, text: text.is_company and not rows.capitals and text.is_behind, None),
    (lambda rows, text: text.is_company and not rows.capitals, _MAYBE),
    # Two words or more that begin as names do are most likely a person.
    (lambda rows, text: rows.doubts and text.words == 1, _MAYBE),
    (lambda rows, text: rows.wide and not text.is_name, _MAYBE),
    (lambda rows, text: text.has_code, _MAYBE),
    (lambda rows, text: text.is_remark, MAYBE_REMARK),
    (lambda rows, text: text.is_note, MAYBE_NOTE),
    (lambda rows, text: text.has_small_word or (rows.whole and text.words == 1), MAYBE_END),
)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
