"""Random walks of human events: nobody twice, no two people in one contact, but for what no rule can see."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from importer.identity import matching
from importer.identity.matching import recognise
from tests.identity.model import Folder, walk

if TYPE_CHECKING:
    from collections.abc import Iterable

    from importer.identity.people import ContactFacts, Recognition, RowFacts
    from tests.identity.model import Recogniser

WALKS = 400
# Two of name, phone and email changed at once, namesakes known by their names alone: the guide lists them.
INVISIBLE = 0.025


def walked(recogniser: Recogniser, seeds: Iterable[int]) -> tuple[float, float]:
    """The share of walks after which a person has two contacts, or a contact is of two people; questions a walk."""
    folders = [walk(seed, recogniser)[0] for seed in seeds]
    harmed = sum(bool(folder.doubled or folder.merged) for folder in folders)
    return harmed / len(folders), sum(folder.questions for folder in folders) / len(folders)


def test_walks_harm_nobody() -> None:
    """Walks made to break the rules end with one contact a person, up to the invisible kinds."""
    harmed, _ = walked(recognise, range(WALKS))
    assert harmed <= INVISIBLE


def without_cells(rows: list[RowFacts], contacts: list[ContactFacts], **options: Any) -> Recognition:
    return recognise([replace(row, cells=0) for row in rows], contacts, **options)


def without_identity(rows: list[RowFacts], contacts: list[ContactFacts], **options: Any) -> Recognition:
    return recognise([replace(row, identity=0) for row in rows], contacts, **options)


def without_points(rows: list[RowFacts], contacts: list[ContactFacts], **options: Any) -> Recognition:
    blind = [replace(row, facts=replace(row.facts, phones=(), emails=())) for row in rows]
    return recognise(blind, contacts, **options)


def without_questions(rows: list[RowFacts], contacts: list[ContactFacts], **options: Any) -> Recognition:
    result = recognise(rows, contacts, **options)
    result.new.extend(result.questions)
    result.questions.clear()
    return result


def without_memory(rows: list[RowFacts], contacts: list[ContactFacts], **options: Any) -> Recognition:
    return recognise(rows, [replace(contact, had_row=False, asked=frozenset()) for contact in contacts], **options)


WAYS = [without_cells, without_identity, without_points, without_questions, without_memory]


@pytest.mark.parametrize("crippled", WAYS)
def test_each_way_is_needed(crippled: Recogniser) -> None:
    """With any one way or the questions switched off, walks do harm or a person is asked needlessly."""
    seeds = range(WALKS // 4)
    (harmed, questions), (_, usual) = walked(crippled, seeds), walked(recognise, seeds)
    assert harmed > 2 * INVISIBLE or questions > 1.05 * usual


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
