"""`undo` and `verify` as a person and a script meet them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from importer.sandbox import Fault

if TYPE_CHECKING:
    from pathlib import Path

    from importer.sandbox import Sandbox
    from tests.cli.conftest import Command, Environment, Terminal


@pytest.fixture
def imported(sandbox: Sandbox, command: Command) -> Environment:
    """Two people imported into a real service; gives the environment of the commands."""
    environment: Environment = {"OPENPHONE_API_KEY": sandbox.options.key, "OPENPHONE_BASE_URL": sandbox.url}
    assert command("run", "people.csv", "--yes", "--rate", "100", **environment).code == 0
    return environment


def test_undo_shows_and_asks(imported: Environment, sandbox: Sandbox, terminal: Terminal, home: Path) -> None:
    """On a terminal undo says what it would do as the contacts are now, and a no leaves everything as it is."""
    sandbox.edit(sandbox.contacts()[0]["id"], role="CTO")
    done = terminal("undo", "people.import", answers=(("[y/N]", "n\n"),), **imported)
    assert done.code == 2
    assert "delete 1 contact that" in done.out
    assert "someone changed it since" in done.out
    # Whom it is about is said before the question; the contact that is kept is not among them, and no log has it.
    (names,) = re.findall(r"delete: (.*?)\s*\n", done.out.partition("[y/N]")[0])
    assert names in ("Ann Lee", "Bob Ray")
    assert names not in (home / "people.import" / "log.jsonl").read_text(encoding="utf-8")
    assert len(sandbox.contacts()) == 2
    assert not (home / "people.import" / "undo.csv").exists()
    done = terminal("undo", "people.import", answers=(("[y/N]", "y\n"),), **imported)
    assert (done.code, len(sandbox.contacts())) == (1, 1)


def test_undo_asks_nobody_who_is_not_there(imported: Environment, sandbox: Sandbox, command: Command) -> None:
    """Without a terminal and without --yes nothing is undone: exit code 2 and the next step; with --yes it is."""
    done = command("undo", "people.import", **imported)
    assert (done.code, "--yes" in done.err, len(sandbox.contacts())) == (2, True, 2)
    done = command("undo", "people.import", "--yes", "--json", **imported)
    assert done.code == 0
    last = json.loads(done.out.splitlines()[-1])
    assert (last["event"], last["reversed"], last["kept"], last["failed"], last["exit_code"]) == ("summary", 2, 0, 0, 0)
    assert sandbox.contacts() == []


def test_undo_needs_the_workspace_of_the_import(imported: Environment, command: Command) -> None:
    """A key that opens another workspace, and a rehearsal without --sandbox, are refused with the next step."""
    elsewhere: Environment = {**imported, "OPENPHONE_BASE_URL": "http://127.0.0.1:9"}
    refused = command("undo", "people.import", "--yes", **elsewhere)
    assert (refused.code, "belongs to" in refused.err) == (2, True)
    assert command("run", "people.csv", "--sandbox", "--rate", "100").code == 0
    rehearsal = command("undo", "people.sandbox.import", "--yes", **imported)
    assert (rehearsal.code, "--sandbox" in rehearsal.err) == (2, True)
    assert command("undo", "people.sandbox.import", "--sandbox").code == 0


def test_verify_ends_with_a_balance(imported: Environment, command: Command) -> None:
    """Every row stands in the balance once, the unknown ones too, which are none."""
    done = command("verify", "people.csv", **imported)
    assert done.code == 0
    assert "people.csv: 2 rows = 2 there + 0 unknown" in done.out


def test_a_stopped_undo_says_what_is_left_and_how_to_go_on(
    imported: Environment, sandbox: Sandbox, command: Command
) -> None:
    """An undo that the service stops has one next step: the command that goes on, with what is not confirmed, too."""
    line = ("undo", "people.import", "--yes", "--wait-for-service", "0.01")
    sandbox.add_faults(Fault("429", method="DELETE", start=2))
    done = command(*line, **imported)
    assert done.code == 3
    assert done.err.count("run the same command again") == 1
    assert "Undone:  0 reversed, 0 kept, 0 failed" in done.out
    assert f"Next:    2 contacts are left to undo; go on with: openphone-import {' '.join(line)}" in done.out
    sandbox.clear_faults()
    assert command(*line, **imported).code == 0
    assert sandbox.contacts() == []


def test_a_second_undo_names_an_earlier_run(
    imported: Environment, sandbox: Sandbox, command: Command, home: Path
) -> None:
    """Where the latest run is undone already, the command for the run before it is shown, and it works."""
    with (home / "people.csv").open("a", encoding="utf-8") as sheet:
        sheet.write("Cem Koc,+14155550177,cem@example.com\n")
    assert command("run", "people.csv", "--yes", "--rate", "100", **imported).code == 0
    assert len(sandbox.contacts()) == 3
    assert command("undo", "people.import", "--yes", **imported).code == 0
    assert len(sandbox.contacts()) == 2
    again = command("undo", "people.import", "--yes", **imported)
    assert again.code == 0
    (step,) = re.findall(r"(undo people.import --run \S+)", " ".join(again.out.split()))
    assert command(*step.split(), "--yes", **imported).code == 0
    assert sandbox.contacts() == []
    assert "--run" not in command("undo", "people.import", "--yes", **imported).out


def test_a_second_undo_says_what_the_first_has_kept(imported: Environment, sandbox: Sandbox, command: Command) -> None:
    """Where nothing is left to undo, the contacts that an earlier undo kept are said, though they are as before now."""
    contact = sandbox.contacts()[0]
    sandbox.edit(contact["id"], role="CTO")
    assert command("undo", "people.import", "--yes", **imported).code == 1
    sandbox.edit(contact["id"], role=contact["defaultFields"]["role"])
    again = command("undo", "people.import", "--yes", **imported)
    assert (again.code, len(sandbox.contacts())) == (0, 1)
    assert "that undo kept 1 contact; decide in the app what to do about that" in " ".join(again.out.split())
