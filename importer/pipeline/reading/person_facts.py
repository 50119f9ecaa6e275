"""By what a row of the journal is known, as marks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from importer.identity.marks import Facts, facts_of_contact

if TYPE_CHECKING:
    from importer.delivery.journal.records import PersonRow

Marker = Callable[[str], int]
"""Makes the mark of a text: a hash that is keyed with the salt of a folder."""


def facts_of_person(mark: Marker, person: PersonRow) -> Facts:
    """Return by what a row is known, as its contact would be, and by the phones that are not sent."""
    return facts_of_contact(mark, person.body or {}, person.withheld)
