"""Gzip, and zip with one file in it: the sheet inside, unpacked to a private copy."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from typing import IO, TYPE_CHECKING, cast

from importer.errors import SourceError
from importer.spreadsheet.kind import FileKind, protected
from importer.spreadsheet.private_copy import PrivateFolder, blocks
from importer.text import listed

if TYPE_CHECKING:
    from pathlib import Path

    from importer.spreadsheet.options import Limits

_DAMAGE = (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, ValueError, RuntimeError)


def unpack(path: Path, kind: FileKind, name: str, store: PrivateFolder, limits: Limits) -> tuple[str, Path]:
    """The name and the private copy of the one file inside.

    Raises SourceError: several files inside, damaged, protected, or too large once unpacked.
    """
    try:
        if kind is FileKind.ZIP:
            return _unzip(path, name, store, limits)
        with gzip.open(path, "rb") as unpacked:
            stream = cast(IO[bytes], unpacked)
            # What packs better than any sheet does is a bomb; its size is known only when it is unpacked.
            dense = max(limits.ratio_from_bytes, limits.ratio * path.stat().st_size)
            return name, store.keep(blocks(stream), name, min(limits.unpacked_bytes, limits.file_bytes, dense))
    except _DAMAGE as error:
        raise SourceError(
            f"{name} is damaged: it cannot be unpacked ({error}).", "Download or export it again and run again."
        ) from error


def _unzip(path: Path, name: str, store: PrivateFolder, limits: Limits) -> tuple[str, Path]:
    with zipfile.ZipFile(path) as archive:
        # macOS puts hidden files of its own into a zip.
        members = [
            member
            for member in archive.infolist()
            if not member.is_dir()
            and not member.filename.startswith("__MACOSX/")
            and not member.filename.rsplit("/", 1)[-1].startswith(".")
        ]
        if not members:
            raise SourceError(f"{name} is a zip file with nothing in it.", "Check that it is the right file.")
        if len(members) > 1:
            raise SourceError(
                f"{name} is a zip file of {len(members)} files: {listed([member.filename for member in members])}.",
                "Unpack it and import the one with the contacts.",
            )
        [member] = members
        # Before anything is read: zipfile would raise a RuntimeError that looks like damage.
        if member.flag_bits & 0x1:  # encrypted
            raise protected(name)
        refuse_bomb(archive, name, limits)
        with archive.open(member) as stream:
            return f"{name} ({member.filename})", store.keep(blocks(stream), name, limits.file_bytes)


def refuse_bomb(archive: zipfile.ZipFile, name: str, limits: Limits) -> None:
    """Refuse by the sizes in the zip directory, before anything is unpacked.

    Python's zipfile never reads more of a member than the directory says, so that a lie here ends as damage.
    """
    packed = sum(member.compress_size for member in archive.infolist())
    size = sum(member.file_size for member in archive.infolist())
    dense = size > limits.ratio_from_bytes and size > limits.ratio * max(packed, 1)
    if size > limits.unpacked_bytes or dense:
        raise SourceError(
            f"{name} would unpack to {size // 1024**2:,} MB from {packed / 1024**2:.1f} MB: too much for contacts.",
            "If it is really yours, open it in Excel, copy the contacts to a new workbook, and import that.",
        )
