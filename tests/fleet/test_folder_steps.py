"""What a fleet proposes about a folder of another user, another fleet or another journal is done, and ends well."""

from __future__ import annotations

import os
import pwd
import re
from contextlib import contextmanager
from contextvars import Context
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.shell import shell_split
from tests.fleet import test_database as with_database
from tests.fleet.test_next_steps import step_of
from tests.fleet.test_walk import GOOD_SHEET, call, labelled, write_fleet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.database import Server
    from tests.fleet.conftest import StartService

pytestmark = pytest.mark.usefixtures("home")
FILE = Path("fleet.toml")
VARIABLE = "OPENPHONE_DATABASE_URL"


@contextmanager
def of_another_user(folder: Path) -> Iterator[None]:
    """Have this process no access to a folder: root becomes another user for as long, any other user locks it."""
    mode = folder.stat().st_mode
    folder.chmod(0o700 if os.geteuid() == 0 else 0)
    Path().chmod(0o755)
    if is_root := os.geteuid() == 0:
        os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)
        folder.chmod(mode)


@pytest.mark.parametrize("command", [("fleet", "run"), ("fleet", "check"), ("run",)])
def test_a_folder_of_another_user_is_left_to_that_one(
    capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    """Results that belong to another user are named in plain words; that user's command goes on with them."""
    write_fleet(acme=GOOD_SHEET)
    single = ("acme.csv", "--sandbox", "--rate", "100", "--out", "fleet.results")
    line = (*command, *(single if command == ("run",) else ("fleet.toml",)))
    # Also so that all is loaded, which the other user may have no access to either.
    assert call(capsys, *line)[0] == 0
    with of_another_user(Path("fleet.results")):
        code, _, err = call(capsys, *line)
    said = " ".join(err.split())
    assert (code, "You may not use " in said, "A bug" in said) == (2, True, False), err
    assert "next: Run the command as the user who made it" in said
    assert call(capsys, *line)[0] == 0


@pytest.mark.parametrize("is_same", [True, False])
def test_a_folder_of_another_fleet_is_not_taken(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    service: StartService,
    database: Server,
    *,
    is_same: bool,
) -> None:
    """A file under another name says that it is the same fleet, or has its results elsewhere; all are made once."""
    monkeypatch.setenv(VARIABLE, database.url)
    acme = service("key-of-acme-0123456789")
    name = f"taken-{is_same}".lower()
    file = with_database.write_fleet(name, acme=acme.url)
    assert call(capsys, "fleet", "run", file, "--yes")[0] == 0
    other = Path(file).rename(f"other-{name}.toml")
    run = ("fleet", "run", str(other), "--yes")
    code, lines, _ = call(capsys, *run)
    step = labelled(lines, "Next")
    assert (code, f'write name = "{name}" at the top of {other}' in step, "results = in" in step) == (2, True, True)
    text = other.read_text(encoding="utf-8")
    corrected = f'name = "{name}"\n{text}' if is_same else text.replace('"results"', '"elsewhere"')
    other.write_text(corrected, encoding="utf-8")
    assert call(capsys, *run)[0] == 0
    assert len(acme.contacts()) == 6
    assert labelled(call(capsys, "fleet", "status", str(other))[1], "Next") == "nothing to do"


@pytest.mark.parametrize("how", ["without database", "adopted"])
def test_a_folder_with_its_own_journal_gives_way(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    service: StartService,
    database: Server,
    how: str,
) -> None:
    """A folder that was imported before the fleet got a database: both ways that are named create each person once."""
    monkeypatch.setenv(VARIABLE, database.url)
    acme = service("key-of-acme-0123456789")
    name = how.split()[0]
    file = with_database.write_fleet(name, acme=acme.url)
    whole = Path(file).read_text(encoding="utf-8")
    alone = re.sub(r"database = .*\n", "", whole)
    Path(file).write_text(alone, encoding="utf-8")
    run = ("fleet", "run", file, "--yes")
    assert call(capsys, *run)[0] == 0
    Path(file).write_text(whole, encoding="utf-8")
    code, lines, _ = call(capsys, *run)
    step = labelled(lines, "Next")
    said = f"which brings it into the database, or take database out of {file}"
    assert (code, said in step) == (2, True), step
    if how == "adopted":
        command = step.partition("Run openphone-import ")[2].partition(", which")[0]
        assert call(capsys, *shell_split(command))[0] == 0
    else:
        Path(file).write_text(alone, encoding="utf-8")
    assert call(capsys, *run)[0] == 0
    assert len(acme.contacts()) == 6


def test_a_folder_alone_is_told_its_database(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, service: StartService, database: Server
) -> None:
    """A folder whose journal is in a database is shown with the fleet's file, or with the variable that is named."""
    monkeypatch.setenv("OF_ACME", database.url)
    acme = service("key-of-acme-0123456789")
    file = with_database.write_fleet("told", "env:OF_ACME", acme=acme.url)
    assert call(capsys, "fleet", "run", file, "--yes")[0] == 0
    # Another command knows nothing of the file.
    show = ("show", "results/acme")
    told = Context().run(step_of, capsys, *show)
    assert f"If that is right, set {VARIABLE} to the address of the database" in told
    assert "or give --fleet FILE --workspace NAME" in told
    assert Context().run(call, capsys, "show", "--fleet", file, "--workspace", "acme")[0] == 0
    monkeypatch.setenv(VARIABLE, database.url)
    assert Context().run(call, capsys, *show)[0] == 0
