"""Which contact a row belongs to, and what is asked."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from importer.identity import matching
from importer.identity.marks import cells_mark, facts_of, marker
from importer.identity.people import Answer, ContactFacts, Reason, RecognisedBy, Recognition, RowFacts
from importer.identity.twins import Twins
from tests.identity.model import twins_of

MARK = marker(b"salt")


def recognise(rows: list[RowFacts], contacts: list[ContactFacts], **options: Any) -> Recognition:
    return matching.recognise(rows, contacts, twins=twins_of(rows), **options)


ANN = ("Ann", "Lee", "+14155550101", "ann@example.com")
BOB = ("Bob", "Ray", "+14155550102", "bob@example.com")


def row(number: int, first: str, last: str, phone: str = "", email: str = "", note: str = "", **more: Any) -> RowFacts:
    cells = [first, last, phone, email, note, more.get("id", "")]
    identity = MARK(f"{first} {last} {phone} {email}") if any(cells[:4]) else 0
    facts = facts_of(MARK, (first, last, ""), [phone] if phone else [], [email] if email else [])
    return RowFacts(number, cells_mark(MARK, cells), identity, facts, **more)


def contact(external_id: str, *cells: str, had_row: bool = True, **more: Any) -> ContactFacts:
    known = row(0, *cells)
    ids = frozenset({more["id"]}) if more.get("id") else frozenset()
    facts = ContactFacts(
        external_id, frozenset({known.cells}), frozenset({known.identity}), (known.facts,), ids, had_row
    )
    return replace(facts, asked=frozenset(more.get("asked", ())))


def test_the_same_cells() -> None:
    """A row that did not change is found by its cells."""
    result = recognise([row(2, *ANN)], [contact("a", *ANN)])
    assert result.matches == {2: ("a", RecognisedBy.CELLS)}


def test_the_same_identity() -> None:
    """A row whose note changed is found by its cleaned identity."""
    result = recognise([row(2, *ANN, "a note")], [contact("a", *ANN)])
    assert result.matches == {2: ("a", RecognisedBy.IDENTITY)}


@pytest.mark.parametrize("changed", [("Ann", "Kim", ANN[2], ""), ("Ann", "Lee", "", ANN[3]), ("A.", "Lee", ANN[2], "")])
def test_a_shared_phone_or_email(changed: tuple[str, ...]) -> None:
    """A row whose name or number changed is found by what it still shares."""
    result = recognise([row(2, *changed)], [contact("a", *ANN), contact("b", *BOB)])
    assert result.matches == {2: ("a", RecognisedBy.REACHED)}
    assert result.lost == ["b"]


@pytest.mark.parametrize("first", [True, False])
def test_a_household(first: bool) -> None:
    """Another person of the household is new or asked about, never the old one renamed, wherever the row stands."""
    rows = [row(3 if first else 2, *ANN), row(2 if first else 3, "Bea", "Lee", ANN[2])]
    result = recognise(rows, [contact("a", *ANN)])
    assert result.matches == {rows[0].row: ("a", RecognisedBy.CELLS)}
    assert result.new == [rows[1].row]


@pytest.mark.parametrize("before", [("", "Lee"), ("Ann", "")], ids=["family", "given"])
@pytest.mark.parametrize("is_lost", [True, False])
def test_a_name_of_one_part_that_changed(before: tuple[str, str], is_lost: bool) -> None:
    """Where names have one part only, the phone of a contact that has just lost its row is asked about, whatever name.

    While that row is there, the other name is another person of the household.
    """
    after = ("Kim" if before[0] else "", "Kim" if before[1] else "")
    rows = [row(2, *after, ANN[2]), *([] if is_lost else [row(3, *before, ANN[2])])]
    result = recognise(rows, [contact("a", *before, ANN[2])])
    if is_lost:
        assert (result.questions[2].reason, result.questions[2].contacts) == (Reason.SHARED, ("a",))
    else:
        assert result.new == [2]
    # Of a contact whose row went long ago, or of one whose names are whole, it is a new person.
    assert recognise([row(2, *after, ANN[2])], [contact("a", *before, ANN[2], had_row=False)]).new == [2]
    assert recognise([row(2, *after, ANN[2])], [contact("a", BOB[0], BOB[1], ANN[2])]).new == [2]


def test_a_household_whose_row_is_gone() -> None:
    """The same phone and family name while the contact has just lost its row is asked about (Bob and Robert)."""
    result = recognise([row(2, "Bea", "Lee", ANN[2])], [contact("a", *ANN)])
    assert result.questions[2].reason is Reason.SHARED
    assert result.questions[2].contacts == ("a",)
    assert result.lost == []


def test_another_given_name_and_family() -> None:
    """A clearly different person with the number of a contact that is gone is new."""
    assert recognise([row(2, "Cy", "Doe", ANN[2])], [contact("a", *ANN)]).new == [2]


def test_a_shared_email_is_always_asked_about() -> None:
    """An email belongs to one person: whoever shares it with a contact without a row is asked about."""
    assert recognise([row(2, "Cy", "Doe", "", ANN[3])], [contact("a", *ANN)]).questions[2].contacts == ("a",)


def test_a_role_address_identifies_nobody() -> None:
    """An office's mailbox makes two people neither one person nor a question."""
    info = "info@example.com"
    assert recognise([row(2, "Cy", "Doe", "", info)], [contact("a", "Ann", "Lee", "", info)]).new == [2]


def test_the_same_name_without_anything_else() -> None:
    """A contact that had a row until now and has the same name is asked about; one long gone is not."""
    moved = row(2, "Ann", "Lee", "+14155550199")
    assert recognise([moved], [contact("a", *ANN)]).questions[2].reason is Reason.SAME_NAME
    assert recognise([moved], [contact("a", *ANN, had_row=False)]).new == [2]


def test_the_same_name_the_other_way_round() -> None:
    """A name whose words are in another order is the same name, also where the number is another one."""
    turned = row(2, "Lee", "Ann", "+14155550199")
    assert recognise([turned], [contact("a", *ANN)]).questions[2].reason is Reason.SAME_NAME


def test_a_word_of_the_name_where_numbers_say_nothing() -> None:
    """If one side has neither phone nor email, a common word of the name is asked about."""
    assert recognise([row(2, "Annie", "Lee")], [contact("a", *ANN)]).questions[2].reason is Reason.NO_POINTS


def test_an_initial_is_the_name_that_it_stands_for() -> None:
    """A contact that has just lost its row is asked about for a row with an initial in place of its given name."""
    short, moved = row(2, "A", "Lee", "+14155550199"), row(2, "Ann", "Lee", "+14155550199")
    assert recognise([short], [contact("a", *ANN)]).questions[2].reason is Reason.INITIAL
    assert recognise([moved], [contact("a", "A", *ANN[1:])]).questions[2].reason is Reason.INITIAL
    assert recognise([row(2, "A", "Kim", "+14155550199")], [contact("a", *ANN)]).new == [2]
    assert recognise([row(2, "A", "Kim")], [contact("a", *ANN)]).questions[2].reason is Reason.NO_POINTS
    assert recognise([short], [contact("a", *ANN, had_row=False)]).new == [2]


def test_a_row_with_nothing_but_a_name_and_a_contact_without_one() -> None:
    """A contact without a name that has just lost its row is asked about for a row that has only a name."""
    nameless = contact("a", "", "", "+14155550199")
    assert recognise([row(2, "Ann", "Lee")], [nameless]).questions[2].reason is Reason.UNNAMED
    assert recognise([row(2, *ANN)], [nameless]).new == [2]
    assert recognise([row(2, "Ann", "Lee")], [contact("a", "", "", "+14155550199", had_row=False)]).new == [2]


def test_a_row_that_was_asked_about_is_no_other_contact_by_its_name_alone() -> None:
    """A row asked about as a second row of one person is asked again, not taken for a namesake who lost their row."""
    second = row(2, "Ann", "Lee", note="again")
    namesake, person = contact("b", "Ann", "Lee"), contact("a", *ANN)
    assert recognise([second], [namesake]).matches == {2: ("b", RecognisedBy.IDENTITY)}
    asked = replace(person, asked=frozenset({second.cells}))
    assert recognise([row(3, *ANN), second], [namesake, asked]).questions[2].reason is Reason.SAME_NAME


def test_a_row_without_a_name() -> None:
    """A row without a name is asked about while any contact has just lost its row."""
    nameless = row(2, "", "", "+14155550199")
    assert recognise([nameless], [contact("a", *ANN)]).questions[2].reason is Reason.NO_NAME
    assert recognise([nameless], [contact("a", *ANN, had_row=False)]).new == [2]


def test_two_rows_want_one_contact() -> None:
    """Of two rows that share a number the one with the contact's own whole name gets it; else both are asked."""
    rows = [row(2, "Ann", "Lee", ANN[2], note="x"), row(3, "Ann", "Kim", ANN[2])]
    result = recognise(rows, [contact("a", "Ann", "Lee", ANN[2], "old@example.com")])
    assert result.matches == {2: ("a", RecognisedBy.REACHED)}
    rows = [row(2, "Ann", "Fox", ANN[2]), row(3, "Ann", "Kim", ANN[2])]
    result = recognise(rows, [contact("a", "Ann", "Lee", ANN[2], "old@example.com")])
    assert result.matches == {}
    assert set(result.questions) == {2, 3}


def test_identical_rows_repeat_each_other() -> None:
    """A row with the very cells of an earlier one is its repeat."""
    assert recognise([row(2, *ANN), row(3, *ANN)], []).repeats == {3: 2}


def test_one_person_in_two_rows() -> None:
    """The later of two rows with one name and one number is asked about, or joined where a person said so."""
    rows = [row(2, *ANN), row(3, "Ann", "Lee", ANN[2], note="again")]
    assert recognise(rows, []).questions[3].rows == (2,)
    assert recognise([rows[0], replace(rows[1], answer=Answer.JOIN)], []).joins == {3: 2}
    assert recognise([rows[0], replace(rows[1], answer=Answer.ANOTHER)], []).new == [2, 3]


def test_the_id_column() -> None:
    """The id finds its contact though name or number changed; with both changed it is a conflict."""
    known = [contact("1", *ANN, id="1"), contact("2", *BOB, id="2")]
    changed = row(2, "Ann", "Lee", "+14155550199", id="1")
    assert recognise([changed], known, id_column=True).matches == {2: ("1", RecognisedBy.ID)}
    stranger = row(2, "Cy", "Doe", "+14155550103", id="1")
    assert recognise([stranger], known, id_column=True).questions[2].reason is Reason.ID_OF_ANOTHER


def test_ids_that_moved() -> None:
    """Where the ids of two rows changed places, both are asked about."""
    known = [contact("1", *ANN, id="1"), contact("2", *BOB, id="2")]
    rows = [row(2, *BOB, id="1"), row(3, *ANN, id="2")]
    assert set(recognise(rows, known, id_column=True).questions) == {2, 3}


def test_an_id_column_named_later() -> None:
    """Rows whose id the folder does not know yet keep their contacts."""
    result = recognise([row(2, *ANN, id="7")], [contact("oi1-a", *ANN)], id_column=True)
    assert result.matches == {2: ("oi1-a", RecognisedBy.IDENTITY)}


def test_two_ids_are_two_people() -> None:
    """A contact with another id of the column is not found by a shared number."""
    result = recognise([row(2, "Ann", "Kim", ANN[2], id="9")], [contact("1", *ANN, id="1")], id_column=True)
    assert result.matches == {}


def test_statements_of_a_rejects_file() -> None:
    """`_external_id` names the contact; with a ? the question stays open; `new` makes another person."""
    known = [contact("a", *ANN)]
    changed = ("Cy", "Doe", "+14155550109")
    assert recognise([row(2, *changed, stated="a")], known).matches == {2: ("a", RecognisedBy.REJECTS)}
    assert recognise([row(2, *changed, stated="?a")], known).questions[2].reason is Reason.ASKED_BEFORE
    assert recognise([row(2, "Bea", "Lee", ANN[2], answer=Answer.ANOTHER)], known).new == [2]


def test_a_question_stays_the_same_question() -> None:
    """A row that was asked about and changed once more does not become new."""
    asked = row(2, "Bea", "Lee", ANN[2], "bea@example.com")
    known = [contact("a", *ANN, had_row=False, asked=asked.marks)]
    assert recognise([row(2, "Bea", "Fox", "", "bea@example.com")], known).questions[2].contacts == ("a",)


def test_a_rejected_row_keeps_its_contact() -> None:
    """A contact keeps its row while that row is rejected, and nothing is asked about the row."""
    result = recognise([row(2, "Ann", "Lee", is_rejected=True)], [contact("a", *ANN)])
    assert (result.questions, result.new, result.lost) == ({}, [], [])


@pytest.mark.parametrize("other", [("Bob", "Ray", "", "bob@example.com"), ("Bea", "Lee", "", "bea@example.com")])
@pytest.mark.parametrize("phone", [ANN[2], ""])
def test_a_rejected_row_takes_no_contact_of_another_by_its_id(other: tuple[str, ...], phone: str) -> None:
    """Where ids have moved, a rejected row leaves the contact that its id names to the row that is that contact."""
    rows = [row(2, *other, id="1", is_rejected=True), row(3, "Ann", "Lee", phone, ANN[3], id="2")]
    result = recognise(rows, [contact("1", *ANN, id="1")], id_column=True)
    assert result.matches.get(2) is None
    assert result.matches.get(3) == ("1", RecognisedBy.IDENTITY) if phone else result.questions[3].contacts == ("1",)
    assert result.lost == []


@pytest.mark.parametrize("is_rejected", [False, True])
def test_an_id_that_moved_within_a_household(is_rejected: bool) -> None:
    """An id that leads to a contact of another name is asked about while a row with a new id has that very name."""
    rows = [row(2, "Bea", "Lee", ANN[2], id="1"), row(3, "Ann", "Lee", id="2", is_rejected=is_rejected)]
    result = recognise(rows, [contact("1", *ANN, id="1")], id_column=True)
    assert result.questions[2].contacts == ("1",)


@pytest.mark.parametrize("numbers", [(2, 3), (3, 2)])
def test_a_rejected_row_takes_no_contact_by_an_open_question(numbers: tuple[int, int]) -> None:
    """A rejected row with an open question leaves its contact to the row that a person said is that contact."""
    first, second = numbers
    rows = [row(first, "Bea", "Lee", stated="?a", is_rejected=True), row(second, "Anna", "Poe", stated="a")]
    result = recognise(rows, [contact("a", *ANN)])
    assert result.matches == {second: ("a", RecognisedBy.REJECTS)}
    assert result.lost == []


def test_order_decides_nothing() -> None:
    """Rows and contacts in another order lead to the same matches and questions."""
    people = [(f"P{number}", f"F{number % 3}", f"+1415555{number % 5:04}", "", "") for number in range(12)]
    rows = [row(number + 2, *cells) for number, cells in enumerate(people)]
    known = [contact(f"c{number}", *cells[:4]) for number, cells in enumerate(people[4:])]
    first = recognise(rows, known)
    for seed in range(20):
        shuffled, others = rows[:], known[:]
        random.Random(seed).shuffle(shuffled)
        random.Random(-seed).shuffle(others)
        again = recognise(shuffled, others)
        assert (again.matches, again.questions, again.new) == (first.matches, first.questions, first.new)


def test_a_row_is_no_twin_of_its_repeat() -> None:
    """A row whose only namesake is its own repeat is a new person, and nothing is asked."""
    found = matching.recognise([row(2, *ANN), row(3, *ANN)], [], twins=Twins([(2, 3)]))
    assert (found.new, found.repeats, found.questions) == ([2], {3: 2}, {})
