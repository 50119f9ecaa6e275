"""How fast the page is: `python -m tests.benchmarks.page` prints what a person waits for.

The first screen after the command; in 10,000 rows of 16 columns the verdict on an edited cell; in 100,000 rows the
first of them, and the memory of the browser.
"""

from __future__ import annotations

import csv
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser import chromium
from tests.web.rig import PageProgram, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

BAD_EVERY = 50


def write_sheet(path: Path, rows: int) -> Path:
    """A sheet of 16 columns, one row in fifty with a bad phone."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(
            ["First Name", "Last Name", "Company", "Phone", "Email", "Role", *(f"Note {n}" for n in range(10))]
        )
        for number in range(rows):
            phone = f"+4420794{number % 100_000:05d}" if number % BAD_EVERY else "12"
            name = f"ada{number}"
            table.writerow([name, "Byron", "Acme", phone, f"{name}@example.com", "Buyer", *["x" * 8] * 10])
    return path


def measured(browser: Browser, place: Path, rows: int) -> None:
    """Print the figures for a sheet of so many rows."""
    folder = place / str(rows)
    (folder / "work").mkdir(parents=True)
    write_sheet(folder / "work" / "people.csv", rows)
    begun = time.perf_counter()
    program = PageProgram.start(folder / "work", folder / "home", cold=True)
    with opened(browser, program) as tab:
        show(f"{rows:,} rows: first screen after the command", time.perf_counter() - begun)
        tab.page.goto(f"{program.address}/practice/people.csv/fix")
        begun = time.perf_counter()
        tab.page.wait_for_selector(".tabulator-row")
        show(f"{rows:,} rows: first rows in the grid", time.perf_counter() - begun)
        tab.page.wait_for_selector(".tools button")
        show(f"{rows:,} rows: all rows judged", time.perf_counter() - begun)
        tab.page.locator(".tabulator-cell[data-v=error]:not(.row-number)").first.click()
        tab.page.keyboard.press("Enter")
        tab.page.keyboard.press("Control+a")
        tab.page.keyboard.type("+442079499999")
        begun = time.perf_counter()
        tab.page.keyboard.press("Enter")
        tab.until(
            "[...document.querySelectorAll('.tabulator-cell')].find((cell) => cell.textContent === '+442079499999')"
            "?.dataset.v === ''"
        )
        show(f"{rows:,} rows: verdict on an edited cell", time.perf_counter() - begun)
        heap = tab.page.evaluate("performance.memory.usedJSHeapSize")
        sys.stdout.write(f"{rows:,} rows: {heap / 1e6:.0f} MB in the browser\n")
    program.end()


def show(what: str, seconds: float) -> None:
    """Print one figure."""
    sys.stdout.write(f"{what}: {seconds:.2f} s\n")


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as place, chromium() as browser:
        for rows in (10_000, 100_000):
            measured(browser, Path(place), rows)


if __name__ == "__main__":
    main()
