"""Whatever is in a sheet or in its name is text on the page, and nothing else."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from tests.web.rig import PageProgram, opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

MARKUP = '"><img src=x onerror=alert(1)><script>alert(2)</script><b>bold</b>'
NAME = "a\"b'<img src=x onerror=alert(3)>&amp; %41 #?.csv"
ROWS = [
    (MARKUP, "Byron", "+442079400001", "a@example.com", MARKUP),
    ('=HYPERLINK("http://evil.example","x")', "Formula", "+442079400002", "b@example.com", "@SUM(1+1)"),
    ("\u202egnol", "rtl", "+442079400003", "c@example.com", "\u05e9\u05dc\u05d5\u05dd"),
    ("Emoji \U0001f469\u200d\U0001f680", "Ray", "+442079400004", "d@example.com", "\U0001f1fa\U0001f1e6"),
    ("Long", "Cell", "+442079400005", "e@example.com", "y" * 5_000),
    ("Bad", "Phone", MARKUP, "javascript:alert(4)", "x"),
]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageProgram]:
    """The page in a folder with the sheet."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "work").mkdir()
    with (folder / "work" / NAME).open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("First Name", "Last Name", "Phone", "Email", f"Note {MARKUP}"), *ROWS])
    started = PageProgram.start(folder / "work", folder / "home")
    yield started
    assert started.end() == 0


def test_a_hostile_sheet_is_text_on_every_step(browser: Browser, hostile: PageProgram) -> None:
    """No cell, header or file name becomes an element, a script or a request, and the policy is never violated."""
    with opened(browser, hostile) as tab:
        dialogs: list[str] = []
        tab.page.on("dialog", lambda dialog: dialogs.append(dialog.message))
        tab.page.get_by_role("button", name=NAME).click()
        tab.heading("Is this your sheet?")
        tab.page.wait_for_selector(".questions-place button")
        assert MARKUP in tab.page.inner_text(".sheet")
        tab.step("Columns")
        tab.heading("What is in the columns?")
        tab.page.wait_for_selector(".contact")
        assert MARKUP in tab.text()
        tab.step("Fix")
        tab.page.wait_for_selector(".tools button")
        assert MARKUP in tab.page.inner_text(".tabulator-header")
        cells = tab.page.locator(".tabulator-cell", has_text="onerror")
        assert MARKUP in cells.first.inner_text()
        cells.first.click()
        assert MARKUP in tab.page.inner_text(".says-cell")
        tab.page.select_option("#filter", "all")
        tab.page.wait_for_selector("text=Emoji")
        tab.step("Review")
        tab.page.wait_for_selector("form.card button.primary")
        tab.page.wait_for_selector(".cards .contact")
        tab.page.click("form.card button.primary")
        tab.heading("Imported")
        tab.page.wait_for_selector("[data-part=verdict]")
        assert tab.page.locator("main img, main script, main iframe, main b").count() == 0
        assert dialogs == []
        requested = [url for url in tab.requests if url.startswith(hostile.address)]
        assert all(
            url.removeprefix(hostile.address).startswith(("/api/", "/static/", "/open", "/practice/"))
            or url == f"{hostile.address}/"
            for url in requested
        ), requested
