"""Words that lost their letters before they came here, or hold a web page's codes for letters: the person is warned."""

from __future__ import annotations

import re
from html import unescape

from importer.clean.finding import CellFinding, shown
from importer.regex import regex

REPLACEMENT = "\ufffd"
# How the first two bytes of a letter look as cp1252; text without such a pair was never UTF-8.
_FOLLOWING = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0xC0))
_PAIR = regex(f"[\u00c2-\u00f4][{re.escape(_FOLLOWING)}]")


_RUN = regex("[\x80-\uffff]+")
# A code for a character in HTML: &amp; &#39; &#x27; and it counts only with its semicolon, since AT&T is a name.
_ENTITY = regex(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_MOST_TIMES = 3  # that a text went through the same wrong conversion


def garble_finding(value: str) -> tuple[CellFinding, ...]:
    """A warning where text holds the sign for lost letters, is UTF-8 that was once read as cp1252, or has HTML's codes.

    >>> garble_finding("BjÃ¶rn")[0].what
    '“BjÃ¶rn” looks like “Björn” after a wrong conversion; it is sent as it is.'
    >>> garble_finding("MÃ¼ller &amp; Sons")[0].what
    '“MÃ¼ller &amp; Sons” looks like “Müller & Sons” after a wrong conversion; it is sent as it is.'
    >>> garble_finding("Björn"), garble_finding("Ana"), garble_finding("AT&T")
    ((), (), ())
    """
    has_codes = "&" in value and ";" in value
    if value.isascii() and not has_codes:
        return ()
    if REPLACEMENT in value:
        what = f"{shown(value)} lost letters before it came into this file; it is sent as it is."
        return (CellFinding("letters-lost", what, "Write the right letters and run again."),)
    meant, before = value, ""
    for _ in range(_MOST_TIMES):
        if meant == before:
            break
        before, meant = meant, _RUN.sub(_reread, _ENTITY.sub(lambda code: unescape(code.group()), meant))
    if meant == value:
        return ()
    what = f"{shown(value)} looks like {shown(meant)} after a wrong conversion; it is sent as it is."
    return (CellFinding("letters-garbled", what, "Correct the cell, or give --encoding if all the file is like this."),)


def _reread(run: re.Match[str]) -> str:
    """Letters as they were before their bytes were read as cp1252; the same where they never were such bytes."""
    text = run.group()
    if not _PAIR.search(text):
        return text
    try:
        # Five bytes have no letter in cp1252; Windows and browsers read them as the controls of Latin-1.
        codecs = ("latin-1" if character in "\x81\x8d\x8f\x90\x9d" else "cp1252" for character in text)
        return b"".join(map(str.encode, text, codecs)).decode("utf-8")
    except UnicodeError:
        return text  # a pair by chance: the bytes are not UTF-8
