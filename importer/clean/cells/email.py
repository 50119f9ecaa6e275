"""Email cells: each address taken out of the text around it, its syntax checked."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from importer.clean.characters.characters import trimmed, visible
from importer.clean.characters.text_guard import unguarded
from importer.clean.finding import (
    CHECK,
    CellFinding,
    ContactPoint,
    ContactPoints,
    bad,
    oversized,
    placeholder,
    repaired,
    shown,
)
from importer.clean.placeholders import is_placeholder
from importer.languages.words import any_of, words
from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from email_validator import ValidatedEmail

# Private networks and test systems use these on purpose; the library refuses them because no public mail arrives there.
_PRIVATE_ENDINGS = ("test", "local")
_BETWEEN = regex(rf"\s+:::\s+|[;|\r\n]+|,|\s(?:/|&|{any_of('emails', 'between')})\s", re.IGNORECASE)
_COMMENT = regex(r"\s*\([^()@]*\)")
_NAME = regex(rf"(?:{any_of('emails', 'names')})\s*:\s*", re.IGNORECASE)
_IN_BRACKETS = regex(r"(?P<name>[^<>]*)<(?P<address>[^<>]*@[^<>]*)>(?P<rest>[^<>]*)")
_QUOTED_NAME = regex(r'"[^"@]*"(?=\s*<)')
_SURROUNDINGS = " \t<>()[]{}\"'“”‘’«»,;:."
# Letters of other languages that the library takes in a domain too, as they are or in small: a test asks for each.
_ABROAD = "À-ÖØ-Þà-öø-ÿĀ-įĴ-ľŁ-ňŊ-žά-ρσ-ώЀ-џぁ-ゖァ-ヺ一-龥가-힣"
# Nearly every address of a sheet: letters, digits and few signs, at a domain that the library has no doubts about.
# A label with other letters is longer as it is sent, so that only a short one certainly has room.
_PLAIN = regex(
    rf"(?P<local>[A-Za-z0-9{_ABROAD}][A-Za-z0-9_+{_ABROAD}-]*(?:\.[A-Za-z0-9_+{_ABROAD}-]+)*)"
    rf"@(?P<domain>(?:(?:[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*|(?=[A-Za-z0-9]*[{_ABROAD}])[A-Za-z0-9{_ABROAD}]{{1,10}})\.)+"
    r"(?P<ending>[A-Za-z]+))"
)
# And nearly all of those are in small letters, so that many of them are found in one go.
_PLAINEST = regex(
    r"^(?=.{1,64}$)[a-z0-9][a-z0-9_+-]*(?:\.[a-z0-9_+-]+)*"
    r"@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+(?!(?:arpa|invalid|local|localhost|onion|test)$)[a-z]+$",
    re.MULTILINE,
)
# And nearly everything in such a column that is no address: a word, or one before an @ with no domain behind it.
_NO_ADDRESS = regex(r"[A-Za-z0-9][A-Za-z0-9_+-]*(?P<end>(?:@[A-Za-z0-9-]*)?)")
_REMEMBERED = 1000  # reasons: one for each domain without a period
_LONGEST_PLAIN = 64  # so short that no limit of a part is reached
_RESERVED = frozenset(["arpa", "invalid", "local", "localhost", "onion", "test"])  # RFC 6761 and its kin
_EMPTY = words("emails", "none") | frozenset(["0", "x", "xx", "xxx", "@"])


def clean(text: str) -> ContactPoints:
    """The addresses of a cell, in order, none twice (upper and lower case are the same mailbox).

    The part before the @ keeps its case, the domain is lower-cased; international domains stay as they are written.
    `mailto:`, `Name <a@b>` and stray punctuation are cut, with a finding. A malformed address is a bad finding.
    """
    if address := clean_plain(text):
        return ContactPoints((ContactPoint(address),))
    match = _NO_ADDRESS.fullmatch(text)
    if match is None or len(text) > _LONGEST_PLAIN or is_placeholder(text) or text.casefold() in _EMPTY:
        return clean_thoroughly(text)
    return ContactPoints((), (_no_address(text, "", _refusal(match["end"])),))


def clean_plain_all(texts: Collection[str]) -> dict[str, str]:
    """What `clean_plain` gives for many cells at once, which is faster; cells that give "" are missing."""
    # A text with a line break in it is not among these, since each line is looked at by itself.
    distinct = set(texts)
    plainest = distinct.intersection(_PLAINEST.findall("\n".join(distinct)))
    others = {text: address for text in distinct - plainest if (address := clean_plain(text))}
    return dict(zip(plainest, plainest, strict=True)) | others


def clean_plain(text: str) -> str:
    """The address of a cell that is one address without anything to say about it; "" where there may be something."""
    match = _PLAIN.fullmatch(text)
    if match is None or len(text) > _LONGEST_PLAIN or match["ending"].lower() in _RESERVED:
        return ""
    local = match["local"]
    # Role names such as POSTMASTER are the same mailbox in any case (RFC 2142), and the library writes them small.
    return f"{local}@{match['domain'].lower()}" if local.islower() or not local.isalpha() else ""


def clean_thoroughly(text: str) -> ContactPoints:
    """What `clean` gives, without its short way for plain addresses, which must always agree with this."""
    if too_long := oversized(text):
        return ContactPoints((), (too_long,))
    value = trimmed(text)
    bare = trimmed(visible(unguarded(value)))
    if not bare:
        return ContactPoints()
    if is_placeholder(bare) or bare.casefold() in _EMPTY:
        return ContactPoints((), (placeholder(bare),))

    findings: list[CellFinding] = []
    by_mailbox: dict[str, str] = {}
    for piece in _pieces(bare):
        address, trouble = _address(piece)
        ending = address.rpartition(".")[2]
        if address:
            by_mailbox.setdefault(address.casefold(), address)
        elif not is_placeholder(piece):
            where = "" if piece.strip() == value.strip() else f" in {shown(value)}"
            findings.append(_no_address(piece.strip(), where, trouble))
        if ending in _PRIVATE_ENDINGS:
            what = f"{shown(address)} ends in .{ending}, where no mail from the internet arrives."
            findings.append(CellFinding("email-private-domain", what, "Correct the address if it is a real one."))
    addresses = tuple(by_mailbox.values())
    if not addresses and not findings:
        return ContactPoints((), (placeholder(value),))

    # Nothing is said where the cell is its one address, but for the case of the domain.
    local, _, domain = value.rpartition("@")
    as_written = f"{unicodedata.normalize('NFC', local)}@{unicodedata.normalize('NFC', domain).lower()}"
    if len(addresses) > 1:
        what = f"{shown(value)} was read as {len(addresses)} addresses: {', '.join(addresses)}."
        findings.insert(0, CellFinding("email-several", what, CHECK))
    elif addresses and addresses[0] != as_written:
        findings.insert(0, repaired("repaired-email", value, addresses[0], "only the address was taken"))
    return ContactPoints(tuple(map(ContactPoint, addresses)), tuple(findings))


@cache
def _library() -> tuple[Callable[..., ValidatedEmail], type[ValueError]]:
    """What checks an address, and what it raises; loaded once, since the statement alone takes longer than a check."""
    from email_validator import EmailNotValidError, validate_email

    return validate_email, EmailNotValidError


@lru_cache(_REMEMBERED)
def _refusal(end: str) -> str:
    """Why the library refuses each address with this behind a plain word: nothing, or an @ and no period."""
    return _address(f"a{end}")[1]


def _no_address(text: str, where: str, trouble: str) -> CellFinding:
    return bad("email-not-valid", f"{shown(text)}{where} is not an email address. {trouble}".strip())


def _pieces(text: str) -> list[str]:
    """The parts of a cell that should be one address each."""
    # A comma in a quoted name does not separate addresses: "Smith, Jane" <j@b.com>.
    unquoted = _QUOTED_NAME.sub(lambda name: re.sub(r"[,;]", " ", name.group()), text)

    # `Smith, Jane <j@b.com>` is cut at its comma, so that the name is put back before its address.
    parts: list[str] = []
    waiting = ""
    for part in _BETWEEN.split(unquoted):
        if not part.strip(_SURROUNDINGS):
            continue
        whole = f"{waiting} {part}".strip()
        if "@" not in part:
            waiting = whole
            continue
        if "<" not in part and waiting:
            parts += [waiting, part]
        else:
            parts.append(whole)
        waiting = ""
    if waiting:
        parts.append(waiting)

    # Addresses may also have nothing but spaces or a slash between them.
    pieces: list[str] = []
    for part in parts:
        addresses = re.split(r"[\s/]+", _NAME.sub("", part).strip())
        several = len(addresses) > 1 and all("@" in address.strip("<>") for address in addresses)
        pieces += addresses if several else [part]
    return pieces or [text]


def _address(piece: str) -> tuple[str, str]:
    """The address in a piece as it will be sent, or "" and the reason why there is none."""
    match = _IN_BRACKETS.fullmatch(piece.strip())
    inner = match.group("address") if match and "@" not in match.group("rest") else piece
    bare = _NAME.sub("", _COMMENT.sub("", inner).strip(_SURROUNDINGS), count=1).strip(_SURROUNDINGS)
    address = (re.sub(r"\?.*", "", bare) if "mailto:" in inner.lower() else bare).replace("＠", "@")

    # The library refuses private domains, so that it is asked about the address as if it were a public one.
    _local, _, domain = address.rpartition("@")
    ending = domain.lower().rpartition(".")[2]
    probe = f"{address}.com" if ending in _PRIVATE_ENDINGS and "." in domain else address
    validate_email, refusal = _library()
    try:
        validated = validate_email(probe, check_deliverability=False)
    except refusal as error:
        return "", str(error)
    written = unicodedata.normalize("NFC", domain).lower()
    same = probe != address or written in (validated.domain, validated.ascii_domain)
    return f"{validated.local_part}@{written if same else validated.domain}", ""
