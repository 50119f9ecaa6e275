"""Compiled templates, kept where Python keeps compiled modules."""

from __future__ import annotations

import sys
from contextlib import suppress
from importlib.metadata import version
from importlib.util import cache_from_source
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import FileSystemBytecodeCache

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2.bccache import Bucket

_FOLDER = Path(cache_from_source(__file__)).parent


class CompiledTemplates(FileSystemBytecodeCache):
    """Keeps templates in `__pycache__`, since compiling them takes a sixteenth of the time of a small check.

    As with modules, a folder that cannot be written to costs that time and nothing else.
    """

    def __init__(
        self, options: Mapping[str, Any], folder: Path = _FOLDER, *, writes: bool = not sys.dont_write_bytecode
    ) -> None:
        """Keep what an environment with these options compiles."""
        super().__init__(str(folder), f"%s.{sys.implementation.cache_tag}.template")
        self._compiler = f"{version('jinja2')} {options}"
        self._writes = writes

    def get_source_checksum(self, source: str) -> str:
        """Return what compiled code is known by: other options or another jinja2 would make other code of a source."""
        return super().get_source_checksum(f"{self._compiler}\n{source}")

    def load_bytecode(self, bucket: Bucket) -> None:
        """Load the code of a template, if it is there and whole."""
        # Damaged bytes can make pickle raise nearly any error.
        with suppress(Exception):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template, if it can be written."""
        if self._writes:
            with suppress(OSError):
                super().dump_bytecode(bucket)
