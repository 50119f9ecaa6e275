"""`fleet adopt`: the folder of an import that was made alone becomes that of a workspace, journal and all."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from importer.delivery.journal.presence import has_journal
from importer.delivery.journal_place import JOURNAL, POINTER, journal_of, remember_place
from importer.disk import free_name, real_path
from importer.errors import CannotStart, OutputError, SettingsError
from importer.fleet.database import checked_place, with_journals
from importer.pipeline.history.adopt import check_adoptable, sheet_of_folder
from importer.settings.api_key import load_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from importer.fleet.workspace import Fleet, FleetWorkspace


@dataclass(frozen=True, slots=True)
class Adoption:
    """The result: `former` is where the files that were in the new place are kept, `warnings` are for the person."""

    workspace: FleetWorkspace
    former: Path | None = None
    warnings: tuple[str, ...] = ()


def adopt(folder: Path, fleet: Fleet, name: str | None, environment: Mapping[str, str]) -> Adoption:
    """Move a folder of results to where a workspace of the fleet has its own, so that its runs go on with it.

    The workspace is `name`, or the one that imports the folder's sheet. Where the fleet's journals are in a database,
    that of the folder is copied there; if that is cut off, it can be done again. Raises SettingsError if it is not
    clear which, if that has a journal already, or if the folder is a fleet's; JournalError if the journal is another
    service's or in use; OutputError.
    """
    sheet, fleet = sheet_of_folder(folder), with_journals(fleet, environment)
    workspace = fleet.workspace(name) if name else _workspace_of(sheet, folder, fleet)
    is_in_place = workspace.out.exists() and workspace.out.samefile(folder)
    goes_into_database = fleet.database is not None and (folder / JOURNAL).exists()
    if is_in_place and not goes_into_database:
        return Adoption(workspace, warnings=(f"{folder} is the folder of {workspace.name} already.",))
    out = workspace.out
    # A journal in the database is looked at when the other is put beside it.
    if not is_in_place and has_journal(journal_of(out) if fleet.database is None else out / JOURNAL):
        raise SettingsError(
            f"The workspace {workspace.name!r} has a journal of its own in {out}, which knows its contacts.",
            f"Keep one of the two: to have {folder} adopted, move {out} away and run this again.",
        )
    _refuse_of_fleet(folder, workspace, fleet)
    settings = workspace.settings(environment)
    warnings = []
    try:
        key = load_key(settings, environment).get_secret_value()
    except CannotStart as error:
        key = ""
        warnings.append(f"{error.message} {error.next_step}")
    # Without a known key it is not clear whether both use the same one.
    if not check_adoptable(folder, settings, key) and key:
        warnings.append(
            f"{folder} was made with another key. The first run checks whether the key of {workspace.name} opens the "
            "same workspace, and stops if it does not."
        )
    if name and sheet and not _is_same(workspace.sheet, sheet):
        warnings.append(f"{folder} was made from {sheet}; {workspace.name} imports {workspace.sheet}.")
    if goes_into_database:
        from importer.delivery.journal.postgres.adopting import copy_into_database

        place = replace(checked_place(fleet, environment), name=workspace.journal_name)
        copy_into_database(folder / JOURNAL, place)
    folder_before = None
    if not is_in_place:
        folder_before = _make_room(workspace.out)
        _move(folder, workspace.out)
    if goes_into_database:
        kept = _retire_file(workspace)
        warnings.append(
            f"The journal is in the database of {place.variable} now. Its former file is kept as {kept}; delete that "
            "file after a run that was right, since the command forget does not look into it."
        )
    return Adoption(workspace, folder_before, tuple(warnings))


def _retire_file(workspace: FleetWorkspace) -> Path:
    """Write into the folder of a workspace that its journal is in the database; return where the file is kept."""
    file = workspace.out / JOURNAL
    adopted = free_name(file, "adopted")
    try:
        file.rename(adopted)
    except OSError as error:
        raise OutputError(
            f"{file} could not be renamed to {adopted.name} ({error.strerror}).",
            f"Make {workspace.out} writable for you and run this again; the database has the journal already.",
        ) from error
    remember_place(workspace.out, str(workspace.database), workspace.journal_name)
    return adopted


def _refuse_of_fleet(folder: Path, workspace: FleetWorkspace, fleet: Fleet) -> None:
    """Raise SettingsError for a folder that a fleet has already: as another's, its rows would lose their journal."""
    owner = next((each for each in fleet.workspaces if each.out.exists() and each.out.samefile(folder)), workspace)
    in_database = (folder / POINTER).exists() and not (folder / JOURNAL).exists()
    if owner is workspace and not in_database:
        return
    whose = "has its journal in a database"
    if owner is not workspace:
        whose = f"is the folder of the workspace {owner.name!r}"
    raise SettingsError(
        f"{folder} {whose}, so it belongs to a fleet already.",
        "Name the folder of an import that was run alone. A workspace that has got another name goes on with its "
        f'journal if {fleet.file} says so: aliases = ["FORMER NAME"] below its new name.',
    )


def _workspace_of(sheet: str, folder: Path, fleet: Fleet) -> FleetWorkspace:
    fitting = [workspace for workspace in fleet.workspaces if sheet and _is_same(workspace.sheet, sheet)]
    if len(fitting) == 1:
        return fitting[0]
    names = ", ".join(workspace.name for workspace in (fitting or fleet.workspaces)[:20])
    whose = f"{len(fitting)} workspaces of {fleet.file} import" if fitting else f"No workspace of {fleet.file} imports"
    raise SettingsError(
        f"{whose} {sheet or 'the sheet'} of {folder}.",
        f"Name the workspace with --workspace NAME (one of {names}), or name another fleet's file with --fleet.",
    )


def _is_same(sheet: str, path: str) -> bool:
    return sheet == path or ("://" not in sheet and str(real_path(Path(sheet))) == path)


def _make_room(target: Path) -> Path | None:
    """Rename what is in the new place already, such as the problems that a check has found."""
    if not target.exists():
        return None
    free = free_name(target, "former")
    try:
        return target.rename(free)
    except OSError as error:
        raise OutputError(
            f"{target} could not be renamed to {free.name} ({error.strerror}).", "Move it away and run this again."
        ) from error


def _move(folder: Path, target: Path) -> None:
    """Move a folder whole: at no moment does a part of it lie in the new place."""
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            folder.rename(target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            # On another disk: copied under a name that no run looks for, renamed, and only then removed here.
            with tempfile.TemporaryDirectory(prefix=".adopted-", dir=target.parent) as temporary:
                copy = Path(temporary) / target.name
                shutil.copytree(folder, copy, symlinks=True)
                if hasattr(os, "sync"):
                    os.sync()
                copy.rename(target)
            shutil.rmtree(folder)
    except OSError as error:
        raise OutputError(
            f"{folder} could not be moved to {target} ({error.strerror or error}).",
            "Make both folders writable for you and run this again; nothing was changed in them.",
        ) from error
