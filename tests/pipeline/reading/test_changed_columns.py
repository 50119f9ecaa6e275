"""Columns that are sent otherwise than by the last run of the folder are named before anything is sent."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.cli.app import main
from importer.mapping.suggest.suggest import suggest
from importer.model import Fit

if TYPE_CHECKING:
    from tests.pipeline.reading.conftest import Office

COMMANDS = ("check", "plan", "run", "verify")
HEADERS = ("First Name", "Contact Surname", "Company", "Job Title", "Phone", "Area Code", "Mobile", "Email", "Remarks")
VALUES = ("Ann", "Lee", "Acme Ltd", "Sales", "555-0101", "415", "+14155550102", "ann@example.com", "likes tea")
SHEET = "\n".join((",".join(HEADERS), ",".join(VALUES), ""))
START = "Different from the run of 2"


def lines_of(office: Office, capsys: pytest.CaptureFixture[str], command: str, *options: str) -> list[str]:
    """The lines of a command that name what is different."""
    capsys.readouterr()
    keyed = () if command == "check" else ("--base-url", office.sandbox.url, "--rate", "200")
    yes = ("--yes",) if command == "run" else ()
    main([command, "people.csv", "--out", "out", *keyed, *yes, *options])
    captured = capsys.readouterr()
    text = " ".join((captured.out + captured.err).split())
    return [f"{START}{part.split('. ')[0]}" for part in text.split(START)[1:]]


def read_as(column: str, field: str) -> None:
    """Let the last run of the folder have read a column as a version did that proposed another field for it."""
    with closing(sqlite3.connect("out/journal.sqlite")) as database, database:
        ((number, text),) = database.execute("SELECT number, facts FROM runs ORDER BY number DESC LIMIT 1").fetchall()
        facts = json.loads(text)
        facts["mapping"] = [{**line, "field": field} if line["column"] == column else line for line in facts["mapping"]]
        database.execute("UPDATE runs SET facts = ? WHERE number = ?", (json.dumps(facts), number))


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("header", HEADERS)
def test_every_column_that_is_sent_otherwise_is_named(
    office: Office, capsys: pytest.CaptureFixture[str], header: str, command: str
) -> None:
    """Whichever column an earlier run sent elsewhere, or not at all, each command says what it was and is."""
    assert office.run(SHEET, "--region", "US") == 0
    assert lines_of(office, capsys, command) == []
    columns = suggest(HEADERS, samples=[[value] for value in VALUES]).columns
    column = next(column for column in columns if column.header == header)
    field = column.target.typed if column.target and column.fit is Fit.MAPPED else ""
    before = "" if field else "role"
    read_as(header, before)
    (line,) = lines_of(office, capsys, command)
    if header == "Area Code":
        assert 'column "Area Code": part of Phone (was role)' in line
    else:
        assert f'column "{header}": {field or "not sent"} (was {before or "not sent"})' in line


def test_a_column_whose_values_changed_its_meaning_is_named(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """Where a proposal rests on the values and these have changed, the column is named, once."""
    people = "Company,Contact,Phone\nAcme Ltd,Ann Lee,+14155550101\nBeta Ltd,Bob Ray,+14155550102\n"
    assert office.run(people) == 0
    codes = people.replace("Ann Lee", "C-17").replace("Bob Ray", "C-18")
    Path("people.csv").write_text(codes, encoding="utf-8")
    (line,) = lines_of(office, capsys, "check")
    assert 'column "Contact": not sent (was full_name)' in line
    assert lines_of(office, capsys, "run") == [line]
    assert lines_of(office, capsys, "check") == []


def test_a_column_that_came_or_went_is_named(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """A column that fills a field and was not in the sheet before, or has left it, is named in words that say so."""
    assert office.run("Name,Phone,Mobile\nAnn Lee,+14155550101,+14155550102\n") == 0
    Path("people.csv").write_text("Name,Phone,Email,Remarks\nAnn Lee,+14155550101,ann@example.com,x\n", "utf-8")
    (line,) = lines_of(office, capsys, "check")
    assert 'column "Mobile": no longer in the sheet (was phone:mobile)' in line
    assert 'column "Email": email (was empty or not in the sheet)' in line
    assert "Remarks" not in line


def test_a_column_that_is_empty_now_is_no_column_that_went(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """Only a column that has left the sheet is said to have left it; its new name is named beside it."""
    sheet = "Name,Phone,Contact Email\nAnn Lee,+14155550101,ann@example.com\n"
    assert office.run(sheet) == 0
    Path("people.csv").write_text(sheet.replace("Contact Email", "Email"), encoding="utf-8")
    (line,) = lines_of(office, capsys, "check")
    assert 'column "Contact Email": no longer in the sheet (was email)' in line
    assert 'column "Email": email (was empty or not in the sheet)' in line
    Path("people.csv").write_text(sheet.replace("ann@example.com", ""), encoding="utf-8")
    assert not any("no longer" in line for line in lines_of(office, capsys, "check"))


def test_what_a_person_decided_is_said_once(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """A column that `--map` sends elsewhere is named with the other options, and not a second time."""
    assert office.run("Name,Phone,Firm\nAnn Lee,+14155550101,Acme\n", "--map", "Firm=ignore") == 0
    (line,) = lines_of(office, capsys, "check", "--map", "Firm=company")
    assert "map Firm: company (was ignore)" in line


def test_rejects_are_read_as_their_sheet(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """A rejects file is read as its sheet was: neither its few rows nor its added columns are a difference."""
    sheet = "Company,Contact,Phone\nAcme Ltd,Ann Lee,12\nBeta Ltd,Bob Ray,+14155550102\n"
    assert office.run(sheet) == 1
    office.answer(("12", "+14155550101"))
    capsys.readouterr()
    main(["check", "out/rejects.csv", "--out", "out"])
    captured = capsys.readouterr()
    assert "Different from" not in captured.out + captured.err
