"""Whole columns: what they decide, and what is said of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from importer.clean.profile import PLAIN_EVIDENCE, SheetProfile
from importer.clean.rules import CleanRules
from importer.clean.sheet import clean
from tests.clean.sheets import AMOUNT, NOTE, SINCE, TAGS, US, chunk, mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from importer.clean.plain import PlainForm
    from importer.model import (
        CustomField,
        Problem,
    )


def told(problems: Sequence[Problem]) -> list[tuple[int | None, str | None, str, str]]:
    return [(problem.row, problem.column, problem.rule, problem.severity.value) for problem in problems]


def test_a_column_decides_its_dates_over_all_chunks() -> None:
    """An unambiguous date in a later chunk reads the ambiguous ones of an earlier chunk."""
    columns = mapping("first_name", SINCE)
    early, late = chunk(["Ada", "3/4/2024"]), chunk(["Bob", "13/4/2024"], first=3)
    profile = SheetProfile(columns, US)
    profile.feed(early)
    profile.feed(late)
    assert profile.decisions().date_orders == {1: "dmy"}
    assert clean(early, columns, US, profile.decisions()).frame.loc[2, "custom:k1"] == "2024-04-03T00:00:00.000Z"
    assert profile.problems() == ()


def test_a_column_that_shows_both_orders_decides_nothing() -> None:
    """Contradicting cells decide no order: ambiguous cells are bad, the others keep their one reading."""
    columns = mapping("first_name", SINCE)
    rows = chunk(["Ada", "13/4/2024"], ["Bob", "4/13/2024"], ["Cyd", "3/4/2024"])
    profile = SheetProfile(columns, US)
    profile.feed(rows)
    result = clean(rows, columns, US, profile.decisions())
    assert list(result.frame["custom:k1"]) == ["2024-04-13T00:00:00.000Z", "2024-04-13T00:00:00.000Z", ""]
    assert told(result.problems) == [(4, "C1", "date-ambiguous", "warning")]
    assert told(profile.problems()) == [(None, "C1", "date-order-unknown", "warning")]


def test_a_column_decides_its_decimal_sign() -> None:
    """A number that can only have a decimal comma makes `1.234` a thousand in its column, which is said once."""
    columns = mapping(AMOUNT)
    rows = chunk(["1,5"], ["1.234"], ["7"])
    profile = SheetProfile(columns, US)
    profile.feed(rows)
    assert list(clean(rows, columns, US, profile.decisions()).frame["custom:k2"]) == ["1.5", "1234", "7"]
    assert told(profile.problems()) == [(None, "C0", "number-style-unclear", "warning")]


@pytest.mark.parametrize(
    ("field", "cells", "rule"),
    [
        ("phone", ["+14155550101", "415 555 0102"], "phone-column-mixed"),
        (SINCE, ["3/4/2024"], "date-order-unknown"),
        (SINCE, ["45000"], "date-column-serial"),
        (AMOUNT, ["1,5", "1.5", "1,234"], "number-style-unclear"),
    ],
)
def test_a_column_wide_warning_is_one_line_without_a_row(field: str | CustomField, cells: list[str], rule: str) -> None:
    """What concerns a whole column is said once, names the column, and ends with the next step."""
    profile = SheetProfile(mapping(field), US)
    profile.feed(chunk(*[[cell] for cell in cells * 3]))
    assert told(profile.problems()) == [(None, "C0", rule, "warning")]
    assert "“C0”" in profile.problems()[0].message


@pytest.mark.parametrize("blank", ["(000)000-0000", "000-000-0000", "000.000.0000", "0000000000", "00"])
def test_blank_numbers_do_not_mix_a_column(blank: str) -> None:
    """Zeros in place of a number have no country code, and are none without one either."""
    for number in ("415 555 0102", "+14155550101"):
        profile = SheetProfile(mapping("phone"), US)
        profile.feed(chunk(*[[number], [blank]] * 3))
        assert told(profile.problems()) == []


def test_an_order_that_the_cells_contradict_is_said() -> None:
    """Under a given date order, cells that are no dates in it are named once for the column."""
    rules = CleanRules(date_order="dmy")
    profile = SheetProfile(mapping(SINCE), rules)
    profile.feed(chunk(["3/15/2024"], ["3/4/2024"]))
    assert told(profile.problems()) == [(None, "C0", "date-order-contradicted", "warning")]


def test_a_look_ahead_is_needed_only_where_a_column_decides() -> None:
    """Columns of names, emails and text need no look at the whole of them; phones do not where rows name a country."""
    assert not SheetProfile(mapping("first_name", "email", NOTE, None), US).needed
    assert not SheetProfile(mapping("phone"), CleanRules(region_position=1)).needed
    for field in ("phone", SINCE, AMOUNT):
        assert SheetProfile(mapping(field), US).needed


@pytest.mark.parametrize(
    ("cells", "separator", "warned"),
    [
        (["VIP, Gold", "VIP"], ";", True),
        (["VIP; Gold", "Smith, Jones"], ";", False),
        (["VIP, Gold"], ",", False),
        (['["VIP", "Gold"]', '"VIP","Gold"', "VIP"], ";", False),
    ],
)
def test_commas_that_may_stand_between_choices_are_said(cells: list[str], separator: str, warned: bool) -> None:
    """A column of choices in which only commas could separate them says that each cell was taken as one choice."""
    profile = SheetProfile(mapping(TAGS), CleanRules(list_separator=separator))
    profile.feed(chunk(*([cell] for cell in cells)))
    rules = [problem.rule for problem in profile.problems()]
    assert rules == (["choice-separator-unclear"] if warned else [])


SHORT_EVIDENCE = [(function, form, sort) for function, plain in PLAIN_EVIDENCE.items() for form, sort in plain]
CELLS = st.one_of(
    st.sampled_from(
        ["+1 415 555 0101", "(415) 555-0101", "415.555.0101", "4155550101", "0049 30 1", "415", "1.5", "12"]
    ),
    st.sampled_from(
        ["2024-01-31", "2024-01-31 10:00", "3/4/2024", "1.234", "1,5", "415.5", "1.4156E+10", "4155550101.0"]
    ),
    st.text("0123456789+-/.,() E\n\u0664", max_size=14),
)


@settings(max_examples=500, deadline=None)
@given(CELLS, st.sampled_from(SHORT_EVIDENCE))
@example("٤١٥٥٥٥٠١٠١", SHORT_EVIDENCE[1])
def test_a_plain_cell_shows_what_it_shows_by_itself(
    cell: str, evidence: tuple[Callable[..., str], PlainForm, str]
) -> None:
    """A cell that is sorted by how it is written is of the sort that it has by itself, and of one sort alone."""
    function, form, sort = evidence
    if form.pattern.fullmatch(cell):
        assert function(cell) == sort
        assert sum(other.pattern.fullmatch(cell) is not None for other, _ in PLAIN_EVIDENCE[function]) == 1


@settings(max_examples=300, deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=8), st.sampled_from([SINCE, AMOUNT, "phone"]))
def test_a_column_shows_what_its_cells_show(cells: list[str], field: CustomField | str) -> None:
    """What is said of a column fed at once is what is said when it is fed cell by cell."""
    columns = mapping(field)
    together, apart = SheetProfile(columns, US), SheetProfile(columns, US)
    together.feed(chunk(*([cell] for cell in cells)))
    for cell in cells:
        apart.feed(chunk([cell]))
    assert together.problems() == apart.problems()
    assert together.decisions() == apart.decisions()
