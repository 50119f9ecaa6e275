"""What holds for all tests."""

from __future__ import annotations

import gc
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from tests.once import work_out_once
from tests.worker_order import OneByOne, rank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.database import Server

# How long an example takes depends on what else the computer does, and is no rule of the program.
settings.register_profile("any computer", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any computer")
work_out_once()


def pytest_configure() -> None:
    """Let Ctrl-C mean Ctrl-C, and have what is compiled kept."""
    # Some twelve thousand tests are found, and none of them is garbage: half of the time was spent in looking for it.
    gc.disable()
    # A shell that starts the tests in the background has all that they start ignore it.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    # As in an installed program. Where the environment forbids it, each start compiles all modules, and so does each
    # worker of `-n`.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests in the order in which they are dealt out."""
    items.sort(key=lambda item: rank(item.nodeid))


def pytest_collection_finish() -> None:
    """Look for garbage among what the tests make, not among the tests."""
    gc.freeze()
    gc.enable()


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneByOne:
    """Deal the tests out to the workers."""
    return OneByOne(config, log)


@pytest.fixture(scope="session")
def database() -> Iterator[Server]:
    """A real Postgres, started when the first test wants it."""
    from tests.database import servers

    yield from servers()


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A Postgres that a test may stop, and whose disk it may change."""
    from tests.database import Server

    server = Server.start()
    if not server.is_own:
        pytest.skip("the given server is not ours to stop")
    yield server
    server.remove()
