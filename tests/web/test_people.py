"""Rows that may be people who are there already: Review asks who they are, and each gets the answer of the person."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from importer.sandbox import Sandbox
from tests.e2e.process import KEY, Process
from tests.e2e.rig import phones
from tests.web.rig import PageProgram, Tab, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

NUMBER, OTHER = "+14155550101", "+14155550102"
BEFORE = (("Ann", "Lee", NUMBER), ("Bob", "Lee", NUMBER), ("Cy", "Fox", OTHER))
# The household has two other people now, who share its number; Cy has another one.
AFTER = (("Robert", "Lee", NUMBER), ("Dee", "Lee", NUMBER), ("Cy", "Fox", "+14155550108"))


@pytest.fixture(autouse=True)
def leave_nothing_running() -> Iterator[None]:
    """Whatever a test has started ends with it, also where the test failed."""
    yield
    for process in list(Process.open):
        process.kill()


def write(path: Path, rows: tuple[tuple[str, ...], ...]) -> None:
    """A sheet of first name, last name and phone."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("First", "Last", "Phone"), *rows])


def review(tab: Tab, address: str) -> None:
    """Go to Review and wait for its figures."""
    tab.page.goto(f"{address}/review")
    tab.page.wait_for_selector("main .balance")


def imported(tab: Tab) -> None:
    """Import what Review shows."""
    if tab.page.locator("#typed").count():
        tab.page.fill("#typed", "Sandbox Company")
    tab.page.click("form.card button.primary >> text=into")
    tab.heading("Imported")
    tab.page.wait_for_selector("[data-part=verdict]")


def test_each_row_gets_its_own_answer(browser: Browser, tmp_path: Path) -> None:
    """One of two candidates can be chosen, another row be new, and what is left open is asked again, never guessed.

    All imports of a sheet can be taken back at once.
    """
    (tmp_path / "work").mkdir()
    sheet = tmp_path / "work" / "people.csv"
    write(sheet, BEFORE)
    with Sandbox.start(rate=0) as service:
        program = PageProgram.start(
            sheet.parent, tmp_path / "home", "--base-url", service.url, "--rate", "1000", key=KEY
        )
        with opened(browser, program) as tab:
            address = f"{program.address}/real/people.csv"
            review(tab, address)
            imported(tab)
            ids = {contact["defaultFields"]["firstName"]: contact["externalId"] for contact in service.contacts()}
            write(sheet, AFTER)
            review(tab, address)
            asked = tab.page.locator("[data-part=people]")
            assert "3 rows may be people who are in the workspace already" in asked.inner_text()
            robert = asked.locator("[data-person='2']")
            offered = {option.get_attribute("value") for option in robert.locator("option").all()}
            assert offered == {"", ids["Ann"], ids["Bob"], "new"}

            # "They are these people" chooses nobody where there are several.
            asked.get_by_role("button", name="They are these people").click()
            assert [robert.input_value(), asked.locator("[data-person='4']").input_value()] == ["", ids["Cy"]]
            robert.select_option(ids["Bob"])
            asked.locator("[data-person='3']").select_option("")
            asked.get_by_role("button", name="Use these answers").click()
            # Two contacts differ from their rows now, and are left alone until the person says otherwise.
            tab.page.get_by_label("Change them to what the sheet says").check()
            tab.page.wait_for_selector("text=Update 2 contacts")
            imported(tab)
            numbers = {contact["externalId"]: phones(contact)[-1] for contact in service.contacts()}
            assert (len(numbers), numbers[ids["Cy"]]) == (len(BEFORE), AFTER[2][2])
            tab.press("Decide what is not clear")
            asked.locator("[data-person='3']").select_option("new")
            assert asked.locator("[data-person]").count() == 1
            asked.get_by_role("button", name="Use these answers").click()
            tab.page.wait_for_selector("text=Create 1 contact")
            imported(tab)
            names = [contact["defaultFields"]["firstName"] for contact in service.contacts()]
            # Three imports by now, which can be taken back at once.
            tab.press("Take back all imports of this sheet")
            tab.page.locator("dialog button.danger").click()
            tab.page.wait_for_selector("[data-part=taken-back]")
            assert service.contacts() == []
    assert sorted(names) == ["Ann", "Cy", "Dee", "Robert"]


def test_one_of_several_rows_of_the_sheet_is_chosen_by_its_number(browser: Browser, tmp_path: Path) -> None:
    """A row that may be a second row of several contacts offers each of their rows, and joins the chosen one."""
    (tmp_path / "work").mkdir()
    sheet = tmp_path / "work" / "people.csv"
    one_person = "Name,Phone,Email\nAnn Lee,+14155550101,\nAnn Lee,,ann@example.com\n"
    with Sandbox.start(rate=0) as service:
        program = PageProgram.start(
            sheet.parent, tmp_path / "home", "--base-url", service.url, "--rate", "1000", key=KEY
        )
        with opened(browser, program) as tab:
            address = f"{program.address}/real/people.csv"
            sheet.write_text(one_person, encoding="utf-8")
            review(tab, address)
            imported(tab)
            sheet.write_text(f"{one_person}Ann Lee,+14155550101,ann@example.com\n", encoding="utf-8")
            review(tab, address)
            asked = tab.page.locator("[data-part=people]")
            row = asked.locator("[data-person='4']")
            offered = [option.inner_text() for option in row.locator("option").all()]
            assert offered[1:3] == ["This is the person of row 2", "This is the person of row 3"]
            asked.get_by_role("button", name="Use these answers").click()
            assert row.input_value() == ""
            row.select_option(label="This is the person of row 3")
            asked.get_by_role("button", name="Use these answers").click()
            tab.page.get_by_label("Change them to what the sheet says").check()
            tab.page.wait_for_selector("text=Update 1 contact")
            imported(tab)
            reached = sorted(phones(contact) for contact in service.contacts())
    assert reached == [[NUMBER], [NUMBER]]
