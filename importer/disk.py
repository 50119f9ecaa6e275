"""How files reach the disk: whole or not at all, and readable by their owner alone."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import select
import stat
import tempfile
import time
from contextlib import contextmanager, suppress
from itertools import count, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, cast

from importer.errors import DiskFailed, OutputError
from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO, BinaryIO, TextIO

MOST_BYTES = 100_000_000
"""A longer file of a folder, other than a table that is read line by line, is not one that this program wrote."""
MOST_TABLE_BYTES = 4 * 1024**3
"""A larger table of a folder is not one that this program wrote: a sheet may have half of it."""
MOST_LOG_BYTES = 20_000_000
"""A longer log is not one of ours, which are begun again at 4 MB."""
MOST_GIVEN_BYTES = 5_000_000
"""A longer file holds no settings, no key and no list of fields."""
PIPE_SECONDS = 10
"""How long a pipe may have no program that writes to it."""
MOST_FIGURES_BYTES = 1_000_000
"""A longer file is not one of figures; to read 50 MB of empty lists takes a gigabyte."""
_POLL_SECONDS = 0.05
_BLOCK_BYTES = 65_536
_NOT_ON_WINDOWS = regex(r'[\x00-\x1f<>:"/\\|?*]')
_DEVICES = regex(r"con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3]", re.IGNORECASE)


def free_name(path: Path, mark: str) -> Path:
    """The path with a mark in its name, such as rejects.former.csv, and a number where that one lies there already."""
    suffix = "" if path.is_dir() else path.suffix
    name = f"{path.name.removesuffix(suffix)}.{mark}"
    free, numbers = path.with_name(f"{name}{suffix}"), count(2)
    while free.exists():
        free = path.with_name(f"{name}-{next(numbers)}{suffix}")
    return free


def possible_name(name: str, platform: str = os.name) -> str:
    """Return a name for a file or folder that the system takes; only Windows refuses any that is made here.

    Microsoft, "Naming Files, Paths, and Namespaces": some signs, a dot or space at the end, the names of devices.
    """
    if platform != "nt":
        return name
    name = _NOT_ON_WINDOWS.sub("_", name).rstrip(" .") or "_"
    stem, dot, endings = name.partition(".")
    return f"{stem}_{dot}{endings}" if _DEVICES.fullmatch(stem.rstrip(" ")) else name


@contextmanager
def replacing_bytes(path: Path) -> Iterator[IO[bytes]]:
    """Write `path` under a temporary name beside it, and rename it when all of it is on disk (mode 0600).

    The stream can be read back, and its `name` is the temporary one. Raises DiskFailed if the disk is full, gone or
    read-only; an earlier file of that name is then unchanged.
    """
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        os.close(handle)
        temporary = Path(name)
        with temporary.open("r+b") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        _replace(temporary, path)
        temporary = None

        # The rename itself is on disk only when the folder is; Windows cannot open a folder, and needs no such step.
        with suppress(OSError):
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
    except OSError as error:
        raise DiskFailed(
            f"{path} could not be written ({error.strerror or error}).",
            "Close it where another program has it open, make room or restore the folder, then run the same command "
            "again: nothing is sent twice.",
        ) from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()


def _replace(temporary: Path, path: Path, tries: int = 20 if os.name == "nt" else 1) -> None:
    """Rename a file over another one; Windows refuses that while any program, such as a virus scanner, has one open."""
    for tries_left in reversed(range(tries)):
        try:
            temporary.replace(path)
        except PermissionError:
            if not tries_left:
                raise
            time.sleep(0.1)
        else:
            return


@contextmanager
def replacing_text(path: Path, encoding: str = "utf-8") -> Iterator[TextIO]:
    """Write text as `replacing_bytes` does; line ends are written as given."""
    with replacing_bytes(path) as raw:
        text = io.TextIOWrapper(cast("BinaryIO", raw), encoding=encoding, newline="")
        yield text
        text.flush()
        text.detach()


def write_json(path: Path, document: object) -> None:
    """Write a document for other programs, and for a person who opens it, as `replacing_text` does."""
    with replacing_text(path) as stream:
        json.dump(document, stream, ensure_ascii=False, indent=2)
        stream.write("\n")


def real_path(path: Path) -> Path:
    """Return the absolute path without links, as far as these lead anywhere; one that leads in a circle stays."""
    # `Path.resolve` raises RuntimeError for such a link, before Python 3.13.
    return Path(os.path.realpath(path))


def refuse_link(*paths: Path) -> None:
    """Raise OutputError for a path that is a link: a folder from outside may have it lead into a file of the person's.

    The same for what is no file at all: a pipe or a device would let the program wait without end. For files that are
    opened under their own name; those that are replaced never write through a link.
    """
    for path in paths:
        if path.is_symlink():
            raise OutputError(
                f"{path} is a link to another file, which is not written to.",
                f"Delete the link {path}, or give another folder with --out.",
            )
        if path.exists() and not path.is_file():
            raise OutputError(
                f"{path} is a folder, a pipe or a device, and not a file.",
                f"Move {path} away, or give another folder with --out.",
            )


def open_file(path: Path, flags: int = os.O_RDONLY) -> int:
    """Open a file of a folder that may come from outside, and return its descriptor. Raises OSError.

    The same for what is no file: a pipe would let the program wait without end, a device would never end.
    """
    # O_NONBLOCK: without it, opening a pipe waits for the process at its other end. It changes nothing for files.
    flags |= getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
    descriptor = os.open(path, flags, 0o600)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    raise OSError(errno.EINVAL, "it is a folder, a pipe or a device, and not a file", str(path))


def given_text(path: Path, encoding: str = "utf-8", most_bytes: int = MOST_GIVEN_BYTES) -> str:
    """Return the text of a file that a person named, which may be a pipe as well, such as a shell's `<(command)`.

    Raises OSError, also if it is too large or nothing writes to the pipe, and UnicodeDecodeError.
    """
    if "\x00" in str(path):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    # Windows has no such pipes.
    if os.name == "nt" or path.is_file() or path.is_dir():
        return file_text(path, encoding, most_bytes)
    data = bytearray()
    for block in pipe_blocks(path):
        data += block
        if len(data) > most_bytes:
            raise _too_large(path, most_bytes)
    return io.TextIOWrapper(io.BytesIO(data), encoding).read()


def pipe_blocks(path: Path, seconds: float = PIPE_SECONDS) -> Iterator[bytes]:
    """Yield what is written to a pipe, or what a device gives. Raises OSError for a pipe that nothing writes to.

    A program that has opened the pipe is waited for as long as it takes, the first one for `seconds`: opening a pipe
    that no program ever opens would not end.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    try:
        has_writer = not stat.S_ISFIFO(os.fstat(descriptor).st_mode)
        ends = time.monotonic() + seconds
        while True:
            try:
                block = os.read(descriptor, _BLOCK_BYTES)
            except BlockingIOError:
                has_writer = True
                select.select([descriptor], [], [])
                continue
            if block:
                has_writer = True
                yield block
            elif has_writer:
                return
            elif time.monotonic() > ends:
                raise OSError(errno.ETIMEDOUT, "it is a pipe, and no program writes to it", str(path))
            else:
                time.sleep(_POLL_SECONDS)
    finally:
        os.close(descriptor)


def file_text(path: Path, encoding: str = "utf-8", most_bytes: int = MOST_BYTES) -> str:
    """Return the text of such a file. Raises OSError, also if it is too large, and UnicodeDecodeError."""
    with os.fdopen(open_file(path), encoding=encoding) as stream:
        if os.fstat(stream.fileno()).st_size > most_bytes:
            raise _too_large(path, most_bytes)
        return stream.read()


def is_too_large(path: Path, most_bytes: int) -> bool:
    """Whether a file is larger than any that this program wrote there: a sparse one may be longer than the disk."""
    return path.stat().st_size > most_bytes


def _too_large(path: Path, most_bytes: int) -> OSError:
    return OSError(errno.EFBIG, f"it is larger than {most_bytes // 1_000_000:,} MB", str(path))


def make_folder(path: Path) -> None:
    """Make the output folder (mode 0700) and check that it can be written to.

    Raises OutputError if it cannot.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        raise OutputError(
            f"The output folder {path} cannot be written to ({error.strerror or error}).",
            "Give another folder with --out, or make this one writable.",
        ) from error


class Rolling:
    """A text file that only grows at its end (mode 0600), of a bounded size.

    A file longer than `most_bytes` is renamed to `<stem>.1`, the earlier `.1` to `.2`, and so on for `keep` names. Each
    text is handed to the system before `write` returns, so that it outlives this process. Raises OSError.
    """

    # Not logging.handlers.RotatingFileHandler: when a second process writes the same log, each handler goes on writing
    # to the file that the other has renamed, rotates once more at its end, and loses lines (measured with two writers).

    def __init__(self, path: Path, most_bytes: int, keep: int) -> None:
        self.path = path
        self._most_bytes, self._keep = most_bytes, keep
        self._descriptor = self._open()

    def write(self, text: str) -> bool:
        """Add a text; True if a new file begins after it."""
        os.write(self._descriptor, text.encode())
        if os.fstat(self._descriptor).st_size < self._most_bytes:
            return False

        ours = os.fstat(self._descriptor)
        # Windows does not rename an open file.
        self.close()
        with suppress(OSError):
            # Another process that writes here may have renamed it already.
            if os.path.samestat(ours, self.path.stat()):
                for later, earlier in pairwise(reversed(rolled(self.path, self._keep))):
                    if earlier.exists():
                        earlier.replace(later)
        self._descriptor = self._open()
        return True

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def _open(self) -> int:
        # O_NOFOLLOW: a link in a folder from outside must not lead the log into another file.
        return open_file(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0))


def rolled(path: Path, keep: int) -> list[Path]:
    """Return the names of a rolling file, newest first."""
    return [path, *(path.with_name(f"{path.stem}.{number}{path.suffix}") for number in range(1, keep + 1))]
