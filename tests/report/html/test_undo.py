"""The page of `undo`: whom it was about, what was done, why not, and what to do next."""

from __future__ import annotations

import html
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.cli.app import main
from importer.report.html.page import Tone
from importer.report.html.undo import MOST, UndoneCounter, page
from importer.sandbox import KEY, Fault, Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path("people.import/undo.html")
HEADER = "No,Name,Tel,Mail\n"
ROWS = "1,Ann Lee,+14155550101,ann@example.com\n2,Bob Ray,+14155550102,bob@example.com\n3,,+14155550103,\n"
OPTIONS = ("--map", "No=external_id", "--rate", "1000", "--yes", "-q")


@pytest.fixture
def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A service with what a sheet of three rows became there."""
    monkeypatch.chdir(tmp_path)
    for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    with Sandbox.start(rate=0, key=KEY) as running:
        monkeypatch.setenv("OPENPHONE_API_KEY", KEY)
        monkeypatch.setenv("OPENPHONE_BASE_URL", running.url)
        Path("people.csv").write_text(HEADER + ROWS, encoding="utf-8")
        assert main(["run", "people.csv", *OPTIONS]) == 0
        yield running


def undo(*options: str) -> tuple[int, str]:
    """Undo; returns the exit code and the text of the page."""
    code = main(["undo", "people.import", "--yes", "-q", *options])
    return code, html.unescape(PAGE.read_text(encoding="utf-8"))


def test_the_page_says_whom_why_and_what_next(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """Names, what was done and why, kept contacts first; `show` finds the page; and `forget` removes it."""
    ann = next(contact for contact in sandbox.contacts() if contact["externalId"] == "1")
    sandbox.edit(ann["id"], role="CTO")
    code, text = undo()
    assert code == 1
    assert "Undone, but 1 contact was kept" in text
    assert text.index("Ann Lee") < text.index("Bob Ray") < text.index("+14155550103")
    for words in (
        "kept as it is",
        "someone changed it since",
        "the run had made it; it was deleted",
        "3</b> contacts",
    ):
        assert words in text
    assert "decide in the app about the 1 that were kept" in text

    assert "undo.html shows the same as a page" in " ".join(capsys.readouterr().out.split())
    assert main(["show", "latest", "people.import"]) == 0
    assert "people.import/undo.html" in "".join(capsys.readouterr().out.split())
    assert PAGE.stat().st_mode & 0o077 == 0
    # Another undo finds nothing to do, and leaves the page of the one that did it.
    assert undo()[1] == text
    assert main(["forget", "bob@example.com", "people.import", "--yes", "-q"]) == 0
    assert not PAGE.exists()


def test_all_runs_are_on_one_page_and_can_be_masked(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """What remains of earlier runs is on the page, with the command; `--all` puts all on one, masked if asked for."""
    Path("people.csv").write_text(f"{HEADER}{ROWS}4,Cem Koc,+14155550104,cem@example.com\n", encoding="utf-8")
    assert main(["run", "people.csv", *OPTIONS]) == 0
    _, text = undo()
    assert "3 contacts of earlier runs remain" in text
    assert "Undone: everything is as it was before" in text
    assert "Cem Koc" in text
    assert "Ann Lee" not in text
    code, text = undo("--all", "--mask")
    assert (code, sandbox.contacts()) == (0, [])
    assert "Ann Lee" in text
    assert "5550103" not in text
    assert "•••" in text


def test_a_stopped_undo_has_a_page_that_goes_on(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """What was not reached or not confirmed is left, with the command that goes on; the next page has all contacts."""
    sandbox.add_faults(Fault("429", method="DELETE", start=2))
    code, text = undo("--wait-for-service", "0.01")
    assert code == 3
    assert "Stopped: 3 contacts are left to undo" in text
    assert "3</b> not reached" in text
    assert "go on with:" in text
    sandbox.clear_faults()
    code, text = undo()
    assert code == 0
    assert "Undone: everything is as it was before" in text
    assert "3</b> contacts in all" in text
    # Of a contact that is gone since the first undo, only its row is known.
    assert "created from row 2 on" in text


def test_of_very_many_contacts_the_first_are_shown() -> None:
    """Every contact is counted, the first are shown, and the page says where the others are."""
    counter = UndoneCounter()
    ends = [("kept", "restore"), ("reversed", "restore"), ("reversed", "bring back"), ("failed", "delete")]
    for number in range(MOST + 100):
        result, action = ends[number % len(ends)]
        counter.feed(f"P{number}", "c", action, result, "why", nothing_left=action == "bring back")
    (table,) = counter.table()
    balance = counter.balance(7)
    assert (len(table.rows), table.left_out, table.rest_in) == (MOST, 100, "undo.csv")
    counts = {part.words: part.count for part in balance.parts if part.count}
    each = (MOST + 100) // len(ends)
    assert counts == {
        "restored": each,
        "nothing was left to do": each,
        "kept as it is": each,
        "not taken back": each,
        "not reached": 7,
    }
    assert balance.total == MOST + 107
    shown = page("people.csv", counter, {"reversed": 1, "kept": 0, "failed": 2}, (), ())
    assert (shown.tone, shown.headline) == (Tone.ATTENTION, "Undone in part: 2 contacts could not be taken back")
