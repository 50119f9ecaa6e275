"""Rows of rejects that may be the person of a row which the rejects do not have."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from importer.identity.marks import SHARED_BY_MANY
from importer.identity.names import compatible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from importer.identity.marks import Facts
    from importer.identity.people import RowFacts


def same_people(rows: Iterable[RowFacts], contacts: Mapping[str, Facts]) -> dict[int, tuple[list[str], bool]]:
    """Return, by row, the contacts of other rows that are probably the same person, and whether the name is the same.

    As two rows of one sheet are compared: a phone or email in common and the same name, or one that is compatible
    where few share the number. Contacts of the same name come alone. Linear in the contacts.
    """
    by_point: dict[int, list[RowFacts]] = defaultdict(list)
    for row in rows:
        if not row.facts.name.is_blank:
            for mark in {*row.facts.phones, *row.facts.emails}:
                by_point[mark].append(row)
    sharing: dict[int, list[str]] = defaultdict(list)
    for external_id, facts in contacts.items():
        for mark in by_point.keys() & {*facts.phones, *facts.emails}:
            sharing[mark].append(external_id)

    result = {}
    of_row: dict[int, dict[str, bool]] = defaultdict(dict)
    for mark, external_ids in sharing.items():
        for row in by_point[mark]:
            for external_id in external_ids:
                name = contacts[external_id].name
                if name.whole == row.facts.name.whole:
                    of_row[row.row][external_id] = True
                elif len(external_ids) < SHARED_BY_MANY and compatible(row.facts.name, name):
                    of_row[row.row].setdefault(external_id, False)
    for number, near in of_row.items():
        namesakes = [external_id for external_id, is_same in near.items() if is_same]
        result[number] = (namesakes or [*near], bool(namesakes))
    return result
