"""Rejected rows handed back: the person's own columns, harmless when opened, the same when read again."""

from __future__ import annotations

import csv
import io
import stat
from typing import TYPE_CHECKING, Any, Protocol

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font, PatternFill

from importer.errors import DiskFailed
from importer.model import Problem, Reject, Severity
from importer.spreadsheet.opening import open_table
from importer.spreadsheet.options import ReadOptions
from importer.spreadsheet.rejects.csv import write_rejects_csv
from importer.spreadsheet.rejects.guard import guarded, guarded_id, unguarded, unguarded_id
from importer.spreadsheet.rejects.xlsx import COMMENTS, write_rejects_xlsx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from importer.model import SourceTable
    from tests.spreadsheet.conftest import MakeShared, Read, Reader, ReadTable

    Writer = Callable[[SourceTable, Iterable[Reject], Path], int]

ADDED = ["_row", "_column", "_problem", "_external_id"]


def reject(
    row: int,
    column: str | None = None,
    external_id: str | None = None,
    severity: Severity = Severity.ERROR,
    position: int | None = None,
) -> Reject:
    message = f"Row {row}: not a phone number. Correct it and run again."
    return Reject(row, external_id or f"oi1-{row}", (Problem(row, column, "v", "phone", severity, message, position),))


class HandBack(Protocol):
    """Reads a sheet, rejects `rows` of it (all by default), writes the rejects file and reads that again."""

    def __call__(
        self,
        content: str | bytes,
        rows: list[int] | None = None,
        writer: Writer = write_rejects_csv,
        name: str = "sheet.csv",
        back: str = "rejects.csv",
        **options: Any,
    ) -> tuple[Read, Read]: ...


@pytest.fixture
def handed_back(read: Reader, read_table: ReadTable, tmp_path: Path) -> HandBack:
    """Read a sheet, reject rows of it, write rejects.csv, and read that again."""

    def go(
        content: str | bytes,
        rows: list[int] | None = None,
        writer: Writer = write_rejects_csv,
        name: str = "sheet.csv",
        back: str = "rejects.csv",
        **options: Any,
    ) -> tuple[Read, Read]:
        first = read(content, name, **options)
        rows = list(first.rows) if rows is None else rows
        count = writer(first.table, [reject(row, first.headers[0], position=0) for row in rows], tmp_path / back)
        assert count == len(rows)
        return first, read_table(open_table(tmp_path / back, ReadOptions(**options)))

    return go


def test_columns_rows_and_what_is_added(handed_back: HandBack, tmp_path: Path) -> None:
    """The person's columns come first and in order, then row, column, problem and external id."""
    first, again = handed_back("Name,Phone\nAnn,1\n\nBob,2\nCarl,3\n", rows=[2, 4])
    assert list(again.headers) == [*first.headers, *ADDED]
    message = "Row 4: not a phone number. Correct it and run again."
    assert again.rows[3] == ["Bob", "2", "4", "Name", message, "oi1-4"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encoding_and_delimiter_are_theirs(handed_back: HandBack, tmp_path: Path, delimiter: str, codec: str) -> None:
    """rejects.csv is written as their own file was, byte order mark and all."""
    text = "Name;Phone\nJörg Müller;1\nZoë;2\n".replace(";", delimiter)
    _, again = handed_back(text.encode(codec))
    data = (tmp_path / "rejects.csv").read_bytes()
    assert data.decode(codec).splitlines()[0] == delimiter.join(["Name", "Phone", *ADDED])
    assert [row[0] for row in again.rows.values()] == ["Jörg Müller", "Zoë"]


def test_a_character_their_encoding_lacks(read: Reader, read_table: ReadTable, tmp_path: Path) -> None:
    """Where a message has letters that their encoding lacks, UTF-8 with a mark is used."""
    first = read("Name,City\nJörg,Köln\n".encode("cp1252"))
    bad = Reject(2, "x", (Problem(2, "Name", "v", "r", Severity.ERROR, "田中 is not it. Fix."),))
    write_rejects_csv(first.table, [bad], tmp_path / "rejects.csv")
    assert (tmp_path / "rejects.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    again = read_table(open_table(tmp_path / "rejects.csv", ReadOptions(encoding="cp1252")))
    assert again.rows[2] == ["Jörg", "Köln", "2", "Name", "田中 is not it. Fix.", "x"]


CELLS = st.text(
    st.sampled_from("=+-@＝＋'\"\t ,;\n\r0123456789aZé|\u200b")
    | st.characters(codec="utf-8", exclude_characters="\ufeff", exclude_categories=["Cc"]),
    max_size=12,
)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8), st.sampled_from(",;\t|"))
@settings(max_examples=40, deadline=None)
def test_reading_back_gives_the_same_cells(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], delimiter: str
) -> None:
    """Whatever is in a cell, apostrophes and formulas too, it is the same after rejects.csv was read again."""
    folder = tmp_path_factory.mktemp("law")
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter)
    writer.writerows([["Name", "Phone", "Key"], *((*row, "k") for row in rows)])
    (folder / "a.csv").write_bytes(stream.getvalue().encode())
    options = ReadOptions(delimiter=delimiter, header_row=1)
    first = open_table(folder / "a.csv", options)
    before = [row for chunk in first.chunks() for row in zip(chunk.rows, chunk.cells.values.tolist(), strict=True)]
    write_rejects_csv(first, [reject(row) for row, _ in before], folder / "r.csv")
    again = open_table(folder / "r.csv")
    after = [cells for chunk in again.chunks() for cells in chunk.cells.values.tolist()]
    assert [cells for _, cells in before] == [cells[:3] for cells in after]


@given(st.text(st.sampled_from("=+-@＝＋－＠'\t\r\n 0a\u200b"), max_size=6))
def test_guards_undo_themselves(text: str) -> None:
    """Taking the guard off gives the guarded text back, and no guarded cell begins like a formula."""
    assert unguarded(guarded(text)) == text
    assert unguarded_id(guarded_id(text)) == text
    assert guarded(text)[:1] not in set("\t\r\n")
    assert guarded(text).lstrip(" \t\r\n\u200b")[:1] not in set("=+-@＝＋－＠")


COLOUR, TITLE, C1_CLEAR, TURNED = "\x1b[31m", "\x1b]0;Mine\x07", "\x9b2J", "\u202egpj.exe"
pieces = st.sampled_from([COLOUR, TITLE, C1_CLEAR, TURNED, "\x00", "\x7f", "\u2066", "\u200f", "_x001B_", "_x005F_"])
texts = st.lists(pieces | st.text(st.sampled_from("_x01ABF'=\n é"), max_size=4), max_size=5).map("".join)


@given(texts)
def test_what_would_control_a_terminal_is_written_as_a_code(text: str) -> None:
    """No escape sequence and no mark that turns a line round is in the file, and each is read back as it was."""
    for guard, unguard in ((guarded, unguarded), (guarded_id, unguarded_id)):
        written = guard(text)
        assert all(sign.isprintable() or sign == "\n" for sign in written)
        assert unguard(written) == text


@pytest.mark.parametrize("text", ["_x0041_", "a_x001b_", "_x", "x001B_", "_x12_"])
def test_codes_that_are_not_ours_are_text(text: str) -> None:
    """What a person wrote in such a form is left as it is when it is read, whatever wrote it."""
    assert unguarded(text) == text


@pytest.mark.parametrize("text", ["00123", "1E5", "12345678901234567890", "3-4", "MAR1", "true", "1.50", "=1", "+1"])
def test_ids_that_excel_would_change_are_guarded(text: str) -> None:
    """An external id survives a spreadsheet program, because a changed one would make a contact twice."""
    assert guarded_id(text) == f"'{text}"
    assert unguarded_id(f"'{text}") == text


@pytest.mark.parametrize("text", ["oi1-0abc", "crm-12", "1001", "a@b", "Ann", "row12", "x'y", "'t Hooft"])
def test_other_ids_are_left_alone(text: str) -> None:
    """An id that a spreadsheet program keeps as it is is written as it is."""
    assert guarded_id(text) == text


def test_no_cell_of_the_file_is_a_formula(handed_back: HandBack, tmp_path: Path) -> None:
    """A person who opens rejects.csv runs nothing: headers, cells, messages and ids are all guarded."""
    handed_back('=HYPERLINK("x"),Phone\n=cmd|x,+14155550101\n@SUM(1),-5\n', header_row=1)
    rows = list(csv.reader((tmp_path / "rejects.csv").read_text().splitlines()))
    assert not [cell for row in rows for cell in row if cell[:1] in set("=+-@")]


SPLIT = {
    "x;=cmd|' /C calc'!A0": "x_x003B_=cmd|' /C calc'!A0",
    "+14155550101; +14155550102": "'+14155550101; +14155550102",
    "+1;+1": "'+1_x003B_+1",
    "5+cmd|' /C calc'!A0": "5+cmd|' /C calc'!A0",
}


def test_no_cell_is_a_formula_for_another_separator(handed_back: HandBack, tmp_path: Path) -> None:
    """A program that splits at semicolons runs nothing, also not two cells in one; all are read back as they were."""
    content = f"Name,Phone,Note,More,City\n{','.join(SPLIT)},Oslo\n"
    first, again = handed_back(content)
    line = (tmp_path / "rejects.csv").read_text(encoding="utf-8").splitlines()[1]
    assert line.startswith(",".join(SPLIT.values()) + ",Oslo,2,")
    assert again.rows[2][:5] == first.rows[2] == [*SPLIT, "Oslo"]


def test_after_excel_dropped_the_apostrophe(handed_back: HandBack, read_table: ReadTable, tmp_path: Path) -> None:
    """A cell that a person edited, so that its guard is gone, is taken as it stands."""
    handed_back("Name,Phone\nAnn,+1415\n")
    path = tmp_path / "rejects.csv"
    path.write_text(path.read_text().replace("'+1415", "+14155550101"))
    assert read_table(open_table(path)).rows[2][1] == "+14155550101"
    path.write_text(path.read_text().replace(",", ";"))
    assert read_table(open_table(path)).rows[2][1] == "+14155550101"


def test_extra_cells_come_back_behind(handed_back: HandBack, tmp_path: Path) -> None:
    """What a row had beyond the header stands behind the added columns, and is rejected again until it is put right."""
    _, again = handed_back("Name,Company,Phone\nAnn,Acme, Inc.,1\n")
    lines = list(csv.reader((tmp_path / "rejects.csv").read_text().splitlines()))
    assert lines[1][:3] == ["Ann", "Acme", " Inc."]
    assert lines[1][7:] == ["1"]
    assert again.rules() == {(2, "extra-cells", "error")}


def test_rejects_of_rejects(handed_back: HandBack, read: Reader, read_table: ReadTable, tmp_path: Path) -> None:
    """The four added columns of a rejects file are replaced, not doubled, and rows count in the file being read."""
    _, again = handed_back("Name,Phone\nAnn,1\nBob,2\n", rows=[3])
    write_rejects_csv(again.table, [reject(2, "Phone", "same-id")], tmp_path / "second.csv")
    third = read_table(open_table(tmp_path / "second.csv"))
    assert list(third.headers) == ["Name", "Phone", *ADDED]
    assert third.rows[2][:4] == ["Bob", "2", "2", "Phone"]
    assert third.rows[2][5] == "same-id"


def test_options_of_the_first_file_do_not_confuse_the_second(handed_back: HandBack) -> None:
    """A schedule that says `--header-row 4` or 0 reads the rejects file, which has its header in the first row."""
    _, again = handed_back("x\n\n\nName,Phone\nAnn,1\n", header_row=4)
    assert again.rows[2][:2] == ["Ann", "1"]
    _, again = handed_back("Ann,1\nBob,2\n", header_row=0)
    assert again.headers[:3] == ("#1", "#2", "_row")
    assert again.rows[3][:2] == ["Bob", "2"]


def test_a_delimiter_of_their_own(handed_back: HandBack) -> None:
    """A rejects file in an unusual delimiter is recognised by its added columns."""
    _, again = handed_back("sep=^\nName^Phone\nAnn, B^1;2\n")
    assert again.rows[2][:2] == ["Ann, B", "1;2"]


def test_files_are_private_and_whole(handed_back: HandBack, read: Reader, tmp_path: Path) -> None:
    """rejects.csv is readable by its owner only, and a failure leaves the former file and no litter."""
    first, _ = handed_back("Name,Phone\nAnn,1\n")
    path = tmp_path / "rejects.csv"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()

    def broken() -> Iterator[Reject]:
        yield reject(2)
        raise RuntimeError("journal gone")

    for write in (write_rejects_csv, write_rejects_xlsx):
        with pytest.raises(RuntimeError):
            write(first.table, broken(), path)
    assert path.read_bytes() == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["rejects.csv", "sheet.csv"]
    with pytest.raises(DiskFailed, match="could not be written"):
        write_rejects_csv(first.table, [reject(2)], tmp_path / "nowhere" / "rejects.csv")


def styled() -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "People"
    sheet.append(["My contacts"])
    sheet.append(["Name", "Phone", "Born", "Zip", "Sum"])
    sheet["A2"].font = Font(bold=True, color="FF0000")
    sheet.column_dimensions["B"].width = 33
    for row in range(3, 8):
        sheet.append([f"=x{row}" if row == 4 else f"N{row}", f"+1415555010{row}", 33000 + row, row, f"=D{row}"])
        sheet.cell(row, 1).data_type = "s"
        sheet.cell(row, 3).number_format = "dd.mm.yyyy"
        sheet.cell(row, 4).number_format = "00000"
        sheet.cell(row, 1).fill = PatternFill("solid", fgColor="00FF00")
    sheet["B5"] = 14155550123
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def test_their_own_sheet_with_only_the_rejected_rows(handed_back: HandBack, tmp_path: Path) -> None:
    """rejects.xlsx looks like their sheet: widths, fonts, fills and formats; numbers are numbers, text is text."""
    first, again = handed_back(styled(), [4, 5, 7], write_rejects_xlsx, "a.xlsx", "rejects.xlsx")
    assert [row[:5] for row in again.rows.values()] == [first.rows[row] for row in (4, 5, 7)]
    sheet = openpyxl.load_workbook(tmp_path / "rejects.xlsx").worksheets[0]
    assert sheet.title == "People"
    assert [cell.value for cell in sheet[1]] == ["Name", "Phone", "Born", "Zip", "Sum", *ADDED]
    assert sheet["A1"].font.bold
    assert sheet["A1"].font.color.rgb == "00FF0000"
    assert sheet.column_dimensions["B"].width == 33
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("=x4", "s")
    assert sheet["B3"].value == 14155550123
    assert (sheet["C2"].number_format, sheet["D2"].number_format) == ("dd.mm.yyyy", "00000")
    assert sheet["B2"].number_format == "@"
    assert sheet["A2"].fill.fgColor.rgb == "00FFC7CE"
    assert "not a phone number" in sheet["A2"].comment.text
    assert sheet["B2"].comment is None
    assert sheet.freeze_panes == "A2"


def test_text_files_and_old_formats_as_a_workbook(handed_back: HandBack, tmp_path: Path) -> None:
    """A rejects workbook can be made of any table; then every cell is text, exactly as it was."""
    cells = ["=1+1", "'+1", "00123", "a\x0bb", "_x0041_", "1E5"]
    _first, again = handed_back(
        "Name,Phone\n" + "".join(f"{cell},x\n" for cell in cells), writer=write_rejects_xlsx, back="rejects.xlsx"
    )
    assert [row[0] for row in again.rows.values()] == cells
    sheet = openpyxl.load_workbook(tmp_path / "rejects.xlsx").worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row} == {"s"}


def test_the_1904_system_is_kept(handed_back: HandBack, read: Reader) -> None:
    """Dates of a workbook that counts from 1904 are the same days in the rejects workbook."""
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    workbook = openpyxl.Workbook()
    workbook.epoch = CALENDAR_MAC_1904
    workbook.worksheets[0].append(["Name", "Phone"])
    workbook.worksheets[0].append(["Ann", 30000])
    workbook.worksheets[0]["B2"].number_format = "yyyy-mm-dd"
    stream = io.BytesIO()
    workbook.save(stream)
    first, again = handed_back(stream.getvalue(), None, write_rejects_xlsx, "a.xlsx", "rejects.xlsx")
    assert first.rows[2][1] == again.rows[2][1] == "1986-02-19"


def test_error_cells_stay_errors(handed_back: HandBack, make_shared_xlsx: MakeShared, tmp_path: Path) -> None:
    """A cell that shows #N/A shows it again, and long numbers keep every digit that the file had."""
    import zipfile

    stream = io.BytesIO()
    plain = io.BytesIO(make_shared_xlsx([["Name", "Phone"], [1, 2]]))
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            data = source.read(name).replace(b'<c r="A2"><v>1</v>', b'<c r="A2" t="e"><v>#N/A</v>')
            target.writestr(name, data.replace(b"<v>2</v>", b"<v>12345678901234567890</v>"))
    first, again = handed_back(stream.getvalue(), None, write_rejects_xlsx, "a.xlsx", "rejects.xlsx")
    assert first.rules() == again.rules() == {(2, "error-value", "warning"), (2, "digits-lost", "warning")}
    assert again.rows[2][:2] == first.rows[2] == ["", "12345678901234567890"]


def test_texts_reach_the_workbook_as_they_are(handed_back: HandBack, tmp_path: Path) -> None:
    """Marks of XML, blanks at the ends, line breaks and escapes stand in the cells, read by openpyxl and by us."""
    cells = ["<b>&amp; \"'", " both ends ", "one\ntwo", "_x000D_", "]]>", "\U0001f600"]
    shown = [["Name", "Phone"], *([cell.replace("_x", "_x005F_x"), "x"] for cell in cells)]
    workbook = openpyxl.Workbook()
    for row in shown:
        workbook.worksheets[0].append(row)
    stream = io.BytesIO()
    workbook.save(stream)
    _first, again = handed_back(stream.getvalue(), None, write_rejects_xlsx, "a.xlsx", "rejects.xlsx")
    assert [row[0] for row in again.rows.values()] == cells
    written = openpyxl.load_workbook(tmp_path / "rejects.xlsx").worksheets[0]
    assert [row[0].value for row in written.iter_rows(min_row=2)] == [row[0] for row in shown[1:]]


def test_past_a_number_of_comments_the_colour_and_the_reason_stay(handed_back: HandBack, tmp_path: Path) -> None:
    """Comments are bounded; every bad cell is coloured, and every row says what is wrong."""
    rows = COMMENTS + 3
    handed_back("Name,Phone\n" + "Ann,x\n" * rows, None, write_rejects_xlsx, back="rejects.xlsx")
    cells = list(openpyxl.load_workbook(tmp_path / "rejects.xlsx").worksheets[0].iter_rows(min_row=2))
    assert len(cells) == rows
    assert sum(row[0].comment is not None for row in cells) == COMMENTS
    assert {row[0].fill.fgColor.rgb for row in cells} == {"00FFC7CE"}
    assert all("not a phone number" in str(row[4].value) for row in cells)
    last_comment = cells[COMMENTS - 1][0].comment
    assert last_comment is not None
    assert last_comment.text
