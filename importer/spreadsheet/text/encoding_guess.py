"""The guess for text that is neither marked nor UTF-8: by its script, its letters and the region."""

from __future__ import annotations

from typing import NamedTuple

from importer.regex import regex
from importer.spreadsheet.text.code_pages import CLOSE, PAGES, fits

_BY_REGION: dict[str, tuple[str, ...]] = {}
for _regions, _codecs in (
    ("PL CZ SK HU SI HR RO RS BA ME AL", "cp1250 iso8859-2 mac_latin2 cp852"),
    ("RU UA BY BG KZ KG MK MD TJ", "cp1251 koi8-r koi8-u iso8859-5 cp866 mac_cyrillic"),
    ("GR CY", "cp1253 iso8859-7"),
    ("TR AZ", "cp1254 iso8859-9"),
    ("IL", "cp1255 iso8859-8"),
    ("AE SA EG JO LB MA DZ TN IQ KW QA OM BH YE LY SY SD PS IR", "cp1256 iso8859-6"),
    ("LT LV EE", "cp1257 iso8859-13"),
    ("VN", "cp1258"),
    ("TH", "cp874"),
    ("JP", "cp932 euc-jp"),
    ("CN SG", "gb18030"),
    ("TW HK MO", "big5hkscs gb18030"),
    ("KR", "cp949"),
):
    for _region in _regions.split():
        _BY_REGION[_region] = tuple(_codecs.split())

_OTHER_SCRIPTS = [
    "cp1251",
    "koi8-r",
    "cp866",
    "cp1253",
    "cp1255",
    "cp1256",
    "cp874",
    "cp932",
    "euc-jp",
    "gb18030",
    "big5hkscs",
    "cp949",
]
# Quotes, dashes and the ellipsis of cp125x are around numbers too, where they show nothing about the script.
_TYPOGRAPHIC = b"\x85\x91\x92\x93\x94\x95\x96\x97'-"
_AGAINST = {"cp1257": 7.0}  # few sheets are Baltic
_WORD = regex(rb"[A-Za-z\x80-\xff'\-]*[\x80-\xff][A-Za-z\x80-\xff'\-]*")


class EncodingGuess(NamedTuple):
    """A codec with up to three words to show what it makes of a file; `also`: another one that may be right too."""

    codec: str
    samples: tuple[str, ...]
    also: tuple[str, str] | None = None


def guess(lines: list[bytes], region: str | None) -> EncodingGuess:
    """A codec for these lines, all with a byte beyond ASCII."""
    words = [word for line in lines for word in _WORD.findall(line)]
    # A file that was put together from two says nothing of the older one by its words in UTF-8.
    words = [word for word in words if not _is_utf8(word)] or words
    # Accents are the exception inside a Latin word; in other scripts nearly every byte of a word is beyond ASCII.
    bare = [word.strip(_TYPOGRAPHIC) for word in words]
    high = sum(byte >= 0x80 for word in bare for byte in word)
    is_other_script = high >= 4 and high > 0.6 * sum(map(len, bare))
    local = _BY_REGION.get((region or "").upper(), ())
    also = None
    if local and local[0] not in PAGES:
        codec = _detected(lines, (*local, "cp1252"), local[0])
    elif is_other_script:
        codec = _detected(lines, tuple(_OTHER_SCRIPTS), local[0] if local else "cp1252")
    else:
        codec, also = _latin(words, local)
    shown = dict.fromkeys(word.decode(codec, "replace") for word in words[:200])
    return EncodingGuess(codec, tuple(list(shown)[:3]), also)


def _is_utf8(word: bytes) -> bool:
    try:
        word.decode()
    except UnicodeDecodeError:
        return False
    return True


def _latin(words: list[bytes], local: tuple[str, ...]) -> tuple[str, tuple[str, str] | None]:
    """The code page of Latin letters, and another that fits nearly as well with one of the words in it."""
    candidates = (*local, "cp1252") if local else ("cp1252", "cp1250", "cp1254", "cp1257", "mac_roman", "cp850")
    usual = candidates[0]
    ranked = sorted(
        # What another than the usual one is must be clear: most of its letters are letters in the usual one too.
        (
            (fit.score - _AGAINST.get(fit.codec, 3.0) * (fit.codec != usual), fit.codec)
            for fit in fits(words, candidates)
        ),
        reverse=True,
    )
    best, codec = ranked[0]
    for score, candidate in ranked[1:]:
        differing = [word for word in words if word.decode(candidate, "replace") != word.decode(codec, "replace")]
        if differing and best - score <= CLOSE:
            return codec, (candidate, differing[0].decode(candidate, "replace"))
    return codec, None


def _detected(lines: list[bytes], candidates: tuple[str, ...], fallback: str) -> str:
    import chardet

    data = b"".join(lines)

    def decodes(codec: str) -> bool:
        try:
            data.decode(codec)
        except (UnicodeError, LookupError):
            return False
        return True

    fitting = tuple(filter(decodes, candidates))
    if not fitting:
        return fallback
    answer = chardet.detect(data, include_encodings=fitting, no_match_encoding=fitting[0], compat_names=False)
    codec = answer["encoding"]
    # Tried once more, because the detector may answer with a name of its own.
    return codec if codec and decodes(codec) else fitting[0]
