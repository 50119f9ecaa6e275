"""`fleet run` on a terminal: one question before anything is sent, a table while it works, the sum at the end."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from importer.fleet.file import read_fleet
from importer.fleet.start import start_fleet
from importer.sandbox import Sandbox
from tests.cli.conftest import CTRL_C
from tests.fleet.memory_engine import MemoryEngine, MemoryQueue

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.cli.conftest import Terminal
    from tests.database import Server

QUESTION = "Import into 1 real workspace (acme)? [y/N]"


def test_a_person_is_asked_once_and_sees_the_lanes_at_work(home: Path, terminal: Terminal) -> None:
    """No sends nothing and ends with 2; yes imports, with a table that is gone at the end."""
    with Sandbox.start(rate=0, latency_ms=50) as sandbox:
        text = f'[[workspace]]\nname = "acme"\nsheet = "people.csv"\napi-key-file = "key"\nbase-url = "{sandbox.url}"\n'
        (home / "fleet.toml").write_text(text, encoding="utf-8")
        (home / "key").write_text("sandbox-key\n", encoding="utf-8")
        done = terminal("fleet", "run", "fleet.toml", answers=((QUESTION, "n\n"),))
        assert (done.code, "Nothing was sent, as you said." in done.out) == (2, True)
        assert not sandbox.requests()
        done = terminal("fleet", "run", "fleet.toml", answers=((QUESTION, "y\n"),))
        assert done.code == 0, done.out
        assert len(sandbox.contacts()) == 2
    assert "0 of 1 workspace ended" in done.out
    # What stays on the screen begins where the table was.
    assert "  acme  2 rows = 2 created" in done.out.rpartition("\x1b[?25h")[2]


def test_a_person_ends_a_watch_by_a_key(
    home: Path, terminal: Terminal, database: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C is the usual end of `fleet status --watch`: it ends with 0, and nothing is said to have been stopped."""
    monkeypatch.setenv("OPENPHONE_DATABASE_URL", database.url)
    text = 'database = "env:OPENPHONE_DATABASE_URL"\nshared-folders = ["."]\n'
    entry = '[[workspace]]\nname = "acme"\nsheet = "people.csv"\nsandbox = true\n'
    (home / "watched.toml").write_text(f"{text}{entry}", encoding="utf-8")
    queue = MemoryQueue()
    start_fleet(read_fleet(home / "watched.toml"), os.environ, lambda _: MemoryEngine(queue), "night")
    done = terminal("fleet", "status", "watched.toml", "--watch", answers=(("fleet work watched.toml", CTRL_C),))
    assert (done.code, "queued for night" in done.out, "Stopped" in done.out) == (0, True, False), done.out
