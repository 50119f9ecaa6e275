"""Links: custom fields of type url, and the link to a contact in its source system."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit, urlunsplit

from importer.clean.characters.characters import printable, trimmed
from importer.clean.characters.mojibake import garble_finding
from importer.clean.characters.text_guard import unguarded_value
from importer.clean.finding import Cleaned, bad, oversized, placeholder, refused, repaired, shown
from importer.clean.placeholders import is_placeholder
from importer.clean.plain import plain_form
from importer.regex import regex

SOURCE_URL_CHARACTERS = 200
"""The longest `sourceUrl` that the contract takes (POST /v1/contacts)."""

_SCHEME = regex(r"([A-Za-z][A-Za-z0-9+.-]*):")
_BARE_HOST = regex(r"(?:[\w-]+\.)+[^\W\d_]{2,}(?::\d+)?(?:[/?#].*)?", re.DOTALL)
_DANGEROUS = frozenset(["javascript", "data", "vbscript", "file", "about", "blob"])
_WITHOUT_HOST = frozenset(["mailto", "tel", "sms", "urn", "skype", "geo"])
_BROKEN_PERCENT = regex(r"%(?![0-9A-Fa-f]{2})")
_PATH_SAFE = "/:@!$&'()*+,;=-._~%"
_NETLOC_SAFE = "[]:@!$&'()*+,;=-._~%"
_HOST = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+"
PLAIN = (plain_form(rf"https?://{_HOST}(?:/[A-Za-z0-9_.~$+,;=:@/-]*)?(?:\?[A-Za-z0-9_.~$+,=&/-]+)?"),)
"""Links that stay as they are: a host of small letters, and a path and a query of plain characters."""
_LINK = "Write a link such as https://example.com/page and run again."


def clean(text: str) -> Cleaned:
    """A link as a URI (RFC 3986): `www.example.com` gets `https://`, what is not ASCII is percent-encoded.

    Both give a finding. Scripts (`javascript:`, `data:`, ...) and text that is not a link are refused.
    """
    if too_long := oversized(text):
        return refused(too_long)
    value = trimmed(text)
    bare, _ = unguarded_value(value)
    if not bare:
        return Cleaned("")
    if is_placeholder(bare):
        return Cleaned("", (placeholder(bare),))
    uri, trouble = _uri(bare)
    if not uri:
        return refused(bad("url-not-a-link", f"{shown(bare)} {trouble}.", _LINK))
    why = "a link needs a scheme and plain characters"
    changes = () if uri == value else (repaired("repaired-url", value, uri, why),)
    return Cleaned(uri, changes + garble_finding(bare))


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
    """The link as a URI, or "" and the reason why it is not a link."""
    if printable(text) != text or re.search(r"[\r\n]|\s\S*://", text):
        return "", "is not one link"
    # Links that are copied are encoded already, so that a percent sign is quoted only where it encodes nothing.
    text = _BROKEN_PERCENT.sub("%25", text)
    match = _SCHEME.match(text)
    scheme = match.group(1).lower() if match else ""
    if scheme in _DANGEROUS:
        return "", "is a script or a local file, not a link"
    if scheme in _WITHOUT_HOST:
        return quote(text, safe=_PATH_SAFE + "?#"), ""

    if text.startswith("//"):
        text = f"https:{text}"
    elif _BARE_HOST.fullmatch(text):
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        _ = parts.port  # is read only when asked for, and may be a word
    except ValueError:
        return "", "is not a link"
    host = parts.hostname
    if "://" not in text or not parts.scheme or not host:
        return "", "is not a link"
    # A host of one word is one of the own network (`http://crm/42`) where it is plain letters.
    is_plain = host.isascii() and (host.isalnum() or "-" in host)
    is_host = not host.startswith(".") and ".." not in host and ("." in host or ":" in host or is_plain)
    if not is_host or re.search(r"[\s<>\"\\^`{|}]", parts.netloc):
        return "", "is not one link"

    netloc, path = quote(parts.netloc, safe=_NETLOC_SAFE), quote(parts.path, safe=_PATH_SAFE)
    query, fragment = (quote(part, safe=_PATH_SAFE + "?") for part in (parts.query, parts.fragment))
    return urlunsplit((parts.scheme, netloc, path, query, fragment)), ""
