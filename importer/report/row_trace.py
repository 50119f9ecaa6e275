"""One row's way through a run, in words: what was read, what was sent and answered, how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from importer.model import Outcome, Problem
    from importer.report.history import Past

_REQUESTS = {
    "make": "asked to create the contact",
    "change": "asked to change the contact",
    "show": "asked to show the contact",
    "find": "looked up by its external id",
}
# A request without an answer in the journal: it was lost, or the program was killed while it waited.
_ANSWERS = {"ok": "done", None: "no answer was received"}


@dataclass(frozen=True, slots=True)
class TracedCell:
    """A cell of the row; `field` is the field it was meant for, "" if it was not sent."""

    column: str
    value: str
    field: str


@dataclass(frozen=True, slots=True)
class TracedRow:
    """A row as it was read: its cells, the fields they became, and the problems found on the way."""

    cells: tuple[TracedCell, ...]
    became: tuple[tuple[str, str], ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class TracedExchange:
    """A request to the service in a run and its answer; `asked_at` in seconds since 1970."""

    run_id: str
    row: int
    asked: str
    asked_at: int
    seconds: int
    answer: str | None

    def words(self) -> str:
        """The exchange as a sentence."""
        time = datetime.fromtimestamp(self.asked_at, UTC).strftime("%Y-%m-%d %H:%M:%S")
        delay = f", {self.seconds} s later" if self.seconds else ""
        answer = _ANSWERS.get(self.answer, self.answer)
        return f"{time} UTC {_REQUESTS.get(self.asked, self.asked)}{delay}: {answer}"


_RECOGNISED_BY = {
    "id": "recognised by the id column",
    "rejects": "recognised by _external_id of the rejects file",
    "cells": "recognised by its cells, which did not change",
    "identity": "recognised by its name, phones and emails",
    "reached": "recognised by a phone or email, with a name that fits",
}


@dataclass(frozen=True, slots=True)
class Story:
    """What is known of a row of a run.

    `outcome`, `repeats` and `problems` are None if the journal no longer has them, and `gone` says why. `read` is a
    sentence instead if the row cannot be read again. `contact` describes the contact as it is known now; `exchanges`
    are those of all runs under the same external id. `name`: what a row of several files is called. `is_open`: whether
    the external id is that of a contact which the row may be, as a person has not said yet.
    """

    past: Past
    row: int
    external_id: str
    outcome: Outcome | None
    repeats: int | None
    problems: tuple[Problem, ...] | None
    read: TracedRow | str
    exchanges: tuple[TracedExchange, ...]
    contact: tuple[str, ...]
    gone: str = ""
    recognised_by: str = ""
    name: str = ""
    is_open: bool = False

    @property
    def own(self) -> tuple[TracedExchange, ...]:
        """The exchanges of this run."""
        return tuple(exchange for exchange in self.exchanges if exchange.run_id == self.past.run_id)

    def as_dict(self) -> dict[str, object]:
        """JSON-ready, without any value of the row: what a log may keep."""
        outcome = self.outcome
        return {
            "run_id": self.past.run_id,
            "row": self.row,
            "status": str(outcome.status) if outcome else None,
            "repeats": self.repeats,
            "contact_id": outcome.contact_id if outcome else None,
            "rules": None if self.problems is None else [problem.rule for problem in self.problems],
            "read_again": isinstance(self.read, TracedRow),
            "requests": [
                {"run_id": exchange.run_id, "asked": exchange.asked, "asked_at": exchange.asked_at}
                for exchange in self.exchanges
            ],
        }


def story_lines(story: Story) -> Iterator[str]:
    """The story in the order it happened, with all values in full: it is for the person who has the sheet."""
    past, outcome = story.past, story.outcome
    end = f": ended as {outcome.status}" if outcome else ""
    name = f" ({story.name})" if story.name else ""
    yield f"Row:     {story.row}{name} of {past.name}, run {past.run_id}{end}"
    if story.gone:
        yield f"         {story.gone}"

    yield from _read_lines(story)

    # What was sent. Rows with the same external id share their exchanges, so the row is named if there are several.
    if story.own:
        is_shared = {exchange.row for exchange in story.own} != {story.row}
        requests = [
            f"row {exchange.row}: {exchange.words()}" if is_shared else exchange.words() for exchange in story.own
        ]
        yield from _labelled("Sent", requests)
    elif outcome is not None:
        yield "Sent:    this run made no request for this row alone"

    # How it ended.
    if story.recognised_by:
        yield f"Known:   {_RECOGNISED_BY.get(story.recognised_by, story.recognised_by)}"
    if story.repeats is not None:
        yield f"Ended:   it repeats row {story.repeats} and shares its contact"
    elif outcome and outcome.detail and all(outcome.detail != problem.message for problem in story.problems or ()):
        yield f"Ended:   {outcome.status}: {outcome.detail}"
    if story.external_id:
        whose = " that the row may be" if story.is_open else ""
        yield f"Id:      {story.external_id} (the external id of the contact{whose})"
    contact = list(story.contact)
    if not contact:
        of_row = f", that of row {story.repeats}" if story.repeats is not None else ""
        contact = [f"{outcome.contact_id}{of_row}" if outcome and outcome.contact_id else "not known"]
    yield from _labelled("Contact", contact)
    earlier = [exchange for exchange in story.exchanges if exchange.run_id != past.run_id]
    words = [f"run {exchange.run_id}, row {exchange.row}: {exchange.words()}" for exchange in earlier]
    yield from _labelled("Earlier", words)


def _read_lines(story: Story) -> Iterator[str]:
    """What was read, and what it became. Problems are those of the journal, or of reading the row again."""
    problems = story.problems
    if isinstance(story.read, str):
        yield f"Read:    {story.read}"
    else:
        cells = [
            f"{cell.column}: {cell.value} -> {cell.field}" if cell.field else f"{cell.column}: {cell.value} (not sent)"
            for cell in story.read.cells
            if cell.value.strip()
        ]
        yield from _labelled("Read", cells or ["an empty row"])
        yield from _labelled("Became", [f"{name}: {value}" for name, value in story.read.became])
        problems = story.read.problems if problems is None else problems
    lines = []
    for problem in problems or ():
        place = f", {problem.column}: {problem.value}" if problem.column else ""
        lines.append(f"{problem.severity} {problem.rule}{place}. {problem.message}")
    yield from _labelled("Found", lines)


def _labelled(label: str, lines: Sequence[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield f"{f'{label}:' if not number else '':<8} {line}"
