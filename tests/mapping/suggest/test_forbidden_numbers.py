"""Columns that say of single numbers that they are not to be called."""

from __future__ import annotations

import pytest

from importer.mapping.chosen.overrides import apply_overrides
from importer.mapping.suggest.suggest import suggest
from importer.model import Fit, Mapping

NUMBERS = ["415-555-0101", "415-555-0102"]


def proposed(headers: tuple[str, ...], flags: list[str]) -> Mapping:
    """The mapping of a sheet whose phones are those headers that say nothing of calls."""
    samples = []
    for header in headers:
        is_flag = any(word in header.casefold() for word in ("dnc", "call", "status", "tcpa", "litigator"))
        samples.append(["3/4/2024", ""] if header.endswith("Date") else flags if is_flag else NUMBERS)
    return suggest(headers, (), samples)


def flags_of(mapping: Mapping) -> dict[int, tuple[int, ...]]:
    """The columns that say which numbers of a column are not to be called, by its position."""
    return {column.position: column.flag_positions for column in mapping.columns if column.call_flags}


@pytest.mark.parametrize(
    ("headers", "pairs"),
    [
        (("Phone 1", "Phone 1 DNC", "Phone 2", "Phone 2 DNC"), {0: (1,), 2: (3,)}),
        (("Phone1", "Phone1_DNC"), {0: (1,)}),
        (("Phone 1", "Phone 2", "DNC 1", "DNC 2"), {0: (2,), 1: (3,)}),
        (("Mobile", "Mobile DNC", "Home Phone", "Home Phone Do Not Call"), {0: (1,), 2: (3,)}),
        (("Phone1_Number", "Phone1_DNC", "Phone2_Number", "Phone2_DNC"), {0: (1,), 2: (3,)}),
        (("Phone 1", "Phone 1 DNC Flag", "Phone 1 DNC Date"), {0: (1, 2)}),
        (("Phone 1", "Federal DNC 1", "State DNC 1"), {0: (1, 2)}),
        (("Cell Phone", "Home Phone", "Cell DNC"), {0: (2,)}),
        (("Phone", "Mobile", "Mobile DNC"), {1: (2,)}),
        (("Phone 1", "Phone 1 TCPA", "Phone 2", "Phone 2 TCPA"), {0: (1,), 2: (3,)}),
        (("Phone 1", "Phone 1 Litigator", "Phone 1 DNC"), {0: (1, 2)}),
        # What is said of the number of another person is not said of the contact's.
        (("Phone 1", "Spouse Phone 1", "Phone 1 DNC", "Spouse Phone 1 DNC"), {0: (2,), 1: (3,)}),
        (("Contact1Phone_1", "Contact1Phone_1_DNC"), {0: (1,)}),
        # One flag without a number may be about the person.
        (("Phone", "Phone DNC"), {}),
        (("Phone", "Phone DNC", "Phone DNC Date"), {}),
        (("Cell 1", "Cell 2", "Cell DNC"), {}),
        (("Phone 1", "Phone 2", "DNC"), {}),
        (("Phone 1", "Phone 2", "DNC 3"), {}),
    ],
)
def test_a_flag_belongs_to_the_phone_it_names(headers: tuple[str, ...], pairs: dict[int, tuple[int, ...]]) -> None:
    """A column about calls that names one column of phones is about its numbers; any other is about the person."""
    mapping = proposed(headers, ["Y", ""])
    assert flags_of(mapping) == pairs
    assert all(mapping.columns[flag].fit is Fit.IGNORED for flags in pairs.values() for flag in flags)


@pytest.mark.parametrize("flags", [["Clean", "Listed"], ["Y", "ask Ann"]])
def test_a_flag_in_other_words_is_asked_about(flags: list[str]) -> None:
    """A column whose values may mean anything leaves out no number by itself."""
    columns = proposed(("Phone 1", "Phone 1 DNC"), flags).columns
    assert [column.call_flags for column in columns] == [(), ()]
    assert columns[1].call_conditions


def test_one_remark_among_plain_flags_forbids_too() -> None:
    """A remark in one cell has no number sent that plain flags of the same column forbid, nor the one beside it."""
    columns = proposed(("Phone 1", "Phone 1 DNC"), ["Y", "ask Ann", "x", ""]).columns
    assert columns[0].flag_positions == (1,)


def test_a_flag_that_the_person_ignores_says_nothing() -> None:
    """`--map "Phone 1 DNC=ignore"` sends all numbers, as the line about it says; a field for it does not."""
    mapping = proposed(("Phone 1", "Phone 1 DNC"), ["Y", ""])
    assert flags_of(mapping) == {0: (1,)}
    assert not flags_of(apply_overrides(mapping, {"Phone 1 DNC": "ignore"}, ()))
    assert flags_of(apply_overrides(mapping, {"Phone 1 DNC": "company"}, ())) == {0: (1,)}


@pytest.mark.parametrize(("flags", "is_linked"), [(["yes", "no"], True), (["yes", ""], False)])
def test_leave_to_call_is_that_of_the_number_it_names(flags: list[str], is_linked: bool) -> None:
    """A column that says yes of some numbers and no of others is about these; any other is asked about."""
    mapping = proposed(("Phone 1", "Phone 1 OK to call", "Phone 2"), flags)
    assert flags_of(mapping) == ({0: (1,)} if is_linked else {})
    assert bool(mapping.columns[1].call_conditions) is not is_linked


@pytest.mark.parametrize(
    ("states", "is_linked"),
    [
        (["Correct", "Wrong"], True),
        (["Correct", "No answer"], False),
        (["call Ann, not Bob, he is at work", "DNC"], False),
    ],
)
def test_a_status_of_a_number_is_about_it(states: list[str], is_linked: bool) -> None:
    """A column of states of one phone, of which one says that it is not to be used, is about its numbers."""
    assert flags_of(proposed(("Phone 1", "Phone Status 1", "Phone 2"), states)) == ({0: (1,)} if is_linked else {})


def test_a_phone_that_is_sent_later_keeps_its_flag() -> None:
    """What is said of a number holds also where a person decides to send its column."""
    mapping = proposed(("Name", "Spouse Phone", "Spouse Phone DNC", "Phone"), ["Y", ""])
    assert mapping.columns[1].fit is Fit.UNMAPPED
    chosen = apply_overrides(mapping, {"Spouse Phone": "phone"}, ())
    assert (chosen.columns[1].fit, chosen.columns[1].flag_positions) == (Fit.MAPPED, (2,))


def test_labels_that_the_person_ignores_are_not_read() -> None:
    """`=ignore` for a column of labels takes them from the numbers; a field for it leaves them there."""
    mapping = suggest(("Phone - Type", "Phone"), (), [["Mobile", "Work"], NUMBERS])
    assert mapping.columns[1].label_position == 0
    assert apply_overrides(mapping, {"Phone - Type": "ignore"}, ()).columns[1].label_position is None
    assert apply_overrides(mapping, {"Phone - Type": "role"}, ()).columns[1].label_position == 0
