"""Words that lost their letters before they came here: they cannot be repaired, so that the person is warned."""

from __future__ import annotations

import re

from importer.clean.finding import CellFinding, shown

REPLACEMENT = "\ufffd"
# How the first two bytes of a letter look as cp1252; text without such a pair was never UTF-8.
_FOLLOWING = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0xC0))
_PAIR = re.compile(f"[\u00c2-\u00f4][{re.escape(_FOLLOWING)}]")


def garble_finding(value: str) -> tuple[CellFinding, ...]:
    """A warning where text holds the sign for lost letters, or is UTF-8 that was once read as cp1252.

    >>> garble_finding("BjÃ¶rn")[0].what
    '“BjÃ¶rn” looks like “Björn” after a wrong conversion; it is sent as it is.'
    >>> garble_finding("Björn"), garble_finding("Ana")
    ((), ())
    """
    if value.isascii():
        return ()
    if REPLACEMENT in value:
        what = f"{shown(value)} lost letters before it came into this file; it is sent as it is."
        return (CellFinding("letters-lost", what, "Write the right letters and run again."),)
    if not _PAIR.search(value):
        return ()
    try:
        # Five bytes have no letter in cp1252; Windows and browsers read them as the controls of Latin-1.
        codecs = ("latin-1" if character in "\x81\x8d\x8f\x90\x9d" else "cp1252" for character in value)
        meant = b"".join(map(str.encode, value, codecs)).decode("utf-8")
    except UnicodeError:
        return ()  # a pair by chance: the bytes of the whole text are not UTF-8
    what = f"{shown(value)} looks like {shown(meant)} after a wrong conversion; it is sent as it is."
    return (CellFinding("letters-garbled", what, "Correct the cell, or give --encoding if all the file is like this."),)
