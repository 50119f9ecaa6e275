"""Where the results of a workspace are: a folder of its name, and the address that they are brought to."""

from __future__ import annotations

from pathlib import Path

from importer.delivery.journal_place import is_used

PLACEHOLDER = "{workspace}"


def address_of(address: str, folder: Path) -> str:
    """Return the address of the results that are in a folder first; "" where they stay there."""
    if not address or PLACEHOLDER in address:
        return address.replace(PLACEHOLDER, folder.name)
    return f"{address.rstrip('/')}/{folder.name}"


def folder_of(results: str, known_names: tuple[str, ...], *, sandbox: bool) -> Path:
    """Return the folder of a workspace: that of its name, or of a former one that holds its journal."""
    # What was rehearsed is kept apart: a journal belongs to one service.
    folders = [
        Path(results.replace(PLACEHOLDER, name) if PLACEHOLDER in results else f"{results}/{name}")
        for name in (f"{name}.sandbox" if sandbox else name for name in known_names)
    ]
    return next((folder for folder in folders if is_used(folder)), folders[0])
