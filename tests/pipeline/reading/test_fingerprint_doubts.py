"""In any doubt a sheet is read again, though the last run finished it."""

from __future__ import annotations

import asyncio
import json
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from importer.delivery.journal import Journal, RunRecord
from importer.errors import Declined, GuardStop
from importer.pipeline.job import Hooks
from importer.pipeline.run import run
from importer.pipeline.undo import undo
from tests.pipeline.reading.both_ways import is_quick, rows_of, write_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from importer.pipeline.reading.asked_people import AskedRow, PeopleAnswer
    from tests.pipeline.conftest import Desk, MakeRow


def edited(desk: Desk) -> None:
    desk.sheet.write_text(desk.sheet.read_text(encoding="utf-8").replace("Sales", "Lead", 1), encoding="utf-8")


def longer(desk: Desk) -> None:
    desk.sheet.write_text(desk.sheet.read_text(encoding="utf-8") + "P99,New,,+442079400099,,,\n", encoding="utf-8")


def saved_otherwise(desk: Desk) -> None:
    desk.sheet.write_bytes(b"\xef\xbb\xbf" + desk.sheet.read_bytes())


def renamed(desk: Desk) -> None:
    copy = desk.folder / "others.csv"
    shutil.copy2(desk.sheet, copy)
    desk.adapt = lambda job: replace(job, file=str(copy))


def another_sheet_between(desk: Desk) -> None:
    text = desk.sheet.read_text(encoding="utf-8")
    write_lines(desk, ["ID,First Name,Phone", "Q1,Una,+442079400077"])
    desk.run()
    desk.sheet.write_text(text, encoding="utf-8")


def undone_between(desk: Desk) -> None:
    asyncio.run(undo(desk.job()))


def declined_between(desk: Desk) -> None:
    hooks = Hooks(confirm=lambda counts, workspace: False)
    with pytest.raises(Declined):
        asyncio.run(run(desk.job(hooks)))


def guarded_between(desk: Desk) -> None:
    text = desk.sheet.read_text(encoding="utf-8")
    longer(desk)
    with pytest.raises(GuardStop):
        desk.run(max_new=0)
    desk.sheet.write_text(text, encoding="utf-8")


def killed_between(desk: Desk) -> None:
    """The journal as a run leaves it that was killed when it had entered itself and nothing more."""
    with Journal.open(desk.out / "journal.sqlite", desk.sandbox.url, "sandbox-key") as journal:
        journal.enter(RunRecord("20300101-000000-0000", "run", str(desk.sheet), None, "2030-01-01T00:00:00+00:00"))


def planned_between(desk: Desk) -> None:
    desk.plan()
    desk.run_plan()


def other_fields(desk: Desk) -> None:
    """The custom fields that this workspace last answered are others now, so that a column may fit another one."""
    (kept,) = (desk.folder / "cache").glob("fields-*.json")
    document = json.loads(kept.read_text(encoding="utf-8"))
    document["data"] = [
        {"name": "Role", "key": "role-1", "type": "string"},
        {"name": "ID", "key": "id-1", "type": "string"},
    ]
    kept.write_text(json.dumps(document), encoding="utf-8")


def without_key(desk: Desk) -> None:
    rows_of(desk, "UPDATE meta SET value = 'another' WHERE name = 'key'")


def a_row_is_gone(desk: Desk) -> None:
    rows_of(desk, "DELETE FROM rows WHERE row = 3")


def a_problem_is_gone(desk: Desk) -> None:
    rows_of(desk, "DELETE FROM problems WHERE number = 1")


def journal_lost(desk: Desk) -> None:
    for file in desk.out.glob("*journal.sqlite*"):
        file.unlink()


BETWEEN = [
    edited,
    longer,
    saved_otherwise,
    renamed,
    another_sheet_between,
    undone_between,
    declined_between,
    guarded_between,
    killed_between,
    planned_between,
    without_key,
    a_row_is_gone,
    a_problem_is_gone,
    journal_lost,
]


@pytest.mark.parametrize("change", BETWEEN, ids=lambda one: one.__name__)
def test_what_happens_in_between_has_the_sheet_read(desk: Desk, row: MakeRow, change: Callable[[Desk], None]) -> None:
    """A sheet, a journal or a key that is not as the last run left it has all rows read, and each of them is in."""
    desk.write([row(1), row(2), row(3, Email="none")])
    desk.run()
    change(desk)
    desk.run()
    assert not is_quick(desk)
    names = {one["defaultFields"]["firstName"] for one in desk.sandbox.contacts()}
    assert {"Ada1", "Ada2", "Ada3"} <= names
    assert ("New" in names) == (change is longer)
    assert len(desk.ids()) == 3 + (change is longer)


@pytest.mark.parametrize(
    "option",
    [
        {"region": "GB"},
        {"date_order": "mdy"},
        {"decimal_comma": True},
        {"list_separator": ","},
        {"phones": "lenient"},
        {"bad_cells": "reject"},
        {"limit": 3},
        {"header_row": 1},
        {"encoding": "utf-8"},
        {"delimiter": ","},
        {"hidden": "out"},
        {"source": "crm"},
        {"id_prefix": "crm-"},
        {"on_match": "update"},
        {"strict": True},
        {"mask": True},
        {"max_rejects": "9"},
        {"map": (("ID", "external_id"), ("Role", "ignore"))},
        {"values": {"company": "Oak Ltd"}},
        {"only": ("ID != P9",)},
    ],
    ids=str,
)
def test_another_setting_has_the_sheet_read(desk: Desk, row: MakeRow, option: dict[str, Any]) -> None:
    """A setting that the last run did not have goes the full way, even one that changes no row of this sheet."""
    desk.write([row(1), row(2), row(3)])
    desk.run()
    desk.run(**option)
    assert not is_quick(desk)


def with_question(desk: Desk, row: MakeRow) -> None:
    """A run whose rows are as they were, one of them open, so that the next is quick."""
    twin = row(9, Phone="+442079400001", Email="a@example.com", **{"First Name": "Ada1"})
    desk.write([row(1), row(2), twin])
    for _ in range(4):
        desk.run(map=(("ID", "ignore"),))
    assert is_quick(desk)


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM known_by",
        "UPDATE contacts SET had_row = 0 WHERE made_row = 2",
        "UPDATE contacts SET cells = 0 WHERE made_row = 3",
        "UPDATE rows SET detail = 'other' WHERE status = 'conflict'",
        "UPDATE problems SET message = 'other' WHERE rule = 'maybe-known'",
    ],
)
def test_an_open_question_is_asked_of_the_journal_as_it_was(desk: Desk, row: MakeRow, change: str) -> None:
    """Whatever the question may follow from is as the last run found and left it, or the sheet is read."""
    with_question(desk, row)
    rows_of(desk, change)
    desk.run(map=(("ID", "ignore"),))
    assert not is_quick(desk)


def test_a_person_who_is_there_is_asked(desk: Desk, row: MakeRow) -> None:
    """Where somebody can answer what is open, the sheet is read, and the question is asked."""
    with_question(desk, row)
    asked: list[AskedRow] = []

    def answer(rows: Sequence[AskedRow], proposed: PeopleAnswer) -> PeopleAnswer:
        asked.extend(rows)
        return proposed

    job = desk.job(Hooks(ask_people=answer, settle_seconds=0.05), map=(("ID", "ignore"),))
    asyncio.run(run(job))
    assert len(asked) == 1


def test_an_answer_is_heard(desk: Desk, row: MakeRow) -> None:
    """An option that answers the question has the sheet read, and the person is there."""
    with_question(desk, row)
    assert desk.run(map=(("ID", "ignore"),), same_person="separate").summary.exit_code == 0
    assert len(desk.sandbox.contacts()) == 3


@pytest.mark.parametrize("option", [{"rate": 50.0}, {"wait_for_service": 1.0}, {"yes": False}, {"json": True}], ids=str)
def test_what_changes_no_row_does_not_have_the_sheet_read(desk: Desk, row: MakeRow, option: dict[str, Any]) -> None:
    """How fast and how loud a run is says nothing of its rows."""
    desk.write([row(1)])
    desk.run()
    desk.run(**option)
    assert is_quick(desk)


def test_a_mapping_that_was_saved_since_has_the_sheet_read(desk: Desk, row: MakeRow) -> None:
    """Other custom fields of the workspace are another mapping, under the same settings."""
    desk.write([row(1)])
    desk.run()
    desk.run()
    assert is_quick(desk)
    other_fields(desk)
    desk.run()
    assert not is_quick(desk)


@pytest.mark.parametrize(
    "options",
    [
        {"trust_journal": False},
        {"match": ("external-id", "phone")},
        {"match": ("phone",)},
        {"mirror": True, "source": "crm", "max_deletes": 5},
        {"created_by": "maria@example.com"},
        {"map": (("ID", "external_id"), ("Company", "created_by"))},
        {"learn_options": True},
        {"accept_changes": True},
        {"fields": "fields.json"},
        {"schema": "checks.py:Sheet"},
    ],
    ids=str,
)
def test_what_others_have_a_say_in_is_read_each_time(desk: Desk, row: MakeRow, options: dict[str, Any]) -> None:
    """Where the workspace, a file of fields or a person's own code decides about rows, no run is quick."""
    (desk.folder / "fields.json").write_text('{"data": []}', encoding="utf-8")
    code = "import pandera.pandas as pa\nSheet = pa.DataFrameSchema({'ID': pa.Column(str)})\n"
    (desk.folder / "checks.py").write_text(code, encoding="utf-8")
    if "fields" in options:
        options = {"fields": desk.folder / "fields.json"}
    if "schema" in options:
        options = {"schema": f"{desk.folder / 'checks.py'}:Sheet"}
    desk.write([row(1, Company="maria@example.com"), row(2, Company="maria@example.com")])
    for _ in range(3):
        desk.run(**options)
        assert not is_quick(desk)
    assert len(desk.sandbox.contacts()) == 2
