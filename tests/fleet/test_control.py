"""What a person does about a workspace that has several occasions at once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.errors import SettingsError
from importer.fleet.control import control
from importer.fleet.file import read_fleet
from importer.fleet.start import start_fleet
from tests.fleet.memory_engine import MemoryEngine, MemoryQueue
from tests.fleet.test_workers import write_shared

if TYPE_CHECKING:
    from typing import Literal

    from tests.database import Server

pytestmark = pytest.mark.usefixtures("home", "address")


def test_retry_gives_back_all_that_is_paused_and_of_the_rest_the_last(database: Server) -> None:
    """What a pause has held is queued again night by night; of what was cancelled only the last night."""
    fleet = read_fleet(Path(write_shared("several", acme="http://127.0.0.1:1")))
    queue = MemoryQueue()

    def act(action: Literal["pause", "cancel", "retry"]) -> list[str]:
        report = control(fleet, os.environ, lambda _: MemoryEngine(queue), "acme", action)
        return sorted(occasion.name for occasion in report.occasions)

    def states() -> dict[str, str]:
        lines = database.rows("SELECT occasion, state FROM openphone_import.occasions WHERE fleet = 'several'")
        return dict(lines)

    for night in ("night-1", "night-2"):
        start_fleet(fleet, os.environ, lambda _: MemoryEngine(queue), night)
    assert act("pause") == ["night-1", "night-2"]
    start_fleet(fleet, os.environ, lambda _: MemoryEngine(queue), "night-3")
    # The last one waits in the queue already.
    assert act("retry") == ["night-1", "night-2"]
    expected = {"several/acme/night-1/2", "several/acme/night-2/2", "several/acme/night-3/1"}
    assert MemoryEngine(queue).listing() == expected
    assert act("cancel") == ["night-1", "night-2", "night-3"]
    assert act("retry") == ["night-3"]
    assert states() == {"night-1": "cancelled", "night-2": "cancelled", "night-3": "queued"}
    database.rows("UPDATE openphone_import.occasions SET state = 'running' WHERE occasion = 'night-3'")
    with pytest.raises(SettingsError, match="acme has nothing to try again"):
        act("retry")
