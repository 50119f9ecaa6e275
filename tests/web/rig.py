"""What the tests of the page stand on: the command `ui` in its own process, and a browser that complains."""

from __future__ import annotations

import re
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.e2e.process import Process

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

LONGEST_MS = 60_000


@dataclass
class PageProgram:
    """`openphone-import ui` in a folder. `address` is that of the page, `opening` the file that opens it."""

    folder: Path
    home: Path
    process: Process
    address: str = ""
    opening: Path = field(default_factory=Path)

    @classmethod
    def start(cls, folder: Path, home: Path, *arguments: str, key: str = "", cold: bool = False) -> PageProgram:
        """Start it; the page can be opened when this returns."""
        folder.mkdir(exist_ok=True)
        home.mkdir(exist_ok=True)
        process = Process(("ui", *arguments, "--no-browser"), folder, home, key=key, cold=cold)
        assert process.saw("open this file in a browser: "), process.end()
        text = process.errors()
        address = re.search(r"The page is at (http://127\.0\.0\.1:\d+)\.", text)
        opening = re.search(r"open this file in a browser: (\S+)", text)
        assert address is not None, text
        assert opening is not None, text
        return cls(folder, home, process, address.group(1), Path(opening.group(1)))

    def end(self) -> int:
        """Stop it as Ctrl-C does, and return its exit code."""
        import signal

        self.process.signal(signal.SIGINT)
        return self.process.end().code

    def kill(self) -> None:
        """SIGKILL, in the middle of whatever it does."""
        self.process.kill()


@dataclass
class Tab:
    """A tab of the browser, and what it complained of or asked for."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def heading(self, text: str) -> None:
        """Wait for the step with this heading."""
        self.page.wait_for_selector(f"h1:has-text({text!r})", timeout=LONGEST_MS)

    def press(self, name: str) -> None:
        """Click the button of this name."""
        self.page.get_by_role("button", name=name).first.click(timeout=LONGEST_MS)

    def drop(self, sheet: Path) -> None:
        """Give the page a sheet, as the file dialog does."""
        self.page.set_input_files("input[type=file]", str(sheet))

    def paste(self, text: str) -> None:
        """Paste into the grid what another program has put on the clipboard."""
        script = """(text) => { const data = new DataTransfer(); data.setData("text/plain", text);
            document.querySelector(".tabulator-tableholder").dispatchEvent(
                new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })); }"""
        self.page.evaluate(script, text)

    def step(self, name: str) -> None:
        """Go to a step by the rail."""
        self.page.locator("#rail a", has_text=name).click(timeout=LONGEST_MS)

    def until(self, script: str) -> None:
        """Wait until an expression is true on the page; its policy lets no test hand it a function to wait for."""
        until = time.monotonic() + LONGEST_MS / 1000
        while not self.page.evaluate(script):
            assert time.monotonic() < until, f"{script}\n{self.text()}"
            self.page.wait_for_timeout(20)

    def until_sent(self, percent: int) -> None:
        """Wait until the bar of an import has come so far."""
        self.until(f"Number(document.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow')) > {percent}")

    def text(self) -> str:
        """What can be read on the step."""
        return self.page.inner_text("main")


@contextmanager
def opened(browser: Browser, program: PageProgram, **options: Any) -> Iterator[Tab]:
    """The page in a tab of its own; nothing it did was complained of by the browser, or left this computer."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)
    page = context.new_page()
    page.set_default_timeout(LONGEST_MS)
    tab = Tab(page)
    page.on("console", lambda message: tab.complaints.append(message.text))
    page.on("pageerror", lambda error: tab.complaints.append(str(error)))
    page.on("request", lambda request: tab.requests.append(request.url))
    page.goto(program.opening.as_uri())
    page.wait_for_url(re.compile(re.escape(program.address)))
    page.wait_for_selector("h1")
    yield tab
    # A refusal that the page shows in words is a line in the console of the browser, too.
    assert [text for text in tab.complaints if "Failed to load resource" not in text] == []
    elsewhere = [url for url in tab.requests if not url.startswith((program.address, "file:", "blob:", "data:"))]
    assert elsewhere == []
    context.close()
