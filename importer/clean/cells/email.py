"""Email cells: the address taken out of what stands around it, several told apart, syntax checked."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from importer.clean.characters.characters import trimmed, visible
from importer.clean.characters.text_guard import unguarded
from importer.clean.finding import CellFinding, ContactPoint, ContactPoints, bad, placeholder, repaired, shown
from importer.clean.words.placeholders import is_placeholder

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

# Private networks and test systems use these on purpose; the library refuses them because no public mail arrives there.
_PRIVATE_ENDINGS = ("test", "local")
_BETWEEN = re.compile(r"\s+:::\s+|[;|\r\n]+|,|\s(?:/|&|or|and|oder|und|ou|et|y)\s", re.IGNORECASE)
_COMMENT = re.compile(r"\s*\([^()@]*\)")
_LEAD = re.compile(r"(?:mailto|e-?mail|mail|courriel|correo)\s*:\s*", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]*@[^<>]*)>(?P<rest>[^<>]*)")
_QUOTED_NAME = re.compile(r'"[^"@]*"(?=\s*<)')
_SURROUNDINGS = " \t<>()[]{}\"'“”‘’«»,;:."
# Nearly every address of a sheet: letters, digits and few signs, at a domain that the library has no doubts about.
_PLAIN = re.compile(
    r"(?P<local>[A-Za-z0-9][A-Za-z0-9_+-]*(?:\.[A-Za-z0-9_+-]+)*)"
    r"@(?P<domain>(?:[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*\.)+(?P<ending>[A-Za-z]+))"
)
# And nearly all of those are in small letters, so that many of them are found in one go.
_PLAINEST = re.compile(
    r"^(?=.{1,64}$)[a-z0-9][a-z0-9_+-]*(?:\.[a-z0-9_+-]+)*"
    r"@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+(?!(?:arpa|invalid|local|localhost|onion|test)$)[a-z]+$",
    re.MULTILINE,
)
_LONGEST_PLAIN = 64  # so short that no limit of a part is reached
_RESERVED = frozenset(["arpa", "invalid", "local", "localhost", "onion", "test"])  # RFC 6761 and its kin
_EMPTY = frozenset(["0", "x", "xx", "xxx", "@", "no email", "noemail", "no e-mail"])


def clean(text: str) -> ContactPoints:
    """The addresses of a cell, in order, none twice (upper and lower case are the same mailbox).

    The part before the @ keeps its case, the domain is lower-cased; international domains stay as they are written.
    `mailto:`, `Name <a@b>` and stray punctuation are cut and said. An address that is not well-formed is a bad finding.
    """
    address = plainly(text)
    return ContactPoints((ContactPoint(address),)) if address else thoroughly(text)


def plainly_all(texts: Collection[str]) -> dict[str, str]:
    """What `plainly` gives for many cells at once, which takes less time; those that may need thought are left out."""
    # A text with a line break in it is none of those that are found.
    found = set(_PLAINEST.findall("\n".join(texts)))
    return {text: address for text in texts if (address := text if text in found else plainly(text))}


def plainly(text: str) -> str:
    """The address, where the whole cell is one that needs no thought; "" where it may need some."""
    match = _PLAIN.fullmatch(text)
    if match is None or len(text) > _LONGEST_PLAIN or match["ending"].lower() in _RESERVED:
        return ""
    local = match["local"]
    # Role names such as POSTMASTER are the same mailbox in any case (RFC 2142), and the library writes them small.
    return f"{local}@{match['domain'].lower()}" if local.islower() or not local.isalpha() else ""


def thoroughly(text: str) -> ContactPoints:
    """What `clean` gives, without its short way for plain addresses, which must always agree with this."""
    value = trimmed(text)
    bare = trimmed(visible(unguarded(value)))
    if not bare:
        return ContactPoints()
    if is_placeholder(bare) or bare.casefold() in _EMPTY:
        return ContactPoints((), (placeholder(bare),))
    return _read(value, _pieces(bare))


def _read(value: str, pieces: Iterable[str]) -> ContactPoints:
    findings: list[CellFinding] = []
    found: dict[str, str] = {}
    for piece in pieces:
        address, trouble = _address(piece)
        if address:
            found.setdefault(address.casefold(), address)
            findings += _private_finding(address)
        elif not is_placeholder(piece):
            findings.append(_bad_finding(value, piece, trouble))
    addresses = tuple(found.values())
    if not addresses and not findings:
        return ContactPoints((), (placeholder(value),))
    return ContactPoints(tuple(map(ContactPoint, addresses)), (*_repair_finding(value, addresses), *findings))


def _pieces(text: str) -> list[str]:
    """The parts of a cell that should be one address each."""
    unquoted = _QUOTED_NAME.sub(lambda name: re.sub(r"[,;]", " ", name.group()), text)
    parts = [part for part in _BETWEEN.split(unquoted) if part.strip(_SURROUNDINGS)]
    return [piece for part in _named(parts) for piece in _words(part)] or [text]


def _named(parts: Iterable[str]) -> list[str]:
    """`Smith, Jane <j@b.com>` was cut at its comma: put the name back before its address."""
    joined: list[str] = []
    waiting = ""
    for part in parts:
        whole = f"{waiting} {part}".strip()
        waiting = ""
        if "@" in part and "<" not in part and whole != part.strip():
            joined += [whole.removesuffix(part.strip()).strip(), part]
        elif "@" in part:
            joined.append(whole)
        else:
            waiting = whole
    return [*joined, waiting] if waiting else joined


def _words(part: str) -> list[str]:
    """Addresses with nothing but spaces or a slash between them."""
    words = re.split(r"[\s/]+", _LEAD.sub("", part).strip())
    return words if len(words) > 1 and all("@" in word.strip("<>") for word in words) else [part]


def _address(piece: str) -> tuple[str, str]:
    """The address in a piece as it will be sent, or "" and what is wrong with it."""
    match = _IN_BRACKETS.fullmatch(piece.strip())
    inner = match.group("address") if match and "@" not in match.group("rest") else piece
    bare = _LEAD.sub("", _COMMENT.sub("", inner).strip(_SURROUNDINGS), count=1).strip(_SURROUNDINGS)
    address = re.sub(r"\?.*", "", bare) if "mailto:" in inner.lower() else bare
    return _validated(address.replace("＠", "@"))


def _validated(address: str) -> tuple[str, str]:
    from email_validator import EmailNotValidError, validate_email

    _local, _, domain = address.rpartition("@")
    ending = domain.lower().rpartition(".")[2]
    probe = f"{address}.com" if ending in _PRIVATE_ENDINGS and "." in domain else address
    try:
        known = validate_email(probe, check_deliverability=False)
    except EmailNotValidError as error:
        return "", str(error)
    written = unicodedata.normalize("NFC", domain).lower()
    same = probe != address or written in (known.domain, known.ascii_domain)
    return f"{known.local_part}@{written if same else known.domain}", ""


def _repair_finding(value: str, addresses: tuple[str, ...]) -> tuple[CellFinding, ...]:
    if len(addresses) > 1:
        what = f"{shown(value)} was read as {len(addresses)} addresses: {', '.join(addresses)}."
        return (CellFinding("email-several", what, "Correct the cell if that is wrong."),)
    local, _, domain = value.rpartition("@")
    if (
        not addresses
        or addresses[0] == f"{unicodedata.normalize('NFC', local)}@{unicodedata.normalize('NFC', domain).lower()}"
    ):
        return ()
    return (repaired("repaired-email", value, addresses[0], "only the address was taken"),)


def _private_finding(address: str) -> tuple[CellFinding, ...]:
    ending = address.rpartition(".")[2]
    if ending not in _PRIVATE_ENDINGS:
        return ()
    what = f"{shown(address)} ends in .{ending}, where no mail from the internet arrives."
    return (CellFinding("email-private-domain", what, "Correct the address if it is a real one."),)


def _bad_finding(value: str, piece: str, trouble: str) -> CellFinding:
    place = "" if piece.strip() == value.strip() else f" in {shown(value)}"
    return bad("email-not-valid", f"{shown(piece.strip())}{place} is not an email address. {trouble}".strip())
