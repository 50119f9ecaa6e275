"""The lines of a vCard file: folded ones whole, each taken apart into name, parameters and value (RFC 6350, 3.3).

Read by hand: vobject 0.9.9 gives up on the whole file for a soft line break of quoted-printable, a picture without
indentation, a card in a card or one line that is none, all of which phones write, and loses the types of vCard 2.1.
"""

from __future__ import annotations

import binascii
import codecs
import quopri
import re
from base64 import b64decode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

# The group before the dot ties a label to its number (`item1.TEL`, `item1.X-ABLABEL`).
_HEAD = regex(r"\s*(?:(?P<group>[\w-]+)\.)?(?P<name>[A-Za-z][\w-]*)\s*(?=[;:])")
_PARAMETER = regex(r';\s*((?:"[^"]*"|[^";:])*)')
# Android's own labels: `TEL;X-CUSTOM(CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,=E5=AE=B6):...`.
_CUSTOM = regex(r"X-CUSTOM\((?:.*,)?(.*)\)\s*\Z", re.IGNORECASE)
_LONGEST_LINE = 75  # bytes, without the line break (RFC 6350, 3.2)
BINARY = frozenset({"PHOTO", "LOGO", "SOUND", "KEY"})
_EDGE = regex(rb"\s*(?:BEGIN|END)\s*:\s*VCARD\s*\Z", re.IGNORECASE)
_BASE64 = regex(rb"[A-Za-z0-9+/=\s]+\Z")
_ESCAPED = regex(r"\\(.)", re.DOTALL)
_ESCAPES = str.maketrans({"\\": r"\\", ",": r"\,", ";": r"\;", "\n": r"\n"})


def escaped(text: str) -> str:
    """Return a text as the value of a property has it (RFC 6350, 3.4)."""
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_ESCAPES)


@dataclass(frozen=True, slots=True)
class ContentLine:
    """One property of a card: `name` in capitals, parameters by name in capitals; those without one are types.

    `number` is the line of the file it begins in; `name` is "" for a line that is none.
    """

    number: int
    name: str
    value: str
    group: str = ""
    parameters: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def types(self) -> tuple[str, ...]:
        """The kinds of a number or address, in small letters."""
        return tuple(part.casefold() for part in self.parameters.get("TYPE", ()))


@dataclass(slots=True)
class _Open:
    """A line that may go on."""

    number: int
    data: bytes
    is_quoted: bool = False
    is_binary: bool = False

    @property
    def goes_on(self) -> bool:
        return self.is_quoted and self.data.endswith(b"=")


def content_lines(stream: Iterable[bytes], encoding: str, errors: str = "strict") -> Iterator[ContentLine]:
    """Give the properties of a file whose bytes are in `encoding`, where a line does not name a CHARSET of its own."""
    held: _Open | None = None
    for number, raw in enumerate(_physical_lines(stream), start=1):
        if held is not None and held.goes_on and not _EDGE.match(raw):
            held.data = held.data[:-1] + raw  # a soft line break of quoted-printable
            continue
        if held is not None and raw[:1] in (b" ", b"\t"):
            held.data += raw[1:]
            continue
        if held is not None and held.is_binary and b":" not in raw and _BASE64.match(raw):
            continue  # a picture that was not indented
        if held is not None:
            yield _parsed(held, encoding, errors)
        held = None
        if raw.strip():
            head, _, _ = raw.partition(b":")
            flags = head.upper()
            is_binary = flags.split(b";")[0].rpartition(b".")[2].decode("ascii", "replace") in BINARY
            held = _Open(number, raw, b"QUOTED-PRINTABLE" in flags, is_binary)
    if held is not None:
        yield _parsed(held, encoding, errors)


def _physical_lines(stream: Iterable[bytes]) -> Iterator[bytes]:
    """Lines without their ends, which may be those of any system."""
    for line in stream:
        pieces = line.rstrip(b"\r\n").split(b"\r") if b"\r" in line else [line.rstrip(b"\n")]
        yield from pieces


def _parsed(held: _Open, encoding: str, errors: str) -> ContentLine:
    # The head is ASCII in every version, and one byte a character, so that the value is found by its bytes.
    head = held.data.decode("latin-1")
    match = _HEAD.match(head)
    if match is None:
        return ContentLine(held.number, "", _decoded(held.data, encoding, errors))
    parameters: dict[str, list[str]] = {}
    place = match.end()
    while (part := _PARAMETER.match(head, place)) is not None:
        place = part.end()
        if custom := _CUSTOM.match(part[1]):
            label = quopri.decodestring(custom[1].encode("latin-1"))
            parameters.setdefault("TYPE", []).append(label.decode("utf-8", "replace"))
            continue
        name, sign, text = part[1].partition("=")
        values = [value.strip().strip('"') for value in (text if sign else name).strip().strip('"').split(",")]
        key = name.strip().upper() if sign else _kind_of_bare(name)
        parameters.setdefault(key, []).extend(value for value in values if value)
    if head[place : place + 1] != ":":
        return ContentLine(held.number, "", _decoded(held.data, encoding, errors))
    name = match["name"].upper()
    raw = held.data[place + 1 :]
    value = _value(raw, parameters, encoding, errors) if name not in BINARY else ""
    return ContentLine(held.number, name, value, match["group"] or "", parameters)


def _kind_of_bare(word: str) -> str:
    """What a parameter without a name is about (vCard 2.1: `TEL;CELL;ENCODING=...`, `NOTE;QUOTED-PRINTABLE:`)."""
    if word.strip().upper() in ("QUOTED-PRINTABLE", "BASE64", "8BIT", "7BIT", "B", "Q"):
        return "ENCODING"
    return "TYPE"


def _value(raw: bytes, parameters: Mapping[str, Sequence[str]], encoding: str, errors: str) -> str:
    ways = {way.upper() for way in parameters.get("ENCODING", ())}
    charset = next(iter(parameters.get("CHARSET", ())), encoding)
    try:
        codecs.lookup(charset)
    except LookupError:
        charset = encoding
    if ways & {"QUOTED-PRINTABLE", "Q"}:
        raw = quopri.decodestring(raw)
    elif ways & {"BASE64", "B"}:
        try:
            raw = b64decode(raw, validate=False)
        except (binascii.Error, ValueError):
            return ""
    elif charset != encoding:
        # Some programs name a CHARSET and write the file in another one.
        return raw.decode(charset) if _fits(raw, charset) else _decoded(raw, encoding, errors)
    # Quoted-printable of old phones names no CHARSET, although its bytes are those of a code page.
    codec = next((codec for codec in (charset, encoding, "utf-8", "cp1252") if _fits(raw, codec)), encoding)
    return _decoded(raw, codec, "replace" if ways else errors)


def _fits(raw: bytes, codec: str) -> bool:
    try:
        raw.decode(codec)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _decoded(raw: bytes, codec: str, errors: str) -> str:
    return raw.decode(codec, errors)


def split_parts(value: str, sign: str) -> list[str]:
    """Split a structured value at a sign that is not escaped; the parts keep their escapes."""
    parts, start, place = [], 0, 0
    while place < len(value):
        if value[place] == "\\":
            place += 2
            continue
        if value[place] == sign:
            parts.append(value[start:place])
            start = place + 1
        place += 1
    return [*parts, value[start:]]


def plain_text(value: str) -> str:
    """Take the escapes out of a value (RFC 6350, 3.4)."""
    if "\\" not in value:
        return value.strip()
    return _ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], value).strip()


def folded(line: str) -> str:
    """Return a line in pieces of at most 75 bytes, each but the first behind a space; no character is cut in two."""
    pieces, piece, length = [], "", 0
    for character in line:
        size = len(character.encode("utf-8", "surrogatepass"))
        if length + size > _LONGEST_LINE:
            pieces.append(piece)
            piece, length = " ", 1
        piece, length = piece + character, length + size
    return "\r\n".join((*pieces, piece))
