"""The steps of a person's edits, to undo and redo: an edit, a paste or a repair is one step each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.model.repair import CellEdit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.pipeline.worksheet import CellChange, Worksheet

_MOST_STEPS = 500


class EditHistory:
    """What was edited since the sheet was opened; the newest step is last."""

    def __init__(self) -> None:
        self._done: list[list[CellChange]] = []
        self._undone: list[list[CellChange]] = []

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to undo."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to redo."""
        return bool(self._undone)

    def forget(self) -> None:
        """Forget all steps: the sheet is another one now."""
        self._done.clear()
        self._undone.clear()

    def edit(self, worksheet: Worksheet, edits: Sequence[CellEdit]) -> list[CellChange]:
        """Make edits as one step."""
        return self.keep(worksheet.edit(edits))

    def keep(self, changes: list[CellChange]) -> list[CellChange]:
        """Keep changes that were made as one step, and return them."""
        if changes:
            self._done.append(changes)
            self._undone.clear()
            del self._done[:-_MOST_STEPS]
        return changes

    def undo(self, worksheet: Worksheet) -> list[CellChange]:
        """Undo the last step."""
        if not self._done:
            return []
        step = self._done[-1]
        changes = worksheet.edit([CellEdit(change.row, change.position, change.before) for change in step])
        self._undone.append(self._done.pop())
        return changes

    def redo(self, worksheet: Worksheet) -> list[CellChange]:
        """Do the step again that was undone last."""
        if not self._undone:
            return []
        step = self._undone[-1]
        changes = worksheet.edit([CellEdit(change.row, change.position, change.after) for change in step])
        self._done.append(self._undone.pop())
        return changes
