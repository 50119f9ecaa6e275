"""Columns that are not sent, and what they are good for."""

from __future__ import annotations

import pytest

from importer.mapping.suggest.suggest import suggest
from importer.model import Fit, Target


@pytest.mark.parametrize("text", ["415-555-01{:02}", "415.555.01{:02}", "415 555 01{:02}", "512 345 1{:02}"])
def test_phones_with_dashes_dots_and_spaces_are_no_dates(text: str) -> None:
    """Under an unknown header, three groups of digits are a phone, which is asked about, and not a date."""
    values = [text.format(number) for number in range(1, 9)]
    column = suggest(["Name", "Ring"], samples=[["Ann Lee"] * 8, values]).columns[1]
    assert (column.fit, column.target) == (Fit.UNSURE, Target("phone"))


def test_country_codes_are_offered_as_the_rows_country() -> None:
    """A column of 1, 44 and 49 beside the phones names the option that makes use of it."""
    samples = [["Ann Lee"] * 3, ["1", "44", "+49"], ["4155550101"] * 3]
    column = suggest(["Name", "Country Code", "Phone"], samples=samples).columns[1]
    assert "--region-column 'Country Code'" in column.reason


def test_a_do_not_call_column_is_offered_as_a_filter() -> None:
    """A column that says who is not to be called names the condition that leaves these rows out."""
    samples = [["Ann Lee"] * 3, ["yes", "No", "yes"], ["4155550101"] * 3]
    column = suggest(["Name", "Do not call", "Phone"], samples=samples).columns[1]
    assert "--only 'Do not call == No'" in column.reason
