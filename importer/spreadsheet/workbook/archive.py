"""What the zip of a workbook shows before anything is read: bombs and passwords."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

from importer.spreadsheet.kind import FileKind, protected
from importer.spreadsheet.unpack import refuse_bomb

if TYPE_CHECKING:
    from pathlib import Path

    from importer.spreadsheet.options import Limits

_MANIFEST = "META-INF/manifest.xml"


def check(path: Path, kind: FileKind, name: str, limits: Limits) -> None:
    """Refuse a zip bomb and a protected file (SourceError); raise BadZipFile or another error of zipfile for damage."""
    with zipfile.ZipFile(path) as archive:
        refuse_bomb(archive, name, limits)
        if any(member.flag_bits & 0x1 for member in archive.infolist()):
            raise protected(name)
        has_manifest = kind is FileKind.ODS and _MANIFEST in archive.namelist()
        if has_manifest and b"encryption-data" in archive.read(_MANIFEST):
            raise protected(name)


def sheet_bytes(path: Path) -> int:
    """How large the worksheets of an xlsx are once unpacked."""
    with zipfile.ZipFile(path) as archive:
        return sum(member.file_size for member in archive.infolist() if member.filename.startswith("xl/worksheets/"))


def lacks_strings(path: Path) -> bool:
    """Whether an xlsx lacks its table of texts."""
    with zipfile.ZipFile(path) as archive:
        return not any(name.lower().endswith("sharedstrings.xml") for name in archive.namelist())
