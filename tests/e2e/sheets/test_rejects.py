"""Back to the person and in again: corrected rejects are imported under the identities they had."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

if TYPE_CHECKING:
    from importer.sandbox import Sandbox
    from tests.e2e.sheets.conftest import Deliver, Delivered

BROKEN = (
    "Name,Phone,Company,Email\n"
    "Ann Lee,415-555-0101,Acme,ann@example.com\n"
    "Bòb Ray,1.41556E+10,=cmd(),\n"
    'Cy Ray,call me,"Line1\nLine2",cy@example.com\n'
    "Dy Ray,+1415555010,-x,\n"
    "Ey Ray,415-555-0105,'quoted,\n"
    "Fy Ray,555-0106,@x,\n"
)
REPAIRS = {
    "1.41556E+10": "415-555-0102",
    "call me": "415-555-0103",
    "'+1415555010": "'+14155550104",
    "+1415555010": "+14155550104",
    "555-0106": "415-555-0106",
}
PHONES = {
    "Ann": "+14155550101", "Bòb": "+14155550102", "Cy": "+14155550103", "Dy": "+14155550104", "Ey": "+14155550105",
    "Fy": "+14155550106",
}  # fmt: skip


def workbook_of(text: str) -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "People"
    sheet.append(["Our people"])
    for record in csv.reader(io.StringIO(text, newline="")):
        sheet.append(record)
        for cell in sheet[sheet.max_row]:
            cell.data_type = "s" if cell.value is not None else cell.data_type
    return saved(workbook)


def saved(workbook: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


@dataclass(frozen=True)
class Kind:
    """A form of the broken sheet: its name and bytes, its rejects, and how the rows in these are corrected."""

    name: str
    content: bytes
    rejects: str
    encoding: str = "utf-8"
    delimiter: str = ","

    def correct(self, path: Path, wrong: set[str] | None = None) -> None:
        """Put right the cells of `wrong` (all by default), as a spreadsheet program would save the file."""
        repairs = {cell: right for cell, right in REPAIRS.items() if wrong is None or cell in wrong}
        if path.suffix == ".xlsx":
            workbook = openpyxl.load_workbook(path)
            for row in workbook.worksheets[0].iter_rows():
                for cell in row:
                    if isinstance(cell.value, str) and cell.value in repairs:
                        cell.value = repairs[cell.value]
            path.write_bytes(saved(workbook))
            return
        with path.open(encoding=self.encoding, newline="") as stream:
            read = list(csv.reader(stream, delimiter=self.delimiter))
        records = [[repairs.get(cell, cell) for cell in record] for record in read]
        with path.open("w", encoding=self.encoding, newline="") as stream:
            csv.writer(stream, delimiter=self.delimiter).writerows(records)


KINDS = {
    "csv": Kind("people.csv", BROKEN.encode(), "rejects.csv"),
    "cp1252 with semicolons": Kind(
        "people.csv", BROKEN.replace(",", ";").encode("cp1252"), "rejects.csv", "cp1252", ";"
    ),
    "utf-16 with tabs": Kind("people.txt", BROKEN.replace(",", "\t").encode("utf-16"), "rejects.csv", "utf-16", "\t"),
    "xlsx": Kind("people.xlsx", workbook_of(BROKEN), "rejects.xlsx"),
    "xlsx as csv": Kind("people.xlsx", workbook_of(BROKEN), "rejects.csv"),
}


def phones(sandbox: Sandbox) -> dict[str, str]:
    return {
        contact["defaultFields"]["firstName"]: contact["defaultFields"]["phoneNumbers"][0]["value"]
        for contact in sandbox.contacts()
    }


def rejected(got: Delivered) -> set[str]:
    return {line["external_id"] for line in got.id_map.values() if line["status"] == "rejected"}


@pytest.mark.parametrize("out", ["out", "second"])
@pytest.mark.parametrize("what", KINDS)
def test_corrected_rejects_are_imported_under_their_ids(
    deliver: Deliver, sandbox: Sandbox, tmp_path: Path, what: str, out: str
) -> None:
    """The corrected rows, and no others, arrive under the ids of the first run; the file that is read survives."""
    kind = KINDS[what]
    first = deliver(kind.content, "--region", "US", name=kind.name, folder=tmp_path, sandbox=sandbox)
    assert set(phones(sandbox)) == {"Ann", "Ey"}
    path = tmp_path / "out" / kind.rejects
    kind.correct(path)
    before = path.read_bytes()
    again = deliver(None, "--region", "US", name=f"out/{kind.rejects}", folder=tmp_path, sandbox=sandbox, out=out)
    assert again.code == 0
    assert set(again.statuses.values()) == {"created"}
    assert {line["external_id"] for line in again.id_map.values()} >= rejected(first)
    assert phones(sandbox) == PHONES
    assert path.read_bytes() == before
    fields = [contact["defaultFields"] for contact in sandbox.contacts()]
    companies = {contact["firstName"]: contact["company"] for contact in fields}
    assert companies == {"Ann": "Acme", "Bòb": "=cmd()", "Cy": "Line1 Line2", "Dy": "-x", "Ey": "'quoted", "Fy": "@x"}


@pytest.mark.parametrize("what", ["csv", "cp1252 with semicolons", "xlsx"])
def test_rejects_of_rejects(deliver: Deliver, sandbox: Sandbox, tmp_path: Path, what: str) -> None:
    """What is still wrong comes back, under the same ids, until everything is in; one map tells of the sheet."""
    kind = KINDS[what]
    options = ("--region", "US")
    first = deliver(kind.content, *options, name=kind.name, folder=tmp_path, sandbox=sandbox)
    kind.correct(tmp_path / "out" / kind.rejects, {"call me", "555-0106"})
    second = deliver(None, *options, name=f"out/{kind.rejects}", folder=tmp_path, sandbox=sandbox)
    assert sorted(second.statuses.values()) == [*["created"] * 4, *["rejected"] * 2]
    assert rejected(second) < rejected(first)
    assert (tmp_path / "out" / f"rejects.edited{Path(kind.rejects).suffix}").exists()
    kind.correct(tmp_path / "out" / kind.rejects)
    third = deliver(None, *options, name=f"out/{kind.rejects}", folder=tmp_path, sandbox=sandbox)
    assert third.code == 0, third.said
    assert {line["external_id"] for line in third.id_map.values()} >= rejected(first)
    assert phones(sandbox) == PHONES
    assert len(list((tmp_path / "out").glob("id_map*.csv"))) == 1


def test_rejects_are_the_persons_own_columns(deliver: Deliver, tmp_path: Path) -> None:
    """rejects.csv has their encoding and delimiter, their columns in order, and cells that are harmless when opened."""
    kind = KINDS["cp1252 with semicolons"]
    got = deliver(kind.content, "--region", "US", folder=tmp_path)
    with (tmp_path / "out" / "rejects.csv").open(encoding="cp1252", newline="") as stream:
        lines = list(csv.reader(stream, delimiter=";"))
    assert lines[0] == ["Name", "Phone", "Company", "Email", "_row", "_column", "_problem", "_external_id"]
    assert [line[0] for line in lines[1:]] == ["Bòb Ray", "Cy Ray", "Dy Ray", "Fy Ray"]
    assert [line[2] for line in lines[1:]] == ["'=cmd()", "Line1\nLine2", "'-x", "'@x"]
    assert [line[4] for line in lines[1:]] == ["3", "4", "5", "7"]
    assert {line[5] for line in lines[1:]} == {"Phone"}
    assert {line[7] for line in lines[1:]} == rejected(got)


def test_a_reject_of_a_workbook_is_marked_where_it_is_wrong(deliver: Deliver, tmp_path: Path) -> None:
    """rejects.xlsx has the sheet's name, a comment and a colour on the cells at fault, another colour for a warning."""
    deliver(KINDS["xlsx"].content, "--region", "US", name="people.xlsx", folder=tmp_path)
    sheet = openpyxl.load_workbook(tmp_path / "out" / "rejects.xlsx")["People"]
    marked = {cell.coordinate: cell.fill.fgColor.rgb for row in sheet.iter_rows() for cell in row if cell.comment}
    colours = {marked[name] for name in ("B2", "B3", "B4", "B5")}
    assert set(marked) == {"B2", "B3", "B4", "B5", "C3"}
    assert len(colours) == 1
    assert not colours & {sheet["A2"].fill.fgColor.rgb, marked["C3"]}
    assert "call me" in sheet["B3"].comment.text
    assert sheet["C2"].value == "=cmd()"
    assert sheet["C2"].data_type == "s"


def test_extra_cells_come_back_where_the_person_finds_them(deliver: Deliver, sandbox: Sandbox, tmp_path: Path) -> None:
    """A row with too many cells is handed back with them, and imported once they are put right."""
    text = 'Name,Phone,Company\nAnn,+14155550101,A, Inc.\nBob,+14155550102,B\n'  # fmt: skip
    first = deliver(text, folder=tmp_path, sandbox=sandbox)
    path = tmp_path / "out" / "rejects.csv"
    records = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    assert records[1][-1] == " Inc."
    records[1] = ["Ann", records[1][1], "A, Inc.", *records[1][3:7]]
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(records)
    again = deliver(None, name="out/rejects.csv", folder=tmp_path, sandbox=sandbox)
    assert again.people[2] == {"first": "Ann", "phones": ["+14155550101"], "company": "A, Inc."}
    assert again.id_map[2]["external_id"] == first.id_map[2]["external_id"]


@pytest.mark.parametrize(("header", "cells"), [("Customer ID", ["2", "Ann Leigh"]), ("Other", ["1", "Ann Leigh"])])
def test_a_conflict_can_be_told_apart(
    deliver: Deliver, sandbox: Sandbox, tmp_path: Path, header: str, cells: list[str]
) -> None:
    """A second row under an id, once the person says who it is, becomes a contact of its own."""
    text = f"{header},Name,Phone,Company\n1,Ann Lee,+14155550101,A\n1,Ann Lee,+14155550101,B\n"
    options = ("--map", f"{header}={'external_id' if header == 'Customer ID' else 'ignore'}")
    first = deliver(text, *options, folder=tmp_path, sandbox=sandbox)
    assert list(first.statuses.values()) == ["created", "conflict"]
    path = tmp_path / "out" / "rejects.csv"
    records = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    records[1][:2] = cells
    records[1][records[0].index("_external_id")] = "new"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(records)
    again = deliver(None, *options, name="out/rejects.csv", folder=tmp_path, sandbox=sandbox)
    assert list(again.statuses.values()) == ["created", "created"]
    assert len(sandbox.contacts()) == 2


def test_a_run_repeated_after_the_rejects_makes_nobody_twice(
    deliver: Deliver, sandbox: Sandbox, tmp_path: Path
) -> None:
    """With an id column the original sheet, corrected in its place, finds the contacts of its corrected rejects."""
    text = "Customer ID,Name,Phone\n1,Ann,call me\n2,Bob,+14155550102\n"
    options = ("--map", "Customer ID=external_id")
    deliver(text, *options, folder=tmp_path, sandbox=sandbox)
    path = tmp_path / "out" / "rejects.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Ann,call me", "Ann,+14155550101"), encoding="utf-8")
    deliver(None, *options, name="out/rejects.csv", folder=tmp_path, sandbox=sandbox)
    final = deliver(text.replace("call me", "+14155550101"), *options, folder=tmp_path, sandbox=sandbox)
    assert final.code == 0
    assert len(sandbox.contacts()) == 2
    assert {line["contact_id"] for line in final.id_map.values()} == {one["id"] for one in sandbox.contacts()}
    assert json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))["rows"] == 2
