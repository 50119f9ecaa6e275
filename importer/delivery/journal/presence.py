"""Whether there is a journal at a place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importer.delivery.journal_place import JournalPlace


def has_journal(place: JournalPlace) -> bool:
    """Whether there is a journal at a place. Raises JournalError for a database that cannot be asked."""
    if isinstance(place, Path):
        return place.exists()
    from importer.delivery.journal.postgres import opening

    return opening.has_journal(place)
