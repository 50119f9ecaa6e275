"""The contacts that the rows of a sheet may be: those of the folder that no row has yet, and the workspace's."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from importer.pipeline.reading.person_facts import facts_of_person

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from importer.delivery.journal import Journal
    from importer.identity.people import ContactFacts


class UnclaimedContacts(NamedTuple):
    """Contacts that have no row yet, by external id.

    `free`: those of the folder; `every`: these and the workspace's. `unknown`: the external ids of the workspace's that
    are not free, also where a row has that contact by now: the folder may know nothing of them. `made_elsewhere`:
    contacts of the folder that another folder may have made, each with its row.
    """

    free: dict[str, ContactFacts]
    every: dict[str, ContactFacts]
    unknown: set[str]
    made_elsewhere: dict[str, int]


def unclaimed_contacts(
    journal: Journal, unproven: Collection[str], outside: Sequence[ContactFacts]
) -> UnclaimedContacts:
    """Return the contacts without a row; `unproven` and `outside` as `recognise_people` takes them.

    Rows that were recognised as a contact that another folder may have made have none in the journal afterwards.
    """
    elsewhere = _made_elsewhere(journal, unproven, outside)
    journal.unrecognise([*elsewhere])
    free = {contact.external_id: contact for contact in journal.free_contacts()}
    free = {external_id: contact for external_id, contact in free.items() if external_id not in elsewhere}
    unknown = {contact.external_id for contact in outside} - free.keys()
    return UnclaimedContacts(free, free | _outside_people(journal, free, outside), unknown, elsewhere)


def _made_elsewhere(journal: Journal, unproven: Collection[str], outside: Sequence[ContactFacts]) -> dict[str, int]:
    """The contacts among `unproven` that another folder may have made since, each with its row.

    A contact outside has a number or the name of that row.
    """
    if not unproven or not outside:
        return {}
    mark = journal.marker
    marks = {each for contact in outside for each in (*contact.points, *contact.identities)}
    marks |= {facts.name.whole for contact in outside for facts in contact.facts if not facts.name.is_blank}
    result = {}
    for person, external_id in journal.rows_of(list(unproven)):
        facts = facts_of_person(mark, person)
        if not marks.isdisjoint({person.identity, facts.name.whole, *facts.phones, *facts.emails}):
            result[external_id] = person.row
    return result


def _outside_people(
    journal: Journal, own: Mapping[str, ContactFacts], outside: Sequence[ContactFacts]
) -> dict[str, ContactFacts]:
    """The contacts of the workspace that no row has yet, with all that the folder knows of them too.

    They have the names and numbers that an older journal lacks; it knows what was asked and said of them.
    """
    taken = journal.recognised_ids([contact.external_id for contact in outside])
    contacts = [contact for contact in outside if contact.external_id not in taken]
    merged = [
        contact.merged_with(own[contact.external_id]) if contact.external_id in own else contact for contact in contacts
    ]
    return {contact.external_id: contact for contact in journal.with_questions(merged)}
