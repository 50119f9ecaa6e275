"""Two worksheets of a workbook that are imported into one folder: each is a sheet of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

from importer.cli.app import main
from importer.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

SHEETS = {"North": ("Ann", "Bob"), "South": ("Cy", "Dora")}


def write_book() -> None:
    """A workbook with a worksheet for each region."""
    book = openpyxl.Workbook()
    for number, (name, people) in enumerate(SHEETS.items()):
        sheet = book.active if number == 0 else book.create_sheet()
        assert sheet is not None
        sheet.title = name
        sheet.append(["First Name", "Phone"])
        for place, person in enumerate(people):
            sheet.append([person, f"+1415555010{2 * number + place}"])
    book.save("book.xlsx")


@pytest.fixture
def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENPHONE_API_KEY", "sandbox-key")
    write_book()
    with Sandbox.start(rate=0) as sandbox:
        yield sandbox


def import_sheet(sandbox: Sandbox, sheet: str) -> int:
    return main(
        [
            "run",
            "book.xlsx",
            "--sheet",
            sheet,
            "--out",
            "out",
            "--base-url",
            sandbox.url,
            "--rate",
            "200",
            "--yes",
            "-q",
        ]
    )


def test_the_outputs_of_another_worksheet_are_kept(sandbox: Sandbox) -> None:
    """The ID mapping file of the first worksheet is kept under another name, and its own later run replaces it."""
    assert import_sheet(sandbox, "North") == 0
    north = Path("out/id_map.csv").read_text(encoding="utf-8")
    assert import_sheet(sandbox, "North") == 0
    assert [path.name for path in Path("out").glob("id_map*")] == ["id_map.csv"]
    assert import_sheet(sandbox, "South") == 0
    (kept,) = Path("out").glob("id_map.*.csv")
    assert kept.read_text(encoding="utf-8") == north
    assert len(sandbox.contacts()) == 4


def test_verify_of_the_other_worksheet(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """Of contacts whose rows are in the worksheet that is verified it is not said that these have left the sheet."""
    for sheet in SHEETS:
        assert import_sheet(sandbox, sheet) == 0
    capsys.readouterr()
    line = ["verify", "book.xlsx", "--sheet", "North", "--out", "out", "--base-url", sandbox.url, "--rate", "200", "-q"]
    assert main(line) == 0
    shown = capsys.readouterr().out
    assert "2 rows = 2 there" in shown
    assert "not in the sheet any more" not in shown
