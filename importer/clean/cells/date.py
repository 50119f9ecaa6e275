"""Date cells: a list of explicit formats, ISO first; the order of day and month comes from the whole column."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from importer.clean.characters.characters import ascii_digits
from importer.clean.characters.text_guard import bared
from importer.clean.clock import clock
from importer.clean.finding import CORRECT, CellFinding, Cleaned, bad, placeholder, refused, repaired, shown
from importer.clean.words.months import month_number
from importer.clean.words.placeholders import is_placeholder

if TYPE_CHECKING:
    from importer.clean.rules import DateOrder

EARLIEST_YEAR = 1800
LATEST_YEAR = 2200
_PIVOT = 69  # POSIX: 69-99 are 1969-1999, 00-68 are 2000-2068
_SERIAL_DAYS = range(20_000, 60_001)  # 1954 to 2064
_SERIAL_EPOCH = date(1899, 12, 30)  # day 0 as seen from any day after the 29 February 1900 that Excel invented

_DAYS_1904 = 1462  # ECMA-376 18.17.4.1: a workbook with the 1904 date system counts from 1 January 1904

_LONGEST = 64
_FEW_DAYS = 10_000  # that are remembered: a column has few different ones, and the next rows have them again

_TIME = r"(?P<time>(?:[T\s]|,\s).*\d.*|Z)?"
_YEAR_FIRST = re.compile(rf"(?P<y>\d{{4}})(?P<s>[-/.])(?P<m>\d{{1,2}})(?P=s)(?P<d>\d{{1,2}}){_TIME}", re.DOTALL)
_EAST_ASIAN = re.compile(
    rf"(?P<y>\d{{4}})\s?[年년]\s?(?P<m>\d{{1,2}})\s?[月월]\s?(?P<d>\d{{1,2}})\s?[日일]{_TIME}", re.DOTALL
)
_COMPACT = re.compile(r"(?P<y>[12]\d{3})(?P<m>\d\d)(?P<d>\d\d)(?P<time>T.*)?")
_DIGITS = re.compile(rf"(?P<a>\d{{1,2}})(?P<s>[-/.])\s?(?P<b>\d{{1,2}})(?P=s)\s?(?P<c>\d{{4}}|\d\d){_TIME}", re.DOTALL)
_SERIAL = re.compile(r"(\d{5})(?:[.,]\d+)?")
_ISO = re.compile(r"(?:19[1-9]|20[0-9])[0-9]-[0-9]{2}-[0-9]{2}")
_ZERO = re.compile(r"[0\s:/.T-]*0[0\s:/.TZ-]*|1900-01-00.*|1899-12-3[01].*")
_WEEKDAY = r"(?:[^\W\d_]{2,}\.?,?\s+)?"
_DAY_MONTH = re.compile(
    rf"{_WEEKDAY}(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|º|ª|\.)?[\s-]*(?:de\s+|of\s+)?(?P<m>[^\W\d_]+)\.?,?[\s-]*(?:de\s+|del\s+)?"
    rf"(?P<y>\d{{4}}|['’]?\d\d){_TIME}",
    re.DOTALL | re.IGNORECASE,
)
_MONTH_DAY = re.compile(
    rf"{_WEEKDAY}(?P<m>[^\W\d_]+)\.?[\s-]*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:,\s*|\s+|-)(?P<y>\d{{4}}|['’]?\d\d){_TIME}",
    re.DOTALL | re.IGNORECASE,
)
_YEAR_MONTH_DAY = re.compile(rf"(?P<y>\d{{4}})[\s-]+(?P<m>[^\W\d_]+)\.?[\s-]+(?P<d>\d{{1,2}}){_TIME}", re.DOTALL)
_NAMED = (_DAY_MONTH, _MONTH_DAY, _YEAR_MONTH_DAY)


@dataclass(frozen=True, slots=True)
class _Written:
    """A date as it was written: the days it can be, the rest of the cell, and the repair that reading it took."""

    days: tuple[date, ...]
    time: str = ""
    repair: str = ""


def clean(text: str, order: DateOrder | None = None, date_1904: bool = False) -> Cleaned:
    """A date as RFC 3339 date-time; the calendar day that is written is the day that is sent.

    A date alone is sent at midnight, `2024-03-12T00:00:00.000Z`. A time is kept as written: with its own zone
    (`+02:00`) where it has one, else as `Z`. `order` reads all-digit dates; without it a date with two readings is bad.
    Two-digit years turn at 69, plain numbers from 20000 to 60000 are Excel's serial days (both said), counted as the
    workbook counts them (`date_1904`). Years outside 1800 to 2200 and days that do not exist are bad.
    """
    return _cleaned(text, order, date_1904)


@lru_cache(_FEW_DAYS)
def _cleaned(text: str, order: DateOrder | None, date_1904: bool) -> Cleaned:
    return Cleaned(f"{text}T{clock('')}") if _is_iso_day(text) else thoroughly(text, order, date_1904)


def _is_iso_day(text: str) -> bool:
    """Is this a day as nearly every export writes it, which needs no more thought than whether it exists?"""
    try:
        return bool(_ISO.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False


def thoroughly(text: str, order: DateOrder | None = None, date_1904: bool = False) -> Cleaned:
    """What `clean` gives, without its short way for plain days, which must always agree with this."""
    bare, findings = bared(ascii_digits(text))
    if not bare:
        return Cleaned("")
    if is_placeholder(bare) or (len(bare) <= _LONGEST and _ZERO.fullmatch(bare)):
        return Cleaned("", (placeholder(bare),))
    written = _written(bare, order, _DAYS_1904 * date_1904) if len(bare) <= _LONGEST else _Written(())
    if len(written.days) != 1:
        return refused(_trouble(bare, written.days, order))
    return _sent(bare, written, findings)


def order_shown(text: str) -> DateOrder | None:
    """The order of day and month that an all-digit date can only have, None where it can have both or is none."""
    match = _DIGITS.fullmatch(bared(ascii_digits(text))[0])
    if not match:
        return None
    readings = _readings(match)
    return next(iter(readings)) if len(readings) == 1 else None


def is_ambiguous(text: str) -> bool:
    """Is this an all-digit date that is another day when day and month change places?"""
    match = _DIGITS.fullmatch(bared(ascii_digits(text))[0])
    return bool(match) and len(set(_readings(match).values())) > 1 if match else False


def is_serial(text: str) -> bool:
    """Is this a plain number that a date field takes as Excel's serial day?"""
    match = _SERIAL.fullmatch(text.strip())
    return bool(match) and int(match.group(1)) in _SERIAL_DAYS if match else False


def _sent(text: str, written: _Written, findings: tuple[CellFinding, ...]) -> Cleaned:
    time = clock(written.time)
    if time is None:
        return refused(
            bad(
                "date-time-unclear", f"The time in {shown(text)} is not understood.", "Write it as 14:30 and run again."
            )
        )
    day = written.days[0].isoformat()
    if written.repair:
        findings = (*findings, repaired(written.repair, text, day, _WHY[written.repair]))
    return Cleaned(f"{day}T{time}", findings)


_WHY = {
    "repaired-year": "a year of two digits is taken as 1969 to 2068",
    "repaired-serial": "a plain number in a date field is taken as Excel's count of days",
}


def _written(text: str, order: DateOrder | None, more_days: int) -> _Written:
    if match := _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text) or _EAST_ASIAN.fullmatch(text):
        return _Written(_days(match["y"], match["m"], match["d"]), match["time"] or "")
    if match := _DIGITS.fullmatch(text):
        return _from_digits(match, order)
    if is_serial(text):
        return _Written((_SERIAL_EPOCH + timedelta(days=int(text[:5]) + more_days),), "", "repaired-serial")
    return _from_words(text)


def _from_digits(match: re.Match[str], order: DateOrder | None) -> _Written:
    repair = "" if len(match["c"]) == 4 else "repaired-year"
    readings = _readings(match)
    if order == "ymd" and repair:
        return _Written(_days(match["a"], match["b"], match["c"]), match["time"] or "", repair)
    if order in ("dmy", "mdy"):
        readings = {name: day for name, day in readings.items() if name == order}
    return _Written(tuple(dict.fromkeys(readings.values())), match["time"] or "", repair)


def _readings(match: re.Match[str]) -> dict[DateOrder, date]:
    """The days that an all-digit date with the year last can be, by the order that reads it so."""
    first, second, year = match["a"], match["b"], match["c"]
    found: dict[DateOrder, date] = {}
    for day in _days(year, second, first):
        found["dmy"] = day
    for day in _days(year, first, second):
        found["mdy"] = day
    return found


def _from_words(text: str) -> _Written:
    for pattern in _NAMED:
        match = pattern.fullmatch(text)
        if match and (month := month_number(match["m"])):
            year = match["y"].strip("'’")
            repair = "" if len(year) == 4 else "repaired-year"
            return _Written(_days(year, str(month), match["d"]), match["time"] or "", repair)
    return _Written(())


def _days(year: str, month: str, day: str) -> tuple[date, ...]:
    """The day that the numbers name, in a tuple that is empty where there is no such day."""
    full = int(year) if len(year) == 4 else int(year) + (1900 if int(year) >= _PIVOT else 2000)
    try:
        found = date(full, int(month), int(day))
    except ValueError:
        return ()
    return (found,) if EARLIEST_YEAR <= full <= LATEST_YEAR else ()


def _trouble(text: str, days: tuple[date, ...], order: DateOrder | None) -> CellFinding:
    if not days:
        how = f" in the order {order}" if order else ""
        what = f"{shown(text)} is not a full date that exists{how} (years {EARLIEST_YEAR} to {LATEST_YEAR})."
        return bad("date-not-valid", what, CORRECT)
    readings = " or ".join(f"{day:%d %B %Y}".lstrip("0") for day in days)
    return bad(
        "date-ambiguous",
        f"{shown(text)} can be {readings}.",
        "Give --date-order dmy or --date-order mdy and run again.",
    )
