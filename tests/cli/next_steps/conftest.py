"""A screen in a folder of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from importer.sandbox import Sandbox
from tests.cli.next_steps.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def workspace() -> Iterator[Sandbox]:
    """One workspace without a limit for the tests of a module."""
    with Sandbox.start(rate=0) as sandbox:
        yield sandbox


@pytest.fixture
def screen(
    workspace: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Screen:
    workspace.reset()
    monkeypatch.chdir(tmp_path)
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("OPENPHONE_API_KEY", "sandbox-key")
    return Screen(workspace, capsys)
