"""A new version of a sheet takes the place of the old one, so that its import goes on: answers, corrections, people."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from importer.errors import DiskFailed, SourceError
from importer.web.service_access import PRACTICE, REAL

if TYPE_CHECKING:
    from pathlib import Path

    from importer.web.call import Call
    from importer.web.session import Session


def new_version(call: Call) -> dict[str, Any]:
    """Give the sheet `name` the place of the sheet `of`; the old one is kept under another name.

    Raises SourceError, FolderBusy or DiskFailed.
    """
    session = call.session
    new, old = (_file(session, call.text(name)) for name in ("name", "of"))
    imports = [session.sheet(mode, old.name) for mode in (PRACTICE, REAL)]
    for sheet in imports:
        sheet.refuse_if_busy(call.tab)
    # Its ending is that of the new version, unless its results would then be in another folder.
    target, out_folder = old.with_suffix(new.suffix), session.settings.out_folder
    if new.suffix.lower() == old.suffix.lower() or out_folder(target.name) != out_folder(old.name):
        target = old
    when = datetime.now().astimezone().strftime("%Y-%m-%d %H.%M.%S")
    former_folder = old.with_name(f"{old.stem} (until {when}){old.suffix}")
    if new == old or former_folder.exists() or (target != old and target.exists()):
        raise SourceError(
            f"{new.name} cannot take the place of {old.name}.", "Give the new sheet another name and drop it again."
        )
    try:
        old.rename(former_folder)
        try:
            new.rename(target)
        except OSError:
            # Without a sheet the import would be gone from the list.
            with suppress(OSError):
                former_folder.rename(old)
            raise
    except OSError as error:
        raise DiskFailed(
            f"{new.name} could not take the place of {old.name} ({error.strerror or error}).",
            "Close the program that has one of them open, then try again.",
        ) from error
    session.forget(new.name)
    return {"name": session.add(target.name), "kept": former_folder.name}


def _file(session: Session, name: str) -> Path:
    """The path of a sheet in the folder of the page. Raises SourceError."""
    if not session.has_file(name):
        raise session.no_sheet(name)
    return session.folder / name
