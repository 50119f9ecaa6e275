"""openpyxl's reader for the look of cells alone: what else is in a workbook is not needed, and often what is broken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.cell_style import StyleArray
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.xml.constants import ARC_STYLE

from importer.spreadsheet.workbook.package import Parts

if TYPE_CHECKING:
    from typing import IO

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_FIRST_CUSTOM = 164


class Reader(ExcelReader):  # type: ignore[misc,unused-ignore]
    """Reads the workbook, its theme and its styles.

    Raises what the parts raise, and not the ValueError that openpyxl makes of everything.
    """

    archive: Parts

    def __init__(self, stream: IO[bytes], **options: bool) -> None:
        super().__init__(stream, **options)
        self.archive = Parts(stream)

    def read(self) -> None:
        self.read_manifest()
        self.read_workbook()
        self.read_theme()
        self.read_styles()

    def read_styles(self) -> None:
        """The styles; where colours or fonts are not as the format wants them, at least the number formats."""
        try:
            apply_stylesheet(self.archive, self.wb)
        except DefusedXmlException:
            raise
        except (ValueError, TypeError, LookupError, AttributeError):
            # Read once more by hand: without their formats 00123 would be 123, and dates numbers.
            root = fromstring(self.archive.read(ARC_STYLE))
            custom = {
                int(number_format.get("numFmtId", 0)): number_format.get("formatCode", "")
                for number_format in root.iter(f"{_MAIN}numFmt")
            }
            numbers = {number: _FIRST_CUSTOM + place for place, number in enumerate(custom)}
            workbook: Any = self.wb
            workbook._setup_styles()
            workbook._number_formats = list(custom.values())
            workbook._cell_styles = []
            for style in root.iterfind(f"{_MAIN}cellXfs/{_MAIN}xf"):
                number = int(style.get("numFmtId", 0))
                # The fourth of openpyxl's nine indexes is the number format; fonts, fills and the rest are left out.
                workbook._cell_styles.append(StyleArray((0, 0, 0, numbers.get(number, number), 0, 0, 0, 0, 0)))
