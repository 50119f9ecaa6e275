"""A sheet that the last run finished is not read again, and nobody sees a difference."""

from __future__ import annotations

import asyncio
import io
import json
import re
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importer.pipeline.undo import undo
from tests.pipeline.reading.both_ways import ODD, ODD_MAP, both_ways, is_quick, rows_of, write_lines

if TYPE_CHECKING:
    from tests.pipeline.conftest import Desk, MakeRow


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"on_match": "update"},
        {"on_match": "fill-blank", "bad_cells": "reject"},
        {"region": "GB", "date_order": "dmy", "phones": "lenient"},
        {"limit": 4},
        {"values": {"company": "Oak Ltd", "role": {"words": {"sales": "Seller"}}}},
        {"only": ("ID != P5",)},
        {"mask": True, "max_rejects": "9", "expect_rows": "10%", "source": "crm", "id_prefix": "crm-"},
    ],
    ids=str,
)
def test_the_first_run_after_a_finished_one_is_quick(desk: Desk, options: dict[str, Any]) -> None:
    """Files, tables, events and the record of a run that reads nothing are those of one that reads all, to the byte."""
    options = {"map": ODD_MAP, **options}
    write_lines(desk, ODD)
    desk.run(**options)
    made = desk.sandbox.contacts()
    for _ in range(2):
        assert both_ways(desk, **options)
    assert desk.sandbox.contacts() == made


def test_a_workbook_is_known_again(desk: Desk) -> None:
    """A sheet of a workbook, whose rejects are a workbook too, is as quick."""
    book = desk.folder / "people.xlsx"
    with xlsxwriter.Workbook(book) as workbook:
        for number, line in enumerate(ODD):
            workbook.add_worksheet("People") if not number else None
            workbook.get_worksheet_by_name("People").write_row(number, 0, line.split(","))
    desk.adapt = lambda job: replace(job, file=str(book))
    desk.run(map=ODD_MAP)
    assert both_ways(desk, map=ODD_MAP)


def test_contacts_that_were_there_are_known_again(desk: Desk, row: MakeRow) -> None:
    """Rows that were found equal, changed or filled stand as they were left."""
    people = [row(number) for number in range(6)]
    desk.settle([*people[:2], *({**one, "Role": "Boss"} for one in people[2:4])])
    desk.write(people)
    for policy in ("update", "fill-blank"):
        desk.run(on_match=policy)
        assert both_ways(desk, on_match=policy)


def test_contacts_that_were_left_alone_take_one_more_reading(desk: Desk, row: MakeRow) -> None:
    """What delivery said of a contact that differs is staged by the next run; the one after it is quick."""
    desk.settle([row(1, Role="Boss")])
    desk.write([row(1), row(2)])
    desk.run()
    assert not both_ways(desk)
    assert both_ways(desk)
    assert both_ways(desk)


# The cells of the second person, and of the one who comes in place of the first, or besides.
ASKED: dict[str, list[dict[str, str]]] = {
    "a second row": [{}, {"Phone": "+442079400001", "First Name": "Ada1", "Email": "a@example.com"}],
    "another name": [{}, {"Phone": "+442079400001", "First Name": "Adele", "Email": ""}],
    "a question and a reject": [{"Phone": "12", "Email": ""}, {"Phone": "+442079400004", "First Name": "Ada4"}],
}


@pytest.mark.parametrize("cells", ASKED.values(), ids=ASKED)
@pytest.mark.parametrize("policy", ["create-only", "update"])
def test_questions_that_stay_open_are_quick_once_a_reading_changed_nothing(
    desk: Desk, row: MakeRow, cells: list[dict[str, str]], policy: str
) -> None:
    """A reading that sends nothing and leaves the journal as it was is not repeated, and nobody sees a difference."""
    options: dict[str, Any] = {"map": (("ID", "ignore"),), "on_match": policy}
    people = [row(1), row(2, **cells[0]), row(3), row(4)]
    desk.write(people)
    desk.run(**options)
    made = len(desk.sandbox.contacts())
    is_changed = cells[1]["First Name"] == "Adele"
    desk.write([*people[is_changed:], row(5, **cells[1])])
    assert desk.run(**options).summary.exit_code == 1
    quick = [both_ways(desk, is_asking=True, **options) for _ in range(4)]
    assert quick[-2:] == [True, True]
    assert len(desk.sandbox.contacts()) == made


def test_a_sheet_from_standard_input_is_known_by_its_bytes(desk: Desk, row: MakeRow) -> None:
    """What comes through a pipe is quick where it is what came before, and read where it is not."""
    desk.adapt = lambda job: replace(job, file="-", stdin=io.BytesIO(desk.sheet.read_bytes()))
    desk.write([row(1)])
    desk.run()
    assert both_ways(desk)
    desk.write([row(1), row(2)])
    assert not both_ways(desk)
    assert len(desk.sandbox.contacts()) == 2


CELLED = {"Last Name": "", "Company": ""}
CELLS = {
    "ID": st.sampled_from(["P1", "P2", "P3", "", "x" * 90]),
    "First Name": st.sampled_from(["Ann", "Bob", "Zoë", "", "N/A"]),
    "Phone": st.sampled_from(["+442079400001", "020 7940 0001", "12", "", "+14155550100 ext 5"]),
    "Email": st.sampled_from(["ann@example.com", "bob@example", ""]),
    "Role": st.sampled_from(["Sales", ""]),
}
SHEETS = st.lists(st.fixed_dictionaries(CELLS), min_size=1, max_size=6)
OPTIONS = st.fixed_dictionaries(
    {"on_match": st.sampled_from(["create-only", "update", "fill-blank"]), "region": st.sampled_from([None, "GB"])}
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), first=SHEETS, options=OPTIONS)
def test_quick_or_not_the_outcome_is_the_same(desk: Desk, data: st.DataObject, first: Any, options: Any) -> None:
    """Whatever the sheet and the settings, and what is changed in between: a quick run leaves what a full one would."""
    shutil.rmtree(desk.out, ignore_errors=True)
    desk.sandbox.reset()
    sheet = first
    desk.settle([{**CELLED, **one} for one in data.draw(st.lists(st.fixed_dictionaries(CELLS), max_size=2), "there")])
    for _ in range(data.draw(st.integers(2, 4), "runs")):
        desk.write([{**CELLED, **one} for one in sheet])
        both_ways(desk, **options) if desk.out.exists() else desk.run(**options)
        sheet = data.draw(st.one_of(st.just(sheet), SHEETS), "next sheet")
        options = data.draw(st.one_of(st.just(options), OPTIONS), "next options")


def test_what_is_kept_of_a_run_is_small_and_names_nobody(desk: Desk) -> None:
    """The record holds a digest, two numbers, a checksum of the ids and the countries; no value of a contact."""
    write_lines(desk, ODD)
    desk.run(map=ODD_MAP)
    ((text,),) = rows_of(desk, "SELECT json_extract(facts, '$.left') FROM runs")
    left = json.loads(text)
    assert set(left) == {"mark", "problems", "phones", "ids"}
    assert isinstance(left["ids"], int)
    assert re.fullmatch("[0-9a-f]{32}", left["mark"])
    assert left["phones"] == [["United Kingdom and islands (+44)", 4], ["United States, Canada and others (+1)", 1]]
    assert len(text) < 300


def test_an_undo_after_quick_runs_takes_the_first_one_back(desk: Desk, row: MakeRow) -> None:
    """Runs that took what was left stand in no one's way: undo finds the run that wrote, and the sheet is read anew."""
    desk.write([row(1), row(2)])
    desk.run()
    desk.run()
    desk.run()
    assert is_quick(desk)
    assert asyncio.run(undo(desk.job())).counts["reversed"] == 2
    assert desk.sandbox.contacts() == []
    desk.run()
    assert not is_quick(desk)
    assert len(desk.sandbox.contacts()) == 2
