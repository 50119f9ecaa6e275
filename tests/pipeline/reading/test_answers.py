"""What a person writes into `_external_id` of the rejects: in any spelling an answer is one, all else is none."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.pipeline.reading.conftest import Office

HEADER = "First,Last,Phone,Email\n"
ANN = "Ann,Lee,+14155550101,ann@x.com\n"
# The second row may be the first person under another number, so it is asked about.
ASKED = f"{HEADER}{ANN}{ANN.replace('0101', '0109')}"
REJECTS = Path("out/rejects.csv")


def answer(*said: str) -> None:
    """Write into the cells of the answers, row by row."""
    with REJECTS.open(encoding="utf-8-sig", newline="") as stream:
        header, *lines = list(csv.reader(stream))
    with REJECTS.open("w", encoding="utf-8", newline="") as stream:
        cells = ([*line[:-1], text] for line, text in zip(lines, said, strict=True))
        csv.writer(stream).writerows([header, *cells])


def rows() -> list[str]:
    """The numbers of the rows in id_map.csv."""
    with Path("out/id_map.csv").open(encoding="utf-8", newline="") as stream:
        return [line["row"] for line in csv.DictReader(stream)]


@pytest.mark.parametrize("said", ["yes", "no", "?", "", "C-4711", "the", "oi1-aaaaaaaaaaaaaaaaaaaaaaaaaa"])
def test_what_is_no_answer_leaves_the_question_open(office: Office, said: str) -> None:
    """No contact is made, the row is asked about under its own number, and what is not understood is named."""
    assert office.run(ASKED) == 1
    for _ in range(2):
        answer(said)
        assert office.run("", file="out/rejects.csv") == 1
        assert (office.names(), office.statuses(), rows()) == (["Ann Lee"], ["created", "conflict"], ["2", "3"])
        problems = Path("out/problems.csv").read_text(encoding="utf-8")
        assert ("answer-unknown" in problems) is (said.strip("?") != "")
    # The step that the message names.
    answer("new")
    assert office.run("", file="out/rejects.csv") == 0
    assert office.names() == ["Ann Lee", "Ann Lee"]


@pytest.mark.parametrize("said", ["new", "New", "NEW"])
def test_another_person_is_made_once(office: Office, said: str) -> None:
    """However `new` is written, and however often the file is run, the sheet after it too, the row has one contact."""
    assert office.run(ASKED) == 1
    answer(said)
    for file in ("out/rejects.csv", "out/rejects.csv", "people.csv", "people.csv"):
        assert office.run(ASKED if file == "people.csv" else "", file=file) == 0
        assert (office.statuses(), rows()) == (["created", "created"], ["2", "3"])
        assert len(office.sandbox.contacts()) == 2
    assert "new" not in {str(contact["externalId"]).casefold() for contact in office.sandbox.contacts()}


def test_ids_that_have_changed_places_stay_in_this_sheet(office: Office) -> None:
    """Where every answer is the id of the other row, the file is still that of this folder."""
    bob = ANN.replace("Ann", "Bob").replace("ann@", "bob@").replace("0101", "0102")
    asked = f"{HEADER}{ANN}{bob}{ANN.replace('0101', '0108')}{bob.replace('0102', '0109')}"
    assert office.run(asked) == 1
    with REJECTS.open(encoding="utf-8-sig", newline="") as stream:
        ids = [line["_external_id"].removeprefix("?") for line in csv.DictReader(stream)]
    answer(*reversed(ids))
    office.run("", file="out/rejects.csv")
    assert rows() == ["2", "3", "4", "5"]
    assert office.names() == ["Ann Lee", "Bob Lee"]


@pytest.mark.parametrize("has_row", [True, False])
@pytest.mark.parametrize("options", [(), ("--on-match", "update")], ids=["create-only", "update"])
def test_the_id_of_a_contact_that_was_not_asked_about(office: Office, options: tuple[str, ...], has_row: bool) -> None:
    """The file is still the newest, only that row is left, with a line that says why, and no contact is changed."""
    bob = "Bob,Ray,+14155550102,bob@x.com\n"
    assert office.run(f"{HEADER}{ANN}{bob}") == 0
    before = office.sandbox.contacts()
    assert office.run(f"{HEADER}{ANN}{bob if has_row else ''}{ANN.replace('0101', '0109')}") == 1
    for _ in range(2):
        answer(next(each["externalId"] for each in before if each["defaultFields"]["firstName"] == "Bob"))
        assert office.run("", *options, file="out/rejects.csv") == 1
        problems = Path("out/problems.csv").read_text(encoding="utf-8")
        assert "answer-unknown" in problems
        assert office.sandbox.contacts() == before
    # The step that the message names.
    answer("new")
    assert office.run("", *options, file="out/rejects.csv") == 0
    assert office.names() == ["Ann Lee", "Ann Lee", "Bob Ray"]


def test_a_second_number_with_a_slip_is_no_contact(office: Office) -> None:
    """A row that goes on with the row above does so whether its number is right or wrong, and when it is corrected."""
    sheet = f"{HEADER}{ANN},,13,dan2@x.com\n"
    assert office.run(sheet) == 1
    REJECTS.write_text(REJECTS.read_text(encoding="utf-8-sig").replace(",13,", ",+14155550113,"), encoding="utf-8")
    assert office.run("", file="out/rejects.csv") == 1
    assert office.names() == ["Ann Lee"]
    assert office.run(sheet.replace(",13,", ",+14155550113,")) == 1
    assert office.names() == ["Ann Lee"]
    assert "row-continues" in Path("out/problems.csv").read_text(encoding="utf-8")
