"""A sheet's text made fit to be shown: nothing invisible, nothing endless, no passwords in web addresses."""

from __future__ import annotations

from itertools import chain

from importer.regex import regex

# Characters that hide, reorder or break the text around them (Unicode TR 36, "Bidirectional text spoofing"). Joiners
# (U+200C, U+200D) stay: Persian words and emoji need them.
_HIDING = chain(
    (0xAD, 0x61C, 0x180E, 0x200B, 0x200E, 0x200F, 0xFEFF),
    range(0x2028, 0x202F),
    range(0x2060, 0x2070),
    range(0xFFF9, 0xFFFC),
    range(0xE0000, 0xE0080),
)
_SIGNS = {
    **{code: f"⟨U+{code:04X}⟩" for code in (*_HIDING, *range(0x7F, 0xA0))},
    # Unicode has a picture of each control character in this block, in the same order.
    **{code: chr(0x2400 + code) for code in range(0x20)},
    0x09: " ",
    0x0A: " ↵ ",
    0x0D: "",
}
# Half a surrogate pair, which damaged files hold, cannot be written as UTF-8; one of the service has a mark.
_LONE = regex("[\ud800-\udfff]|\N{REPLACEMENT CHARACTER}[\U0010f800-\U0010ffff]")
_USERINFO = regex(r"(?<=://)[^/@\s]{1,200}@")

ENDLESS = 400
# Nothing in it to name, and without a colon no web address either.
PLAIN = regex("[ -9;-~]*")


def visible(text: str) -> str:
    """The text with characters that cannot be seen named instead (`⟨U+202E⟩`, `␀`) and no half characters."""
    if text.isascii() and text.isprintable():
        return text
    return _LONE.sub("�", text).translate(_SIGNS)


def without_password(text: str) -> str:
    """The text without the user names and passwords of the web addresses in it."""
    return _USERINFO.sub("•••@", text) if "://" in text else text


def cut(text: str, limit: int, characters: int, *, whole: bool) -> str:
    """The first `limit` characters of a text, with an ellipsis if there are more, and its length if it is very long.

    `characters` is the length of the original; `whole`: `text` is all of it.
    """
    if whole and len(text) <= limit:
        return text
    return f"{text[:limit]}…" + (f" [cut, {characters:,} characters]" if characters > ENDLESS else "")
