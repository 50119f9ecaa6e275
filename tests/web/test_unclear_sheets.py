"""A sheet that cannot be read before a person has said how is shown, and the page has the button that says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import Workbook

from tests.e2e.rig import read_table
from tests.web.client import drop, inside
from tests.web.rig import PageProgram, opened

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

CONTACTS = "Ann,Lee,+14155550101,ann@example.com\nBob,Ray,+14155550102,\nCy,Fox,+14155550103,\n"
NAMES = "First Name,Last Name,Phone,Email\n"


def beside_sheet(folder: Path, text: str) -> PageProgram:
    """The page, and in the folder a sheet people.csv to be dropped on it."""
    (folder / "people.csv").write_text(text, encoding="utf-8")
    return PageProgram.start(folder / "work", folder / "home", "--rate", "1000")


@pytest.mark.parametrize(
    ("text", "given"),
    [
        (CONTACTS, {"header_row": 0}),
        ("Ann,Lee,+14155550109,a@example.com\n" + NAMES + CONTACTS, {"header_row": 2}),
        (NAMES + CONTACTS + "Company,Job Title,Phone\nAcme,Boss,+14155550104\n", {"header_row": 1}),
    ],
)
def test_what_the_reader_asks_the_page_can_answer(
    program: PageProgram, tmp_path: Path, text: str, given: dict[str, Any]
) -> None:
    """Where the row of the column names is unclear, the rows are shown, the advice names no option, and works."""
    (tmp_path / "people.csv").write_text(text, encoding="utf-8")
    with inside(program) as client:
        name = drop(client, tmp_path / "people.csv")
        shown = client.get(f"/api/practice/{name}/sheet").json()
        assert len(shown["rows"]) == len(text.splitlines())
        refused = shown["unclear"] or client.get(f"/api/practice/{name}/questions").json()
        assert refused["kind"] == "ReadingUnclear"
        assert "--" not in refused["next"]
        assert shown["no_header"] in refused["next"]
        assert client.post(f"/api/practice/{name}/sheet", json=given).json()["unclear"] is None
        assert "questions" in client.get(f"/api/practice/{name}/questions").json()


def save_workbook(path: Path, **sheets: bool) -> Path:
    """A workbook of these sheets, with the contacts in those that are to have some."""
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    for name, is_filled in sheets.items():
        sheet = book.create_sheet(name)
        for line in (NAMES + CONTACTS).splitlines() if is_filled else ():
            sheet.append(line.split(","))
    book.save(path)
    return path


@pytest.mark.parametrize("later", [{"March": True, "April": True}, {"Jan": True, "Feb": False}])
def test_a_chosen_sheet_that_is_gone_or_empty_can_be_chosen_anew(
    program: PageProgram, tmp_path: Path, later: dict[str, bool]
) -> None:
    """A workbook that lost the sheet that was chosen shows another one, and the sheets to choose from."""
    with inside(program) as client:
        name = drop(client, save_workbook(tmp_path / "people.xlsx", Jan=True, Feb=True))
        address, other = f"/api/practice/{name}/sheet", next(iter(later))
        assert client.post(address, json={"sheet": "Feb"}).json()["sheet"] == "Feb"
        save_workbook(program.folder / name, **later)
        shown = client.get(address).json()
        assert (shown["sheets"], shown["sheet"]) == (list(later), None)
        assert "Feb" in shown["unclear"]["message"]
        assert "--" not in shown["unclear"]["next"]
        chosen = client.post(address, json={"sheet": other}).json()
        assert (chosen["sheet"], chosen["unclear"]) == (other, None)


CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ann Lee\r\nTEL:+14155550101\r\nEND:VCARD\r\n"


@pytest.mark.parametrize(
    ("file", "text", "given"),
    [
        ("people.csv", NAMES + CONTACTS, {"sheet": "March"}),
        ("people.csv", NAMES + CONTACTS, {"encoding": "utf-99"}),
        ("people.vcf", CARD, {"header_row": 1}),
    ],
)
def test_a_way_of_reading_that_the_file_refuses_is_not_kept(
    program: PageProgram, tmp_path: Path, file: str, text: str, given: dict[str, Any]
) -> None:
    """What the file cannot be read with is refused in words, and the sheet is still shown as before."""
    (tmp_path / file).write_text(text, encoding="utf-8")
    with inside(program) as client:
        name = drop(client, tmp_path / file)
        before = client.get(f"/api/practice/{name}/sheet").json()
        assert "message" in client.post(f"/api/practice/{name}/sheet", json=given).json()
        assert client.get(f"/api/practice/{name}/sheet").json() == before


def test_an_address_book_has_no_row_of_names_to_choose(browser: Browser, program: PageProgram, tmp_path: Path) -> None:
    """The names of its columns are shown above its cards, and no row of it can be taken for them."""
    (tmp_path / "people.vcf").write_text(CARD, encoding="utf-8")
    with opened(browser, program) as tab:
        tab.drop(tmp_path / "people.vcf")
        tab.heading("Is this your sheet?")
        assert "Each card of the address book is a row here." in tab.text()
        assert tab.page.locator("tr.head").inner_text().split("\t")[1:] == ["Full Name", "Phone 1 - Value"]
        assert tab.page.locator("button.pick").count() == 0
        assert "column names" not in tab.text()


def test_names_in_two_rows_are_to_be_written_into_one(program: PageProgram, tmp_path: Path) -> None:
    """Groups above the names of columns are no list of their own: the row to write is shown, and no option is named."""
    text = "Contact,,,Company,Email,Phone\nFirst,Last,Title,,,\nAnn,Lee,,Acme,,+14155550101\n"
    (tmp_path / "people.csv").write_text(text, encoding="utf-8")
    with inside(program) as client:
        name = drop(client, tmp_path / "people.csv")
        refused = client.get(f"/api/practice/{name}/questions").json()
        assert "two rows, 1 and 2" in refused["message"]
        assert "First, Last, Title, Company, Email, Phone" in refused["next"]


def test_columns_without_a_field_lead_to_the_list_of_fields(program: PageProgram, tmp_path: Path) -> None:
    """Where no column has a field, the step Columns says to choose one, and not how a command would."""
    (tmp_path / "people.csv").write_text("Foo,Bar\nOne,Two\nThree,Four\n", encoding="utf-8")
    with inside(program) as client:
        name = drop(client, tmp_path / "people.csv")
        trouble = client.get(f"/api/practice/{name}/columns").json()["trouble"]
        assert "Choose a field" in trouble["next"]
        assert "--" not in trouble["next"]
        chosen = client.post(f"/api/practice/{name}/columns", json={"position": 0, "field": "full_name"}).json()
        assert chosen["trouble"] is None


def test_a_list_without_column_names_is_imported_on_the_page(browser: Browser, tmp_path: Path) -> None:
    """Dropped, said to have no row of column names, answered, and imported: three contacts."""
    program = beside_sheet(tmp_path, CONTACTS)
    with opened(browser, program) as tab:
        tab.drop(tmp_path / "people.csv")
        tab.page.wait_for_selector(".notice.bad")
        assert tab.page.locator("tr.head").count() == 0
        tab.press("It has no row of column names")
        tab.press("Use these answers")
        tab.page.wait_for_selector("text=Please choose one of these first")
        tab.page.get_by_label("'#1' holds whole names").check()
        tab.press("Use these answers")
        tab.heading("What is in the columns?")
        tab.press("Continue")
        tab.heading("Correct what does not fit")
        tab.page.wait_for_selector(".tools button")
        tab.press("Continue")
        tab.page.click("form.card button.primary")
        tab.heading("Imported")
        lines = read_table(program.folder / "people.sandbox.import" / "id_map.csv")
        assert [line["status"] for line in lines] == ["created"] * 3
    assert program.end() == 0


def test_review_shows_whom_it_sends_and_names_whom_it_asks_about(browser: Browser, tmp_path: Path) -> None:
    """The first contacts are those that the button imports; a row that is asked about has its name."""
    text = "Name,Phone,Email\nAnn Lee,+14155550101,a@example.com\nann lee,+14155550101,A@EXAMPLE.COM\n"
    program = beside_sheet(tmp_path, text)
    with opened(browser, program) as tab:
        tab.drop(tmp_path / "people.csv")
        tab.heading("Is this your sheet?")
        tab.step("Review")
        tab.page.wait_for_selector("text=Import 1 contact into")
        tab.page.wait_for_selector(".cards .contact")
        assert tab.page.locator(".cards .contact").count() == 1
        assert "Row 3 (ann lee)" in tab.text()
    assert program.end() == 0


def test_an_open_question_is_named_where_its_rows_are_red(browser: Browser, tmp_path: Path) -> None:
    """The step Fix leads to the one answer that settles many red rows, before each is corrected by hand."""
    text = "Name,Phone\nAnn Lee,415-555-0101\nBob Ray,415-555-0102\nCy Fox,415-555-0103\n"
    program = beside_sheet(tmp_path, text)
    with opened(browser, program) as tab:
        tab.drop(tmp_path / "people.csv")
        tab.page.wait_for_selector(".question")
        tab.page.get_by_label("leave it open").check()
        tab.step("Fix")
        tab.page.wait_for_selector("[data-part=to-decide]")
        tab.press("Answer first")
        tab.heading("Is this your sheet?")
        tab.page.get_by_label("United States").check()
        tab.press("Use these answers")
        tab.heading("What is in the columns?")
        tab.step("Fix")
        tab.page.wait_for_selector("text=Every row can be imported")
        assert not tab.page.locator("[data-part=to-decide]").count()
    assert program.end() == 0
