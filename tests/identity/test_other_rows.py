"""Rows of rejects are compared with all contacts of other rows, of which few are in memory."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

from importer.identity.marks import Facts, facts_of, marker
from importer.identity.other_rows import same_people
from importer.identity.people import RowFacts

if TYPE_CHECKING:
    from collections.abc import Iterator

MARK = marker(b"")
ANN = facts_of(MARK, ("Ann", "Lee", ""), ["+14155550101"], [])
PACKED = facts_of(MARK, ("Bob", "Ray", ""), ["+14155550102"], ["bob@example.com"]).packed()


def contacts(count: int) -> Iterator[tuple[str, Facts]]:
    for number in range(count):
        yield f"id-{number}", Facts.unpacked(PACKED)
    yield "id-ann", ANN


def test_contacts_that_share_nothing_are_not_kept() -> None:
    """However many contacts there are, only those with a number of the rows are kept while they are compared."""
    row = RowFacts(2, 1, 1, ANN)
    tracemalloc.start()
    try:
        assert same_people([row], contacts(20_000)) == {2: (["id-ann"], True)}
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 500_000
