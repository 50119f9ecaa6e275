"""A mapping is written into its file, `mapping.toml`: by `map` and by `--accept-changes`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from importer.disk import replacing_text
from importer.mapping.chosen.lock import lock_of
from importer.mapping.chosen.mapping_toml import saved_text
from importer.pipeline.reading.saved_answer import text_of
from importer.settings.model import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from importer.model import SourceTable
    from importer.pipeline.job import Job
    from importer.pipeline.reading.columns import MappedColumns


def save(
    job: Job,
    file: Path,
    table: SourceTable,
    columns: MappedColumns,
    options: Mapping[str, Sequence[str]],
    *,
    seen: bool,
) -> None:
    """Write the mapping into `file`, keeping what a person wrote in it. `seen` is that of `saved_text`.

    Raises OutputError or DiskFailed.
    """
    sent = {column.target.custom for column in columns.mapping.mapped if column.target and column.target.custom}
    lock = lock_of(table.headers, sent, options)
    former = text_of(file)

    # Options about the sheet that were typed are saved too: the mapping may hold only for this header row or encoding.
    reading: dict[str, Any] = {}
    for name in (name for name, option in OPTIONS.items() if option.saved_by_map):
        value, origin = getattr(job.settings, name), job.settings.origin(name)
        if origin is not None and origin.what.startswith("--"):
            reading[name.replace("_", "-")] = list(value) if isinstance(value, tuple) else value
    text = saved_text(former, columns.named, len(table.headers), lock, reading, seen=seen)
    with replacing_text(file) as stream:
        stream.write(text)


def accept(job: Job, table: SourceTable, columns: MappedColumns, options: Mapping[str, Sequence[str]]) -> None:
    """Bring the file that holds the lock up to date. Raises OutputError or DiskFailed."""
    origin = job.settings.origin("lock")
    if origin is None or origin.line is None:
        job.hooks.warn("--accept-changes: there is no saved mapping yet; openphone-import map saves one.")
        return
    save(job, Path(origin.what), table, columns, options, seen=False)
    job.hooks.note(f"{origin.what} is up to date with {table.file}.")
