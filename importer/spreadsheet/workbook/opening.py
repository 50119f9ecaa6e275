"""A workbook as a grid: the reader that suits it, the sheet that was meant, its rows in a private spool."""

from __future__ import annotations

from contextlib import closing
from functools import lru_cache
from typing import TYPE_CHECKING

from importer.errors import SourceError
from importer.spreadsheet.grid import CellFault, Grid
from importer.spreadsheet.kind import FileKind
from importer.spreadsheet.text.markup import text_of
from importer.spreadsheet.workbook import archive, spool
from importer.spreadsheet.workbook.cell_faults import errors_hidden, formats_hidden
from importer.spreadsheet.workbook.errors import in_words
from importer.spreadsheet.workbook.sheet_choice import choose

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from importer.spreadsheet.options import ReadOptions
    from importer.spreadsheet.private_copy import PrivateFolder
    from importer.spreadsheet.workbook.interface import Book

# Below this the start of another process costs more than it saves.
FAST_FROM_BYTES = 16 * 1024**2


def open_book(path: Path, kind: FileKind, name: str, options: ReadOptions, store: PrivateFolder) -> Grid:
    """The grid of one sheet of a workbook.

    Raises SourceError: damaged, protected, hostile, too large, --sheet unknown, text options given.
    """
    if options.delimiter is not None:
        raise SourceError(f"{name} is a workbook ({kind}) and has no delimiter.", "Leave --delimiter out.")
    try:
        if kind in (FileKind.XLSX, FileKind.XLSB, FileKind.ODS):
            archive.check(path, kind, name, options.limits)
        return _first_that_works(_readers(path, kind, name, options), path, kind, name, options, store)
    except SourceError:
        raise
    except Exception as error:
        raise in_words(error, path, kind, name) from error


def _first_that_works(
    readers: list[Callable[[], Book]], path: Path, kind: FileKind, name: str, options: ReadOptions, store: PrivateFolder
) -> Grid:
    trouble: Exception | None = None
    for reader in readers:
        try:
            return _grid(reader(), path, kind, name, options, store)
        except SourceError:
            raise
        except Exception as error:  # noqa: BLE001  (the next reader may manage; the first one's words are kept)
            trouble = trouble or error
    raise trouble or ValueError("no reader")


def _readers(path: Path, kind: FileKind, name: str, options: ReadOptions) -> list[Callable[[], Book]]:
    if kind is FileKind.HTML:
        return [lambda: _html(path, name, options)]
    if kind is FileKind.XML2003:
        return [lambda: _xml2003(path, options)]
    if kind is not FileKind.XLSX or options.reader == "calamine":
        careful = [lambda: _package(path, options)] if kind is FileKind.XLSX else []
        return [lambda: _calamine(path, options), *careful]
    fast = options.reader == "auto" and archive.sheet_bytes(path) > FAST_FROM_BYTES and _plain(path)
    first: list[Callable[[], Book]] = [lambda: _calamine(path, options)] if fast else []
    return [*first, lambda: _package(path, options)]


def _package(path: Path, options: ReadOptions) -> Book:
    from importer.spreadsheet.workbook.openpyxl_package import OpenpyxlWorkbook

    package = OpenpyxlWorkbook(path, options.limits)
    if package.sheets:
        return package
    package.close()  # openpyxl sees no sheet in the "strict" variant of the format
    return _calamine(path, options)


@lru_cache(maxsize=1)  # asked before a reader is chosen and again of the sheet that it read; the copy stays as it is
def _plain(path: Path) -> bool:
    from importer.spreadsheet.workbook.openpyxl_package import plain

    return plain(path)


def _calamine(path: Path, options: ReadOptions) -> Book:
    from importer.spreadsheet.workbook.calamine import Calamine

    return Calamine(path, options.limits)


def _html(path: Path, name: str, options: ReadOptions) -> Book:
    from importer.spreadsheet.workbook.html import Html

    return Html(text_of(path, name, options), options.limits)


def _xml2003(path: Path, options: ReadOptions) -> Book:
    from importer.spreadsheet.workbook.xml2003 import Xml2003

    return Xml2003(path, options.limits)


def _grid(book: Book, path: Path, kind: FileKind, name: str, options: ReadOptions, store: PrivateFolder) -> Grid:
    try:
        sheet, decisions = choose(book, name, options)
        with closing(book.records(sheet)) as records:
            batches = spool.batches(records, options.limits)
            spooled = store.keep(batches, name, options.limits.unpacked_bytes)
    finally:
        book.close()
    return Grid(
        runs=lambda: spool.read(spooled),
        kind=str(kind),
        sheet=sheet,
        package=path if kind is FileKind.XLSX else None,
        decisions=decisions,
        faults=_unseen(path, kind, book.reader),
    )


def _unseen(path: Path, kind: FileKind, reader: str) -> tuple[CellFault, ...]:
    """What the reader could not see in the file, said once for the whole sheet."""
    if kind is FileKind.XLSX and reader == "calamine":
        return () if _plain(path) else (formats_hidden(str(kind)), errors_hidden(str(kind)))
    if kind not in (FileKind.XLS, FileKind.XLSB, FileKind.ODS):
        return ()
    zeros = (formats_hidden(str(kind)),) if archive.hides_zeros(path, kind) else ()
    return (*zeros, errors_hidden(str(kind))) if archive.hides_errors(path, kind) else zeros
