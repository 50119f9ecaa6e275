"""The pictures of the page: its steps, as an office goes through them with its workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.web.rig import PageProgram, Tab, opened
from tests.web.sheets import customers

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

SIZE = {"width": 1180, "height": 860}


def pages(browser: Browser, place: Path, folder: Path) -> None:
    """Go through an import in Practice and write a picture of each step into `folder`; `place` is for its files."""
    program = PageProgram.start(place / "work", place / "home", "--rate", "1000", cold=True)
    with opened(browser, program) as tab:
        tab.page.set_viewport_size(SIZE)  # type: ignore[arg-type]

        def picture(name: str) -> None:
            tab.page.evaluate("document.activeElement?.blur()")
            tab.page.screenshot(path=folder / f"page-{name}.png")

        tab.drop(customers(place / "customers.xlsx", people=220, companies=19))
        tab.heading("Is this your sheet?")
        tab.page.wait_for_selector(".question")
        tab.page.locator(".question").first.scroll_into_view_if_needed()
        tab.page.mouse.wheel(0, 2_000)
        tab.page.wait_for_timeout(300)
        picture("sheet")
        tab.press("Use these answers")
        tab.heading("What is in the columns?")
        tab.page.wait_for_selector(".contact .who")
        picture("columns")
        tab.press("Continue")
        tab.page.wait_for_selector(".repairs li")
        _choose_bad_cell(tab)
        picture("fix")
        tab.press("Do it")
        tab.press("Continue")
        tab.page.wait_for_selector(".cards .contact")
        picture("review")
        tab.page.click("form.card button.primary")
        tab.page.wait_for_selector("[data-part=verdict]")
        picture("done")
    assert program.end() == 0


def _choose_bad_cell(tab: Tab) -> None:
    tab.page.locator(".tabulator-cell[data-v=warning]:not(.row-number)").first.click()
    tab.page.wait_for_selector(".says-cell .pill")
