"""The rig of the end-to-end proofs, for every test of this folder."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from importer.sandbox import Sandbox
from tests.e2e.process import Process
from tests.e2e.rig import Program, Service, write_people

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Serve(Protocol):
    """Starts the sandbox in its own process, with options of its command."""

    def __call__(self, *options: str) -> Service: ...


class StartSandbox(Protocol):
    """Starts a sandbox in a thread of the test; options as `Sandbox.start` takes them."""

    def __call__(self, *store: Path, **options: Any) -> Sandbox: ...


class ImportPeople(Protocol):
    """Gives the program over a sheet of so many people."""

    def __call__(self, url: str, rows: int = 60, *, rate: float = 100) -> Program: ...


@pytest.fixture(autouse=True)
def leave_nobody_running() -> Iterator[None]:
    """Whatever a test has started ends with it, also where the test failed."""
    yield
    for process in list(Process.open):
        process.kill()


@pytest.fixture
def serve(tmp_path: Path) -> Serve:
    """Starts the sandbox in its own process; it is killed after the test."""

    def begin(*options: str) -> Service:
        return Service(tmp_path / "workspace.sqlite", tmp_path, *options).start()

    return begin


@pytest.fixture
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """The sandbox in a thread of the test, which can then act as a person in the app; options by `parametrize`."""
    with Sandbox.start(**({"rate": 0, "latency_ms": 20} | getattr(request, "param", {}))) as running:
        yield running


@pytest.fixture
def start_sandbox() -> Iterator[StartSandbox]:
    """Starts sandboxes as they are needed; they are stopped after the test."""
    with ExitStack() as opened:

        def begin(*store: Path, **options: Any) -> Sandbox:
            return opened.enter_context(Sandbox.start(*store, **({"rate": 0, "latency_ms": 20} | options)))

        yield begin


@pytest.fixture
def import_people(tmp_path: Path) -> ImportPeople:
    """Gives the program over a sheet of people."""

    def program(url: str, rows: int = 60, *, rate: float = 100) -> Program:
        return Program(tmp_path, write_people(tmp_path / "people.csv", rows), url, rate)

    return program
