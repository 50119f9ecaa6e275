"""Did people edit a contact between two changes of ours? Its before-images tell, beside how each change left it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from importer.plan import EDITED, contact_fingerprint

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from importer.delivery.journal.store import Store


def was_edited(store: Store, external_id: str, runs: Collection[int] | None = None, *, restores: bool = False) -> bool:
    """Whether a person edited a contact before one of the changes that `runs` (None: all) made to it.

    `restores`: an edit before the first of these changes does not count, since its before-image has it.
    """
    query = (
        # All runs are named, of which there are few: neither table has an index of ids alone.
        "SELECT former.run, left_as, expected, contact FROM former JOIN images ON images.run = former.run "
        # Where our POST was cut off before its answer, its contact was not known yet.
        "AND images.external_id = former.external_id AND former.contact_id IN ('', images.contact_id) "
        "WHERE former.run IN (SELECT number FROM runs) AND former.external_id = ? ORDER BY former.run"
    )
    # How our changes left it, and how it was where one of them did not arrive or was taken back.
    our_marks: set[str] = set()
    is_first = True
    for run, left_as, expected, contact in store.rows(query, (external_id,)):
        our_marks |= {left_as} - {""}
        fingerprint = contact_fingerprint(json.loads(contact))
        counts = (runs is None or run in runs) and not (restores and is_first)
        # Of a contact that a run only looked at, the one before may be all that tells how we left it.
        if counts and our_marks and fingerprint not in our_marks:
            return True
        is_first = is_first and not (runs is None or run in runs)
        our_marks |= {fingerprint, expected} - {""}
    return False


@dataclass(frozen=True, slots=True)
class LastChange:
    """The last change of a contact that was begun: the contact's fingerprint before and after it."""

    before: str
    expected: str

    def left(self, contact: Mapping[str, Any]) -> str:
        """Return the fingerprint of how it left a contact that is found now; EDITED where a person has been there."""
        fingerprint = contact_fingerprint(contact)
        return fingerprint if fingerprint in (self.before, self.expected) else EDITED


def last_change(store: Store, external_id: str) -> LastChange | None:
    """Return the last change of a contact that was begun, whether or not it arrived."""
    query = (
        "SELECT expected, contact FROM former JOIN images ON images.run = former.run "
        "AND images.external_id = former.external_id "
        "WHERE former.run IN (SELECT number FROM runs) AND former.external_id = ? ORDER BY former.run DESC LIMIT 1"
    )
    for expected, before in store.rows(query, (external_id,)):
        return LastChange(contact_fingerprint(json.loads(before)), str(expected))
    return None
