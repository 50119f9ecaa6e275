"""A sheet that is dropped onto the page is copied into the folder, as it is; no file is ever overwritten."""

from __future__ import annotations

import filecmp
import os
import stat
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse

from importer.disk import possible_name
from importer.errors import DiskFailed, SourceError
from importer.regex import regex

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from importer.web.session import Session

MOST_BYTES = 512 * 1024**2
# Most systems take names of 255 bytes; the results get a name that is longer than that of the sheet.
_LONGEST_NAME_BYTES = 200
_PREFIX, _SUFFIX = ".upload-", ".part"
# An upload writes all the time; so long after its last byte, the process that took it in was killed.
_ABANDONED_SECONDS = 3600.0
_NOT_IN_NAMES = regex(r"[\x00-\x1f\x7f/\\]")


async def upload(session: Session, request: Request) -> Response:
    """Take a sheet in: its bytes are the body, its name is in the query. Raises SourceError or DiskFailed."""
    session.use()
    name = plain_name(request.query_params.get("name", ""))
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=_PREFIX, suffix=_SUFFIX, dir=session.folder)
    except OSError as error:
        raise _unwritten(session, name, error) from error
    try:
        size = 0
        with os.fdopen(descriptor, "wb") as stream:
            async for part in request.stream():
                size += len(part)
                if size > MOST_BYTES:
                    raise SourceError(
                        f"{name} is larger than {MOST_BYTES // 1024**2} MB.",
                        f"Put the file into {session.folder} and start with it: openphone-import ui FILE",
                    )
                stream.write(part)
        file = await run_in_threadpool(_placed, session.folder, name, Path(temporary))
    except OSError as error:
        raise _unwritten(session, name, error) from error
    finally:
        with suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108 (at once, also where the request was cut)
    # Another sheet has the name already: the page asks whether this one is a new version of it.
    return JSONResponse({"name": session.add(file.name), "taken": name if file.name != name else ""})


def remove_abandoned_uploads(folder: Path) -> None:
    """Remove what uploads have left in `folder` whose process was killed: contacts in a file that no one knows of."""
    for path in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
        # One that cannot be removed, such as another user's, is not our trouble.
        with suppress(OSError):
            facts = path.lstat()
            if stat.S_ISREG(facts.st_mode) and time.time() - facts.st_mtime > _ABANDONED_SECONDS:
                path.unlink()


def plain_name(text: str) -> str:
    """Return the name of a file without the folders that a browser may send, and without what a name cannot hold."""
    name = text.replace("\\", "/").rsplit("/", 1)[-1]
    name = possible_name(_NOT_IN_NAMES.sub("_", name).strip(" ."))
    stem, dot, ending = name.rpartition(".")
    return f"{_shortened(stem)}{dot}{ending[:10]}" if stem else _shortened(name) or "sheet"


def _shortened(name: str) -> str:
    return name.encode("utf-8", "replace")[:_LONGEST_NAME_BYTES].decode("utf-8", "ignore")


def _placed(folder: Path, name: str, temporary: Path) -> Path:
    """Give the copy its name: that of the sheet, or the next free one where another file has it."""
    stem, dot, ending = name.rpartition(".")
    number = 1
    path = folder / name
    while True:
        try:
            # A link fails where the name is taken; a rename would replace the file.
            os.link(temporary, path)
        except FileExistsError:
            if path.is_file() and filecmp.cmp(path, temporary, shallow=False):
                return path
            number += 1
            path = folder / (f"{stem} ({number}){dot}{ending}" if stem else f"{name} ({number})")
        except OSError:
            # A drive without links: here nothing else is writing this name.
            if not path.exists():
                return temporary.rename(path)
            number += 1
            path = folder / f"{stem or name} ({number}){dot}{ending}"
        else:
            return path


def _unwritten(session: Session, name: str, error: OSError) -> DiskFailed:
    return DiskFailed(
        f"{name} could not be copied into {session.folder} ({error.strerror or error}).",
        "Make room or make the folder writable, then drop the file again.",
    )
