"""A header with outer spaces, without a name or with a twin behaves in every output as a plain one does."""

from __future__ import annotations

import asyncio
import csv
import io
import re
import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from importer.mapping.chosen.overrides import column_position
from importer.model import column_names
from importer.pipeline.map import propose
from importer.pipeline.run import run
from importer.settings.load import load
from importer.spreadsheet.opening import open_table

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.cell import Cell, MergedCell

    from importer.pipeline.job import Job
    from tests.pipeline.conftest import Desk

PLAIN = ("ID", "First Name", "Phone", "When", "Note")
PADS = ("{} ", " {}", "{}\u00a0", "\u00a0{}", "{}\t", "\t{}")
ODD = {
    **{f"padded {pad!r}": tuple(map(pad.format, PLAIN)) for pad in PADS},
    "without a name": (*PLAIN[:3], "", PLAIN[4]),
    "all of blanks": (*PLAIN[:3], " \u00a0", PLAIN[4]),
    "twins": (*PLAIN[:3], "When", "When"),
    "twins but for a space": (*PLAIN[:3], "When", "When "),
    "twins but for a no-break space": (*PLAIN[:3], "\u00a0When", "When"),
}
GOOD = (("P1", "Ada", "+442079400001", "2024-01-31", "x"), ("P2", "Bea", "+442079400002", "2024-02-29", "y"))
BAD = (("P1", "Ada", "+442079400001", "31.02.2024", "x"), ("P2", "Bea", "12", "2024-02-29", "y"))
CLEAR = {"default": "update", "custom:Customer Since": "clear"}


class Import:
    """Runs of one workbook under some headers, and what they left, in the words of the plain headers."""

    def __init__(self, desk: Desk, headers: tuple[str, ...]) -> None:
        desk.sandbox.reset()
        self.desk, self.headers = desk, headers
        self.names = column_names(headers)
        fields = ("external_id", "first_name", "phone", "custom:Customer Since", "ignore")
        self.map = tuple(zip(self.names, fields, strict=True))

    def job(self, rows: tuple[tuple[str, ...], ...], saved: Path | None = None, **options: Any) -> Job:
        workbook = openpyxl.Workbook()
        for row in (self.headers, *rows):
            workbook.worksheets[0].append(row)
        workbook.save(self.desk.folder / "people.xlsx")
        job = self.desk.job(**{"map": self.map, **options})
        if saved:
            own = {"base_url": self.desk.sandbox.url, "rate": 200.0, "out": self.desk.out, "yes": True}
            job = replace(job, settings=load(own, {}, saved))
        return replace(job, file=str(self.desk.folder / "people.xlsx"))

    def run(self, rows: tuple[tuple[str, ...], ...], **options: Any) -> dict[str, Any]:
        """Run, and gather every output."""
        report = asyncio.run(run(self.job(rows, **options)))
        out: Path = self.desk.out
        outputs: dict[str, Any] = {
            "statuses": {str(status): count for status, count in report.summary.counts.items() if count},
            "problems": self.plain((out / "problems.csv").read_text(encoding="utf-8")),
            "contacts": {
                contact["externalId"]: {item["name"]: item["value"] for item in contact["customFields"]}
                for contact in self.desk.sandbox.contacts()
            },
        }
        if report.rejects:
            with (out / "rejects.csv").open(encoding="utf-8-sig", newline="") as stream:
                outputs["rejects"] = [list(map(self.plain, line)) for line in list(csv.reader(stream))[1:]]
            for name in ("rejects.csv", "rejects.xlsx"):
                assert open_table(out / name).headers[:5] == self.headers, "the person's own headers come back"
            sheet = openpyxl.load_workbook(out / "rejects.xlsx").worksheets[0]
            outputs["workbook"] = [
                (cell.coordinate, self.plain(str(cell.value)), cell.fill.fgColor.rgb, self.plain(comment_of(cell)))
                for row in sheet.iter_rows(min_row=2)
                for cell in row
            ]
            page = self.plain((out / "report.html").read_text(encoding="utf-8"))
            outputs["page"] = re.findall(r"<tr><th scope=row>[^\n]*", page)
        return outputs

    def plain(self, text: str) -> str:
        """The text with the plain header wherever it has the name of a column."""
        for name, usual in zip(self.names, PLAIN, strict=True):
            text = text.replace(name, usual)
        return text


def comment_of(cell: Cell | MergedCell) -> str:
    return cell.comment.text if cell.comment else ""


def everything(desk: Desk, headers: tuple[str, ...]) -> list[Any]:
    """A first import, a nightly one with a cell that cannot be read, one that rejects such cells, and the mapping."""
    imports = Import(desk, headers)
    outputs: list[Any] = [
        imports.run(GOOD),
        imports.run(BAD, on_match=CLEAR),
        imports.run(BAD, on_match=CLEAR, bad_cells="reject"),
    ]
    proposal = asyncio.run(propose(imports.job(GOOD)))
    outputs.append([(imports.plain(line.name), line.field) for line in proposal.lines])
    saved = proposal.save(seen=True)
    outputs.append(
        {imports.plain(name): field for name, field in tomllib.loads(saved.read_text("utf-8"))["map"].items()}
    )
    # Under the saved mapping no column is new, gone or another one.
    outputs.append(imports.run(GOOD, saved=saved))
    saved.unlink()
    return outputs


@pytest.mark.parametrize("headers", ODD.values(), ids=ODD)
def test_an_odd_header_behaves_as_a_plain_one(desk: Desk, headers: tuple[str, ...]) -> None:
    """Problems, rejects, page, mapping, lock and clear rules are those of the same sheet with plain headers."""
    expected = everything(desk, PLAIN)
    for file in desk.out.iterdir():
        file.unlink()
    assert everything(desk, headers) == expected


def test_what_the_plain_sheet_gives(desk: Desk) -> None:
    """The sheet of the law above has each of the outputs that it compares."""
    _, nightly, rejecting, lines, *_ = everything(desk, PLAIN)
    assert nightly["contacts"]["P1"]["Customer Since"].startswith("2024-01-31"), (
        "a cell that can't be read clears nothing"
    )
    found = {(one["row"], one["column"], one["rule"]) for one in csv.DictReader(io.StringIO(nightly["problems"]))}
    assert {("", "When", "field-type"), ("3", "Phone", "phone-no-country")} <= found
    assert rejecting["statuses"] == {"rejected": 2}
    coloured = {place for place, _, colour, said in rejecting["workbook"] if colour == "00FFC7CE" and said}
    assert coloured == {"D2", "C3"}
    assert len(re.findall("class=x>", "".join(rejecting["page"]))) == 2
    assert lines[3][0] == "When"


@pytest.mark.parametrize("recipe", [{"column": "When"}, {"first": ["Note", "When"]}, {"template": "{When}"}])
def test_a_bad_cell_under_values_empties_nothing(desk: Desk, recipe: dict[str, Any]) -> None:
    """A column that [values] computes from a cell that cannot be read clears nothing either."""
    imports = Import(desk, PLAIN)
    fields = {"values": {"custom:Customer Since": recipe}, "map": (*imports.map[:3], ("When", "ignore"))}
    good, bad = (tuple((*row[:4], "") for row in rows) for rows in (GOOD, BAD))
    assert imports.run(good, **fields)["statuses"] == {"created": 2}
    contacts = imports.run(bad, on_match=CLEAR, **fields)["contacts"]
    assert contacts["P1"]["Customer Since"].startswith("2024-01-31")


SPELLINGS = ("Name", "name", "NAME", " Name", "Name\u00a0", "\tName", "First  Name", "First Name", "", " ", "Tel")


@given(st.lists(st.sampled_from(SPELLINGS)))
@example(["Name", "Name ", "name"])
def test_map_takes_every_column_by_its_name(headers: list[str]) -> None:
    """No two columns have one name, and `--map NAME=...` finds the column that has it."""
    names = column_names(tuple(headers))
    assert len(set(names)) == len(names)
    assert [column_position(headers, name) for name in names] == list(range(len(headers)))
