"""Fetching a file: from what the person typed (a path, `-`, an address) to a private copy of its bytes."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import urlsplit

from importer.disk import pipe_blocks
from importer.errors import SourceError, no_access
from importer.sheet_links import NOT_SHARED, google_sheet
from importer.spreadsheet.private_copy import STANDARD_INPUT, PrivateFolder, blocks
from importer.text import is_unicode, nearest

if TYPE_CHECKING:
    from importer.spreadsheet.options import Limits

# Excel and Word write the name of the user who has a file open beside it: 165 bytes, as a rule.
OWNER_FILE_PREFIX = "~$"
OWNER_FILE_BYTES = 512
_REFUSED = frozenset({400, 401, 403, 404, 410})


def fetch(path: str | Path, store: PrivateFolder, limits: Limits, stdin: IO[bytes] | None) -> tuple[str, Path]:
    """The name to call the file by, and a private copy of it.

    Raises SourceError: missing, unreadable, too large, an address that cannot be opened.
    """
    text = str(path)
    if text == "-":
        if stdin is None:
            raise SourceError("There is nothing on standard input.", "Give the path of the sheet instead of -.")
        return STANDARD_INPUT, store.keep(blocks(stdin), STANDARD_INPUT, limits.file_bytes)
    if not text:
        # As a shell passes on "$SHEET" where that is not set; for the system it would be the folder of the command.
        raise SourceError("The name of the file is empty.", "Give the path of the sheet.")
    if not is_unicode(os.path.abspath(text)):  # noqa: PTH100  (Path.resolve follows links)
        raise SourceError(
            f"The name of {text}, or of a folder around it, has bytes that are no letters in UTF-8.",
            "Rename it with plain letters, and run again.",
        )
    if "://" in text and not isinstance(path, Path):
        # User, password and query may be secrets, and the name is shown and stored.
        parts = urlsplit(text)
        name = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
        if (sheet := google_sheet(text)) is not None:
            return name, _from_google(sheet.address, name, store, limits)
        return name, _from_address(text, name, store, limits)
    return text, _from_disk(Path(text), store, limits)


def _leads_in_a_circle(path: Path) -> bool:
    try:
        path.stat()
    except OSError as error:
        return error.errno == errno.ELOOP
    return False


def _from_disk(path: Path, store: PrivateFolder, limits: Limits) -> Path:
    """Copy a file, and make sure that it did not change meanwhile."""
    try:
        # A NUL in a path makes Python raise ValueError before the system is asked.
        if "\x00" not in str(path) and path.is_symlink() and not path.exists():
            if _leads_in_a_circle(path):
                message = f"{path} is a link that leads in a circle, so there is no file behind it."
                raise SourceError(message, "Name the file itself, and run again.")
            step = "Bring that file back, or name the file itself, and run again."
            raise SourceError(f"{path} is a link to {path.readlink()}, which is not there.", step)
        if "\x00" in str(path) or not path.exists():
            raise SourceError(f"There is no file {path}.{_near(path)}", "Check the name and the folder, and run again.")
        if path.is_fifo():
            return store.keep(pipe_blocks(path), str(path), limits.file_bytes)
        with path.open("rb") as stream:
            before = os.fstat(stream.fileno())
            if path.name.startswith(OWNER_FILE_PREFIX) and before.st_size <= OWNER_FILE_BYTES:
                workbook = path.with_name(path.name.removeprefix(OWNER_FILE_PREFIX))
                step = f"Save {workbook.name} in Excel, and import {workbook}."
                raise SourceError(f"{path} only says that {workbook.name} is open in Excel; it holds no rows.", step)
            copy = store.keep(blocks(stream), str(path), limits.file_bytes)
            after = os.fstat(stream.fileno())
            is_same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
            # A device has neither a size nor a time that mean anything.
            if stat.S_ISREG(before.st_mode) and not is_same:
                step = "Wait until whatever writes it has finished, and run again."
                raise SourceError(f"{path} was changed while it was read, so its end may be missing.", step)
            return copy
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG and (refusal := no_access(error)):
            raise SourceError(refusal.message, refusal.next_step) from error
        reason = getattr(error, "strerror", None) or error
        raise SourceError(
            f"{path} cannot be read: {reason}.", "Check that you may open it (and close it elsewhere), then run again."
        ) from error


def _near(path: Path) -> str:
    try:
        names = os.listdir(path.parent)  # noqa: PTH208  (Path.iterdir makes a Path of every file of a large folder)
    except OSError:
        return f" The folder {path.parent} is not there either." if not path.parent.exists() else ""
    # Nearer than for other names: a folder is full of files, and most pairs of them are alike at 0.6.
    name = nearest(path.name, names, cutoff=0.75)
    return f" Did you mean {path.parent / name}?" if name else ""


def _from_google(address: str, name: str, store: PrivateFolder, limits: Limits) -> Path:
    """Fetch a tab of a Google Sheet; what is not shared is answered with a page to log in at, or not at all."""
    private = SourceError(f"{name} is a Google Sheet that cannot be opened by its link alone.", NOT_SHARED)
    try:
        copy = _from_address(address, name, store, limits)
    except SourceError as error:
        cause = error.__context__
        is_refused = isinstance(cause, FileNotFoundError) or getattr(cause, "status", 0) in _REFUSED
        raise (private if is_refused else error) from None
    with copy.open("rb") as stream:
        start = stream.read(1024).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        raise private
    return copy


def _from_address(address: str, name: str, store: PrivateFolder, limits: Limits) -> Path:
    opened = None
    try:
        import fsspec

        opened = fsspec.open(address, "rb")
        with opened as stream:
            return store.keep(blocks(stream), name, limits.file_bytes)
    except SourceError:
        raise
    except ImportError as error:
        # fsspec itself is an extra, and so is the client of each kind of address, imported on first use.
        raise SourceError(
            f"{name} is on a network, and the part of this program that reads from there is not installed.",
            'Run: pip install "openphone-import[remote]", or download the file and give its path.',
        ) from error
    except Exception as error:
        # Before anything is opened, fsspec raises ValueError for a scheme that it does not know.
        if opened is None and isinstance(error, ValueError):
            raise SourceError(
                f"{name} is an address of an unknown kind.",
                "Use https://, s3://, gs:// or az://, or give the path of a file.",
            ) from error
        # The address may hold secrets, so it is cut from the message, and the traceback is not chained.
        raise SourceError(
            f"{name} cannot be read: {type(error).__name__}: {str(error).replace(address, name)[:200]}.",
            "Check the address and your access to it, or download the file and give its path.",
        ) from None
