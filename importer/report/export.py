"""The last lines of `export`: what is in the file, what is not, and what to do with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.model import Status
from importer.report.questions import then_as_proposed
from importer.shell import shell_join
from importer.text import counted
from importer.version import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from importer.model import Question
    from importer.report.findings import Finding
    from importer.report.summary import Summary

_USES = {
    "vcard": "open {path} in the address book, or on the phone, that should have the contacts",
    "quo": "import {path} in the app under Contacts",
}


def export_lines(
    summary: Summary,
    findings: Sequence[Finding],
    path: Path,
    form: str,
    contacts: int,
    files: Sequence[str],
    *,
    questions: Sequence[Question] = (),
    again: str = "",
    read_with: Sequence[str] = (),
) -> tuple[str, ...]:
    """The lines, each with its label.

    `questions` about the sheet are open, `again` is the command once more. `read_with`: options to read the file with.
    """
    statuses = [f"{summary.count(status):,} {status}" for status in Status if status is not Status.UNFINISHED]
    parts = [f"{contacts:,} exported", *(part for part in statuses if not part.startswith("0 "))]
    left_out = summary.handed_back
    problems = sum(finding.count for finding in findings)
    check = shell_join((PROGRAM, "check", str(path), *read_with))
    if questions:
        # Of a quiet command the questions are in the file alone.
        step = f'answer what is under "To decide" or in problems.csv{then_as_proposed(questions, again)}'
    elif left_out:
        step = f"correct {counted(left_out, 'row')} in the sheet (see problems.csv) and export it again"
    elif form in _USES:
        step = _USES[form].format(path=path)
    else:
        step = f"use {path}; to import it later, begin with: {check}"
    return (
        f"Result:  {summary.file}: {counted(summary.rows, 'row')} = {' + '.join(parts)}",
        f"Notes:   {counted(problems, 'line') + ' in problems.csv' if problems else 'none'}",
        f"Next:    {step}",
        f"Files:   {path.parent}/  {' '.join(files)}",
    )
