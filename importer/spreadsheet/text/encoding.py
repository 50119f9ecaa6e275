"""Which encoding a text file is in: byte order mark, strict UTF-8 over the whole file, then a guess that says so.

The ladder and the reason for each rung are measured: detectors fed a whole Western sheet are wrong more often than not,
fed only the lines with other bytes and a short list of candidates they are right (30 of 32 files). Code pages of Latin
letters are told apart by what makes words of a language (`code_pages`).
"""

from __future__ import annotations

import codecs
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from importer.errors import SourceError
from importer.spreadsheet.text.encoding_guess import guess
from importer.spreadsheet.text.mixed import MixedLines, is_dos, is_single_byte, is_utf8
from importer.spreadsheet.text.utf16 import wide
from importer.text import did_you_mean, quoted, without_option

if TYPE_CHECKING:
    from pathlib import Path

_BLOCK = 1024 * 1024
# UTF-32 before UTF-16, whose mark it begins with.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OFFERED = [
    "utf-8",
    "utf-16",
    "cp1252",
    "latin-1",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "mac-roman",
    "shift_jis",
    "gb18030",
    "big5",
    "euc-kr",
]


@dataclass(frozen=True, slots=True)
class Encoding:
    """`codec` and `errors` as Python's open() takes them; `guessed` tells a decision from a fact.

    `also`: another codec that fits nearly as well, and a word as it would be in that one. `beside`: the codec of lines
    that are not UTF-8, in a file that mixes them; `mixed` says which lines are in which.
    """

    codec: str
    errors: str = "strict"
    bom: bool = False
    guessed: bool = False
    samples: tuple[str, ...] = ()
    also: tuple[str, str] | None = None
    beside: str = ""
    mixed: str = ""


def decide(path: Path, name: str, option: str | None, region: str | None) -> Encoding:
    """The encoding of a whole file: `option` where the person named one, else what its bytes show.

    Raises SourceError: an unknown `option`, or a byte that does not fit it (with its position, from 0).
    """
    with path.open("rb") as stream:
        head = stream.read(4096)
    marked = next((codec for mark, codec in _MARKS if head.startswith(mark)), None)
    if option is not None:
        return _from_option(path, name, option, marked)
    if marked and first_error(path, marked) is None:
        return Encoding(marked, bom=True)
    if not marked and (codec := wide(head)) and first_error(path, codec) is None:
        return Encoding(codec)
    if marked and marked != "utf-8-sig":
        return Encoding(marked, "replace", bom=True)

    # Without a mark: Japanese mail text, which is plain ASCII with escapes, then UTF-8, then a guess.
    bom = marked is not None
    with path.open("rb") as stream:
        head = stream.read(200_000)
    has_escape = head.isascii() and (b"\x1b$B" in head or b"\x1b$@" in head)
    if has_escape and first_error(path, "iso2022_jp") is None:
        return Encoding("iso2022_jp", guessed=True)
    if first_error(path, "utf-8") is None:
        return Encoding("utf-8")
    lines = _lines_beyond_ascii(path)
    bad, is_cut_short = 0, False
    for line in lines:
        try:
            line.decode("utf-8")
            is_cut_short = False
        except UnicodeDecodeError as error:
            bad += 1
            # Of the last line: the file ends within a character, as after a download or copy that broke off.
            is_cut_short = error.reason == "unexpected end of data"
    good = len(lines) - bad
    if bom or (good > 1 and good >= 2 * bad) or (good and bad == 1 and is_cut_short):
        # A few broken lines must not turn every other name of the file into mojibake.
        return Encoding("utf-8-sig" if bom else "utf-8", "surrogateescape", bom=bom)
    odd_lines = [line for line in lines if not is_utf8(line)]
    codec, samples, also = guess(odd_lines, region)
    is_mixed = bool(good) or (0 < sum(map(is_dos, odd_lines)) < len(odd_lines) and codec == "cp1252")
    if is_mixed and is_single_byte(codec):
        # Line by line: as one of them, the others would become other letters without a word.
        mixed = MixedLines.of(path, codec).text()
        return Encoding("utf-8", "surrogateescape", guessed=True, samples=samples, beside=codec, mixed=mixed)
    errors = "strict" if first_error(path, codec) is None else "surrogateescape"
    return Encoding(codec, errors, guessed=True, samples=samples, also=also)


def _from_option(path: Path, name: str, option: str, marked: str | None) -> Encoding:
    codec = None
    with suppress(LookupError, ValueError, UnicodeError, TypeError, AssertionError):
        info = codecs.lookup(option)
        # Some codecs are found and cannot be used (idna, undefined), and some turn bytes into bytes (base64).
        "é".encode(info.name, "ignore").decode(info.name, "ignore")
        codec = info.name if getattr(info, "_is_text_encoding", True) else None
    if codec is None:
        raise SourceError(
            f'"{option}" is not a known encoding.{did_you_mean(option, _OFFERED, quoted)}',
            f"Give --encoding one of {', '.join(_OFFERED)}.",
        )
    if marked and first_error(path, marked) is None:
        codec = marked  # a mark that fits the whole file is no accident, and wins over --encoding
    position = first_error(path, codec)
    if position is not None:
        raise SourceError(
            f"{name} is not {option}: the byte at position {position:,} does not fit.",
            f"{without_option('encoding')}; then the program finds out. Or name another encoding.",
        )
    return Encoding(codec, bom=codec == marked)


def first_error(path: Path, codec: str) -> int | None:
    """The position of the first byte that a codec cannot read, or None."""
    decoder, offset = codecs.getincrementaldecoder(codec)("strict"), 0
    with path.open("rb") as stream:
        while True:
            block = stream.read(_BLOCK)
            # Bytes of a character that the last block cut in two; the error is counted from their start.
            pending = len(decoder.getstate()[0]) if hasattr(decoder, "getstate") else 0
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                return offset - pending + error.start
            except UnicodeError:
                return offset
            offset += len(block)
            if not block:
                return None


def _lines_beyond_ascii(path: Path) -> list[bytes]:
    """The lines with a byte beyond ASCII, up to 200 kB of them."""
    lines: list[bytes] = []
    size = 0
    with path.open("rb") as stream:
        for line in iter(lambda: stream.readline(65536), b""):
            if not line.isascii():
                lines.append(line)
                size += len(line)
                if size > 200_000:
                    break
    return lines
