"""What is said of the whole sheet is said on the page too, with steps that the page has, and can be decided there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook

from tests.web.client import drop, inside, judged
from tests.web.rig import opened

if TYPE_CHECKING:
    from pathlib import Path

    import httpx
    from playwright.sync_api import Browser

    from tests.web.rig import PageProgram

OPTION = re.compile(r"(?<![\w-])--[a-z]|\b(?:full|first|last)_name\b|external_id")


def workbook(folder: Path) -> Path:
    """Four people, two of them and a column hidden by hand; who is not to be called; a second sheet of contacts."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["First Name", "Last Name", "Phone", "Email", "Do Not Call", "Customer", "Ref ID"])
    for row in (
        ["Ann", "Lee", "415-555-0101", "ann@example.com", "No", "gold", "1"],
        ["Bob", "Kim", "+1 415-555-0102 x12", "bob@", "Yes", "gold", "1"],
        ["Cy", "Doe", "0044 20 7946 01234", "cy@example.com", "No", "", "44"],
        ["Di", "Fox", "+44 7700 900126", "di@example.com", "No", "", "44"],
    ):
        sheet.append(row)
    for number in (4, 5):
        sheet.row_dimensions[number].hidden = True
    sheet.column_dimensions["D"].hidden = True
    more = book.create_sheet("Prospects")
    more.append(["First Name", "Last Name", "Phone"])
    more.append(["Gil", "Ray", "415-555-0108"])
    book.save(folder / "people.xlsx")
    return folder / "people.xlsx"


def rows_read(client: httpx.Client, name: str) -> set[int]:
    """The rows that an import would not leave out."""
    return {row["r"] for row in judged(client, name)["rows"] if row["s"] != "skipped"}


def test_hidden_rows_and_columns_are_said_and_can_be_left_out(program: PageProgram, tmp_path: Path) -> None:
    """The step Sheet names what is hidden, and one answer leaves it out, or takes it in once more."""
    with inside(program) as client:
        name = drop(client, workbook(tmp_path))
        hidden = client.get(f"/api/practice/{name}/sheet").json()["hidden"]
        assert hidden == {
            "choice": "in",
            "what": ["2 of 4 rows are hidden: 4 and 5.", '1 column is hidden: "Email".'],
        }
        assert rows_read(client, name) == {2, 3, 4, 5}
        changed = client.post(f"/api/practice/{name}/sheet", json={"hidden": "out"}).json()["hidden"]
        assert changed == {**hidden, "choice": "out"}
        assert rows_read(client, name) == {2, 3}
        client.post(f"/api/practice/{name}/sheet", json={"hidden": "in"})
        assert rows_read(client, name) == {2, 3, 4, 5}


def test_no_message_of_the_page_names_an_option(program: PageProgram, tmp_path: Path) -> None:
    """Messages of cells, columns and the sheet speak as the page does: an option can be typed nowhere on it."""
    with inside(program) as client:
        name = drop(client, workbook(tmp_path))
        facts = judged(client, name)
        messages = [message for row in facts["rows"] for _, _, message in row.get("p", ())]
        of_sheet = [note["text"] for note in facts["of_sheet"]]
        reasons = [column["reason"] for column in client.get(f"/api/practice/{name}/columns").json()["columns"]]
        asked = client.get(f"/api/practice/{name}/questions").json()["questions"]
        evidence = [question["evidence"] for question in asked]
    assert any("no country code" in message for message in messages)
    assert any("hidden" in text for text in of_sheet)
    assert any("not to be contacted" in text or "asked in the step Sheet" in text for text in reasons)
    assert [text for text in (*messages, *of_sheet, *reasons, *evidence) if OPTION.search(text)] == []


def test_people_who_are_not_to_be_called_are_left_out_on_the_page(program: PageProgram, tmp_path: Path) -> None:
    """The question is asked among the others, its proposal leaves those people out, and it is asked once."""
    with inside(program) as client:
        name = drop(client, workbook(tmp_path))
        open_questions: list[dict[str, Any]] = client.get(f"/api/practice/{name}/questions").json()["questions"]
        (question,) = [question for question in open_questions if question["kind"] == "do-not-call"]
        assert question["column"] == "Do Not Call"
        answers = {"answers": {question["id"]: question["proposal"]}}
        left = client.post(f"/api/practice/{name}/answer", json=answers).json()["questions"]
        assert "do-not-call" not in [question["kind"] for question in left]
        status = {row["r"]: row["s"] for row in judged(client, name)["rows"]}
    assert status[3] == "skipped"
    assert "skipped" not in {status[2], status[4], status[5]}


def test_what_is_hidden_is_asked_in_the_step_sheet(browser: Browser, program: PageProgram, tmp_path: Path) -> None:
    """A click leaves it out; the grid says of the whole sheet what no row says."""
    with opened(browser, program) as tab:
        tab.drop(workbook(tmp_path))
        tab.page.wait_for_selector("[data-part=hidden]")
        assert tab.page.locator("#hidden-in").is_checked()
        tab.page.locator("#hidden-out").check()
        tab.page.wait_for_selector("#hidden-out:checked")
        tab.step("Fix")
        tab.page.wait_for_selector("[data-part=of-sheet]")
        assert "Prospects" in tab.page.locator("[data-part=of-sheet]").inner_text()


def test_another_column_or_field_is_chosen_from_a_list(browser: Browser, program: PageProgram, tmp_path: Path) -> None:
    """Where the names are elsewhere than proposed, the columns are listed; for a column in doubt, the fields are."""
    text = "Household,Homeowner,Extra,Phone\n" + "".join(
        f"The {name} Family,{name} Lee,(415) 555-020{n},+1415555010{n}\n" for n, name in enumerate(("Ann", "Bob", "Cy"))
    )
    (tmp_path / "people.csv").write_text(text, encoding="utf-8")
    with opened(browser, program) as tab:
        tab.drop(tmp_path / "people.csv")
        names = tab.page.locator("[data-question=person-name]")
        names.get_by_label("Another column:").last.select_option("Extra")
        assert names.locator("input:checked").get_attribute("value") == "\0typed"
        names.get_by_label("Another column:").last.select_option("Household")
        assert tab.page.get_by_label("United States").is_checked()
        column = tab.page.locator("[data-question='column:2']")
        column.get_by_label("Another field:").last.select_option("phone:mobile")
        tab.press("Use these answers")
        tab.heading("What is in the columns?")
        assert tab.page.get_by_label("Household").input_value() == "full_name"
        assert tab.page.get_by_label("Extra").input_value() == "phone:mobile"


def test_an_answer_can_be_given_again(browser: Browser, program: PageProgram, tmp_path: Path) -> None:
    """A wrong answer is shown with a way to be asked again, before and after an import; the new one holds."""
    rows = "".join(f"{name} Lee,(415) 555-010{n}\n" for n, name in enumerate(("Ann", "Bob", "Cy")))
    (tmp_path / "people.csv").write_text(f"Name,Phone\n{rows}", encoding="utf-8")
    with opened(browser, program) as tab:
        tab.drop(tmp_path / "people.csv")
        for wrong, right in (("US", "CA"), ("CA", "US")):
            tab.page.wait_for_selector("[data-typed=country]")
            tab.page.fill("[data-typed=country]", wrong)
            tab.press("Use these answers")
            tab.heading("What is in the columns?")
            tab.step("Sheet")
            tab.page.wait_for_selector(f"[data-part=decided] strong:has-text('{wrong}')")
            tab.press("Decide again: Country of numbers without a country code")
            tab.page.wait_for_selector("[data-typed=country]")
            tab.page.fill("[data-typed=country]", right)
            tab.press("Use these answers")
            tab.heading("What is in the columns?")
            tab.step("Review")
            tab.page.click("form.card button.primary, .foot button.primary")
            tab.page.wait_for_selector("h1:has-text('Imported')")
            tab.page.wait_for_selector("[data-part=verdict]")
            tab.step("Sheet")
            tab.page.wait_for_selector(f"[data-part=decided] strong:has-text('{right}')")
            tab.press("Decide again: Country of numbers without a country code")
            tab.page.wait_for_selector("[data-typed=country]")
