"""Two files of fleets that are called alike, in one database."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.delivery.journal_place import VARIABLE
from tests.fleet.test_database import call, write_fleet

if TYPE_CHECKING:
    from tests.database import Server
    from tests.fleet.conftest import StartService

pytestmark = pytest.mark.usefixtures("home")


def test_two_fleets_of_one_name_are_told_apart(
    capsys: pytest.CaptureFixture[str], service: StartService, database: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that shares no workspace with what the database knows under its name is refused until it has another."""
    monkeypatch.setenv(VARIABLE, database.url)
    services = {name: service(f"key-of-{name}-0123456789") for name in ("acme", "bolt", "cord")}

    def write(folder: str, *names: str) -> str:
        Path(folder).mkdir(exist_ok=True)
        with contextlib.chdir(folder):
            return f"{folder}/{write_fleet('twins', **{name: services[name].url for name in names})}"

    first = write("one", "acme", "bolt")
    assert call(capsys, "fleet", "init", first)[0] == 0
    assert call(capsys, "fleet", "run", first, "--yes")[0] == 0
    second = write("two", "cord")
    for command in (
        ("fleet", "init", second),
        ("fleet", "run", second, "--yes"),
        ("fleet", "start", second, "--yes"),
        ("fleet", "work", second),
        ("fleet", "status", second),
        ("fleet", "retry", "cord", "--fleet", second),
        ("fleet", "check", second),
        ("check", "two/cord.csv", "--fleet", second, "--workspace", "cord"),
        ("show", "--fleet", second, "--workspace", "cord"),
        ("run", "two/cord.csv", "--fleet", second, "--workspace", "cord", "--yes"),
    ):
        code, out, err = call(capsys, *command)
        said = " ".join(err.split())
        assert (code, 'another fleet called \'twins\', with the workspaces "acme", "bolt": none' in said) == (
            2,
            True,
        ), err
    assert services["cord"].requests() == []
    step = re.search(r'such as (name = "[^"]+") at the top of two/twins.toml', said)
    assert step is not None, said
    text = Path(second).read_text(encoding="utf-8")
    Path(second).write_text(f"{step[1]}\n{text}", encoding="utf-8")
    for _ in range(2):
        code, out, err = call(capsys, "fleet", "run", second, "--yes")
        assert (code, len(services["cord"].contacts())) == (0, 6), out + err
    assert 'journal = "twins-2/cord"' in Path("two/results/cord/journal.toml").read_text(encoding="utf-8")

    # A workspace that came or went is no other fleet, nor is one under a former name.
    first = write("one", "bolt", "cord")
    assert call(capsys, "fleet", "status", first)[0] == 0
    first = write("one", "cord")
    assert call(capsys, "fleet", "status", first)[0] == 2
    renamed = Path(first).read_text(encoding="utf-8").replace('name = "cord"', 'name = "cord"\naliases = ["acme"]')
    Path(first).write_text(renamed, encoding="utf-8")
    assert call(capsys, "fleet", "status", first)[0] == 0
