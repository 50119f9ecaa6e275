"""Exceptions of foreign readers as SourceErrors in plain words: translated once, from one table."""

from __future__ import annotations

import zipfile
import zlib
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ExpatError

from defusedxml import DefusedXmlException

from importer.errors import SourceError
from importer.spreadsheet.kind import FileKind, protected
from importer.spreadsheet.workbook.archive import lacks_strings
from importer.spreadsheet.workbook.child import PasswordNeeded, ReaderDied
from importer.spreadsheet.workbook.interface import TooLarge, TooManyElements
from importer.spreadsheet.workbook.sheetxml import EntityRefused

if TYPE_CHECKING:
    from pathlib import Path

_AGAIN = "Open it in Excel, save it again (or download it again), and run again."
_DAMAGE: tuple[tuple[tuple[type[Exception], ...], str], ...] = (
    ((zipfile.BadZipFile, zlib.error, EOFError), "a part of it is cut off or its checksum is wrong"),
    ((ExpatError, ParseError), "its XML is broken"),
    ((NotImplementedError,), "it is packed in an unknown way"),
    ((ReaderDied,), "the reader of such files gave up"),
)


def in_words(error: Exception, path: Path, kind: FileKind, name: str) -> SourceError:
    """The SourceError for whatever a reader raised."""
    if isinstance(error, PasswordNeeded):
        return protected(name)
    if isinstance(error, TooLarge):
        step = "Copy the contacts to a new workbook and import that."
        return SourceError(f"{name} has {error}, beyond what a sheet can hold.", step)
    if isinstance(error, TooManyElements):
        step = "If it is really yours, open it in Excel, copy the contacts to a new workbook, and import that."
        return SourceError(f"{name} is made of far more cells or texts than a sheet of its size can hold.", step)
    if isinstance(error, EntityRefused | DefusedXmlException):
        step = "Open it in Excel, save it as a new .xlsx file, and import that."
        return SourceError(f"{name} contains XML entities, which are refused because attacks are made of them.", step)
    if isinstance(error, IndexError | KeyError) and kind is FileKind.XLSX and lacks_strings(path):
        return SourceError(f"{name} is damaged: its table of texts (sharedStrings.xml) is missing.", _AGAIN)
    statement = next(
        (words for kinds, words in _DAMAGE if isinstance(error, kinds)), "it is not built like a file of this kind"
    )
    detail = f" ({error})" if str(error) and len(str(error)) < 120 else ""
    return SourceError(f"{name} is a damaged {kind} file: {statement}{detail}.", _AGAIN)
