"""By what a row of the journal is known, as marks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from importer.identity.marks import Facts, facts_of, points_marks

if TYPE_CHECKING:
    from importer.delivery.journal import Journal
    from importer.delivery.journal.records import PersonRow

Marker = Callable[[str], int]
"""Makes the mark of a text: a hash that is keyed with the salt of a folder."""


def facts_of_person(mark: Marker, person: PersonRow) -> Facts:
    """Return by what a row is known, as its contact would be, and by the phones that are not sent."""
    names, phones, emails = person.names_and_points
    return facts_of(mark, names, (*phones, *person.withheld), emails)


def learned_withheld(journal: Journal) -> dict[str, tuple[PersonRow, Facts]]:
    """Return by what contacts are known now whose row is as it was, but has phones that are not sent.

    They may be new to the journal: an older version kept none, and a column may be read as phones only since then.
    """
    learned = {}
    for person, external_id, facts in journal.rows_with_withheld():
        phones = tuple(dict.fromkeys((*facts.phones, *points_marks(journal.marker, "phone", person.withheld))))
        if phones != facts.phones:
            learned[external_id] = person, replace(facts, phones=phones, reached=True)
    return learned
