"""The plain command in a lane of a fleet: in a process of its own, without a terminal, its events on stdout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.cli.app import main
from importer.cli.signals import early_signals

if TYPE_CHECKING:
    from collections.abc import Sequence

MODULES = (
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
"""What every lane needs: loaded once, before the first lane begins."""


def run_lane(arguments: Sequence[str], shown: Sequence[str]) -> int:
    """Run the command line `arguments` and return its exit code; advice repeats `shown`."""
    early_signals.listen()
    return main(arguments, shown)
