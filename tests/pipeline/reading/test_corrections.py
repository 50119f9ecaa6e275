"""What a person has corrected in the rejects holds for the sheet itself, which is never touched."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.cli.app import main
from importer.pipeline.reading.corrections import Correction, read_corrections, save_corrections

if TYPE_CHECKING:
    from tests.pipeline.reading.conftest import Office

SHEET = "Name,Phone,Email\nAnn Lee,+14155550101,ann@example.com\nBob Ray,12,bob@example.com\n"
MENDED = SHEET.replace(",12,", ",+14155550102,")
BOB = ("Bob Ray,12,", "Bob Ray,+14155550102,")
NAMES = ["Ann Lee", "Bob Ray"]
FILE = Path("out/corrections.csv")


def lines(path: Path = FILE) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def corrected(office: Office, sheet: str = SHEET, *pairs: tuple[str, str]) -> None:
    """Run a sheet, correct its rejects and run them."""
    assert office.run(sheet) == 1
    office.answer(*(pairs or (BOB,)))
    assert office.run("", file="out/rejects.csv") == 0


def test_each_corrected_cell_is_a_line(office: Office) -> None:
    """A run of corrected rejects writes what was corrected, with the row's number, and says what was there."""
    corrected(office, SHEET, ("Bob Ray,12,bob@", "Bob Ray,+14155550102,rob@"))
    shown = [(line["row"], line["column"], line["was"], line["now"].lstrip("'")) for line in lines()]
    assert shown == [("3", "Phone", "12", "+14155550102"), ("3", "Email", "bob@example.com", "rob@example.com")]


def test_the_sheet_is_whole_after_its_rejects_were_corrected(office: Office) -> None:
    """The original needs no correction: run, plan, check and verify of it have nothing rejected, and nobody twice."""
    corrected(office)
    before = Path("people.csv").read_bytes()
    assert office.run("") == 0
    assert office.statuses() == ["created", "created"]
    assert office.verify() == 0
    assert main(["check", "people.csv", "--out", "out", "-q"]) == 0
    assert main(["plan", "people.csv", "--out", "out", "-q", "--base-url", office.sandbox.url]) == 0
    (problem,) = [line for line in lines(Path("out/problems.csv")) if line["rule"] == "corrected-by-person"]
    assert (problem["row"], problem["column"], problem["severity"], problem["value"]) == (
        "3",
        "Phone",
        "information",
        "12",
    )
    assert office.names() == NAMES
    assert Path("people.csv").read_bytes() == before


def test_a_correction_is_taken_back(office: Office) -> None:
    """Without its line in corrections.csv the cell is read as it stands (`corrected-by-person`), and nobody is lost."""
    corrected(office)
    assert office.run("") == 0
    said = Path("out/problems.csv").read_text(encoding="utf-8")
    assert "corrected-by-person" in said
    FILE.write_text(FILE.read_text(encoding="utf-8").splitlines(keepends=True)[0], encoding="utf-8")
    assert office.run("") == 1
    assert "corrected-by-person" not in Path("out/problems.csv").read_text(encoding="utf-8")
    assert office.run(MENDED) == 0
    assert office.names() == NAMES


def test_an_office_managers_walk(office: Office) -> None:
    """Run, correct the rejects, run them, run the sheet, correct it too, run again: each person once, exit 0."""
    corrected(office)
    assert office.run("") == 0
    assert office.run(MENDED) == 0
    assert office.run("") == 0
    assert office.verify() == 0
    assert office.names() == NAMES
    assert not [line for line in lines(Path("out/problems.csv")) if line["rule"] == "corrected-by-person"]


def test_the_row_is_found_wherever_it_is_now(office: Office) -> None:
    """A line applies to the row that has these cells, whatever its number and the order of the columns."""
    corrected(office)
    moved = "Email,Phone,Name\ncy@example.com,+14155550103,Cy Fox\nbob@example.com,12,Bob Ray\n"
    assert office.run(moved + "ann@example.com,+14155550101,Ann Lee\n") == 0
    assert office.names() == ["Ann Lee", "Bob Ray", "Cy Fox"]


@pytest.mark.parametrize("later", [SHEET + "Bob Ray,12,bob@example.com\n", SHEET.replace("Bob Ray,12", "Rob Ray,12")])
def test_a_line_that_fits_several_rows_or_none_is_not_applied(
    office: Office, later: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where several rows, or none, are the corrected one, nothing is changed, and that is said."""
    corrected(office)
    capsys.readouterr()
    assert office.run(later) == 1
    problems = lines(Path("out/problems.csv"))
    assert [line["rule"] for line in problems if line["severity"] == "information"] == ["correction-without-row"]
    assert len(office.names()) == 2


def test_lines_of_somebody_else_need_a_yes(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """Lines that this folder did not write stop with 2 and the option; with it they are used, and known later."""
    corrected(office)
    FILE.write_text(FILE.read_text(encoding="utf-8").replace("0102", "0109"), encoding="utf-8")
    assert office.run("") == 2
    assert "--accept-corrections" in capsys.readouterr().err
    assert office.verify() == 2
    assert office.run("", "--on-match", "update", "--accept-corrections") == 0
    assert office.run("", "--on-match", "update") == 0
    (bob,) = (each for each in office.sandbox.contacts() if each["defaultFields"]["firstName"] == "Bob")
    assert "+14155550109" in [item["value"] for item in bob["defaultFields"]["phoneNumbers"]]


def test_a_damaged_file_is_said_before_anything_is_sent(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """A corrections file without its columns stops with 2; moved away, the next run goes on."""
    corrected(office)
    FILE.write_text("row,now\n3,x\n", encoding="utf-8")
    assert office.run("") == 2
    assert "move the file out of the folder" in capsys.readouterr().err
    FILE.rename("corrections.csv")
    assert office.run("") == 1
    assert office.names() == NAMES


def test_a_second_correction_takes_the_place_of_the_first(office: Office) -> None:
    """Rejects that are corrected twice leave one line a cell, from what the sheet has to what the person said last."""
    assert office.run(SHEET) == 1
    office.answer(("Bob Ray,12,", "Bob Ray,13,"))
    assert office.run("", file="out/rejects.csv") == 1
    office.answer(("Bob Ray,13,", "Bob Ray,+14155550102,"))
    assert office.run("", file="out/rejects.csv") == 0
    (line,) = lines()
    assert (line["was"], line["now"].lstrip("'")) == ("12", "+14155550102")
    assert office.run("") == 0
    assert office.names() == NAMES


@pytest.mark.parametrize(
    ("wrong", "pairs"),
    [
        ("Bob Ray,+14155550102,bob@example.com,extra\n", [(",extra", "")]),
        ('Bob Ray,+14155550102,"bob@example.com\n', []),
    ],
)
def test_a_row_that_is_written_wrongly(office: Office, wrong: str, pairs: list[tuple[str, str]]) -> None:
    """Extra cells and open quotes are corrected in the rejects, and the sheet is whole from then on."""
    sheet = SHEET.splitlines(keepends=True)
    assert office.run("".join(sheet[:2]) + wrong) == 1
    office.answer(*pairs)
    assert office.run("", file="out/rejects.csv") == 0
    assert office.run("") == 0
    assert office.names() == NAMES
    assert office.verify() == 0


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=12)


@given(st.lists(st.builds(Correction, TEXT, TEXT, TEXT, TEXT, TEXT), max_size=5))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, given_lines: list[Correction]) -> None:
    """Every line comes back as it was, whatever is in its cells."""
    path = tmp_path_factory.mktemp("corrections") / "corrections.csv"
    save_corrections(path, given_lines)
    assert read_corrections(path) == given_lines
