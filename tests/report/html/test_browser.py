"""The real program's page in a real browser, opened from a file as a mail attachment would be."""

from __future__ import annotations

import csv
import os
from typing import TYPE_CHECKING

import pytest

from tests import warm
from tests.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

SHEET = "people <b>&'.csv"
INJECTED = '"><img src=x onerror=alert(1)><script>alert(2)</script>'
HEADER = ("First Name", "Last Name", "Company", "Mobile Phone", "Email", "Lead Source", "Website", f"Note {INJECTED}")
WIDTHS = {"phone": 390, "desk": 1280}


def write_sheet(path: Path) -> None:
    """Good rows, a duplicate, two conflicts and rejects; in one row each cell tries to be more than text."""
    rows = [
        (f"Ada{n}", "Byron", "Acme", f"+4420794{n:05d}", f"ada{n}@example.com", "Fair", "https://example.com", "")
        for n in range(6)
    ]
    rows.append(rows[0])
    rows += [("Bob", INJECTED, "Beta & Söhne", "555-0148", "bob@example.com", "Web", "", "") for _ in range(3)]
    rows.append(("Long " * 20, "x" * 5000, "", "1.41556E+10", "long@example.com", "", "", "y" * 2**20))
    rows.append(
        (INJECTED, "\u202eenil", "javascript:alert(3)", INJECTED, INJECTED, INJECTED, "javascript:alert(4)", "")
    )
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([HEADER, *rows])


def importer(folder: Path, *arguments: str) -> None:
    """Run the program as a person would."""
    home = {name: str(folder / "home") for name in ("HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")}
    environment = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", **home}
    ended = warm.run(arguments, folder, environment)
    assert ended.code == 1, ended.err


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The pages of a run, of a check and of a masked one over the same sheet."""
    folder = tmp_path_factory.mktemp("report")
    write_sheet(folder / SHEET)
    commands = {"run": ("run",), "masked": ("check", "--mask"), "check": ("check",)}
    for name, (command, *options) in commands.items():
        importer(folder, command, SHEET, "--sandbox", "--rate", "100", "--yes", "-q", "--out", name, *options)
    return {name: folder / name / "report.html" for name in commands}


@pytest.fixture
def opened(browser: Browser, reports: dict[str, Path]) -> Iterator[Page]:
    """The page of the run at desk width; after the test it has complained of nothing and asked for nothing."""
    context = browser.new_context(viewport={"width": WIDTHS["desk"], "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(reports["run"].as_uri())
    yield page
    assert complaints == []
    assert requests == [reports["run"].as_uri()]
    context.close()


def rows_shown(page: Page) -> int:
    return page.locator("table.rejects tbody tr:not(.group):visible").count()


def test_the_page_opens_from_a_file(opened: Page) -> None:
    """From file:// the page shows its verdict, its balance and its sections, with no console error and no request."""
    assert opened.title() == f"Run: {SHEET}"
    assert "5 rows to correct" in opened.locator(".verdict").inner_text()
    assert opened.locator(".legend .sum").inner_text() == "12 rows in"
    titles = opened.locator("h2").all_inner_texts()
    for title in ("Balance", "Rows to correct", "Problems", "Mapping", "Phones", "Duplicates", "Over time", "Settings"):
        assert title in titles


def test_rejects_are_filtered(opened: Page) -> None:
    """Text and rule narrow the rows, together and apart; what is left is counted, and empty groups go."""
    assert rows_shown(opened) == 5
    opened.fill("#filter-text", "BOB söhne")
    assert rows_shown(opened) == 3
    assert opened.locator("#filter-count").inner_text() == "3 of 5 rows"
    assert opened.locator("tr.group:visible").count() == 1
    opened.fill("#filter-text", "")
    opened.select_option("#filter-rule", index=2)
    assert rows_shown(opened) == 1
    opened.fill("#filter-text", "nobody at all")
    assert rows_shown(opened) == 0
    assert opened.locator(".empty").is_visible()


def test_the_filter_works_from_the_keyboard(opened: Page) -> None:
    """Tab reaches the filter and every table that scrolls, and where the focus is can be seen."""
    opened.focus("#filter-text")
    opened.keyboard.type("bob")
    assert rows_shown(opened) == 3
    opened.keyboard.press("Enter")
    assert rows_shown(opened) == 3
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.id") == "filter-rule"
    assert opened.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_bad_cells_are_marked(opened: Page) -> None:
    """The cell at fault carries a sign before its text, not a colour alone."""
    bad = opened.locator("table.rejects td.x", has_text="555-0148").first
    assert "⚠" in bad.evaluate("one => getComputedStyle(one, '::before').content")


def test_injected_markup_is_text(opened: Page) -> None:
    """What tried to be an image, a script or a link in cells, headers and the file's name can be read as text."""
    assert opened.locator("img, iframe, object, embed, link, base").count() == 0
    assert opened.locator("script").count() == 1
    assert opened.locator("a:not([href^='#'])").count() == 0
    text = opened.locator("body").inner_text()
    assert INJECTED in text
    assert "javascript:alert(3)" in text
    assert "⟨U+202E⟩enil" in text
    assert "1,048,576 characters" in text


@pytest.mark.parametrize("name", ["run", "check"])
@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_the_window(
    browser: Browser, reports: dict[str, Path], tmp_path: Path, name: str, width: int, scheme: str
) -> None:
    """On a phone and on a desk, by day and by night, the page fits its window; only a table may scroll in its place."""
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(reports[name].as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    outside = """[...document.querySelectorAll("body *")].filter((one) => !one.closest(".scroll, .skip, svg")
        && one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.outerHTML.slice(0, 80))"""
    assert page.evaluate(outside) == []
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, light[4:-1].split(","))) > 384) is (scheme == "light")
    assert len(page.screenshot(path=tmp_path / f"{name}-{width}-{scheme}.png", full_page=True)) > 10_000
    context.close()


def test_paper_shows_what_the_screen_shows(browser: Browser, reports: dict[str, Path]) -> None:
    """In print there is nothing to click, the paper is white, and how many of the rows are shown is said."""
    page = browser.new_page()
    page.goto(reports["run"].as_uri())
    page.fill("#filter-text", "bob")
    page.emulate_media(media="print", color_scheme="dark")
    assert not page.locator(".filter label").first.is_visible()
    assert not page.locator("nav").is_visible()
    assert page.locator("#filter-count").inner_text() == "3 of 5 rows"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    bad = page.locator("td.x").first.evaluate("(one) => getComputedStyle(one).backgroundColor")
    assert min(map(int, bad[4:-1].split(","))) > 200
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_the_page_is_accessible(browser: Browser, reports: dict[str, Path], width: int, scheme: str) -> None:
    """axe-core finds nothing serious: contrast, names, headers, landmarks, order."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(reports["run"].as_uri())
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    found = axe.Axe().run(page).response["violations"]
    assert [(one["id"], one["impact"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found] == []
    context.close()


def test_without_script_everything_is_there(browser: Browser, reports: dict[str, Path]) -> None:
    """Where a mail program runs no script, all rows are shown and only the filter is missing."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(reports["run"].as_uri())
    assert page.locator("table.rejects tbody tr:not(.group)").count() == 5
    assert page.locator(".filter").is_hidden()
    context.close()


def test_a_masked_page_can_be_shared(reports: dict[str, Path]) -> None:
    """With --mask no number and no address of the sheet is in the file."""
    text = reports["masked"].read_text(encoding="utf-8")
    for secret in ("ada0@", "bob@", "long@", "20794", "555-0148"):
        assert secret not in text
    assert "b•••@example.com" in text


def test_a_page_is_for_its_owner_alone(reports: dict[str, Path]) -> None:
    """The page holds contacts, so nobody else on the machine can read it."""
    assert all(report.stat().st_mode & 0o777 == 0o600 for report in reports.values())
