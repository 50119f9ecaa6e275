"""A workspace that has another name in the file, on a computer without its folder: nobody is made twice."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.fleet.engine import DbosEngine
from tests.fleet.test_walk import call, labelled
from tests.fleet.test_workers import write_shared
from tests.fleet.workers import WorkerHere

if TYPE_CHECKING:
    from importer.sandbox import Sandbox
    from tests.database import Server
    from tests.fleet.conftest import StartService

pytestmark = pytest.mark.usefixtures("home", "address")


def people(*, moved: bool) -> str:
    """Six people; `moved`: one has another phone, one another email, and one has married."""
    lines = ["No,First Name,Last Name,Phone,Email"]
    for number in range(6):
        phone = f"+1415666{9000 + number if moved and number == 1 else number:04d}"
        email = f"ada{number}{'new' if moved and number == 2 else ''}@example.com"
        lines.append(f"C{number},Ada{'bcdefg'[number]},{'Stone' if moved and number == 3 else 'Byron'},{phone},{email}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("has_ids", [False, True])
@pytest.mark.parametrize("policy", ["create-only", "update"])
def test_a_renamed_workspace_makes_nobody_twice(
    capsys: pytest.CaptureFixture[str], service: StartService, *, has_ids: bool, policy: str
) -> None:
    """With an id column or without, though rows have changed meanwhile: each person is in the workspace once."""
    acme = service("key-of-acme-0123456789")
    file = write_shared(f"renamed-{has_ids}-{policy}", acme=acme.url, rest=acme.url)
    whole = (
        Path(file).read_text(encoding="utf-8").replace("rate = 100", f'rate = 100\nyes = true\non-match = "{policy}"')
    )
    if has_ids:
        whole = whole.replace("[[workspace]]", '[defaults.map]\nNo = "external_id"\n[[workspace]]', 1)
    head, acme_entry, _ = whole.split("[[workspace]]")
    rest = '[[workspace]]\nname = "rest"\nsheet = "rest.csv"\nsandbox = true\n'
    Path("acme.csv").write_text(people(moved=False), encoding="utf-8")
    Path("rest.csv").write_text(people(moved=False), encoding="utf-8")
    Path(file).write_text(f"{head}[[workspace]]{acme_entry}{rest}", encoding="utf-8")
    assert call(capsys, "fleet", "run", file)[0] == 0
    assert len(acme.contacts()) == 6
    entry = acme_entry.replace('name = "acme"', 'name = "gamma"')
    Path(file).write_text(f"{head}[[workspace]]{entry}{rest}", encoding="utf-8")
    Path("acme.csv").write_text(people(moved=True), encoding="utf-8")
    code, lines, err = call(capsys, "fleet", "run", file)
    names = Counter(contact["defaultFields"]["firstName"] for contact in acme.contacts())
    assert names == Counter({f"Ada{letter}": 1 for letter in "bcdefg"}), (code, lines, err)


def said_of(service: Sandbox) -> set[tuple[str, ...]]:
    """Of each contact its id, names, numbers and addresses."""
    return {
        (
            contact["id"],
            *(contact["defaultFields"][name] for name in ("firstName", "lastName")),
            *(point["value"] for name in ("phoneNumbers", "emails") for point in contact["defaultFields"][name]),
        )
        for contact in service.contacts()
    }


@pytest.mark.parametrize("by", ["run", "worker", "single"])
def test_the_former_name_leads_to_the_journal_on_every_computer(
    capsys: pytest.CaptureFixture[str], service: StartService, database: Server, by: str
) -> None:
    """With `aliases` the journal of the former name goes on, also where no folder says so: for run, work and undo."""
    acme = service("key-of-acme-0123456789")
    name = f"alias-{by}"
    file = write_shared(name, acme=acme.url)
    text = Path(file).read_text(encoding="utf-8").replace("rate = 100", 'rate = 100\nyes = true\non-match = "update"')
    Path("acme.csv").write_text(people(moved=False), encoding="utf-8")
    Path(file).write_text(text, encoding="utf-8")
    assert call(capsys, "fleet", "run", file)[0] == 0
    before = said_of(acme)

    # Another computer: it has the file, and none of the folders.
    Path("results").rename("elsewhere")
    text = text.replace('name = "acme"', 'name = "gamma"\naliases = ["acme"]')
    Path(file).write_text(text, encoding="utf-8")
    assert "gamma  last run " in "\n".join(call(capsys, "fleet", "status", file)[1])
    Path("acme.csv").write_text(people(moved=True), encoding="utf-8")
    options = ("--fleet", file, "--workspace", "gamma")
    if by == "run":
        assert call(capsys, "fleet", "run", file)[0] == 0
    elif by == "single":
        assert call(capsys, "run", "acme.csv", *options)[0] == 0
    else:
        assert call(capsys, "fleet", "init", file)[0] == 0
        assert call(capsys, "fleet", "start", file)[0] == 0
        assert WorkerHere(file, lambda place: DbosEngine(place, name), until=1).run()
    known = database.rows("SELECT name FROM openphone_import.journals WHERE starts_with(name, %s)", f"{name}/")
    assert known == [(f"{name}/acme",)]
    code, lines, err = call(capsys, "fleet", "results", "gamma", "again", "--fleet", file)
    assert (code, labelled(lines, "Result")) == (0, "gamma: 6 rows = 3 created + 3 updated"), err

    # What was there before the change is known, so that it can be restored.
    assert call(capsys, "undo", *options, "--yes")[0] == 0
    assert said_of(acme) == before


@pytest.mark.parametrize("is_asked", [True, False])
@pytest.mark.parametrize("check", ["fleet", "single"])
def test_a_check_after_a_renaming_leaves_the_journal_alone(
    capsys: pytest.CaptureFixture[str],
    service: StartService,
    database: Server,
    address: str,
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_asked: bool,
    check: str,
) -> None:
    """With the database or without it, a check binds no folder to a journal that is not there: the run goes on."""
    acme = service("key-of-acme-0123456789")
    name = f"checked-{check}-{is_asked}"
    file = write_shared(name, acme=acme.url)
    text = Path(file).read_text(encoding="utf-8").replace("rate = 100", "rate = 100\nyes = true")
    Path("acme.csv").write_text(people(moved=False), encoding="utf-8")
    Path(file).write_text(text, encoding="utf-8")
    assert call(capsys, "fleet", "run", file)[0] == 0
    # Another computer: it has the file, and none of the folders.
    Path("results").rename("elsewhere")
    Path(file).write_text(text.replace('name = "acme"', 'name = "gamma"\naliases = ["acme"]'), encoding="utf-8")
    if not is_asked:
        monkeypatch.delenv("OPENPHONE_DATABASE_URL")
    single = ("check", "acme.csv", "--fleet", file, "--workspace", "gamma")
    code, lines, err = call(capsys, *(("fleet", "check", file) if check == "fleet" else single))
    assert (code, "What this folder remembers is not used" in "\n".join((*lines, err))) == (0, not is_asked), err
    if not is_asked:
        code, _, err = call(capsys, "runs", "--fleet", file, "--workspace", "gamma")
        assert (code, "Set OPENPHONE_DATABASE_URL to an address" in " ".join(err.split())) == (2, True), err

    monkeypatch.setenv("OPENPHONE_DATABASE_URL", address)
    code, _, err = call(capsys, "fleet", "run", file)
    assert (code, len(acme.contacts())) == (0, 6), err
    known = database.rows("SELECT name FROM openphone_import.journals WHERE starts_with(name, %s)", f"{name}/")
    assert known == [(f"{name}/acme",)]


def test_a_folder_that_names_a_journal_which_is_not_there_is_corrected(
    capsys: pytest.CaptureFixture[str], service: StartService, database: Server
) -> None:
    """A folder that an earlier version has bound to the new name goes on with the journal of the former one."""
    acme = service("key-of-acme-0123456789")
    file = write_shared("bound", acme=acme.url)
    text = Path(file).read_text(encoding="utf-8").replace("rate = 100", "rate = 100\nyes = true")
    Path(file).write_text(text, encoding="utf-8")
    assert call(capsys, "fleet", "run", file)[0] == 0
    Path(file).write_text(text.replace('name = "acme"', 'name = "gamma"\naliases = ["acme"]'), encoding="utf-8")
    pointer = Path("results/acme/journal.toml").read_text(encoding="utf-8")
    Path("results").rename("elsewhere")
    Path("results/gamma").mkdir(parents=True)
    Path("results/gamma/journal.toml").write_text(pointer.replace("bound/acme", "bound/gamma"), encoding="utf-8")
    assert call(capsys, "fleet", "run", file)[0] == 0
    known = database.rows("SELECT name FROM openphone_import.journals WHERE starts_with(name, 'bound/')")
    assert known == [("bound/acme",)]
    assert 'journal = "bound/acme"' in Path("results/gamma/journal.toml").read_text(encoding="utf-8")
