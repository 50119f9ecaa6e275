"""Contacts that may be one person: a phone or email in common, and names that may be one person's."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations, starmap
from typing import TYPE_CHECKING

from importer.identity.marks import SHARED_BY_MANY
from importer.identity.names import compatible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from importer.identity.names import NameKey
    from importer.identity.people import ContactFacts


def find_doubles(contacts: Iterable[ContactFacts]) -> list[tuple[str, str]]:
    """Return pairs of external ids of contacts that are probably one person, in order.

    Only what a contact is known by now counts; a number that many share is a switchboard and proves nothing. What a
    person has said are two people is no pair.
    """
    of_point: dict[int, list[ContactFacts]] = defaultdict(list)
    for contact in contacts:
        for mark in (*contact.facts[0].phones, *contact.facts[0].emails) if contact.facts else ():
            of_point[mark].append(contact)
    pairs = set()
    for sharing in of_point.values():
        if len(sharing) > SHARED_BY_MANY:
            continue
        for first, second in combinations(sharing, 2):
            is_apart = first.external_id in second.apart or second.external_id in first.apart
            if not is_apart and compatible(first.facts[0].name, second.facts[0].name):
                pairs.add(tuple(sorted((first.external_id, second.external_id))))
    return sorted((first, second) for first, second in pairs)


def find_groups(contacts: Iterable[ContactFacts]) -> list[tuple[tuple[str, ...], bool]]:
    """Return the groups of contacts that are probably one person, by their external ids, in order.

    With each group comes whether all its names may be one person's: J. Ray may be Jo Ray and Jim Ray, who are two
    people. A number counts as a switchboard by how many names share it, since one person may be there many times.
    Linear in the contacts, however many of them share a number.
    """
    names: dict[str, NameKey] = {}
    of_point: dict[int, dict[NameKey, list[str]]] = defaultdict(lambda: defaultdict(list))
    for contact in contacts:
        if not contact.facts or contact.facts[0].name.is_blank:
            continue
        facts = contact.facts[0]
        names[contact.external_id] = facts.name
        for mark in (*facts.phones, *facts.emails):
            of_point[mark][facts.name].append(contact.external_id)

    links: dict[str, str] = {}

    def head(external_id: str) -> str:
        """Return the first contact of a contact's group, which names the group (union-find, halving the path)."""
        while (above := links.get(external_id, external_id)) != external_id:
            links[external_id] = links.get(above, above)
            external_id = above
        return external_id

    for by_name in of_point.values():
        if len(by_name) > SHARED_BY_MANY:
            continue
        sharing = [[group[0], namesake] for group in by_name.values() for namesake in group[1:]]
        for first, second in combinations(by_name, 2):
            if compatible(first, second):
                sharing.append([by_name[first][0], by_name[second][0]])
        for pair in sharing:
            low, high = sorted(map(head, pair))
            links[high] = low

    groups: dict[str, list[str]] = defaultdict(list)
    for external_id in sorted(names):
        groups[head(external_id)].append(external_id)
    people = []
    for group in groups.values():
        if len(group) > 1:
            keys = {names[external_id] for external_id in group}
            is_one_person = len(keys) <= SHARED_BY_MANY and all(starmap(compatible, combinations(keys, 2)))
            people.append((tuple(group), is_one_person))
    return people
