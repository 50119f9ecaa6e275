"""Decisions stand first in what a command prints, and the next step that it names ends well."""

from __future__ import annotations

import json
import re
import shlex
from typing import TYPE_CHECKING

import pytest

from importer.cli.app import main
from importer.sandbox import Sandbox

if TYPE_CHECKING:
    from pathlib import Path

SANDBOX = ("--sandbox", "--rate", "1000")


def do(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """The exit code of a command, and what it shows without line breaks: stderr, then stdout."""
    code = main(list(arguments))
    shown = capsys.readouterr()
    return code, " ".join((shown.err + shown.out).split())


def next_command(shown: str) -> list[str]:
    """The command in the line "Next", as a person would paste it."""
    line = re.search(r"Next: .*?openphone-import (.*?) Files: ", shown)
    assert line is not None, shown
    return shlex.split(line[1])


def write(folder: Path, header: str, *rows: str) -> None:
    (folder / "sheet.csv").write_text("\n".join([header, *rows, ""]), encoding="utf-8")


def test_the_country_is_the_decision_and_not_a_thousand_rows(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where no number has a country code, the country comes first and is Next; taking it, and its Next, ends with 0."""
    write(home, "Name,Phone", *(f"Ann Lee{n},(415) 555-{n:04}" for n in range(1_000, 2_000)))
    code, shown = do(capsys, "check", "sheet.csv", *SANDBOX)
    assert code == 1
    assert shown.index("To decide") < shown.index("To correct")
    assert "None of the 1,000 phone numbers has a country code; 1,000 have the form of the United States." in shown
    assert "import the others" not in shown
    command = next_command(shown)
    assert command == ["check", "sheet.csv", *SANDBOX, "--region", "US"]
    code, shown = do(capsys, *command)
    assert (code, "To decide" in shown) == (0, False)
    assert next_command(shown)[0] == "run"


def test_numbers_without_a_country_far_down_are_a_decision_too(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first thousands of rows need not show it: at the end the country is what is to be decided."""
    with_code = (f"Ann Lee{n},+1415555{n:04}" for n in range(5_100))
    write(home, "Name,Phone", *with_code, *(f"Bob Ray{n},(415) 556-{n:04}" for n in range(40)))
    code, shown = do(capsys, "check", "sheet.csv", *SANDBOX)
    assert code == 1
    assert "40 of 5,140 phone numbers have no country code" in shown
    assert next_command(shown)[-2:] == ["--region", "US"]


def test_a_country_that_nothing_speaks_for_is_left_to_fill_in(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a proposal Next says what to put for the letters CC, and with them the command ends well."""
    write(home, "Name,Phone", *(f"Ann Lee{n},555-{n}" for n in range(1_000, 1_020)))
    code, shown = do(capsys, "check", "sheet.csv", *SANDBOX)
    assert code == 1
    assert "--region CC the country, by its code of two letters" in shown
    assert "then, with its code of two letters for CC: openphone-import" in shown
    command = next_command(shown)
    assert command[-2:] == ["--region", "CC"]
    code, shown = do(capsys, *command[:-1], "IS")
    assert (code, "20 ready to send" in shown) == (0, True)


@pytest.mark.parametrize("command", ["check", "plan", "run"])
def test_without_a_column_of_names_nothing_is_read(
    home: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    """No column gives a name and one of texts is left: exit 2 with the candidates, before the first row is known."""
    write(home, "Homeowner,Phone,Street", "Ann Lee,+14155550101,1 Main St", "Bob Ray,+14155550102,2 Main St")
    code, shown = do(capsys, command, "sheet.csv", *SANDBOX, "--yes")
    assert code == 2
    assert "--map Homeowner=full_name" in shown
    assert "Street" not in shown
    for field in ("full_name", "ignore"):
        out = ("--out", str(home / field))
        code, shown = do(capsys, "run", "sheet.csv", *SANDBOX, "--yes", *out, "--map", f"Homeowner={field}")
        assert (code, "2 created" in shown, "To decide" in shown) == (0, True, False)
        code, shown = do(capsys, "run", "sheet.csv", *SANDBOX, "--yes", *out)
        assert (code, "As in the run of" in shown) == (0, True)


def test_every_decision_as_proposed_ends_well(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A sheet that leaves many things open: Next takes all proposals at once, and the next run needs none of them."""
    rows = [f'K{n},Ann Lee{chr(97 + n)},(415) 555-01{n:02},"VIP, Retail",0{n}/04/2024' for n in range(1, 9)]
    write(home, "KdNr,Name,Ring,Tags,Customer Since", *rows)
    code, shown = do(capsys, "check", "sheet.csv", *SANDBOX)
    command = next_command(shown)
    assert (code, command[0]) == (0, "run")
    for option in (
        "--map Ring=phone",
        "--map KdNr=external_id",
        "--region US",
        "--date-order mdy",
        "--list-separator ,",
    ):
        assert option in shown
    assert do(capsys, *command)[0] == 0
    code, shown = do(capsys, "run", "sheet.csv", *SANDBOX)
    assert (code, "8 created" in shown, "To decide" in shown) == (0, True, False), shown


def test_decisions_that_explain_no_reject_leave_the_next_step(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """After a run whose rejects have another reason, Next is still about those rows."""
    write(home, "KdNr,Name,Phone", "K1,Ann Lee,+14155550101", "K2,Bob Ray,+1415555", "K3,,")
    code, shown = do(capsys, "run", "sheet.csv", *SANDBOX, "--yes")
    assert code == 1
    assert shown.index("To decide") < shown.index("To correct")
    assert "Next: correct" in shown


def test_events_tell_the_questions(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Under --json each open question is an event, with its choices and no value of the sheet."""
    write(home, "Name,Phone", "Ann Lee,(415) 555-0101", "Bob Ray,(415) 555-0102")
    main(["check", "sheet.csv", *SANDBOX, "--json"])
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (question,) = [event for event in events if event["event"] == "question"]
    assert (question["kind"], question["proposal"]) == ("country", "US")
    assert {"value": "US", "label": "United States (+1)", "option": "--region US"} in question["choices"]
    assert "555" not in json.dumps(question)


def test_the_workspace_speaks_for_its_country(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The workspace's own numbers come before the form of the sheet's, with one request, and only where it is asked."""
    monkeypatch.setenv("OPENPHONE_API_KEY", "sandbox-key")
    with Sandbox.start(rate=0, phone_numbers=("+525550000101", "+525550000102")) as service:
        monkeypatch.setenv("OPENPHONE_BASE_URL", service.url)
        write(home, "Name,Phone", "Ann Lee,222 555 0101", "Bob Ray,222 555 0102")
        _, shown = do(capsys, "plan", "sheet.csv", "--yes", "--rate", "1000")
        assert "2 of the workspace's own numbers are from Mexico" in shown
        assert "--region MX Mexico (+52) (proposed)" in shown
        asked = [request for request in service.requests() if request.path == "/v1/phone-numbers"]
        do(capsys, "plan", "sheet.csv", "--yes", "--rate", "1000", "--region", "MX")
        assert [request for request in service.requests() if request.path == "/v1/phone-numbers"] == asked
        assert len(asked) == 1
