"""The text of an HTML page, in the encoding that the page declares where its bytes do not show one."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from importer.regex import regex
from importer.spreadsheet.text.encoding import decide, first_error

if TYPE_CHECKING:
    from pathlib import Path

    from importer.spreadsheet.options import ReadOptions

_CHARSET = regex(rb"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)


def text_of(path: Path, name: str, options: ReadOptions) -> str:
    """A whole page as text. Raises SourceError for an --encoding that is unknown or does not fit."""
    encoding = decide(path, name, options.encoding, options.region)
    codec, errors = encoding.codec, "replace" if encoding.errors != "strict" else "strict"
    # What a page declares may be wrong, so it is used only in place of a guess.
    if options.encoding is None and encoding.guessed:
        charset = _CHARSET.search(path.read_bytes()[:4096])
        with suppress(LookupError):
            if charset and first_error(path, charset[1].decode()) is None:
                codec = charset[1].decode()
    return path.read_bytes().decode(codec, errors)
