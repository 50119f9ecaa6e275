"""A new version of a sheet takes the place of the old one, and its import goes on with it."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from openpyxl import Workbook

from tests.web.client import drop, inside, judged
from tests.web.rig import PageProgram, opened

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

HEADER = ("First Name", "Last Name", "Phone")
PEOPLE = (("Ann", "Lee", "+14155550101"), ("Bob", "Ray", "12"), ("Cy", "Fox", "+14155550103"))
CORRECTED = "+14155550102"
DEE = ("Dee", "Gray", "+14155550104")


def table(*rows: tuple[str, ...]) -> bytes:
    """The bytes of a sheet with these rows."""
    text = io.StringIO()
    csv.writer(text).writerows([HEADER, *rows])
    return text.getvalue().encode()


def test_a_new_version_goes_on_with_the_import(browser: Browser, tmp_path: Path) -> None:
    """What was corrected holds for its row wherever it stands now, and who is imported already is not made again."""
    program = PageProgram.start(tmp_path / "work", tmp_path / "home", "--rate", "1000")
    first, second = tmp_path / "people.csv", tmp_path / "new" / "people.csv"
    second.parent.mkdir()
    first.write_bytes(table(*PEOPLE))
    second.write_bytes(table(DEE, *reversed(PEOPLE)))
    with opened(browser, program) as tab:
        tab.drop(first)
        tab.heading("Is this your sheet?")
        tab.step("Fix")
        tab.page.wait_for_selector(".tools button")
        tab.page.locator(".tabulator-cell", has_text="12").dblclick()
        tab.page.keyboard.press("Control+a")
        tab.page.keyboard.type(CORRECTED)
        tab.page.keyboard.press("Enter")
        tab.page.wait_for_selector("text=Every row can be imported")
        tab.step("Review")
        tab.page.click("form.card button.primary")
        tab.heading("Imported")
        tab.page.goto(program.address)
        tab.heading("Import contacts")
        tab.drop(second)
        tab.page.wait_for_selector("dialog >> text=Is this a new version of people.csv?")
        tab.page.get_by_role("button", name="A new version").click()
        tab.heading("Is this your sheet?")
        tab.step("Review")
        tab.page.wait_for_selector("text=Create 1 contact in")
        assert "3 created" in tab.text()
    assert first.read_bytes() in [path.read_bytes() for path in program.folder.glob("people (until *).csv")]
    assert (program.folder / "people.csv").read_bytes() == second.read_bytes()


def test_rows_that_a_sheet_has_no_place_for_come_with_a_new_version(browser: Browser, tmp_path: Path) -> None:
    """What the page says where a pasted block has more rows than the sheet brings these rows in, each once."""
    program = PageProgram.start(tmp_path / "work", tmp_path / "home", "--rate", "1000")
    sheet = tmp_path / "people.csv"
    sheet.write_bytes(table(*PEOPLE))
    with opened(browser, program) as tab:
        tab.drop(sheet)
        tab.heading("Is this your sheet?")
        tab.step("Fix")
        tab.page.wait_for_selector(".tools button")
        tab.page.select_option("#filter", "all")
        tab.page.locator(".tabulator-cell:not(.row-number)", has_text="Cy").click()
        tab.paste("\n".join("\t".join(row) for row in (PEOPLE[2], DEE)))
        advice = 'go to "Import contacts" at the top, and press "New version" beside this sheet.'
        tab.page.wait_for_selector(f"[data-part=note] >> text={advice}")
        sheet.write_bytes(table(*PEOPLE, DEE))
        tab.page.get_by_role("link", name="Import contacts").click()
        tab.heading("Import contacts")
        with tab.page.expect_file_chooser() as chooser:
            tab.press("New version of people.csv")
        chooser.value.set_files(sheet)
        tab.heading("Is this your sheet?")
        tab.step("Review")
        tab.page.wait_for_selector("text=Create 3 contacts in")
    assert (program.folder / "people.csv").read_bytes() == sheet.read_bytes()


def test_a_version_of_another_format_keeps_the_folder(program: PageProgram, tmp_path: Path) -> None:
    """A workbook in the place of a text file has its own ending and the results of the old one; nothing is lost."""
    sheet = tmp_path / "people.csv"
    sheet.write_bytes(table(*PEOPLE))
    book = Workbook()
    assert book.active is not None
    for row in (HEADER, *PEOPLE):
        book.active.append(row)
    book.save(tmp_path / "march.xlsx")
    with inside(program) as client:
        assert drop(client, sheet) == "people.csv"
        judged(client, "people.csv")
        client.post("/api/practice/people.csv/edit", json={"cells": [[3, 2, CORRECTED]]}).raise_for_status()
        new = {"name": drop(client, tmp_path / "march.xlsx"), "of": "people.csv"}
        answer = client.post("/api/new-version", json=new).json()
        assert answer["name"] == "people.xlsx"
        rows = judged(client, "people.xlsx")["rows"]
        assert [row["c"][2] for row in rows if row.get("e")] == [CORRECTED]
        assert (program.folder / answer["kept"]).read_bytes() == sheet.read_bytes()
        assert not (program.folder / "march.xlsx").exists()
        for wrong in ({**new, "name": "../people.csv"}, {"name": "people.xlsx", "of": "people.xlsx"}):
            refused = client.post("/api/new-version", json=wrong)
            assert (refused.status_code, "Traceback" in refused.text) == (409, False)
