"""What a shell offers when Tab is pressed, where it has to be looked up: files, the columns of the sheet, fields."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from importer.model.fields import MAP_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cyclopts.completion import CompletionContext


def file_names(context: CompletionContext) -> list[str]:
    """Return the files and folders that begin with what was typed, folders with a slash at the end."""
    folder, slash, start = context.incomplete.rpartition("/")
    try:
        paths = sorted(path for path in Path(folder + slash).iterdir() if path.name.startswith(start))
    except OSError:
        return []
    return [f"{folder}{slash}{path.name}{'/' if path.is_dir() else ''}" for path in paths]


def column_assignments(context: CompletionContext) -> Iterator[str]:
    """Yield COLUMN=FIELD for each column of the sheet and each field.

    A sheet that cannot be read has no columns to offer: pressing Tab is no time for a message.
    """
    # Imported here: Tab after anything else must not wait for pandas.
    from importer.errors import ImporterError
    from importer.library import read
    from importer.pipeline.job import Job
    from importer.settings.model import Settings

    file = context.get("file")
    if file is None or not file.raw:
        return
    try:
        columns = read(Job(file.raw, Settings())).names
    except ImporterError:
        return
    for column in columns:
        yield from (f"{column}={field}" for field in MAP_FIELDS)
