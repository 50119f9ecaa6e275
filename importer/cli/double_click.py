"""Whether the program was started by a double-click: no arguments, no terminal, on a desktop. Then the page opens."""

from __future__ import annotations

import os
import stat
import sys
from typing import TYPE_CHECKING

from importer.version import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_STANDARD_STREAMS = (0, 1, 2)
_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY")
_LONGEST_PATH = 32_768
_QUERY_LIMITED_INFORMATION = 0x1000


def is_double_click(platform: str = sys.platform, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a person started the program from their desktop, and not from a terminal or a script."""
    if platform == "win32":
        return is_own_console(_console_programs())
    # In Finder a program opens in a terminal of its own, so there is nothing to tell it by.
    return platform != "darwin" and any(environ.get(name) for name in _DISPLAYS) and is_detached(_STANDARD_STREAMS)


def is_detached(descriptors: Sequence[int]) -> bool:
    """Whether nothing reads what is written: neither a terminal nor a pipe or a file, which scripts give."""
    for descriptor in descriptors:
        try:
            mode = os.fstat(descriptor).st_mode
        except OSError:
            continue
        if os.isatty(descriptor) or stat.S_ISFIFO(mode) or stat.S_ISREG(mode):
            return False
    return True


def is_own_console(programs: Sequence[str]) -> bool:
    """Whether a console of Windows, with these programs in it, was opened for this program alone: no shell is in it."""
    names = [program.replace("\\", "/").rpartition("/")[2].lower() for program in programs]
    return bool(names) and all(name.startswith(("python", "py.", PROGRAM)) for name in names)


def page_folder(folder: Path, program: Path, home: Path) -> Path:
    """The folder in which the page keeps its imports: `folder`, or that of the person's documents.

    A double-click starts a program beside its own file, or in a folder of the system, where no sheets are.
    """
    is_programs = folder == program.parent or folder.parent == folder
    if not is_programs and folder.is_relative_to(home) and os.access(folder, os.W_OK):
        return folder
    documents = home / "Documents"
    return documents if documents.is_dir() and os.access(documents, os.W_OK) else home


def _console_programs() -> list[str]:
    """The programs in this console of Windows; [] elsewhere."""
    import ctypes

    windows = getattr(ctypes, "windll", None)
    if windows is None:
        return []
    kernel = windows.kernel32
    numbers = (ctypes.c_uint32 * 64)()
    count = kernel.GetConsoleProcessList(numbers, len(numbers))
    programs = []
    for number in numbers[: min(count, len(numbers))]:
        size = ctypes.c_uint32(_LONGEST_PATH)
        text = ctypes.create_unicode_buffer(_LONGEST_PATH)
        process = kernel.OpenProcess(_QUERY_LIMITED_INFORMATION, False, number)
        if not process or not kernel.QueryFullProcessImageNameW(process, 0, text, ctypes.byref(size)):
            # What cannot be looked at belongs to another person, so this console is not ours.
            return []
        kernel.CloseHandle(process)
        programs.append(text.value)
    return programs
