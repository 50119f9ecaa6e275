"""Contacts that are one person twice: a phone or email in common, and names that may be one person's."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

from importer.identity.marks import SHARED_BY_MANY
from importer.identity.names import compatible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from importer.identity.people import ContactFacts


def find_doubles(contacts: Iterable[ContactFacts]) -> list[tuple[str, str]]:
    """Return pairs of external ids of contacts that are probably one person, in order.

    Only what a contact is known by now counts; a number that many share is a switchboard and proves nothing.
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
            if compatible(first.facts[0].name, second.facts[0].name):
                pairs.add(tuple(sorted((first.external_id, second.external_id))))
    return sorted((first, second) for first, second in pairs)
