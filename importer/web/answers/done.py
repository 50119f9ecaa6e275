"""After an import: whether all is there, the files, taking it back, and how to do it every night."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from starlette.responses import FileResponse

from importer import library
from importer.disk import file_text
from importer.errors import Declined, SettingsError
from importer.model.folder_names import CORRECTIONS_FILE, REJECTS_CARDS, REJECTS_CSV, REJECTS_WORKBOOK
from importer.regex import regex
from importer.report.tables import ID_MAP_HEADER
from importer.report.undo import UNDO_HEADER
from importer.text import counted
from importer.web.names import row_names
from importer.web.words import page_step

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from starlette.responses import Response

    from importer.pipeline.job import Hooks
    from importer.report.undo import UndoPreview
    from importer.web.call import Call
    from importer.web.sheets import SheetImport

FILE_WORDS = {
    REJECTS_WORKBOOK: "Rows to correct, in your own workbook",
    REJECTS_CARDS: "Rows to correct, as vCards",
    REJECTS_CSV: "Rows to correct, in your own columns",
    "id_map.csv": "Every row with its contact's id: keep it",
    "problems.csv": "Everything that was found, line by line",
    "report.html": "Report of the import",
    "verify.csv": "What differs between sheet and workspace",
    "verify.html": "Report of the comparison",
    "undo.csv": "What was taken back, and what was kept",
    "undo.html": "Report of what was taken back",
    CORRECTIONS_FILE: "What you corrected",
    "summary.json": "The figures, for other programs",
    "plan.json": "What was planned, row by row",
}
_MOST_NAMES = 200
_ROW = regex(r"[0-9]{1,9}")


def done(call: Call) -> dict[str, Any]:
    """The files of the folder, and the command for every night."""
    sheet = call.sheet
    files = [name for name in FILE_WORDS if (sheet.out / name).is_file()]
    return {
        "folder": str(sheet.out),
        "files": [{"name": name, "words": FILE_WORDS[name], "bytes": _size(sheet.out / name)} for name in files],
        "every_night": sheet.command("run", "--yes"),
        "rehearsal": sheet.is_rehearsal,
    }


def verify(call: Call) -> dict[str, Any]:
    """Begin to read every contact back and compare it."""
    sheet = call.sheet

    async def work(hooks: Hooks) -> dict[str, Any]:
        report = await library.verify_async(sheet.connected_job(hooks))
        return {
            "whole": report.exit_code == 0,
            "rows": report.balance.rows,
            "kinds": {kind: number for kind, number in report.balance.kinds.items() if number},
            "unknown": report.balance.unknown,
            "differences": [
                {"row": line.row, "field": line.field, "sheet": line.sheet, "there": line.workspace, "why": line.reason}
                for line in report.some
            ],
            "doubles": list(report.doubles),
            "next": report.next_step.removeprefix("Next:").strip(),
        }

    sheet.session.tasks.forget(sheet.task_name)
    return sheet.start("verify", work).facts()


def look_back(call: Call) -> dict[str, Any]:
    """Begin to find out what taking the import back would do; nothing is changed."""
    sheet = call.writing()
    every = call.body.get("every") is True

    async def work(hooks: Hooks) -> dict[str, Any]:
        previews: list[UndoPreview] = []

        def look(preview: UndoPreview) -> bool:
            previews.append(preview)
            return False

        try:
            report = await _undo(sheet, hooks, look, every=every)
        except Declined:
            preview = previews[0]
            return {
                "deletes": preview.deletes,
                "restores": preview.restores,
                "kept": [{"why": reason, "rows": number} for reason, number in preview.kept.items()],
                "started": preview.started_at,
                # As they are in the workspace: rows of the sheet may be of another import, or have left it since.
                "deleted_names": _some_names(preview.names.get("delete", ()), preview.deletes),
                "restored_names": _some_names(preview.names.get("restore", ()), preview.restores),
                "every": every,
            }
        return {"deletes": 0, "restores": 0, "kept": [], "every": every, "earlier": report.earlier}

    sheet.session.tasks.forget(sheet.task_name)
    return sheet.start("look-back", work).facts()


def _some_names(names: Sequence[str], count: int) -> list[str]:
    """The names to show of so many contacts, and how many more there are."""
    more = count - len(names)
    return [*names, *([f"and {counted(more, 'contact')} more"] if more > 0 else [])]


def take_back(call: Call) -> dict[str, Any]:
    """Take the import back, if it is still what the person has seen."""
    sheet = call.writing()
    every, agreed = call.body.get("every") is True, (call.body.get("deletes"), call.body.get("restores"))

    async def work(hooks: Hooks) -> dict[str, Any]:
        rows = row_names(sheet)
        names = {
            line["external_id"]: f"{rows.get(int(line['row'])) or 'no name'} (row {line['row']})"
            for line in _lines(sheet.out / "id_map.csv", ID_MAP_HEADER)
            if _ROW.fullmatch(line["row"])
        }
        report = await _undo(sheet, hooks, lambda preview: (preview.deletes, preview.restores) == agreed, every=every)
        lines = [line for line in _lines(sheet.out / "undo.csv", UNDO_HEADER) if line["result"] in ("kept", "failed")]
        return {
            **report.counts,
            "kept_names": [
                {"name": names.get(line["external_id"]) or line["contact_id"], "why": line["reason"]}
                for line in lines
                if line["result"] == "kept"
            ][:_MOST_NAMES],
            "failed_names": [
                {"name": names.get(line["external_id"]) or line["contact_id"], "why": line["reason"]}
                for line in lines
                if line["result"] == "failed"
            ][:_MOST_NAMES],
            "left": report.left,
            "remaining": report.remaining,
            "stopped": {"message": report.stopped.message, "next": page_step(report.stopped)}
            if report.stopped is not None
            else None,
        }

    sheet.session.tasks.forget(sheet.task_name)
    return sheet.start("take-back", work).facts()


def file(call: Call) -> Response:
    """One file of the folder. Raises SettingsError."""
    name = call.query.get("name", "")
    path = call.sheet.out / name
    if name not in FILE_WORDS or not path.is_file():
        raise SettingsError(f"There is no file {name} in {call.sheet.out}.", "Load the page again.")
    return FileResponse(path, media_type="application/octet-stream", filename=name)


async def _undo(sheet: SheetImport, hooks: Hooks, agree: Any, *, every: bool) -> Any:
    job = sheet.connected_job(hooks)
    return await library.undo_async(
        sheet.out, job.settings, every=every, key=job.key, hooks=hooks, places=job.places, agree=agree
    )


def _lines(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """The lines of a table that have all of `columns`; none where it cannot be read."""
    try:
        lines = list(csv.DictReader(io.StringIO(file_text(path), newline="")))
    except (OSError, ValueError, csv.Error):
        return []
    # The folder may have come from elsewhere.
    return [line for line in lines if all(isinstance(line.get(column), str) for column in columns)]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
