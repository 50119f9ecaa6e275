"""Without a journal the first row of an id is found as the journal finds it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from importer.delivery.journal import Journal
from importer.model import ContactDraft
from importer.pipeline.reading.first_rows import FirstRows
from importer.plan import OnMatch, decide_all

IDS = st.sampled_from(["a", "b", "oi1-c", "oi1-d", ""])
CHUNKS = st.lists(st.lists(st.tuples(IDS, st.integers(-2, 2), st.integers(-1, 1)), max_size=8), max_size=9)


@given(CHUNKS)
def test_first_rows_are_those_of_the_journal(chunks: list[list[tuple[str, int, int]]]) -> None:
    """Row by row, digest by digest and cells by cells, `seen` gives what the journal gives after the same chunks."""
    first_rows, row = FirstRows(), 1
    with Journal.open(None, "sandbox", "") as journal:
        for chunk in chunks:
            ids = [external_id for external_id, _, _ in chunk]
            seen = journal.seen(ids)
            assert first_rows.seen(ids) == seen
            drafts = [ContactDraft(row + number, each, {}, str(mark)) for number, (each, mark, _) in enumerate(chunk)]
            cells = {row + number: own for number, (_, _, own) in enumerate(chunk)}
            row += len(chunk)
            steps = decide_all(drafts, seen, {}, OnMatch.CREATE_ONLY, cells)
            journal.stage(steps, to_send=False)
            first_rows.feed(steps)
