"""A real import on the page: it belongs to the program and not to the tab, and does nothing twice."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from importer.sandbox import Sandbox
from tests.e2e.process import KEY, Process
from tests.e2e.rig import phones, read_table, write_people
from tests.web.rig import PageProgram, Tab, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Route

WORKSPACE = "Bayside Plumbing"
ROWS = 60


@pytest.fixture(autouse=True)
def leave_nothing_running() -> Iterator[None]:
    """Whatever a test has started ends with it, also where the test failed."""
    yield
    for process in list(Process.open):
        process.kill()


@pytest.fixture
def service() -> Iterator[Sandbox]:
    """A workspace with a name."""
    with Sandbox.start(rate=0, latency_ms=20, organization=WORKSPACE) as running:
        yield running


def begin(service: Sandbox, folder: Path, rate: float = 20) -> PageProgram:
    """The page in a folder, for the service."""
    (folder / "work").mkdir(exist_ok=True)
    if not (folder / "work" / "people.csv").exists():
        write_people(folder / "work" / "people.csv", ROWS)
    return PageProgram.start(folder / "work", folder / "home", "--base-url", service.url, "--rate", str(rate))


def give_key(tab: Tab, key: str = KEY) -> None:
    """Paste the key, and see which workspace it opens."""
    tab.page.fill("#key", key)
    tab.press("See what it opens")


def to_review(tab: Tab, program: PageProgram) -> None:
    """Go as far as the button that imports."""
    tab.page.goto(f"{program.address}/real/people.csv/workspace")
    tab.heading("Which workspace?")
    give_key(tab)
    tab.heading(WORKSPACE)
    tab.step("Review")
    tab.page.wait_for_selector("form.card button.primary")


def answer_late(route: Route) -> None:
    """Hold an answer of the server back for longer than the stream of states needs."""
    answer = route.fetch()
    time.sleep(1.0)
    route.fulfill(response=answer)


def people(service: Sandbox) -> Counter[str]:
    """How often each number is in the workspace."""
    return Counter(phone for contact in service.contacts() for phone in phones(contact))


def once_each(sheet: Path) -> Counter[str]:
    """Each number of the sheet once."""
    return Counter(row["Phone"] for row in read_table(sheet))


def test_a_key_is_looked_at_before_anything_is_sent(browser: Browser, service: Sandbox, tmp_path: Path) -> None:
    """A wrong key is refused in words on the step where it was given; a right one shows the workspace's name."""
    program = begin(service, tmp_path)
    with opened(browser, program) as tab:
        tab.page.goto(f"{program.address}/real/people.csv/workspace")
        tab.heading("Which workspace?")
        give_key(tab, "wrong-key")
        tab.page.wait_for_selector(".notice.bad")
        assert "wrong-key" not in tab.text()
        give_key(tab)
        tab.heading(WORKSPACE)
        assert KEY not in tab.page.content()
        storage = tab.page.evaluate("JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)])")
        assert KEY not in storage
        assert "Ada" not in storage
    assert service.contacts() == []


def test_the_name_must_be_typed_where_contacts_are_already(browser: Browser, service: Sandbox, tmp_path: Path) -> None:
    """In a workspace that is not empty the import begins only once its name is typed; Review names it."""
    service.add({"defaultFields": {"firstName": "Old", "phoneNumbers": [{"name": "m", "value": "+442079460000"}]}})
    program = begin(service, tmp_path, rate=200)
    with opened(browser, program) as tab:
        to_review(tab, program)
        assert f"Create {ROWS} contacts in {WORKSPACE}." in tab.text()
        tab.page.fill("#typed", "another")
        tab.page.click("form.card button.primary")
        tab.page.wait_for_selector(".notice.bad")
        assert len(service.contacts()) == 1
        tab.page.fill("#typed", WORKSPACE.lower())
        tab.page.click("form.card button.primary")
        tab.heading("Imported")
    assert people(service) == once_each(program.folder / "people.csv") + Counter(["+442079460000"])


def test_stop_go_on_and_take_back(browser: Browser, service: Sandbox, tmp_path: Path) -> None:
    """Stopped, gone on with, taken back: the workspace is empty but for a contact that a person edited, by name."""
    # So slow that a click on a busy computer comes before the end.
    program = begin(service, tmp_path, rate=6)
    with opened(browser, program) as tab:
        to_review(tab, program)
        tab.page.click("form.card button.primary")
        tab.until_sent(5)
        tab.press("Stop")
        tab.page.wait_for_selector("text=Stopped as requested")
        assert 0 < len(service.contacts()) < ROWS
        # The end of work may be told by the stream before the answer to its beginning arrives.
        for what in ("verify", "look-back", "take-back"):
            tab.page.route(f"**/{what}", answer_late, times=1)
        tab.press("Go on")
        tab.heading("Imported")
        tab.page.wait_for_selector("[data-part=verdict] .notice.good")
        assert people(service) == once_each(program.folder / "people.csv")

        edited: dict[str, Any] = service.contacts()[7]
        service.edit(edited["id"], role="Friend")
        tab.press("Take back the last import")
        tab.page.wait_for_selector("dialog")
        assert f"{ROWS - 1} contacts will be deleted" in tab.page.inner_text("dialog")
        tab.page.locator("dialog button.danger").click()
        tab.page.wait_for_selector("[data-part=taken-back]")
        said = tab.page.inner_text("[data-part=taken-back]")
        assert f"{ROWS - 1} contacts taken back." in said
        assert f"{edited['defaultFields']['firstName']} Byron (row " in said
    assert [contact["id"] for contact in service.contacts()] == [edited["id"]]


def test_the_run_outlives_the_tab_and_the_program(browser: Browser, service: Sandbox, tmp_path: Path) -> None:
    """A reload and a closed tab change nothing; after kill -9 the page says what is left, and no one is in twice."""
    program = begin(service, tmp_path, rate=6)
    sheet = program.folder / "people.csv"
    with opened(browser, program) as tab:
        to_review(tab, program)
        tab.page.click("form.card button.primary")
        tab.until_sent(5)
        # A link that was replaced under the mouse would not be followed.
        tab.page.evaluate("document.querySelector('#rail a').dataset.mark = '1'")
        tab.until_sent(8)
        assert tab.page.locator("#rail a[data-mark]").count() == 1
        tab.page.reload()
        tab.until_sent(10)
        second = tab.page.context.new_page()
        tab.page.close()
        before = len(service.contacts())
        second.wait_for_timeout(800)
        assert len(service.contacts()) > before
        program.kill()
        done = len(service.contacts())
        assert done < ROWS
    program = begin(service, tmp_path, rate=200)
    with opened(browser, program) as tab:
        item = tab.page.locator(".list li", has_text="people.csv")
        assert "left: go on" in item.inner_text()
        item.locator("a").click()
        tab.heading("Import")
        # The stream tells of the end before the answer arrives: that must not leave the step waiting for ever.
        tab.page.route("**/go-on", answer_late, times=1)
        tab.press("Go on")
        # The key was in the memory of the program that was killed, and nowhere else.
        tab.page.wait_for_selector("text=There is no API key yet")
        tab.press("Give another key")
        give_key(tab)
        tab.heading(WORKSPACE)
        tab.step("Import")
        tab.press("Go on")
        tab.heading("Imported")
        tab.page.wait_for_selector("[data-part=verdict] .notice.good")
    assert people(service) == once_each(sheet)
    lines = read_table(program.folder / "people.import" / "id_map.csv")
    assert (len(lines), {line["status"] for line in lines}) == (ROWS, {"created"})


def test_the_key_of_another_workspace_is_refused(browser: Browser, tmp_path: Path) -> None:
    """A folder belongs to its workspace: with the key of another nothing is written, and Review says why."""
    with Sandbox.start(rate=0, organization=WORKSPACE) as service:
        port = int(service.url.rsplit(":", 1)[1])
        program = begin(service, tmp_path, rate=200)
        with opened(browser, program) as tab:
            to_review(tab, program)
            tab.page.click("form.card button.primary")
            tab.heading("Imported")
    with Sandbox.start(rate=0, port=port, key="another", organization="Harbour Electric") as another:
        write_people(program.folder / "people.csv", ROWS + 5)
        with opened(browser, again := begin(another, tmp_path, rate=200)) as tab:
            tab.page.goto(f"{again.address}/real/people.csv/workspace")
            tab.heading("Which workspace?")
            give_key(tab, "another")
            tab.heading("Harbour Electric")
            tab.step("Review")
            tab.page.wait_for_selector(".notice.bad")
            assert "belongs to another workspace: this key shows none of its contacts" in tab.text()
        assert another.contacts() == []
