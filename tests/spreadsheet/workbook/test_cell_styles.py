"""How cells look is read beside what they say, by a reader of its own: both see the same cells."""

from __future__ import annotations

import io

import pytest

from importer.spreadsheet.sheet_view import SheetView
from importer.spreadsheet.workbook.sheetxml import rows
from importer.spreadsheet.workbook.styles import TEXT_KINDS, looks

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
CELLS = {
    "every kind": '<row r="2"><c r="A2" s="3" t="s"><v>7</v></c><c r="B2" t="n" s="1"><v>1.50</v></c>'
    '<c r="C2" t="b"><v>1</v></c><c r="D2" t="e"><v>#N/A</v></c><c r="E2" t="inlineStr"><is><t>12</t></is></c>'
    '<c r="F2" t="str"><f>A1</f><v>x</v></c><c r="G2" s="2" t="d"><v>2024-01-02</v></c></row>',
    "without references": "<row><c><v>1</v></c><c s='4'><v>2</v></c></row><row><c><v>3</v></c></row>",
    "references here and there": '<row r="5"><c r="C5"><v>1</v></c><c><v>2</v></c></row>'
    '<row><c r="b6"><v>3</v></c></row>',
    "formulas": '<row r="1"><c r="A1"><f>SUM(1,2)</f><v>3</v></c><c r="B1"><f>1+1</f><v>2</v></c></row>',
    "marks and pieces": '<row r="1"><c r="A1" t="e"><v>#&lt;&amp;\n&gt;</v></c><c r="B1"><v>1<!-- -->2</v></c></row>',
    "rows far apart": '<row r="9"><c r="A9"><v>1</v></c></row><row r="1000"><c r="AA1000" s="2"><v>2</v></c></row>',
}


@pytest.mark.parametrize("prefix", ["", "x:"])
@pytest.mark.parametrize("what", CELLS)
def test_both_readers_see_the_same_cells(what: str, prefix: str) -> None:
    """Rows, columns, kinds, styles and the spelling of numbers are those that the reader of the cells finds."""
    cells = CELLS[what].replace("</", "\0").replace("<!", "\1").replace("<", f"<{prefix}").replace("\0", f"</{prefix}")
    declared = f"xmlns:{prefix[:-1]}" if prefix else "xmlns"
    text = f'<{prefix}sheetData {declared}="{MAIN}">{cells}</{prefix}sheetData>'.replace("\1", "<!")
    expected = [
        (row, {cell.column: (cell.kind, cell.style, "" if cell.kind in TEXT_KINDS else cell.text) for cell in found})
        for row, found in rows(io.BytesIO(text.encode()), SheetView(), 10_000)
    ]
    assert expected
    assert list(looks(io.BytesIO(text.encode()), frozenset(range(30)))) == expected


def test_cells_that_nobody_wants_are_passed_over() -> None:
    """A row with thousands of formatted blanks costs no memory where no contact's columns are."""
    blanks = "".join('<c s="1"/>' for _ in range(5000))
    text = f'<sheetData><row r="1"><c r="A1"><v>1</v></c>{blanks}</row><row r="2">{blanks}</row></sheetData>'
    found = list(looks(io.BytesIO(text.encode()), frozenset({0, 2})))
    assert found == [(1, {0: ("n", 0, "1"), 2: ("n", 1, "")}), (2, {0: ("n", 1, ""), 2: ("n", 1, "")})]
