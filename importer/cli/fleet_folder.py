"""The folder of results that a command is about: as it was named, or that of a workspace of a fleet."""

from __future__ import annotations

import os
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from importer.cli.options import FolderOptions, ServiceOptions, given
from importer.errors import CannotStart, SettingsError
from importer.shell import shell_quote

if TYPE_CHECKING:
    from pathlib import Path

    from importer.cli.command import CommandContext
    from importer.fleet.workspace import FleetWorkspace

BOTH = "Give both, as in --fleet fleet.toml --workspace acme."


def chosen_workspace(context: CommandContext, folder: object) -> FleetWorkspace | None:
    """Return the workspace that --fleet and --workspace name, whose folder then knows its journal; None without them.

    Raises SettingsError for one without the other, or beside a folder.
    """
    options = next(group for group in context.groups if isinstance(group, FolderOptions))
    fleet, name = options.fleet, options.workspace
    if fleet is None and name is None:
        return None
    if fleet is None or name is None:
        raise SettingsError("--fleet and --workspace belong together: the file, and the name of a workspace.", BOTH)
    if folder is not None:
        raise SettingsError(
            f"{folder} is a folder of results, and --workspace {name} names another.", "Leave one of them out."
        )
    return remembered_workspace(fleet, name)


def remembered_workspace(file: Path, name: str) -> FleetWorkspace:
    """Return a workspace of the fleet in a file, whose folder then knows its journal. Raises SettingsError."""
    # Only a command that is about a fleet waits for it.
    from importer.delivery.journal_place import JOURNAL, doubt_place, fleet_of, remember_place
    from importer.fleet.database import refuse_namesake, with_journal
    from importer.fleet.file import handed_over, read_fleet, read_workspace

    workspace = read_workspace(file, name)
    if workspace.database is not None:
        # A fleet has looked already, once for all of its lanes.
        if handed_over.get() is None:
            refuse_namesake(read_fleet(file), os.environ)
        if (workspace.out / JOURNAL).exists():
            folder, name_of_file = shell_quote(str(workspace.out)), shell_quote(str(file))
            raise SettingsError(
                f"{workspace.out} has a journal of its own, {JOURNAL}, which knows its contacts, but {file} names a "
                "database.",
                f"Run openphone-import fleet adopt {folder} --fleet {name_of_file} --workspace {name}, which brings it "
                f"into the database, or take database out of {file}.",
            )
        if (other_fleet := fleet_of(workspace.out)) not in ("", workspace.fleet):
            raise SettingsError(
                f"{workspace.out} has the results of the fleet {other_fleet!r}, and {file} is the fleet "
                f"{workspace.fleet!r}, whose workers would begin with nothing known of its contacts.",
                f'If it is the same fleet, write name = "{other_fleet}" at the top of {file}. If it is another one, '
                "name another folder with results = in that file.",
            )
        try:
            workspace = with_journal(workspace, os.environ)
        except CannotStart as error:
            # A check can do without its journal. Under which of its names that is, no folder may be told now.
            doubt_place(workspace.out, str(workspace.database), error)
            return workspace
        remember_place(workspace.out, str(workspace.database), workspace.journal_name, workspace.unmade or ())
    return workspace


def folder_of(workspace: FleetWorkspace | None, folder: Path | None) -> Path:
    """Return the folder of a command that needs one. Raises SettingsError."""
    if workspace is not None:
        return workspace.out
    if folder is None:
        raise SettingsError(
            "No folder of results was named.", "Name one, such as customers.import, or give --fleet and --workspace."
        )
    return folder


def service_options(context: CommandContext, workspace: FleetWorkspace | None) -> dict[str, Any]:
    """Return what a fleet says of the service of a workspace: its key, its address, whether it is a sandbox.

    Its other options are for imports: above all no `yes` of a fleet answers what another command asks.
    """
    if workspace is None:
        return {}
    from importer.fleet.workspace import KEY_OPTIONS

    settings = workspace.settings(os.environ)
    keys = {option.replace("-", "_") for option in KEY_OPTIONS}
    # Who names a key by one of the two options has no other.
    left_out = keys if keys.intersection(given(*context.groups)) else set()
    names = settings.model_fields_set.intersection(field.name for field in fields(ServiceOptions)) - left_out
    return {name: getattr(settings, name) for name in names}
