"""What a file is, decided by its content and never by its name; and plain words for what is not a sheet."""

from __future__ import annotations

import re
import zipfile
from enum import StrEnum
from typing import TYPE_CHECKING

from importer.errors import SheetEmpty, SourceError
from importer.regex import regex
from importer.spreadsheet.private_copy import STANDARD_INPUT
from importer.spreadsheet.text.utf16 import wide

if TYPE_CHECKING:
    from pathlib import Path


class FileKind(StrEnum):
    """The kinds of content that can be read."""

    TEXT = "text"
    XLSX = "xlsx"
    XLS = "xls"
    XLSB = "xlsb"
    ODS = "ods"
    FODS = "flat OpenDocument"
    HTML = "HTML table"
    XML2003 = "SpreadsheetML 2003"
    VCARD = "vCard"
    GZIP = "gzip"
    ZIP = "zip"


_AS_CSV = "Save the contacts as CSV or .xlsx and import that file."
_OPEN_IN_EXCEL = "Open it in Excel, save it as .xlsx, and import that file."

# (where, the bytes that are there, what it is, next step)
_FOREIGN: tuple[tuple[int, bytes, str, str], ...] = (
    (0, b"\x89PNG", "a picture (PNG)", _AS_CSV),
    (0, b"\xff\xd8\xff", "a picture (JPEG)", _AS_CSV),
    (0, b"GIF8", "a picture (GIF)", _AS_CSV),
    (0, b"II*\x00", "a picture (TIFF)", _AS_CSV),
    (0, b"MM\x00*", "a picture (TIFF)", _AS_CSV),
    (0, b"RIFF", "a sound, film or picture", _AS_CSV),
    (0, b"{\\rtf", "a text document (RTF)", _AS_CSV),
    (0, b"\x7fELF", "a program", _AS_CSV),
    (0, b"BZh", "packed with bzip2", "Unpack it and import the sheet inside."),
    (0, b"\xfd7zXZ", "packed with xz", "Unpack it and import the sheet inside."),
    (0, b"\x28\xb5\x2f\xfd", "packed with zstd", "Unpack it and import the sheet inside."),
    (0, b"7z\xbc\xaf", "packed with 7-Zip", "Unpack it and import the sheet inside."),
    (0, b"Rar!", "packed with RAR", "Unpack it and import the sheet inside."),
    (0, b"SQLite format 3", "a database (SQLite)", _AS_CSV),
    (0, b"\x00\x01\x00\x00Standard", "a database (Access)", _AS_CSV),
    (0, b"PAR1", "a Parquet file", _AS_CSV),
    (0, b"ARROW1", "an Arrow file", _AS_CSV),
    (257, b"ustar", "an archive (tar)", "Unpack it and import the sheet inside."),
    (4, b"ftyp", "a film or picture", _AS_CSV),
    (0, b"ID;P", "an old SYLK sheet", _OPEN_IN_EXCEL),
    (0, b"\x09\x04\x06\x00", "a workbook of Excel 4 or older", _OPEN_IN_EXCEL),
    (0, b"\x09\x02\x06\x00", "a workbook of Excel 3 or older", _OPEN_IN_EXCEL),
    (0, b"\x09\x00\x04\x00", "a workbook of Excel 2 or older", _OPEN_IN_EXCEL),
)

_PDF = ("a PDF document", "Export the contacts as CSV or .xlsx where the PDF was made, and import that file.")
_CARD = regex(r"BEGIN\s*:\s*VCARD\s*$", re.IGNORECASE | re.MULTILINE)
# (pattern at the start of the text, what it is, next step)
_FOREIGN_TEXT: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (regex(r"BEGIN:VCALENDAR", re.IGNORECASE), "a calendar", _AS_CSV),
    (regex(r'[\[{]\s*(?:["{\[]\s*["{\[\w]|[\]}]\s*$)'), "a JSON file", _AS_CSV),
    (regex(r"dn: \w+=", re.IGNORECASE), "an LDIF address book", "Export it as CSV from your mail program."),
    (regex(r"(?:[\w-]+: [^\n]*\n)*MIME-Version:", re.IGNORECASE), "a web archive (MHTML)", _OPEN_IN_EXCEL),
)


def kind_of(path: Path, name: str) -> FileKind:
    """Decide by content what a file is.

    Raises SourceError for an empty file and for everything that is not a sheet, saying what it is instead.
    """
    with path.open("rb") as stream:
        head = stream.read(65536)
    # A byte order mark, blanks and NULs alone are an empty file too.
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        if name == STANDARD_INPUT:
            message = "No sheet came in through standard input: the command before the | printed nothing."
            raise SheetEmpty(message, "Correct that command, or give the path of the sheet instead of -.")
        raise SheetEmpty(f"{name} is empty.", "Check that it is the right file, and export it again.")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zip_kind(path, name)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole_kind(path, name)
    if head.startswith(b"\x1f\x8b"):
        return FileKind.GZIP
    for offset, magic, format_name, next_step in _FOREIGN:
        if head.startswith(magic, offset):
            raise _refuse(name, format_name, next_step)
    if head[:1024].lstrip().startswith(b"%PDF"):  # some servers send an empty line in front
        raise _refuse(name, *_PDF)
    # Two letters alone may begin a column name; a program has zeros right behind them.
    if head.startswith(b"MZ") and b"\x00" in head[:256]:
        raise _refuse(name, "a program", _AS_CSV)
    return _text_kind(head, name)


def _refuse(name: str, format_name: str, next_step: str) -> SourceError:
    return SourceError(f"{name} is {format_name}, not a spreadsheet.", next_step)


def _text_kind(head: bytes, name: str) -> FileKind:
    # What the file begins with is ASCII in every kind that is known here, so Latin-1 does where no mark says more.
    if head.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        text = head.decode("utf-32", "replace")
    elif head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head.decode("utf-16", "replace")
    elif codec := wide(head[:4096]):
        text = head.decode(codec, "replace")
    else:
        text = head.decode("latin-1").removeprefix("ï»¿").replace("\x00", "")
    start = text.lstrip("\ufeff \t\r\n").replace("\r\n", "\n").replace("\r", "\n")
    if _CARD.match(start):
        return FileKind.VCARD
    for pattern, format_name, next_step in _FOREIGN_TEXT:
        if pattern.match(start):
            raise _refuse(name, format_name, next_step)

    # Web systems save HTML and XML under the name .xls; and a CSV may begin with a < too.
    if start.startswith("<"):
        low = start.lower()
        if "urn:schemas-microsoft-com:office:spreadsheet" in low:
            return FileKind.XML2003
        if "urn:oasis:names:tc:opendocument:xmlns:office:1.0" in low:
            if "application/vnd.oasis.opendocument.spreadsheet" in low:
                return FileKind.FODS
            raise _refuse(name, "an OpenDocument text or drawing", _AS_CSV)
        if re.search(r"<(?:table|tr|td)\b", low) or low.startswith(("<!doctype html", "<html", "<head", "<body")):
            return FileKind.HTML
        if low.startswith(("<?xml", "<!doctype", "<svg")) or re.match(r"<[\w:]+(\s+xmlns|\s*/?>\s*<)", low):
            raise _refuse(name, "an XML file", _AS_CSV)
    # Damaged sheets have a few control characters, binary data has many.
    elif len(re.findall(r"[\x01-\x08\x0e-\x1a\x1c-\x1f]", text)) > max(len(text) / 50, 8):
        raise _refuse(name, "binary data", _AS_CSV)
    return FileKind.TEXT


def _zip_kind(path: Path, name: str) -> FileKind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            mime = archive.read("mimetype")[:100].decode("ascii", "replace").strip() if "mimetype" in names else ""
    except Exception as error:
        raise SourceError(
            f"{name} is damaged: its zip directory cannot be read.", "Download or export it again and run again."
        ) from error
    is_office = "[Content_Types].xml" in names  # ECMA-376-2: every package has this part
    if "xl/workbook.bin" in names:
        return FileKind.XLSB
    if mime.startswith("application/vnd.oasis.opendocument"):
        if "spreadsheet" in mime:
            return FileKind.ODS
        raise _refuse(name, "an OpenDocument text or drawing", _AS_CSV)
    for sign, format_name in (
        ("word/", "a Word document"),
        ("ppt/", "a PowerPoint presentation"),
        ("visio/", "a drawing"),
    ):
        if is_office and any(member.startswith(sign) for member in names):
            raise _refuse(name, format_name, _AS_CSV)
    if any(member.lower().endswith((".iwa", "index.apxl", "index.zip")) for member in names):
        step = "In Numbers choose File > Export To > Excel (or CSV) and import that file."
        raise SourceError(f"{name} is an Apple Numbers document, which only Numbers can open.", step)
    if mime == "application/epub+zip":
        raise _refuse(name, "a book (EPUB)", _AS_CSV)
    return FileKind.XLSX if is_office or any(member.startswith("xl/") for member in names) else FileKind.ZIP


def _ole_kind(path: Path, name: str) -> FileKind:
    # The names of the streams are in a directory that may be anywhere in the file ([MS-CFB] 2.6), as UTF-16.
    data = path.read_bytes()

    def has(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    # An encrypted .xlsx is an OLE file with its zip inside ([MS-OFFCRYPTO] 2.3.4.4).
    if has("EncryptedPackage"):
        raise protected(name)
    if has("Workbook") or has("Book"):
        return FileKind.XLS
    for stream, format_name in (
        ("WordDocument", "a Word document"),
        ("PowerPoint Document", "a PowerPoint presentation"),
        ("__substg1.0_", "an Outlook message"),
    ):
        if has(stream):
            raise _refuse(name, format_name, _AS_CSV)
    raise _refuse(name, "an Office file of another kind", _AS_CSV)


def protected(name: str) -> SourceError:
    """The refusal of a file that needs a password."""
    return SourceError(
        f"{name} is password-protected.",
        "Open it with its password, save a copy without one (File > Info > Protect Workbook), and import the copy.",
    )
