"""What the screen proposes of columns, typed as it stands there: every person is made once, with all that is theirs."""

from __future__ import annotations

import re
import shlex
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.e2e.sheets.conftest import Deliver, Delivered


def fields(done: Delivered, *names: str) -> list[tuple[object, ...]]:
    """What these fields hold in each contact that is stored."""
    return sorted(tuple(contact["defaultFields"].get(name) for name in names) for contact in done.stored)


def proposed(done: Delivered) -> list[str]:
    """The options of the command that is proposed, without those that the first one had."""
    (line,) = re.findall(r"as proposed: openphone-import (.*)", done.said)
    words = shlex.split(line)
    return [word for pair in pairwise(words) if pair[0] == "--map" for word in pair]


@pytest.mark.parametrize(
    ("first", "last"),
    [("Guest First Name", "Guest Last Name"), ("Owner 1 First", "Owner 1 Last"), ("Vorname Kunde", "Nachname Kunde")],
)
def test_both_halves_of_the_names_are_sent(deliver: Deliver, first: str, last: str) -> None:
    """The error about names offers the two halves as one answer, and that answer makes whole people."""
    text = f"{first},{last},Phone\nAnn,Lee,+14155550101\nBob,Ray,+14155550102\n"
    refused = deliver(text)
    assert refused.code == 2
    (options,) = re.findall(r"Name it and run again: (.*?)\. To import", refused.said)
    done = deliver(text, *shlex.split(options))
    assert fields(done, "firstName", "lastName") == [("Ann", "Lee"), ("Bob", "Ray")]
    assert done.code == 0


def test_a_customer_and_its_contact_are_both_sent(deliver: Deliver) -> None:
    """What is proposed for "Customer" beside "Contact Person" sends the company, and loses no person."""
    text = "Customer,Contact Person,Phone\nAcme Ltd,Ann Lee,+14155550101\nBaker & Sons,Bob Ray,+14155550102\n"
    done = deliver(text, *proposed(deliver(text)))
    assert fields(done, "company", "firstName", "lastName") == [
        ("Acme Ltd", "Ann", "Lee"),
        ("Baker & Sons", "Bob", "Ray"),
    ]
    assert done.code == 0


def test_a_contact_beside_the_names_leaves_them(deliver: Deliver) -> None:
    """What is proposed for "Contact" beside first and last names leaves these as they are."""
    text = "First Name,Last Name,Contact,Phone\nAnn,Lee,Tom Hill,+14155550101\nBob,Ray,Sue Poe,+14155550102\n"
    done = deliver(text, *proposed(deliver(text)))
    assert fields(done, "firstName", "lastName") == [("Ann", "Lee"), ("Bob", "Ray")]
    assert done.code == 0
