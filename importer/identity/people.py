"""What is known of rows and contacts, and the result of recognising the ones as the others."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from importer.identity.marks import NOTHING, Facts
from importer.identity.names import compatible

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_ROWS_ABOVE = 20  # a title, the column names, and blank rows


def numbers_its_row(row: int, external_id: str) -> bool:
    """Whether an id is only the number of its row, as that of any other sheet may be: 1 in row 2, 2 in row 3."""
    return (
        len(external_id) <= len(str(row))
        and external_id.isdecimal()
        and 0 <= row - int(external_id) <= _MOST_ROWS_ABOVE
    )


class RecognisedBy(StrEnum):
    """By what a row was recognised.

    An id column, `_external_id` of a rejects file, its raw cells, its cleaned name and numbers (`identity`), or a phone
    or email (`reached`).
    """

    ID = "id"
    REJECTS = "rejects"
    CELLS = "cells"
    IDENTITY = "identity"
    REACHED = "reached"


class Answer(StrEnum):
    """What a person answered to "who is this row?" (`_external_id` of a rejects file, an option, the page)."""

    NONE = ""
    ANOTHER = "another"  # a person who is not there yet
    JOIN = "join"  # one person with another row of the sheet
    SEPARATE = "separate"  # another person than that of any other row, but perhaps one who is there


@dataclass(frozen=True, slots=True)
class RowFacts:
    """What identifies a row; `cells`, `identity` are marks (0: none), `id` is that of the id column ("": none).

    `stated` is the external id that a rejects file gives ("": none), `answer` what was answered for the row.
    `is_rejected` rows find their contact, so that it keeps its row, and are asked nothing. `of_several`: those of its
    phones and emails that rows with another given name have, too.
    """

    row: int
    cells: int = 0
    identity: int = 0
    facts: Facts = NOTHING
    id: str = ""
    stated: str = ""
    answer: Answer = Answer.NONE
    is_rejected: bool = False
    of_several: frozenset[int] = frozenset()

    @property
    def marks(self) -> tuple[int, ...]:
        """The marks by which a row that was asked about is found again after another change."""
        texts = (self.cells, self.identity, self.facts.name.whole, *self.facts.phones, *self.facts.emails)
        return tuple(mark for mark in texts if mark)


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """What a contact was ever known by.

    `cells`, `identities` are marks of its rows; `facts` its names and numbers, the latest first; `ids` those of an id
    column, its external id among them if it is one. `had_row`: a row of the last run was its own. `asked`: marks of
    rows that were asked about it. `apart`: external ids of contacts that are other people, as a person has said.
    `joined` is what contacts were known by that a folder says to have been joined into it; it decides nothing.
    """

    external_id: str
    cells: frozenset[int] = frozenset()
    identities: frozenset[int] = frozenset()
    facts: tuple[Facts, ...] = ()
    ids: frozenset[str] = frozenset()
    had_row: bool = False
    asked: frozenset[int] = frozenset()
    apart: frozenset[str] = frozenset()
    joined: tuple[Facts, ...] = ()

    @property
    def reached(self) -> bool:
        """Whether the contact has any phone or email."""
        return any(facts.reached for facts in self.facts)

    @property
    def points(self) -> tuple[int, ...]:
        """The marks of all phones and emails."""
        return tuple(mark for facts in self.facts for mark in (*facts.phones, *facts.emails))

    def merged_with(self, known: ContactFacts) -> ContactFacts:
        """The contact with all that was known of it elsewhere, after its own names and numbers."""
        return ContactFacts(
            self.external_id,
            self.cells | known.cells,
            self.identities | known.identities,
            tuple(dict.fromkeys((*self.facts, *known.facts))),
            self.ids | known.ids,
            self.had_row or known.had_row,
            self.asked | known.asked,
            self.apart | known.apart,
            tuple(dict.fromkeys((*self.joined, *known.joined))),
        )

    def is_shown_by(self, shown: Facts) -> bool:
        """Whether a contact of the workspace, of which these are the facts, shows itself to be this person.

        It has a phone or email of theirs, and a name that may be theirs.
        """
        shares_point = not {*self.points}.isdisjoint((*shown.phones, *shown.emails))
        return shares_point and any(compatible(facts.name, shown.name) for facts in self.facts)

    def is_now(self, row: RowFacts) -> bool:
        """Whether the row has the latest name of a contact that is still in the sheet."""
        return self.had_row and bool(self.facts) and self.facts[0].name.whole == row.facts.name.whole

    def has_whole_name(self, row: RowFacts) -> bool:
        """Whether the row has exactly the name of the contact."""
        return any(facts.name.whole == row.facts.name.whole for facts in self.facts)


class Reason(StrEnum):
    """Why a person is asked, in the order in which the reasons are tried.

    What each says to the person is in `pipeline/reading/question_step.py`.
    """

    WANTED_BY_TWO = "wanted-by-two"
    SHARED = "shared"
    SAME_NAME = "same-name"
    INITIAL = "initial"
    ASKED_BEFORE = "asked-before"
    JOINED = "joined"
    FORMER_NAME = "former-name"
    ID_IN_USE = "id-in-use"
    NO_POINTS = "no-points"
    NO_NAME = "no-name"
    UNNAMED = "unnamed"
    SAME_PERSON = "same-person"
    COMPATIBLE = "compatible"
    BRIDGED = "bridged"
    TWO_CONTACTS = "two-contacts"
    SEVERAL_ROWS = "several-rows"
    ID_OF_ANOTHER = "id-of-another"
    IDS_MOVED = "ids-moved"


ABOUT_ROWS = frozenset({Reason.SAME_PERSON, Reason.COMPATIBLE, Reason.BRIDGED})
"""Why a person is asked whether a row is the person of another row of the sheet."""


@dataclass(frozen=True, slots=True)
class PersonQuestion:
    """Only a person can say who a row is: one of `contacts` (external ids), the person of `rows`, or a new one."""

    row: int
    reason: Reason
    contacts: tuple[str, ...] = ()
    rows: tuple[int, ...] = ()


@dataclass(slots=True)
class Recognition:
    """The result: `matches` give row -> (external id, way); `repeats` row -> the earlier row with the same cells.

    `joins` are rows that are one person with an earlier row; `hints` the contacts that a row which is rejected or left
    out may be; `kept` the contact of a row that is left out, with the row. `lost` contacts had a row until now and have
    none.
    """

    matches: dict[int, tuple[str, RecognisedBy]] = field(default_factory=dict)
    repeats: dict[int, int] = field(default_factory=dict)
    joins: dict[int, int] = field(default_factory=dict)
    questions: dict[int, PersonQuestion] = field(default_factory=dict)
    hints: dict[int, tuple[str, ...]] = field(default_factory=dict)
    kept: dict[str, RowFacts] = field(default_factory=dict)
    new: list[int] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def asking(self, questions: Mapping[int, PersonQuestion], joins: Mapping[int, int]) -> Recognition:
        """Return the result with more rows that are asked about or joined; none of these is new."""
        new = [row for row in self.new if row not in questions and row not in joins]
        return replace(self, new=new, questions={**self.questions, **questions}, joins={**self.joins, **joins})

    @property
    def asked_about(self) -> frozenset[str]:
        """The contacts that a question or a rejected row may be about; they keep their row meanwhile."""
        asked = (question.contacts for question in self.questions.values())
        return frozenset(contact for contacts in (*asked, *self.hints.values()) for contact in contacts)
