"""An answer is written into `mapping.toml`: the field of a column, or another option."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.disk import file_text, make_folder, replacing_text
from importer.errors import OutputError
from importer.folder_lock import folder_locked
from importer.mapping.chosen.mapping_toml import with_column, with_options

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any


def save_settings(file: Path, answers: Mapping[str, Any]) -> None:
    """Write options into `file` by their names in `Settings`, and the fields of single columns into its `[map]`.

    Raises OutputError, FolderBusy or DiskFailed.
    """
    make_folder(file.parent)
    # The page and a command may answer at the same time, and neither is to lose what the other has written.
    with folder_locked(file.parent):
        text = with_options(text_of(file), {name: value for name, value in answers.items() if name != "map"})
        for column, field in answers.get("map", {}).items():
            text = with_column(text, column, field)
        with replacing_text(file) as stream:
            stream.write(text)


def text_of(file: Path) -> str:
    """The text of a mapping, "" if there is none yet."""
    try:
        # Windows editors put a byte order mark before UTF-8.
        return file_text(file, "utf-8-sig") if file.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise OutputError(
            f"{file} cannot be read ({reason}), so it cannot be brought up to date.", "Move it away, or correct it."
        ) from None
