"""A journal that somebody else changed, under every command that reads one: refused or taken, never a bug."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importer.cli.app import main

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = int(os.environ.get("FOREIGN_JOURNAL_EXAMPLES", "4"))
OUT = "people.sandbox.import"
SHEET = ("people.csv", "--sandbox", "--region", "US", "--map", "Id=external_id")
COMMANDS: dict[str, tuple[str, ...]] = {
    "run": ("run", *SHEET),
    "update": ("run", *SHEET, "--on-match", "update"),
    "rejects": ("run", f"{OUT}/rejects.csv", *SHEET[1:]),
    "check": ("check", *SHEET),
    "verify": ("verify", *SHEET),
    "undo": ("undo", OUT, "--sandbox", "--yes", "--all"),
    "runs": ("runs", OUT),
    "show": ("show", OUT),
    "show a row": ("show", OUT, "--row", "4"),
    "bug-report": ("bug-report", OUT),
    "forget": ("forget", "ada2@example.com", "--yes"),
}
ESCAPE = "\x1b[31mred"
TEXTS = (
    "",
    "x",
    "\x00",
    ESCAPE,
    "[" * 10_000,
    "{}",
    "[]",
    "null",
    "1",
    "NaN",
    '{"a": 1}',
    "[[1]]",
    "x" * 100_000,
    "p1",
)
ODD = {
    "TEXT": (
        *TEXTS,
        '{"fields": 1}',
        '{"map": 1, "undoes": [1]}',
        "../../x",
        "9" * 400,
        "0001-01-01T00:00:00",
        b"\xff",
    ),
    "INTEGER": (0, -1, 1, 2**40, 2**62, -(2**63)),
    "BLOB": (b"", b"\0", b"\xff" * 7, b"\xff" * 5000),
}


def write_sheet(last_name: str, rows: int) -> None:
    """People, of whom one is rejected."""
    people = [f"p{row},Ada{row},{last_name},{12 if row == 3 else f'+1415555010{row}'}" for row in range(1, rows + 1)]
    Path("people.csv").write_text("\n".join(["Id,First Name,Last Name,Phone", *people, ""]), encoding="utf-8")


@pytest.fixture(scope="module")
def columns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[tuple[str, str, str]]]:
    """A folder in which much has happened, kept in `saved`; each table and column of its journal that has a value."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("folder"))
        for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "HOME"):
            patch.setenv(name, str(Path.cwd() / "home"))
        patch.delenv("OPENPHONE_API_KEY", raising=False)
        write_sheet("Lovelace", 5)
        assert main(COMMANDS["run"]) == 1
        write_sheet("Byron", 4)
        assert main(COMMANDS["update"]) == 1
        assert main(["undo", OUT, "--sandbox", "--yes"]) == 0
        assert main(COMMANDS["update"]) == 1
        shutil.copytree(OUT, "saved")
        with closing(sqlite3.connect(f"{OUT}/journal.sqlite")) as journal:
            tables = [name for (name,) in journal.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            filled = [name for name in tables if journal.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone()]
            found = [
                (name, *column[1:3]) for name in filled for column in journal.execute(f"PRAGMA table_info({name})")
            ]
        yield found


@pytest.mark.parametrize("name", COMMANDS)
def test_a_foreign_journal(name: str, columns: list[tuple[str, str, str]], capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever stands in a column, a command ends by the design, in words, and no text controls the terminal."""

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.data())
    def law(data: st.DataObject) -> None:
        table, column, kind = data.draw(st.sampled_from(columns))
        odd = data.draw(st.sampled_from(ODD[kind]))
        shutil.rmtree(OUT)
        shutil.copytree("saved", OUT)
        with closing(sqlite3.connect(f"{OUT}/journal.sqlite")) as journal:
            value = "CAST(? AS TEXT)" if kind == "TEXT" else "?"
            # Where a column is a key, or may not be empty, only some values fit.
            journal.execute(f'UPDATE OR IGNORE {table} SET "{column}" = {value}', (odd,))
            journal.commit()
        code = main(COMMANDS[name])
        shown = capsys.readouterr()
        assert code in {0, 1, 2, 3}, shown.err
        assert "Traceback" not in shown.err
        assert "\x1b" not in shown.out + shown.err

    law()


@pytest.mark.parametrize("table_column", ["contacts.made_at", "exchanges.asked_at"])
@pytest.mark.parametrize("seconds", [2**40, -(2**40)])
@pytest.mark.usefixtures("columns")
def test_a_time_that_no_calendar_has(table_column: str, seconds: int, capsys: pytest.CaptureFixture[str]) -> None:
    """A time outside the years 1 to 9999 is found when the journal is opened, and not where it is shown."""
    shutil.rmtree(OUT)
    shutil.copytree("saved", OUT)
    table, column = table_column.split(".")
    with closing(sqlite3.connect(f"{OUT}/journal.sqlite")) as journal:
        assert journal.execute(f"UPDATE {table} SET {column} = ? WHERE {column} IS NOT NULL", (seconds,)).rowcount
        journal.commit()
    assert main(COMMANDS["show a row"]) == 2
    assert f"it says {seconds} where a time in seconds should be" in " ".join(capsys.readouterr().err.split())
