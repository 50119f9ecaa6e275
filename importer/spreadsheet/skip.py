"""Rows that are not contacts: totals, footers of reports, the header once more. When in doubt, a row is a contact."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from importer.languages.words import any_of
from importer.spreadsheet.grid import INVISIBLE, blank
from importer.spreadsheet.header import like_data

if TYPE_CHECKING:
    from collections.abc import Sequence

EXAMPLE = "#example"
"""How the first cell of an example row begins in the templates that this program writes."""
_SUM = any_of("rows", "totals", with_bare=True)
_GROUP = f"(?:{any_of('rows', 'groups')})"
_COUNTED = r"\(?\d[\d,.' ]*\)?"
_WORDS = r"(?:[^\W\d_]+ ){0,3}[^\W\d_]+"  # of whatever was counted: Kontakte, contacts actifs
_TOTAL = (
    rf"(?:{_SUM})"
    rf"(?:(?: \(?\d[\d,.]* (?:records?|rows?|contacts?)\)?)?:?|(?: {_GROUP}):?"
    rf"| {_COUNTED}|(?: {_WORDS})?\s?[:=]\s?{_COUNTED}(?: {_WORDS})?)"
)
_DAY = r"[\d./-]{6,10}(?:,? [\d:.]{4,8}(?: ?[ap]m| uhr)?)?"
# "Tuesday, Dec 01, 2026 12:00:00 PM GMT-8": no name has a year and a time of day in it.
_WORD = r"[^\W\d_]{2,12}"
_MOMENT = (
    rf"(?:(?:accrual|cash) basis,? )?(?:{_WORD}\.?,? )?(?:{_WORD}\.? \d{{1,2}}|\d{{1,2}}\.? {_WORD}\.?),? \d{{4}},?"
    r"(?: at)? \d{1,2}[:.]\d\d(?:[:.]\d\d)?(?: ?[ap]\.?m\.?)?(?: [a-z]{2,5}(?:[+-]\d{1,2}(?::?\d\d)?)?)?"
)
_FOOTER = (
    r"grand totals? \(\d[\d,.]* records?\)"
    r"|confidential information\b.*|(?:strictly |private (?:and|&) )?confidential(?:[.!]|\s?[-–—:,(].*)?"
    r"|copyright (?:\(c\)|©)?\s*(?:19|20)\d\d.*"
    r"|(?:©|\(c\)) (?:19|20)\d\d.*"
    r"|(?:report )?(?:generated|exported|printed|created|downloaded) (?:by|on|at|from|with|using|via)\b.*"
    r"|powered by .+|sent from my .+|all rights reserved[.!]?|for internal use only[.!]?"
    r"|last (?:updated|modified|edited|refreshed|exported)(?: on| at)?[: ].*\d.*"
    rf"|(?:{any_of('rows', 'page')}) \d+(?: ?(?:{any_of('rows', 'of')}|/) ?\d+)?"
    rf"|[-=*_~#]* ?(?:{any_of('rows', 'end_of')}) (?:{any_of('rows', 'document')}) ?[-=*_~#]*\.?"
    rf"|(?:{any_of('rows', 'dated')})[: ] ?{_DAY}"
    r"|\d[\d,.]* (?:records?|rows?|contacts?|entries) ?(?:exported|found|total|in total|listed)?\.?"
    rf"|(?:{any_of('rows', 'number_of')})? ?{_GROUP}\s?[:=]\s?{_COUNTED}|{_COUNTED} {_GROUP}\.?"
    r"|total (?:number of )?(?:records?|rows?|contacts?|entries):? ?\d[\d,.]*"
    rf"|{_MOMENT}"
)
_RULE = r"[-=_*~]{3,}"
# One look for all three; where case needs no thought (lower-case texts and `NOFLAG`), twice as fast.
_EITHER = "|".join(f"(?:{rule})" for rule in (_TOTAL, _FOOTER, _RULE))
# Texts such as C-0001: each of these lines has a space, a colon or an equals sign where it has a digit.
_NUMBERED = r"[!-9;<>-~]*[0-9][!-9;<>-~]*"
# The same for many rows, each a line. What looks blank is a doubt, since `reason` goes on to the next cell.
_LINES = rf"\n(?!{_NUMBERED}\n)(?:(?:{_EITHER})(?=\n)|[{INVISIBLE}])"
_LONGEST = 300
# A number, or how many of what: 3 contacts.
_AMOUNT = rf"[-(]?[$€£¥]?\s*[\d.,'\u00a0 ]+\s*[%$€£¥)]?|\(?{_COUNTED} (?:{_GROUP}|contacts?|records?|rows?)\)?"


def reasons(rows: Sequence[Sequence[str]], header: Sequence[str]) -> dict[int, tuple[str, str]]:
    """What `reason` says of the rows that are skipped, by their index in `rows`."""
    # `reason` finds something only where the first text of a row is odd, so all first texts are looked at in one go:
    # rows of contacts then cost a fraction of a call each.
    firsts = {(cells[0].strip() if cells else "") or next(filter(None, map(str.strip, cells)), "") for cells in rows}
    if max(map(len, firsts), default=0) <= _LONGEST:  # so that what is joined stays small
        plain, rest = "\n".join(("", *firsts, "")), ""
        if not plain.isascii():
            plain = "\n".join(("", *filter(str.isascii, firsts), ""))
            rest = "\n".join(("", *(first for first in firsts if not first.isascii()), ""))
        plain = plain.lower()
        folded, name = plain + rest.casefold(), next(filter(None, header), "")
        is_header = bool(name) and f"\n{name}\n" in folded
        if not (
            is_header
            or f"\n{EXAMPLE}" in folded
            or _compiled(_LINES, re.NOFLAG).search(plain)
            or (len(rest) > 1 and _compiled(_LINES).search(rest))
        ):
            return {}
    return {index: why for index, cells in enumerate(rows) if (why := reason(cells, header))}


def reason(cells: Sequence[str], header: Sequence[str]) -> tuple[str, str] | None:
    """The rule and the words why a row is skipped, or None for a row that is a contact.

    `header` is the header's cells, trimmed and casefolded, without empty ones at the end; empty without a header.
    """
    first = cells[0].strip() if cells else ""
    if header and first.casefold() == header[0] and len(cells) >= len(header):
        row = [cell.strip().casefold() for cell in cells]
        if tuple(row[: len(header)]) == tuple(header) and all(map(blank, row[len(header) :])):
            return "skipped-repeated-header", "it repeats the header"
    if blank(first):
        first = next((cell.strip() for cell in cells if not blank(cell)), "")
    if first.startswith("#") and first.casefold().startswith(EXAMPLE):
        return "skipped-example", "it is an example of a template"
    if len(first) > _LONGEST:
        return None
    pattern = _compiled(_EITHER, re.NOFLAG if first.isascii() else re.IGNORECASE)
    if not pattern.fullmatch(first.lower() if first.isascii() else first):
        return None

    # The first text is a footer, a drawn line or a total; the other cells decide whether the row is.
    filled = [cell.strip()[:_LONGEST] for cell in cells if not blank(cell)]
    # A footer with a comma in it, written without quotes, is several cells.
    if len(header) != 1 and _compiled(_FOOTER).fullmatch(", ".join(filled)) and not any(map(like_data, filled[1:])):
        return "skipped-footer", "it is a line of the report around the table"
    if all(_compiled(_RULE).fullmatch(cell) for cell in filled):
        return "skipped-footer", "it is a line drawn with signs"
    if _compiled(_TOTAL).fullmatch(filled[0]) and all(
        _compiled(_AMOUNT, re.NOFLAG).fullmatch(cell.casefold()) and not like_data(cell) for cell in filled[1:]
    ):
        return "skipped-total", "it is a line of totals"
    return None


@cache
def _compiled(pattern: str, flags: re.RegexFlag = re.IGNORECASE) -> re.Pattern[str]:
    # Not where the module is read: these patterns hold the words of all languages, and most sheets need one of them.
    return re.compile(pattern, flags)
