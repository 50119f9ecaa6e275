"""Fleets, and the processes that tests of them leave behind."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from importer.sandbox import Sandbox
from tests import warm
from tests.e2e.process import Process
from tests.fleet.rig import FleetRig

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.database import Server


class StartService(Protocol):
    """Starts a service that takes one key; options as `Sandbox.start` takes them."""

    def __call__(self, key: str, **options: Any) -> Sandbox: ...


@pytest.fixture
def address(database: Server, monkeypatch: pytest.MonkeyPatch) -> str:
    """The database as the environment names it."""
    monkeypatch.setenv("OPENPHONE_DATABASE_URL", database.url)
    return database.url


@pytest.fixture(scope="session", autouse=True)
def warm_lanes() -> None:
    """Lanes of workers in this process are warm, whichever test is the first."""
    warm.begin_server()


@pytest.fixture(autouse=True)
def leave_no_process() -> Iterator[None]:
    """Whatever a test has started ends with it, also where the test failed."""
    yield
    for process in list(Process.open):
        process.kill()


@pytest.fixture
def service() -> Iterator[StartService]:
    """Starts services as they are needed; they are stopped after the test."""
    with ExitStack() as opened:

        def begin(key: str, **options: Any) -> Sandbox:
            chosen: dict[str, Any] = {"key": key, "rate": 0, "latency_ms": 20} | options
            return opened.enter_context(Sandbox.start(**chosen))

        yield begin


@pytest.fixture
def rig(tmp_path: Path) -> FleetRig:
    """A folder for a fleet."""
    return FleetRig(tmp_path, "rate = 20")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to run in, and no state of the machine's user."""
    monkeypatch.chdir(tmp_path)
    for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    for name in ("OPENPHONE_API_KEY", "OPENPHONE_BASE_URL", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path
