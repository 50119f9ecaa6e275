"""A person in two rows: asked about, joined or kept apart as a person says, and never made twice by the answer."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.pipeline.reading.conftest import Office

HEADER = "Name,Phone,Email,Company\n"
ONE = f"{HEADER}Bob Ray,+14155550102,bob@example.com,\n"
# A second row of the person, by name and number; of a person without a name, by number alone.
TWO = {
    "named": (ONE, f"{ONE}Bob Ray,+14155550102,ray@example.com,\n"),
    "swapped": (f"{HEADER}Cy Fox,+14155550103,,\n", f"{ONE}Ray Bob,+14155550102,bob@example.com,\n"),
    "nameless": (f"{HEADER},+14155550102,,\n", f"{HEADER},+14155550102,,\n,+14155550102,,Ray Ltd\n"),
    "at once": (f"{HEADER}Cy Fox,+14155550103,,\n", f"{ONE}Bob Ray,+14155550102,ray@example.com,\n"),
}
NAMED = ("--map", "Name=full_name")


def answer(said: str) -> None:
    """Write into `_external_id` of the rejects what a person says: the id without the ?, `new`, or nothing else."""
    path = Path("out/rejects.csv")
    with path.open(encoding="utf-8", newline="") as stream:
        header, *lines = list(csv.reader(stream))
    for line in lines:
        assert line[-1].startswith("?")
        line[-1] = {"same": line[-1].removeprefix("?"), "new": "new", "open": line[-1]}[said]
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *lines])


@pytest.mark.parametrize("kind", TWO)
@pytest.mark.parametrize("said", ["open", "same", "new"])
def test_an_answer_does_what_the_message_says(office: Office, kind: str, said: str) -> None:
    """Fed in as it was asked a row stays asked; without the ? it is joined; `new` makes another person. For good."""
    before, after = TWO[kind]
    office.run(before, *NAMED)
    assert office.run(after) == 1
    assert "maybe-known" in Path("out/problems.csv").read_text(encoding="utf-8")
    people = len(office.sandbox.contacts())
    answer(said)
    assert office.run("", file="out/rejects.csv") == (1 if said == "open" else 0)
    assert len(office.sandbox.contacts()) == people + (said == "new")
    end = {"open": "conflict", "same": "duplicate", "new": "created"}[said]
    for _ in range(2):
        assert office.statuses()[-1] == end
        assert office.run(after) == (1 if said == "open" else 0)
        assert len(office.sandbox.contacts()) == people + (said == "new")


def test_what_a_joined_row_adds_is_sent_by_an_update(office: Office) -> None:
    """After the answer, the sheet itself run with --on-match update brings both addresses to the one contact."""
    before, after = TWO["named"]
    office.run(before)
    office.run(after)
    answer("same")
    office.run("", file="out/rejects.csv")
    assert "joined-unsent" in Path("out/problems.csv").read_text(encoding="utf-8")
    assert "Run the sheet itself again with --on-match update" in Path("out/problems.csv").read_text(encoding="utf-8")
    assert office.run(after, "--on-match", "update") == 0
    assert "joined-unsent" not in Path("out/problems.csv").read_text(encoding="utf-8")
    (contact,) = office.sandbox.contacts()
    assert [item["value"] for item in contact["defaultFields"]["emails"]] == ["bob@example.com", "ray@example.com"]
    assert office.verify() == 0


def test_join_of_a_row_that_came_later(office: Office) -> None:
    """`--same-person join` also joins a new row with one that is in already and as it was."""
    before, after = TWO["named"]
    office.run(before)
    assert office.run(after, "--same-person", "join", "--on-match", "update") == 0
    (contact,) = office.sandbox.contacts()
    assert len(contact["defaultFields"]["emails"]) == 2


def test_joined_rows_are_kept_apart_again(office: Office) -> None:
    """A row that was joined becomes a person with `--same-person separate`, as its message says, and stays one."""
    sheet = TWO["named"][1]
    office.run(sheet, "--same-person", "join")
    assert "--same-person separate" in Path("out/problems.csv").read_text(encoding="utf-8")
    office.run(sheet, "--same-person", "separate")
    for _ in range(2):
        assert office.run(sheet) == 0
        assert "joined-rows" not in Path("out/problems.csv").read_text(encoding="utf-8")
        assert len(office.sandbox.contacts()) == 2


def test_separate_people_stay_who_they_are(office: Office) -> None:
    """Two rows kept apart by `--same-person separate` are found again when their numbers change."""
    sheet = f"{HEADER}Ann Lee,+14155550101,a@example.com,\nAnn Lee,+14155550101,b@example.com,\n"
    office.run(sheet, "--same-person", "separate")
    later = sheet.replace("+14155550101,a@", "+14155550108,a@")
    assert office.run(later, "--same-person", "separate", "--on-match", "update") == 0
    assert len(office.sandbox.contacts()) == 2


def test_a_name_and_number_that_were_of_another(office: Office) -> None:
    """A new row with the name and number that a contact had before is asked about; `new` makes it a person."""
    office.run(ONE)
    renamed = ONE.replace("Bob Ray,+14155550102", "Bob Fox,+14155550109")
    office.run(renamed, "--on-match", "update")
    later = f"{renamed}Bob Ray,+14155550102,bob@example.com,\n"
    assert office.run(later) == 1
    assert len(office.sandbox.contacts()) == 1
    answer("new")
    assert office.run("", file="out/rejects.csv") == 0
    assert office.run(later) == 0
    assert office.names() == ["Bob Fox", "Bob Ray"]


def test_two_rows_of_one_person_are_not_both_another(office: Office) -> None:
    """Where both rows of a person may be a contact, the first is asked who it is and the second if it is the first."""
    office.run(ONE)
    later = f"{HEADER}Rob Ray,+14155550102,r@example.com,\nRob Ray,+14155550102,r2@example.com,\n"
    assert office.run(later) == 1
    with Path("out/id_map.csv").open(encoding="utf-8", newline="") as stream:
        details = [line["detail"] for line in csv.DictReader(stream)]
    assert "contact" in details[0]
    assert "may be row 2" in details[1]


PAIRS = {
    "umlaut": ("Ann Müller", "Ann Mueller"),
    "given": ("Jürgen Lee", "Juergen Lee"),
    "initial": ("B. Ray", "Bob Ray"),
    "married": ("Ann Lee", "Ann Ray"),
}


# The cells that two rows have in common, and the company of the second one.
IN_COMMON = {
    "phone": ("Bob Ray,+14155550102,", "Ray Ltd"),
    "email": ("Bob Ray,,bob@example.com", "Ray Ltd"),
    "neither": ("Bob Ray,,", "Ray Ltd"),
    "no name": (",+14155550102,", ""),
    "all": ("Bob Ray,+14155550102,", ""),
}


@pytest.mark.parametrize("kind", IN_COMMON)
def test_an_earlier_row_is_said_to_have_nothing_that_it_lacks(office: Office, kind: str) -> None:
    """A row that may be the person of an earlier one is told so in words that hold whatever the two have in common."""
    cells, company = IN_COMMON[kind]
    assert office.run(f"{HEADER.strip()},Note\n{cells},,a\n{cells},{company},b\n", *NAMED) == 1
    problems = Path("out/problems.csv").read_text(encoding="utf-8")
    assert "may be the same person as row 2, which has the same name, phone number or email address." in problems


def sheet_of(names: tuple[str, str]) -> str:
    """A sheet in which two people have one number."""
    return HEADER + "".join(f"{name},+14155550102,,\n" for name in names)


@pytest.mark.parametrize("names", PAIRS.values(), ids=PAIRS)
@pytest.mark.parametrize("option", ["join", "separate"])
def test_compatible_names_of_one_number_are_asked_about(office: Office, names: tuple[str, str], option: str) -> None:
    """In a new sheet as later, the second row waits for an answer, which holds: nothing is asked or named again."""
    assert office.run(sheet_of(names)) == 1
    assert office.statuses() == ["created", "conflict"]
    problems = Path("out/problems.csv").read_text(encoding="utf-8")
    assert "may be the same person as row 2, which has a name that may be the same person's" in problems
    assert office.run(sheet_of(names), "--same-person", option) == 0
    for _ in range(2):
        assert len(office.sandbox.contacts()) == (2 if option == "separate" else 1)
        assert office.run(sheet_of(names)) == 0
        assert office.verify() == 0


def test_another_given_name_of_one_number_is_another_person(office: Office) -> None:
    """A household shares its number and its family name; so does an office its number with many of one given name."""
    office_phone = "".join(f"Ann {name},+14155550103,,\n" for name in ("Fox", "Orr", "Poe", "Roy", "Sun", "Tan"))
    assert office.run(sheet_of(("Ann Lee", "Bob Lee")) + office_phone) == 0
    assert len(office.sandbox.contacts()) == 8


@pytest.mark.parametrize("kind", TWO)
def test_another_person_is_not_named_as_the_same(office: Office, kind: str) -> None:
    """Who is another person, as the rejects file says, is not named as one person with the first, however often."""
    before, after = TWO[kind]
    office.run(before, *NAMED)
    office.run(after)
    answer("new")
    office.run("", file="out/rejects.csv")
    for _ in range(2):
        assert office.verify() == 0
        assert office.run(after) == 0


def test_an_answer_is_about_these_two_alone(office: Office) -> None:
    """A third row of the name is asked about, although the first two were answered to be two people."""
    before = sheet_of(("Ann Lee", "Ann Lee"))
    before = before.replace(",,\n", ",a@example.com,\n", 1)
    assert office.run(before, "--same-person", "separate") == 0
    later = f"{before}Ann Lee,+14155550102,c@example.com,\n"
    assert office.run(later) == 1
    assert office.statuses()[-1] == "conflict"
    assert office.run(later, "--same-person", "separate") == 0
    assert office.verify() == 0


CHAINS = {
    "swapped": "Ann Lee,+14155550101,,\nLee Ann,+14155550101,,\nann lee,+1 415 555 0101,,\n",
    "initial": "Ann Lee,+14155550101,,\nA. Lee,+14155550101,,\nann lee,+1 415 555 0101,,\n",
    "four": "Ann Lee,+14155550101,,\nA. Lee,+14155550101,,\nann lee,+1 415 555 0101,,\nLee Ann,(415) 555-0101,,\n",
}


def rejected() -> list[list[str]]:
    with Path("out/rejects.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


@pytest.mark.parametrize("chain", CHAINS)
def test_all_rows_of_one_person_are_one_contact(office: Office, chain: str) -> None:
    """Where each row may be the one above it, and that is said of all of them, one contact is made, and no second."""
    sheet = HEADER + CHAINS[chain]
    assert office.run(sheet, "--region", "US") == 1
    answer("same")
    assert office.run("", file="out/rejects.csv") == 0
    for _ in range(2):
        assert office.names() == ["Ann Lee"]
        assert set(office.statuses()[1:]) == {"duplicate"}
        assert office.run(sheet) == 0
    assert office.verify() == 0


@pytest.mark.parametrize("chain", CHAINS)
@pytest.mark.parametrize("backwards", [False, True])
def test_rows_of_one_person_that_are_answered_one_by_one(office: Office, chain: str, *, backwards: bool) -> None:
    """The same holds where one row is answered a day; before the row that it may be is answered, a row stays asked."""
    sheet = HEADER + CHAINS[chain]
    code = office.run(sheet, "--region", "US")
    for day in range(5):
        if code == 0:
            break
        header, *lines = rejected()
        line = lines[-1 if backwards and day == 0 else 0]
        line[-1] = line[-1].removeprefix("?")
        with Path("out/rejects.csv").open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([header, *lines])
        code = office.run("", file="out/rejects.csv")
    assert (code, office.names()) == (0, ["Ann Lee"])
    assert office.run(sheet) == 0
    assert office.names() == ["Ann Lee"]


@pytest.mark.parametrize("chain", CHAINS)
def test_rows_of_one_person_that_were_left_open_once(office: Office, chain: str) -> None:
    """Rejects that are fed in unchanged come back with one question mark each, and are answered as on the first day."""
    sheet = HEADER + CHAINS[chain]
    office.run(sheet, "--region", "US")
    for _ in range(2):
        assert office.run("", file="out/rejects.csv") == 1
        assert [line[-1].count("?") for line in rejected()[1:]] == [1] * (len(rejected()) - 1)
    answer("same")
    assert office.run("", file="out/rejects.csv") == 0
    assert office.run(sheet) == 0
    assert office.names() == ["Ann Lee"]


@pytest.mark.parametrize("policy", ["create-only", "update"])
def test_rows_of_a_contact_that_was_made_otherwise(office: Office, policy: str) -> None:
    """Two rows with a new number that are said to be one contact stay that contact in the runs that follow."""
    office.run(ONE)
    sheet = HEADER + "Bob Ray,+14155550109,bob@example.com,\nBob Ray,+14155550109,bob@example.com,Ray Ltd\n"
    assert office.run(sheet, "--on-match", policy) == 1
    for _ in range(2):
        answer("same")
        if office.run("", "--on-match", policy, file="out/rejects.csv") == 0:
            break
    for _ in range(2):
        assert office.run(sheet, "--on-match", policy) == 0
        assert office.names() == ["Bob Ray"]
        assert office.statuses()[1] == "duplicate"
