"""Folders that former versions left: each journal that was ever released opens, is gone on with and taken back."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from importer.cli.app import main
from importer.delivery.journal.schema import VERSION
from tests.e2e.released.make import FOLDER, HERE, RUN, SECOND, restore
from tests.e2e.rig import read_table

NUMBERS = sorted(int(path.name[:2]) for path in HERE.glob("*.journal.sql"))
FIRST_WITH_IMAGES = 2
"""Before it a journal did not keep how a contact was left, so that undo leaves it to a person."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to run in, and no state of the machine's user."""
    monkeypatch.chdir(tmp_path)
    for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    return tmp_path


def contacts() -> list[str]:
    """The external ids of the contacts in the workspace."""
    with closing(sqlite3.connect(Path(FOLDER, "sandbox.sqlite"))) as database:
        return sorted(external_id for (external_id,) in database.execute("SELECT external_id FROM contacts"))


def summary() -> dict[str, Any]:
    """The figures of the last run."""
    figures: dict[str, Any] = json.loads(Path(FOLDER, "summary.json").read_text(encoding="utf-8"))
    return figures


def test_every_format_has_its_folder() -> None:
    """No format of the journal is without one; a new one is made by `python -m tests.e2e.released.make`."""
    assert list(range(1, VERSION + 1)) == NUMBERS


@pytest.mark.parametrize("number", NUMBERS)
def test_a_former_folder_is_gone_on_with(home: Path, number: int) -> None:
    """The same sheet makes no one twice and loses no row, a new row is added, all balances, and undo takes it back."""
    restore(number, home / FOLDER)
    before = contacts()
    # Format 7 was left with an open question about one of the three.
    assert len(before) == (2 if number == 7 else 3)
    Path("people.csv").write_text(f"{SECOND}Eve Orr,+14155550105,,\n", encoding="utf-8")
    assert main([*RUN, "--on-match", "update", "--rate", "500"]) == 1
    figures = summary()
    assert {**figures["this_run"], "unchanged": 0} == {
        **dict.fromkeys(figures["this_run"], 0),
        "created": 4 - len(before),
    }
    assert [figures[status] for status in ("rows", "duplicate", "rejected", "conflict")] == [6, 1, 1, 0]
    assert set(before) < set(contacts())
    assert len(contacts()) == 4
    ids = {line["row"]: line["contact_id"] for line in read_table(Path(FOLDER, "id_map.csv"))}
    assert len({ids[row] for row in "2347"}) == 4
    assert ids["5"] == ids["3"]

    assert main(["verify", "people.csv", *RUN[2:5], "--quiet", "--out", FOLDER]) == 1
    kept = before if number < FIRST_WITH_IMAGES else []
    assert main(["undo", FOLDER, "--all", "--sandbox", "--yes", "--quiet"]) == bool(kept)
    assert contacts() == kept
