"""The story of one row, in words: what was read, what became of it, what was sent and answered, how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from importer.model import Outcome, Problem
    from importer.report.history import Past

_ASKED = {
    "make": "asked to make the contact",
    "change": "asked to change the contact",
    "show": "asked to show the contact",
    "find": "looked up by its external id",
}
_ANSWERS = {"ok": "done", None: "nobody has heard the answer"}


@dataclass(frozen=True, slots=True)
class TracedCell:
    """A cell of the person's row; `field` is what it was to fill, "" for nothing."""

    column: str
    value: str
    field: str


@dataclass(frozen=True, slots=True)
class TracedRow:
    """A row as it was read: its cells, the fields that they became, and what was said of them on the way."""

    cells: tuple[TracedCell, ...]
    became: tuple[tuple[str, str], ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class TracedExchange:
    """What was asked of the service in a run and what it answered; `asked_at` in seconds since 1970."""

    run_id: str
    row: int
    asked: str
    asked_at: int
    seconds: int
    answer: str | None

    def words(self) -> str:
        """The exchange as a sentence."""
        moment = datetime.fromtimestamp(self.asked_at, UTC).strftime("%Y-%m-%d %H:%M:%S")
        took = f", {self.seconds} s later" if self.seconds else ""
        answer = _ANSWERS.get(self.answer, self.answer)
        return f"{moment} UTC {_ASKED.get(self.asked, self.asked)}{took}: {answer}"


@dataclass(frozen=True, slots=True)
class Story:
    """What is known of a row of a run. `outcome`, `repeats` and `problems` are None where that is gone, and `gone` says
    why; `read` is a sentence where the row cannot be read again. `contact` tells of the contact as it is known now,
    `exchanges` are of all runs under the same external id."""

    past: Past
    row: int
    external_id: str | None
    outcome: Outcome | None
    repeats: int | None
    problems: tuple[Problem, ...] | None
    read: TracedRow | str
    exchanges: tuple[TracedExchange, ...]
    contact: tuple[str, ...]
    gone: str = ""

    @property
    def own(self) -> tuple[TracedExchange, ...]:
        """The exchanges of this run."""
        return tuple(one for one in self.exchanges if one.run_id == self.past.run_id)

    def as_dict(self) -> dict[str, object]:
        """JSON-ready, without a value of the row: what a log may keep."""
        outcome = self.outcome
        return {
            "run_id": self.past.run_id,
            "row": self.row,
            "status": str(outcome.status) if outcome else None,
            "repeats": self.repeats,
            "contact_id": outcome.contact_id if outcome else None,
            "rules": None if self.problems is None else [one.rule for one in self.problems],
            "read_again": isinstance(self.read, TracedRow),
            "requests": [
                {"run_id": one.run_id, "asked": one.asked, "asked_at": one.asked_at} for one in self.exchanges
            ],
        }


def story_lines(story: Story) -> Iterator[str]:
    """The story as it happened, with all values in full: it is for the person who has the sheet."""
    outcome = story.outcome
    end = f" ended as {outcome.status}" if outcome else ""
    yield f"Row:     {story.row} of {story.past.name}, run {story.past.run_id}{':' if end else ''}{end}"
    if story.gone:
        yield f"         {story.gone}"
    yield from _read(story.read)
    yield from _found(story)
    yield from _exchanged(story)
    if story.repeats is not None:
        yield f"Ended:   it repeats row {story.repeats}, whose contact it shares"
    elif outcome is not None and outcome.detail and outcome.detail not in {one.message for one in story.problems or ()}:
        yield f"Ended:   {outcome.status}: {outcome.detail}"
    if story.external_id:
        yield f"Id:      {story.external_id} (the external id of the contact)"
    contact_id = outcome.contact_id if outcome else ""
    lines = story.contact or ((f"{contact_id}, that of row {story.repeats}",) if contact_id else ())
    yield from _labelled("Contact", lines or ("none is known",))
    yield from _labelled("Earlier", tuple(_earlier(story)))


def _read(read: TracedRow | str) -> Iterator[str]:
    if isinstance(read, str):
        yield f"Read:    {read}"
        return
    cells = [
        f"{one.column}: {one.value} -> {one.field}" if one.field else f"{one.column}: {one.value} (not sent)"
        for one in read.cells
        if one.value.strip()
    ]
    yield from _labelled("Read", tuple(cells) or ("a row without a value",))
    yield from _labelled("Became", tuple(f"{name}: {value}" for name, value in read.became))


def _found(story: Story) -> Iterator[str]:
    problems: Sequence[Problem] = story.problems if story.problems is not None else ()
    if story.problems is None and isinstance(story.read, TracedRow):
        problems = story.read.problems
    yield from _labelled("Found", tuple(_problem(one) for one in problems))


def _problem(one: Problem) -> str:
    place = f", {one.column}: {one.value}" if one.column else ""
    return f"{one.severity} {one.rule}{place}. {one.message}"


def _exchanged(story: Story) -> Iterator[str]:
    if story.own:
        others = {one.row for one in story.own} - {story.row}
        yield from _labelled("Sent", tuple(f"{_of_row(one) if others else ''}{one.words()}" for one in story.own))
    elif story.outcome is not None:
        yield "Sent:    no request was made for this row alone in this run"


def _of_row(one: TracedExchange) -> str:
    return f"row {one.row}: "


def _earlier(story: Story) -> Iterator[str]:
    """The other runs that asked something about the same external id."""
    for one in story.exchanges:
        if one.run_id != story.past.run_id:
            yield f"run {one.run_id}, row {one.row}: {one.words()}"


def _labelled(label: str, lines: tuple[str, ...]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield f"{f'{label}:' if not number else '':<8} {line}"
