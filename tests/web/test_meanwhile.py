"""What the steps show while work goes on that another step, another tab or the page before a reload has begun."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from importer.sandbox import Fault, Sandbox
from tests.e2e.process import KEY
from tests.e2e.rig import write_people
from tests.web.rig import PageProgram, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.web.rig import Tab

ROWS = 30


@pytest.fixture
def service() -> Iterator[Sandbox]:
    with Sandbox.start(rate=0) as running:
        yield running


@pytest.fixture
def tab(browser: Browser, service: Sandbox, tmp_path: Path) -> Iterator[Tab]:
    """A tab at the step Review of a sheet that is not imported yet."""
    (tmp_path / "work").mkdir()
    write_people(tmp_path / "work" / "people.csv", ROWS)
    options = ("--base-url", service.url, "--rate", "1000")
    program = PageProgram.start(tmp_path / "work", tmp_path / "home", *options, key=KEY)
    with opened(browser, program) as tab:
        tab.page.goto(f"{program.address}/real/people.csv/review")
        tab.page.wait_for_selector("form.card button.primary")
        yield tab
    program.end()


def compared(tab: Tab) -> None:
    """Import the sheet, and see it compared."""
    tab.page.click("form.card button.primary")
    tab.heading("Imported")
    tab.page.wait_for_selector("[data-part=verdict] .notice.good")


def test_an_import_is_over_while_it_is_compared(tab: Tab, service: Sandbox) -> None:
    """While every contact is read back, also after a reload, Import and Done say that the sheet is imported."""
    compared(tab)
    service.add_faults(Fault("slow", method="GET", path="/v1/contacts", delay_ms=4_000))
    tab.press("Compare again")
    tab.page.wait_for_selector("text=Reading every contact back")
    tab.step("Import")
    tab.page.wait_for_selector("text=Everything has been sent")
    tab.step("Done")
    tab.heading("Imported")
    tab.page.reload()
    tab.heading("Imported")
    assert tab.page.locator("[data-part=verdict]").count() == 0
    tab.page.wait_for_selector("[data-part=verdict] .notice.good")


def test_an_import_that_goes_on_is_shown_on_done_too(tab: Tab, service: Sandbox) -> None:
    """Done leads to the import for as long as that goes on, and the import to Done when it has ended."""
    service.add_faults(Fault("slow", method="POST", path="/v1/contacts", delay_ms=1_000))
    tab.page.click("form.card button.primary")
    tab.heading("Import")
    tab.step("Done")
    tab.page.wait_for_selector("[data-role=stop]")
    tab.heading("Imported")


def test_what_is_taken_back_is_waited_for(tab: Tab, service: Sandbox) -> None:
    """A reload while an import is taken back shows on Import and Done that this goes on, and then how it ended."""
    compared(tab)
    service.add_faults(Fault("slow", method="DELETE", delay_ms=1_000))
    tab.page.click("[data-role=take-back]")
    tab.page.click("dialog button.danger")
    tab.page.wait_for_selector("text=Taking it back")
    tab.page.reload()
    tab.heading("Take it back")
    tab.step("Import")
    tab.page.wait_for_selector("text=Taking it back")
    tab.page.wait_for_selector("[data-part=taken-back]")
    assert f"{ROWS} contacts taken back." in tab.page.inner_text("[data-part=taken-back]")
