"""Boolean cells: fixed word lists, so that an unknown word is reported and never taken for "no"."""

from __future__ import annotations

import unicodedata

from importer.clean.characters.text_guard import bared
from importer.clean.finding import Cleaned, bad, placeholder, refused, shown
from importer.clean.placeholders import is_placeholder
from importer.languages.words import words

_YES = words("values", "yes") | words("values", "on") | frozenset(["1", "1.0", "x", "✓", "✔", "☑", "✅", "🗸", "☒"])
_NO = words("values", "no") | words("values", "off") | frozenset(["0", "0.0", "✗", "✘", "☐", "❌"])


def clean(text: str) -> Cleaned:
    """Read yes or no in any language that has a file, 1/0, x, on/off, check marks: JSON `true` or `false`.

    A blank cell is no value, not `false`.
    """
    bare, findings = bared(text)
    word = unicodedata.normalize("NFC", bare).casefold().replace("\ufe0f", "").strip(".!")
    if word in _YES or word in _NO:
        return Cleaned("true" if word in _YES else "false", findings)
    if not bare:
        return Cleaned("")
    if is_placeholder(bare):
        return Cleaned("", (placeholder(bare),))
    what = f"{shown(bare)} is neither yes nor no."
    return refused(bad("boolean-unknown", what, "Write yes or no and run again."))
