"""Who rows are that may be people who are there already: what was asked, and what the person answers for each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from importer.model.added_columns import NEW_PERSON
from importer.pipeline.reading.asked_people import AskedRow, PeopleAnswer, PeopleAnswers, proposal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST_SHOWN = 200
LEFT_OPEN = ""
_SECOND = frozenset({"join", "separate", LEFT_OPEN})

# A row is identified by what was asked about it: the same row number may be another person after the sheet has changed.
AskedAbout = tuple[int, str, tuple[tuple[str, str], ...]]


@dataclass
class PeopleChoices:
    """The answers for one import, as long as the server lives; what is sent is kept in the journal.

    `asked` are the rows that the last plan asked about, `second` is the answer for second rows of one person.
    """

    asked: tuple[AskedRow, ...] = ()
    second: str = LEFT_OPEN
    _answers: dict[AskedAbout, str] = field(default_factory=dict)

    def settle(self, rows: Sequence[AskedRow]) -> PeopleAnswers | None:
        """Answer for the rows as the person did. A hook of commands."""
        self.asked = tuple(rows)
        answers = {row.row: answer for row in rows if not row.is_second and (answer := self._answer(row))}
        return PeopleAnswers(answers, self.second) if answers or self.second else None

    def take(self, bulk: str, rows: Mapping[str, Any], second: str) -> None:
        """Take answers: by the number of its row the external id of a contact, `new`, or "" to leave it open.

        `bulk` (same, new, leave) holds for rows without an answer of their own. What cannot be meant is left open.
        """
        self.second = second if second in _SECOND else LEFT_OPEN
        for row in self.asked:
            answer = rows.get(str(row.row))
            if answer is None and bulk == PeopleAnswer.SAME:
                answer = row.external_id
            elif answer is None:
                answer = NEW_PERSON if bulk == PeopleAnswer.NEW else LEFT_OPEN
            is_known = answer == NEW_PERSON or any(answer == external_id for external_id, _ in row.candidates)
            self._answers[_about(row)] = answer if is_known else LEFT_OPEN

    def facts(self, names: Mapping[int, str]) -> dict[str, Any]:
        """What is asked, JSON-ready, with the answers so far. `names`: of rows that are asked about without one."""
        people = [row for row in self.asked if not row.is_second]
        seconds = [row for row in self.asked if row.is_second]
        open_rows = sum(not self._answer(row) for row in people) + (0 if self.second else len(seconds))
        return {
            "rows": [
                {
                    "row": row.row,
                    "name": row.name or names.get(row.row, ""),
                    "candidates": [{"id": external_id, "words": words} for external_id, words in row.candidates],
                    "why": row.candidate,
                    "answer": self._answer(row),
                }
                for row in people[:MOST_SHOWN]
            ],
            "total": len(people),
            "second_rows": [
                {"row": row.row, "name": row.name or names.get(row.row, ""), "why": row.candidate}
                for row in seconds[:MOST_SHOWN]
            ],
            "second_total": len(seconds),
            "second": self.second,
            "proposal": proposal(people).value if people else "",
            "open": open_rows,
        }

    def _answer(self, row: AskedRow) -> str:
        return self._answers.get(_about(row), LEFT_OPEN)


def _about(row: AskedRow) -> AskedAbout:
    return row.row, row.name, row.candidates
