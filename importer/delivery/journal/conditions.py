"""Conditions that several statements of a journal share, in its SQL, and the words that they are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.delivery.journal.records import PersonKind
from importer.model.made_ids import DIGEST_IDS
from importer.plan.step import NOT_THERE, WITHOUT_CONTACT

if TYPE_CHECKING:
    from collections.abc import Iterable


def listed(words: Iterable[str]) -> str:
    """Return constants, in which there is no quotation mark, as what stands behind IN."""
    quoted = ", ".join(f"'{word}'" for word in words)
    return f"({quoted})"


def is_digest_id(column: str) -> str:
    """Return the condition that the external id in `column` was made of the values of a row."""
    begins = " OR ".join(f"{column} LIKE '{prefix}%'" for prefix in DIGEST_IDS)
    return f"({begins})"


ID_AT_SERVICE = "coalesce(nullif(contacts.id_at_service, ''), contacts.external_id)"
"""The external id that a contact has in the workspace now."""

IS_GONE = f"contacts.state IN {listed(NOT_THERE)}"
"""A contact was deleted in the workspace."""

IS_THERE = f"(contacts.contact_id <> '' OR contacts.state NOT IN {listed(WITHOUT_CONTACT)} OR contacts.unsure > 0)"
"""A contact is there, or may be: a request whose end is not known may have made it."""

SEEN_DIGEST = "CASE WHEN seen.digest = '' THEN contacts.digest ELSE seen.digest END"
"""The digest of a row of `scratch.seen AS seen`, with its contact; "" there is that of the contact."""

IS_LEFT_OUT = f"people.kind = '{PersonKind.LEFT_OUT}'"
MAY_HAVE_CONTACT = f"people.kind NOT IN {listed((PersonKind.REPEAT, PersonKind.LEFT_OUT))}"
"""Of rows in `scratch.people AS people`."""
