"""Date cells: a list of explicit formats, ISO first; the order of day and month comes from the whole column."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from importer.clean.characters.characters import ascii_digits, trimmed
from importer.clean.characters.text_guard import unguarded_value
from importer.clean.finding import CHECK, CORRECT, CellFinding, Cleaned, bad, placeholder, refused, repaired, shown
from importer.clean.placeholders import is_placeholder
from importer.clean.plain import plain_form
from importer.languages.cldr import month_number
from importer.languages.words import any_of
from importer.regex import regex

if TYPE_CHECKING:
    from importer.model.choices import DateOrder

    Evidence = DateOrder | Literal["serial", "either-order", ""]

EARLIEST_YEAR = 1800
LATEST_YEAR = 2200
_PIVOT = 69  # POSIX: 69-99 are 1969-1999, 00-68 are 2000-2068
_SERIAL_EPOCH = date(1899, 12, 30)  # day 0 as seen from any day after the 29 February 1900 that Excel invented
_DAYS_1904 = 1462  # ECMA-376 18.17.4.1: a workbook with the 1904 date system counts from 1 January 1904
_LONGEST = 64
_REMEMBERED = 10_000  # dates: a column has few different ones, and the next rows have them again

_TIME = r"(?P<time>(?:[T\s]|,\s).*\d.*|Z)?"
# Hungarian and Korean have spaces behind the dots, and one more dot behind the day.
_YEAR_FIRST = regex(rf"(?P<y>\d{{4}})(?P<s>[-/.]|\.\s)(?P<m>\d{{1,2}})(?P=s)(?P<d>\d{{1,2}})\.?{_TIME}", re.DOTALL)
_JAPANESE_ERA = regex(
    rf"(?P<era>[^\W\d_]{{2}})\s?(?P<y>\d{{1,2}}|元)\s?年\s?(?P<m>\d{{1,2}})\s?月\s?(?P<d>\d{{1,2}})\s?日{_TIME}",
    re.DOTALL,
)
_YEAR_BEFORE_ERA = {"大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
_EAST_ASIAN = regex(
    rf"(?P<y>\d{{4}})\s?[年년]\s?(?P<m>\d{{1,2}})\s?[月월]\s?(?P<d>\d{{1,2}})\s?[日일]{_TIME}", re.DOTALL
)
_COMPACT = regex(r"(?P<y>[12]\d{3})(?P<m>\d\d)(?P<d>\d\d)(?P<time>T.*)?")
_DIGITS = regex(rf"(?P<a>\d{{1,2}})(?P<s>[-/.])\s?(?P<b>\d{{1,2}})(?P=s)\s?(?P<c>\d{{4}}|\d\d){_TIME}", re.DOTALL)
# 20000 to 60000, which is 1954 to 2064. Smaller numbers may be years, larger ones dates without separators, or ids.
_SERIAL = regex(r"([2-5][0-9]{4}|60000)(?:[.,][0-9]+)?")
# What an empty cell becomes in a column of dates: Excel shows day 0 as 1900-01-00, other programs as 1899-12-30 or -31.
_ZERO = regex(r"[0\s:/.T-]*0[0\s:/.TZ-]*|1900-01-00.*|1899-12-3[01].*")
_PLAIN_DAY = (
    r"((?:18|19|20|21)\d\d-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])"
    r"|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31))"
)
PLAIN = (
    plain_form(_PLAIN_DAY, "%sT00:00:00.000Z"),
    plain_form(rf"{_PLAIN_DAY}[T ]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)Z?", "%sT%s.000Z"),
    plain_form(rf"{_PLAIN_DAY}[T ]((?:[01]\d|2[0-3]):[0-5]\d)", "%sT%s:00.000Z"),
)
"""ISO dates of days that their month has in every year, alone or with a time; they are read alike in every order."""
PLAIN_EVIDENCE = ((plain_form(r"[0-9]{4}-[0-9 :.TZ+-]*"), ""),)
"""Dates that say nothing of the order of day and month."""
_WEEKDAY = r"(?:[^\W\d_]{2,}\.?,?\s+)?"
_DAY_MONTH = regex(
    rf"{_WEEKDAY}(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|º|ª|\.)?[\s-]*(?:de\s+|of\s+)?(?P<m>[^\W\d_]+)\.?,?[\s-]*(?:de\s+|del\s+)?"
    rf"(?P<y>\d{{4}}|['’]?\d\d){_TIME}",
    re.DOTALL | re.IGNORECASE,
)
_MONTH_DAY = regex(
    rf"{_WEEKDAY}(?P<m>[^\W\d_]+)\.?[\s-]*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:,\s*|\s+|-)(?P<y>\d{{4}}|['’]?\d\d){_TIME}",
    re.DOTALL | re.IGNORECASE,
)
_YEAR_MONTH_DAY = regex(rf"(?P<y>\d{{4}})\.?[\s-]+(?P<m>[^\W\d_]+)\.?[\s-]+(?P<d>\d{{1,2}})\.?{_TIME}", re.DOTALL)
# "12 marca 2024 r.", "12.03.2024 г.": the word for a year behind it.
_WORD_FOR_YEAR = regex(rf"(\d{{4}})\s?(?:{any_of('dates', 'year')})(?![^\W\d_])\.?", re.IGNORECASE)
_WITH_MONTH_NAME = (_DAY_MONTH, _MONTH_DAY, _YEAR_MONTH_DAY)
_CLOCK = regex(
    r"(?P<h>\d{1,2})[:.h](?P<m>\d\d)(?:[:.](?P<s>\d\d)(?:[.,](?P<f>\d{1,9}))?)?\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
    r"\s*(?:h|hrs|Uhr)?\s*(?P<zone>Z|UTC|GMT|(?:UTC|GMT)?[+-]\d\d:?\d\d)?"
)
_BARE_HOUR = regex(r"(?P<h>\d{1,2})\s*(?P<half>[AaPp]\.?[Mm]\.?)")
_WHY = {
    "repaired-year": "a two-digit year is read as 1969 to 2068",
    "year-in-future": "a two-digit year is read as 1969 to 2068, and so the date is in the future",
    "repaired-birthday": "the two-digit year of a birthday is read as a year in the past",
    "repaired-serial": "a plain number in a date field is read as a date, since Excel stores dates as numbers",
}


@dataclass(frozen=True, slots=True)
class _WrittenDate:
    """A date as it was written: the days it can be, what follows, the repair it took, the orders that read it."""

    days: tuple[date, ...] = ()
    time: str = ""
    repair: str = ""
    orders: tuple[str, ...] = ()


@lru_cache(_REMEMBERED)
def clean(
    text: str,
    order: DateOrder | None = None,
    date_1904: bool = False,
    today: date | None = None,
    is_past: bool = False,
) -> Cleaned:
    """A date as RFC 3339 date-time; the calendar day that is written is the day that is sent.

    A date alone is sent at midnight, `2024-03-12T00:00:00.000Z`. A time is kept as written: with its own zone
    (`+02:00`) where it has one, else as `Z`. `order` reads all-digit dates; without it a date with two readings is bad.
    Two-digit years turn at 69, plain numbers from 20000 to 60000 are Excel's serial days (both with a finding), counted
    as the workbook counts them (`date_1904`). Years outside 1800 to 2200 and days that do not exist are bad.

    `is_past`: the column is of dates that lie before `today`, such as birthdays, and a year of two digits is read so.
    Where `today` is given, a date of two digits that is after it has a finding of its own.
    """
    bare, findings = unguarded_value(ascii_digits(text))
    if not bare:
        return Cleaned("")
    if is_placeholder(bare) or (len(bare) <= _LONGEST and _ZERO.fullmatch(bare)):
        return Cleaned("", (placeholder(bare),))
    written = _WrittenDate()
    if len(bare) <= _LONGEST:
        written = _read(_without_word_for_year(bare), order, _DAYS_1904 * date_1904)
    if not written.days:
        how = f" in the order {order}" if order else ""
        what = f"{shown(bare)} is not a full date that exists{how} (years {EARLIEST_YEAR} to {LATEST_YEAR})."
        return refused(bad("date-not-valid", what, CORRECT))
    if len(written.days) > 1:
        readings = " or ".join(f"{day:%d %B %Y}".lstrip("0") for day in written.days)
        options = [f"--date-order {name}" for name in written.orders]
        next_step = f"Give {', '.join(options[:-1])} or {options[-1]} and run again."
        return refused(bad("date-ambiguous", f"{shown(bare)} can be {readings}.", next_step))

    time = _time_of_day(written.time)
    if time is None:
        what = f"The time in {shown(bare)} was not understood."
        return refused(bad("date-time-unclear", what, "Write the time as 14:30 and run again."))
    day, repair = written.days[0], written.repair
    if today and day > today and repair == "repaired-year":
        # Years from 2027 to 2068 are leap years where those of the century before were.
        day, repair = (day.replace(year=day.year - 100), "repaired-birthday") if is_past else (day, "year-in-future")
    elif today and day > today and is_past:
        what = f"{shown(bare)} is in the future, in a column of birthdays; it is sent as it is."
        findings = (*findings, CellFinding("date-in-future", what, CHECK))
    if repair:
        findings = (*findings, repaired(repair, bare, day.isoformat(), _WHY[repair]))
    return Cleaned(f"{day.isoformat()}T{time}", findings)


def evidence(text: str) -> Evidence:
    """What a cell shows about its column: the only order it can have, that both fit (`either-order`), or a `serial`.

    "" where it shows nothing: no all-digit date, or the same day in both orders.
    """
    # Exports write ISO dates, and most columns hold nothing else; they are let go before anything is read.
    if text[4:5] == "-":
        return ""
    value = trimmed(ascii_digits(text))
    if _SERIAL.fullmatch(value):
        return "serial"
    match = _DIGITS.fullmatch(_without_word_for_year(unguarded_value(value)[0]))
    readings = _readings(match) if match else {}
    if len(readings) == 1:
        return next(iter(readings))
    return "either-order" if len(set(readings.values())) > 1 else ""


def _without_word_for_year(text: str) -> str:
    match = _WORD_FOR_YEAR.search(text)
    return f"{text[: match.end(1)]}{text[match.end() :]}" if match else text


def _read(text: str, order: DateOrder | None, more_days: int) -> _WrittenDate:
    """The date that a text without guards and placeholders can be; `more_days` are added to serial days."""
    if match := _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text) or _EAST_ASIAN.fullmatch(text):
        return _WrittenDate(_days(match["y"], match["m"], match["d"]), match["time"] or "")

    if (match := _JAPANESE_ERA.fullmatch(text)) and match["era"] in _YEAR_BEFORE_ERA:
        of_era = 1 if match["y"] == "元" else int(match["y"])
        full_year = str(_YEAR_BEFORE_ERA[match["era"]] + of_era)
        return _WrittenDate(_days(full_year, match["m"], match["d"]), match["time"] or "")

    if match := _DIGITS.fullmatch(text):
        repair = "" if len(match["c"]) == 4 else "repaired-year"
        if order == "ymd" and repair:
            return _WrittenDate(_days(match["a"], match["b"], match["c"]), match["time"] or "", repair)
        readings = _readings(match)
        if order in ("dmy", "mdy"):
            readings = {name: day for name, day in readings.items() if name == order}
        return _WrittenDate(tuple(dict.fromkeys(readings.values())), match["time"] or "", repair, tuple(readings))

    if match := _SERIAL.fullmatch(text):
        return _WrittenDate((_SERIAL_EPOCH + timedelta(days=int(match[1]) + more_days),), "", "repaired-serial")

    for pattern in _WITH_MONTH_NAME:
        match = pattern.fullmatch(text)
        if match and (month := month_number(match["m"])):
            year = match["y"].strip("'’")
            repair = "" if len(year) == 4 else "repaired-year"
            return _WrittenDate(_days(year, str(month), match["d"]), match["time"] or "", repair)
    return _WrittenDate()


def _readings(match: re.Match[str]) -> dict[DateOrder, date]:
    """The days that an all-digit date of one or two digits first can be, by the order that reads it so.

    24-04-01 is also an ISO date without its century: with dashes the year may come first.
    """
    first, second, year = match["a"], match["b"], match["c"]
    readings: dict[DateOrder, date] = {}
    for day in _days(year, second, first):
        readings["dmy"] = day
    for day in _days(year, first, second):
        readings["mdy"] = day
    for day in _days(first, second, year) if len(first) == len(year) == 2 and match["s"] == "-" else ():
        readings["ymd"] = day
    return readings


def _days(year: str, month: str, day: str) -> tuple[date, ...]:
    """The day that the numbers name, in a tuple that is empty where there is no such day."""
    full_year = int(year) if len(year) == 4 else int(year) + (1900 if int(year) >= _PIVOT else 2000)
    try:
        return (date(full_year, int(month), int(day)),) if EARLIEST_YEAR <= full_year <= LATEST_YEAR else ()
    except ValueError:
        return ()


def _time_of_day(text: str) -> str | None:
    """Time and zone as in RFC 3339 (`09:14:00.000Z`) of the text after a date: midnight if empty, None if no time."""
    bare = text.strip(" ,T\t\n")
    if not bare or bare in ("Z", "UTC"):
        return "00:00:00.000Z"
    match = _CLOCK.fullmatch(bare) or _BARE_HOUR.fullmatch(bare)
    if not match:
        return None
    part = match.groupdict()
    hour, minute, second = int(part["h"]), int(part.get("m") or 0), int(part.get("s") or 0)
    # 12 AM is midnight and 12 PM noon.
    if part["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if part["half"][0] in "pP" else 0)

    offset = (part.get("zone") or "").removeprefix("UTC").removeprefix("GMT").replace(":", "")
    zone = "Z"
    if offset not in ("", "Z"):
        zone_hours, zone_minutes = int(offset[1:3]), int(offset[3:])
        # The widest offset in use is +14:00, of the Line Islands.
        if zone_hours > 14 or zone_minutes > 59:
            return None
        zone = f"{offset[0]}{zone_hours:02}:{zone_minutes:02}"
    if hour > 23 or minute > 59 or second > 59:
        return None
    # Milliseconds are always written, so that equal times are equal texts; finer fractions are kept.
    fraction = (part.get("f") or "").ljust(3, "0")
    return f"{hour:02}:{minute:02}:{second:02}.{fraction}{zone}"
