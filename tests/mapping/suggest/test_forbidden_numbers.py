"""Columns that say of single numbers that they are not to be called."""

from __future__ import annotations

import pytest

from importer.mapping.chosen.overrides import apply_overrides
from importer.mapping.suggest.suggest import suggest
from importer.model import Fit, Mapping

NUMBERS = ["415-555-0101", "415-555-0102"]


def proposed(headers: tuple[str, ...], flags: list[str]) -> Mapping:
    """The mapping of a sheet whose phones are those headers that say nothing of calls."""
    is_flag = {header: header.casefold().endswith(("dnc", "call")) or header.startswith("DNC") for header in headers}
    return suggest(headers, (), [flags if is_flag[header] else NUMBERS for header in headers])


@pytest.mark.parametrize(
    ("headers", "pairs"),
    [
        (("Phone 1", "Phone 1 DNC", "Phone 2", "Phone 2 DNC"), {0: 1, 2: 3}),
        (("Phone1", "Phone1_DNC"), {0: 1}),
        (("Phone 1", "Phone 2", "DNC 1", "DNC 2"), {0: 2, 1: 3}),
        (("Mobile", "Mobile DNC", "Home Phone", "Home Phone Do Not Call"), {0: 1, 2: 3}),
        # One flag without a number may be about the person.
        (("Phone", "Phone DNC"), {}),
        (("Phone", "Mobile", "Mobile DNC"), {}),
        (("Phone 1", "Phone 2", "DNC"), {}),
        (("Phone 1", "Phone 2", "DNC 3"), {}),
    ],
)
def test_a_flag_belongs_to_the_phone_it_names(headers: tuple[str, ...], pairs: dict[int, int]) -> None:
    """A column about calls that names one column of phones is about its numbers; any other is about the person."""
    mapping = proposed(headers, ["Y", ""])
    found = {c.position: c.forbidding_position for c in mapping.columns if c.forbidding_position is not None}
    assert found == pairs
    assert all(mapping.columns[flag].fit is Fit.IGNORED for flag in pairs.values())


@pytest.mark.parametrize("flags", [["Clean", "Listed"], ["Y", "ask Ann"]])
def test_a_flag_in_other_words_is_asked_about(flags: list[str]) -> None:
    """A column whose values may mean anything leaves out no number by itself."""
    columns = proposed(("Phone 1", "Phone 1 DNC"), flags).columns
    assert [column.forbidding_position for column in columns] == [None, None]
    assert columns[1].call_conditions


def test_one_remark_among_plain_flags_forbids_too() -> None:
    """A remark in one cell has no number sent that plain flags of the same column forbid, nor the one beside it."""
    columns = proposed(("Phone 1", "Phone 1 DNC"), ["Y", "ask Ann", "x", ""]).columns
    assert columns[0].forbidding_position == 1


def test_a_flag_that_the_person_ignores_says_nothing() -> None:
    """`--map "Phone 1 DNC=ignore"` sends all numbers, as the line about the column says."""
    mapping = proposed(("Phone 1", "Phone 1 DNC"), ["Y", ""])
    assert mapping.columns[0].forbidding_position == 1
    assert apply_overrides(mapping, {"Phone 1 DNC": "ignore"}, ()).columns[0].forbidding_position is None
