"""What a person is told before an undo begins."""

from __future__ import annotations

import pytest

from importer.report.undo import UndoPreview, preview_lines


@pytest.mark.parametrize(
    ("deletes", "restores", "remakes", "words"),
    [
        (2, 0, 0, "delete at most 2 contacts that it created"),
        (0, 1, 0, "restore at most 1 contact that it changed"),
        (2, 1, 0, "delete at most 2 contacts that it created, restore at most 1 contact that it changed"),
        (0, 1, 3, "bring back at most 3 contacts that it deleted, restore at most 1 contact that it changed"),
        (0, 0, 0, "change no contact"),
    ],
)
def test_only_what_an_undo_does_is_named(deletes: int, restores: int, remakes: int, words: str) -> None:
    """Of deleting, restoring and bringing back only what will happen is named, with its number."""
    preview = UndoPreview(("1",), "a.csv", "2026-07-01T10:00", deletes, restores, {}, looked=False, remakes=remakes)
    assert preview_lines(preview)[1] == f"Will:    {words}"
