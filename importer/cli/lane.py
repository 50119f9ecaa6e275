"""The plain command in a lane of a fleet: in a process of its own, without a terminal, its events on stdout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.cli.app import main
from importer.cli.signals import early_signals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.fleet.workspace import Fleet

_MODULES = (
    __name__,
    "importer.cli.jobs",
    "importer.cli.commands.run",
    "importer.cli.commands.check",
    "importer.pipeline.run",
    "importer.pipeline.check",
    "importer.fleet.file",
    "importer.api.client",
    "httpcore",
    "anyio._backends._asyncio",
)
_DATABASE_MODULE = "importer.delivery.journal.postgres.opening"
_SANDBOX_MODULE = "importer.sandbox.service"
# The last one, since it uses what the others have loaded.
_WARM_UP = "importer.cli.lane_warm_up"


def lane_modules(fleet: Fleet) -> tuple[str, ...]:
    """Return what every lane of a fleet needs: loaded once, before the first lane begins."""
    rehearses = any(workspace.has_flag("sandbox") for workspace in fleet.workspaces)
    needed = {_DATABASE_MODULE: fleet.database is not None, _SANDBOX_MODULE: rehearses, _WARM_UP: True}
    return (*_MODULES, *(module for module, is_needed in needed.items() if is_needed))


def run_lane(arguments: Sequence[str], shown: Sequence[str]) -> int:
    """Run the command line `arguments` and return its exit code; advice repeats `shown`."""
    early_signals.listen()
    return main(arguments, shown)
