"""The grid: cells are corrected one by one, as a block, and by rule; each is one step, and a command sees the same."""

from __future__ import annotations

import csv
import json
import time
from typing import TYPE_CHECKING

import pytest

from tests.e2e.process import Process
from tests.e2e.rig import read_table
from tests.web.rig import PageProgram, Tab, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

ROWS = 2_000
BAD_EVERY = 100
SHEET, FOLDER = "customers.csv", "customers.sandbox.import"
PASTED = 25


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageProgram]:
    """The page beside a sheet of two thousand rows, one in a hundred with a bad phone."""
    folder = tmp_path_factory.mktemp("fix")
    (folder / "work").mkdir()
    with (folder / "work" / SHEET).open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["Name", "Company", "Phone", "Email", *(f"Note {n}" for n in range(12))])
        for number in range(ROWS):
            # A name with a digit in it would be a finding of its own.
            word = "".join(chr(ord("a") + int(digit)) for digit in str(number)).title()
            name = f"{word} Union Bank" if number % BAD_EVERY == 1 else f"Ada {word}"
            phone = "12" if number % BAD_EVERY == 0 else f"+4420794{number:05d}"
            table.writerow([name, "", phone, f"ada{number}@example.com", *["x" * 8] * 12])
    started = PageProgram.start(folder / "work", folder / "home")
    yield started
    assert started.end() == 0


@pytest.fixture(scope="module")
def tab(browser: Browser, program: PageProgram) -> Iterator[Tab]:
    """The grid of the sheet, in one tab for all tests."""
    with opened(browser, program) as opened_tab:
        opened_tab.page.goto(f"{program.address}/practice/{SHEET}/fix")
        opened_tab.page.wait_for_selector(".tools button")
        yield opened_tab


def counts(tab: Tab) -> str:
    """How many rows end in each way, as the grid says."""
    return tab.page.inner_text("[role=status].soft")


def checked(program: PageProgram) -> dict[str, int]:
    """What `check` counts in a terminal, on the same folder."""
    done = Process(("check", SHEET, "--sandbox", "--json"), program.folder, program.home).end()
    summary: dict[str, int] = json.loads(done.out.splitlines()[-1])
    return summary


def corrections(program: PageProgram) -> int:
    """How many cells are corrected; without any there is no file."""
    file = program.folder / FOLDER / "corrections.csv"
    return len(read_table(file)) if file.exists() else 0


def show_all(tab: Tab) -> None:
    """Show all rows, and wait for one of which nothing is said: the others are shown before, too."""
    tab.page.select_option("#filter", "all")
    tab.page.wait_for_selector("text=ada2@example.com")


def select(tab: Tab, text: str) -> None:
    """Click the first cell with a text."""
    tab.page.locator(".tabulator-cell:not(.row-number)", has_text=text).first.click()


def test_a_bad_phone_turns_good_and_back(tab: Tab, program: PageProgram) -> None:
    """An edit is judged at once, Ctrl+Z takes it back, Ctrl+Y does it again; `check` counts the same each time."""
    file = program.folder / SHEET
    before = file.read_bytes()
    assert f"{ROWS // BAD_EVERY} to correct" in counts(tab)
    select(tab, "12")
    tab.page.keyboard.press("Enter")
    tab.page.keyboard.press("Control+a")
    tab.page.keyboard.type("+442079499999")
    tab.page.keyboard.press("Enter")
    edited = "[...document.querySelectorAll('.tabulator-cell')].find((cell) => cell.textContent === '+442079499999')"
    tab.until(f"{edited}?.dataset.v === ''")
    assert checked(program)["rejected"] == ROWS // BAD_EVERY - 1
    tab.page.keyboard.press("Control+z")
    tab.until(f"!{edited}")
    assert checked(program)["rejected"] == ROWS // BAD_EVERY
    tab.page.keyboard.press("Control+y")
    tab.until(f"Boolean({edited})")
    assert checked(program)["rejected"] == ROWS // BAD_EVERY - 1
    assert file.read_bytes() == before


def test_typing_replaces_a_cell_as_in_excel(tab: Tab) -> None:
    """A key that is pressed on a cell begins a new text; Escape leaves the old one."""
    select(tab, "ada500@example.com")
    tab.page.keyboard.type("new")
    assert tab.page.locator(".tabulator-editing input").input_value() == "new"
    tab.page.keyboard.press("Escape")
    tab.page.wait_for_selector("text=ada500@example.com")


def test_a_block_is_pasted_as_one_step(tab: Tab, program: PageProgram) -> None:
    """Fifty cells from a spreadsheet program are one step: one Ctrl+Z takes all of them back."""
    lines = corrections(program)
    show_all(tab)
    select(tab, "ada1@example.com")
    block = "\n".join(f"new{number}@example.com\tNote {number}" for number in range(PASTED))
    tab.paste(block)
    tab.page.wait_for_selector("text=new0@example.com")
    assert corrections(program) == lines + 2 * PASTED
    tab.page.keyboard.press("Control+z")
    tab.page.wait_for_selector("text=new0@example.com", state="detached")
    assert corrections(program) == lines


def test_what_a_block_has_beyond_the_grid_is_said(tab: Tab, program: PageProgram) -> None:
    """Pasted cells below the last row shown, or right of the last column, are counted on the page; empty ones not."""
    lines = corrections(program)
    tab.page.select_option("#filter", "errors")
    note = tab.page.locator("[data-part=note]")
    tab.page.wait_for_selector("text=ada2@example.com", state="detached")
    select(tab, "ada100@example.com")
    # The first bad row was corrected above.
    bad = ROWS // BAD_EVERY - 1
    tab.paste("\n".join(f"new{number}@example.com\t{'x' * 8}" for number in range(bad + 3)) + "\n\t")
    tab.page.wait_for_selector("text=new0@example.com")
    assert "3 rows of what you pasted were not taken" in note.inner_text()
    assert f'The first begins with "new{bad}@example.com". Only some rows' in note.inner_text()
    assert corrections(program) == lines + bad
    tab.page.keyboard.press("Control+z")
    tab.page.wait_for_selector("text=new0@example.com", state="detached")
    assert note.inner_text() == ""
    select(tab, "ada100@example.com")
    tab.paste("one@example.com" + "\tx" * 12 + "\tbeyond")
    tab.page.wait_for_selector("text=one@example.com")
    assert "1 row of what you pasted has more cells than there are columns" in note.inner_text()
    tab.page.keyboard.press("Control+z")
    tab.page.wait_for_selector("text=one@example.com", state="detached")
    assert corrections(program) == lines


def test_find_says_when_nothing_is_found(tab: Tab) -> None:
    """A text that no cell holds is named on the page."""
    tab.press("Find and replace")
    tab.page.fill("#find", "zeppelin")
    tab.press("Find next")
    tab.page.wait_for_selector('text=No cell with "zeppelin" was found.')


def test_keys_count_while_the_focus_is_nowhere(tab: Tab, program: PageProgram) -> None:
    """Ctrl+Z takes a change back and Ctrl+Y makes it again, also where the focus is on nothing at all."""
    lines = corrections(program)
    show_all(tab)
    select(tab, "ada1@example.com")
    tab.paste("once@example.com")
    tab.page.wait_for_selector("text=once@example.com")
    tab.page.evaluate("document.activeElement.blur()")
    tab.page.keyboard.press("Control+z")
    tab.page.wait_for_selector("text=once@example.com", state="detached")
    assert corrections(program) == lines
    tab.page.evaluate("document.activeElement.blur()")
    tab.page.keyboard.press("Control+y")
    tab.page.wait_for_selector("text=once@example.com")
    tab.page.keyboard.press("Control+z")
    tab.page.wait_for_selector("text=once@example.com", state="detached")
    assert corrections(program) == lines


def test_find_and_replace_is_one_step(tab: Tab, program: PageProgram) -> None:
    """All cells of a column with a text get the other one; undone at once, and the file stays as it is."""
    lines = corrections(program)
    tab.press("Find and replace")
    tab.page.fill("#find", "ADA77")
    tab.page.wait_for_selector("dialog >> text=11 cells found")
    tab.page.fill("#by", "eve77")
    tab.page.select_option("#where", "3")
    tab.press("Replace all")
    tab.until("document.getElementById('live').textContent.startsWith('Changed: 11 cells')")
    assert corrections(program) == lines + 11
    tab.press("Undo")
    tab.until("[...document.querySelectorAll('#live')].some((live) => live.textContent.startsWith('Undone: 11 cells'))")
    assert corrections(program) == lines


def test_a_repair_corrects_many_rows(tab: Tab, program: PageProgram) -> None:
    """Names that may be companies move with one click; problems.csv names each cell as corrected by the person."""
    firms = ROWS // BAD_EVERY
    repair = tab.page.locator(".repairs li", has_text=f"Make {firms} names companies")
    repair.get_by_role("button").click()
    repair.wait_for(state="detached")
    checked(program)
    corrected = [
        line
        for line in read_table(program.folder / FOLDER / "problems.csv")
        if line["rule"] == "corrected-by-person" and line["column"] in ("Name", "Company")
    ]
    assert len(corrected) == 2 * firms


def test_a_command_on_the_same_folder_is_noticed(tab: Tab, program: PageProgram, tmp_path: Path) -> None:
    """What is corrected or answered by another program is there when the page looks again."""
    (program.folder / FOLDER / "mapping.toml").write_text('[map]\n"Company" = "role"\n', encoding="utf-8")
    tab.page.reload()
    tab.page.wait_for_selector(".tools button")
    assert "→ Role" in tab.page.inner_text(".tabulator-header")


def test_what_was_typed_stays_though_the_page_goes_at_once(tab: Tab, program: PageProgram) -> None:
    """The edit reaches the program also if the page is loaded anew, or closed, in the same moment."""
    tab.page.reload()
    tab.page.wait_for_selector(".tools button")
    show_all(tab)
    before = corrections(program)
    select(tab, "Ada c")
    tab.page.keyboard.type("Eve")
    tab.page.keyboard.press("Enter")
    tab.page.reload()
    until = time.monotonic() + 30
    while corrections(program) == before and time.monotonic() < until:
        time.sleep(0.1)
    assert corrections(program) == before + 1
