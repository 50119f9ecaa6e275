"""Several files of one shape are one sheet: each person once, and every row by its file and its number there."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.cli.app import main
from importer.errors import SourceError
from importer.model.row_names import RowNames
from importer.pipeline.job import Job
from importer.sandbox import KEY, Sandbox
from importer.sheet_files import joined
from importer.spreadsheet.grid import NOT_READ
from importer.spreadsheet.opening import open_table

if TYPE_CHECKING:
    from collections.abc import Iterator

A = "Name,Phone,Email\nAnn Lee,+14155550101,ann@example.com\n\nBob Ray,12,bob@example.com\n"
B = "Phone;Email;Name\n+14155550103;cyd@example.com;Cyd Fox\n+14155550101;ann@example.com;Ann Lee\n"
C = "Name,Phone,Email\nDan Poe,+14155550104,dan@example.com\nTotal,,2\n"
CARD = "BEGIN:VCARD\nVERSION:3.0\nN:Fox;Eve;;;\nFN:Eve Fox\nTEL:+14155550105\nEND:VCARD\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    exports = Path("exports")
    exports.mkdir()
    write(exports, a=A, b=B)
    return exports


def write(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")


def table(name: str) -> list[dict[str, str]]:
    with Path("exports.import", name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    with Sandbox.start(rate=0, key=KEY) as running:
        monkeypatch.setenv("OPENPHONE_API_KEY", KEY)
        monkeypatch.setenv("OPENPHONE_BASE_URL", running.url)
        yield running


def names(sandbox: Sandbox) -> list[str]:
    return sorted(str(contact["defaultFields"]["firstName"]) for contact in sandbox.contacts())


def test_night_after_night(folder: Path, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """Each person is made once: across files, in another order, under other names, and with one file more."""
    options = ("--rate", "1000", "--yes")
    assert main(["run", str(folder / "b.csv"), str(folder / "a.csv"), *options]) == 1
    said = capsys.readouterr()
    assert names(sandbox) == ["Ann", "Cyd"]
    assert "row 4 of a.csv" in said.err
    assert [(line["status"], line["file"], line["file_row"]) for line in table("id_map.csv")] == [
        ("created", "a.csv", "2"),
        ("rejected", "a.csv", "4"),
        ("created", "b.csv", "2"),
        ("duplicate", "b.csv", "3"),
    ]
    assert table("id_map.csv")[3]["detail"] == "repeats row 2 of a.csv"
    (problem,) = [line for line in table("problems.csv") if line["severity"] == "error"]
    assert (problem["file"], problem["file_row"]) == ("a.csv", "4")
    (reject,) = table("rejects.csv")
    assert (reject["Name"], reject["_file"], reject["_file_row"]) == ("Bob Ray", "a.csv", "4")
    assert "of a.csv" in Path("exports.import/report.html").read_text(encoding="utf-8")

    # The advice names the rejects; corrected, they leave nothing to do.
    again = next(line for line in said.out.splitlines() if line.startswith("Next:")).partition("openphone-import ")[2]
    rejects = Path("exports.import/rejects.csv")
    rejects.write_text(rejects.read_text(encoding="utf-8").replace(",12,", ",+14155550102,"), encoding="utf-8")
    assert main(again.split()) == 0
    assert "Result:  2 files of exports: 4 rows" in capsys.readouterr().out
    assert names(sandbox) == ["Ann", "Bob", "Cyd"]

    assert main(["show", "latest", "--row", "1003"]) == 0
    assert "Row:     1003 (row 3 of b.csv) of " in (told := capsys.readouterr().out)
    assert "Cyd" not in told
    assert "Ann Lee" in told

    # By the folder it is the same sheet, also with a file more that comes first, and one under another name.
    write(folder, **{"0-new": C})
    (folder / "b.csv").rename(folder / "z.csv")
    (folder / "notes.pdf").write_bytes(b"%PDF-1.7")
    capsys.readouterr()
    assert main(["run", str(folder), *options]) == 0
    assert "not read: notes.pdf" in capsys.readouterr().err
    assert names(sandbox) == ["Ann", "Bob", "Cyd", "Dan"]
    assert [line["status"] for line in table("id_map.csv")].count("skipped") == 1
    requests = len(sandbox.requests())
    assert main(["run", str(folder), *options]) == 0
    assert main(["verify", str(folder), "-q"]) == 0
    assert names(sandbox) == ["Ann", "Bob", "Cyd", "Dan"]
    assert [exchange.method for exchange in sandbox.requests()[requests:] if exchange.method != "GET"] == []


def test_other_shapes_are_refused(folder: Path) -> None:
    """A file with other columns is refused with what it lacks and has beyond, before anything is sent."""
    write(folder, c="Name,Mobile,Email\nDan,+14155550104,\n")
    with pytest.raises(SourceError) as caught:
        open_table(str(folder))
    assert caught.value.message == (
        'c.csv has other columns than a.csv: it lacks the column "Phone" and has the column "Mobile" beyond those.'
    )
    Path("empty").mkdir()
    with pytest.raises(SourceError, match="holds no sheet"):
        open_table("empty")
    with pytest.raises(SourceError, match="There is no file"):
        open_table(joined([str(folder / "a.csv"), str(folder / "gone.csv")]))
    write(folder, c="Name,Phone,Email,_row,_column,_problem,_external_id\nDan,1,,2,,,x\n")
    with pytest.raises(SourceError, match="Import it by itself"):
        open_table(str(folder))


def test_what_is_wrong_keeps_its_place(folder: Path) -> None:
    """What is wrong with a row of a file is said of that row: torn lines, cells too many, twin names of files."""
    write(folder, b='Name,Phone,Email\nCyd Fox,+14155550103,c@example.com,more\nEve "x,1,\n')
    (folder / "deep").mkdir()
    write(folder / "deep", a="Email,Phone,Name\n,+14155550109,Zed\n")
    whole = open_table(joined([str(folder / "a.csv"), str(folder / "b.csv"), str(folder / "deep" / "a.csv")]))
    assert whole.row_names.files == ("exports/a.csv", "b.csv", "exports/deep/a.csv")
    (chunk,) = whole.chunks()
    assert chunk.rows == [2, 4, 1002, 1003, 2002]
    assert chunk.columns[0] == ("Ann Lee", "Bob Ray", "Cyd Fox", 'Eve "x', "Zed")
    assert {(problem.row, problem.rule) for problem in chunk.problems} >= {(1002, "extra-cells")}
    (extra,) = [problem for problem in chunk.problems if problem.rule == "extra-cells"]
    assert whole.row_names.in_text(extra.message).startswith("Row 2 of b.csv: The row has more cells")
    assert chunk.originals[2][-1] == "more"


def test_cards_need_not_fill_the_same_columns(folder: Path) -> None:
    """Address books are one sheet also where one has numbers that the other lacks."""
    for name, line in (("x", "TEL:+14155550101"), ("y", "EMAIL:y@example.com")):
        (folder / f"{name}.vcf").write_text(f"BEGIN:VCARD\nVERSION:3.0\nN:Lee;{name};;;\n{line}\nEND:VCARD\n")
    whole = open_table(joined([str(folder / "x.vcf"), str(folder / "y.vcf")]))
    (chunk,) = whole.chunks()
    cells = dict(zip(whole.headers, chunk.columns, strict=True))
    assert cells["Phone 1 - Value"] == ("+14155550101", "")
    assert cells["E-mail 1 - Value"] == ("", "y@example.com")


def test_a_program_names_several_files(folder: Path) -> None:
    """The library takes a list of paths, in any order, as one sheet with one folder of results."""
    first, second = (Job([folder / name for name in order]) for order in (("a.csv", "b.csv"), ("b.csv", "a.csv")))
    assert (first.file, first.out) == (second.file, Path("exports.import"))


@given(files=st.integers(1, 9), last=st.integers(0, 8), row=st.integers(1, 1000))
def test_each_row_has_one_name(files: int, last: int, row: int) -> None:
    """A number of the whole and a row of a file are one to one, in numbers and in messages."""
    rows = RowNames(tuple(1000 * place for place in range(files)), tuple(f"f{place}.csv" for place in range(files)))
    file = last % files
    number = 1000 * file + row
    assert rows.place(number) == (f"f{file}.csv", row)
    assert rows.in_text(f"Row {number:,} repeats rows {number} and 1,") == (
        f"Row {row:,} of f{file}.csv repeats rows {row:,} of f{file}.csv and 1 of f0.csv,"
    )
    assert RowNames().in_text("Row 12 is fine.") == "Row 12 is fine."


def test_what_is_left_out_of_a_file_is_said(folder: Path) -> None:
    """Sheets of a workbook that are not read are named with their workbook, as they are where it is read alone."""
    for name in ("x", "y"):
        book = openpyxl.Workbook()
        for title in ("East", "West"):
            sheet = book.create_sheet(title)
            sheet.append(["Name", "Phone", "Email"])
            sheet.append([f"{title} {name}", "+14155550105", ""])
        del book["Sheet"]
        book.save(folder / f"{name}.xlsx")
    (said,) = [decision.value for decision in open_table(str(folder)).decisions if decision.what == NOT_READ]
    assert said == "West (x.xlsx); West (y.xlsx)"


def test_corrections_follow_their_row(folder: Path, sandbox: Sandbox) -> None:
    """A correction holds wherever its row is later: moved in its file, in a file of another name, in two exports."""
    options = ("--rate", "1000", "--yes", "-q")
    assert main(["run", str(folder), *options]) == 1
    rejects = Path("exports.import/rejects.csv")
    rejects.write_text(rejects.read_text(encoding="utf-8").replace(",12,", ",+14155550102,"), encoding="utf-8")
    assert main(["run", str(rejects), "--out", "exports.import", *options]) == 0

    (folder / "a.csv").rename(folder / "z.csv")
    write(
        folder,
        z="Name,Phone,Email\nDan Poe,+14155550104,\nBob Ray,12,bob@example.com\nAnn Lee,+14155550101,ann@example.com\n",
    )
    assert main(["run", str(folder), *options]) == 0
    assert names(sandbox) == ["Ann", "Bob", "Cyd", "Dan"]

    write(folder, y="Name,Phone,Email\nBob Ray,12,bob@example.com\n")
    assert main(["run", str(folder), *options]) == 0
    assert names(sandbox) == ["Ann", "Bob", "Cyd", "Dan"]
    assert main(["verify", str(folder), "-q"]) == 0

    # Without its correction the row is rejected anew, and corrected anew it is still nobody else.
    Path("exports.import/corrections.csv").unlink()
    (folder / "y.csv").unlink()
    (folder / "z.csv").rename(folder / "0.csv")
    assert main(["run", str(folder), *options]) == 1
    rejects.write_text(rejects.read_text(encoding="utf-8").replace(",12,", ",+14155550102,"), encoding="utf-8")
    assert main(["run", str(rejects), "--out", "exports.import", *options]) == 0
    assert names(sandbox) == ["Ann", "Bob", "Cyd", "Dan"]


def test_a_link_that_leads_out_of_the_folder_is_left_out(
    folder: Path, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a link of a folder leads to elsewhere is not read, and named; one within it is, and one named by itself."""
    (folder / "b.csv").unlink()
    elsewhere = Path("elsewhere.csv")
    elsewhere.write_text(C, encoding="utf-8")
    (folder / "c.csv").symlink_to(elsewhere.absolute())
    (folder / "d.csv").symlink_to("a.csv")
    assert main(["run", str(folder), "--rate", "1000", "--yes"]) == 1
    assert "c.csv (a link that leads out of the folder; to read it, name it by itself)" in capsys.readouterr().err
    assert names(sandbox) == ["Ann"]
    assert main(["run", str(folder / "c.csv"), "--rate", "1000", "--yes", "--out", "other"]) == 0
    assert names(sandbox) == ["Ann", "Dan"]


def test_files_that_are_no_sheets_are_left_out(
    folder: Path, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    """What lies beside sheets stops nothing and is named with the reason; once an empty export is whole, it is read."""
    options = ("--rate", "1000", "--yes")
    (folder / "b.csv").write_bytes(b"\xef\xbb\xbf\r\n")
    (folder / "read me.txt").write_text("These lists come from the shop.\nAsk Ann.\n", encoding="utf-8")
    (folder / "phone.vcf").write_text(f"{CARD}", encoding="utf-8")
    (folder / "~$a.xlsx").write_bytes(b"\x05Ann" + bytes(161))
    (folder / ".hidden.csv").write_text(C, encoding="utf-8")
    (folder / "deep").mkdir()
    assert main(["run", str(folder), *options]) == 1
    said = capsys.readouterr().err
    for name, why in (
        ("b.csv", "it is empty"),
        ("read me.txt", "it has no column of the other files"),
        ("phone.vcf", "it is an address book beside sheets"),
        ("~$a.xlsx", "says that a sheet is open"),
        (".hidden.csv", "hidden"),
        ("deep", "a folder"),
    ):
        assert f"{name} ({why})" in said
    left_out = [line["message"] for line in table("problems.csv") if line["rule"] == "file-left-out"]
    assert [message.split(" was not read")[0] for message in left_out] == [
        str(folder / name) for name in ("b.csv", "phone.vcf", "read me.txt")
    ]
    assert names(sandbox) == ["Ann"]
    write(folder, b=B)
    (folder / "phone.vcf").unlink()
    (folder / "read me.txt").unlink()
    # As a shell gives the names of exports/*.
    assert main(["run", *(str(folder / name) for name in ("a.csv", "b.csv", "~$a.xlsx")), *options]) == 1
    assert names(sandbox) == ["Ann", "Cyd"]
    assert not [line for line in table("problems.csv") if line["rule"] == "file-left-out"]

    for name in ("a.csv", "b.csv"):
        (folder / name).write_bytes(b"")
    with pytest.raises(SourceError, match=r"a\.csv is empty"):
        open_table(str(folder))


def test_nobody_is_deleted_for_a_file_that_is_empty(
    folder: Path, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that is left out holds --mirror, since its people may still be wanted; whole again, it goes on."""
    write(folder, a="Id,Name,Phone\n1,Ann Lee,+14155550101\n", b="Id,Name,Phone\n2,Bob Ray,+14155550102\n")
    mirror = (
        "--map",
        "Id=external_id",
        "--source",
        "shop",
        "--mirror",
        "--max-deletes",
        "5",
        "--yes",
        "--rate",
        "1000",
    )
    assert main(["run", str(folder), *mirror]) == 0
    (folder / "b.csv").write_bytes(b"")
    assert main(["run", str(folder), *mirror]) == 0
    assert "deletes no contacts in this run: a file was left out" in capsys.readouterr().err
    assert names(sandbox) == ["Ann", "Bob"]
    write(folder, b="Id,Name,Phone\n")
    assert main(["run", str(folder), *mirror]) == 0
    assert names(sandbox) == ["Ann"]


def test_a_file_named_twice_is_read_once(folder: Path) -> None:
    """The same file under two paths, or beside its folder, is one file; that is said."""
    (folder / "link.csv").symlink_to("a.csv")
    whole = open_table(joined([str(folder), f"./{folder}/b.csv", str((folder / "a.csv").resolve())]))
    assert whole.row_names.files == ("a.csv", "b.csv")
    (said,) = [decision.value for decision in whole.decisions if decision.what == "not read"]
    assert said.count("the same file as") == 3
    one = open_table(joined([str(folder / "a.csv"), str((folder / "a.csv").resolve())]))
    assert "_file" not in one.headers
    assert [decision.value for decision in one.decisions if decision.what == "not read"]


def test_rejected_cards_of_several_files_come_back_as_cards(folder: Path, sandbox: Sandbox) -> None:
    """Rejects of a folder of address books are cards with their file; corrected, each becomes a contact."""
    for name in ("a", "b"):
        (folder / f"{name}.csv").unlink()
    (folder / "x.vcf").write_text(CARD, encoding="utf-8")
    (folder / "y.vcf").write_text(CARD.replace("Eve", "Fay").replace("+14155550105", "12"), encoding="utf-8")
    options = ("--rate", "1000", "--yes", "-q", "--out", "exports.import")
    assert main(["run", str(folder), *options]) == 1
    rejects = Path("exports.import/rejects.vcf")
    text = rejects.read_text(encoding="utf-8")
    assert "X-OPENPHONE-IMPORT-FILE:y.vcf" in text
    assert "X-OPENPHONE-IMPORT-FILE-ROW:1" in text
    rejects.write_text(text.replace(":12", ":+14155550106"), encoding="utf-8")
    assert main(["run", str(rejects), *options]) == 0
    assert main(["run", str(folder), *options]) == 0
    assert names(sandbox) == ["Eve", "Fay"]
