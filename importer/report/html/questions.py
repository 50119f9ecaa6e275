"""What a person has to decide about the sheet, with the option of each answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.report.html.page import Section, Table, cell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.model import Question


def section(questions: Sequence[Question]) -> Section:
    """A table for each open question; a section without blocks if there are none."""
    tables = tuple(
        Table(
            f"{question.text} {question.evidence}",
            ("Answer", "Option to add to the command"),
            tuple(
                (
                    cell(f"{choice.label}{' (proposed)' if choice.value == question.proposal else ''}"),
                    cell(choice.option or "none"),
                )
                for choice in question.choices
            ),
        )
        for question in questions
    )
    lead = "These are about whole columns. Answer them first: that may also settle problems of single rows below."
    return Section("questions", "To decide", tables, lead if tables else "")
