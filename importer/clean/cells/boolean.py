"""Boolean cells: fixed word lists, so that an unknown word is reported and never taken for "no"."""

from __future__ import annotations

from importer.clean.characters.text_guard import unguarded_value
from importer.clean.finding import Cleaned, bad, placeholder, refused, shown
from importer.clean.placeholders import is_placeholder
from importer.languages.yes_no import says_no, says_yes


def clean(text: str) -> Cleaned:
    """Read yes or no in any language that has a file, 1/0, x, on/off, check marks: JSON `true` or `false`.

    A blank cell is no value, not `false`.
    """
    bare, findings = unguarded_value(text)
    if (is_yes := says_yes(bare)) or says_no(bare):
        return Cleaned("true" if is_yes else "false", findings)
    if not bare:
        return Cleaned("")
    if is_placeholder(bare):
        return Cleaned("", (placeholder(bare),))
    what = f"{shown(bare)} is neither yes nor no."
    return refused(bad("boolean-unknown", what, "Write yes or no and run again."))
