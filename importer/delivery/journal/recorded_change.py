"""What a run did to one contact, as a line of the journal tells it."""

from __future__ import annotations

import json

from importer.errors import JournalError
from importer.plan import RecordedChange, State


def to_recorded_change(
    external_id: str,
    restores: int,
    contact_id: str,
    left_as: str,
    sent_at: int | None,
    state: str,
    changed_id: str | None,
    before: str | None,
    expected: str | None,
    given_id: str,
    later: int,
) -> RecordedChange:
    """Return the change that a line of `UndoJournal.next_changes` describes. Raises JournalError for an altered id."""
    fingerprints = frozenset({left_as, expected or ""} - {""})
    if not restores:
        return RecordedChange(external_id, contact_id, fingerprints, None, sent_at, bool(later), given_id=given_id)
    assert changed_id is not None  # noqa: S101 - a restore has its image
    if contact_id not in ("", changed_id):
        # The fingerprints are those of another contact, which has taken the place of the changed one.
        fingerprints = frozenset()
    removed = state in (State.DELETED, State.DELETING) and not contact_id
    removing = state == State.DELETING and contact_id == changed_id
    image = json.loads(before or "{}")
    if image.get("id") != changed_id:
        raise JournalError(
            f"The journal is damaged: its copy of the contact with the external id {external_id!r} has another "
            f"contact id ({image.get('id')!r}) than the line of the change ({changed_id!r}): the run cannot be undone.",
            "Compare the contacts of this run with your sheet in the app, and correct what is wrong there.",
        )
    return RecordedChange(
        external_id,
        changed_id,
        fingerprints,
        image,
        later=bool(later),
        removed=removed,
        given_id=given_id,
        removing=removing,
    )
