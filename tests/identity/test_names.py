"""Names of one person, of a household, of strangers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.identity.marks import Facts, cells_mark, facts_of, marker
from importer.identity.names import NameKey, alike, compatible, name_key

if TYPE_CHECKING:
    from random import Random

MARK = marker(b"salt")
NAMES = st.tuples(*[st.text(max_size=12)] * 3)


def key(first: str, last: str = "", company: str = "") -> NameKey:
    return name_key(MARK, first, last, company)


@pytest.mark.parametrize(
    ("row", "contact", "is_compatible"),
    [
        (("Ann", "Lee"), ("Ann", "Lee"), True),
        (("Ann", "Lee"), ("ANN", "lee"), True),
        (("Ann", "Lee"), ("Ann", "Kim"), True),  # the family name may have changed
        (("A.", "Lee"), ("Ann", "Lee"), True),  # an initial
        (("A.", "Lee"), ("Ann", "Kim"), False),
        (("José", "Paz"), ("Jose", "Paz"), True),
        (("Ann", "Lee"), ("Lee", "Ann"), True),  # the family name first
        (("Mai", "van Anh"), ("Anh Mai", "van"), True),
        (("Ann", "Lee"), ("Lee", ""), False),
        (("Bob", "Lee"), ("Ann", "Lee"), False),  # a household
        (("Bob", "Lee"), ("Robert", "Lee"), False),
        (("", "", "Lee Ltd"), ("", "", "LEE LTD."), True),  # a company counts as a given name
        (("Lee", ""), ("", "Lee"), True),  # one part only
        (("", ""), ("", ""), False),
        (("", ""), ("Ann", "Lee"), False),
    ],
)
def test_compatible(row: tuple[str, ...], contact: tuple[str, ...], is_compatible: bool) -> None:
    """Equal given names, an initial beside an equal family name, or the same words; never one half or a blank alone."""
    assert compatible(key(*row), key(*contact)) is is_compatible


def test_alike() -> None:
    """Spellings of one name are alike: equal family names, given names that begin with the same two letters."""
    assert alike(key("Jon", "Doe"), key("Joan", "Doe"))
    assert not alike(key("Bob", "Doe"), key("Robert", "Doe"))


@given(NAMES, NAMES)
def test_no_order(row: tuple[str, str, str], contact: tuple[str, str, str]) -> None:
    """Which side is the row and which the contact decides nothing."""
    for rule in (compatible, alike):
        assert rule(key(*row), key(*contact)) == rule(key(*contact), key(*row))


@given(NAMES)
def test_a_name_is_compatible_with_itself(name: tuple[str, str, str]) -> None:
    """Every name that is not blank is compatible with itself."""
    assert compatible(key(*name), key(*name)) is not key(*name).is_blank


@given(NAMES, st.lists(st.text(min_size=1, max_size=9)), st.lists(st.text(min_size=1, max_size=9)))
def test_facts_survive_packing(name: tuple[str, str, str], phones: list[str], emails: list[str]) -> None:
    """What a journal stores of a person is what it gets back."""
    facts = facts_of(MARK, name, phones, emails)
    assert Facts.unpacked(facts.packed()) == facts


@given(st.lists(st.text(max_size=9)), st.randoms(use_true_random=False))
def test_cells_in_any_order(cells: list[str], random: Random) -> None:
    """The order of columns, blank columns and outer spaces do not change a row's mark; another text does."""
    shuffled = [f" {cell} " for cell in [*cells, "", "  "]]
    random.shuffle(shuffled)
    assert cells_mark(MARK, shuffled) == cells_mark(MARK, cells)
    assert cells_mark(MARK, [*cells, "another"]) != cells_mark(MARK, cells)
