"""The text of an HTML page, in the encoding that the page declares where its bytes do not show one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from importer.spreadsheet.text.encoding import decide, first_error

if TYPE_CHECKING:
    from pathlib import Path

    from importer.spreadsheet.options import ReadOptions

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)


def text_of(path: Path, name: str, options: ReadOptions) -> str:
    """A whole page as text. Raises SourceError for an --encoding that is unknown or does not fit."""
    encoding = decide(path, name, options.encoding, options.region)
    codec, errors = encoding.codec, "replace" if encoding.errors != "strict" else "strict"
    # What a page declares may be wrong, so it is used only in place of a guess.
    if options.encoding is None and encoding.guessed:
        codec = _declared(path) or codec
    return path.read_bytes().decode(codec, errors)


def _declared(path: Path) -> str | None:
    with path.open("rb") as stream:
        charset = _CHARSET.search(stream.read(4096))
    if not charset:
        return None
    try:
        return charset[1].decode() if first_error(path, charset[1].decode()) is None else None
    except LookupError:
        return None
