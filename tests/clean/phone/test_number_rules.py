"""A phone rule is written in one place, and asked about every spelling, also about those read the short way."""

from __future__ import annotations

from functools import partial
from random import Random
from typing import TYPE_CHECKING

import pytest

from importer.clean.phone import libphonenumber, number_rules, prefixes
from importer.clean.phone.cell import clean, clean_plain, clean_plain_all, clean_thoroughly
from importer.clean.phone.number_rules import DiallingHabit, NumberRule
from importer.clean.phone.region import Region
from tests.clean.phone.spellings import spellings

if TYPE_CHECKING:
    from collections.abc import Iterator

US = Region("US")
FICTIONAL = NumberRule("phone-fictional", "is a number of films", code="1", national=r"\d{3}55501\d{2}")
FICTIONAL_SPELLINGS = (
    *("617 555 0158", "(617) 555-0158", "6175550158", "+16175550158", "+1 617-555-0158", "617.555.0158"),
    *("617 555 0158 x 12", "617-555-0158 / 617-347-8858"),
)
PLAIN = ("617 347 8858", "(617) 347-8858", "6173478858", "+16173478858", "+1 617-347-8858", "617.347.8858")


@pytest.fixture
def _forgotten() -> Iterator[None]:
    """What was proved about prefixes is forgotten before and after a test with other rules."""
    _forget()
    yield
    _forget()


@pytest.mark.usefixtures("_forgotten")
def test_a_new_rule_is_asked_about_plain_spellings_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that is added to the table, and nowhere else, warns about a number in each of its spellings."""
    assert {clean_plain(text, US) for text in PLAIN} == {"+16173478858"}
    rule = NumberRule("phone-new", "is an example", code="1", national=r"\d{3}3478858")
    _forget()
    monkeypatch.setattr(number_rules, "NUMBER_RULES", (*number_rules.NUMBER_RULES, rule))
    assert {clean_plain(text, US) for text in PLAIN} == {""}
    assert clean_plain_all(PLAIN, US) == {}
    for text in PLAIN:
        assert [finding.rule for finding in clean(text, US).findings] == ["phone-new"]
    assert clean_plain("617 447 8858", US) == "+16174478858"


@pytest.mark.usefixtures("_forgotten")
def test_a_new_dialling_habit_is_asked_about_plain_spellings_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A prefix that is added to the table, and nowhere else, is undone in plain spellings."""
    habit = DiallingHabit("0011", "", 0, ("repaired-prefix", "an Australian prefix stood for the plus"))
    text, region = "0011 44 20 7946 0018", Region("GB")
    before = clean(text, region)
    monkeypatch.setattr(number_rules, "DIALLING_HABITS", (habit, *number_rules.DIALLING_HABITS))
    assert clean_plain(text, region) == ""
    after = clean(text, region)
    assert [point.value for point in after.points] == ["+442079460018"]
    assert after != before


@pytest.mark.usefixtures("_forgotten")
@pytest.mark.parametrize(
    "rule",
    [
        FICTIONAL,
        NumberRule("phone-new", "is new", national=r"\d*7"),
        NumberRule("phone-new", "is new", national=r"[0-4]\d{5,8}"),
        NumberRule("phone-new", "is new", kind=1),
        NumberRule("phone-new", "is new", national=r"(?=\d{7})(?!0)\d+"),
    ],
)
def test_with_any_rule_the_short_way_agrees_with_the_long(rule: NumberRule, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a new rule is about, a cell gives the same numbers and findings the short way and the long."""
    monkeypatch.setattr(number_rules, "NUMBER_RULES", (*number_rules.NUMBER_RULES, rule))
    thoroughly = partial(clean_thoroughly, policy="strict", read_number=libphonenumber.read)
    # Each rule is about scores of them; numbers of films are rare.
    for text, region in (*spellings(Random(2611), 1_500), *((text, "US") for text in FICTIONAL_SPELLINGS)):
        assert clean(text, Region(region)) == thoroughly(text, Region(region)), text


def _forget() -> None:
    for cache in (number_rules.rules_for, prefixes._proved, prefixes._patterns):
        cache.cache_clear()
