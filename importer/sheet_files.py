"""Several files of one sheet, named one after the other or by their folder, as the one text that a job calls it by."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from importer.shell import shell_join

if TYPE_CHECKING:
    from collections.abc import Iterable

# What a file is, is decided by its content when it is read.
ENDINGS = frozenset({".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".fods", ".vcf"})
"""The endings by which a person knows a sheet."""

# No path on any system has it in its name by accident.
_BETWEEN = "\n"


def joined(files: Iterable[str]) -> str:
    """Return the text for several files; the order in which they were named does not count."""
    names = sorted(dict.fromkeys(files))
    return _BETWEEN.join(names)


def split(file: str) -> list[str]:
    """Return the files that a text names, one for a file or folder."""
    return file.split(_BETWEEN)


def is_several(file: str) -> bool:
    """Whether a text names several files, or a folder of them."""
    return _BETWEEN in file or ("://" not in file and file != "-" and os.path.isdir(file))  # noqa: PTH112 (bad paths too)


def common_folder(file: str) -> Path:
    """Return the folder that holds all the files of a text."""
    if _BETWEEN not in file:
        return Path(os.path.realpath(file))
    return Path(os.path.commonpath([Path(os.path.realpath(name)).parent for name in split(file)]))


def paths_of(file: str) -> list[Path]:
    """Return the files on this computer that a text names, in order; of a folder the sheets that are in it."""
    paths: list[Path] = []
    for path in map(Path, split(file)):
        paths += filter(is_sheet, path.iterdir()) if path.is_dir() else [path]
    return sorted(dict.fromkeys(paths))


def is_sheet(path: Path) -> bool:
    """Whether a file of a folder is to be read as a sheet; what it is, is then decided by its content."""
    return path.suffix.lower() in ENDINGS and not path.name.startswith((".", "~$")) and path.is_file()


def quoted(file: str) -> str:
    """Return the files as they are typed in a shell."""
    return shell_join(split(file))
