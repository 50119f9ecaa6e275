"""Which files a sheet of several files is made of: those named and those of a folder, each once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from importer.disk import real_path
from importer.errors import SourceError
from importer.sheet_files import is_sheet, split
from importer.spreadsheet.fetch import OWNER_FILE_BYTES, OWNER_FILE_PREFIX

_LOCK_OF_LIBREOFFICE = ".~lock."
_OPEN = "says that a sheet is open"


class SourceFiles(NamedTuple):
    """`files` in the order of their names; `left_out` are the names of the others, each with the reason."""

    files: list[str]
    left_out: list[str]


def source_files(text: str) -> SourceFiles:
    """Return the files that a text names (see `importer.sheet_files`). Raises SourceError: a folder without a sheet."""
    names: list[str] = []
    left_out: list[str] = []
    for name in split(text):
        path = Path(name)
        if "://" in name or name == "-" or not path.is_dir():
            names.append(name)
            continue
        inside = sorted(path.iterdir())
        reasons = {file: _why(file, path) for file in inside}
        names += [str(file) for file, reason in reasons.items() if not reason]
        left_out += [f"{file.name} ({reason})" for file, reason in reasons.items() if reason]
    # A pattern such as exports/* names what Excel keeps beside a workbook that is open.
    locks = [name for name in names if _is_lock(Path(name))]
    left_out += [f"{Path(name).name} ({_OPEN})" for name in locks]

    files: dict[object, str] = {}
    for name in sorted(set(names) - set(locks), key=lambda name: (len(name), name)):
        first = files.setdefault(_identity(name), name)
        if first != name:
            left_out.append(f"{name} (the same file as {first})")
    if not files:
        beside = f" (there: {', '.join(left_out[:4])})" if left_out else ""
        raise SourceError(
            f"The folder {text} holds no sheet{beside}.",
            "Name the folder or the file with the contacts, and run again.",
        )
    if "-" in names:
        raise SourceError("Standard input cannot be read beside files.", "Save it to a file, and name that.")
    return SourceFiles(sorted(files.values()), left_out)


def _why(path: Path, folder: Path) -> str:
    """Why a file of a folder is not read, "" if it is."""
    if path.name.startswith((OWNER_FILE_PREFIX, _LOCK_OF_LIBREOFFICE)):
        return _OPEN
    if path.name.startswith("."):
        return "hidden"
    # A folder may come from elsewhere, and its links may lead to what the person never meant to send.
    if path.is_symlink() and not real_path(path).is_relative_to(real_path(folder)):
        return "a link that leads out of the folder; to read it, name it by itself"
    if is_sheet(path):
        return ""
    return "a folder" if path.is_dir() else "not a sheet"


def _is_lock(path: Path) -> bool:
    try:
        is_small = path.stat().st_size <= OWNER_FILE_BYTES
    except (OSError, ValueError):
        return False
    return is_small and path.name.startswith((OWNER_FILE_PREFIX, _LOCK_OF_LIBREOFFICE))


def _identity(name: str) -> object:
    """What is the same for two names of one file, also where one of them is a link."""
    try:
        status = os.stat(name)  # noqa: PTH116  (also a name with a NUL, which no Path takes)
    except (OSError, ValueError):
        return name  # an address, or a file that is missing, which is said where it is opened
    return status.st_dev, status.st_ino
