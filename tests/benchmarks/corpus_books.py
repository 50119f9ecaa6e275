"""Kinds of sheets that are workbooks, with what only a workbook can have, each made from a known truth."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from openpyxl import Workbook

from tests.benchmarks.corpus_texts import Maker, Truth, listed
from tests.spreadsheet.hostile_files import document

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from openpyxl.worksheet.worksheet import Worksheet


def book(rows: Sequence[Sequence[str]], dress: Callable[[Worksheet], object] = lambda _: None) -> bytes:
    """An xlsx of these rows; `dress` changes the sheet before it is saved."""
    workbook, stream = Workbook(), io.BytesIO()
    sheet = workbook.worksheets[0]
    for row in rows:
        sheet.append(list(row))
    dress(sheet)
    workbook.save(stream)
    return stream.getvalue()


def numbers(maker: Maker) -> Truth:
    """Phones that are number cells are read as the digits that they are."""
    people = maker.people(4)
    workbook, stream = Workbook(), io.BytesIO()
    workbook.worksheets[0].append(["Name", "Phone"])
    for name, number in people:
        workbook.worksheets[0].append([name, int(number[2:])])
    workbook.save(stream)
    return Truth("number cells", stream.getvalue(), dict(enumerate(people, 2)), name="sheet.xlsx")


def hidden_rows(maker: Maker) -> Truth:
    """Hidden and filtered rows are in unless a person leaves them out."""
    people = maker.people(5)
    hidden = maker.random.sample(range(2, 7), 2)
    is_out = maker.random.random() < 0.5

    def hide(sheet: Worksheet) -> None:
        for row in hidden:
            sheet.row_dimensions[row].hidden = True
        if is_out:
            sheet.auto_filter.ref = "A1:B6"

    contacts = {row: person for row, person in enumerate(people, 2) if not (is_out and row in hidden)}
    options = ("--hidden", "out") if is_out else ("--hidden", "in")
    content = book([["Name", "Phone"], *listed(maker, people)], hide)
    return Truth("hidden rows", content, contacts, options=options, name="sheet.xlsx")


def merged(maker: Maker) -> Truth:
    """A title over merged cells is no column name."""
    people = maker.people(4)
    title = maker.random.choice(("Customers", "Team contacts 2026"))
    rows = [[title], ["Name", "Phone"], *listed(maker, people)]
    content = book(rows, lambda sheet: sheet.merge_cells("A1:B1"))
    return Truth("merged title", content, dict(enumerate(people, 3)), name="sheet.xlsx")


def second_sheet(maker: Maker) -> Truth:
    """The contacts are on the second sheet, below a sheet of notes."""
    people = maker.people(4)
    workbook, stream = Workbook(), io.BytesIO()
    workbook.worksheets[0].append(["How to use this file"])
    sheet = workbook.create_sheet("Contacts")
    for row in [["Name", "Phone"], *listed(maker, people)]:
        sheet.append(row)
    workbook.save(stream)
    return Truth(
        "second sheet",
        stream.getvalue(),
        dict(enumerate(people, 2)),
        options=("--sheet", "Contacts"),
        name="sheet.xlsx",
    )


def totals(maker: Maker) -> Truth:
    """A line of totals below the contacts is no contact."""
    people = maker.people(4)
    rows = [["Name", "Phone"], *listed(maker, people), [maker.random.choice(("Total", "TOTAL:", "Grand total")), "4"]]
    return Truth("totals", book(rows), dict(enumerate(people, 2)), name="sheet.xlsx")


def side_by_side(maker: Maker) -> Truth:
    """Two lists side by side are refused in a workbook too."""
    left, right = listed(maker, maker.people(3)), listed(maker, maker.people(3))
    names = ["Name", "Phone"]
    rows = [[*names, "", *names], *([*one, "", *two] for one, two in zip(left, right, strict=True))]
    return Truth("two lists in a book", book(rows), refusal="side by side", name="sheet.xlsx")


def opendocument(maker: Maker) -> Truth:
    """The same list in an OpenDocument sheet."""
    people = maker.people(4)

    def line(cells: Sequence[str]) -> str:
        texts = "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in cells)
        return f"<table:table-row>{texts}</table:table-row>"

    content = document("".join(map(line, listed(maker, people))), names=line(["Name", "Phone"]))
    return Truth("ods", content, dict(enumerate(people, 2)), name="sheet.ods")


def old_book(maker: Maker) -> Truth:
    """The same list in a workbook of the old kind."""
    import xlwt

    people = maker.people(4)
    workbook, stream = xlwt.Workbook(), io.BytesIO()
    sheet = workbook.add_sheet("Contacts")
    for row, cells in enumerate([["Name", "Phone"], *listed(maker, people)]):
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell)
    workbook.save(stream)
    return Truth("xls", stream.getvalue(), dict(enumerate(people, 2)), name="sheet.xls")


def html(maker: Maker) -> Truth:
    """A table of a web page under the name of a workbook, as web programs export it."""
    people = maker.people(4)
    lines = [["Name", "Phone"], *listed(maker, people)]
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>" for cells in lines)
    head = maker.random.choice(("<html><body>", "<html><head><meta charset='utf-8'><body>"))
    content = f"{head}<table>{body}</table></body></html>".encode()
    return Truth("HTML as xls", content, dict(enumerate(people, 2)), name="sheet.xls")


KINDS: tuple[Callable[[Maker], Truth], ...] = (
    *(numbers, hidden_rows, merged, second_sheet, totals, side_by_side, opendocument, old_book, html),
)
