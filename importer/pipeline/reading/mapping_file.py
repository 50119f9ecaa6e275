"""A mapping is written into its file, `mapping.toml`: by `map` and by `--accept-changes`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from importer.disk import free_name, real_path, replacing_text
from importer.errors import SettingsError
from importer.folder_lock import folder_locked
from importer.mapping.chosen.lock import lock_of
from importer.mapping.chosen.mapping_toml import saved_text
from importer.pipeline.reading.saved_answer import text_of
from importer.settings.layers import Layers
from importer.settings.model import OPTIONS, TABLES, names
from importer.text import listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from importer.model import SourceTable
    from importer.pipeline.job import Job
    from importer.pipeline.reading.columns import MappedColumns
    from importer.settings.model import Settings


def save(
    job: Job,
    file: Path,
    table: SourceTable,
    columns: MappedColumns,
    options: Mapping[str, Sequence[str]],
    opened: Settings,
    *,
    seen: bool,
) -> None:
    """Write the mapping into `file`, keeping what a person wrote in it. `seen` is that of `saved_text`.

    `opened`: the settings with which the columns were mapped, before the person changed any here. If another program
    has written other columns into the file since, it stays as it is. Raises SettingsError, OutputError, FolderBusy or
    DiskFailed.
    """
    sent = {column.target.custom for column in columns.mapping.mapped if column.target and column.target.custom}
    lock = lock_of(table.headers, sent, options)
    # Options about the sheet that were typed are saved too: the mapping may hold only for this header row or encoding.
    reading: dict[str, Any] = {}
    for name in (name for name, option in OPTIONS.items() if option.saved_by_map):
        value, origin = getattr(job.settings, name), job.settings.origin(name)
        if origin is not None and origin.what.startswith("--"):
            reading[name.replace("_", "-")] = list(value) if isinstance(value, tuple) else value
    with folder_locked(file.parent):
        foreign = _columns_of_others(file, opened)
        text = saved_text(text_of(file), columns.named, len(table.headers), lock, reading, seen=seen)
        target = file
        if foreign and seen:
            # What the person has looked at is not lost either.
            target = free_name(file, "not-saved")
        if not foreign or seen:
            with replacing_text(target) as stream:
                stream.write(text)
    if foreign:
        listing = listed(foreign)
        kept = f" What you chose is in {target}." if seen else ""
        raise SettingsError(
            f"Another program has changed {file} since this command has read it (column {listing}), so it was left as "
            f"it is.{kept}",
            "Run the same command again: it begins with what the file says now.",
        )


def _columns_of_others(file: Path, opened: Settings) -> list[str]:
    """The columns of `[map]` that are otherwise in the file than in settings that were loaded from it."""
    layers = Layers()
    if file.is_file():
        layers.add_file(file, names(), TABLES)
    if layers.mistakes:
        raise SettingsError(" ".join(layers.mistakes), "Correct this and run the command again.")
    now = layers.values.get("map", {})
    pairs, path = dict(opened.map), real_path(file)
    from_file = {
        column: field
        for column, field in pairs.items()
        if (origin := opened.origin("map", column)) is not None and real_path(Path(origin.what)) == path
    }
    # Columns that an option or the folder's memory names may be otherwise in the file: those win over it.
    changed = [column for column, field in from_file.items() if now.get(column) != field]
    return [*changed, *(column for column in now if column not in pairs)]


def accept(job: Job, table: SourceTable, columns: MappedColumns, options: Mapping[str, Sequence[str]]) -> None:
    """Bring the file that holds the lock up to date. Raises what `save` does."""
    origin = job.settings.origin("lock")
    if origin is None or origin.line is None:
        job.hooks.warn("--accept-changes: there is no saved mapping yet; openphone-import map saves one.")
        return
    save(job, Path(origin.what), table, columns, options, job.settings, seen=False)
    job.hooks.note(f"{origin.what} is up to date with {table.file}.")
