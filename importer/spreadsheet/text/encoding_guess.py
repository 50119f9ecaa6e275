"""The guess for text that is neither marked nor UTF-8: candidates limited by region, cp1252 for Western ones."""

from __future__ import annotations

import re

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
_WESTERN = ("cp1252", "mac_roman", "cp850")
_LETTERS = frozenset("àáâãäåæçèéêëìíîïñòóôõöøœùúûüýÿßšžÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØŒÙÚÛÜÝŠŽ’‘“”–—€£°ºª«»®©¿¡´·…•§\u00a0")
# Quotes, dashes and the ellipsis of cp125x are around numbers too, where they show nothing about the script.
_TYPOGRAPHIC = b"\x85\x91\x92\x93\x94\x95\x96\x97'-"
# A dash or a capital in the middle of small letters (MÅller) is a letter of another code page.
_ODD_INSIDE = re.compile(
    r"(?<=[a-z])[\u2013\u2014\u2018\u201c\u201d\u2026\u00b7](?=[a-z])"
    r"|(?<=[a-z])[À-ÖØ-Þ\u017d\u0160\u0178](?![A-Z])|(?<=[A-Z])[À-ÖØ-Þ](?=[a-z])"
)
_WORD = re.compile(rb"[A-Za-z\x80-\xff'\-]*[\x80-\xff][A-Za-z\x80-\xff'\-]*")


def guess(lines: list[bytes], region: str | None) -> tuple[str, tuple[str, ...]]:
    """A codec for these lines (all with a byte beyond ASCII) and up to three words to show what it makes of them."""
    words = [word for line in lines for word in _WORD.findall(line)]
    # Accents are the exception inside a Latin word; in other scripts nearly every byte of a word is beyond ASCII.
    bare = [word.strip(_TYPOGRAPHIC) for word in words]
    high = sum(byte >= 0x80 for word in bare for byte in word)
    if local := _BY_REGION.get((region or "").upper()):
        codec = _detected(lines, (*local, "cp1252"), local[0])
    elif high >= 4 and high > 0.6 * sum(map(len, bare)):
        codec = _detected(lines, tuple(_OTHER_SCRIPTS), "cp1252")
    else:
        # cp1252 unless its letters make no sense and another's do (text of an old Mac or of DOS).
        scores: dict[str, float] = {}
        for western in _WESTERN:
            # The share of characters beyond ASCII that are Western letters in places where such letters are.
            text = b" ".join(words).decode(western, "replace")
            beyond = [character for character in text if character > "\x7f"]
            letters = sum(character in _LETTERS for character in beyond) - len(_ODD_INSIDE.findall(text))
            scores[western] = letters / max(len(beyond), 1)
        best = max(_WESTERN, key=lambda western: scores[western])
        codec = best if scores["cp1252"] < 0.6 and scores[best] > 0.9 else "cp1252"
    shown = dict.fromkeys(word.decode(codec, "replace") for word in words[:200])
    return codec, tuple(list(shown)[:3])


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
