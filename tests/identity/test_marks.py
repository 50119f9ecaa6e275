"""Marks are kept in journals, so a way to make them faster must make the same ones."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from importer.identity.marks import cells_mark, marker

MARK = marker(b"salt")


@given(st.lists(st.text(st.characters(), max_size=6), max_size=5))
def test_the_mark_of_cells_is_that_of_their_json(cells: list[str]) -> None:
    """Whatever the cells hold, quotes, controls and half characters too, the mark is that of earlier versions."""
    texts = sorted(text for cell in cells if (text := cell.strip()))
    former = MARK("cells " + json.dumps(texts, ensure_ascii=False)) if texts else 0
    assert cells_mark(MARK, cells) == former
