"""A row that may be one of several people: which of them is written by a person, and never taken from the order."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from importer import Hooks, Job, Settings, run
from importer.cli.app import main
from importer.pipeline.reading.asked_people import AskedRow, PeopleAnswer, PeopleAnswers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.pipeline.reading.conftest import Office

HEADER = "First,Last,Phone\n"
NUMBER = "415 555 0101"
BEFORE = f"{HEADER}Ann,Lee,{NUMBER}\nBob,Lee,{NUMBER}\n"
AFTER = f"{HEADER}Robert,Lee,{NUMBER}\nDee,Lee,{NUMBER}\n"
OPTIONS = ("--region", "US", "--on-match", "update")


def answers(*said: str) -> list[str]:
    """Write the answers into `_external_id` of the rejects, and return what stood there."""
    path = Path("out/rejects.csv")
    with path.open(encoding="utf-8", newline="") as stream:
        header, *lines = list(csv.reader(stream))
    asked = [line[-1] for line in lines]
    cells = [[*line[:-1], answer] for line, answer in zip(lines, said, strict=True)]
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *cells])
    return asked


def ids(office: Office) -> dict[str, str]:
    """The external ids of the contacts, by given name."""
    return {contact["defaultFields"]["firstName"]: contact["externalId"] for contact in office.sandbox.contacts()}


@pytest.mark.parametrize("said", ["?", ""])
def test_an_answer_that_names_nobody_is_asked_again(office: Office, said: str) -> None:
    """Fed in unchanged, or with the ? taken away, a row that may be one of two stays asked, and no contact changes."""
    office.run(BEFORE, *OPTIONS)
    office.run(AFTER, *OPTIONS)
    assert answers(said, said) == ["?", "?"]
    assert office.run("", file="out/rejects.csv") == 1
    assert office.names() == ["Ann Lee", "Bob Lee"]
    assert office.statuses() == ["conflict", "conflict"]


def test_the_person_who_is_named_is_the_one(office: Office) -> None:
    """The message shows each candidate with its id; the id that is written decides, and the other row is new."""
    office.run(BEFORE, *OPTIONS)
    before = ids(office)
    office.run(AFTER, *OPTIONS)
    problems = Path("out/problems.csv").read_text(encoding="utf-8")
    assert all(problems.count(external_id) >= 2 for external_id in before.values())
    assert "write the id of that one in place of the ?" in problems
    answers(before["Bob"], "new")
    assert office.run("", *OPTIONS, file="out/rejects.csv") == 0
    assert office.names() == ["Ann Lee", "Dee Lee", "Robert Lee"]
    assert ids(office)["Robert"] == before["Bob"]
    for _ in range(2):
        assert office.run(AFTER, *OPTIONS) == 0
        assert office.names() == ["Ann Lee", "Dee Lee", "Robert Lee"]


def test_an_answer_about_moved_ids_holds_for_the_sheet(office: Office) -> None:
    """Where two ids have changed places, what a person said of the rejects is true for the next run of the sheet."""
    sheet = "Id,Name,Phone\n{},Ann Lee,+14155550101\n{},Bob Ray,+14155550102\n3,Cy Po,+14155550103\n"
    options = ("--map", "Id=external_id", "--on-match", "update")
    office.run(sheet.format(1, 2), *options)
    before = {contact["defaultFields"]["firstName"]: contact["id"] for contact in office.sandbox.contacts()}
    assert office.run(sheet.format(2, 1), *options) == 1
    assert answers("1", "2") == ["?", "?"]
    assert office.run("", *options, file="out/rejects.csv") == 0
    for text in (sheet, sheet, sheet.replace("Ann Lee", "Ann Leeds")):
        assert office.run(text.format(2, 1), *options) == 0
    after = {contact["defaultFields"]["firstName"]: contact["id"] for contact in office.sandbox.contacts()}
    assert after == before
    assert office.names() == ["Ann Leeds", "Bob Ray", "Cy Po"]


def test_the_reason_is_the_id_where_the_sheet_gives_it(office: Office) -> None:
    """A row whose id belongs to a contact that another row is: it is asked about for its id, not for a former name."""
    named = ("--region", "US", "--map", "Id=external_id")
    people = {"Ann": "Ann,Lee,415 555 0101", "Bob": "Bob,Ray,415 555 0102", "Cy": "Cy,Dee,415 555 0103"}
    people["Dan"] = "Dan,Fox,415 555 0109"

    def sheet(**ids: str) -> str:
        return "Id,First,Last,Phone\n" + "".join(f"{ids[name]},{people[name]}\n" for name in ids)

    office.run(sheet(Ann="K1", Bob="K2", Cy="K3"), *named)
    office.run(sheet(Dan="K2", Cy="K1", Bob="K3"), *named)
    office.run(sheet(Dan="K1", Cy="K2", Ann="K3"), *named)
    answers("K1", "?", "?")
    office.run("", *named, file="out/rejects.csv")
    problems = Path("out/problems.csv").read_text(encoding="utf-8")
    assert "which has the id that the id column gives to this row, while another row is that contact" in problems
    assert "had this row's name" not in problems
    assert len(office.names()) == 3


@pytest.mark.parametrize("remedy", ["app", "dedupe", "separate"])
def test_verify_names_a_contact_that_an_answer_left_over(
    office: Office, capsys: pytest.CaptureFixture[str], remedy: str
) -> None:
    """Two rows of a person become one: `verify` names the contact that is too many, and what it advises settles it."""
    assert office.run(f"{HEADER}Ann,Lee,415 555 0101\nAnn,Lee,415 555 0102\n", *OPTIONS, out="out.import") == 0
    assert office.run(f"{HEADER}Ann,Lee,415 555 0101; 415 555 0102\n", *OPTIONS, out="out.import") == 1
    Path("out").symlink_to("out.import")
    kept_id, left_id = (contact["externalId"] for contact in office.sandbox.contacts())
    assert answers(kept_id) == ["?"]
    assert office.run("", *OPTIONS, file="out.import/rejects.csv", out="out.import") == 0
    assert office.run("", *OPTIONS, out="out.import") == 0
    assert office.verify() == 1
    assert "Twice:" in capsys.readouterr().out
    if remedy == "app":
        office.sandbox.delete(
            next(contact["id"] for contact in office.sandbox.contacts() if contact["externalId"] == left_id)
        )
    elif remedy == "dedupe":
        assert main(["dedupe", "--base-url", office.sandbox.url, "--rate", "200", "--yes", "-q"]) == 0
    else:
        assert office.run("", *OPTIONS, "--same-person", "separate", out="out.import") == 0
    left = ["Ann Lee"] * (2 if remedy == "separate" else 1)
    assert office.names() == left
    assert office.verify() == 0
    assert office.run("", *OPTIONS, out="out.import") == 0
    assert office.names() == left
    assert office.verify() == 0


def test_a_successor_is_not_told_twice(office: Office) -> None:
    """A contact without a row that shares a number with another name is a person who has left, and no double."""
    assert office.run(f"{HEADER}Ann,Lee,415 555 0101\nBob,Ray,415 555 0101\n", *OPTIONS) == 0
    sheet = f"{HEADER}Ann,Kay,415 555 0101\nBob,Ray,415 555 0101\n"
    assert office.run(sheet, *OPTIONS) == 1
    answers("new")
    assert office.run("", *OPTIONS, file="out/rejects.csv") == 0
    assert office.names() == ["Ann Kay", "Ann Lee", "Bob Ray"]
    assert office.run(sheet, *OPTIONS) == 0
    assert office.verify() == 0


NAMESAKES = "Customer No,First,Last,Phone\nC1,Ann,Lee,\nC2,Ann,Lee,\nC3,Ann,Lee,\n"
WITH_IDS = ("--map", "Customer No=external_id", "--on-match", "update")


def test_namesakes_with_ids_are_not_asked_about(office: Office) -> None:
    """People of one name without phone and email, each with an id of the sheet's own, are different people."""
    for _ in range(2):
        assert office.run(NAMESAKES, *WITH_IDS) == 0
        assert office.names() == ["Ann Lee"] * 3
    assert office.run(f"{NAMESAKES}C4,Ann,Lee,\n", *WITH_IDS) == 0
    assert office.names() == ["Ann Lee"] * 4


@pytest.mark.parametrize("said", ["C1", "C2", "C3", "new", "?", ""])
def test_a_namesake_without_an_id_is_whom_a_person_names(office: Office, said: str) -> None:
    """The message shows every row it may be with its id; which one it is, a person writes, and that holds."""
    sheet = f"{NAMESAKES},Ann,Lee,\n"
    assert office.run(sheet, *WITH_IDS) == 1
    problems = Path("out/problems.csv").read_text(encoding="utf-8")
    assert "row 2, id C1; or row 3, id C2; or row 4, id C3" in problems
    assert answers(said) == ["?"]
    is_answer = said not in ("?", "")
    for file, text in (("out/rejects.csv", ""), ("people.csv", sheet)):
        assert office.run(text, *WITH_IDS, file=file) == (0 if is_answer else 1)
        assert office.names() == ["Ann Lee"] * (4 if said == "new" else 3)
        assert (office.statuses()[-1] == "conflict") is not is_answer


@pytest.mark.parametrize("answer", ["join", "separate"])
def test_an_answer_for_all_names_none_of_several(office: Office, answer: str) -> None:
    """That rows are one person does not say which of several rows one of them is; that they are not is enough."""
    assert office.run(f"{NAMESAKES},Ann,Lee,\n", *WITH_IDS, "--same-person", answer) == (answer == "join")
    assert office.names() == ["Ann Lee"] * (3 if answer == "join" else 4)


def test_an_open_question_of_a_plan_makes_no_contact(office: Office) -> None:
    """Rejects of a plan, run before the sheet ever was, leave a question open that came back without an answer.

    They have the numbers of the sheet, and the message speaks of no contact that is not there.
    """
    sheet = f"{HEADER}Ann,Lee,+14155550101\nAnn,Lee,+14155550101;+14155550102\n"
    Path("people.csv").write_text(sheet, encoding="utf-8")
    main(["plan", "people.csv", "--base-url", office.sandbox.url, "--rate", "200", "-q", "--out", "out"])
    assert office.run("", file="out/rejects.csv") == 1
    assert office.names() == []
    with Path("out/problems.csv").open(encoding="utf-8", newline="") as stream:
        (line,) = [line for line in csv.DictReader(stream) if line["rule"] == "maybe-known"]
    assert line["row"] == "3"
    assert "Row 3 may be the same person as another row of the sheet (id oi1-" in line["message"]
    assert office.run(sheet) == 1
    assert office.names() == ["Ann Lee"]


def test_rejects_of_a_plan_are_answered_bit_by_bit(office: Office) -> None:
    """Rejects of a sheet that was never run can be run again and again; what the later runs corrected holds for it."""
    sheet = "Name,Phone,Email\nAnn Lee,+14155550101,\nAnn Lee,+14155550101,ann@example.com\nBob Ray,12,\nCy Doe,13,\n"
    Path("people.csv").write_text(sheet, encoding="utf-8")
    main(["plan", "people.csv", "--base-url", office.sandbox.url, "--rate", "200", "-q", "--out", "out"])
    office.answer(("Bob Ray,12", "Bob Ray,+14155550103"))
    assert office.run("", file="out/rejects.csv") == 1
    assert office.statuses() == ["conflict", "created", "rejected"]
    (asked,) = re.findall(r"\?oi1-\w+", Path("out/rejects.csv").read_text(encoding="utf-8"))
    office.answer((asked, "new"), ("Cy Doe,13", "Cy Doe,+14155550104"))
    for _ in range(2):
        assert office.run("", file="out/rejects.csv") == 0
        assert office.names() == ["Ann Lee", "Bob Ray", "Cy Doe"]
    assert office.run(sheet) == 1
    assert office.statuses() == ["conflict", "created", "rejected", "created"]
    assert office.names() == ["Ann Lee", "Bob Ray", "Cy Doe"]


TWO_CONTACTS = "Name,Phone,Email\nAnn Lee,+14155550101,\nAnn Lee,,ann@example.com\n"
BOTH = f"{TWO_CONTACTS}Ann Lee,+14155550101,ann@example.com\n"
ONE_OF_SEVERAL = [(f"{NAMESAKES},Ann,Lee,\n", WITH_IDS), (BOTH, ("--on-match", "update"))]


def import_with(office: Office, sheet: str, options: tuple[str, ...], hooks: Hooks) -> int:
    """Import a sheet as the page or a terminal does; the exit code."""
    Path("people.csv").write_text(sheet, encoding="utf-8")
    columns = (("Customer No", "external_id"),) if "--map" in options else ()
    settings = Settings(
        base_url=office.sandbox.url, out=Path("out"), rate=200, yes=True, on_match="update", map=columns
    )
    report = run(Job("people.csv", settings, key=SecretStr("sandbox-key"), hooks=hooks))
    return report.summary.exit_code


@pytest.mark.parametrize("chosen", [0, 1])
@pytest.mark.parametrize(("sheet", "options"), ONE_OF_SEVERAL, ids=["rows", "contacts"])
def test_one_of_several_rows_can_be_chosen_at_once(
    office: Office, sheet: str, options: tuple[str, ...], chosen: int
) -> None:
    """A person who is asked row by row is offered each row that it may be, and the choice holds from then on."""
    before = sheet.rsplit("\n", 2)[0] + "\n"
    assert office.run(before, *options) == 0
    people = office.names()
    offered: list[AskedRow] = []

    def choose(rows: Sequence[AskedRow]) -> PeopleAnswers:
        offered.extend(rows)
        return PeopleAnswers({row.row: row.candidates[chosen][0] for row in rows})

    for _ in range(2):
        assert import_with(office, sheet, options, Hooks(settle_people=choose, settle_seconds=0.05)) == 0
    (asked,) = offered
    assert asked.candidates[chosen] == (office.external_ids()[chosen], f"the person of row {chosen + 2}")
    assert office.names() == people
    assert office.run(sheet, *options) == 0
    assert office.statuses()[-1] == "duplicate"
    assert office.external_ids()[-1] == asked.candidates[chosen][0]


@pytest.mark.parametrize(("sheet", "options"), ONE_OF_SEVERAL, ids=["rows", "contacts"])
def test_no_answer_for_all_is_offered_of_one_of_several(office: Office, sheet: str, options: tuple[str, ...]) -> None:
    """A terminal does not ask whether all rows are known people, where it would not know which of several is meant."""
    assert office.run(sheet.rsplit("\n", 2)[0] + "\n", *options) == 0
    asked: list[AskedRow] = []

    def answer(rows: Sequence[AskedRow], _: PeopleAnswer) -> PeopleAnswer:
        asked.extend(rows)
        return PeopleAnswer.SAME

    assert import_with(office, sheet, options, Hooks(ask_people=answer, settle_seconds=0.05)) == 1
    assert asked == []
    assert "Nothing was sent for it" in Path("out/problems.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(("policy", "status"), [("update", "updated"), ("create-only", "skipped")])
def test_what_an_answered_row_adds_is_sent_at_once(office: Office, policy: str, status: str) -> None:
    """A row that a person says at once to be one with an unchanged row adds to it, or is said to differ."""
    assert office.run(TWO_CONTACTS, "--on-match", policy) == 0
    Path("people.csv").write_text(BOTH.replace("+14155550101,ann", "+14155550102,ann"), encoding="utf-8")
    hooks = Hooks(ask_people=lambda _rows, _proposed: PeopleAnswer.SAME, settle_seconds=0.05)
    settings = Settings(base_url=office.sandbox.url, out=Path("out"), rate=200, yes=True, on_match=policy)
    for _ in range(2):
        report = run(Job("people.csv", settings, key=SecretStr("sandbox-key"), hooks=hooks))
        assert report.summary.exit_code == 0
        assert office.statuses() == ["created", status, "duplicate"]
    phones = [contact["defaultFields"]["phoneNumbers"] for contact in office.sandbox.contacts()]
    numbers = sorted(item["value"] for listed in phones for item in listed)
    assert numbers == ["+14155550101", *(["+14155550102"] if policy == "update" else [])]
