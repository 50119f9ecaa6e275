"""Rows that are not to be imported are still those of their people."""

from __future__ import annotations

from importer.identity.people import Reason, RecognisedBy
from tests.identity.test_matching import ANN, contact, recognise, row


def test_a_contact_keeps_a_row_that_is_left_out() -> None:
    """A contact whose row is left out has not lost it, also where its number has changed meanwhile."""
    left_out = row(2, "Ann", "Lee", "+14155550199", ANN[3])
    result = recognise([], [contact("a", *ANN)], left_out=[left_out])
    assert (result.kept, result.lost) == ({"a": left_out}, [])


def test_a_name_alone_keeps_the_row_too() -> None:
    """A row that is left out and has only the name of a contact may be its row, so the contact does not lose it."""
    result = recognise([], [contact("a", *ANN)], left_out=[row(2, "Lee", "Ann", "+14155550199")])
    assert (result.kept, result.hints, result.lost) == ({}, {2: ("a",)}, [])


def test_a_row_to_import_goes_before_one_that_is_left_out() -> None:
    """Of two rows of one person, the one that is to be imported gets the contact, and nothing is asked."""
    result = recognise([row(3, *ANN, "new")], [contact("a", *ANN)], left_out=[row(2, *ANN)])
    assert result.matches == {3: ("a", RecognisedBy.IDENTITY)}
    assert result.questions == {}


def test_a_namesake_of_a_row_that_is_left_out_is_asked_about() -> None:
    """A contact whose row is left out may be the person of another row with its name."""
    result = recognise([row(3, "Ann", "Lee", "+14155550199")], [contact("a", *ANN)], left_out=[row(2, *ANN)])
    assert result.questions[3].reason is Reason.SAME_NAME


def test_a_row_without_a_name_is_new_beside_rows_that_are_left_out() -> None:
    """A contact whose row is left out is no candidate for a row that has nothing in common with it."""
    nameless = row(3, "", "", "+14155550199")
    assert recognise([nameless], [contact("a", *ANN)], left_out=[row(2, *ANN)]).new == [3]
    assert recognise([nameless], [contact("a", *ANN)]).questions[3].reason is Reason.NO_NAME
