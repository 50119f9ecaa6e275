"""Ordinary walks, taken by the program itself: each person once in the workspace, whatever changed between two runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.cli.app import main

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.pipeline.reading.conftest import Office

TWO = "Name,Phone,Email\nAnn Lee,+14155550101,ann@example.com\nBob Ray,+14155550102,bob@example.com\n"
NAMES = ["Ann Lee", "Bob Ray"]


@pytest.mark.parametrize(
    ("first", "before", "second", "after"),
    [
        # A column that is named once and left out later, or the other way round.
        (TWO.replace("Name", "Customer Name"), ["--map", "Customer Name=full_name"], "", []),
        (TWO.replace("Phone", "Digits"), [], "", ["--map", "Digits=phone"]),
        (TWO.replace("Phone", "Digits"), ["--map", "Digits=phone"], "", ["--map", "Digits=ignore"]),
        # A region that is given later, or another policy for phones.
        (TWO.replace("+1", ""), ["--region", "US"], "", []),
        (TWO.replace("+1415555", "+1555555"), ["--phones", "lenient"], "", []),
        # A column that is renamed, moved or new between two nights.
        (TWO, [], TWO.replace("Name,Phone,Email", "Full Name,Mobile,Mail"), []),
        (TWO, [], "Email,Name,Phone\nann@example.com,Ann Lee,+14155550101\nbob@example.com,Bob Ray,+14155550102\n", []),
        (TWO, [], TWO.replace("Email\n", "Email,City\n").replace(".com\n", ".com,Oslo\n"), []),
        # A cell that is corrected, a row that moved.
        (TWO.replace("ann@", "ann(at)"), [], TWO, []),
        (TWO, [], TWO.replace("+14155550101", "+14155550109"), []),
        (TWO, [], "Name,Phone,Email\nBob Ray,+14155550102,bob@example.com\nAnn Lee,+14155550101,ann@example.com\n", []),
    ],
)
def test_what_changes_between_two_runs_makes_no_person_twice(
    office: Office, first: str, before: Sequence[str], second: str, after: Sequence[str]
) -> None:
    """Whatever is named, given, renamed, moved or corrected between two runs: each person stays one contact."""
    office.run(first, *before)
    assert office.run(second, *after) in (0, 1)
    assert len(office.sandbox.contacts()) == 2


@pytest.mark.parametrize("order", [(True, False, True), (False, True, False), (False, True, True)])
def test_an_id_column_that_is_forgotten_or_named_later(office: Office, order: tuple[bool, ...]) -> None:
    """An id column that is named in one run and not in another changes nothing about who a row is."""
    sheet = "Id,Name,Phone\n1,Ann Lee,+14155550101\n2,Bob Ray,+14155550102\n"
    for is_named in order:
        assert office.run(sheet, *(["--map", "Id=external_id"] if is_named else [])) == 0
    assert office.names() == NAMES


COLUMNS = {
    "phone": "Id,Phone\nA17,+14155550101\nB22,+14155550102\n",
    "other phone": "Id,Phone\nA17,+14155550109\nB22,+14155550102\n",
    "name": "Id,Name\nA17,Ann Lee\nB22,Bob Ray\n",
    "email": "Id,Email\nA17,ann@example.com\nB22,bob@example.com\n",
    "company": "Id,Company\nA17,Acme\nB22,Beta\n",
}


@pytest.mark.parametrize("is_lost", [False, True], ids=["folder kept", "folder lost"])
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("phone", "name"),
        ("name", "phone"),
        ("phone", "email"),
        ("email", "name"),
        ("company", "phone"),
        ("phone", "company"),
        ("phone", "other phone"),
    ],
)
def test_an_id_is_believed_while_nothing_contradicts_it(office: Office, first: str, second: str, is_lost: bool) -> None:
    """A sheet of ids and numbers, then one of the same ids and names: each contact gets what it lacks."""
    known_by_id = ("--map", "Id=external_id", "--on-match", "update", "--accept-new-rows")
    assert office.run(COLUMNS[first], *known_by_id) == 0
    code = office.run(COLUMNS[second], *known_by_id, out="other" if is_lost else "out")
    # In a folder that did not make the contact, two numbers under one id may be two people.
    expected = 1 if is_lost and second == "other phone" else 0
    assert (code, len(office.sandbox.contacts())) == (expected, 2)


def test_rows_rejected_for_want_of_a_region(office: Office) -> None:
    """Rows that were rejected without a region are created with it, and those that were there stay."""
    sheet = "Name,Phone\nAnn Lee,415-555-0101\nBob Ray,+14155550102\n"
    assert office.run(sheet) == 1
    assert office.run(sheet, "--region", "US") == 0
    assert office.names() == NAMES


def test_corrected_rejects_and_then_the_corrected_original(office: Office) -> None:
    """The rejects are corrected and run, then the original is corrected and run: nobody is there twice."""
    sheet = "Name,Phone\nAnn Lee,+14155550101\nBob Ray,12\n"
    assert office.run(sheet) == 1
    office.answer(("Bob Ray,12", "Bob Ray,+14155550102"))
    assert office.run("", file="out/rejects.csv") == 0
    assert office.run(sheet.replace("Bob Ray,12", "Bob Ray,+14155550102")) == 0
    assert office.names() == NAMES
    assert office.verify() == 0


@pytest.mark.parametrize("is_first", [True, False])
def test_another_person_of_the_household(office: Office, is_first: bool) -> None:
    """A row is deleted and another of the household added: a question or a new contact, never the old one renamed."""
    office.run("Name,Phone\nAnn Lee,+14155550101\nCy Fox,+14155550103\n")
    rows = ["Bea Lee,+14155550101", "Cy Fox,+14155550103"]
    assert office.run("Name,Phone\n" + "\n".join(rows if is_first else rows[::-1]) + "\n", "--on-match", "update") == 1
    assert office.names() == ["Ann Lee", "Cy Fox"]


def test_an_answer_new_makes_another_person(office: Office) -> None:
    """`new` in _external_id of the rejects makes the row a person of its own, who is known from then on."""
    office.run("Name,Phone\nAnn Lee,+14155550101\n")
    later = "Name,Phone\nBea Lee,+14155550101\n"
    assert office.run(later) == 1
    identity = Path("out/rejects.csv").read_text(encoding="utf-8").strip().rsplit(",", 1)[1]
    assert identity.startswith("?")
    office.answer((identity, "new"))
    assert office.run("", file="out/rejects.csv") == 0
    assert office.names() == ["Ann Lee", "Bea Lee"]
    assert office.run(later) == 0
    assert office.names() == ["Ann Lee", "Bea Lee"]


def test_an_answer_without_the_mark_names_the_contact(office: Office) -> None:
    """Without the ? the row is that person: under update the contact gets its new name."""
    office.run("Name,Phone\nAnn Lee,+14155550101\n")
    office.run("Name,Phone\nAnnika Lee,+14155550109\nBob Ray,+14155550102\n")
    office.run("Name,Phone\nBea Lee,+14155550101\n", "--accept-new-rows")
    people = office.names()
    assert people.count("Bea Lee") == 1


def test_fed_in_unchanged_it_is_asked_again(office: Office) -> None:
    """A rejects file that nobody answered raises the same question, and nothing is sent."""
    office.run("Name,Phone\nAnn Lee,+14155550101\n")
    office.run("Name,Phone\nBea Lee,+14155550101\n")
    assert office.run("", file="out/rejects.csv") == 1
    assert office.names() == ["Ann Lee"]


def test_an_id_of_another_person_is_a_conflict(office: Office) -> None:
    """A row whose id is that of a contact with another name and other numbers is a conflict, exit 1."""
    office.run("Id,Name,Phone\n1,Ann Lee,+14155550101\n2,Bob Ray,+14155550102\n", "--map", "Id=external_id")
    later = "Id,Name,Phone\n1,Cy Doe,+14155550103\n3,Di Fox,+14155550104\n"
    assert office.run(later, "--map", "Id=external_id") == 1
    assert office.statuses() == ["conflict", "created"]


def test_a_lost_folder(office: Office) -> None:
    """A folder that was lost, or another --out, makes no person twice, even if a name changed meanwhile."""
    office.run(TWO)
    assert office.run(TWO.replace("Ann Lee", "Ann Kim"), out="elsewhere") == 0
    assert len(office.sandbox.contacts()) == 2


def test_the_guard_stops_a_sheet_that_is_read_otherwise(office: Office) -> None:
    """Many rows that are new while as many contacts lost theirs: stopped with 2 before the first write."""
    people = [f"P{number} L{number},+1415555{number:04}" for number in range(100, 120)]
    others = [f"Q{number} M{number},+1415556{number:04}" for number in range(100, 120)]
    office.run("Name,Phone\n" + "\n".join(people) + "\n")
    later = "Name,Phone\n" + "\n".join(others) + "\n"
    assert office.run(later) == 2
    assert len(office.sandbox.contacts()) == 20
    assert office.run(later, "--accept-new-rows") == 0
    assert len(office.sandbox.contacts()) == 40


def test_one_person_in_two_rows(office: Office) -> None:
    """Two rows with one name and one number are asked about; `separate` makes two contacts."""
    sheet = "Name,Phone,Email\nAnn Lee,+14155550101,\nAnn Lee,+14155550101,ann@example.com\n"
    assert office.run(sheet) == 1
    assert office.names() == ["Ann Lee"]
    assert office.run(sheet, "--same-person", "separate") == 0
    assert office.names() == ["Ann Lee", "Ann Lee"]


def test_the_way_is_told(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """`verify` tells of contacts whose row has left the sheet, and that is no difference."""
    office.run(TWO)
    Path("people.csv").write_text(TWO.rsplit("Bob", 1)[0], encoding="utf-8")
    office.run("")
    capsys.readouterr()
    assert office.verify() == 0
    assert "1 contact whose row is not in the sheet" in capsys.readouterr().out


def test_join_makes_one_contact_of_two_rows(office: Office) -> None:
    """`--same-person join`: what the later row adds goes to the contact of the first, with a line, every time."""
    sheet = "Name,Phone,Email,Company\nAnn Lee,+14155550101,,\nAnn Lee,+14155550101,ann@example.com,Engine Ltd\n"
    for _ in range(2):
        assert office.run(sheet, "--same-person", "join") == 0
    (contact,) = office.sandbox.contacts()
    assert contact["defaultFields"]["company"] == "Engine Ltd"
    assert [item["value"] for item in contact["defaultFields"]["emails"]] == ["ann@example.com"]
    assert "joined-rows" in Path("out/problems.csv").read_text(encoding="utf-8")


def test_a_row_that_goes_on_with_the_row_above(office: Office) -> None:
    """A row with nothing but a number below a named row is no contact without a name: rejected, with what to do."""
    sheet = "ID,Name,Phone\n1,Ann Lee,+14155550101\n,,+14155550102\n2,Bob Ray,+14155550103\n"
    assert office.run(sheet) == 1
    assert office.names() == NAMES
    assert "row-continues" in Path("out/problems.csv").read_text(encoding="utf-8")
    # Its own advice: put the number into the row above.
    assert office.run(sheet.replace("0101\n,,+14155550102", "0101; +14155550102")) == 0
    assert office.names() == NAMES


def test_a_row_that_goes_on_stays_so_among_the_rejects(office: Office) -> None:
    """Fed in again as it was handed back, away from the row above, it is rejected again for the same reason."""
    sheet = "Name,Phone\nAnn Lee,+14155550101\n,+14155550102\nBob Ray,+14155550103\n"
    for file in ("people.csv", "out/rejects.csv", "out/rejects.csv", "people.csv"):
        assert office.run(sheet if file == "people.csv" else "", file=file) == 1
        assert office.names() == NAMES
        problems = Path("out/problems.csv").read_text(encoding="utf-8")
        assert "It seems to go on with row 2" in problems
    # The other answer of its message: it is a person of its own.
    rejects = Path("out/rejects.csv")
    rejects.write_text(rejects.read_text(encoding="utf-8-sig").replace("\n,'+1", "\nDee Fox,'+1"), encoding="utf-8")
    assert office.run("", file="out/rejects.csv") == 0
    assert office.names() == [*NAMES, "Dee Fox"]


def test_a_blank_id_is_told(office: Office) -> None:
    """A row without an id in a sheet with an id column is imported, and a line says by what it is known."""
    sheet = "Id,Name,Phone\n1,Ann Lee,+14155550101\n,Bob Ray,+14155550102\n"
    assert office.run(sheet, "--map", "Id=external_id") == 0
    assert "id-missing" in Path("out/problems.csv").read_text(encoding="utf-8")
    assert office.run(sheet.replace(",Bob", "7,Bob"), "--map", "Id=external_id") == 0
    assert office.names() == NAMES


def test_show_tells_by_what_a_row_was_recognised(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """`show --row` says that a row whose name changed was recognised by its number."""
    office.run(TWO)
    office.run(TWO.replace("Ann Lee,+14155550101,ann@", "Ann Kim,+14155550101,kim@"))
    capsys.readouterr()
    assert main(["show", "latest", "out", "--row", "2"]) == 0
    assert "recognised by a phone or email" in capsys.readouterr().out


def test_show_tells_of_an_open_question(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """`show` names the contact that a row may be, with the id that answers the question."""
    office.run(TWO)
    office.run(TWO.replace("Ann Lee", "Zed Kay"))
    capsys.readouterr()
    assert main(["show", "latest", "out", "--row", "2"]) == 0
    shown = capsys.readouterr().out
    ann = next(contact for contact in office.sandbox.contacts() if contact["defaultFields"]["firstName"] == "Ann")
    assert f"Id:      {ann['externalId']} (the external id of the contact that the row may be)" in shown
    assert f"Contact: {ann['id']}, made by run " in shown
    assert "None" not in shown


@pytest.mark.parametrize("successor", ["Zed Kay", "Ann Kay"])
def test_an_id_and_a_number_that_another_person_has_now(office: Office, successor: str) -> None:
    """An id and a number may be those of a desk: if the former person has another row, no contact is renamed unasked;
    without such a row the id is believed."""
    by_id = ("--map", "Id=external_id", "--on-match", "update")
    header, bob = "Id,Name,Phone\n", "2,Bob Ray,+14155550102\n"
    assert office.run(f"{header}1,Ann Lee,+14155550101\n{bob}", *by_id) == 0
    moved = f"{header}1,{successor},+14155550101\n{bob}3,Ann Lee,+14155550199\n"
    assert office.run(moved, *by_id) == 1
    assert office.names() == ["Ann Lee", "Bob Ray"]
    # First who the new person is, then the row of the former one, as each run of the rejects asks.
    lines = Path("out/rejects.csv").read_text(encoding="utf-8").splitlines()
    Path("out/rejects.csv").write_text("\n".join([*lines[:1], lines[1].removesuffix("?1") + "new", *lines[2:]]))
    assert office.run("", *by_id, file="out/rejects.csv") == 1
    office.answer((",?1", ",1"))
    assert office.run("", *by_id, file="out/rejects.csv") == 0
    assert office.run(moved, *by_id) == 0
    assert office.names() == sorted(["Ann Lee", "Bob Ray", successor])
    assert office.run(moved.replace("Bob Ray", "Rob Fox"), *by_id) == 0
    assert office.names() == sorted(["Ann Lee", "Rob Fox", successor])
