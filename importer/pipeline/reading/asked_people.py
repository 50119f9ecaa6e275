"""The rows of which a person must say who they are, all at once: what is proposed, and what an answer means."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from importer.identity.people import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class PeopleAnswer(StrEnum):
    """What a person says of all rows that may be people who are there already."""

    SAME = "same"
    NEW = "new"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class AskedRow:
    """A row that may be a person who is known: `name` is its own, `candidate` in words the other side.

    `external_id` is that person's, "" where it may be one of several.
    """

    row: int
    name: str
    candidate: str
    external_id: str
    reason: Reason


# Where ids contradict names, the sheet is to be corrected: no answer for all rows is right.
_ONE_BY_ONE = (Reason.ID_OF_ANOTHER, Reason.IDS_MOVED)
_LIKELY = (Reason.SAME_NAME, Reason.SAME_PERSON)


def in_bulk(rows: Sequence[AskedRow]) -> list[AskedRow]:
    """Return the rows that one answer may be given for: "they are" must say of each row who that is."""
    return [row for row in rows if row.external_id and row.reason not in _ONE_BY_ONE]


def proposal(rows: Sequence[AskedRow]) -> PeopleAnswer:
    """Return what Enter takes: that they are these people where all have the whole name of the other side."""
    return PeopleAnswer.SAME if all(row.reason in _LIKELY for row in rows) else PeopleAnswer.LEAVE


def statements(rows: Sequence[AskedRow], answer: PeopleAnswer) -> Mapping[int, str]:
    """Return, by row, what the answer states as `_external_id` of a rejects file would; second rows are not stated."""
    if answer is PeopleAnswer.NEW:
        return {row.row: "new" for row in rows if row.reason is not Reason.SAME_PERSON}
    return {row.row: row.external_id for row in rows if row.reason is not Reason.SAME_PERSON}
