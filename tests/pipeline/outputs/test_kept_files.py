"""Whose files stand in the output folder, and what is never overwritten."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from importer.cli.app import main
from importer.pipeline.outputs.edited_files import (
    questions_of_rejects,
    remember_checksum,
    remember_questions,
    was_edited,
)

GOOD = "Name,Phone\nAnn Lee,+14155550101\n"
BAD = "Name,Phone\nAnn Lee,+14155550101\nBob Ray,12\n"
MENDED = "Name,Phone\nAnn Lee,+14155550101\nBob Ray,+14155550102\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A folder of our own with two sheets."""
    monkeypatch.chdir(tmp_path)
    for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    Path("one.csv").write_text(BAD, encoding="utf-8")
    Path("two.csv").write_text(GOOD.replace("Ann", "Cleo").replace("0101", "0103"), encoding="utf-8")
    return tmp_path


def run(file: str, *options: str, command: str = "run") -> int:
    place = ["--out", "out"] if command == "check" else ["--sandbox", "--rate", "100", "--out", "out"]
    return main([command, file, *place, *options])


def statuses(path: str = "out/id_map.csv") -> list[str]:
    with Path(path).open(encoding="utf-8", newline="") as stream:
        return [line["status"] for line in csv.DictReader(stream)]


def run_id(path: str = "out/summary.json") -> str:
    return str(json.loads(Path(path).read_text(encoding="utf-8"))["run_id"])


def names() -> set[str]:
    return {path.name for path in Path("out").iterdir() if path.suffix in {".csv", ".json", ".xlsx"}}


def test_outputs_of_another_sheet_are_kept_under_their_run() -> None:
    """Before another FILE's outputs are written, the former ones get their run's id into their names."""
    assert run("one.csv") == 1
    first = run_id()
    before = {path.name: path.read_bytes() for path in Path("out").glob("*.csv")}
    assert run("two.csv") == 0
    assert {f"id_map.{first}.csv", f"problems.{first}.csv", f"rejects.{first}.csv", f"summary.{first}.json"} <= names()
    assert Path(f"out/id_map.{first}.csv").read_bytes() == before["id_map.csv"]
    assert statuses() == ["created"]
    assert run_id() != first


def test_the_same_sheet_renames_nothing() -> None:
    """A repeated run of one sheet replaces its own outputs, also when the sheet is named in another way."""
    run("one.csv")
    before = names()
    run(str(Path("one.csv").resolve()))
    assert names() == before


def test_what_was_kept_once_is_not_overwritten() -> None:
    """Two sheets in turns leave every former output in the folder."""
    ids = []
    for file in ("one.csv", "two.csv", "one.csv", "two.csv"):
        run(file)
        ids.append(run_id())
    assert {f"id_map.{one}.csv" for one in ids[:3]} <= names()


def test_outputs_whose_run_nobody_knows_are_kept_too() -> None:
    """Where summary.json is gone, the former outputs of another sheet are kept as `former`, each time anew."""
    for number in range(3):
        run(("one.csv", "two.csv")[number % 2])
        Path("out/summary.json").unlink()
    assert {"id_map.former.csv", "id_map.former-2.csv", "id_map.csv"} <= names()


def test_rejects_that_are_fed_in_are_not_overwritten() -> None:
    """Importing out/rejects.csv into the same folder leaves that file as the person corrected it."""
    run("one.csv")
    rejects = Path("out/rejects.csv")
    mended = rejects.read_text(encoding="utf-8").replace(",12,", ",+14155550102,")
    rejects.write_text(mended, encoding="utf-8")
    assert run("out/rejects.csv") == 0
    assert statuses() == ["created", "created"]
    assert rejects.read_text(encoding="utf-8") == mended


def test_rejects_that_are_still_wrong_give_way_to_what_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    """Rejects that a person has edited are kept, and rejects.csv has what is still wrong: the named next step."""
    Path("one.csv").write_text(BAD + "Cy Fox,13\n", encoding="utf-8")
    run("one.csv")
    rejects = Path("out/rejects.csv")
    mended = rejects.read_text(encoding="utf-8").replace(",12,", ",+14155550102,")
    rejects.write_text(mended, encoding="utf-8")
    capsys.readouterr()
    assert run("out/rejects.csv") == 1
    assert statuses() == ["created", "created", "rejected"]
    assert Path("out/rejects.edited.csv").read_text(encoding="utf-8") == mended
    assert "Bob" not in rejects.read_text(encoding="utf-8")
    assert "openphone-import run out/rejects.csv --sandbox --rate 100 --out out" in capsys.readouterr().out
    rejects.write_text(rejects.read_text(encoding="utf-8").replace(",13,", ",+14155550103,"), encoding="utf-8")
    assert run("out/rejects.csv") == 0
    assert statuses() == ["created"] * 3


@pytest.mark.parametrize("name", ["id_map.csv", "problems.csv", "summary.json"])
def test_an_input_with_the_name_of_an_output_survives(name: str) -> None:
    """A sheet that lies in the output folder under an output's name is neither overwritten nor removed."""
    Path("out").mkdir()
    sheet = Path("out", name)
    sheet.write_text(BAD, encoding="utf-8")
    assert run(f"out/{name}") == 1
    assert sheet.read_text(encoding="utf-8") == BAD
    assert run(f"out/{name}") == 1
    assert sheet.read_text(encoding="utf-8") == BAD


def test_stale_rejects_are_removed() -> None:
    """When no row is rejected any more, no rejects file of the former run stays to send the person back to it."""
    run("one.csv")
    assert "rejects.csv" in names()
    Path("one.csv").write_text(MENDED, encoding="utf-8")
    assert run("one.csv") == 0
    assert "rejects.csv" not in names()


def test_a_check_leaves_the_state_of_a_run_alone() -> None:
    """`check` writes problems and rejects; id_map.csv, summary.json and the journal stay as the run left them."""
    run("one.csv")
    kept = {name: Path("out", name).read_bytes() for name in ("id_map.csv", "summary.json", "journal.sqlite")}
    assert run("one.csv", command="check") == 1
    assert {name: Path("out", name).read_bytes() for name in kept} == kept
    first = run_id()
    assert run("two.csv", command="check") == 0
    assert {name: Path("out", name).read_bytes() for name in kept} == kept
    assert {f"problems.{first}.csv", f"rejects.{first}.csv"} <= names()


def test_a_strict_stop_leaves_the_former_id_map() -> None:
    """--strict that stops writes problems and rejects of the sheet, and no id map: nothing was sent."""
    run("two.csv")
    first = Path("out/id_map.csv").read_bytes()
    assert run("one.csv", "--strict") == 2
    assert Path("out/id_map.csv").read_bytes() == first
    assert "rejects.csv" in names()


def test_a_renamed_person_of_a_household_is_asked_about() -> None:
    """Another given name with the number of a contact whose row is gone may be that contact: asked about."""
    Path("one.csv").write_text(MENDED, encoding="utf-8")
    run("one.csv")
    Path("one.csv").write_text(MENDED.replace("Bob Ray", "Rob Ray"), encoding="utf-8")
    assert run("one.csv") == 1
    assert "maybe-known" in Path("out/problems.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("later", [MENDED, MENDED + "Cy Fox,+14155550105\n", GOOD])
def test_an_unchanged_or_longer_sheet_is_not_asked_about(later: str) -> None:
    """Rows that are new while all former ones are there, or former ones that are gone, raise no question."""
    Path("one.csv").write_text(MENDED, encoding="utf-8")
    run("one.csv")
    Path("one.csv").write_text(later, encoding="utf-8")
    run("one.csv")
    assert "maybe-known" not in Path("out/problems.csv").read_text(encoding="utf-8")


def test_an_id_column_raises_no_question() -> None:
    """With an id column a corrected name is the same contact, and nothing is asked."""
    for name in ("Bob", "Rob"):
        Path("one.csv").write_text(f"Nr,Name,Phone\n7,{name},+14155550102\n", encoding="utf-8")
        run("one.csv", "--map", "Nr=external_id")
    assert "maybe-known" not in Path("out/problems.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(("count", "is_kept"), [(30_000, True), (300_000, False)])
def test_rejects_with_very_many_questions_do_not_count_as_edited(here: Path, count: int, is_kept: bool) -> None:
    """Tens of thousands of questions are kept beside the checksums of the rejects, and more do not displace these."""
    path = here / "rejects.csv"
    path.write_text(BAD, encoding="utf-8")
    remember_checksum(path)
    questions = {"asked": {f"oi1-{number:036}": [number] for number in range(1, count + 1)}}
    remember_questions(here, questions)
    assert not was_edited(path)
    assert questions_of_rejects(here) == (questions if is_kept else {})
