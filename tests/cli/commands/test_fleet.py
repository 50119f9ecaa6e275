"""`fleet run` on a terminal: one question before anything is sent, a table while it works, the sum at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.sandbox import Sandbox

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Terminal

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
    assert "0 of 1 workspace done" in done.out
    # What stays on the screen begins where the table was.
    assert "  acme  2 rows = 2 created" in done.out.rpartition("\x1b[?25h")[2]
