"""The rows about which a person must say who they are: the proposal for all of them, and what an answer means."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from importer.identity.people import ABOUT_ROWS, Reason
from importer.model.added_columns import NEW_PERSON

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


OF_SEVERAL_ROWS = frozenset({Reason.SEVERAL_ROWS, Reason.TWO_CONTACTS})
"""Why a person is asked of which of several rows of the sheet a row is the person: no answer for all rows says that."""


class PeopleAnswer(StrEnum):
    """What a person says of all rows that may be people who are there already."""

    SAME = "same"
    NEW = "new"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class AskedRow:
    """A row that may be a known person: `name` is the row's own name, `candidate` the known person in words.

    `external_id` is that person's, "" where it may be one of several. `candidates` are all contacts that it may be, or
    the several rows: the external id and words of each. `names_person`: the row has a first or last name, not a
    company's alone.
    """

    row: int
    name: str
    candidate: str
    external_id: str
    reason: Reason
    candidates: tuple[tuple[str, str], ...] = ()
    names_person: bool = True

    @property
    def is_second(self) -> bool:
        """Whether it may be the person of another row of the sheet, not of a contact."""
        return self.reason in ABOUT_ROWS


@dataclass(frozen=True, slots=True)
class PeopleAnswers:
    """What a person says of rows: by row the external id of a contact, or `new`; rows that are left out stay open.

    `same_person`: `join` or `separate` for all rows that may be second rows of people of the sheet, "" to ask again.
    """

    said: Mapping[int, str]
    same_person: str = ""

    def joins(self, rows: Iterable[AskedRow]) -> bool:
        """Whether one of the rows that were asked about is said to be a second row of a person of the sheet."""
        return any(
            self.same_person == "join"
            if row.is_second
            else row.reason in OF_SEVERAL_ROWS and self.said.get(row.row, NEW_PERSON) != NEW_PERSON
            for row in rows
        )


_ONE_BY_ONE = (Reason.ID_OF_ANOTHER, Reason.IDS_MOVED)
_LIKELY = (Reason.SAME_NAME, Reason.SAME_PERSON)


def answerable(rows: Sequence[AskedRow]) -> list[AskedRow]:
    """Return the rows that can be answered; where an id contradicts a name, the sheet must be corrected instead."""
    return [row for row in rows if row.reason not in _ONE_BY_ONE]


def in_bulk(rows: Sequence[AskedRow]) -> list[AskedRow]:
    """Return the rows that one answer can cover: "they are" must mean exactly one contact for each row."""
    return [row for row in answerable(rows) if row.external_id]


def proposal(rows: Sequence[AskedRow]) -> PeopleAnswer:
    """Return the answer that Enter takes: "they are" if every row has exactly the name of its candidate.

    Two rows of a company and its number, without a person's name, may be two people of one office.
    """
    are_likely = all(row.reason in _LIKELY and (row.names_person or not row.is_second) for row in rows)
    return PeopleAnswer.SAME if are_likely else PeopleAnswer.LEAVE


def answers_for_all(rows: Sequence[AskedRow], answer: PeopleAnswer) -> PeopleAnswers | None:
    """Return what one answer says of each row, as `_external_id` of a rejects file would; None if it leaves them."""
    if answer is PeopleAnswer.LEAVE:
        return None
    is_new = answer is PeopleAnswer.NEW
    said = {row.row: NEW_PERSON if is_new else row.external_id for row in rows if not row.is_second}
    return PeopleAnswers(said, "separate" if is_new else "join")
