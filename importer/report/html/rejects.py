"""The rows to correct: under each rule its next step, then the rows with the cells at fault marked."""

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
    Cell,
    Group,
    Mark,
    ProblemNote,
    RejectedRow,
    Rejects,
    Section,
    cell,
)
from importer.report.rule_texts import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from importer.model import Problem, Reject

MOST_ROWS = 2000
MOST_CHARACTERS = 400_000
_MOST_COLUMNS = 5
_MOST_CANDIDATES = 12
_FEW_ROWS = 300
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
    faulty = [one for one in columns if errors.get(one.position)]
    faulty.sort(key=lambda one: -errors[one.position])
    telling = sorted((one for one in columns if one.field in RECOGNITION), key=lambda one: RECOGNITION[one.field])
    return tuple(dict.fromkeys([*faulty[:_MOST_AT_FAULT], *telling, *columns]))[:_MOST_CANDIDATES]


def section(
    rows: Iterable[tuple[Reject, Sequence[str]]], columns: Sequence[RejectColumn], total: int, file: str
) -> Section:
    """The rejected rows, given with their cells in row order; of very many the first are shown.

    Of `columns` (see `candidates`) the best that are not empty are shown, in the order of the sheet. No more than
    MOST_ROWS are taken from `rows`, and fewer where their cells are long.
    """
    if not total:
        return Section("rejects", "Rows to correct", ())
    told = list(_lines(rows, columns))
    used = [at for at in range(len(columns)) if any(line.cells[at].text or line.cells[at].mark for _, line, _ in told)]
    chosen = sorted(used[:_MOST_COLUMNS], key=lambda at: columns[at].place)
    groups: dict[str, list[tuple[RejectedRow, str]]] = {}
    for rule, line, step in told:
        shown = replace(line, cells=tuple(line.cells[at] for at in chosen))
        groups.setdefault(rule, []).append((shown, step))
    made = [_group(rule, lines) for rule, lines in groups.items()]
    made.sort(key=lambda group: -len(group.lines))
    limit = SHOWN_CHARACTERS if total <= _FEW_ROWS else _SHOWN_OF_MANY
    block = Rejects(tuple(columns[at].name for at in chosen), tuple(made), total, file, limit)
    return Section("rejects", "Rows to correct", (block,), _LEAD.format(file=file))


def _lines(
    rows: Iterable[tuple[Reject, Sequence[str]]], columns: Sequence[RejectColumn]
) -> Iterable[tuple[str, RejectedRow, str]]:
    characters = 0
    for number, (reject, cells) in enumerate(rows):
        if number >= MOST_ROWS or characters >= MOST_CHARACTERS:
            return
        rule, line, step = _line(reject, cells, columns)
        characters += _size(line)
        yield rule, line, step


def _line(reject: Reject, cells: Sequence[str], columns: Sequence[RejectColumn]) -> tuple[str, RejectedRow, str]:
    problems = [one for one in reject.problems if one.severity is Severity.ERROR] or list(reject.problems)
    marks = {one.position: Mark.WARNING for one in reject.problems if one.severity is Severity.WARNING}
    marks |= {one.position: Mark.ERROR for one in problems}
    shown = [_cell(cells, column, marks) for column in columns]
    told = [_told(problem) for problem in problems[:_MOST_PROBLEMS]]
    step = told[0].next_step if told else ""
    rule = problems[0].rule if problems else "conflict"
    return rule, RejectedRow(reject.row, tuple(shown), tuple(told)), step


def _cell(cells: Sequence[str], column: RejectColumn, marks: Mapping[int | None, Mark]) -> Cell:
    text = cells[column.place] if column.place < len(cells) else ""
    return cell(text, marks.get(column.position, Mark.NONE) if column.position is not None else Mark.NONE)


def _told(problem: Problem) -> ProblemNote:
    what, step = parted(problem.message[: 2 * KEPT_CHARACTERS])
    return ProblemNote(problem.column or "", cell(what), step)


def _group(rule: str, lines: Sequence[tuple[RejectedRow, str]]) -> Group:
    """The next step that most rows share is said once, above them."""
    shared = Counter(step for _, step in lines if step).most_common(1)
    step = shared[0][0] if shared else ""
    return Group(rule, step, tuple(_without(line, step) for line, _ in lines), words_of(rule).title)


def _without(line: RejectedRow, step: str) -> RejectedRow:
    told = tuple(
        ProblemNote(one.column, one.what, "" if one.next_step == step else one.next_step) for one in line.problems
    )
    return RejectedRow(line.row, line.cells, told)


def _size(line: RejectedRow) -> int:
    """About how many characters the line takes on the page; escaping makes the worst of them five times longer."""
    texts = [one.text[:SHOWN_CHARACTERS] for one in line.cells] + [told.what.text for told in line.problems]
    return 50 + sum(len(text) + 4 * sum(map(text.count, "<>&\"'")) for text in texts)
