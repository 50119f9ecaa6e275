"""One row's way: how many files and named functions a run of a sheet takes, and how often it changes the file.

Counted by a profile hook: the calls of all named functions of `importer`, without those of the sandbox, the bodies of
classes, and what modules do when they are imported. For the hook a coroutine is called once more whenever it goes on
after an await; `resumed` is how many of the changes of file come of that alone.

python -m tests.benchmarks.way [ROWS]
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections import Counter
from inspect import CO_ASYNC_GENERATOR, CO_COROUTINE, CO_GENERATOR, CO_OPTIMIZED
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

ROOT = f"{Path(__file__).parents[2] / 'importer'}{os.sep}"
_UNNAMED = {"<module>", "<listcomp>", "<genexpr>", "<dictcomp>", "<setcomp>", "<lambda>"}
_RESUMABLE = CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR


class Way:
    """What the hook has counted so far."""

    def __init__(self) -> None:
        self.functions: Counter[tuple[str, str]] = Counter()
        self.changes = self.changes_without_resumed = 0
        self._last = self._last_begun = ""
        self._begun: dict[int, FrameType] = {}

    def hook(self, frame: FrameType, event: str, _: object) -> None:
        """Count one call."""
        code = frame.f_code
        file = code.co_filename
        if event != "call" or not file.startswith(ROOT) or code.co_name in _UNNAMED:
            return
        # Templates of Jinja are compiled to functions without that flag.
        is_class = not code.co_flags & CO_OPTIMIZED and file.endswith(".py")
        if is_class or file.startswith(f"{ROOT}sandbox") or _imports(frame):
            return
        self.functions[file, code.co_qualname] += 1
        self.changes += self._last not in ("", file)
        self._last = file
        if code.co_flags & _RESUMABLE:
            if self._begun.get(id(frame)) is frame:
                return
            self._begun[id(frame)] = frame
        self.changes_without_resumed += self._last_begun not in ("", file)
        self._last_begun = file

    def figures(self) -> dict[str, int]:
        """Return them by name."""
        return {
            "files": len({file for file, _ in self.functions}),
            "functions": len(self.functions),
            "calls": self.functions.total(),
            "changes": self.changes,
            "resumed": self.changes - self.changes_without_resumed,
        }


def _imports(frame: FrameType) -> bool:
    caller = frame.f_back
    while caller is not None:
        if caller.f_code.co_name == "<module>" and caller.f_code.co_filename.startswith(ROOT):
            return True
        caller = caller.f_back
    return False


def count(rows: int) -> tuple[int, Way]:
    """Import a new sheet of so many rows into the sandbox; return the exit code, and what its way was."""
    from importer.cli.app import main

    lines = [f"k{n},Ada,Stone{n},+1415555{1000 + n:04d},ada{n}@example.com,Acme{n}" for n in range(rows)]
    Path("people.csv").write_text("\n".join(["id,First Name,Last Name,Phone,Email,Company", *lines]), "utf-8")
    options = ["--sandbox", "--yes", "-q", "--region", "US", "--map", "id=external_id"]
    way = Way()
    threading.setprofile(way.hook)
    sys.setprofile(way.hook)
    try:
        code = main(["run", "people.csv", *options])
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    return code, way


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        os.chdir(folder)
        for name in ("HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
            os.environ[name] = folder
        exit_code, counted = count(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
        os.chdir("/")
    print(json.dumps(counted.figures()))
    sys.exit(exit_code)
