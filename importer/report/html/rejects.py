"""The rows to correct: for each rule its next step, then its rows with the cells at fault marked."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from importer.model import Severity
from importer.model.fields import RECOGNITION
from importer.report.html.findings import parted
from importer.report.html.page import (
    KEPT_CHARACTERS,
    SHOWN_CHARACTERS,
    CellMark,
    ProblemNote,
    RejectedRow,
    RejectGroup,
    RejectsTable,
    Section,
    cell,
)
from importer.report.rule_texts import rule_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from importer.model import Problem, Reject

MOST_ROWS = 2000
MOST_CHARACTERS = 400_000
_MOST_COLUMNS = 5
# The text of more columns than are shown is read, since some of them may be empty in all the rows shown.
_MOST_CANDIDATES = 12
_FEW_ROWS = 300
# With many rows their cells are cut shorter, so that the page can still be sent as an attachment.
_SHOWN_OF_MANY = 36
_MOST_AT_FAULT = 3
_MOST_PROBLEMS = 5
_LEAD = "These rows were not sent. They are in {file} with all your columns: correct them there and import that file."


@dataclass(frozen=True, slots=True)
class RejectColumn:
    """A column of the person's sheet: its place among the cells of a row, its name, its field and its position."""

    place: int
    name: str
    field: str = ""
    position: int | None = None


def candidates(columns: Sequence[RejectColumn], errors: Mapping[int | None, int]) -> tuple[RejectColumn, ...]:
    """The columns that may be shown, the best first: those most at fault, those that tell who a row is, then any."""
    faulty = [column for column in columns if errors.get(column.position)]
    faulty.sort(key=lambda column: -errors[column.position])
    recognised = sorted(
        (column for column in columns if column.field in RECOGNITION), key=lambda column: RECOGNITION[column.field]
    )
    return tuple(dict.fromkeys([*faulty[:_MOST_AT_FAULT], *recognised, *columns]))[:_MOST_CANDIDATES]


def section(
    rows: Iterable[tuple[Reject, Sequence[str]]],
    columns: Sequence[RejectColumn],
    total: int,
    file: str,
    before: Collection[int] | None = None,
) -> Section:
    """The rejected rows, given with their cells in row order; only the first of very many are shown.

    Of `columns` (see `candidates`) the best that are not empty are shown, in the order of the sheet. At most MOST_ROWS
    rows are read, and fewer if their cells are long. `before` are the rows that were to be corrected in the run before
    too; None where there was none.
    """
    if not total:
        return Section("rejects", "Rows to correct", ())
    limit = SHOWN_CHARACTERS if total <= _FEW_ROWS else _SHOWN_OF_MANY
    lines = list(_first_lines(rows, columns, limit))

    # Drop the columns that are empty in all lines, and keep the best of the others.
    shown = [
        index
        for index in range(len(columns))
        if any(line.cells[index].text or line.cells[index].mark for _, line in lines)
    ]
    shown = sorted(shown[:_MOST_COLUMNS], key=lambda index: columns[index].place)
    lines_by_rule: dict[str, list[RejectedRow]] = {}
    for rule, line in lines:
        is_new = before is not None and line.row not in before
        narrow = replace(line, cells=tuple(line.cells[index] for index in shown), is_new=is_new)
        lines_by_rule.setdefault(rule, []).append(narrow)

    groups = [_group(rule, group) for rule, group in lines_by_rule.items()]
    groups.sort(key=lambda group: -len(group.lines))
    block = RejectsTable(tuple(columns[index].name for index in shown), tuple(groups), total, file)
    lead = _LEAD.format(file=file)
    if before is not None:
        new = total - len(before)
        lead += (
            " All of them were there in the run before."
            if not new
            else " All of them are new since the run before."
            if not before
            else f" {new:,} of them {'is' if new == 1 else 'are'} new, the others were there in the run before."
        )
    return Section("rejects", "Rows to correct", (block,), lead)


def _first_lines(
    rows: Iterable[tuple[Reject, Sequence[str]]], columns: Sequence[RejectColumn], limit: int
) -> Iterable[tuple[str, RejectedRow]]:
    """Yield (rule, line) until the page is full; a row belongs to the rule of its first error."""
    characters = 0
    for number, (reject, cells) in enumerate(rows):
        if number >= MOST_ROWS or characters >= MOST_CHARACTERS:
            return
        errors = [problem for problem in reject.problems if problem.severity is Severity.ERROR]
        shown = errors or list(reject.problems)
        line = _line(reject, shown, cells, columns, limit)

        # About how much it takes on the page: escaping makes these characters up to five times longer.
        texts = [cell.text[:SHOWN_CHARACTERS] for cell in line.cells] + [note.what.text for note in line.problems]
        characters += 50 + sum(len(text) + 4 * sum(map(text.count, "<>&\"'")) for text in texts)
        yield shown[0].rule if shown else "conflict", line


def _line(
    reject: Reject, problems: Sequence[Problem], cells: Sequence[str], columns: Sequence[RejectColumn], limit: int
) -> RejectedRow:
    marks = {problem.position: CellMark.WARNING for problem in reject.problems if problem.severity is Severity.WARNING}
    marks |= {problem.position: CellMark.ERROR for problem in problems}
    # Problems of the whole row have no position, and mark no cell.
    marks.pop(None, None)
    texts = (cells[column.place] if column.place < len(cells) else "" for column in columns)
    marked = [
        cell(text, marks.get(column.position, CellMark.NONE), limit)
        for text, column in zip(texts, columns, strict=True)
    ]
    notes = []
    for problem in problems[:_MOST_PROBLEMS]:
        statement, next_step = parted(problem.message[: 2 * KEPT_CHARACTERS])
        notes.append(ProblemNote(problem.column or "", cell(statement), next_step))
    return RejectedRow(reject.row, tuple(marked), tuple(notes))


def _group(rule: str, lines: Sequence[RejectedRow]) -> RejectGroup:
    """The lines under the next step that most of them share, which is then left out of them."""
    steps = Counter(line.problems[0].next_step for line in lines if line.problems and line.problems[0].next_step)
    shared = steps.most_common(1)[0][0] if steps else ""
    without_shared = (
        replace(
            line,
            problems=tuple(replace(note, next_step="") if note.next_step == shared else note for note in line.problems),
        )
        for line in lines
    )
    return RejectGroup(rule, shared, tuple(without_shared), rule_text(rule).title)
