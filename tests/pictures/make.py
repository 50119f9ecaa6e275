"""The pictures of the README, made from the real program: `python tests/pictures/make.py` writes .pictures anew.

terminal.svg    the demo as it stands in a terminal
report.png      its report in a browser; report-phone.png the same on a phone, by night
page-*.png      the steps of the page
"""

from __future__ import annotations

import sys
import tempfile
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.browser import chromium
from tests.cli.window import Window, on_terminal
from tests.paths import ROOT
from tests.pictures.page import pages

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FOLDER = ROOT / ".pictures"
COLUMNS = 92
# Size of a character, and the colours of a terminal by night.
WIDTH, HEIGHT, MARGIN, BAR = 8.4, 18, 20, 34
INK, PAPER, FRAME = "#d7dae0", "#1b1f27", "#2a303b"
FONTS = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
STYLES = {
    "2": 'fill="#8b95a5"',
    "31": 'fill="#ff7b72"',
    "33": 'fill="#e3b341"',
    "1": f'fill="{INK}" font-weight="700"',
    "1;31": 'fill="#ff7b72" font-weight="700"',
    "32": 'fill="#7ee787"',
}


def drawing(window: Window, title: str) -> str:
    """The window as an SVG that needs nothing else; each run of text is held to its columns, whatever the font."""
    lines = window.runs()
    while lines and not lines[-1]:
        lines.pop()
    width, height = COLUMNS * WIDTH + 2 * MARGIN, len(lines) * HEIGHT + BAR + 2 * MARGIN
    texts = "\n".join(_line(line, BAR + MARGIN + (at + 0.75) * HEIGHT) for at, line in enumerate(lines))
    dots = "".join(f'<circle cx="{20 + 18 * at}" cy="17" r="5.5" fill="#4a5363"/>' for at in range(3))
    box = f'viewBox="0 0 {width:.0f} {height}" width="{width:.0f}"'
    return f"""<svg xmlns="http://www.w3.org/2000/svg" {box} role="img">
<title>{escape(title)}</title>
<rect width="100%" height="100%" rx="10" fill="{PAPER}"/>
<path d="M0 {BAR}V10a10 10 0 0 1 10-10H{width - 10:.0f}a10 10 0 0 1 10 10V{BAR}z" fill="{FRAME}"/>
{dots}
<g font-family="{FONTS}" font-size="14" fill="{INK}">
{texts}
</g>
</svg>
"""


def _line(line: list[tuple[str, str]], y: float) -> str:
    drawn, column = [], 0
    for text, style in line:
        words = text.lstrip(" ")
        x = MARGIN + (column + len(text) - len(words)) * WIDTH
        column += len(text)
        if words.strip():
            size = f'x="{x:.1f}" y="{y:.1f}" textLength="{len(words) * WIDTH:.1f}" lengthAdjust="spacingAndGlyphs"'
            drawn.append(f'<text {size} xml:space="preserve" {STYLES.get(style, "")}>{escape(words)}</text>')
    return "".join(drawn)


def terminal(folder: Path) -> str:
    """The demo in a terminal, from the command to the last line."""
    typed = "\x1b[32m$\x1b[0m \x1b[1mopenphone-import demo\x1b[0m\r\n"
    return drawing(Window().feed(typed + on_terminal(["demo"], folder, COLUMNS)), "openphone-import demo in a terminal")


def reports(browser: Browser, page: Path, folder: Path) -> None:
    """The report as a browser shows it, on a desk and on a phone."""
    for name, width, height, scheme in (("report", 1080, 1180, "light"), ("report-phone", 390, 844, "dark")):
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        tab = context.new_page()
        tab.goto(page.as_uri())
        tab.screenshot(path=folder / f"{name}.png")
        context.close()


def make(folder: Path) -> None:
    """Write all pictures into `folder`."""
    with tempfile.TemporaryDirectory() as place:
        folder.mkdir(exist_ok=True)
        (folder / "terminal.svg").write_text(terminal(Path(place)), encoding="utf-8")
        with chromium() as browser:
            reports(browser, Path(place) / "demo.sandbox.import" / "report.html", folder)
            pages(browser, Path(place), folder)


if __name__ == "__main__":
    make(FOLDER)
