"""Two files of fleets that are called alike, or two journals of one workspace, in one database."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.fleet.test_database import call, write_fleet

if TYPE_CHECKING:
    from tests.fleet.conftest import StartService

pytestmark = pytest.mark.usefixtures("home")


@pytest.mark.usefixtures("address")
def test_two_fleets_of_one_name_are_told_apart(capsys: pytest.CaptureFixture[str], service: StartService) -> None:
    """One that shares no workspace with what the database knows under its name is refused until it has another."""
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
        assert (code, "another fleet called 'twins', with the workspaces" in said) == (2, True), err
        assert '"acme", "bolt": none of them is in two/twins.toml' in said
    assert services["cord"].requests() == []
    step = re.search(r'such as (name = "[^"]+") at the top of two/twins.toml', said)
    assert step is not None, said
    text = Path(second).read_text(encoding="utf-8")
    Path(second).write_text(f"{step[1]}\n{text}", encoding="utf-8")
    for _ in range(2):
        code, out, err = call(capsys, "fleet", "run", second, "--yes")
        assert (code, len(services["cord"].contacts())) == (0, 6), out + err
    assert 'journal = "twins-2/cord"' in Path("two/results/cord/journal.toml").read_text(encoding="utf-8")

    # A workspace that came or went is no other fleet, nor is one under a former name, as the step says, too.
    assert 'add the former name to that workspace instead, such as aliases = ["acme"]' in said
    first = write("one", "bolt", "cord")
    assert call(capsys, "fleet", "status", first)[0] == 0
    first = write("one", "cord")
    assert call(capsys, "fleet", "status", first)[0] == 2
    renamed = Path(first).read_text(encoding="utf-8").replace('name = "cord"', 'name = "cord"\naliases = ["acme"]')
    Path(first).write_text(renamed, encoding="utf-8")
    assert call(capsys, "fleet", "status", first)[0] == 0


@pytest.mark.usefixtures("address")
@pytest.mark.parametrize("others", [("bolt",), ()])
def test_a_folder_is_kept_beside_the_journal_in_the_database(
    capsys: pytest.CaptureFixture[str], service: StartService, others: tuple[str, ...]
) -> None:
    """Where the database knows other contacts than a folder, a workspace of another name adopts that, and goes on."""
    acme = service("key-of-acme-0123456789")
    urls = {name: service(f"key-of-{name}-0123456789").url for name in others}
    file = write_fleet(f"keeps-{len(others)}", acme=acme.url, **urls)
    for name in others:
        assert call(capsys, "run", f"{name}.csv", "--fleet", file, "--workspace", name, "--yes")[0] == 0
    alone = ("acme.csv", "--base-url", acme.url, "--api-key-file", "acme.key", "--region", "US", "--yes")
    assert call(capsys, "run", *alone)[0] == 0
    of_fleet = ("--fleet", file, "--workspace", "acme")
    assert call(capsys, "run", "acme.csv", *of_fleet, "--yes")[0] == 0
    code, _, err = call(capsys, "fleet", "adopt", "acme.import", *of_fleet)
    said = " ".join(err.split())
    assert (code, "give the workspace of the fleet another name" in said) == (2, True), err
    assert Path("acme.import/journal.sqlite").exists()

    text = Path(file).read_text(encoding="utf-8").replace('name = "acme"', 'name = "acme-2"')
    Path(file).write_text(text, encoding="utf-8")
    code, _, err = call(capsys, "fleet", "adopt", "acme.import", "--fleet", file)
    if not others:
        # None of the workspaces that the database knows is in the file any more.
        step = re.search(r'such as (name = "[^"]+") at the top', " ".join(err.split()))
        assert (code, step is not None) == (2, True), err
        Path(file).write_text(f"{step[1]}\n{text}" if step else "", encoding="utf-8")
        code, _, err = call(capsys, "fleet", "adopt", "acme.import", "--fleet", file)
    assert code == 0, err
    posts = sum(exchange.method == "POST" for exchange in acme.requests())
    code, out, err = call(capsys, "run", "acme.csv", "--fleet", file, "--workspace", "acme-2", "--yes")
    assert (code, "6 rows = 6 " in out, len(acme.contacts())) == (0, True, 6), out + err
    assert sum(exchange.method == "POST" for exchange in acme.requests()) == posts
