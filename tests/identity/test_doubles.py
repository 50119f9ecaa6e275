"""Contacts that are one person twice, as `verify` names them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from importer.identity.doubles import find_doubles
from importer.identity.marks import facts_of, marker
from importer.identity.people import ContactFacts

MARK = marker(b"salt")


def contact(external_id: str, first: str) -> ContactFacts:
    return ContactFacts(external_id, facts=(facts_of(MARK, (first, "Lee", ""), ["+14155550101"], []),))


@pytest.mark.parametrize("told", [0, 1])
def test_two_people_as_a_person_said_are_no_pair(told: int) -> None:
    """What a person said of two contacts holds for this pair, whichever of them has it, and for no third contact."""
    pair = [contact("a", "Ann"), contact("b", "Ann")]
    assert find_doubles(pair) == [("a", "b")]
    pair[told] = replace(pair[told], apart=frozenset({pair[1 - told].external_id}))
    assert find_doubles(pair) == []
    assert find_doubles([*pair, contact("c", "A.")]) == [("a", "c"), ("b", "c")]
