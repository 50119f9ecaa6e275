"""Random walks of human events: nobody twice, no two people in one contact, but for what no rule can see."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from importer.identity import matching
from importer.identity.matching import recognise
from importer.identity.people import Reason
from importer.identity.twins import Twins
from tests.identity.events import EVENTS, MOVING_IDS, RARE, changes_email, changes_phone, is_spelt_otherwise, walk
from tests.identity.model import Folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from importer.identity.people import ContactFacts, Recognition, RowFacts
    from tests.identity.model import Recogniser

    Event = Callable[[Folder], None]

WALKS = 300
HALF = WALKS // 2
# Two of name, phone and email changed at once, namesakes known by their names alone: the guide lists them.
INVISIBLE = 0.015


class Outcome(NamedTuple):
    """Of so many walks: those that harmed a person, those whose harm could be seen, the questions that were asked."""

    harmed: int = 0
    visible: int = 0
    questions: int = 0


def outcomes(recogniser: Recogniser, walks: int, happening: Sequence[Event] = EVENTS) -> Iterator[Outcome]:
    """The outcome after each walk: its figures only grow, so that a test is over once they exceed what it expects."""
    so_far = Outcome()
    for seed in range(walks):
        folder, *_ = walk(seed, recogniser, happening=happening)
        harmed, visible = bool(folder.doubled or folder.merged), bool(folder.visible)
        so_far = Outcome(so_far.harmed + harmed, so_far.visible + visible, so_far.questions + folder.questions)
        yield so_far


def walked(recogniser: Recogniser, walks: int = WALKS, happening: Sequence[Event] = EVENTS) -> Outcome:
    """The outcome of all walks."""
    *_, outcome = outcomes(recogniser, walks, happening)
    return outcome


@cache
def usual(happening: tuple[Event, ...] = EVENTS) -> Outcome:
    """The same for half of the walks with all ways and questions, beside which one is switched off."""
    return walked(recognise, HALF, happening)


def test_walks_harm_nobody() -> None:
    """Walks made to break the rules end with one contact a person, but for the kinds that no rule can see."""
    outcome = walked(recognise)
    assert outcome.visible == 0
    assert outcome.harmed <= INVISIBLE * WALKS


def without_cells(rows: list[RowFacts], contacts: list[ContactFacts], **options: Any) -> Recognition:
    return recognise([replace(row, cells=0) for row in rows], contacts, **options)


def without_identity(rows: list[RowFacts], contacts: list[ContactFacts], **options: Any) -> Recognition:
    return recognise([replace(row, identity=0) for row in rows], contacts, **options)


def without_points(rows: list[RowFacts], contacts: list[ContactFacts], **options: Any) -> Recognition:
    blind = [replace(row, facts=replace(row.facts, phones=(), emails=())) for row in rows]
    return recognise(blind, contacts, **options)


def without_ids(rows: list[RowFacts], contacts: list[ContactFacts], **options: Any) -> Recognition:
    return recognise(rows, contacts, **options | {"id_column": False})


def without_statements(rows: list[RowFacts], contacts: list[ContactFacts], **options: Any) -> Recognition:
    return recognise([replace(row, stated="") for row in rows], contacts, **options)


def without_twins(rows: list[RowFacts], contacts: list[ContactFacts], **options: Any) -> Recognition:
    return recognise(rows, contacts, **options | {"twins": Twins()})


def without_memory(rows: list[RowFacts], contacts: list[ContactFacts], **options: Any) -> Recognition:
    return recognise(rows, [replace(contact, had_row=False, asked=frozenset()) for contact in contacts], **options)


@dataclass(frozen=True)
class Unasked:
    """The rules without one of their questions: its rows are new people."""

    reason: Reason

    def __call__(self, rows: list[RowFacts], contacts: list[ContactFacts], /, **options: Any) -> Recognition:
        result = recognise(rows, contacts, **options)
        for row in [row for row, question in result.questions.items() if question.reason is self.reason]:
            del result.questions[row]
            result.new.append(row)
        return result


WAYS = [
    without_cells,
    without_identity,
    without_points,
    without_ids,
    without_statements,
    without_twins,
    without_memory,
]
# Rows of which little is known, or ids that move, raise some questions often enough to count them.
HAPPENING = {
    Reason.NO_NAME: (*EVENTS, *RARE, *RARE, *RARE),
    Reason.UNNAMED: (*EVENTS, *RARE, *RARE, *RARE),
    Reason.INITIAL: (*EVENTS, *[changes_phone, changes_email, is_spelt_otherwise] * 4),
    Reason.ID_OF_ANOTHER: MOVING_IDS,
    Reason.IDS_MOVED: MOVING_IDS,
}
# Whether a row has the id of a contact, only the journal knows, and nobody in these walks has two rows under two names:
# `tests/pipeline/reading/test_second_rows.py`. Three rows of one person are rare: `test_joined_rows.py` beside it.
_ELSEWHERE = (
    *(Reason.FORMER_NAME, Reason.ID_IN_USE, Reason.COMPATIBLE, Reason.BRIDGED, Reason.TWO_CONTACTS),
    # All rows of these walks have ids, or none: `test_twins.py`.
    Reason.SEVERAL_ROWS,
    # Of folders here: `tests/pipeline/dedupe/test_foreign_joins.py`.
    Reason.JOINED,
)
QUESTIONS = [reason for reason in Reason if reason not in _ELSEWHERE]


@pytest.mark.parametrize("crippled", WAYS)
def test_each_way_is_needed(crippled: Recogniser) -> None:
    """With any one way switched off, walks do harm or a person is asked needlessly."""
    enough = 1.05 * usual().questions
    found = outcomes(crippled, HALF)
    assert any(outcome.visible > INVISIBLE * HALF or outcome.questions > enough for outcome in found)


@pytest.mark.parametrize("reason", QUESTIONS)
def test_each_question_is_needed(reason: Reason) -> None:
    """With any one question switched off, more walks do harm."""
    happening = tuple(HAPPENING.get(reason, EVENTS))
    enough = usual(happening).harmed + INVISIBLE * HALF
    assert any(outcome.harmed > enough for outcome in outcomes(Unasked(reason), HALF, happening))


def nights(recogniser: Recogniser) -> Counter[str]:
    """Sixty nights of a sheet of a thousand rows, of which 2 % leave, come and change: how many questions, doubles."""
    import random

    folder = Folder(random.Random(7), recognise=recogniser)
    for number in range(1000):
        folder.add(first=f"F{number}x{number % 37}", last=f"L{number % 211}")
    folder.run()
    counted: Counter[str] = Counter()
    for night in range(60):
        for _ in range(7):
            folder.people.remove(folder.chance.choice(folder.people))
            folder.add(first=f"N{night}x{folder.numbers}", last=f"L{folder.numbers % 211}")
            folder.chance.choice(folder.people).note += "!"
            person = folder.chance.choice(folder.people)
            folder.numbers += 1
            person.phone = f"+1415557{folder.numbers:04}"
        result = folder.run()
        counted["questions"] += len(result.questions)
    counted["doubled"], counted["merged"] = len(folder.doubled), len(folder.merged)
    return counted


def test_sixty_nights() -> None:
    """A sheet with 2 % of churn a night is never asked about, and nobody is doubled."""
    assert nights(matching.recognise) == Counter(questions=0, doubled=0, merged=0)
