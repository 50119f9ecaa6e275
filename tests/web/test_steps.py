"""Every step by the keyboard, after a reload, at every width, by day and by night, and for a screen reader."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

import pytest

from tests.web.rig import PageProgram, Tab, opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Route

STEPS = {
    "home": "Import contacts",
    "workspace": "Practice workspace",
    "sheet": "Is this your sheet?",
    "columns": "What is in the columns?",
    "fix": "Correct what does not fit",
    "review": "What will be done",
    "run": "Import",
    "done": "Imported",
}
READY = {
    "sheet": ".questions-place button",
    "columns": ".contact",
    "fix": ".tools button",
    "review": "main .card button, main .foot button",
    "run": "main .foot button",
    "done": "[data-part=verdict]",
}


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Tab]:
    """A sheet with a bad row and a bad cell, imported in Practice, in one tab for all tests."""
    folder = tmp_path_factory.mktemp("steps")
    (folder / "work").mkdir()
    rows = [(f"Ada{n}", "Byron", "Acme", f"+44207940{n:04d}", f"ada{n}@example.com", "a;b") for n in range(12)]
    rows += [("Bob", "Stone", "", "12", "bob@example.com", ""), ("Cy", "Fox", "", "+442079409999", "cy@@example", "")]
    with (folder / "work" / "people.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("First Name", "Last Name", "Company", "Phone", "Email", "Tags"), *rows])
    program = PageProgram.start(folder / "work", folder / "home")
    with opened(browser, program) as opened_tab:
        opened_tab.page.goto(f"{program.address}/practice/people.csv/review")
        opened_tab.page.click("form.card button.primary")
        opened_tab.heading("Imported")
        yield opened_tab
    assert program.end() == 0


def go(tab: Tab, step: str) -> None:
    """Go to a step by its address, and wait until it is complete."""
    origin = "/".join(tab.page.url.split("/")[:3])
    tab.page.goto(origin if step == "home" else f"{origin}/practice/people.csv/{step}")
    ready(tab, step)


def ready(tab: Tab, step: str) -> None:
    """Wait until a step is complete."""
    tab.heading(STEPS[step])
    if step in READY:
        tab.page.wait_for_selector(READY[step])


@pytest.mark.parametrize("step", STEPS)
def test_a_step_shows_words_alone(tab: Tab, step: str) -> None:
    """Nothing of the code can be read on a step: a part that is not to be shown leaves no word such as false."""
    go(tab, step)
    text = tab.page.inner_text("body")
    assert re.findall(r"\b(?:true|false|null|undefined|NaN)\b|\[object", text) == [], text


@pytest.mark.parametrize("step", STEPS)
def test_a_reload_and_back_lose_nothing(tab: Tab, step: str) -> None:
    """Each step has an address: a reload shows it again, and Back leads to the step before."""
    go(tab, step)
    address, before = tab.page.url, tab.page.inner_text("h1")
    tab.page.reload()
    ready(tab, step)
    assert (tab.page.url, tab.page.inner_text("h1")) == (address, before)
    other = "sheet" if step != "sheet" else "columns"
    if step != "home":
        tab.step({"sheet": "Sheet", "columns": "Columns"}[other])
        ready(tab, other)
        tab.page.go_back()
        ready(tab, step)
        assert tab.page.url == address


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_accessible(tab: Tab, step: str) -> None:
    """axe finds nothing serious: names, contrast, roles, order, by day and by night."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    go(tab, step)
    found = {}
    for scheme in ("light", "dark"):
        tab.page.emulate_media(color_scheme=scheme)
        found[scheme] = [
            (each["id"], each["impact"], [node["html"][:160] for node in each["nodes"][:3]])
            for each in axe.Axe().run(tab.page).response["violations"]
            if each["impact"] in ("serious", "critical")
        ]
    assert found == {"light": [], "dark": []}


@pytest.mark.parametrize("step", STEPS)
def test_a_step_fits_its_window(tab: Tab, step: str) -> None:
    """On a phone, a tablet and a desk, and at 200 %, nothing is cut off: only tables scroll in their place."""
    go(tab, step)
    outside = """[...document.querySelectorAll("body *")].filter((each) => !each.closest(
        ".scroll, .skip, .unseen, .tabulator, #rail, .copy, option") && each.getBoundingClientRect().width
        && each.getBoundingClientRect().right > innerWidth + 1).map((each) => each.outerHTML.slice(0, 120))"""
    # At 200 % a window shows half as many CSS pixels: 1280 become 640.
    for width, height in ((390, 900), (768, 900), (640, 450), (1280, 900)):
        tab.page.set_viewport_size({"width": width, "height": height})
        tab.until(f"innerWidth === {width}")
        assert tab.page.evaluate("document.documentElement.scrollWidth") <= width
        assert (width, tab.page.evaluate(outside)) == (width, [])


def test_the_steps_can_be_walked_by_keyboard_alone(tab: Tab) -> None:
    """From the first step to the last every button is reached with Tab, and where the focus is can be seen."""
    go(tab, "sheet")
    for step in ("columns", "fix", "review"):
        reach(tab, "main button.primary")
        style = tab.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert style == "solid"
        tab.page.keyboard.press("Enter")
        ready(tab, step)


def test_the_focus_of_a_fast_person_is_not_taken_away(tab: Tab) -> None:
    """Who has moved on in a step that still loads stays there when it is complete: no heading takes the focus."""
    held: list[Route] = []
    go(tab, "sheet")
    tab.page.route("**/people.csv/repairs", lambda route: held.append(route))
    tab.step("Fix")
    ready(tab, "fix")
    tab.until("!document.querySelector('main .foot .says:empty')")
    reach(tab, "main button.primary")
    assert len(held) == 1
    held[0].continue_()
    tab.page.unroute("**/people.csv/repairs")
    tab.until("document.title.startsWith('Correct what')")
    assert tab.page.evaluate("document.activeElement.matches('main button.primary')")


def test_a_cell_is_corrected_by_keyboard_alone(tab: Tab) -> None:
    """In the grid arrows move, Enter edits, Escape leaves the cell as it was, and what is wrong is read out."""
    go(tab, "fix")
    reach(tab, ".tabulator-tableholder")
    tab.page.keyboard.press("ArrowRight")
    tab.page.keyboard.press("ArrowRight")
    tab.page.keyboard.press("ArrowRight")
    tab.until("document.querySelector('.says-cell').textContent.includes('Row 14, Phone')")
    assert "to correct" in tab.page.inner_text(".says-cell")
    assert tab.page.get_attribute(".says-cell", "aria-live") == "polite"
    tab.page.keyboard.press("Enter")
    tab.page.keyboard.type("3")
    tab.page.keyboard.press("Escape")
    assert tab.page.locator(".tabulator-cell[aria-invalid]").first.inner_text() == "12"
    tab.page.keyboard.press("Enter")
    tab.page.keyboard.press("Control+a")
    tab.page.keyboard.type("+442079408888")
    tab.page.keyboard.press("Enter")
    tab.until("!document.querySelector('.tabulator-cell[aria-invalid]')")
    tab.page.keyboard.press("Control+z")
    tab.until("document.querySelector('.tabulator-cell[aria-invalid]')?.textContent === '12'")


def reach(tab: Tab, selector: str) -> None:
    """Press Tab until the focus is on an element."""
    for _ in range(80):
        if tab.page.evaluate(f"document.activeElement?.matches({selector!r})"):
            return
        tab.page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {selector}")
