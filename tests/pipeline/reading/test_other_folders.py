"""Two folders over one workspace: colleagues import the same people, and each person is made once."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.cli.app import main
from importer.delivery.journal.checksum import ids_checksum
from importer.pipeline.job import Hooks
from importer.pipeline.reading.asked_people import AskedRow, PeopleAnswer
from importer.pipeline.run import run
from importer.sandbox import Fault, Sandbox
from tests.e2e.rig import read_table
from tests.pipeline.reading.conftest import Office

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.pipeline.conftest import Desk, MakeRow

HEADER = "Name,Phone,Email\n"
ANN = "Ann Lee,+14155550101,ann@example.com\n"
BOB = "Bob Ray,+14155550102,bob@example.com\n"
CY = "Cy Doe,+14155550103,cy@example.com\n"


@pytest.mark.parametrize(
    ("rejected", "elsewhere", "corrected"),
    [
        # The colleague leaves a bad address out; here it is corrected.
        ("Bob Ray,12,\n", "Bob Ray,+14155550102,\n", BOB),
        ("Bob Ray,12,\n", "Bob Ray,+14155550102,bob@example.com\n", "Bob Ray,+14155550102,\n"),
        # Not there at first, and added in both places.
        ("", BOB, "Bob Ray,+14155550102,robert@example.com\n"),
    ],
)
@pytest.mark.parametrize("between", [0, 1, 2])
def test_a_row_that_a_colleague_has_imported_meanwhile(
    office: Office, rejected: str, elsewhere: str, corrected: str, between: int
) -> None:
    """A row that another folder made after this one's first run is that contact when it is corrected here."""
    office.run(HEADER + ANN + rejected)
    for _ in range(between):
        office.run(HEADER + CY + ANN + rejected)
    assert office.run(HEADER + ANN + elsewhere, file="theirs.csv", out="theirs") == 0
    assert office.run(HEADER + CY + ANN + corrected) == 0
    assert office.names() == ["Ann Lee", "Bob Ray", "Cy Doe"]


def test_the_contacts_that_the_folder_knows_are_read_once(office: Office) -> None:
    """Rows that are new in a later run cost a request or two more, as long as nobody else imports."""
    people = [f"Ann{number} Lee,+1415555{number:04},ann{number}@example.com\n" for number in range(1000, 1130)]
    seconds = count(1_700_000_000, 30)
    with Sandbox.start(rate=0, clock=lambda: next(seconds)) as sandbox:
        ours, costs = Office(sandbox), []
        for rows in (120, 122, 124, 126):
            seen = len(sandbox.requests())
            assert ours.run(HEADER + "".join(people[:rows])) == 0
            costs.append(sum("sources=" in request.query for request in sandbox.requests()[seen:]))
        assert costs == [1, 3, 1, 1]

        # A colleague adds one, and the folder reads all that it does not know.
        assert ours.run(HEADER + people[126], file="theirs.csv", out="theirs") == 0
        assert ours.run(HEADER + "".join(people).replace("ann1126@", "anna1126@")) == 0
        assert len(sandbox.contacts()) == 130


WITHOUT_IDS = (("ID", "ignore"),)


def with_numbers_only(desk: Desk, row: MakeRow, people: int) -> list[str]:
    """Contacts of another folder that have only a phone; the sheet of this one has only names, which are returned."""
    numbers = range(1, people + 1)
    desk.write([row(number, Email="", **{"First Name": "", "Last Name": "", "Company": ""}) for number in numbers])
    desk.run(map=WITHOUT_IDS)
    named = [row(number, Phone="", Email="") for number in numbers]
    desk.write(named)
    return [person["First Name"] for person in named]


def test_what_an_asked_row_says_is_sent_once_it_is_answered(desk: Desk, row: MakeRow) -> None:
    """A row that may be a contact of another folder keeps its cells while that is asked, and its name is shown."""
    (name,) = with_numbers_only(desk, row, 1)
    shown: list[AskedRow] = []

    def answer(rows: Sequence[AskedRow], _: PeopleAnswer) -> PeopleAnswer:
        shown.extend(rows)
        return PeopleAnswer.NEW

    hooks = Hooks(ask_people=answer, settle_seconds=0.05)
    asyncio.run(run(desk.job(hooks, map=WITHOUT_IDS, out=desk.folder / "theirs")))
    assert [contact["defaultFields"]["firstName"] for contact in desk.sandbox.contacts()] == [None, name]
    assert [asked.name.split()[0] for asked in shown] == [name]
    assert "this row has no phone or email" in shown[0].candidate


def test_several_contacts_of_another_folder_are_named_once_each(desk: Desk, row: MakeRow) -> None:
    """A message that offers several contacts calls each by the id that an answer gives, and by its number."""
    with_numbers_only(desk, row, 2)
    theirs = desk.folder / "theirs"
    desk.run(map=WITHOUT_IDS, out=theirs)
    (told, _) = [line for line in read_table(theirs / "problems.csv") if line["rule"] == "maybe-known"]
    offered = desk.sandbox.contacts()
    assert [told["message"].count(str(contact["externalId"])) for contact in offered] == [1, 1]
    assert all(contact["defaultFields"]["phoneNumbers"][0]["value"] in told["message"] for contact in offered)


@pytest.mark.parametrize("out", ["theirs", "out"])
@pytest.mark.parametrize("policy", ["create-only", "update"])
def test_sheets_that_number_their_rows_are_not_the_same_people(office: Office, out: str, policy: str) -> None:
    """Row 1 of a sheet of names and row 1 of a sheet of numbers are one person only if a sheet says so, and none is
    lost: the option that the message names brings all rows in."""
    by_id = ("--map", "Id=external_id", "--on-match", policy)
    assert office.run("Id,Name\n1,Ann Lee\n2,Bob Ray\n", *by_id) == 0
    before = office.sandbox.contacts()
    numbers = "Id,Phone\n1,+14155550201\n2,+14155550202\n"
    assert office.run(numbers, *by_id, file="numbers.csv", out=out) == 1
    assert office.statuses(out) == ["conflict", "conflict"]
    assert office.sandbox.contacts() == before
    assert "--id-prefix" in Path(out, "problems.csv").read_text(encoding="utf-8")
    assert office.run(numbers, *by_id, "--id-prefix", "b-", file="numbers.csv", out=out) == 0
    assert office.sandbox.contacts()[:2] == before
    assert len(office.sandbox.contacts()) == 4


def test_ids_of_customers_are_believed_in_another_sheet(office: Office) -> None:
    """Ids that do not follow the rows, or come with a name, bring the numbers of a second sheet to their people."""
    by_id = ("--map", "Id=external_id", "--on-match", "update")
    assert office.run("Id,Name\n1041,Ann Lee\n1187,Bob Ray\n1,Cy Doe\n", *by_id) == 0
    numbers = "Id,Name,Phone\n1,Cy Doe,+14155550203\n1041,,+14155550201\n1187,,+14155550202\n"
    assert office.run(numbers, *by_id, file="numbers.csv", out="theirs") == 0
    assert office.names() == ["Ann Lee", "Bob Ray", "Cy Doe"]
    assert all(contact["defaultFields"]["phoneNumbers"] for contact in office.sandbox.contacts())


@pytest.mark.parametrize("state", ["sending", "pending"])
@pytest.mark.parametrize("name", ["Bob Ray", "Robert Ray"])
def test_what_a_stopped_run_did_not_send_is_found_in_another_folder(office: Office, name: str, state: str) -> None:
    """A row that a killed run was about to send, and that a colleague has made since, is that contact when the run goes
    on, or is asked about; a row without any contact is sent once."""
    assert office.run(f"{HEADER}{ANN}{BOB}") == 0
    # As the kill leaves it between the commit and the request.
    office.sandbox.reset()
    with closing(sqlite3.connect("out/journal.sqlite")) as connection, connection:
        for (external_id,) in connection.execute("SELECT external_id FROM contacts").fetchall():
            connection.execute(
                "UPDATE contacts SET state = ?, contact_id = '', checksum = ?, unsure = 1 WHERE external_id = ?",
                (state, ids_checksum(external_id, ""), external_id),
            )
    theirs = f"No,Name,Phone,Email\n17,{BOB.replace('Bob Ray', name)}"
    assert office.run(theirs, "--map", "No=external_id", file="theirs.csv", out="theirs") == 0
    for _ in range(2):
        assert office.run("") == (0 if name == "Bob Ray" else 1)
        assert office.names() == sorted(["Ann Lee", name])


def test_what_a_stopped_run_sent_arrives_before_another_folder_looks(desk: Desk, row: MakeRow) -> None:
    """What a stopped run has left on the way becomes a contact that the next folder finds, under other ids too."""
    desk.write([row(1), row(2)])
    late = Fault("late", method="POST", delay_ms=1500, count=1)
    silent = Fault("reset", method="POST"), Fault("reset", method="GET", path="/v1/contacts", start=2)
    desk.sandbox.add_faults(late, *silent)
    assert desk.run(map=WITHOUT_IDS, wait_for_service=0.001).summary.exit_code == 3
    desk.sandbox.clear_faults()
    assert desk.sandbox.contacts() == []
    hooks = Hooks(settle_seconds=2.0)
    asyncio.run(run(desk.job(hooks, out=desk.folder / "theirs")))
    names = [contact["defaultFields"]["firstName"] for contact in desk.sandbox.contacts()]
    assert sorted(names) == ["Ada1", "Ada2"]


@pytest.mark.parametrize("is_undone", [True, False])
def test_what_was_corrected_and_made_there_under_the_id_of_the_row(office: Office, is_undone: bool) -> None:
    """The same holds for a corrected row, which the other folder has made under the very id that it has now."""
    sheet = f"Name,Phone,Email\n{BOB}{CY}"
    assert office.run(sheet) == 0
    if is_undone:
        main(["undo", "out", "--base-url", office.sandbox.url, "--rate", "200", "--yes"])
    else:
        for contact in office.sandbox.contacts():
            office.sandbox.delete(contact["id"])
    corrected = sheet.replace("0102", "0109")
    assert corrected != sheet
    assert office.run(corrected, file="theirs.csv", out="theirs") == 0
    if not is_undone:
        assert office.run(corrected) == 1
    for options in (("--on-missing", "create"), ()):
        assert office.run(corrected, *options) == 0
        assert office.names() == ["Bob Ray", "Cy Doe"]
        assert office.statuses() == ["unchanged", "unchanged"]
    assert office.verify() == 0


@pytest.mark.parametrize("is_undone", [True, False])
def test_what_was_taken_away_here_and_made_there_is_not_made_again(office: Office, is_undone: bool) -> None:
    """A contact that an undo or a person has deleted is not created once more beside the one of another folder."""
    sheet = "Id,Name,Phone,Email\n" + "".join(f"{row},{line}" for row, line in ((8, BOB), (9, CY)))
    assert office.run(sheet, "--map", "Id=ignore") == 0
    if is_undone:
        main(["undo", "out", "--base-url", office.sandbox.url, "--rate", "200", "--yes"])
    else:
        for contact in office.sandbox.contacts():
            office.sandbox.delete(contact["id"])
    assert office.run(sheet, "--map", "Id=external_id", file="theirs.csv", out="theirs") == 0
    if not is_undone:
        assert office.run(sheet) == 1
    for options in (("--on-missing", "create"), ("--on-missing", "create"), ()):
        assert office.run(sheet, *options) == 0
        assert office.names() == ["Bob Ray", "Cy Doe"]
        assert office.statuses() == ["unchanged", "unchanged"]
    assert office.verify() == 0
    assert office.run(sheet.replace("Ray", "Roe").replace("Cy Doe", "Cy Dow"), "--on-match", "update") == 0
    assert office.names() == ["Bob Roe", "Cy Dow"]
