"""The sheet: its first rows, how it is read, and what it leaves for the person to decide."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from importer import library
from importer.errors import SettingsError
from importer.model.folder_names import MAPPING_FILE
from importer.pipeline.job import Hooks
from importer.pipeline.reading.saved_answer import save_settings
from importer.pipeline.sheet_preview import sheet_preview
from importer.web.call import table_view
from importer.web.failure import failure_facts
from importer.web.session import impatient
from importer.web.words import ANSWER_WORDS, NO_HEADER, ORDER_WORDS, decision_facts, field_choices, page_text

if TYPE_CHECKING:
    from importer.model import Question
    from importer.pipeline.questions import OpenQuestions
    from importer.web.call import Call
    from importer.web.sheets import SheetImport

_SHOWN_CHARACTERS = 200
# What a person may decide about how the file is read.
_READING = frozenset({"sheet", "header_row", "encoding", "delimiter", "hidden"})


def first_rows(call: Call) -> dict[str, Any]:
    """The first rows as they are in the file, and what was decided about it, or what the person has to decide first."""
    sheet = call.sheet
    job = sheet.job()
    preview = sheet_preview(job)
    table, unclear = preview.table, preview.unclear
    # The columns of an address book have names, though no row of it holds them: there is no row to choose.
    has_own_names = table.header_row == 0 and table.names[:1] != ("#1",)
    return {
        "file": sheet.name,
        "sheet": None if unclear and "sheet" in unclear.preview else table.sheet,
        "sheets": list(preview.sheets),
        "header_row": table.header_row if unclear is None else None,
        "no_header": NO_HEADER,
        "own_names": table.names if has_own_names else (),
        "unclear": unclear and failure_facts(unclear),
        "columns": len(table.headers),
        "rows": [
            {"row": row, "cells": [text[:_SHOWN_CHARACTERS] for text in cells[: len(table.headers) + 1]]}
            for row, cells in preview.records
        ],
        "decisions": decision_facts(table.decisions),
        "hidden": {"choice": job.settings.hidden, "what": preview.hidden} if unclear is None else None,
        "carried": sheet.carried,
        "answers": [
            {"option": name, "what": words, "value": ORDER_WORDS.get(text, text)}
            for name, words in ANSWER_WORDS.items()
            if job.settings.origin(name) is not None
            for value in (getattr(job.settings, name),)
            for text in (" and ".join(map(str, value)) if isinstance(value, tuple) else str(value),)
        ],
        "command": sheet.command("check"),
    }


def read_otherwise(call: Call) -> dict[str, Any]:
    """Read the file otherwise from now on: another sheet, another header row."""
    sheet = call.writing()
    options = {name: value for name, value in call.body.items() if name in _READING}
    again = call.text("again") if "again" in call.body else ""
    if again in ANSWER_WORDS:
        # What an earlier import remembers would answer the question otherwise.
        sheet.accepted["forget"] = (*sheet.accepted.get("forget", ()), again)
        options[again] = None
    if not options:
        raise SettingsError("The page did not say how to read the file.", "Load the page again.")
    if "sheet" in options:
        # The header row of one sheet is not that of another.
        options.setdefault("header_row", None)
    with sheet.lock:
        job, file = sheet.job(), sheet.out / MAPPING_FILE
        # Only what the file can be read with is kept: otherwise no step could be shown any more.
        if not again:
            sheet_preview(replace(job, settings=job.settings.answered(options, str(file))))
        save_settings(file, options)
    return first_rows(call)


def ask(call: Call) -> dict[str, Any]:
    """The questions that this sheet raises."""
    sheet = call.sheet
    with sheet.lock:
        return _left(sheet, _opened(sheet))


def answer(call: Call) -> dict[str, Any]:
    """Take answers in their order, and give the questions that are left: one may settle others, or raise new ones."""
    sheet = call.writing()
    answers = call.body.get("answers")
    with sheet.lock:
        opened, job = _opened(sheet), sheet.job()
        call.refuse_other(opened.sheet.table)
        for question_id, choice in answers.items() if isinstance(answers, dict) else ():
            question = next(
                (question_raised for question_raised in opened.raised(job) if question_raised.id == question_id), None
            )
            if question is not None and isinstance(choice, str):
                job = library.answered(job, question, choice)
        return _left(sheet, opened)


def _left(sheet: SheetImport, opened: OpenQuestions) -> dict[str, Any]:
    """The questions without an answer, and the view of the sheet that they are about."""
    questions = [_facts(question, opened) for question in opened.raised(sheet.job())]
    return {"questions": questions, "view": table_view(opened.sheet.table)}


def _opened(sheet: SheetImport) -> OpenQuestions:
    """The questions of the sheet as it is read now; what was counted in it is kept as long as that stays the same."""
    from importer.pipeline.questions import open_questions

    job = sheet.job()
    reading = tuple(str(getattr(job.settings, name)) for name in sorted(_READING))
    state = (sheet.stamp()[0], reading, sheet.stamp()[-1])
    if sheet.questions is None or sheet.questions[0] != state:
        sheet.questions = (state, asyncio.run(open_questions(impatient(job, Hooks()))))
    return sheet.questions[1]


def _facts(question: Question, opened: OpenQuestions) -> dict[str, Any]:
    """A question; `others` are the answers beside its choices that can be listed: all fields, or all columns."""
    others: list[dict[str, str]] = []
    if question.typed == "map" and question.column_name:
        custom = opened.sheet.custom_fields
        others = field_choices(custom, [f"custom:{field.name}" for field in custom])
    elif question.typed == "map":
        others = [{"value": name, "label": name, "group": ""} for name in opened.sheet.column_names]
    offered = {choice.value for choice in question.choices}
    return {
        "id": question.id,
        "kind": question.kind.value,
        "text": question.text,
        "evidence": page_text(question.evidence),
        "choices": [
            {"value": choice.value, "label": choice.label, "example": choice.example} for choice in question.choices
        ],
        "proposal": question.proposal,
        "column": question.column_name,
        "samples": list(question.samples),
        "typed": question.typed,
        "others": [other for other in others if other["value"] not in offered],
        "required": question.required,
    }
