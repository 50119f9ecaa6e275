"""A journal belongs to one workspace; what happens when key, address or journal are not what they were."""

from __future__ import annotations

import shutil
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.e2e.rig import Program, audit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from importer.sandbox import Sandbox
    from tests.e2e.conftest import ImportPeople, StartSandbox
    from tests.e2e.process import Done

ROWS = 30


def assert_refused(done: Done, *words: str) -> None:
    """Exit 2, one message that names the thing, a next step, no traceback."""
    assert done.code == 2, done.err
    for word in (*words, " next: "):
        assert word in done.err
    assert "Traceback" not in done.err


def posts(sandbox: Sandbox) -> int:
    return sum(exchange.method == "POST" for exchange in sandbox.requests())


def settled_posts(sandbox: Sandbox) -> int:
    """The POSTs, once none of a process that was killed is still on its way."""
    before, now = -1, posts(sandbox)
    while now != before:
        time.sleep(0.3)
        before, now = now, posts(sandbox)
    return now


def half_done(program: Program) -> None:
    """A run that was killed in the middle."""
    process = program.start()
    assert process.saw_event("delivered", ROWS // 2)
    process.kill()


def test_another_key_of_the_same_workspace(
    import_people: ImportPeople, start_sandbox: StartSandbox, tmp_path: Path
) -> None:
    """A new key that shows the journal's contacts takes the journal over, says so, and goes on with the sheet."""
    old = start_sandbox(tmp_path / "workspace.sqlite", key="old-key")
    program = import_people(old.url, ROWS, rate=50)
    process = program.start(key="old-key")
    assert process.saw_event("delivered", ROWS // 2)
    process.kill()
    port = int(old.url.rsplit(":", 1)[1])
    old.stop()
    new = start_sandbox(tmp_path / "workspace.sqlite", key="new-key", port=port)
    done = program.run(key="new-key")
    assert done.code == 0, done.err
    assert "another key" in done.err
    assert not audit(program, new.contacts())
    assert "another key" not in program.run(key="new-key").err


def test_the_key_of_another_workspace(import_people: ImportPeople, start_sandbox: StartSandbox, tmp_path: Path) -> None:
    """A key that shows none of the journal's contacts is refused before a write; the old key still works."""
    ours = start_sandbox(tmp_path / "ours.sqlite", key="our-key")
    program = import_people(ours.url, ROWS, rate=50)
    process = program.start(key="our-key")
    assert process.saw_event("delivered", ROWS // 2)
    process.kill()
    port = int(ours.url.rsplit(":", 1)[1])
    ours.stop()
    theirs = start_sandbox(key="their-key", port=port)
    assert_refused(program.run(key="their-key"), "another workspace", str(program.out))
    assert posts(theirs) == 0
    theirs.stop()
    again = start_sandbox(tmp_path / "ours.sqlite", key="our-key", port=port)
    assert program.run(key="our-key").code == 0
    assert not audit(program, again.contacts())


def test_another_address_with_the_same_journal(import_people: ImportPeople, start_sandbox: StartSandbox) -> None:
    """A journal made at one address is refused at another one, both named; nothing is written there."""
    here, there = start_sandbox(), start_sandbox()
    program = import_people(here.url, ROWS)
    half_done(program)
    assert_refused(program.run("--base-url", there.url), here.url, there.url)
    assert posts(there) == 0
    assert program.run().code == 0
    assert not audit(program, here.contacts())


def overwritten(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for start in range(2048, len(data), 4096):
        data[start : start + 1024] = b"\xa5" * len(data[start : start + 1024])
    path.write_bytes(data)


def cut_short(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2 + 100])


def text_instead(path: Path) -> None:
    path.write_text("This was a journal once. " * 100, encoding="utf-8")


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")


def of_another_program(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
        connection.commit()


@pytest.mark.parametrize("harm", [overwritten, cut_short, text_instead, newer, of_another_program])
def test_a_journal_that_cannot_be_used(
    import_people: ImportPeople, sandbox: Sandbox, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    """A damaged, newer or foreign journal is refused by name; moved away as told, nobody is made twice."""
    program = import_people(sandbox.url, ROWS)
    half_done(program)
    journal = program.out / "journal.sqlite"
    with closing(sqlite3.connect(journal)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    harm(journal)
    before = settled_posts(sandbox)
    assert_refused(program.run(), str(journal))
    assert posts(sandbox) == before
    (tmp_path / "away").mkdir()
    for file in program.out.glob("journal.sqlite*"):
        shutil.move(file, tmp_path / "away")
    assert program.run().code == 0
    assert not audit(program, sandbox.contacts())


@pytest.mark.parametrize("left", ["journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm", ""])
def test_a_journal_removed_by_halves(import_people: ImportPeople, sandbox: Sandbox, left: str) -> None:
    """Whichever of the journal's files a person or a cleaner leaves behind, the same sheet ends with everybody once."""
    program = import_people(sandbox.url, ROWS)
    half_done(program)
    for file in program.out.glob("journal.sqlite*"):
        if file.name != left:
            file.unlink()
    done = program.run()
    assert done.code == 0, done.err
    assert not audit(program, sandbox.contacts())


def test_a_journal_put_back_from_yesterday(import_people: ImportPeople, sandbox: Sandbox) -> None:
    """An old copy of the journal put back knows less than the workspace; still nobody is made twice."""
    program = import_people(sandbox.url, ROWS)
    half_done(program)
    copies = {file: file.read_bytes() for file in program.out.glob("journal.sqlite*")}
    assert program.run().code == 0
    for file in program.out.glob("journal.sqlite*"):
        file.unlink()
    for file, data in copies.items():
        file.write_bytes(data)
    done = program.run()
    assert done.code == 0, done.err
    assert not audit(program, sandbox.contacts())
