"""What the zip of a workbook shows before anything is read: bombs and passwords."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

from importer.spreadsheet.kind import FileKind, protected
from importer.spreadsheet.unpack import refuse_bomb

if TYPE_CHECKING:
    from pathlib import Path

    from importer.spreadsheet.options import Limits


def check(path: Path, kind: FileKind, name: str, limits: Limits) -> None:
    """Refuse a zip bomb and a protected file (SourceError); raise BadZipFile or another error of zipfile for damage."""
    with zipfile.ZipFile(path) as archive:
        refuse_bomb(archive, name, limits)
        if any(member.flag_bits & 0x1 for member in archive.infolist()):
            raise protected(name)
        if kind is FileKind.ODS and b"encryption-data" in _read(archive, "META-INF/manifest.xml"):
            raise protected(name)


def sheet_bytes(path: Path) -> int:
    """How large the worksheets of an xlsx are once unpacked."""
    with zipfile.ZipFile(path) as archive:
        return sum(member.file_size for member in archive.infolist() if member.filename.startswith("xl/worksheets/"))


def lacks_strings(path: Path) -> bool:
    """Whether an xlsx lacks its table of texts."""
    with zipfile.ZipFile(path) as archive:
        return not any(name.lower().endswith("sharedstrings.xml") for name in archive.namelist())


def _read(archive: zipfile.ZipFile, member: str) -> bytes:
    return archive.read(member) if member in archive.namelist() else b""
