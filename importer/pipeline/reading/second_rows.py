"""Two rows of a sheet that are one person: what a person said of them, and the contact that both make."""

from __future__ import annotations

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


def join(first: PersonRow, later: PersonRow) -> PersonRow:
    """Return the first row with what the later one adds: numbers, addresses, and values of fields that are empty.

    A phone that one of them says not to use is not sent for the other either.
    """
    body, added = first.body or {}, later.body or {}
    fields, more = dict(body.get("defaultFields") or {}), added.get("defaultFields") or {}
    for key, value in more.items():
        if isinstance(value, list):
            present = {item["value"] for item in fields.get(key, [])}
            fields[key] = [*fields.get(key, []), *(item for item in value if item["value"] not in present)]
        elif value and not fields.get(key):
            fields[key] = value
    withheld = {*first.withheld, *later.withheld}
    if withheld and fields.get(_PHONES):
        fields[_PHONES] = [item for item in fields[_PHONES] if item["value"] not in withheld]
    keys = {item["key"] for item in body.get("customFields", [])}
    custom = [
        *body.get("customFields", []),
        *(item for item in added.get("customFields", []) if item["key"] not in keys),
    ]
    whole = {**added, **body, "defaultFields": fields, **({"customFields": custom} if custom else {})}
    # The digest of both, so that the same two rows are the same contact the next time.
    digest = blake2b(f"{first.digest} {later.digest}".encode(), digest_size=16).hexdigest()
    return replace(first, body=whole, digest=digest, withheld=tuple(sorted(withheld)))


def withheld_by_join(first: PersonRow, later: PersonRow) -> list[str]:
    """Return the phones that one of two rows would send and the other says not to use, in order."""
    _, phones, _ = names_and_points(first.body or {})
    _, more, _ = names_and_points(later.body or {})
    return sorted({*phones, *more}.intersection((*first.withheld, *later.withheld)))
