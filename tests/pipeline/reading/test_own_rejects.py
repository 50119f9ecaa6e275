"""One folder, one map: a run of a folder's rejects is about the rows of the sheet that they come from."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from importer.cli.app import main

if TYPE_CHECKING:
    from tests.pipeline.reading.conftest import Office

SHEET = "Name,Phone,Email\nAnn Lee,+14155550101,ann@example.com\nBob Ray,12,bob@example.com\nCy Fox,13,cy@example.com\n"
WHOLE = ["Ann Lee", "Bob Ray", "Cy Fox"]
BOB, CY = ("Bob Ray,12,", "Bob Ray,+14155550102,"), ("Cy Fox,13,", "Cy Fox,+14155550103,")


def lines(name: str) -> list[dict[str, str]]:
    with Path("out", name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def summary() -> dict[str, Any]:
    return dict(json.loads(Path("out/summary.json").read_text(encoding="utf-8")))


def test_one_map_in_the_row_numbers_of_the_sheet(office: Office) -> None:
    """Rejects that are run fill in the rows that they come from; all others stay, and the counts add up."""
    assert office.run(SHEET) == 1
    before = lines("id_map.csv")
    assert summary()["this_run"] == {"created": 1, "updated": 0, "deleted": 0, "unchanged": 0, "retried": 0}
    office.answer(BOB)
    assert office.run("", file="out/rejects.csv") == 1
    rows = lines("id_map.csv")
    assert [(line["row"], line["status"]) for line in rows] == [("2", "created"), ("3", "created"), ("4", "rejected")]
    assert rows[0] == before[0]
    assert [line["external_id"] for line in rows] == [line["external_id"] for line in before]
    facts = summary()
    assert (facts["file"], facts["rows"], facts["created"], facts["rejected"]) == ("people.csv", 3, 2, 1)
    assert facts["this_run"] == {"created": 1, "updated": 0, "deleted": 0, "unchanged": 0, "retried": 0}
    ids = {contact["id"] for contact in office.sandbox.contacts()}
    assert {line["contact_id"] for line in rows} == ids | {""}
    assert {path.name for path in Path("out").glob("id_map*")} == {"id_map.csv"}


def test_the_problems_of_corrected_rows_are_gone(office: Office) -> None:
    """problems.csv and the rejects list what is still wrong, by the rows of the sheet."""
    office.run(SHEET)
    office.answer(BOB)
    office.run("", file="out/rejects.csv")
    assert {line["row"] for line in lines("problems.csv") if line["severity"] == "error"} == {"4"}
    (left,) = lines("rejects.csv")
    assert (left["_row"], left["Name"], left["Phone"]) == ("4", "Cy Fox", "13")
    office.answer(CY)
    assert office.run("", file="out/rejects.csv") == 0
    assert not [line for line in lines("problems.csv") if line["severity"] == "error"]
    assert office.names() == WHOLE


def test_a_row_that_was_taken_out_of_the_rejects_comes_back(office: Office) -> None:
    """A rejected row that the person removed from the rejects is still rejected, and handed back as it was."""
    office.run(SHEET)
    rejects = Path("out/rejects.csv")
    kept = [line for line in rejects.read_text(encoding="utf-8").splitlines() if not line.startswith("Cy")]
    rejects.write_text("\n".join(kept).replace(*BOB), encoding="utf-8")
    assert office.run("", file="out/rejects.csv") == 1
    (left,) = lines("rejects.csv")
    assert (left["_row"], left["Name"], left["Phone"]) == ("4", "Cy Fox", "13")
    office.answer(CY)
    assert office.run("", file="out/rejects.csv") == 0
    assert office.names() == WHOLE


def test_rejects_in_another_order_with_rows_of_their_own(office: Office) -> None:
    """Rejects may be sorted, and rows added to them come after those of the sheet; run twice, they are no more."""
    office.run(SHEET)
    rejects = Path("out/rejects.csv")
    header, *rows = rejects.read_text(encoding="utf-8").replace(*BOB).splitlines()
    text = "\n".join([header, *reversed(rows), "Dee Orr,+14155550104,dee@example.com,,,,"])
    for _ in range(2):
        Path("sorted.csv").write_text(text, encoding="utf-8")
        assert office.run("", file="sorted.csv") == 1
        assert [line["status"] for line in lines("id_map.csv")] == ["created", "created", "rejected", "created"]
        (left,) = lines("rejects.csv")
        assert (left["_row"], left["Name"]) == ("4", "Cy Fox")
    assert office.names() == ["Ann Lee", "Bob Ray", "Dee Orr"]


def test_rejects_of_another_folder_are_another_sheet(office: Office) -> None:
    """Rejects whose ids are not those of this folder's rows change nothing in its map."""
    office.run("Name,Phone\nDee Orr,+14155550104\nEve Poe,14\nFay Roe,15\n", file="others.csv", out="elsewhere")
    office.run(SHEET)
    before = Path("out/id_map.csv").read_bytes()
    Path("theirs.csv").write_bytes(Path("elsewhere/rejects.csv").read_bytes())
    assert office.run("", file="theirs.csv") == 1
    (former,) = Path("out").glob("id_map.*.csv")
    assert former.read_bytes() == before


@pytest.mark.parametrize("command", ["check", "plan", "verify"])
def test_looking_at_rejects_changes_nothing(office: Office, command: str) -> None:
    """check, plan and verify of the rejects leave the map, the summary and the rejects as they are."""
    office.run(SHEET)
    office.answer(BOB)
    kept = {name: Path("out", name).read_bytes() for name in ("id_map.csv", "summary.json", "rejects.csv")}
    service = [] if command == "check" else ["--base-url", office.sandbox.url]
    assert main([command, "out/rejects.csv", "--out", "out", "-q", *service]) == 1
    assert {name: Path("out", name).read_bytes() for name in kept} == kept
    assert not list(Path("out").glob("id_map.*.csv"))
    assert office.run("", file="out/rejects.csv") == 1
    assert office.names() == ["Ann Lee", "Bob Ray"]


def test_a_workbook_of_rejects(office: Office) -> None:
    """Rejects of a workbook are corrected in rejects.xlsx and fill in the rows of the workbook."""
    from openpyxl import Workbook, load_workbook

    book = Workbook()
    for line in SHEET.splitlines():
        book.worksheets[0].append(line.split(","))
    book.save("people.xlsx")
    assert office.run("", file="people.xlsx") == 1
    rejects = load_workbook("out/rejects.xlsx")
    rejects.worksheets[0]["B2"] = "+14155550102"
    rejects.save("out/rejects.xlsx")
    assert office.run("", file="out/rejects.xlsx") == 1
    assert [line["status"] for line in lines("id_map.csv")] == ["created", "created", "rejected"]
    left = load_workbook("out/rejects.xlsx").worksheets[0]
    assert [left["A2"].value, left["B2"].value, left["A3"].value] == ["Cy Fox", "13", None]
    assert office.run("", file="people.xlsx") == 1
    assert office.names() == ["Ann Lee", "Bob Ray"]
    assert [line["status"] for line in lines("id_map.csv")] == ["created", "created", "rejected"]


def test_rejects_are_read_as_the_columns_of_their_sheet(office: Office) -> None:
    """Numbers with a digit too many are no numbers from abroad only because a file of rejects has no others."""
    people = "".join(f"Al {name},415-555-01{number:02}\n" for number, name in enumerate("BCDEFGHIJKLMNOPQRSTUVW"))
    # The second run of the sheet finds it unchanged, and does not read its rows.
    for _ in range(2):
        assert office.run(f"Name,Phone\n{people}Uma Lee,442079460103\nVi Lee,442079460104\n", "--region", "US") == 1
    before = lines("rejects.csv")
    assert len(before) == 2
    for _ in range(2):
        assert office.run("", file="out/rejects.csv") == 1
        assert lines("rejects.csv") == before
        assert office.statuses().count("created") == len(office.names()) == 22
    office.answer(("442079460103", "+442079460103"), ("442079460104", "415-555-0199"))
    assert office.run("", file="out/rejects.csv") == 0
    assert len(office.names()) == 24


def test_rejects_are_read_as_from_abroad_where_their_sheet_is(office: Office) -> None:
    """A corrected number and a date are read in the way that the whole columns show."""
    people = "".join(f"Al {name},44207946{number:04},3/{number + 13}/2024\n" for number, name in enumerate("BCDEFGHIJ"))
    options = ("--region", "US")
    assert office.run(f"Name,Phone,Customer Since\n{people}Uma Lee,12,3/4/2024\n", *options) == 1
    office.answer(("Lee,12,", "Lee,442079460103,"))
    assert office.run("", file="out/rejects.csv") == 0
    (uma,) = [contact for contact in office.sandbox.contacts() if "Uma" in str(contact["defaultFields"])]
    assert uma["defaultFields"]["phoneNumbers"][0]["value"] == "+442079460103"
    assert "2024-03-04" in str(uma["customFields"])


@pytest.mark.parametrize("command", ["check", "plan"])
def test_rejects_that_no_run_handed_back_are_read_as_their_sheet(office: Office, command: str) -> None:
    """Also where no run has read the sheet, its rejects are refused again until they are corrected."""
    people = "".join(f"Al {name},415-555-01{number:02}\n" for number, name in enumerate("BCDEFGHIJKLMNOPQRSTUVW"))
    sheet = f"Name,Phone\n{people}Uma Lee,442079460103\nVi Lee,442079460104\n"
    Path("people.csv").write_text(sheet, encoding="utf-8")
    service = ("--base-url", office.sandbox.url) if command == "plan" else ()
    assert main([command, "people.csv", *service, "--yes", "--region", "US", "--out", "out"]) == 1
    for out in ("elsewhere", "out", "out"):
        assert office.run("", "--region", "US", file="out/rejects.csv", out=out) == 1
        assert office.names() == []
    office.answer(("442079460103", "+442079460103"), ("442079460104", "415-555-0199"))
    assert office.run("", "--region", "US", file="out/rejects.csv") == 0
    assert len(office.names()) == 2


@pytest.mark.parametrize(
    "read_as",
    [7, {"region": "US"}, {"region": "US", "date_orders": {"Phone": "x"}, "number_styles": {}, "abroad": {}}],
)
def test_columns_that_cannot_be_read_are_as_the_file_shows(office: Office, read_as: object) -> None:
    """A damaged file of how columns were read stops nothing."""
    Path("people.csv").write_text("Name,Phone\nAnn Lee,415-555-0101\nUma Lee,12\n", encoding="utf-8")
    assert main(["check", "people.csv", "--yes", "--region", "US", "--out", "out"]) == 1
    path = Path("out/.rejects.json")
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | {"read_as": read_as}), encoding="utf-8")
    office.answer(("Lee,12,", "Lee,415-555-0102,"))
    assert office.run("", "--region", "US", file="out/rejects.csv") == 0
