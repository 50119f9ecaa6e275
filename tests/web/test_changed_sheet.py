"""A sheet that changes while the page shows it: nothing is done to rows and columns that the person has not seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.web.client import inside, judged
from tests.web.rig import opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx
    from playwright.sync_api import Browser

    from tests.web.rig import PageProgram, Tab

BEFORE = "First Name,Last Name,Phone,KdNr\nAnn,Lee,+14155550101,B7\nBob,Ray,12,B9\n"
AFTER = "KdNr,First Name,Last Name,Phone\nB1,Cy,Fox,34\nB7,Ann,Lee,+14155550101\nB9,Bob,Ray,12\n"
SHEET = "/api/practice/people.csv"


@pytest.fixture
def sheet(program: PageProgram) -> Path:
    """The sheet, as it is at first."""
    path = program.folder / "people.csv"
    path.write_text(BEFORE, encoding="utf-8")
    return path


@pytest.fixture
def client(program: PageProgram, sheet: Path) -> Iterator[httpx.Client]:
    """A page that shows the sheet."""
    assert sheet.is_file()
    with inside(program) as let_in:
        yield let_in


def seen(client: httpx.Client, what: str) -> dict[str, Any]:
    """What the page shows of the sheet, with its view."""
    facts: dict[str, Any] = judged(client, "people.csv") if what == "rows" else client.get(f"{SHEET}/{what}").json()
    return facts


def correct(tab: Tab) -> None:
    """Type a number over the one that is wrong."""
    tab.page.locator(".tabulator-cell", has_text="12").dblclick()
    tab.page.keyboard.press("Control+a")
    tab.page.keyboard.type("+14155550102")
    tab.page.keyboard.press("Enter")


@pytest.mark.parametrize(
    ("shown", "question", "body"),
    [
        ("rows", "edit", {"cells": [[3, 2, "+14155550102"]]}),
        ("rows", "replace", {"find": "12", "replace": "+14155550102", "column": 2}),
        ("columns", "columns", {"position": 2, "field": "company"}),
        ("questions", "answer", {"answers": {"own-number:3": "external_id"}}),
    ],
)
def test_what_was_shown_of_another_sheet_is_not_done(
    client: httpx.Client, sheet: Path, shown: str, question: str, body: dict[str, Any]
) -> None:
    """An answer that names a row or a column of a sheet that has changed since does nothing; seen again, it is done."""
    body = {**body, "view": seen(client, shown)["view"]}
    sheet.write_text(AFTER, encoding="utf-8")
    refused = client.post(f"{SHEET}/{question}", json=body)
    assert (refused.status_code, refused.json()["message"]) == (
        409,
        "people.csv has changed since this page was shown, so nothing was done.",
    )
    out = sheet.with_name("people.sandbox.import")
    written = [path.name for path in (out / "mapping.toml", out / "corrections.csv") if path.exists()]
    assert written == []
    sheet.write_text(BEFORE, encoding="utf-8")
    body["view"] = seen(client, shown)["view"]
    client.post(f"{SHEET}/{question}", json=body).raise_for_status()
    assert any((out / name).exists() for name in ("mapping.toml", "corrections.csv"))


def test_the_grid_shows_a_sheet_that_changed_before_it_is_corrected(
    browser: Browser, program: PageProgram, sheet: Path
) -> None:
    """A cell that is typed over rows of before is refused in words; loaded again, the correction is in its own row."""
    with opened(browser, program) as tab:
        tab.page.goto(f"{program.address}/practice/people.csv/fix")
        tab.page.wait_for_selector(".tools button")
        sheet.write_text(AFTER, encoding="utf-8")
        correct(tab)
        tab.page.wait_for_selector(".notice.bad >> text=people.csv has changed since this page was shown")
        tab.page.reload()
        tab.page.wait_for_selector(".tools button")
        correct(tab)
        tab.page.wait_for_selector("text=1 row would not be imported")
    corrections = (program.folder / "people.sandbox.import" / "corrections.csv").read_text(encoding="utf-8")
    assert "4,Phone,12,'+14155550102" in corrections


def test_columns_and_questions_of_a_sheet_that_changed_are_refused_on_their_steps(
    browser: Browser, program: PageProgram, sheet: Path
) -> None:
    """On Sheet and Columns the page says that the sheet has changed, and what it shows after a reload is taken."""
    with opened(browser, program) as tab:
        for step, act in (
            ("columns", lambda: tab.page.select_option("#column-2", "company")),
            ("sheet", lambda: tab.press("Use these answers")),
        ):
            sheet.write_text(BEFORE, encoding="utf-8")
            tab.page.goto(f"{program.address}/practice/people.csv/{step}")
            tab.page.wait_for_selector("#column-2" if step == "columns" else "text=Use these answers")
            sheet.write_text(AFTER, encoding="utf-8")
            act()
            tab.page.wait_for_selector(".notice.bad >> text=people.csv has changed since this page was shown")
            assert not (program.folder / "people.sandbox.import" / "mapping.toml").exists()
            assert "Load the page again" in tab.text()
