"""Two rows of a sheet that are one person: what a person said of them, and the contact that both make."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from importer.delivery.journal.records import PersonKind
from importer.identity.doubles import find_doubles
from importer.identity.marks import SHARED_BY_MANY, names_and_points
from importer.model.added_columns import NEW_PERSON, OPEN_QUESTION
from importer.model.fields import ARRAYS
from importer.pipeline.reading.person_facts import facts_of_person

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from importer.delivery.journal import Journal
    from importer.delivery.journal.records import PersonRow
    from importer.identity.people import ContactFacts, Recognition
    from importer.identity.twins import Twins
    from importer.pipeline.reading.person_facts import Marker

_PHONES = ARRAYS["phone"]


class JoinedRows(NamedTuple):
    """The rows of which a person has said that they are one with an earlier row.

    `earlier`: by row the row itself and the number of that earlier one. `unclear`: rows of which it is not known yet
    who the earlier row is; they stay asked about. `of_contact`: by row the external id of a contact that no row has
    yet; the earlier row is the one that turns out to be that contact.
    """

    earlier: dict[int, tuple[PersonRow, int]]
    unclear: set[int]
    of_contact: dict[int, str]

    @classmethod
    def none(cls) -> JoinedRows:
        return cls({}, set(), {})

    @property
    def joins(self) -> dict[int, int]:
        """The number of the earlier row, by row."""
        return {row: earlier for row, (_, earlier) in self.earlier.items()}

    def settled(self, rows: Iterable[PersonRow], result: Recognition) -> JoinedRows:
        """Return them with those of the rows whose contact another row is in `result`, in which they had no part."""
        row_of = {external_id: row for row, (external_id, _) in result.matches.items()}
        settled = {
            person.row: (person, row_of[external_id])
            for person in rows
            if (external_id := self.of_contact.get(person.row)) in row_of
        }
        return self._replace(earlier=self.earlier | settled)


def said_to_be_one(journal: Journal, rows: Sequence[PersonRow], own: Mapping[str, ContactFacts]) -> JoinedRows:
    """Return the rows of which a person has said that they are one with an earlier row, in the rejects now or before.

    `own`: contacts that no row has yet; a row that is one of them is simply that contact.
    """
    asked, joined = journal.known_as("twin"), journal.known_as("joined")
    result = JoinedRows.none()
    if not asked and not joined:
        return result
    firsts: dict[str, set[int]] = defaultdict(set)
    for cells, external_ids in journal.known_as("first").items():
        for external_id in external_ids:
            firsts[external_id].add(cells)
    still_open = {person.row for person in rows if person.stated.startswith(OPEN_QUESTION)}
    row_of_cells = {person.cells: person.row for person in rows}

    def first_row(external_id: str) -> int:
        """The row that an answer names, if it is itself a second row or was asked about; 0 for none."""
        for cells in firsts.get(external_id, ()):
            row = row_of_cells.get(cells) or next(map(journal.row_of, joined.get(cells, ())), 0)
            if row:
                return row
        return 0

    # A row that was joined once may have become a person of its own since.
    of_their_own = {cells for contact in own.values() for cells in contact.cells}
    for person in rows:
        if person.kind is PersonKind.REJECTED or person.cells in of_their_own:
            continue
        # Now in the rejects; and where these say nothing of the row, before.
        said = {person.stated} & (asked.get(person.cells, set()) | asked.get(person.identity, set()))
        if not person.stated:
            said = joined.get(person.cells, set())
        for external_id in said:
            if external_id in own:
                # Another row has the contact if it is as it was when that contact was made of it.
                others = {row_of_cells.get(cells, person.row) for cells in own[external_id].cells} - {person.row}
                if len(others) == 1:
                    result.earlier[person.row] = (person, others.pop())
                elif not person.stated:
                    # That row has changed, and its contact is not known before all rows are compared.
                    result.of_contact[person.row] = external_id
                continue
            # The row itself has the id that it names, as long as it is not joined.
            earlier = journal.row_of(external_id, besides=person.row) or first_row(external_id)
            if earlier and earlier not in still_open:
                result.earlier[person.row] = (person, earlier)
            elif earlier or external_id in firsts:
                result.unclear.add(person.row)
    return result


def named_by_two(
    mark: Marker,
    rows: Iterable[PersonRow],
    contacts: Mapping[str, ContactFacts],
    answered: Collection[int],
) -> dict[int, tuple[PersonRow, int]]:
    """Return the rows that are said to be a contact which an earlier row is said to be: the rows are one person.

    As `JoinedRows.earlier`. Only rows that were asked about that contact, just now (`answered`) or before: others may
    have an id by mistake.
    """
    first: dict[str, int] = {}
    joined = {}
    for person in rows:
        contact = contacts.get(person.stated)
        if person.kind is PersonKind.REJECTED or contact is None:
            continue
        facts = facts_of_person(mark, person)
        marks = {person.cells, person.identity, facts.name.whole, *facts.phones, *facts.emails}
        if person.row not in answered and marks.isdisjoint(contact.asked):
            continue
        earlier = first.setdefault(person.stated, person.row)
        if earlier != person.row:
            joined[person.row] = (person, earlier)
    return joined


def kept_apart(
    journal: Journal,
    twins: Twins,
    rows: Sequence[PersonRow],
    compared: Mapping[int, Sequence[str]],
    *,
    every_pair: bool,
) -> dict[str, set[str]]:
    """The contacts that a person has just said are different people: by external id, the ids of the others.

    `compared`: of rows of rejects, the contacts of other rows that they are not. `every_pair`: that was said of all
    rows and contacts that may be one person; else it was said of single rows.
    """
    said_new = {person.row: person for person in rows if person.stated == NEW_PERSON}
    asked = journal.known_as("twin") if said_new else {}
    numbers = twins.of_row.keys() if every_pair else said_new.keys()
    # Of many rows with one number it is not said that they are one, so the first ones are enough.
    twins_of_row = {
        row: [twin for group in twins.groups_of(row) for twin in twins.groups[group][: SHARED_BY_MANY + 1]]
        for row in numbers
    }
    ids = journal.contacts_of_rows(
        sorted({*twins_of_row, *(twin for listed in twins_of_row.values() for twin in listed)})
    )
    apart: dict[str, set[str]] = defaultdict(set)
    for row, listed in twins_of_row.items():
        if row in ids:
            apart[ids[row]].update(ids[twin] for twin in listed if twin in ids)
        # What was asked in an earlier run, of a row that the rejects do not have.
        if row in ids and (person := said_new.get(row)):
            apart[ids[row]] |= asked.get(person.cells, set()) | asked.get(person.identity, set())
    # Contacts whose rows have left the sheet are in none of these groups.
    for first, second in find_doubles(journal.known_contacts()) if every_pair else ():
        apart[first].add(second)
    for row, external_ids in compared.items():
        apart[journal.external_id_of_row(row)].update(external_ids)
    return {external_id: listed - {external_id} for external_id, listed in apart.items() if listed - {external_id}}


class JoinedPerson:
    """A first row with what later ones add: numbers, addresses, and values of fields that are empty.

    A phone that one of them says not to use is not sent for the others either. What is there is not looked at again
    with each row, since any number of rows may be one person.
    """

    def __init__(self, first: PersonRow) -> None:
        self._first, self._digest, self._withheld = first, first.digest, {*first.withheld}
        self._body = first.body or {}
        self._fields = dict(self._body.get("defaultFields") or {})
        self._custom = {item["key"]: item for item in self._body.get("customFields", [])}
        self._items = {
            key: {item["value"]: item for item in value}
            for key, value in self._fields.items()
            if isinstance(value, list)
        }

    def add(self, later: PersonRow) -> list[str]:
        """Add a later row; return the phones that one of the two would send and the other says not to use, in order."""
        added, phones = later.body or {}, self._items.setdefault(_PHONES, {})
        _, more, _ = names_and_points(added)
        refused = {number for number in later.withheld if number in phones}
        refused.update(number for number in more if number in self._withheld or number in later.withheld)
        for key, value in (added.get("defaultFields") or {}).items():
            if isinstance(value, list):
                of_key = self._items.setdefault(key, {})
                for item in value:
                    of_key.setdefault(item["value"], item)
            elif value and not self._fields.get(key):
                self._fields[key] = value
        for number in refused:
            phones.pop(number, None)
        self._withheld.update(later.withheld)
        for item in added.get("customFields", []):
            self._custom.setdefault(item["key"], item)
        self._body = {**added, **self._body}
        # The digest of all, so that the same rows are the same contact the next time.
        self._digest = blake2b(f"{self._digest} {later.digest}".encode(), digest_size=16).hexdigest()
        return sorted(refused)

    def row(self) -> PersonRow:
        """Return the first row as it is to be sent."""
        lists = {key: list(items.values()) for key, items in self._items.items() if items or key in self._fields}
        custom = {"customFields": list(self._custom.values())} if self._custom else {}
        whole = {**self._body, "defaultFields": {**self._fields, **lists}, **custom}
        withheld = tuple(sorted(self._withheld))
        return replace(self._first, body_text=json.dumps(whole), digest=self._digest, withheld=withheld)
