"""One browser and one program for the tests of a module."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser import chromium
from tests.e2e.process import Process
from tests.web.rig import PageProgram

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="module", autouse=True)
def end_what_is_left() -> Iterator[None]:
    """Whatever a module has started ends with it, also where a test failed: Python would wait for it at its end."""
    yield
    for process in list(Process.open):
        process.kill()


@pytest.fixture
def program(tmp_path: Path) -> Iterator[PageProgram]:
    """The page in an empty folder."""
    started = PageProgram.start(tmp_path / "work", tmp_path / "home")
    yield started
    if started.process in Process.open:
        assert started.end() == 0
