"""Text files with more lines than contacts take: each line costs as much as one that has a contact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.errors import SourceError
from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FREE_LINES = 100_000
_BLOCK_BYTES = 1024 * 1024
_WIDTHS = {"utf-16": 2, "utf-32": 4}
"""The bytes of a letter in encodings in which it has several."""
# With its end. No list is made of shorter numbers and addresses than 5550101 and a@b.co, or of shorter names.
_BYTES_A_LINE = 7
# Any letter or digit; in other encodings each has a byte beyond ASCII. A line of nothing but delimiters is no row.
_FILLED = regex(rb"[0-9A-Za-z\x80-\xff][^\r\n]*")


def refuse_short_lines(path: Path, name: str, codec: str) -> None:
    """Raise SourceError for a file of very many lines that are too short for contacts; `codec` is its encoding."""
    size = path.stat().st_size
    # Most files are told by that alone, in no time.
    if not _are_too_many(sum(max(block.count(b"\n"), block.count(b"\r")) for block in _blocks(path, codec)), size):
        return
    lines = sum(len(_FILLED.findall(block)) for block in _blocks(path, codec))
    if _are_too_many(lines, size):
        characters = size // lines // _WIDTHS.get(codec[:6], 1)
        raise SourceError(
            f"{name} has {lines:,} lines of {characters} characters on average, too few for a name and a number.",
            f"Check that it is the right file. If it is, import it in parts of at most {_FREE_LINES:,} lines each.",
        )


def _blocks(path: Path, codec: str) -> Iterator[bytes]:
    if codec[:6] in _WIDTHS:
        # There a byte of a letter may be that of a line end, as in every letter of Malayalam and Gurmukhi.
        with path.open(encoding=codec, errors="replace", newline="") as text:
            yield from (block.encode() for block in iter(lambda: text.read(_BLOCK_BYTES), ""))
    else:
        with path.open("rb") as stream:
            yield from iter(lambda: stream.read(_BLOCK_BYTES), b"")


def _are_too_many(lines: int, size_bytes: int) -> bool:
    return lines > _FREE_LINES and lines * _BYTES_A_LINE > size_bytes
