"""What can go wrong is said on the step where it belongs, in the command's own words, with the way on."""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING

import pytest

from importer.sandbox import Fault, Sandbox
from tests.e2e.process import KEY, Process
from tests.e2e.rig import write_people
from tests.small_disk import small_disk
from tests.web.rig import PageProgram, Tab, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

ROWS = 40


@pytest.fixture(autouse=True)
def leave_nothing_running() -> Iterator[None]:
    """Whatever a test has started ends with it, also where the test failed."""
    yield
    for process in list(Process.open):
        process.kill()


def begin(folder: Path, *options: str, key: str = "") -> PageProgram:
    """The page beside a sheet of people."""
    (folder / "work").mkdir()
    write_people(folder / "work" / "people.csv", ROWS)
    return PageProgram.start(folder / "work", folder / "home", "--rate", "20", *options, key=key)


def go(tab: Tab, program: PageProgram, step: str, mode: str = "practice") -> None:
    """Open a step by its address."""
    tab.page.goto(f"{program.address}/{mode}/people.csv/{step}")


def test_a_command_in_the_same_folder_is_named(browser: Browser, tmp_path: Path) -> None:
    """While a command has the folder, the page says which and changes nothing; afterwards it goes on by itself."""
    program = begin(tmp_path)
    with opened(browser, program) as tab:
        go(tab, program, "columns")
        tab.page.wait_for_selector(".contact")
        run = Process(
            ("run", "people.csv", "--sandbox", "--yes", "--rate", "10", "--json"), program.folder, program.home
        )
        assert run.saw_event("delivered")
        tab.page.wait_for_selector("#banner")
        assert f"process {run.pid}" in tab.page.inner_text("#banner")
        assert tab.page.locator("select[data-writes]").first.is_disabled()
        assert run.end().code == 0
        tab.page.locator("#banner").wait_for(state="detached")
        assert tab.page.locator("select[data-writes]").first.is_enabled()
        # What the command did is what the page shows.
        tab.step("Done")
        tab.page.wait_for_selector("[data-part=verdict] .notice.good")


def test_two_tabs_do_not_work_against_each_other(browser: Browser, tmp_path: Path) -> None:
    """A second tab of the same import can look, says why it changes nothing, and can take over."""
    program = begin(tmp_path)
    with opened(browser, program) as tab:
        go(tab, program, "columns")
        tab.page.wait_for_selector(".contact")
        second = tab.page.context.new_page()
        second.goto(tab.page.url)
        second.wait_for_selector("#banner >> text=open in another tab")
        assert second.locator("select[data-writes]").first.is_disabled()
        second.get_by_role("button", name="Work here instead").click()
        second.locator("#banner").wait_for(state="detached")
        tab.page.wait_for_selector("#banner >> text=open in another tab")


def test_a_duplicated_tab_is_another_one(browser: Browser, tmp_path: Path) -> None:
    """A tab that begins as a copy of another changes nothing while that one is open, and can work once it is closed."""
    program = begin(tmp_path)
    with opened(browser, program) as tab:
        go(tab, program, "columns")
        tab.page.wait_for_selector(".contact")
        tab.page.reload()
        tab.page.wait_for_selector(".contact")
        # As "Duplicate" in the menu of a tab does, this copies what the tab has stored.
        with tab.page.context.expect_page() as copied:
            tab.page.evaluate("void window.open(location.href)")
        copy = copied.value
        copy.wait_for_selector("#banner >> text=open in another tab")
        assert copy.locator("select[data-writes]").first.is_disabled()
        assert tab.page.locator("select[data-writes]").first.is_enabled()
        tab.page.goto(program.address)
        tab.heading("Import contacts")
        copy.locator("#banner").wait_for(state="detached", timeout=10_000)
        assert copy.locator("select[data-writes]").first.is_enabled()


def test_a_sheet_that_moved_or_changed_is_noticed(browser: Browser, tmp_path: Path) -> None:
    """A sheet that is gone is said so, with the way on; of one that was changed, what was seen holds no more."""
    program = begin(tmp_path)
    sheet = program.folder / "people.csv"
    with opened(browser, program) as tab:
        go(tab, program, "review")
        tab.page.wait_for_selector("form.card button.primary")
        write_people(sheet, ROWS + 1)
        tab.page.click("form.card button.primary")
        tab.page.wait_for_selector("text=have changed since you looked")
        away = sheet.rename(tmp_path / "away.csv")
        tab.step("Sheet")
        tab.page.wait_for_selector("text=people.csv is not there any more")
        away.rename(sheet)
        tab.press("Try again")
        tab.heading("Is this your sheet?")
        tab.step("Review")
        tab.page.wait_for_selector(f"text=Create {ROWS + 1} contacts")


def test_a_folder_that_cannot_be_written_is_said(browser: Browser, tmp_path: Path) -> None:
    """Where the results cannot be kept, the step that needs them says it as the command does."""
    program = begin(tmp_path)
    (program.folder / "people.sandbox.import").write_text("in the way", encoding="utf-8")
    with opened(browser, program) as tab:
        go(tab, program, "fix")
        tab.page.wait_for_selector(".notice.bad")
        assert "The output folder people.sandbox.import cannot be written to" in tab.text()
        assert "Traceback" not in tab.text()


def test_a_full_disk_is_said_and_gone_on_with(browser: Browser, tmp_path: Path) -> None:
    """Where the disk is full, each step says so without a traceback; once there is room, "Try again" goes on."""
    with Sandbox.start(rate=0) as service:
        program = begin(tmp_path, "--base-url", service.url, key=KEY)
        # As on a full disk, no file of the program may grow any more.
        resource.prlimit(program.process.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
        with opened(browser, program) as tab:
            for step, mode in (("review", "practice"), ("fix", "real"), ("review", "real")):
                go(tab, program, step, mode)
                tab.page.wait_for_selector(".notice.bad")
                assert tab.page.inner_text("h1") == "The disk could not be written to", tab.text()
            room = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
            resource.prlimit(program.process.pid, resource.RLIMIT_FSIZE, room)
            tab.press("Try again")
            tab.page.wait_for_selector("form.card button.primary")


def test_a_disk_that_fills_up_in_an_import_is_gone_on_with(browser: Browser, tmp_path: Path) -> None:
    """On a disk that is full in the middle the page says so in its own words, and Go on ends it once there is room."""
    with Sandbox.start(rate=0) as service, small_disk(tmp_path / "work", 440) as make_room:
        write_people(tmp_path / "work" / "people.csv", 10 * ROWS)
        options = ("--rate", "1000", "--base-url", service.url)
        program = PageProgram.start(tmp_path / "work", tmp_path / "home", *options, key=KEY)
        with opened(browser, program) as tab:
            go(tab, program, "review", "real")
            tab.page.click("form.card button.primary")
            tab.page.wait_for_selector(".notice.bad")
            assert "Make room or restore the folder, then press Go on: nothing is sent twice." in tab.text()
            assert tab.page.locator("text=Traceback").count() == 0
            sent = len(service.contacts())
            assert 0 < sent < 10 * ROWS
            make_room()
            tab.press("Go on")
            tab.heading("Imported")
            tab.step("Done")
            tab.page.wait_for_selector("[data-part=verdict] .notice.good")
        numbers = {str(contact["defaultFields"]["phoneNumbers"]) for contact in service.contacts()}
        assert len(numbers) == len(service.contacts()) == 10 * ROWS
        assert program.end() == 0


def test_a_revoked_key_stops_the_import_and_another_goes_on(browser: Browser, tmp_path: Path) -> None:
    """A key that is refused in the middle: what is done is kept, the message leads to the key, and Go on ends it."""
    with Sandbox.start(rate=0, faults=[Fault("401", method="POST", start=10, count=5)]) as service:
        program = begin(tmp_path, "--base-url", service.url, key=KEY)
        with opened(browser, program) as tab:
            go(tab, program, "review", "real")
            tab.page.click("form.card button.primary")
            tab.page.wait_for_selector(".notice.bad")
            assert "left" in tab.text()
            assert 0 < len(service.contacts()) < ROWS
            tab.press("Give another key")
            tab.heading("Sandbox Company")
            service.gate.faults.clear()
            tab.step("Import")
            tab.press("Go on")
            tab.heading("Imported")
        assert len(service.contacts()) == ROWS


def test_a_service_that_is_away_is_waited_for_in_words(browser: Browser, tmp_path: Path) -> None:
    """No endless spinner: the page says that it waits for the service and for what, and Stop ends the waiting."""
    with Sandbox.start(rate=0, faults=[Fault("503", path="/v1/contacts*", start=12)]) as service:
        program = begin(tmp_path, "--base-url", service.url, key=KEY)
        with opened(browser, program) as tab:
            go(tab, program, "review", "real")
            tab.page.click("form.card button.primary")
            tab.page.wait_for_selector("text=Waiting for the service")
            tab.press("Stop")
            tab.page.wait_for_selector("text=Stopped as requested")
            assert tab.page.get_by_role("button", name="Go on").is_visible()


def test_a_program_that_has_ended_is_said(browser: Browser, tmp_path: Path) -> None:
    """Where the program behind the page has ended, the page says how to start it again."""
    program = begin(tmp_path)
    with opened(browser, program) as tab:
        go(tab, program, "columns")
        tab.page.wait_for_selector(".contact")
        assert program.end() == 0
        tab.page.wait_for_selector("text=The program behind this page has ended")
        assert "openphone-import ui" in tab.text()
        tab.complaints.clear()
