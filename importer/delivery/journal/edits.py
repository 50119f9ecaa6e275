"""Did people edit a contact between two changes of ours? Its before-images tell, beside how each change left it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from importer.plan import contact_fingerprint

if TYPE_CHECKING:
    from collections.abc import Collection

    from importer.delivery.journal.store import Store


def was_edited(store: Store, external_id: str, runs: Collection[int] | None = None, *, restores: bool = False) -> bool:
    """Whether a person edited a contact before one of the changes that `runs` (None: all) made to it.

    `restores`: an edit before the first of these changes does not count, since its before-image has it.
    """
    query = (
        "SELECT former.run, left_as, expected, contact FROM former JOIN images ON images.run = former.run "
        "AND images.external_id = former.external_id AND images.contact_id = former.contact_id "
        "WHERE former.external_id = ? ORDER BY former.run"
    )
    own: set[str] = set()
    is_first = True
    for run, left_as, expected, contact in store.rows(query, (external_id,)):
        own.add(left_as)
        counts = (runs is None or run in runs) and not (restores and is_first)
        if counts and left_as and contact_fingerprint(json.loads(contact)) not in own:
            return True
        is_first = is_first and not (runs is None or run in runs)
        own.add(expected)
    return False
