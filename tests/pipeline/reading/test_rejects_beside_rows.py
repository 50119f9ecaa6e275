"""A corrected reject may be the person of a row that was imported already: that is asked, as in a run of the sheet."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.pipeline.reading.conftest import Office

HEADER = "Id,First,Last,Phone,Email,Note\n"
ANN = "1,Ann,Lee,+14155550101,ann@example.com,\n"
OPTIONS = ("--bad-cells", "reject", "--map", "Note=ignore")
IDS = ("--map", "Id=external_id")
NO_IDS = ("--map", "Id=ignore")
# A second row of Ann Lee, once its phone is corrected.
SECOND = {
    "same name": "2,Ann,Lee,12,other@example.com,\n",
    "other case": "2,ANN,LEE,12,,x\n",
    "initial": "2,A.,Lee,12,,\n",
    "swapped": "2,Lee,Ann,12,,\n",
    "same address": "2,Ann,Poe,13,ann@example.com,\n",
}


def correct(said: str = "", rows: str = "23456789") -> None:
    """Correct the phones in the rejects, and answer what is asked."""
    path = Path("out/rejects.csv")
    with path.open(encoding="utf-8", newline="") as stream:
        header, *lines = list(csv.reader(stream))
    for line in lines:
        place = header.index("Phone")
        line[place] = {"12": "+14155550101", "13": "+14155550199"}.get(line[place], line[place])
        if line[header.index("_row")] in rows:
            line[-1] = {"same": line[-1].removeprefix("?"), "new": "new"}.get(said, line[-1])
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *lines])


def run_rejects(office: Office, *options: str) -> int:
    return office.run("", *options, file="out/rejects.csv")


@pytest.mark.parametrize("ids", [IDS, NO_IDS])
@pytest.mark.parametrize("kind", SECOND)
@pytest.mark.parametrize("said", ["open", "same", "new"])
def test_a_corrected_row_is_asked_about(office: Office, kind: str, said: str, ids: tuple[str, ...]) -> None:
    """A corrected reject with a number of a row that is in, and a name that fits, is asked about; the answer holds."""
    sheet = HEADER + ANN + SECOND[kind]
    assert office.run(sheet, *OPTIONS, *ids) == 1
    correct()
    assert run_rejects(office) == 1
    assert (office.statuses(), len(office.names())) == (["created", "conflict"], 1)
    correct(said=said)
    end = {"open": "conflict", "same": "duplicate", "new": "created"}[said]
    assert run_rejects(office) == (1 if said == "open" else 0)
    for _ in range(2):
        assert (office.statuses()[1], len(office.names())) == (end, 1 + (said == "new"))
        assert office.run(sheet) == (1 if said == "open" else 0)
    if said != "open":
        assert office.run(sheet, "--on-match", "update") == 0
        assert office.verify() == 0


@pytest.mark.parametrize(("answer", "people"), [("join", 1), ("separate", 2)])
def test_the_answer_for_all_is_taken(office: Office, answer: str, people: int) -> None:
    """`--same-person` answers for such rows too, and `verify` agrees with it."""
    office.run(HEADER + ANN + SECOND["same name"], *OPTIONS, *NO_IDS)
    correct()
    assert run_rejects(office, "--same-person", answer) == 0
    assert len(office.names()) == people
    assert office.run("", "--on-match", "update") == 0
    assert len(office.names()) == people
    assert office.verify() == 0


def test_a_household_is_not_asked_about(office: Office) -> None:
    """Another given name at the same number is another person, corrected or not."""
    office.run(HEADER + ANN + "2,Bob,Lee,12,,\n", *OPTIONS, *NO_IDS)
    correct()
    assert run_rejects(office) == 0
    assert office.names() == ["Ann Lee", "Bob Lee"]


def test_a_switchboard_is_not_asked_about(office: Office) -> None:
    """A number of many rows says nothing of a name that is only compatible; the same name is asked about."""
    office_rows = "".join(f"{number},{name},Ray,+14155550101,,\n" for number, name in enumerate("BCDFG", 10))
    office.run(HEADER + ANN + office_rows + "2,A.,Lee,12,,\n3,Ann,Lee,12,other@example.com,\n", *OPTIONS, *NO_IDS)
    correct()
    assert run_rejects(office) == 1
    assert office.statuses()[-2:] == ["created", "conflict"]


def test_a_row_that_may_be_two_contacts(office: Office) -> None:
    """Where two contacts fit, both are shown, and no answer for all rows makes them one."""
    other = ANN.replace("1,", "3,").replace("0101", "0102").replace("ann@", "lee@")
    office.run(HEADER + ANN + other + "2,Ann,Lee,12,lee@example.com,\n", *OPTIONS, *NO_IDS)
    correct()
    assert run_rejects(office, "--same-person", "join") == 1
    assert len(office.names()) == 2
    assert "row 2, which has a contact of its own" in Path("out/problems.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("said", ["open", "same", "new"])
def test_a_second_row_in_a_folder_that_was_lost(office: Office, said: str) -> None:
    """In a new folder beside contacts of others a second row is asked about its first row, by its name and number."""
    office.run(HEADER + "7,Lou,Tan,+14155550107,,\n8,Pat,Tan,+14155550108,,\n" + ANN, *OPTIONS, *NO_IDS)
    shutil.rmtree("out")
    sheet = HEADER + ANN + ANN.replace(",\n", ",x\n")
    assert office.run(sheet, *OPTIONS, *NO_IDS) == 1
    assert "may be row 2, which has the same name" in Path("out/id_map.csv").read_text(encoding="utf-8")
    correct(said="same", rows="2")
    assert run_rejects(office) == 1
    correct(said=said)
    assert run_rejects(office) == (1 if said == "open" else 0)
    assert len(office.names()) == 3 + (said == "new")
    assert office.run(sheet) == (1 if said == "open" else 0)
