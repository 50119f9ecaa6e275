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
    [
        ("Guest First Name", "Guest Last Name"),
        ("Owner 1 First", "Owner 1 Last"),
        ("Vorname Kunde", "Nachname Kunde"),
        # A word that elsewhere stands for the whole name.
        ("Prénom du client", "Nom du client"),
        ("Nombre del cliente", "Apellidos del cliente"),
        ("Nome do cliente", "Sobrenome do cliente"),
        ("Vorname des Kunden", "Name des Kunden"),
        ("Kundenvorname", "Kundenname"),
        ("Client Name", "Client Surname"),
        ("Guest First Name", "Guest Name"),
    ],
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


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("Prénom du contact", "Nom du contact"),
        ("Nombre del contacto", "Apellidos del contacto"),
        ("Nome do contato", "Sobrenome do contato"),
        ("Contact Name", "Contact Surname"),
    ],
)
def test_a_usual_name_of_the_whole_is_half_a_name_beside_the_other(deliver: Deliver, first: str, last: str) -> None:
    """A column that would be whole names by itself is the half that is missing, and no half is left out."""
    done = deliver(f"{last},{first},Phone\nLee,Ann,+14155550101\nVan Dyke,Bob,+14155550102\n")
    assert fields(done, "firstName", "lastName") == [("Ann", "Lee"), ("Bob", "Van Dyke")]
    assert done.code == 0


def test_whole_names_beside_their_surnames_stay_whole(deliver: Deliver) -> None:
    """A column whose values hold the surnames of the next one is sent as whole names, each surname once."""
    done = deliver("Contact Name,Contact Surname,Phone\nAnn Lee,Lee,+14155550101\nBob Ray,Ray,+14155550102\n")
    assert fields(done, "firstName", "lastName") == [("Ann", "Lee"), ("Bob", "Ray")]


def test_a_name_of_which_half_is_known_is_proposed_as_the_other_half(deliver: Deliver) -> None:
    """What is proposed for "Patient Name" beside "Patient First Name" makes whole people, and no companies."""
    text = "Patient First Name,Patient Name,Phone\nAnn,Lee,+14155550101\nBob,Ray,+14155550102\n"
    done = deliver(text, *proposed(deliver(text)))
    assert fields(done, "firstName", "lastName", "company") == [("Ann", "Lee", None), ("Bob", "Ray", None)]


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
