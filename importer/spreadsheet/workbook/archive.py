"""What the zip of a workbook shows before anything is read: bombs, passwords, damage, formats that will be missed."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

from importer.spreadsheet.kind import FileKind, protected
from importer.spreadsheet.unpack import refuse_bomb

if TYPE_CHECKING:
    from pathlib import Path

    from importer.spreadsheet.options import Limits

# A FORMAT record of .xls ([MS-XLS] 2.4.126), a BrtFmt record of .xlsb, a number style of .ods.
_XLS_FORMAT = re.compile(rb"\x1e\x04.{4}(?P<size>.)\x00\x00(?P<text>[#0]{2,})", re.DOTALL)
_XLSB_FORMAT = re.compile(rb"(?P<size>.)\x00\x00\x00(?P<text>(?:[#0]\x00){2,})", re.DOTALL)
_ODS_FORMAT = re.compile(rb'number:min-integer-digits="(?:[2-9]|\d\d+)"')
_XLS_ERROR = re.compile(
    rb"\x05\x02\x08\x00.{6}[\x00\x07\x0f\x17\x1d\x24\x2a]\x01"
    rb"|\x06\x00[\x16-\xff].{7}\x02.[\x00\x07\x0f\x17\x1d\x24\x2a].{3}\xff\xff",
    re.DOTALL,
)
_ZEROS = re.compile(rb"#*0[0#]+$")


def check(path: Path, kind: FileKind, name: str, limits: Limits) -> None:
    """Refuse a zip bomb and a protected file (SourceError); raise BadZipFile or another error of zipfile for damage."""
    with zipfile.ZipFile(path) as archive:
        refuse_bomb(archive, name, limits)
        if any(member.flag_bits & 0x1 for member in archive.infolist()):
            raise protected(name)
        if kind is FileKind.ODS and b"encryption-data" in _read(archive, "META-INF/manifest.xml"):
            raise protected(name)
        damaged = archive.testzip() if kind in (FileKind.ODS, FileKind.XLSB) else None
        if damaged:
            raise zipfile.BadZipFile(f"checksum of {damaged}")


def sheet_bytes(path: Path) -> int:
    """How large the worksheets of an xlsx are once unpacked."""
    with zipfile.ZipFile(path) as archive:
        return sum(member.file_size for member in archive.infolist() if member.filename.startswith("xl/worksheets/"))


def lacks_strings(path: Path) -> bool:
    """Whether an xlsx lacks its table of texts."""
    with zipfile.ZipFile(path) as archive:
        return not any(name.lower().endswith("sharedstrings.xml") for name in archive.namelist())


def hides_zeros(path: Path, kind: FileKind) -> bool:
    """Whether a file whose number formats cannot be read defines one that shows leading zeros (00123)."""
    if kind is FileKind.XLS:
        return _shows_zeros(_XLS_FORMAT, path.read_bytes(), 1)
    with zipfile.ZipFile(path) as archive:
        if kind is FileKind.XLSB:
            return _shows_zeros(_XLSB_FORMAT, _read(archive, "xl/styles.bin"), 2)
        return any(_ODS_FORMAT.search(_read(archive, part)) for part in ("content.xml", "styles.xml"))


def hides_errors(path: Path, kind: FileKind) -> bool:
    """Whether a file holds cells that show an error, which calamine gives as empty.

    In .xls a BOOLERR record or a FORMULA record with an error as its result ([MS-XLS] 2.4.24, 2.4.127).
    """
    if kind is FileKind.XLS:
        return bool(_XLS_ERROR.search(path.read_bytes()))
    if kind is FileKind.ODS:
        with zipfile.ZipFile(path) as archive:
            return b'calcext:value-type="error"' in _read(archive, "content.xml")
    return False


def _shows_zeros(pattern: re.Pattern[bytes], data: bytes, width: int) -> bool:
    # The pattern finds the bytes of a format anywhere; the length in front of the text shows which are one.
    for match in pattern.finditer(data):
        text = match["text"][: match["size"][0] * width : width]
        if len(text) == match["size"][0] and _ZEROS.match(text):
            return True
    return False


def _read(archive: zipfile.ZipFile, member: str) -> bytes:
    return archive.read(member) if member in archive.namelist() else b""
