"""Rows of rejects that may be the person of a row which the rejects do not have."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from importer.identity.marks import SHARED_BY_MANY
from importer.identity.names import compatible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from importer.identity.marks import Facts
    from importer.identity.names import NameKey
    from importer.identity.people import RowFacts


class SamePeople(NamedTuple):
    """The contacts, by their external ids, that a row is probably the same person as: all have its name, or none."""

    external_ids: list[str]
    has_same_name: bool


def same_people(rows: Iterable[RowFacts], contacts: Iterable[tuple[str, Facts]]) -> dict[int, SamePeople]:
    """Return, by row, the contacts of other rows that are probably the same person.

    As two rows of one sheet are compared: a phone or email in common and the same name, or one that is compatible
    where few share the number. Contacts of the same name come alone. Linear in the contacts, of which those are kept
    in memory that share a number.
    """
    rows_by_point: dict[int, list[RowFacts]] = defaultdict(list)
    for row in rows:
        if not row.facts.name.is_blank:
            for mark in {*row.facts.phones, *row.facts.emails}:
                rows_by_point[mark].append(row)
    names_by_point: dict[int, list[tuple[str, NameKey]]] = defaultdict(list)
    for external_id, facts in contacts:
        for mark in rows_by_point.keys() & {*facts.phones, *facts.emails}:
            names_by_point[mark].append((external_id, facts.name))

    namesakes: dict[int, dict[str, None]] = defaultdict(dict)
    compatible_ids: dict[int, dict[str, None]] = defaultdict(dict)
    for mark, contact_names in names_by_point.items():
        for row in rows_by_point[mark]:
            for external_id, name in contact_names:
                if name.whole == row.facts.name.whole:
                    namesakes[row.row][external_id] = None
                elif len(contact_names) < SHARED_BY_MANY and compatible(row.facts.name, name):
                    compatible_ids[row.row][external_id] = None
    return {
        **{row: SamePeople([*ids], has_same_name=False) for row, ids in compatible_ids.items()},
        **{row: SamePeople([*ids], has_same_name=True) for row, ids in namesakes.items()},
    }
