"""Rows between the contacts that name what follows: headings of groups, and the column names of a second list."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from importer.errors import ReadingUnclear
from importer.languages.words import any_of, words
from importer.regex import regex
from importer.spreadsheet.grid import blank, extent
from importer.spreadsheet.header import like_data
from importer.spreadsheet.sentences import has_small_word, is_note_of_report, is_remark
from importer.text import shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from importer.spreadsheet.grid import Record

HEADING = ("skipped-heading", "it is a heading of the rows below it")
MAYBE_HEADING = "maybe-heading"
MAYBE_NOTE = (MAYBE_HEADING, "it may be a note")
"""Only of a row that follows a blank one: below the contacts people write who has changed the sheet, and when."""
MAYBE_END = (MAYBE_HEADING, "it may be a note at the end of the list")
"""Only of a row below all contacts: between them it may be a contact of whom no more is known."""
MAYBE_REMARK = (MAYBE_HEADING, "it may be a remark")
"""Of any row: between the contacts people write what they know of the one above, such as when to call."""
_MAYBE = (MAYBE_HEADING, "it may be a heading")
_NEARLY_ALL = 0.8
_FEWEST_ROWS = 2
_FEWEST_TO_DOUBT = 5
_MANY_COLUMNS, _SEVERAL_CELLS = 4, 3
_FEWEST_WIDE, _WIDE, _MOST_ALONE = 3, 0.95, 4
_LONGEST = 100
_MOST_DIGITS = 4  # more may be a number of something
_FRAMED = regex(r"([-=*_~#>\[{(.•|]+)\s*[^\W_].*?\s*[-=*_~#<\]})•|]+|[-=*_~#>•]{2,}\s*[^\W_].*")
_COUNT_BEHIND = regex(r"\s*\(?\d{1,6}\)?$")
_GROUPS = words("rows", "groups")
_COMPANIES = words("headers.fields", "company")
_NO_NAMES = words("headers", "not_names") | words("headers", "country")
_SUM_BEHIND = regex(rf".*\s(?:{any_of('rows', 'totals')})", re.IGNORECASE)
_ANY_SUM_BEHIND = regex(rf"\s(?:{any_of('rows', 'totals')})\s*(?:\0|\Z)", re.IGNORECASE)  # in many texts
_NUMBER = regex(r"[-(]?[$€£¥]?\s*[\d.,'\u00a0 ]+\s*[%$€£¥)]?")
_NO_NAME = regex(r"[\d@]")
_ONLY_NAMES = regex(r"\0[^\d@\0]*+\0")  # in many texts


@dataclass(frozen=True, slots=True)
class RowHabits:
    """How the rows of a sheet look, as its first ones show.

    `numbered`: nearly all hold a phone or an email; `capitals`: nearly all begin with text in capitals; `headed`: texts
    that stand alone follow an empty row or the header, and full rows do not; `doubts`: the first column has names of
    several words, so that one word alone is odd; `wide`: of many columns nearly all rows fill several, so that a text
    alone is odd; `short`: too few rows to tell headings by, but all of them hold a phone or an email; `whole`: all of
    them do, and all have two words or more beside it; `mixed`: more hold one than not, so that only what looks like
    no name at all is odd. `companies` are the positions of columns of companies.
    """

    numbered: bool = False
    capitals: bool = False
    headed: bool = False
    doubts: bool = False
    wide: bool = False
    short: bool = False
    whole: bool = False
    mixed: bool = False
    companies: frozenset[int] = frozenset()

    @classmethod
    def of(cls, sample: Sequence[Record], header_row: int) -> RowHabits:
        """Look at the first rows of a sheet, those above the header aside."""
        rows = [record for record in sample if record.row > header_row]
        full = [record for record in rows if not _alone(record.cells)]
        wide = _are_wide(rows, max((_filled(record.cells) for record in sample if record.row >= header_row), default=0))
        numbered = sum(any(map(like_data, record.cells)) for record in full)
        firsts = [_first(record.cells) for record in full]
        capitals = sum(first.isupper() for first in firsts) >= _NEARLY_ALL * len(full) / 2
        if numbered < max(_FEWEST_ROWS, len(full) - max(1, (1 - _NEARLY_ALL) * len(full))):
            mixed = numbered >= _FEWEST_ROWS and 2 * numbered > len(full)
            return cls(wide=wide, short=0 < numbered == len(full), mixed=mixed, capitals=capitals and mixed)
        several = sum(len(first.split()) > 1 for first in firsts)
        after_gap = {"alone": [0, 0], "full": [0, 0]}
        before = header_row
        for record in rows:
            counts = after_gap["alone" if _alone(record.cells) else "full"]
            counts[0] += 1
            counts[1] += record.row > before + 1 or before == header_row
            before = record.row
        alone, gaps = after_gap["alone"]
        return cls(
            numbered=True,
            capitals=capitals,
            headed=alone >= _FEWEST_ROWS and alone == gaps and 2 * after_gap["full"][1] <= len(full),
            doubts=len(full) >= _FEWEST_TO_DOUBT and several >= _NEARLY_ALL * len(full),
            wide=wide,
            whole=numbered == len(full) and all(_words_of(record.cells) > 1 for record in full),
            companies=_companies(next((record.cells for record in sample if record.row == header_row), ())),
        )


NO_HABITS = RowHabits()


def heading_rows(rows: Sequence[Sequence[str]], habits: RowHabits) -> dict[int, tuple[str, str]]:
    """The rule and the reason of each row that is a heading, a maybe (`maybe-heading`) or a group's total, by index."""
    reasons: dict[int, tuple[str, str]] = {}
    if habits == NO_HABITS:
        return reasons
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
        first = cells[0].strip() if cells and cells[0] else _first(cells)
        if len(text.strip()) == len(first):
            position = (
                next((place for place, cell in enumerate(cells) if not blank(cell)), 0) if habits.companies else -1
            )
            if 0 < len(first) <= _LONGEST and (why := _heading(first, habits, position)):
                reasons[index] = why
        elif habits.numbered and len(text) <= _LONGEST and _SUM_BEHIND.fullmatch(first):
            cells_after = [cell.strip() for cell in cells if not blank(cell)][1:]
            if all(_NUMBER.fullmatch(cell) and not like_data(cell) for cell in cells_after):
                reasons[index] = "skipped-total", "it is a line of totals"
    return reasons


def header_rows(
    rows: Sequence[Sequence[str]], header: Sequence[str], knows_header: Callable[[str], bool]
) -> dict[int, bool]:
    """The rows that name columns once more, by index: whether as the header does (True) or otherwise (False)."""
    named = sum(1 for cell in header if cell)
    same_names: dict[int, bool] = {}
    # Contacts have numbers and addresses, names of columns have not: one look at all rows nearly always shows it.
    texts = list(map("".join, rows)) if named > 1 else []
    is_any = _ONLY_NAMES.search("\0".join(("", *texts, "")))
    for index in [index for index, text in enumerate(texts) if not _NO_NAME.search(text)] if is_any else ():
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


def _heading(text: str, habits: RowHabits, position: int) -> tuple[str, str] | None:
    bare = _COUNT_BEHIND.sub("", text)
    plain = bare.casefold().replace(":", " ").strip("- ").split()
    letters = [letter for letter in bare if letter.isalpha()]
    is_cased = bare != bare.lower() and bare.isupper()
    # Companies are often written in capitals; one that stands behind the names is not written over other rows.
    is_company = position in habits.companies and is_cased and len(letters) > 1
    # A year, or the number of a group.
    if not letters and habits.wide and 0 < sum(map(str.isdecimal, text)) <= _MOST_DIGITS:
        return HEADING
    if like_data(text) or not letters:
        return None
    if habits.wide and (_FRAMED.fullmatch(text) or not _NO_NAMES.isdisjoint((plain[0], plain[-1]) if plain else ())):
        return HEADING
    is_note = is_note_of_report(text)
    if habits.short and is_note:
        return MAYBE_NOTE
    says_remark = is_remark(text)
    if habits.mixed:
        is_odd = says_remark or text.endswith(":") or _FRAMED.fullmatch(text)
        return _MAYBE if is_odd or (is_cased and not habits.capitals and len(plain) > 1) else None
    if not habits.numbered:
        return None
    if (
        (is_cased and not habits.capitals and not is_company)
        or (is_cased and len(letters) == 1)
        or text.endswith(":")
        or _FRAMED.fullmatch(text)
        or not _GROUPS.isdisjoint((plain[0], plain[-1]) if plain else ())
        or habits.headed
    ):
        return HEADING
    if is_company and not habits.capitals:
        return None if position else _MAYBE
    # Two words or more that begin as names do are most likely a person, of whom no more is known.
    is_name = len(plain) > 1 and all(word[0] == word[0].upper() for word in bare.split())
    if (habits.doubts and len(plain) == 1) or (habits.wide and not is_name):
        return _MAYBE
    if says_remark:
        return MAYBE_REMARK
    if is_note:
        return MAYBE_NOTE
    return MAYBE_END if has_small_word(bare) or (habits.whole and len(plain) == 1) else None


def _words_of(cells: Sequence[str]) -> int:
    """How many words stand in the cells that hold no number or address."""
    return sum(len(cell.split()) for cell in cells if not _NO_NAME.search(cell))


def _companies(header: Sequence[str]) -> frozenset[int]:
    """The positions of the columns whose names are those of a company's."""
    return frozenset(place for place, name in enumerate(header) if name.strip().casefold() in _COMPANIES)


def _first(cells: Sequence[str]) -> str:
    return next((cell.strip() for cell in cells if not blank(cell)), "")


def _alone(cells: Sequence[str]) -> bool:
    return _filled(cells) == 1


def _filled(cells: Sequence[str]) -> int:
    return sum(not blank(cell) for cell in cells)


def _are_wide(rows: Sequence[Record], columns: int) -> bool:
    """Whether nearly all rows of a sheet of many columns fill several of them."""
    filled = [_filled(record.cells) for record in rows]
    several = sum(count >= _SEVERAL_CELLS for count in filled)
    return (
        columns >= _MANY_COLUMNS
        and several >= _FEWEST_WIDE
        and several + filled.count(1) >= _WIDE * len(filled)
        and filled.count(1) <= max(_MOST_ALONE, (1 - _NEARLY_ALL) * len(filled))
    )


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
