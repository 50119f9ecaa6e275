"""Notes beside a name that forbid the row's numbers."""

from __future__ import annotations

import pytest

from importer.clean.names.note import name_note
from importer.languages.words import words
from tests.clean.sheets import chunk, mapping
from tests.clean.test_sheet import cleaned, told


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ann Lee (DO NOT CALL)", "Ann Lee"),
        ("Ann Lee - do not call", "Ann Lee"),
        ("DO NOT CALL - Ann Lee", "Ann Lee"),
        ("DNC: Ann Lee", "Ann Lee"),
        ("Ann Lee DO NOT CALL", "Ann Lee"),
        ("ANN LEE DO NOT CALL", "ANN LEE"),
        ("*** DO NOT CALL *** Ann Lee", "Ann Lee"),
        ("Lee, Ann - DNC", "Lee, Ann"),
        ("Lee, Ann DNC", "Lee, Ann"),
        ("Ann Lee, deceased", "Ann Lee"),
        ("Ann Lee (do not call, moved)", "Ann Lee"),
        ("Ann Lee (cell) do not call", "Ann Lee (cell)"),
        ("Jan Kowalski (nie dzwonic)", "Jan Kowalski"),
        ("田中太郎（電話禁止）", "田中太郎"),
        ("Acme Ltd [no longer a client]", "Acme Ltd"),
    ],
)
def test_a_note_is_taken_out_of_a_name(text: str, name: str) -> None:
    """However a note is set apart, and in any language, the name is what is left, with its own commas."""
    note = name_note(text)
    assert note is not None
    assert note.name == name


@pytest.mark.parametrize(
    "text",
    [
        "Do Not Disturb LLC",
        "No Contact Sports",
        "No Contact Sports - London",
        "The Invalid Bar",
        "Blocked Drains Ltd - London",
        "AT&T - Blocked Calls Dept",
        "Expired Domains, Inc",
        "DO NOT CALL",
        "Dead Weather, The",
        "Ann Lee (Vienna)",
    ],
)
def test_a_name_with_such_a_word_is_no_note(text: str) -> None:
    """A company may be called so, and a note alone leaves no name."""
    assert name_note(text) is None


@pytest.mark.parametrize(
    "name",
    [
        *("DNC", "Do Not Call", "opted out", "OPTED OUT 3/4/2024", "*** do not call ***", "(DNC)", "dnc - opted out"),
        *("do not call phone number", "nie dzwonić", "Nie dzwonic", "請勿打電話", "Unsubscribed"),
    ],
)
@pytest.mark.parametrize("split", [False, True])
def test_a_name_of_nothing_but_such_words_is_no_name(name: str, split: bool) -> None:
    """In one cell or in two, the words become no one's name; the numbers stay out, the rest of the row is kept."""
    first, _, last = name.partition(" ") if split else (name, "", "")
    rows = chunk(("Ann", "Lee", "415-555-0101", ""), (first, last, "415-555-0102", "bob@example.com"))
    sheet = cleaned(rows, mapping("first_name", "last_name", "phone", "email"))
    assert list(sheet.frame["first_name"]) == ["Ann", ""]
    assert list(sheet.frame["last_name"]) == ["Lee", ""]
    assert list(sheet.frame["phone_1"]) == ["+14155550101", ""]
    assert list(sheet.frame["email_1"]) == ["", "bob@example.com"]
    assert [(row, rule) for row, _, rule, _ in told(sheet.problems)] == [(3, "phone-forbidden")]
    assert "is not a name" in sheet.problems[0].message


@pytest.mark.parametrize(("first", "last"), [("Jo", "Nix"), ("", "Nix"), ("Invalid", "Lee"), ("No", "Contacta")])
def test_a_person_may_be_called_like_such_a_word(first: str, last: str) -> None:
    """A family name, or a word beside a name, stays what it is."""
    sheet = cleaned(chunk((first, last, "415-555-0101")), mapping("first_name", "last_name", "phone"))
    assert [*sheet.frame["last_name"], *sheet.frame["phone_1"], *sheet.problems] == [last, "+14155550101"]


def test_every_phrase_is_known_in_brackets() -> None:
    """Each phrase that forbids a number does so behind a name as well."""
    phrases = words("phones", "forbidden")
    assert [phrase for phrase in phrases if name_note(f"Ann Lee ({phrase})") is None] == []


def test_the_numbers_of_the_row_are_left_out_and_it_is_said() -> None:
    """The row keeps its name and its email, loses its numbers by the rule of such words, and no other row does."""
    rows = chunk(
        ("Ann Lee (DO NOT CALL)", "415-555-0101", "ann@example.com"),
        ("Bob Ray", "415-555-0102", "bob@example.com"),
        ("Cy Fox (DNC)", "", "cy@example.com"),
    )
    sheet = cleaned(rows, mapping("full_name", "phone", "email"))
    assert list(sheet.frame["first_name"]) == ["Ann", "Bob", "Cy"]
    assert list(sheet.frame["last_name"]) == ["Lee", "Ray", "Fox"]
    assert list(sheet.frame["phone_1"]) == ["", "+14155550102", ""]
    assert list(sheet.frame["email_1"]) == ["ann@example.com", "bob@example.com", "cy@example.com"]
    assert [(row, rule) for row, _, rule, _ in told(sheet.problems)] == [(2, "phone-forbidden"), (4, "phone-forbidden")]
    assert "sent as “Ann Lee”, and no phone number of the row is" in sheet.problems[0].message
