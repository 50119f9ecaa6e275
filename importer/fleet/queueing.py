"""Puts occasions of workspaces into the queue, after checking that any worker can do them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from importer.delivery.journal.postgres.occasions import Occasion
from importer.disk import real_path
from importer.errors import SettingsError
from importer.fleet.keys import shared_keys

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from importer.delivery.journal.postgres.occasions import OccasionBook
    from importer.fleet.engine import Engine
    from importer.fleet.workspace import Fleet, FleetWorkspace


def queue_occasions(
    fleet: Fleet,
    environment: Mapping[str, str],
    book: OccasionBook,
    engine: Engine,
    name: str,
    workspaces: Sequence[FleetWorkspace],
) -> list[str]:
    """Queue an occasion for workspaces that do not have it yet; return their names.

    Raises SettingsError for keys that do not go together, or JournalError.
    """
    keys = shared_keys(fleet, environment)
    added = []
    for workspace in workspaces:
        # One by one, so that a worker which looks in between finds nothing without its workflow for long.
        for new in book.add([Occasion(fleet.name, workspace.name, name, keys[workspace.name])]):
            engine.enqueue(new.workflow, new.lane_key)
            added.append(new.workspace)
    return added


def refuse_own_disk(fleet: Fleet, workspaces: Sequence[FleetWorkspace]) -> None:
    """Raise SettingsError for sheets that another computer may not have under the same path."""
    shared = list(map(real_path, fleet.shared_folders))
    scheduled = [
        workspace
        for workspace in workspaces
        if "://" not in workspace.sheet and not any(map(real_path(Path(workspace.sheet)).is_relative_to, shared))
    ]
    if scheduled:
        texts = " ".join(
            f"{workspace.place}: the sheet of {workspace.name!r}, {workspace.sheet}, is on this computer's own disk, "
            "where other workers may not find it."
            for workspace in scheduled[:5]
        )
        more = f" So it is with {len(scheduled) - 5:,} more." if len(scheduled) > 5 else ""
        raise SettingsError(
            f"{texts}{more}",
            f"List a folder that all workers have under the same path in {fleet.file}, above [defaults]: "
            'shared-folders = ["/mnt/exports"]. Or give the address of the sheet (s3://, gs://, az://, https://).',
        )
