"""Links: custom fields of type url, and the link to a contact in the system it comes from."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

from importer.clean.characters.characters import printable, trimmed
from importer.clean.characters.text_guard import bared
from importer.clean.finding import CellFinding, Cleaned, bad, placeholder, refused, repaired, shown
from importer.clean.words.placeholders import is_placeholder

SOURCE_URL_CHARACTERS = 200
"""The longest `sourceUrl` that the contract takes (POST /v1/contacts)."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_BARE_HOST = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}(?::\d+)?(?:[/?#].*)?", re.DOTALL)
_DANGEROUS = frozenset(["javascript", "data", "vbscript", "file", "about", "blob"])
_WITHOUT_HOST = frozenset(["mailto", "tel", "sms", "urn", "skype", "geo"])
_BROKEN_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PATH_SAFE = "/:@!$&'()*+,;=-._~%"
_LINK = "Write a link such as https://example.com/page and run again."


def clean(text: str) -> Cleaned:
    """A link as a URI (RFC 3986): `www.example.com` gets `https://`, what is not ASCII is percent-encoded, both said.

    Scripts (`javascript:`, `data:`, ...) and text that is no link are refused.
    """
    value = trimmed(text)
    bare, _ = bared(value)
    if not bare:
        return Cleaned("")
    if is_placeholder(bare):
        return Cleaned("", (placeholder(bare),))
    uri, trouble = _uri(bare)
    if not uri:
        return refused(bad("url-not-a-link", f"{shown(bare)} {trouble}.", _LINK))
    return Cleaned(uri, _repair_finding(value, uri))


def source(text: str) -> Cleaned:
    """The link to the contact in its source system, at most 200 characters as sent."""
    cleaned = clean(text)
    if len(cleaned.value) <= SOURCE_URL_CHARACTERS:
        return cleaned
    what = (
        f"{shown(cleaned.value)} has {len(cleaned.value)} characters; a source link may have {SOURCE_URL_CHARACTERS}."
    )
    return refused(bad("url-too-long", what, "Shorten the link and run again."))


def _uri(text: str) -> tuple[str, str]:
    """The link as a URI, or "" and the reason why it is none."""
    if printable(text) != text or re.search(r"[\r\n]|\s\S*://", text):
        return "", "is not one link"
    scheme = _SCHEME.match(text)
    if scheme and scheme.group(1).lower() in _DANGEROUS:
        return "", "is a script or a local file, not a link"
    if scheme and scheme.group(1).lower() in _WITHOUT_HOST:
        return _quoted(text, _PATH_SAFE + "?#"), ""
    return _web_uri(_with_scheme(text))


def _with_scheme(text: str) -> str:
    if text.startswith("//"):
        return f"https:{text}"
    return f"https://{text}" if _BARE_HOST.fullmatch(text) else text


def _web_uri(text: str) -> tuple[str, str]:
    parts = _split(text)
    if parts is None or "://" not in text or not parts.scheme or not parts.hostname:
        return "", "is not a link"
    if re.search(r"[\s<>\"\\^`{|}]", parts.netloc) or not _is_host(parts.hostname):
        return "", "is not one link"
    return _assembled(parts), ""


def _split(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _is_host(host: str) -> bool:
    plain = host.isascii() and (host.isalnum() or "-" in host)
    return not host.startswith(".") and ".." not in host and ("." in host or ":" in host or plain)


def _assembled(parts: SplitResult) -> str:
    netloc = _quoted(parts.netloc, "[]:@!$&'()*+,;=-._~%")
    query = _quoted(parts.query, _PATH_SAFE + "?")
    return urlunsplit(
        (parts.scheme, netloc, _quoted(parts.path, _PATH_SAFE), query, _quoted(parts.fragment, _PATH_SAFE + "?"))
    )


def _quoted(text: str, safe: str) -> str:
    return quote(_BROKEN_PERCENT.sub("%25", text), safe=safe)


def _repair_finding(before: str, after: str) -> tuple[CellFinding, ...]:
    if before == after:
        return ()
    return (repaired("repaired-url", before, after, "a link needs a scheme and plain characters"),)
