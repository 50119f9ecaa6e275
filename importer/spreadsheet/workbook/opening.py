"""A workbook as a grid: the reader that suits it, the sheet to read, its rows in a private spool."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from importer.errors import SourceError
from importer.spreadsheet.grid import Grid
from importer.spreadsheet.kind import FileKind
from importer.spreadsheet.text.markup import text_of
from importer.spreadsheet.workbook import archive, spool
from importer.spreadsheet.workbook.calamine import Calamine
from importer.spreadsheet.workbook.cell_faults import half_read
from importer.spreadsheet.workbook.child import PasswordNeeded
from importer.spreadsheet.workbook.errors import in_words
from importer.spreadsheet.workbook.html import Html
from importer.spreadsheet.workbook.interface import TooLarge, TooManyElements
from importer.spreadsheet.workbook.ods import Ods
from importer.spreadsheet.workbook.sheet_choice import choose
from importer.spreadsheet.workbook.sheetxml import EntityRefused
from importer.spreadsheet.workbook.xls import Xls
from importer.spreadsheet.workbook.xlsb import Xlsb
from importer.spreadsheet.workbook.xlsx import XlsxPackage, plain
from importer.spreadsheet.workbook.xml2003 import Xml2003
from importer.text import without_option

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
        raise SourceError(f"{name} is a workbook ({kind}) and has no delimiter.", f"{without_option('delimiter')}.")
    try:
        if kind in (FileKind.XLSX, FileKind.XLSB, FileKind.ODS):
            archive.check(path, kind, name, options.limits)
        first_error: Exception | None = None
        for reader in _readers(path, kind, name, options):
            try:
                return _grid(reader(), path, kind, name, options, store)
            except (SourceError, PasswordNeeded, TooManyElements, TooLarge, EntityRefused):
                raise  # what another reader made of it would be wrong, or cost as much again
            except Exception as error:  # noqa: BLE001  (the next reader may manage; the first error is kept)
                first_error = first_error or error
        raise first_error or ValueError("no reader")
    except SourceError:
        raise
    except Exception as error:
        raise in_words(error, path, kind, name) from error


def _readers(path: Path, kind: FileKind, name: str, options: ReadOptions) -> list[Callable[[], Book]]:
    """The readers to try, the best first: calamine only where it gives the same text as openpyxl, or alone can read."""
    limits = options.limits
    if kind is FileKind.HTML:
        return [lambda: Html(text_of(path, name, options), limits)]
    if kind is FileKind.XML2003:
        return [lambda: Xml2003(path, limits)]
    # Where a reader of the format itself fails, calamine may manage; what it does not see is then said.
    fast = partial(Calamine, path, limits)
    if kind is FileKind.XLS:
        return [partial(Xls, path, limits), fast]
    if kind in (FileKind.ODS, FileKind.FODS):
        return [partial(Ods, path, kind, limits), *([fast] if kind is FileKind.ODS else [])]
    if kind is FileKind.XLSB:
        return [partial(Xlsb, path, limits), fast]
    careful = partial(XlsxPackage, path, limits)
    if options.reader == "calamine":
        return [fast, careful]
    if options.reader == "auto" and archive.sheet_bytes(path) > FAST_FROM_BYTES and plain(path):
        return [fast, careful]
    return [careful]


def _grid(book: Book, path: Path, kind: FileKind, name: str, options: ReadOptions, store: PrivateFolder) -> Grid:
    try:
        choice = choose(book, name, options)
        # Where all are hidden, these are what a person can choose from.
        visible = tuple(worksheet.name for worksheet in book.sheets if worksheet.visible) or tuple(
            worksheet.name for worksheet in book.sheets
        )
        with closing(book.records(choice.sheet)) as records:
            batches = spool.batches(records, options.limits, path.stat().st_size)
            spooled = store.keep(batches, name, options.limits.unpacked_bytes)
    finally:
        book.close()

    is_blind = book.reader == "calamine" and not (kind is FileKind.XLSX and plain(path))
    return Grid(
        runs=lambda: spool.read(spooled),
        kind=str(kind),
        sheet=choice.sheet,
        package=path if kind is FileKind.XLSX else None,
        sheets=visible,
        decisions=choice.decisions,
        faults=(*choice.faults, *((half_read(str(kind)),) if is_blind else ())),
        view=book.view,
    )
