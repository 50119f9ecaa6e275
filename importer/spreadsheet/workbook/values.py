"""The values of workbook cells as text: the same text whichever reader gives them.

Whole numbers have no `.0`, others the 15 digits that a spreadsheet program shows, dates are ISO (with a time only where
there is one), booleans TRUE and FALSE.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time, timedelta
from typing import Literal

from importer.regex import regex

EPOCH_1900 = datetime(1899, 12, 30)  # noqa: DTZ001  (a sheet's dates have no zone)
EPOCH_1904 = datetime(1904, 1, 1)  # noqa: DTZ001
MOST_DIGITS = 15

_DAYS_OF_TIMES = frozenset({date(1899, 12, 30), date(1899, 12, 31)})

Moment = Literal["date", "duration"]
_ESCAPE = regex(r"_x([0-9A-Fa-f]{4})_")


def of_number(number: float) -> str:
    """A number as text: whole ones with every digit that they have, others with the 15 that are shown anywhere.

    Formulas leave more (0.1 + 0.2 is stored as 0.30000000000000004), which no person ever typed or saw.

    >>> of_number(14155550123.0), of_number(1.5), of_number(1e21), of_number(0.1 + 0.2), of_number(41.99999999999999999)
    ('14155550123', '1.5', '1000000000000000000000', '0.3', '42')
    """
    if isinstance(number, int):
        return str(number)
    if not number.is_integer():  # nor is infinity
        number = float(f"{number:.{MOST_DIGITS}g}")
    if math.isfinite(number) and number.is_integer():
        return str(int(number)) if abs(number) < 1e300 else repr(number)
    return repr(number)


def of_raw(text: str) -> str:
    """A number as a file spells it, as text.

    >>> of_raw("4155550123.0"), of_raw("1.415555012E9"), of_raw("12345678901234567890"), of_raw("abc")
    ('4155550123', '1415555012', '12345678901234567890', 'abc')
    """
    try:
        return str(int(text))
    except ValueError:
        pass
    try:
        return of_number(float(text))
    except ValueError:
        return text


def lost_digits(text: str) -> bool:
    """Whether a number has more digits than Excel keeps (15), so that the last ones may have become zeros."""
    return text.lstrip("-").isdecimal() and len(text.lstrip("-")) > MOST_DIGITS


def of_serial(serial: float, moment: Moment, epoch: datetime) -> str | None:
    """A date serial as ISO text; None where it is outside the calendar.

    The 1900 system counts a 29 February 1900 that never was: serials below 60 are a day further on.
    """
    try:
        if moment == "duration":
            return of_moment(timedelta(milliseconds=round(serial * 86_400_000)))
        if 0 <= serial < 1:
            return of_moment((EPOCH_1904 + timedelta(milliseconds=round(serial * 86_400_000))).time())
        if epoch == EPOCH_1900 and serial < 60:
            serial += 1
        return of_moment(epoch + timedelta(milliseconds=round(serial * 86_400_000))) if serial >= 0 else None
    except (OverflowError, ValueError):
        return None


def of_moment(moment: datetime | date | time | timedelta) -> str:
    """A date, time or duration as text, to the millisecond.

    >>> of_moment(datetime(2024, 1, 2)), of_moment(time(9, 14)), of_moment(timedelta(hours=26, minutes=30))
    ('2024-01-02', '09:14:00', '26:30:00')
    """
    if isinstance(moment, timedelta):
        return of_seconds(moment.total_seconds())
    if isinstance(moment, datetime | time):
        # Rounded: a date serial is a float, and 09:14:00 is stored as something like 09:13:59.999999.
        exact = moment if isinstance(moment, datetime) else datetime.combine(date(2000, 1, 1), moment)
        rounded = exact + timedelta(microseconds=500)
        clock = rounded.time().isoformat("milliseconds" if rounded.microsecond >= 1000 else "seconds")
        if isinstance(moment, time):
            return clock
        # A day with a format of date and time is stored as its midnight.
        return f"{rounded.date()}" if clock == "00:00:00" else f"{rounded.date()}T{clock}"
    return moment.isoformat()


def of_seconds(duration_seconds: float) -> str:
    """A duration as hours, minutes and seconds, to the millisecond.

    >>> of_seconds(95_400), of_seconds(-0.5)
    ('26:30:00', '-00:00:00.500')
    """
    total = round(duration_seconds * 1000)
    sign, total = ("-" if total < 0 else ""), abs(total)
    seconds, milliseconds = divmod(total, 1000)
    text = f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return text + (f".{milliseconds:03}" if milliseconds else "")


def of_iso(text: str, *, is_duration: bool = False) -> str:
    """An ISO 8601 date, time or both, as some writers store it, as text.

    A time alone is stored with the day on which the calendar begins, a duration (`is_duration`) as the moment so long
    after it. What names its zone keeps it.

    >>> of_iso("2024-01-02T00:00:00.000"), of_iso("2024-01-02T09:14:00Z"), of_iso("1899-12-31T09:14:24"), of_iso("soon")
    ('2024-01-02', '2024-01-02T09:14:00Z', '09:14:24', 'soon')
    >>> of_iso("20240102"), of_iso("09:14"), of_iso("1900-01-01T02:30:00", is_duration=True)
    ('2024-01-02', '09:14:00', '26:30:00')
    """
    bare = text.strip()
    try:
        if ":" in bare and "-" not in bare:
            return of_moment(time.fromisoformat(bare))
        exact = datetime.fromisoformat(bare)
    except ValueError:
        return text
    if exact.tzinfo is not None:
        return bare
    if is_duration:
        days = exact - EPOCH_1900
        # The days of 1900 are numbered one less: see `of_serial`.
        return of_moment(days - timedelta(days=1) if timedelta(days=1) <= days < timedelta(days=61) else days)
    return of_moment(exact.time() if exact.date() in _DAYS_OF_TIMES else exact)


def unescaped(text: str) -> str:
    """Text with the `_x000D_` escapes of Office Open XML (ECMA-376, ST_Xstring) resolved."""
    if "_x" not in text:
        return text
    # An emoji may be escaped as the two halves of its surrogate pair, which the detour over UTF-16 joins.
    plain = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\x00", "")


def escaped(text: str) -> str:
    """Text with the characters that XML cannot hold as `_x0001_`, and look-alikes of such escapes kept apart."""
    escaped = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)
    return re.sub("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]", lambda match: f"_x{ord(match[0]):04X}_", escaped)
