"""A fail-over to a standby that lacks the last commits: what was sent since is found, and nobody is made twice."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections import Counter
from contextvars import Context
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.fleet.test_database import write_fleet
from tests.fleet.test_renamed import people
from tests.fleet.test_walk import call

if TYPE_CHECKING:
    from importer.sandbox import Sandbox
    from tests.database import Server
    from tests.fleet.conftest import StartService

from importer.delivery.journal_place import VARIABLE

pytestmark = pytest.mark.usefixtures("home")
LOST = 4
"""So many of the six people are made in the time that the standby lacks."""


def keep(server: Server) -> None:
    """Keep the disk of the server as it is now, as a standby that gets nothing more."""
    server.stop()
    subprocess.run(["cp", "-a", server.folder / "data", server.folder / "standby"], check=True)
    server.run()


def fail_over(server: Server) -> None:
    """Go on with what the standby has."""
    server.stop()
    shutil.rmtree(server.folder / "data")
    data = (server.folder / "standby").rename(server.folder / "data")
    # It reads what it has to the end, and then begins a timeline of its own, as a standby that is promoted does.
    with (data / "postgresql.conf").open("a") as settings:
        settings.write("restore_command = 'false'\n")
    (data / "recovery.signal").touch()
    owner = data.stat()
    os.chown(data / "recovery.signal", owner.st_uid, owner.st_gid)
    server.run()
    until = time.monotonic() + 30
    while server.rows("SELECT pg_is_in_recovery()") != [(False,)] and time.monotonic() < until:
        time.sleep(0.05)


def names(service: Sandbox) -> Counter[str]:
    return Counter(contact["defaultFields"]["firstName"] for contact in service.contacts())


@pytest.mark.parametrize("has_ids", [False, True])
@pytest.mark.parametrize("moved", [False, True])
def test_contacts_whose_commits_were_lost_are_found_again(
    capsys: pytest.CaptureFixture[str],
    service: StartService,
    own_server: Server,
    monkeypatch: pytest.MonkeyPatch,
    *,
    has_ids: bool,
    moved: bool,
) -> None:
    """Also those whose rows have changed since, and with them their external ids: each person is there once."""
    monkeypatch.setenv(VARIABLE, own_server.url)
    acme = service("key-of-acme-0123456789")
    file = write_fleet("failover", acme=acme.url)
    text = Path(file).read_text(encoding="utf-8").replace("rate = 100", 'rate = 100\nyes = true\non-match = "update"')
    if has_ids:
        text = text.replace("[[workspace]]", '[defaults.map]\nNo = "external_id"\n[[workspace]]', 1)
    Path(file).write_text(text, encoding="utf-8")
    whole = people(moved=False)
    Path("acme.csv").write_text("".join(whole.splitlines(keepends=True)[: 1 + 6 - LOST]), encoding="utf-8")
    assert call(capsys, "fleet", "run", file)[0] == 0
    keep(own_server)
    Path("acme.csv").write_text(whole, encoding="utf-8")
    assert call(capsys, "fleet", "run", file)[0] == 0
    everybody = Counter({f"Ada{letter}": 1 for letter in "bcdefg"})
    assert names(acme) == everybody

    fail_over(own_server)
    Path("acme.csv").write_text(people(moved=moved), encoding="utf-8")
    code, lines, err = Context().run(call, capsys, "fleet", "run", file)
    assert (code, names(acme)) == (0, everybody), (lines, err)
    # It knows them again: nothing is left to do, and nothing is asked.
    code, lines, err = call(capsys, "fleet", "run", file)
    assert (code, "this run wrote nothing" in " ".join(lines)) == (0, True), (lines, err)
    assert names(acme) == everybody
