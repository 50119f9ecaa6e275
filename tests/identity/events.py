"""What happens to people, their sheet and its reader between two runs, and random walks of such events."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

from importer.identity.matching import recognise
from tests.identity.model import FAMILY, GIVEN, Folder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.identity.model import Person, Recogniser


def _someone(folder: Folder) -> Person:
    return folder.chance.choice(folder.people)


def changes_phone(folder: Folder) -> None:
    person = _someone(folder)
    folder.numbers += 1
    person.phone = f"+1415556{folder.numbers:04}"


def changes_email(folder: Folder) -> None:
    person = _someone(folder)
    folder.numbers += 1
    person.email = folder.chance.choice(["", f"q{folder.numbers}@example.com"])


def marries(folder: Folder) -> None:
    _someone(folder).last = folder.chance.choice(FAMILY)


def is_spelt_otherwise(folder: Folder) -> None:
    person = _someone(folder)
    person.first = folder.chance.choice([person.first[:1], f"{person.first}a", person.first.upper()])


def gets_a_note(folder: Folder) -> None:
    _someone(folder).note += "!"


def joins(folder: Folder) -> None:
    folder.add()


def joins_without_a_name(folder: Folder) -> None:
    folder.add(first="", last="")


def joins_without_numbers(folder: Folder) -> None:
    folder.add(phone="", email="")


def leaves(folder: Folder) -> None:
    if len(folder.people) > 2:
        folder.people.remove(_someone(folder))


def joins_a_household(folder: Folder, person: Person | None = None) -> None:
    """Another person with the family name and the number of somebody who is there; never of a given name used there."""
    person = person or _someone(folder)
    used = folder.households.setdefault(person.phone, {person.first[:1]})
    given = [name for name in GIVEN if name[0] not in used]
    if given:
        first = folder.chance.choice(given)
        used.add(first[0])
        folder.add(first=first, last=person.last, phone=person.phone)


def takes_a_place(folder: Folder) -> None:
    """A row is deleted and another of the household added."""
    person = _someone(folder)
    joins_a_household(folder, person)
    if len(folder.people) > 2:
        folder.people.remove(person)


def is_a_namesake(folder: Folder) -> None:
    person = _someone(folder)
    folder.add(first=person.first, last=person.last)


def gets_a_second_row(folder: Folder) -> None:
    _someone(folder).is_twice = True


def ids_move(folder: Folder) -> None:
    """The ids are sorted apart from the rows."""
    ids = [person.id for person in folder.people]
    for person, number in zip(folder.people, [*ids[1:], *ids[:1]], strict=True):
        person.id = number


def phone_is_damaged(folder: Folder) -> None:
    person = _someone(folder)
    person.bad_phone = not person.bad_phone


def is_sorted(folder: Folder) -> None:
    folder.chance.shuffle(folder.people)


def gets_a_column(folder: Folder) -> None:
    folder.extra += 1


def region_is_given_or_forgotten(folder: Folder) -> None:
    folder.reader = replace(folder.reader, region=not folder.reader.region)


def emails_are_named_or_not(folder: Folder) -> None:
    folder.reader = replace(folder.reader, emails=not folder.reader.emails)


def phones_are_named_or_not(folder: Folder) -> None:
    folder.reader = replace(folder.reader, phones=not folder.reader.phones)


def ids_are_named_or_not(folder: Folder) -> None:
    folder.reader = replace(folder.reader, ids=not folder.reader.ids)


EVENTS = (
    changes_phone,
    changes_email,
    marries,
    is_spelt_otherwise,
    gets_a_note,
    joins,
    leaves,
    joins_a_household,
    takes_a_place,
    is_a_namesake,
    gets_a_second_row,
    phone_is_damaged,
    is_sorted,
    gets_a_column,
    region_is_given_or_forgotten,
    emails_are_named_or_not,
    phones_are_named_or_not,
    ids_are_named_or_not,
)

# People of whom little is known are rare.
RARE = (joins_without_a_name, joins_without_numbers)
# Ids that move to other rows while names and numbers change as well leave little to go by: walks of their own.
MOVING_IDS = (*EVENTS, ids_move)


def walk(
    seed: int,
    recogniser: Recogniser = recognise,
    events: int = 12,
    happening: Sequence[Callable[[Folder], None]] = EVENTS,
) -> tuple[Folder, list[str]]:
    """Take a folder through a walk of random events with runs between them; returns it and what happened."""
    chance = random.Random(seed)
    folder = Folder(chance, recognise=recogniser)
    for _ in range(chance.randint(3, 8)):
        folder.add()
    folder.run()
    happened = []
    for _ in range(events):
        for event in chance.sample(happening, chance.choice([1, 1, 1, 2, 2, 3])):
            event(folder)
            happened.append(event.__name__)
        if chance.random() < 0.1:
            event = chance.choice(RARE)
            event(folder)
            happened.append(event.__name__)
        result = folder.run()
        happened.append("run")
        if result.questions and chance.random() < 0.5:
            folder.run(folder.truth(result))
            happened.append("answered")
    return folder, happened
