"""Files of a folder that are larger than any that this program writes there: none is read, and none is lost."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest

from importer.cli.app import main
from importer.disk import MOST_TABLE_BYTES
from importer.pipeline.outputs.folder import EXPORTS, OUTPUTS
from importer.spreadsheet.rejects.forgetting import forget_in_workbook

OUT = "people.sandbox.import"
P = ("people.csv", "--sandbox", "--rate", "500")
HUGE = 200 * 1000**3
COMMANDS = {
    "forget": ("forget", "ann@example.com", OUT, "--yes"),
    "run": ("run", *P, "--yes"),
    "check": ("check", *P),
    "plan": ("plan", *P),
    "export": ("export", *P),
    "bug-report": ("bug-report", OUT),
    "undo": ("undo", OUT, "--sandbox", "--yes"),
}
FILES = ("rejects.csv", "rejects.xlsx", "contacts.csv", "problems.csv", "report.html", "log.jsonl")

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Results of a run with a row that is rejected, and with an export."""
    monkeypatch.chdir(tmp_path)
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    Path("people.csv").write_text(
        "Name,Phone,Email\nAnn Lee,+14155550101,ann@example.com\nBob Ray,555-0102,\n", encoding="utf-8"
    )
    assert main(["run", *P, "--yes", "-q"]) == 1
    assert main(["export", *P, "-q"]) == 1
    return Path(OUT)


def blow_up(path: Path) -> None:
    """Make a sparse file, which takes no room and would be read for minutes."""
    with path.open("ab") as stream:
        stream.truncate(HUGE)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_sparse_file_keeps_no_command_busy(folder: Path, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever file of a folder is far larger than any of ours, each command ends at once, and the file is kept."""
    shutil.copytree(folder, "whole")
    for name in FILES:
        shutil.rmtree(folder)
        shutil.copytree("whole", folder)
        blow_up(folder / name)
        assert main([*COMMANDS[command]]) in (0, 1, 2), name
        assert capsys.readouterr().err.count("Traceback") == 0
        if name.startswith(("rejects", "contacts")):
            assert [path.name for path in folder.iterdir() if path.stat().st_size == HUGE], name


def test_a_checksum_that_lies_does_not_make_a_file_ours(folder: Path) -> None:
    """A file that is too large counts as edited, whatever the checksums beside it say."""
    blow_up(folder / "rejects.csv")
    checksums = json.loads((folder / ".rejects.json").read_text(encoding="utf-8"))
    (folder / ".rejects.json").write_text(json.dumps({**checksums, "rejects.csv": "0" * 64}), encoding="utf-8")
    assert main(["run", *P, "--yes", "-q"]) == 1
    assert (folder / "rejects.edited.csv").stat().st_size == HUGE > MOST_TABLE_BYTES


def test_forget_names_every_table_that_it_did_not_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`forget` goes through no table that is too large, and says of each that the person should look into it."""
    tables = [name for name in (*OUTPUTS, *EXPORTS.values()) if name.endswith((".csv", ".xlsx"))]
    for name in tables:
        blow_up(folder / name)
    assert main([*COMMANDS["forget"]]) == 0
    told = capsys.readouterr().out
    assert [name for name in tables if f"Stays:   {name}, which was edited or not written here" not in told] == []


def test_a_far_cell_costs_no_more_than_the_cells_that_are_there(tmp_path: Path) -> None:
    """A person is taken out of a workbook with a stray cell in its last row and column, without making all cells."""
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    for row in (["Name", "_row"], ["Ann Lee", "2"], ["Bob Ray", "3"]):
        sheet.append(row)
    sheet.cell(1_048_576, 16_384, "far")
    path = tmp_path / "rejects.xlsx"
    workbook.save(path)
    assert forget_in_workbook(path, {"2"}, set(), lambda text: False) == 1
    left = [text for text in openpyxl.load_workbook(path).worksheets[0]._cells.values() if text.value]
    assert sorted(str(cell.value) for cell in left) == ["3", "Bob Ray", "Name", "_row", "far"]


def test_a_workbook_that_unpacks_to_gigabytes_is_not_unpacked(tmp_path: Path) -> None:
    """A zip bomb of the name of our workbook is refused before it is unpacked."""
    path = tmp_path / "rejects.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet1.xml", bytes(20_000_000))
    with pytest.raises(ValueError, match="cannot be read as a workbook") as caught:
        forget_in_workbook(path, {"2"}, set(), lambda text: False)
    assert "would unpack" in str(caught.value.__cause__)
