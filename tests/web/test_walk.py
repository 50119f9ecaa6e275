"""From the drop of a sheet to every contact in the workspace: few clicks, no look-up, and each person once."""

from __future__ import annotations

import csv
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from importer.sandbox import Sandbox
from tests.e2e.process import KEY, Process
from tests.e2e.rig import phones, read_table
from tests.web.rig import PageProgram, Tab, opened
from tests.web.sheets import COMPANIES, MAYBE_COMPANIES, PEOPLE, customers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

MOST_CLICKS = 12


@pytest.fixture(autouse=True)
def leave_nothing_running() -> Iterator[None]:
    """Whatever a test has started ends with it, also where the test failed."""
    yield
    for process in list(Process.open):
        process.kill()


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """The workbook of an office."""
    return customers(tmp_path / "customers.xlsx")


def start(tmp_path: Path, *options: str, key: str = "") -> PageProgram:
    """The page in an empty folder, with a fast service."""
    return PageProgram.start(tmp_path / "work", tmp_path / "home", "--rate", "1000", *options, key=key)


def test_an_office_imports_its_workbook(browser: Browser, tmp_path: Path, workbook: Path) -> None:
    """Dropped, answered, repaired, imported and verified with at most twelve clicks; the country was asked."""
    program, clicks = start(tmp_path), 0
    with opened(browser, program) as tab:
        tab.drop(workbook)
        tab.heading("Is this your sheet?")
        tab.page.wait_for_selector(".question")
        country = tab.page.locator("[data-question=country]")
        assert "Which country" in country.inner_text()
        assert country.locator("input:checked").get_attribute("value") == "US"
        for name, heading in (
            ("Use these answers", "What is in the columns?"),
            ("Continue", "Correct what does not fit"),
            (f"Do it: Make {MAYBE_COMPANIES} names companies", ""),
            ("Continue", "What will be done"),
        ):
            tab.page.get_by_role("button", name=name, exact=True).click()
            clicks += 1
            if heading:
                tab.heading(heading)
            else:
                tab.page.get_by_role("button", name=name, exact=True).wait_for(state="detached")
        tab.page.click("form.card button.primary")
        clicks += 1
        tab.heading("Imported")
        tab.page.wait_for_selector("[data-part=verdict] .notice.good")
    assert clicks <= MOST_CLICKS
    lines = read_table(program.folder / "customers.sandbox.import" / "id_map.csv")
    assert Counter(line["status"] for line in lines) == {"created": PEOPLE + COMPANIES, "skipped": 1}
    with Sandbox.start(program.folder / "customers.sandbox.import" / "sandbox.sqlite") as store:
        contacts = store.contacts()
    assert Counter(phone for contact in contacts for phone in phones(contact)) == Counter(
        f"+1415555{number:04d}" for number in range(PEOPLE + COMPANIES)
    )
    firms = [contact["defaultFields"] for contact in contacts if contact["defaultFields"].get("company")]
    assert len(firms) == COMPANIES
    assert all(not firm["firstName"] for firm in firms)


def test_the_same_by_keyboard_alone(browser: Browser, tmp_path: Path) -> None:
    """Tab, Enter and the arrow keys do all of it; only the file comes from the dialog of the system."""
    program = start(tmp_path)
    with opened(browser, program) as tab:
        tab.drop(customers(tmp_path / "customers.xlsx", people=60, companies=5))
        tab.heading("Is this your sheet?")
        tab.page.wait_for_selector(".question")
        for heading, ready in (
            ("What is in the columns?", ".contact"),
            ("Correct what does not fit", ".tools button"),
            ("What will be done", "form.card button.primary"),
            ("Imported", "[data-part=verdict] .notice.good"),
        ):
            reach(tab, "button.primary")
            tab.page.keyboard.press("Enter")
            tab.heading(heading)
            tab.page.wait_for_selector(ready)


def reach(tab: Tab, selector: str) -> None:
    """Press Tab until the focus is on an element."""
    for _ in range(80):
        if tab.page.evaluate(f"document.activeElement?.matches({selector!r})"):
            return
        tab.page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {selector}")


def test_answers_that_change_make_no_one_twice(browser: Browser, tmp_path: Path) -> None:
    """Another answer, a corrected cell, corrected once more, and practised before: people stay contacts, one each."""
    (tmp_path / "work").mkdir()
    with (tmp_path / "work" / "people.csv").open("w", encoding="utf-8", newline="") as stream:
        rows = [(f"Ada{n}", "Byron", f"020 794{n:05d}", f"ada{n}@example.com", f"Note {n}") for n in range(20)]
        rows.append(("Bob", "Stone", "12", "bob@example.com", ""))
        csv.writer(stream).writerows([("First Name", "Last Name", "Phone", "Email", "Remark"), *rows])
    with Sandbox.start(rate=0) as service:
        program = start(tmp_path, "--base-url", service.url, key=KEY)
        with opened(browser, program) as tab:
            address = f"{program.address}/real/people.csv"
            # Who goes past the question is told, and led back to it.
            tab.page.goto(f"{program.address}/practice/people.csv/review")
            tab.page.wait_for_selector("text=1 question about your sheet is still open.")
            tab.press("Answer first")
            answer(tab, "GB")
            tab.step("Review")
            tab.page.wait_for_selector("form.card button.primary")
            assert not tab.page.locator("[data-part=to-decide]").count()
            tab.page.goto(f"{address}/sheet")
            # What was answered in Practice holds, and that is said.
            tab.page.wait_for_selector("text=Taken over from Practice: your answers")
            imported(tab, address)
            assert len(service.contacts()) == 20
            # Another field for a column, then a correction, then another one of the same cell.
            tab.page.goto(f"{address}/columns")
            tab.page.get_by_label("Remark").select_option("role")
            tab.until("document.querySelector('.contact').textContent.includes('Note 0')")
            imported(tab, address)
            for number in ("020 7950 0001", "020 7950 0002"):
                tab.page.goto(f"{address}/fix")
                tab.page.wait_for_selector(".tools button")
                tab.page.select_option("#filter", "all")
                # A row of which nothing is said: Bob's is shown before, too, in a grid that is about to go.
                tab.page.get_by_role("gridcell", name="Ada3", exact=True).wait_for()
                bob = tab.page.locator(".tabulator-row", has_text="Bob").locator("[tabulator-field=c2]")
                bob.dblclick()
                tab.page.keyboard.press("Control+a")
                tab.page.keyboard.type(number)
                tab.page.keyboard.press("Enter")
                tab.page.locator(".tabulator-cell", has_text=number).wait_for()
                imported(tab, address)
        names = Counter(contact["defaultFields"]["firstName"] for contact in service.contacts())
    assert names == Counter([*(f"Ada{n}" for n in range(20)), "Bob"])


def answer(tab: Tab, country: str) -> None:
    """Answer the question for the country by typing it."""
    tab.page.wait_for_selector("[data-typed=country]")
    tab.page.fill("[data-typed=country]", country)
    tab.press("Use these answers")
    tab.heading("What is in the columns?")


def imported(tab: Tab, address: str) -> None:
    """Import what there is to import now."""
    tab.page.goto(f"{address}/review")
    tab.page.wait_for_selector("main .card")
    tab.page.wait_for_selector("form.card button.primary, .foot button.primary")
    if tab.page.locator("#typed").count():
        tab.page.fill("#typed", "Sandbox Company")
    if tab.page.locator("form.card button.primary").count():
        tab.page.click("form.card button.primary")
        tab.heading("Imported")
        tab.page.wait_for_selector("[data-part=verdict]")
