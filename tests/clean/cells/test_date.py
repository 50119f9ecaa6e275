"""Date cells: one reading or none."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importer.clean.cells import date
from importer.clean.finding import Cleaned
from tests.clean.findings import bad, rules


@pytest.mark.parametrize(
    ("cell", "sent"),
    [
        ("2024-03-12", "2024-03-12T00:00:00.000Z"),
        ("2024/3/5", "2024-03-05T00:00:00.000Z"),
        ("20240312", "2024-03-12T00:00:00.000Z"),
        ("2024-03-12 09:14", "2024-03-12T09:14:00.000Z"),
        ("2024-03-12T09:14:00", "2024-03-12T09:14:00.000Z"),
        ("2024-03-12T23:30:00-05:00", "2024-03-12T23:30:00.000-05:00"),
        ("2024-03-12T09:14:00.5+0200", "2024-03-12T09:14:00.500+02:00"),
        ("3/15/2024 2:30 PM", "2024-03-15T14:30:00.000Z"),
        ("3/15/2024 12:05:09 am", "2024-03-15T00:05:09.000Z"),
        ("15.03.2024", "2024-03-15T00:00:00.000Z"),
        ("05/05/2024", "2024-05-05T00:00:00.000Z"),
        ("12 Mar 2025", "2025-03-12T00:00:00.000Z"),
        ("12-Mar-2025", "2025-03-12T00:00:00.000Z"),
        ("March 5, 2024", "2024-03-05T00:00:00.000Z"),
        ("Tuesday, March 5th, 2024", "2024-03-05T00:00:00.000Z"),
        ("1st of May 2024", "2024-05-01T00:00:00.000Z"),
        ("5. März 2024", "2024-03-05T00:00:00.000Z"),
        ("12 février 2024", "2024-02-12T00:00:00.000Z"),
        ("12 marca 2024 r.", "2024-03-12T00:00:00.000Z"),
        ("12 marca 2024 roku", "2024-03-12T00:00:00.000Z"),
        ("15.03.2024 г.", "2024-03-15T00:00:00.000Z"),
        ("12 ноября 2024 года 14:30", "2024-11-12T14:30:00.000Z"),
        ("2024. március 12.", "2024-03-12T00:00:00.000Z"),
        ("2024. 03. 12.", "2024-03-12T00:00:00.000Z"),
        ("2024. 3. 12", "2024-03-12T00:00:00.000Z"),
        ("12 ΜΑΡΤΙΟΥ 2024", "2024-03-12T00:00:00.000Z"),
        ("12 במרץ 2024", "2024-03-12T00:00:00.000Z"),
        ("١٢ مارس ٢٠٢٤", "2024-03-12T00:00:00.000Z"),
        ("令和6年3月12日", "2024-03-12T00:00:00.000Z"),
        ("平成元年5月1日", "1989-05-01T00:00:00.000Z"),
        ("昭和 45年12月31日", "1970-12-31T00:00:00.000Z"),
        ("12 de marzo de 2024", "2024-03-12T00:00:00.000Z"),
        ("2024年3月5日", "2024-03-05T00:00:00.000Z"),
        ("2024년 3월 5일", "2024-03-05T00:00:00.000Z"),
        ("29/02/2024", "2024-02-29T00:00:00.000Z"),
        ("１５/３/２０２４", "2024-03-15T00:00:00.000Z"),
    ],
)
def test_a_date_stays_its_calendar_day(cell: str, sent: str) -> None:
    """A date with one reading is sent as that day; a time and its zone are kept as they are written."""
    assert date.clean(cell) == Cleaned(sent)


@pytest.mark.parametrize(
    ("cell", "order", "day"),
    [
        ("3/4/2024", "dmy", "2024-04-03"),
        ("3/4/2024", "mdy", "2024-03-04"),
        ("03.04.2024", "dmy", "2024-04-03"),
        ("3-4-2024", "mdy", "2024-03-04"),
        ("2024-03-04", "dmy", "2024-03-04"),
        ("24/03/12", "ymd", "2024-03-12"),
    ],
)
def test_the_order_reads_a_date_with_two_readings(cell: str, order: Any, day: str) -> None:
    """The order of the column or the option decides, and never turns an ISO date around."""
    assert date.clean(cell, order).value == f"{day}T00:00:00.000Z"


@pytest.mark.parametrize("cell", ["3/4/2024", "03.04.2024", "1-2-2024", "3/4/24"])
def test_a_date_with_two_readings_shows_both(cell: str) -> None:
    """Without an order such a date is bad, and the message shows both days."""
    cleaned = date.clean(cell)
    assert (cleaned.value, bad(cleaned)) == ("", ["date-ambiguous"])
    assert cleaned.findings[0].what.count("20") >= 2


@pytest.mark.parametrize(
    ("cell", "order"),
    [
        ("31/02/2024", None),
        ("2024-02-30", None),
        ("29/02/2023", None),
        ("3/15/2024", "dmy"),
        ("15/3/2024", "mdy"),
        ("1700-01-01", None),
        ("2300-01-01", None),
        ("Mar 2024", None),
        ("12:30", None),
        ("soon", None),
        ("9999", None),
        ("2024-13-01", None),
        ("1" * 500, None),
    ],
)
def test_an_impossible_date_is_bad(cell: str, order: Any) -> None:
    """A day that does not exist, or not in the given order, is never rolled over or turned around."""
    cleaned = date.clean(cell, order)
    assert (cleaned.value, bad(cleaned)) == ("", ["date-not-valid"])


@pytest.mark.parametrize("cell", ["0000-00-00", "0/0/00", "00.00.0000", "00/00/0000", "n/a", "-", "null", "1900-01-00"])
def test_a_zero_date_is_empty_and_said(cell: str) -> None:
    """What exports write for "no date" is an empty cell with a line."""
    assert (date.clean(cell).value, rules(date.clean(cell))) == ("", ["placeholder"])


@pytest.mark.parametrize(
    ("cell", "day", "rule"),
    [
        ("13/2/24", "2024-02-13", "repaired-year"),
        ("13/2/69", "1969-02-13", "repaired-year"),
        ("12-Mar-25", "2025-03-12", "repaired-year"),
        ("45000", "2023-03-15", "repaired-serial"),
        ("45000.25", "2023-03-15", "repaired-serial"),
        ("'2024-03-12", "2024-03-12", "repaired-guard"),
    ],
)
def test_reading_a_short_date_is_said(cell: str, day: str, rule: str) -> None:
    """Two-digit years and Excel's count of days are read with a line."""
    assert date.clean(cell).value == f"{day}T00:00:00.000Z"
    assert rules(date.clean(cell)) == [rule]


@settings(max_examples=200, deadline=None)
@given(
    st.dates(min_value=dt.date(1800, 1, 1), max_value=dt.date(2200, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %B %Y"]),
)
def test_a_day_is_never_moved(day: dt.date, form: str) -> None:
    """Whatever the form, the day that was written is the day that is sent."""
    assert date.clean(day.strftime(form), "dmy").value == f"{day.isoformat()}T00:00:00.000Z"


TODAY = dt.date(2026, 11, 28)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        *(
            ("3/15/54", "1954-03-15"),
            ("12/31/99", "1999-12-31"),
            ("29 Feb 68", "1968-02-29"),
            ("1-Jan-30", "1930-01-01"),
        ),
        *(
            ("11/29/26", "1926-11-29"),
            ("11/28/26", "2026-11-28"),
            ("3/15/1954", "1954-03-15"),
            ("15 March '61", "1961-03-15"),
        ),
    ],
)
def test_a_birthday_of_two_digits_is_in_the_past(cell: str, day: str) -> None:
    """A year of two digits is read so that no person is born after today, and that is said."""
    cleaned = date.clean(cell, today=TODAY, is_past=True)
    assert cleaned.value == f"{day}T00:00:00.000Z"
    said = [] if "1954" in cell else ["repaired-birthday"] if day < "1969" else ["repaired-year"]
    assert rules(cleaned) == said


def test_a_date_in_the_future_is_said() -> None:
    """A birthday after today has its own words, and so has a year of two digits that is read as one in the future."""
    assert rules(date.clean("3/15/2054", today=TODAY, is_past=True)) == ["date-in-future"]
    future = date.clean("3/15/54", today=TODAY)
    assert (future.value[:10], rules(future)) == ("2054-03-15", ["year-in-future"])
    assert rules(date.clean("3/15/2054", today=TODAY)) == []
    assert rules(date.clean("3/15/24", today=TODAY)) == ["repaired-year"]


@pytest.mark.parametrize("cell", ["24-04-01", "01-02-03", "24-04-01 09:14", "31-12-24"])
def test_two_digits_with_dashes_may_be_an_iso_date(cell: str) -> None:
    """Which end of 24-04-01 is the year does not show: it is bad, and the message names every order that reads it."""
    cleaned = date.clean(cell)
    assert bad(cleaned) == ["date-ambiguous"]
    for order in ("dmy", "ymd"):
        assert f"--date-order {order}" in cleaned.findings[0].next_step
        assert not bad(date.clean(cell, order=order))
    assert date.clean("24-04-01", order="ymd").value[:10] == "2024-04-01"


@pytest.mark.parametrize(
    ("cell", "sort"),
    [
        *(("24-04-01", "either-order"), ("99-04-30", "ymd"), ("30-04-99", "dmy"), ("04-30-99", "mdy")),
        *(("24/04/01", "dmy"), ("24.04.01", "dmy"), ("2024-04-01", "")),
    ],
)
def test_what_two_digits_show_of_their_column(cell: str, sort: str) -> None:
    """A part that can be neither day nor month shows where the year is; slashes and dots never have it first."""
    assert date.evidence(cell) == sort
