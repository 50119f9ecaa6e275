"""openpyxl's reader without what a sheet of contacts does not need, which is often what is broken."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.cell_style import StyleArray
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.xml.constants import ARC_SHARED_STRINGS, ARC_STYLE, SHARED_STRINGS

from importer.spreadsheet.workbook import sheetxml

if TYPE_CHECKING:
    from os import PathLike
    from typing import IO

_MOST_SHARED_CHARACTERS = 512 * 1024**2
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_FIRST_CUSTOM = 164


class Parts(zipfile.ZipFile):
    """The parts of a package, whatever the capitals and slashes of their names (ECMA-376-2, 6.2.2: no case counts)."""

    def __init__(self, file: str | PathLike[str] | IO[bytes]) -> None:
        super().__init__(file)
        self._folded = {_folded(name): info for name, info in self.NameToInfo.items()}

    def getinfo(self, name: str) -> zipfile.ZipInfo:
        """The entry of a part. Raises KeyError."""
        return self._folded.get(_folded(name)) or super().getinfo(name)

    def has(self, name: str) -> bool:
        """Whether there is such a part."""
        return _folded(name) in self._folded


def _folded(name: str) -> str:
    return name.replace("\\", "/").lower()


class _Worksheet(ReadOnlyWorksheet):  # type: ignore[misc,unused-ignore]
    """A sheet whose <dimension> is not looked at: it is often wrong, sometimes not a range, and not needed."""

    def _get_size(self) -> None:
        pass


class Reader(ExcelReader):  # type: ignore[misc,unused-ignore]
    """Reads the workbook, its texts, its styles and the list of its sheets.

    Raises what the parts raise, and not the ValueError that openpyxl makes of everything.
    """

    archive: Parts

    def __init__(self, stream: IO[bytes], **options: bool) -> None:
        super().__init__(stream, **options)
        self.archive = Parts(stream)

    def read(self) -> None:
        self.read_manifest()
        self.read_strings()
        self.read_workbook()
        self.read_theme()
        self.read_styles()
        self.read_worksheets()

    def read_strings(self) -> None:
        package: Any = self.package
        part = package.find(SHARED_STRINGS)
        name = part.PartName.lstrip("/") if part is not None else ARC_SHARED_STRINGS
        if part is not None or self.archive.has(name):
            with self.archive.open(name) as stream:
                self.shared_strings = sheetxml.strings(stream, _MOST_SHARED_CHARACTERS)

    def read_worksheets(self) -> None:
        workbook: Any = self.wb
        for sheet, rel in self.parser.find_sheets():
            if self.archive.has(rel.target) and "chartsheet" not in rel.Type:
                worksheet: Any = _Worksheet(workbook, sheet.name, rel.target, self.shared_strings)
                worksheet.sheet_state = sheet.state
                workbook._sheets.append(worksheet)

    def read_styles(self) -> None:
        """The styles; where colours or fonts are not as the format wants them, at least the number formats."""
        try:
            apply_stylesheet(self.archive, self.wb)
        except DefusedXmlException:
            raise
        except (ValueError, TypeError, LookupError, AttributeError):
            # Read once more by hand: without their formats 00123 would be 123, and dates numbers.
            root = fromstring(self.archive.read(ARC_STYLE))
            custom = {int(each.get("numFmtId", 0)): each.get("formatCode", "") for each in root.iter(f"{_MAIN}numFmt")}
            numbers = {number: _FIRST_CUSTOM + place for place, number in enumerate(custom)}
            workbook: Any = self.wb
            workbook._setup_styles()
            workbook._number_formats = list(custom.values())
            workbook._cell_styles = []
            for style in root.iterfind(f"{_MAIN}cellXfs/{_MAIN}xf"):
                number = int(style.get("numFmtId", 0))
                # The fourth of openpyxl's nine indexes is the number format; fonts, fills and the rest are left out.
                workbook._cell_styles.append(StyleArray((0, 0, 0, numbers.get(number, number), 0, 0, 0, 0, 0)))
