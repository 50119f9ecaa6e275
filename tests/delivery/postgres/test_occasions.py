"""The book of occasions: one worker each, one workspace of a key at a time, and the latest attempt alone counts."""

from __future__ import annotations

import uuid
from contextlib import closing
from typing import TYPE_CHECKING

from importer.delivery.journal.postgres.occasions import Occasion, OccasionBook, OccasionEnd, OccasionState

if TYPE_CHECKING:
    from tests.database import Server

DONE = OccasionEnd(OccasionState.DONE, 0, {"created": 3})


def test_only_the_latest_attempt_of_the_worker_that_has_it_counts(database: Server) -> None:
    """A worker whose occasion was given to another can neither end it nor count its rows, nor begin the old attempt."""
    old, new = uuid.uuid4(), uuid.uuid4()
    with closing(OccasionBook(database.place(), "attempts")) as book:
        assert [each.workspace for each in book.add([Occasion("attempts", "acme", "night", "k")])] == ["acme"]
        assert book.add([Occasion("attempts", "acme", "night", "k")]) == []
        first = book.begin("attempts/acme/night/1", old)
        assert first is not None
        # Taken up by another worker: first the same workflow, then another one.
        assert book.begin("attempts/acme/night/1", new) is not None
        assert not book.end(first, old, DONE)
        assert (book.count_rows(old, {"acme": 2}), book.count_rows(new, {"acme": 2})) == (set(), {"acme"})
        again = book.give_out_again(first)
        assert again is not None
        assert (again.workflow, book.give_out_again(first)) == ("attempts/acme/night/2", None)
        assert book.begin("attempts/acme/night/1", new) is None
        second = book.begin(again.workflow, new)
        assert second is not None
        assert book.end(second, new, DONE)
        assert not book.end(second, new, DONE)
        (latest,) = book.latest()
        assert (latest.state, latest.counts, book.due()) == (OccasionState.DONE, {"created": 3}, [])
        assert book.begin(again.workflow, new) is None


def test_of_the_workspaces_with_one_key_one_is_under_way(database: Server) -> None:
    """Another one is not begun until the first has ended; one with another key is."""
    worker = uuid.uuid4()
    with closing(OccasionBook(database.place(), "keys")) as book:
        book.add([Occasion("keys", name, "night", key) for name, key in (("a", "k"), ("b", "k"), ("c", "other"))])
        first = book.begin("keys/a/night/1", worker)
        assert first is not None
        assert book.begin("keys/b/night/1", worker) is None
        assert book.begin("keys/c/night/1", worker) is not None
        assert {each.workspace for each in book.due()} == {"a", "b", "c"}
        assert book.end(first, worker, DONE)
        assert book.begin("keys/b/night/1", worker) is not None
