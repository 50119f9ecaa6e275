"""The external ids that contacts of a journal have, may have, and were not given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.delivery.journal.conditions import IS_GONE, IS_THERE
from importer.delivery.journal.records import PersonKind
from importer.delivery.journal.store import JournalPart
from importer.model.added_columns import NEW_PERSON, OPEN_QUESTION
from importer.plan import Action, State

if TYPE_CHECKING:
    from collections.abc import Sequence


class ContactIds(JournalPart):
    """The part of a journal that says which contact an external id belongs to."""

    def changing_contacts(self) -> set[str]:
        """Return the contact ids of contacts whose change was sent and not answered: they may have another id now."""
        query = "SELECT contact_id FROM contacts WHERE state = ?"
        return {str(contact_id) for (contact_id,) in self._store.rows(query, (str(State.UPDATING),))}

    def unproven_ids(self) -> set[str]:
        """Return the external ids of contacts that are to be made and that may be there already.

        Those that a stopped run may have made, or not, and those to be made again because they were deleted.
        """
        query = (
            "SELECT external_id FROM contacts WHERE state IN (?, ?) AND contact_id = '' UNION ALL "  # noqa: S608
            f"SELECT external_id FROM scratch.queue JOIN contacts USING (external_id) WHERE {IS_GONE} AND action = ?"
        )
        values = (str(State.SENDING), str(State.PENDING), str(Action.CREATE))
        return {str(external_id) for (external_id,) in self._store.rows(query, values)}

    def holders(self, later_ids: Sequence[str]) -> dict[str, str]:
        """Return the ids among these that a contact of this folder has: by id, the external id it was made with."""
        made = f"SELECT external_id, external_id FROM contacts WHERE {IS_THERE} AND external_id IN (?)"  # noqa: S608
        stated = (
            f"SELECT id_at_service, external_id FROM contacts WHERE {IS_THERE} "  # noqa: S608 - constants
            "AND id_at_service <> '' AND id_at_service IN (?)"
        )
        return dict([*self._store.matching(made, later_ids), *self._store.matching(stated, later_ids)])

    def is_there(self, external_id: str) -> bool:
        """Whether a contact that was made with this external id, or has it now, is there or may be."""
        return external_id in self.holders([external_id])

    def recognised_ids(self, external_ids: Sequence[str]) -> set[str]:
        """Return those of these external ids whose contact a row has been recognised as."""
        query = "SELECT external_id FROM scratch.recognised WHERE external_id IN (?)"
        return {external_id for (external_id,) in self._store.matching(query, external_ids)}

    def names_unknown_contact(self) -> bool:
        """Whether an answer or open question in the rejects names a contact that this folder does not know."""
        query = (
            "SELECT EXISTS (SELECT 1 FROM ("  # noqa: S608 - constants
            "SELECT CASE WHEN stated LIKE ? THEN substr(stated, 2) ELSE stated END AS id "
            f"FROM scratch.people AS people WHERE stated NOT IN ('', ?) AND kind = '{PersonKind.GOOD}') AS named "
            "WHERE id <> '' AND NOT EXISTS (SELECT 1 FROM contacts WHERE contacts.external_id = named.id))"
        )
        return bool(self._store.number(query, (f"{OPEN_QUESTION}%", NEW_PERSON)))

    def has_ids_to_give(self) -> bool:
        """Whether a row may have an id of an id column that its contact does not have yet."""
        query = (
            "SELECT EXISTS (SELECT 1 FROM known_by JOIN contacts USING (external_id) WHERE kind = 'id' AND had_row = 1 "
            "AND mark <> id_at_service AND NOT EXISTS (SELECT 1 FROM known_by AS refused "
            "WHERE refused.kind = 'refused' AND refused.external_id = known_by.external_id "
            "AND refused.mark = known_by.mark))"
        )
        return bool(self._store.number(query))

    def refused_ids(self, external_ids: Sequence[str]) -> set[tuple[str, str]]:
        """Return the ids that the service did not give to these contacts: pairs of the contact's own id and that."""
        query = "SELECT external_id, mark FROM known_by WHERE kind = 'refused' AND external_id IN (?)"
        return {(external_id, mark) for external_id, mark in self._store.matching(query, external_ids)}
