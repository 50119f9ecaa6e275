"""The rows in a grid: what is wrong with them, edits, find and replace, and repairs of many cells at once."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from importer.errors import SettingsError
from importer.model.repair import CellEdit
from importer.report.rule_texts import rule_text
from importer.web.call import table_view
from importer.web.grid import (
    EMPTY_CHANGES,
    GridFilter,
    cells_of,
    changes_facts,
    provisional_rows,
    row_facts,
    rule_facts,
    sheet_facts,
)
from importer.web.words import FIELD_WORDS, count_facts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from importer.pipeline.job import Hooks
    from importer.pipeline.worksheet import CellChange, Worksheet
    from importer.web.call import Call
    from importer.web.sheets import SheetImport

MOST_AT_ONCE = 20_000
_MOST_CELLS = 100_000


def rows(call: Call) -> dict[str, Any]:
    """Rows of the grid from an offset on. Those of a sheet that is not judged yet come without verdicts."""
    sheet = call.sheet
    limit = min(call.number("limit", MOST_AT_ONCE), MOST_AT_ONCE)
    worksheet = sheet.judged
    if worksheet is None:
        task = sheet.task
        if task is None or task.is_done:
            failure = task.failure if task is not None and task.kind == "check" else None
            if failure is not None and call.query.get("again") != "1":
                return {"failure": failure, "checked": False, "rows": [], "columns": []}

            def judged(hooks: Hooks) -> dict[str, Any]:
                rows = sheet.judge(hooks)
                return {"counts": count_facts(rows.counts()), "rows": len(rows.cells)}

            sheet.start("check", judged)
        names, first = provisional_rows(sheet.job(), call.number("first", 100))
        columns = [{"name": name, "field": ""} for name in names]
        return {"checked": False, "columns": columns, "rows": first, "total": None}
    chosen = GridFilter(call.query.get("filter", "all"), call.query.get("rule", "")).rows(worksheet)
    start = call.number("offset")
    return {
        "checked": True,
        "columns": [
            {"name": name, "field": FIELD_WORDS.get(field.partition(":")[0], field.removeprefix("custom:"))}
            for name, field in zip(worksheet.names, worksheet.fields, strict=True)
        ],
        "rows": [row_facts(worksheet, row) for row in chosen[start : start + limit]],
        "total": len(chosen),
        "all": len(worksheet.cells),
        "paged": len(worksheet.cells) > MOST_AT_ONCE,
        **_state(sheet, worksheet),
    }


def edit(call: Call) -> dict[str, Any]:
    """Edit cells as one step, and give their rows with the verdict on them."""
    sheet = call.writing()
    return _change(call, sheet, lambda worksheet: sheet.edits.edit(worksheet, cells_of(call.body.get("cells"))))


def undo(call: Call) -> dict[str, Any]:
    """Undo the last step."""
    sheet = call.writing()
    return _change(call, sheet, sheet.edits.undo)


def redo(call: Call) -> dict[str, Any]:
    """Do the step again that was undone last."""
    sheet = call.writing()
    return _change(call, sheet, sheet.edits.redo)


def find(call: Call) -> dict[str, Any]:
    """How many cells have a text in them, and the first of them behind a row and column, from the top at the end."""
    sheet, text = call.sheet, call.query.get("text", "").casefold()
    worksheet = sheet.judge()
    column = call.number("column", -1)
    places = [
        (row, position)
        for row, cells in worksheet.cells.items()
        for position, cell in enumerate(cells)
        if text and (column in (-1, position)) and text in cell.casefold()
    ]
    after = (call.number("row"), call.number("position", -1))
    following = next((place for place in places if place > after), places[0] if places else None)
    return {"count": len(places), "row": following and following[0], "position": following and following[1]}


def replace_all(call: Call) -> dict[str, Any]:
    """Replace a text in all cells, or in those of a column, as one step."""
    sheet, text, new = call.writing(), call.text("find"), call.text("replace")
    column = call.body.get("column")
    if not text:
        raise SettingsError("There is no text to look for.", "Type the text that is to be replaced.")

    def change(worksheet: Worksheet) -> list[CellChange]:
        edits = [
            CellEdit(row, position, _replaced(cell, text, new))
            for row, cells in worksheet.cells.items()
            for position, cell in enumerate(cells)
            if (column is None or position == column) and text.casefold() in cell.casefold()
        ]
        if len(edits) > _MOST_CELLS:
            raise SettingsError(
                f"{len(edits):,} cells have {text!r} in them.", "Choose one column, or correct the sheet itself."
            )
        return sheet.edits.edit(worksheet, edits)

    return _change(call, sheet, change)


def _replaced(cell: str, text: str, new: str) -> str:
    """The cell with `new` for `text`, whatever its capitals."""
    folded, parts, start = text.casefold(), [], 0
    lower = cell.casefold()
    # A few letters have another length without capitals; then the capitals have to be the same.
    if len(lower) != len(cell):
        return cell.replace(text, new)
    while (place := lower.find(folded, start)) >= 0:
        parts += [cell[start:place], new]
        start = place + len(folded)
    return "".join((*parts, cell[start:]))


def list_repairs(call: Call) -> dict[str, Any]:
    """The repairs that are offered, and what was found by rule."""
    worksheet = call.sheet.judge()
    return {
        "repairs": [
            {
                "id": repair.id,
                "title": repair.title,
                "detail": repair.detail,
                "rows": repair.rows,
                "what": rule_text(repair.rule).title,
            }
            for repair in worksheet.repairs()
        ],
        "rules": rule_facts(worksheet),
    }


def repair(call: Call) -> dict[str, Any]:
    """Carry a repair out, as one step."""
    sheet, repair_id = call.writing(), call.text("id")

    def change(worksheet: Worksheet) -> list[CellChange]:
        return sheet.edits.keep(worksheet.repair(repair_id))

    return _change(call, sheet, change)


def check_again(call: Call) -> dict[str, Any]:
    """Judge the whole sheet again: an edit of one row may change what another one is."""
    sheet = call.sheet
    with sheet.lock:
        judged_before = sheet.judged
        before = {} if judged_before is None else {row: row_facts(judged_before, row) for row in judged_before.cells}
        worksheet = sheet.judge(again=sheet.is_edited)
        state = _state(sheet, worksheet)
    changed = (row_facts(worksheet, row) for row in worksheet.cells)
    rows = [facts for facts in changed if facts != before.get(facts["r"])]
    return {"rows": list(islice(rows, MOST_AT_ONCE)) if before else [], **state}


def _change(call: Call, sheet: SheetImport, change: Callable[[Worksheet], Iterable[CellChange]]) -> dict[str, Any]:
    with sheet.lock:
        worksheet = sheet.judge()
        call.refuse_other(worksheet.sheet.table)
        changes = list(change(worksheet))
        if changes:
            sheet.note_own_edit()
        facts = changes_facts(worksheet, changes) if changes else EMPTY_CHANGES
        return {**facts, **_state(sheet, worksheet)}


def _state(sheet: SheetImport, worksheet: Worksheet) -> dict[str, Any]:
    return {
        "view": table_view(worksheet.sheet.table),
        "counts": count_facts(worksheet.counts()),
        "undo": sheet.edits.can_undo,
        "redo": sheet.edits.can_redo,
        "edited": sheet.is_edited,
        "version": sheet.version,
        "of_sheet": sheet_facts(worksheet),
        "to_correct": worksheet.to_correct,
    }
