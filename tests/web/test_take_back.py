"""Taking an import back on the page: before anything is deleted, the person sees who is meant."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from tests.e2e.process import Process
from tests.web.client import LONGEST_SECONDS, inside
from tests.web.rig import opened

if TYPE_CHECKING:
    import httpx
    from playwright.sync_api import Browser

    from tests.web.rig import PageProgram

SHEET = "list.csv"
FIRST = "Name,Phone\nAnn Lee,+14155550101\nSue Poe,+14155550103\n"
LATER = "Name,Phone\nSue Poe,+14155550103\nNew Kid,+14155550107\n"


def imported(program: PageProgram, text: str) -> None:
    """Import this text as the sheet, in a terminal."""
    (program.folder / SHEET).write_text(text, encoding="utf-8")
    done = Process(("run", SHEET, "--sandbox", "--yes"), program.folder, program.home).end()
    assert done.code == 0, done


def prospect(client: httpx.Client, *, every: bool) -> dict[str, Any]:
    """What taking the sheet back would do."""
    path = f"/api/practice/{SHEET}"
    assert client.post(f"{path}/look-back", json={"every": every}).status_code == 200
    until = time.monotonic() + LONGEST_SECONDS
    while not (task := client.get(f"{path}/state").json()["task"])["done"]:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert task["failure"] is None, task
    result: dict[str, Any] = task["result"]
    return result


def test_the_names_are_those_of_the_contacts_to_be_deleted(program: PageProgram) -> None:
    """Only contacts that would be deleted are named, also those of rows that have left the sheet since."""
    imported(program, FIRST)
    imported(program, LATER)
    with inside(program) as client:
        last = prospect(client, every=False)
        assert (last["deletes"], last["deleted_names"]) == (1, ["New Kid"])
        whole = prospect(client, every=True)
        assert (whole["deletes"], sorted(whole["deleted_names"])) == (3, ["Ann Lee", "New Kid", "Sue Poe"])
        assert whole["restored_names"] == []


def test_contacts_left_alone_are_changed_by_a_choice_of_the_page(browser: Browser, program: PageProgram) -> None:
    """What differs since the sheet has changed leads to the choice in Review, and not to a command."""
    text = "Name,Phone,Email\nAnn Lee,+14155550101,ann@example.com\n"
    imported(program, text)
    imported(program, text.replace("0101", "0199"))
    with opened(browser, program) as tab:
        tab.page.goto(f"{program.address}/practice/{SHEET}/done")
        verdict = tab.page.wait_for_selector("[data-part=verdict]")
        assert verdict is not None
        assert 'choose "Change them to what the sheet says" in the step Review' in verdict.inner_text()
        assert "openphone-import" not in verdict.inner_text()
        tab.step("Review")
        tab.page.get_by_label("Change them to what the sheet says").check()
        tab.press("Import: update 1 contact")
        tab.page.wait_for_selector("text=Everything is there")
