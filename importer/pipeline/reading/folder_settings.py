"""The settings of a command over a sheet: what was given, over what its folder remembers and its mapping.toml says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from importer.delivery.journal_place import is_used, journal_of
from importer.disk import real_path
from importer.errors import CannotStart
from importer.model.folder_names import MAPPING_FILE
from importer.settings.load import load

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from importer.settings.layers import SettingsLayer
    from importer.settings.memory import ReadingMemory
    from importer.settings.model import Settings


@dataclass(frozen=True, slots=True)
class FolderSettings:
    """Settings, and what of the folder is in them: the file of its saved mapping, and what its journal remembers.

    `trouble`: why what the folder remembers could not be read, "" if it could.
    """

    settings: Settings
    saved: Path | None = None
    memory: ReadingMemory | None = None
    trouble: str = ""


def folder_settings(
    file: str,
    options: Mapping[str, Any],
    environment: Mapping[str, str],
    *configs: Path,
    workspace: SettingsLayer | None = None,
    check: Callable[[Path], None] = lambda _: None,
) -> FolderSettings:
    """Return the settings for FILE: `options` over the environment, `configs`, and what its folder holds.

    `workspace`: what a fleet says of the workspace that the command is about. `check` is shown the saved mapping first,
    and may refuse it. Raises SettingsError.
    """
    settings = load(options, environment, *configs, workspace=workspace)
    # Which folder to look into for a saved mapping is a setting itself, so they are loaded once without it.
    saved = settings.out_folder(file) / MAPPING_FILE
    # One that is named with --config was chosen by the person.
    has_saved = saved.is_file() and real_path(saved) not in set(map(real_path, configs))
    memory, trouble = None, ""
    if is_used(saved.parent):
        # Imported here since most folders are new, and a wrong option is reported without waiting for it.
        from importer.pipeline.reading.memory import memory_of

        try:
            memory = memory_of(journal_of(saved.parent), file)
        except CannotStart as error:
            # A journal that cannot be read is an error of the command that opens it.
            trouble = f"What this folder remembers is not used. {error.message}"
    if has_saved:
        check(saved)
    if has_saved or memory is not None:
        kept = memory and memory.without(settings.forget)
        held = saved if has_saved else None
        settings = load(options, environment, *configs, saved=held, memory=kept, workspace=workspace)
    return FolderSettings(settings, saved if has_saved else None, memory, trouble)
