"""Which code page text in Latin letters is in: the one in which its letters make words of a language.

`Wa³êsa` is Polish in cp1250, and in cp1252 no word of any language. How often each language uses its letters beyond
ASCII decides over all words together: of one word that two languages may have, nothing is known.
"""

from __future__ import annotations

import math
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Sequence

# Letters beyond ASCII, the most frequent in names and words first; regular ones of loans and of neighbours last.
_LETTERS = {
    "fr": "éèçëôïêàîâûùüöœñáíÿæ",
    "de": "üöäßéèáóçëñ",
    "es": "áíóéñúüçàè",
    "pt": "ãçáéóíâêõôúàü",
    "it": "òàèùìéç",
    "nl": "ëïéèöüóçáê",
    "sv": "öåäéüèáø",
    "da": "øæåéöüä",
    "fi": "äöåéüšž",
    "is": "óúíáðöéþæý",
    "et": "äõüöšžé",
    "sq": "ëç",
    "pl": "łńśóążęćźüö",
    "cs": "áíčřýéšžěůúňďťóöü",
    "sk": "áčíšýžéúóľťňôďäĺŕöü",
    "hu": "áéóőöíüúű",
    "hr": "ćčšžđéö",
    "sl": "čšžćđöü",
    "ro": "ăşţâîéöüá",
    "tr": "ıüöşçğâî",
    "lt": "ėšžčūųįąęöü",
    "lv": "āīņšēūļžģķčöü",
}
# Languages of few people, beside those that share their code page.
_WEIGHTS = {"is": 0.3, "et": 0.3, "sq": 0.3, "fi": 0.6}
_WESTERN = ("fr", "de", "es", "pt", "it", "nl", "sv", "da", "fi", "is", "et", "sq")
_CENTRAL = ("pl", "cs", "sk", "hu", "hr", "sl", "ro", "de", "sq")
PAGES = {
    "cp1252": _WESTERN,
    "mac_roman": _WESTERN,
    "cp850": _WESTERN,
    "cp1250": _CENTRAL,
    "iso8859-2": _CENTRAL,
    "mac_latin2": _CENTRAL,
    "cp852": _CENTRAL,
    "cp1254": ("tr",),
    "iso8859-9": ("tr",),
    "cp1257": ("lt", "lv", "et"),
    "iso8859-13": ("lt", "lv", "et"),
}
"""The code pages that are told apart here, and the languages that are written in them."""

CLOSE = 3.0
"""A code page whose score is so much less than the best one's may be the right one too."""

_VOWEL = "[aeiouyáéíóúůýě]"
_CONSONANT = "[bcdfghjklmnpqrstvwxz]"
# Where a letter of a language does not stand: Italian has its grave accents at the end of a word, Spanish its ñ and
# Portuguese its ã and õ before vowels or at the end.
_ODD_PLACES = {
    "it": regex(r"[òàèùì](?=[^\W\d_]{2})"),
    "es": regex(r"ñ(?![aeiouáéíóúü])"),
    "fr": regex(r"ù(?=\w)|ç(?![aouâôûã])|ñ(?![aeiou])|æ"),
    "pt": regex(r"ã(?![oes]|\b)|õ(?!e)|ç(?![aouãõáóú])"),
    "is": regex(r"\bð|(?<=[bcdfghjklmnpqrstvwxz])ý\b|þ\b"),
    "da": regex(r"[øæå](?=[øæå])"),
    "hu": regex(r"[őű](?=[aeiouáéíóú])"),
    "cs": regex(rf"(?<!{_VOWEL})ř(?!{_VOWEL})"),
    "pl": regex(rf"{_CONSONANT}[ćńśźż]{_CONSONANT}"),
    "hr": regex(rf"{_CONSONANT}[ćčđ]{_CONSONANT}"),
    "sl": regex(rf"{_CONSONANT}[ćčđ]{_CONSONANT}"),
    "tr": regex(r"\bğ"),
}
# Letters of ASCII that a language uses in foreign names alone.
_UNUSED = {
    "it": "jkwxy",
    "pt": "kwy",
    "fr": "",
    "is": "cqwz",
    "et": "cqwxyz",
    "fi": "cqwxz",
    "sv": "qwz",
    "da": "qwz",
    "sq": "w",
    "pl": "qvx",
    "cs": "qwx",
    "sk": "qwx",
    "hu": "qwx",
    "hr": "qwxy",
    "sl": "qwxy",
    "ro": "qwyk",
    "tr": "qwx",
    "lt": "qwx",
    "lv": "qwxy",
}
# Logarithms of how likely the odd is.
_OUTSIDE = math.log(1e-3)  # a letter that the language does not use
_SIGN_WITHIN = math.log(1e-5)  # a sign within a word
_TYPOGRAPHIC = math.log(0.05)  # a sign, in a code page that has it at a place of its own
_ODD = math.log(0.02)
_FOREIGN = math.log(0.2)
_ABROAD = math.log(0.05)  # the next word is in another language than the sheet
_OTHER_SYSTEMS = frozenset({"mac_roman", "mac_latin2", "cp850", "cp852"})
# Signs that are the same bytes in all pages of Windows, and say nothing there: behind a word, around it, anywhere.
_AT_THE_END = frozenset("°ºª®©™€£§")
_AROUND = frozenset("“”„…«»‹›")
_NEUTRAL = _AT_THE_END | _AROUND | frozenset("’‘–—\u00a0·'´`")
_MOST_WORDS = 1000
_FOLLOWS = 0.7  # each letter of a list is so much as frequent as the one before it


class PageFit(NamedTuple):
    """A code page with the logarithm of how likely words are in it."""

    codec: str
    score: float


def fits(words: Sequence[bytes], codecs: Sequence[str]) -> list[PageFit]:
    """How likely words with bytes beyond ASCII are in each of the code pages, the likeliest first."""
    counts = Counter(dict(Counter(words).most_common(_MOST_WORDS)))
    return sorted((PageFit(codec, _score(counts, codec)) for codec in codecs), key=lambda fit: -fit.score)


def _score(words: Counter[bytes], codec: str) -> float:
    languages = PAGES[codec]
    weights = [_WEIGHTS.get(language, 1.0) for language in languages]
    shares = [math.log(weight / sum(weights)) for weight in weights]
    alone = list(shares)
    mixed = 0.0
    for word, count in words.items():
        text = word.decode(codec, "replace")
        signs = sum(letter in _NEUTRAL for letter in text) * _TYPOGRAPHIC * (codec in _OTHER_SYSTEMS)
        by_language = [_word_score(text, language) + signs for language in languages]
        of_any = _log_sum(list(map(float.__add__, shares, by_language))) + _ABROAD
        # A word that occurs often says little more than one that occurs twice.
        times = 1 + math.log(count)
        alone = [score + times * _log_sum((of_word, of_any)) for score, of_word in zip(alone, by_language, strict=True)]
        mixed += times * of_any
    # A sheet is in one language, with names of others here and there. Only in the West lists are of all countries.
    return max(_log_sum(alone), mixed) if languages is _WESTERN else _log_sum(alone)


def _word_score(text: str, language: str) -> float:
    # The small form of the Turkish capital has two characters.
    small = text.replace("İ", "ı").lower()
    score = sum(_letter_score(letter, language) for letter in small if letter > "\x7f")
    for before, sign, after in zip(f" {text}", text, text[1:], strict=False):
        if after.isalpha() and (sign in _AT_THE_END or (sign in _AROUND and before.isalpha())):
            score += _SIGN_WITHIN
    if odd := _ODD_PLACES.get(language):
        score += _ODD * len(odd.findall(small))
    score += _FOREIGN * sum(letter in _UNUSED.get(language, "") for letter in small)
    # A capital within small letters is a letter of another code page.
    odd_case = sum(text[n].isupper() and text[n - 1].islower() for n in range(1, len(text)) if text[n] > "\x7f")
    return score + _ODD * odd_case


def _log_sum(scores: Sequence[float]) -> float:
    best = max(scores)
    return best + math.log(sum(math.exp(score - best) for score in scores))


@lru_cache(maxsize=4096)
def _letter_score(letter: str, language: str) -> float:
    if letter in _NEUTRAL:
        return 0.0
    letters = _LETTERS[language]
    if letter in letters:
        total = sum(_FOLLOWS**place for place in range(len(letters)))
        return math.log(_FOLLOWS ** letters.index(letter) / total)
    return _OUTSIDE if letter.isalpha() else _SIGN_WITHIN
