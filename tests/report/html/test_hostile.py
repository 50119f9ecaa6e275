"""Every kind of page in a real browser, with hostile text in every kind of place, which stays text."""

from __future__ import annotations

import csv
import json
import os
from typing import TYPE_CHECKING

import pytest
import xlsxwriter

from importer.sandbox import KEY, Sandbox
from tests import warm
from tests.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

INJECTED = "\"><img src=x onerror=alert(1)>'"
PAGES = ("workbook", "empty", "plan", "verify", "undo", "thousand")
IDS = ("--map", "No=external_id", "--map", "Tel=phone:<b>mobile")
LARGEST_BYTES = 300_000


class Office:
    """A folder with sheets, where the program is called as a person would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        home = {name: str(folder / "home") for name in ("HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")}
        path = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
        self.environment = {**path, **home, "OPENPHONE_API_KEY": KEY}

    def call(self, *arguments: str) -> None:
        ended = warm.run([*arguments, "-q"], self.folder, self.environment)
        assert ended.code in {0, 1}, ended.err

    def sheet(self, name: str, *rows: tuple[str, ...]) -> str:
        with (self.folder / name).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(rows)
        return name

    def workbook(self) -> None:
        """A sheet, a header, a custom field, options, a source and cells that try to be more than text."""
        book = xlsxwriter.Workbook(self.folder / "book.xlsx")
        sheet = book.add_worksheet("<b onclick=x>&\"'.")
        rows = [("Name", "Tel", INJECTED, "Tags", "Mail"), *(("Ann", "12", "x", INJECTED, INJECTED) for _ in range(2))]
        rows.append(("Bob", "+14155550101", "y", f"{INJECTED};b", "bob@example.com"))
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        book.close()
        fields = [
            {"name": f"<script>alert(3)</script>{INJECTED}", "key": "k1", "type": "date"},
            {"name": "Tags", "key": "tags", "type": "multi-select"},
        ]
        (self.folder / "fields.json").write_text(json.dumps({"data": fields}), encoding="utf-8")
        self.call(
            *("check", "book.xlsx", "--fields", "fields.json", "--source", "<i>src</i>", "--map", "#3=custom:k1"),
            *("--map", "Tel=phone:<b>x", "--out", "workbook"),
        )

    def workspace(self) -> None:
        """A run, people who write hostile things into the contacts, a plan, a verification, and the undoing of all."""
        header = ("No", "Name", "Company", "Tel")
        sheet = self.sheet(
            "people.csv", header, *((f"{n}", "Ann Lee", "Acme", f"+1415555{n:04d}") for n in range(100, 104))
        )
        with Sandbox.start(rate=0) as sandbox:
            where = ("--base-url", sandbox.url, "--rate", "100", "--yes", *IDS)
            self.call("run", sheet, *where, "--out", "plan")
            for contact in sandbox.contacts()[:3]:
                sandbox.edit(contact["id"], company=f"<script>alert(4)</script>{INJECTED}")
            self.call("plan", sheet, *where, "--out", "plan", "--on-match", "update", "--no-trust-journal")
            self.call("verify", sheet, *where, "--out", "plan", "--visibility")
            sandbox.edit(sandbox.contacts()[0]["id"], firstName=f"<script>alert(4)</script>{INJECTED}")
            self.call("undo", "plan", *where[:2], "--yes")
        for name in ("verify", "undo"):
            (self.folder / name).mkdir()
            (self.folder / "plan" / f"{name}.html").rename(self.folder / name / "report.html")

    def sheets(self) -> None:
        """A sheet without a row, and one with a thousand rows to correct."""
        self.call("check", self.sheet("empty.csv", ("Name", "Tel")), "--out", "empty")
        rows = (
            (f"Benjamin{n}", "Papadopoulos", "O'Connor & Sons", "555-0148", f"ben{n}@example.com") for n in range(1000)
        )
        self.call(
            "check",
            self.sheet("many.csv", ("First Name", "Last Name", "Company", "Tel", "Mail"), *rows),
            "--out",
            "thousand",
        )


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The page of each kind."""
    office = Office(tmp_path_factory.mktemp("hostile"))
    office.workbook()
    office.workspace()
    office.sheets()
    return {name: office.folder / name / "report.html" for name in PAGES}


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_whole(browser: Browser, pages: dict[str, Path], name: str, width: int) -> None:
    """No script of the sheet's runs, nothing is asked for or complained of, no text too wide, no number broken."""
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    seen: list[str] = []
    page.on("console", lambda message: seen.append(message.text))
    page.on("pageerror", lambda error: seen.append(str(error)))
    page.on("dialog", lambda dialog: seen.append(dialog.message))
    page.on("request", lambda request: seen.append(request.url))
    page.goto(pages[name].as_uri())
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert seen == [pages[name].as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("img, iframe, object, embed, link, base, i, [onclick], [onerror]").count() == 0
    assert page.locator("script").count() == 1
    # Beside a value without spaces a number may break after every digit, unless it is kept whole.
    numbers = """[...document.querySelectorAll("main th[scope=row]")].filter((one) => /^[0-9]+$/.test(one.innerText))
        .map((one) => getComputedStyle(one).whiteSpace)"""
    assert set(page.evaluate(numbers)) == ({"nowrap"} if name not in ("empty", "undo") else set())
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_accessible(browser: Browser, pages: dict[str, Path], name: str, scheme: str) -> None:
    """axe-core finds nothing to complain of on any kind of page."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    context = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(pages[name].as_uri())
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    # Of a thousand like rows a few are enough.
    page.evaluate("document.querySelectorAll('.rejects tbody tr:nth-child(n+12)').forEach((one) => one.remove())")
    found = axe.Axe().run(page).response["violations"]
    assert [(one["id"], one["impact"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found] == []
    context.close()


def test_hostile_text_can_be_read(browser: Browser, pages: dict[str, Path]) -> None:
    """Sheet names, headers, options, custom fields, labels and what people wrote in the app are shown as they are."""
    page = browser.new_page()
    page.goto(pages["workbook"].as_uri())
    text = page.locator("body").inner_text()
    for words in ("<b onclick=x>&\"'.", INJECTED, "<script>alert(3)</script>", "<i>src</i>", "phone:<b>x"):
        assert words in text
    for name in ("plan", "verify", "undo"):
        page.goto(pages[name].as_uri())
        assert f"<script>alert(4)</script>{INJECTED}" in page.locator("body").inner_text()
    page.close()


def test_a_plan_shows_what_would_change(browser: Browser, pages: dict[str, Path]) -> None:
    """The page of a plan counts the differences by field, and names both values row by row."""
    page = browser.new_page()
    page.goto(pages["plan"].as_uri())
    assert page.locator(".verdict").inner_text().endswith("Planned: 3 to update")
    assert "openphone-import run --plan plan/plan.json" in page.locator("code").inner_text()
    section = page.locator("#changes")
    assert section.locator("table.bars tbody tr").all_inner_texts() == ["company\t3\t"]
    cells = section.locator("table.cards tbody tr").first.locator("th, td").all_inner_texts()
    assert (cells[1], cells[2], cells[4]) == ("Ann Lee", "company", "Acme")
    assert "alert(4)" in cells[3]
    page.close()


def test_a_verification_shows_whose_doing_it_was(browser: Browser, pages: dict[str, Path]) -> None:
    """The page of verify has the balance with its unknown rows, each difference with its reason, and who is seen."""
    page = browser.new_page()
    page.goto(pages["verify"].as_uri())
    assert page.locator(".verdict").inner_text().endswith("Verified: 3 rows are not there as in the sheet")
    legend = page.locator(".legend").inner_text()
    assert "1 there" in legend.replace("\n", " ")
    assert "3 changed by someone since" in legend.replace("\n", " ")
    assert "0 unknown" in legend.replace("\n", " ")
    differences = page.locator("#differences").inner_text()
    assert "someone changed it after the import" in differences
    assert "Ann Lee" in differences
    assert "conversation" in page.locator("#visibility").inner_text()
    page.close()


def test_a_sheet_without_rows_has_a_page(browser: Browser, pages: dict[str, Path]) -> None:
    """Where there is nothing there is no empty table, and the page says so."""
    page = browser.new_page()
    page.goto(pages["empty"].as_uri())
    assert page.locator(".legend .sum").inner_text() == "0 rows in"
    assert page.locator("#rejects, #conflicts, #duplicates, #time").count() == 0
    page.close()


def test_a_thousand_rejects_can_be_mailed_and_passed_by(browser: Browser, pages: dict[str, Path]) -> None:
    """The page stays under 300 kB, shows all rows, and the sections below them are a screen or two away."""
    assert pages["thousand"].stat().st_size < LARGEST_BYTES
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(pages["thousand"].as_uri())
    assert page.locator("table.rejects tbody tr:not(.group)").count() == 1000
    assert page.evaluate("document.getElementById('problems').getBoundingClientRect().top") < 3 * 800
    page.fill("#filter-text", "benjamin999")
    assert page.locator("table.rejects tbody tr:not(.group):visible").count() == 1
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('.tall')).maxHeight") == "none"
    page.close()
