"""Folders from elsewhere that say what `dedupe` did to contacts of this workspace."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from importer.delivery.journal import Journal, RunRecord
from importer.sandbox import KEY

if TYPE_CHECKING:
    from importer.sandbox import Sandbox
    from tests.delivery.engine.hostile import Hostile

FOLDER = Path("elsewhere.import")


def plant(
    sandbox: Sandbox | Hostile, *joins: tuple[dict[str, Any], str], remade_id: str = "", folder: Path = FOLDER
) -> None:
    """Make a folder whose journal says that each of these contacts was deleted for the sake of another.

    `remade_id`: it says besides that this was undone, and which contact was made again.
    """
    folder.mkdir()
    with Journal.open(folder / "journal.sqlite", sandbox.url, KEY) as journal:
        journal.begin(RunRecord("run-planted", "dedupe", "", None, "2026-01-01T00:00:00Z"))
        for contact, kept_id in joins:
            journal.joins.begin(contact, kept_id, None)
            journal.joins.end(contact["id"], None)
        if remade_id:
            (target,) = journal.joins.targets()
            for contact, _ in joins:
                journal.joins.undone(target, contact["id"], "reversed", "", remade_id)
        journal.finish("run-planted", {}, 0)
    (folder / "dedupe.csv").write_text("", encoding="utf-8")
