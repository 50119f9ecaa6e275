"""What `forget`, corrections and questions about a sheet propose is done as it says, and ends well."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from importer import Job, Settings
from importer.errors import SettingsError
from importer.model.repair import CellEdit
from importer.pipeline.worksheet import open_worksheet
from importer.sandbox import Fault
from importer.shell import shell_split
from tests.cli.next_steps.screen import DORA, HEADER, OUT, PEOPLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.next_steps.screen import Screen

HOUSE = PEOPLE + "Dora,Fox,+14155550109,dora@example.com\nEve,Fox,+14155550109,eve@example.com\n"


def lines_of(file: str) -> list[dict[str, str]]:
    """The lines of a table in the folder."""
    with (OUT / file).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def forget(screen: Screen, *words: str) -> int:
    return screen.type("forget", *words)


def test_a_person_is_forgotten_as_it_says(screen: Screen) -> None:
    """Each refusal of `forget` names what to type; then she is gone from the folder, and no run brings her back."""
    screen.run()
    screen.type("run", "people.csv", "--sandbox", "-q", "--yes")
    folder = str(OUT)
    for words, said, typed in (
        (["+14155550101"], "Name the folder as well.", ["+14155550101", folder]),
        (["+14155550101", folder], "Add --yes to go ahead.", ["4155550101", folder, "--yes"]),
        (["4155550101", folder, "--yes"], "Write a phone with its country code (+1...)", ["+1415555", folder, "--yes"]),
        (["77", folder, "--yes"], "Give the row's number as id_map.csv has it.", ["2", folder]),
        (["+14155559999", folder, "--yes"], "or give the number of the row.", ["2", folder]),
    ):  # fmt: skip
        assert forget(screen, *words) == 2
        assert said in screen.text
        assert screen.type("forget", *typed) == 2
        assert said not in screen.text
    assert [line["row"] for line in lines_of("id_map.csv")] == ["2", "3", "4"]
    assert forget(screen, "(415) 555-0101", str(OUT), "--region", "US", "--yes") == 0
    assert "Next:    take the person out of the sheet" in screen.text
    assert [line["row"] for line in lines_of("id_map.csv")] == ["3", "4"]
    # The contact itself is deleted in the app, as the lines above say.
    contact = screen.contact("Ann")["id"]
    assert contact in screen.text
    screen.sandbox.delete(contact)
    screen.sheet("".join(line for line in PEOPLE.splitlines(keepends=True) if not line.startswith("Ann")))
    assert screen.run() == 0
    assert screen.is_whole("Bob", "Cy")


@pytest.mark.parametrize("by", ["row", "contact"])
def test_one_of_a_household_is_forgotten(screen: Screen, by: str) -> None:
    """Of several people with one number one is named by her row, or where the row has left the sheet by her contact."""
    screen.sheet(HOUSE)
    screen.run()
    if by == "contact":
        screen.sheet(PEOPLE)
        screen.run()
    assert forget(screen, "+14155550109", str(OUT), "--yes") == 2
    assert "Give the id of the contact or the number of the row in place of it" in screen.text
    dora, eve = screen.contact("Dora")["id"], screen.contact("Eve")["id"]
    assert dora in screen.text
    assert eve in screen.text
    assert ("in rows 5, 6" in screen.text) == (by == "row")
    assert forget(screen, dora if by == "contact" else "5", str(OUT), "--yes") == 0
    assert dora in screen.text
    assert eve not in screen.text
    # Now one person has the number.
    assert forget(screen, "+14155550109", str(OUT), "--yes") == 0
    assert eve in screen.text


def test_a_row_of_an_earlier_run_or_an_undo_is_looked_for_elsewhere(screen: Screen) -> None:
    """A row that the run did not read is shown of the run that did, and what an undo did stands in undo.csv."""
    screen.run()
    [run_id] = {line["run_id"] for line in [json.loads((OUT / "summary.json").read_text(encoding="utf-8"))]}
    screen.sheet(PEOPLE + DORA)
    screen.run()
    assert screen.type("show", run_id, str(OUT), "--row", "5") == 2
    assert "Ask for the row in the latest run" in screen.text
    assert screen.type("show", "latest", "--row", "5") == 0
    assert "Dora" in screen.text
    assert screen.undo() == 0
    assert screen.type("show", "other", str(OUT)) == 2
    [undone] = re.findall(r"known: .* (\d{8}-\d{6}-\w{4})\)", screen.text)
    assert screen.type("show", undone, str(OUT), "--row", "5") == 2
    assert "See undo.csv, or name another run." in screen.text
    assert [line["contact_id"] for line in lines_of("undo.csv")] != []
    assert screen.type("show", run_id, str(OUT), "--row", "2") == 0


def corrected(screen: Screen) -> Path:
    """A folder with a correction that somebody has changed in the file itself; the first run left the row out."""
    screen.sheet(PEOPLE + DORA.replace("+14155550109", "12"))
    assert screen.run("--bad-cells", "reject") == 1
    rejects = OUT / "rejects.csv"
    rejects.write_text(rejects.read_text(encoding="utf-8").replace(",12,", ",+14155550108,"), encoding="utf-8")
    assert screen.type("run", str(rejects), *screen.service, "--out", str(OUT), "--yes") == 0
    file = OUT / "corrections.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("0108", "0109"), encoding="utf-8")
    return file


@pytest.mark.parametrize("answer", ["accept", "delete", "move"])
def test_corrections_of_somebody_else_are_looked_at(screen: Screen, answer: str) -> None:
    """Nothing is sent before they are accepted, deleted or moved away; then the next run asks no more."""
    file = corrected(screen)
    assert screen.run("--on-match", "update") == 2
    assert "if they are right, add --accept-corrections; else delete them or move the file away" in screen.text
    options = ("--on-match", "update", *(("--accept-corrections",) if answer == "accept" else ()))
    if answer == "delete":
        file.write_text(file.read_text(encoding="utf-8").splitlines(keepends=True)[0], encoding="utf-8")
    elif answer == "move":
        file.rename("elsewhere.csv")
    expected = 0 if answer == "accept" else 1
    for _ in range(2):
        assert screen.run(*options, "--bad-cells", "reject") == expected, screen.text
        assert screen.names() == ["Ann", "Bob", "Cy", "Dora"]
        options = ("--on-match", "update")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda text: text.replace("Dora", "Döra").encode("latin-1") + b"\xff\n", "Save it as CSV in UTF-8"),
        (lambda text: text.replace("_cells", "cells").encode(), "Put the columns back"),
    ],
    ids=["encoding", "columns"],
)
def test_a_spoilt_file_of_corrections_is_mended(screen: Screen, spoil: Callable[[str], bytes], said: str) -> None:
    """A file of corrections that cannot be read stops the run; as it was, or in UTF-8, it is read again."""
    file = corrected(screen)
    text = file.read_text(encoding="utf-8")
    file.write_bytes(spoil(text))
    assert screen.run() == 2
    assert said in screen.text
    file.write_text(text, encoding="utf-8")
    assert screen.run("--accept-corrections", "--on-match", "update") == 0
    assert screen.names() == ["Ann", "Bob", "Cy", "Dora"]


def test_a_repair_is_chosen_of_those_that_are_offered(screen: Screen) -> None:
    """A repair by a wrong name is chosen among those that the error lists."""
    screen.sheet(
        "Name,Company,Phone\n" + "".join(f"First Union Bank {number},,+1415555010{number}\n" for number in range(3))
    )
    assert screen.type("repair", "people.csv", "other", *screen.service) == 2
    assert "(offered: companies-0). next: Choose one of them." in screen.text
    assert screen.type("repair", "people.csv", "companies-0", *screen.service) == 0
    assert screen.run() == 0
    assert len(screen.sandbox.contacts()) == 3


def test_a_cell_of_a_row_that_repeats_another_is_corrected_in_the_sheet(screen: Screen) -> None:
    """The page corrects neither one of two equal rows nor a cell that is gone; in the sheet both can be corrected."""
    wrong = DORA.replace("+14155550109", "12")
    screen.sheet(PEOPLE + wrong + wrong)
    job = Job("people.csv", Settings(base_url=screen.sandbox.url, bad_cells="reject"))
    worksheet = open_worksheet(job)
    with pytest.raises(SettingsError, match="Correct it in the sheet itself, or leave it"):
        worksheet.edit([CellEdit(5, 2, "+14155550109")])
    with pytest.raises(SettingsError, match="Read the sheet again"):
        worksheet.edit([CellEdit(7, 2, "+14155550109")])
    screen.sheet(PEOPLE + DORA + DORA)
    assert [str(status) for status in open_worksheet(job).statuses.values()][-1] == "duplicate"
    assert screen.run() == 0
    assert screen.is_whole("Ann", "Bob", "Cy", "Dora")


def test_the_answer_of_the_service_is_given_as_fields(screen: Screen) -> None:
    """A file of something else is refused; with what the service itself answers the check is done."""
    Path("fields.json").write_text('{"fields": []}', encoding="utf-8")
    check = ("check", "people.csv", *screen.service, "--fields", "fields.json")
    assert screen.type(*check) == 2
    assert "Give the answer of GET /v1/contact-custom-fields" in screen.text
    url = f"{screen.sandbox.url}/v1/contact-custom-fields"
    answer = httpx.get(url, headers={"Authorization": "sandbox-key"}, timeout=60)
    Path("fields.json").write_text(answer.text, encoding="utf-8")
    assert screen.type(*check) == 0


@pytest.mark.parametrize("is_undone", [True, False])
def test_the_rest_of_the_sheet_follows_its_rejects(screen: Screen, is_undone: bool) -> None:
    """Where rejects are corrected while other rows are not done, the command of the next step imports those rows."""
    screen.sheet(HEADER + DORA.replace("+14155550109,dora", "12,dora") + PEOPLE.removeprefix(HEADER))
    if not is_undone:
        screen.sandbox.add_faults(Fault("401", method="POST", start=2))
    screen.run("--bad-cells", "reject")
    screen.sandbox.clear_faults()
    if is_undone:
        assert screen.undo() == 0
    rejects = OUT / "rejects.csv"
    rejects.write_text(rejects.read_text(encoding="utf-8").replace(",12,", ",+14155550109,"), encoding="utf-8")
    assert screen.type("run", str(rejects), *screen.service, "--yes", "--out", str(OUT)) == 3
    assert "not done yet" in screen.text
    assert [line["now"] for line in lines_of("corrections.csv")] == ["'+14155550109"]
    assert screen.commands()[-1][:2] == ["run", "people.csv"]
    screen.type("show", str(OUT))
    assert screen.follow() == 0
    assert screen.is_whole("Ann", "Bob", "Cy", "Dora")


def answered(change: Callable[[str], str]) -> str:
    """Write an answer in place of each `_external_id` in the rejects; returns the name of the file."""
    rejects = OUT / "rejects.csv"
    header, *lines = list(csv.reader(rejects.read_text(encoding="utf-8").splitlines()))
    place = header.index("_external_id")
    for line in lines:
        line[place] = change(line[place])
    with rejects.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *lines])
    return str(rejects)


@pytest.mark.parametrize("shown", [False, True])
@pytest.mark.parametrize("options", [(), ("--on-match", "fill-blank")])
def test_what_a_joined_row_adds_is_sent(screen: Screen, options: tuple[str, ...], shown: bool) -> None:
    """After rejects in which a row was said to be an earlier one, the next step sends what the row adds, once."""
    screen.run()
    screen.sheet(PEOPLE + "Ann,Lee,+14155550109,ann@example.com\n")
    assert screen.run() == 1
    rejects = answered(lambda text: text.removeprefix("?"))
    assert screen.type("run", rejects, *screen.service, "--yes", "--out", str(OUT), *options) == 0
    assert "Next:    send what the sheet has of 1 row that was joined with an earlier row" in screen.text
    if shown:
        screen.type("show", str(OUT))
    assert screen.commands()[-1][:2] == ["run", "people.csv"]
    assert screen.follow() == 0
    assert "Next:    nothing to do" in screen.text
    phones = screen.contact("Ann")["defaultFields"]["phoneNumbers"]
    assert [point["value"] for point in phones] == ["+14155550101", "+14155550109"]
    assert screen.is_whole("Ann", "Bob", "Cy")


@pytest.mark.parametrize("kind", ["asked", "wrong", "gone"])
def test_a_plan_of_rows_that_are_not_clear_names_the_next_command(screen: Screen, kind: str) -> None:
    """A plan that would send nothing because of its rows says what to do about these, and that ends well."""
    screen.run()
    if kind == "gone":
        screen.sandbox.delete(screen.contact("Bob")["id"])
    more = {
        "asked": "Ann,Lee,+14155550109,ann@example.com\n",
        "wrong": DORA.replace("+14155550109,dora@example.com", "12,"),
    }
    screen.sheet(PEOPLE + more.get(kind, ""))
    assert screen.type("plan", "people.csv", *screen.service) == 1
    page = (OUT / "report.html").read_text(encoding="utf-8")
    said, end = {
        "asked": ("answer who 1 row may be, at a terminal or in the rejects of the run", 1),
        "wrong": ("correct 1 row (see problems.csv), then", 0),
        "gone": ("1 contact was deleted in the workspace; if that was on purpose", 0),
    }[kind]
    assert f"Next:    {said}" in screen.text
    assert said in page
    if kind == "wrong":
        screen.sheet(PEOPLE + DORA)
    assert screen.follow("--yes") == end
    if kind == "asked":
        answered(lambda text: text.removeprefix("?"))
        assert screen.follow() == 0
    assert screen.names() == ["Ann", "Bob", "Cy", *(["Dora"] if kind == "wrong" else [])]


PARENTS = (
    "Student Name,Parent 1 Name,Parent 1 Mobile,Parent 1 Email,Parent 2 Name,Parent 2 Mobile\n"
    '"Lee, Tom",Ann Lee,+14155550101,ann@example.com,Rob Lee,+14155550111\n'
    '"Fox, Sue",Bob Fox,+14155550102,bob@example.com,,\n'
)
OWNERS = (
    "Owner 1 First Name,Owner 1 Last Name,Owner 2 First Name,Owner 2 Last Name,Owner 1 Phone,Owner 2 Phone\n"
    "Ann,Lee,Rob,Lee,+14155550101,+14155550111\nBob,Fox,,,+14155550102,\n"
)


@pytest.mark.parametrize("sheet", [PARENTS, OWNERS], ids=["parents", "owners"])
def test_a_sheet_of_several_people_a_row_names_the_first(screen: Screen, sheet: str) -> None:
    """Where all columns are other persons', the error names one person's, and no one else's number is sent with it."""
    screen.sheet(sheet)
    assert screen.run() == 2
    options = re.search(r"such as (.*), or give", screen.text)
    assert options is not None
    assert screen.run(*shell_split(options[1])) == 0
    sent = {each["defaultFields"]["firstName"]: each["defaultFields"] for each in screen.sandbox.contacts()}
    assert sorted(sent) == ["Ann", "Bob"]
    assert [point["value"] for point in sent["Ann"]["phoneNumbers"]] == ["+14155550101"]
    assert screen.verify() == 0
