"""Numbers that are no phones, however much they look like ones: of taxes, identity papers, registers, banks, orders.

Known by the header; or by the values, where all have the form of such a number, or pass its check digits more often
than chance lets other numbers pass.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from importer.languages.words import tables
from importer.mapping.suggest.header_key import fold, words
from importer.mapping.suggest.value_types import filled
from importer.mapping.suggest.vocabulary import vocabulary
from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

TAX, IDENTITY, COMPANY, BANK, DOCUMENT = "tax", "identity", "company", "bank", "document"
IN_WORDS = {
    TAX: "tax numbers",
    IDENTITY: "numbers of identity papers",
    COMPANY: "numbers of a register",
    BANK: "numbers of accounts or cards",
    DOCUMENT: "numbers of contracts, orders or other papers",
}
"""What each kind of `[headers.registered_numbers]` holds."""

_MOST_WORDS = 5  # of a phrase in a header
_NEARLY_ALL = 0.95
_LEAST_LUCK = 1e-3
_NO_DIGIT = regex(r"\D")
_NO_SPACES = regex("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,}")


class CheckedNumber(NamedTuple):
    """A kind of number with check digits; `chance`: the share of other numbers that pass."""

    name: str
    digits: int
    passes: Callable[[list[int]], bool]
    chance: float


def _weighted(*checks: tuple[int, ...], modulus: int = 11) -> Callable[[list[int]], bool]:
    """A test whether digits are the sums of those before them, weighted; each check digit follows its weights."""

    def passes(digits: list[int]) -> bool:
        # A remainder of 10 is written 0 where such numbers are given out at all.
        sums = (sum(map(int.__mul__, weights, digits)) for weights in checks)
        return all(total % modulus % 10 == digits[len(w)] for total, w in zip(sums, checks, strict=True))

    return passes


def _luhn(digits: list[int]) -> bool:
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(doubled) + sum(digits[::-2])) % 10 == 0


def _iso_7064(digits: list[int]) -> bool:
    """MOD 11,10 of ISO 7064, as the German tax id and the Croatian OIB have it."""
    remainder = 10
    for digit in digits[:-1]:
        remainder = ((remainder + digit) % 10 or 10) * 2 % 11
    return (remainder + digits[-1]) % 10 == 1


def _australian(digits: list[int]) -> bool:
    weights = (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)
    return (sum(map(int.__mul__, weights, digits)) - weights[0]) % 89 == 0


def _belgian(digits: list[int]) -> bool:
    number = int("".join(map(str, digits[:-2])))
    # For those born since 2000 a 2 stands before the number.
    starts = {97 - number % 97, 97 - int(f"2{number:09}") % 97} if len(digits) == 11 else {97 - number % 97}
    return digits[-2] * 10 + digits[-1] in starts


def _minus(*weights: int) -> tuple[int, ...]:
    return tuple(-weight for weight in weights)


# Of 9 to 14 digits: nothing shorter or longer is taken for a phone by its values alone.
_CHECKED = (
    CheckedNumber("SIREN, SIN or Israeli id", 9, _luhn, 0.1),
    CheckedNumber("BSN", 9, _weighted((9, 8, 7, 6, 5, 4, 3, 2)), 0.1),
    CheckedNumber("TFN", 9, _weighted((1, 4, 3, 7, 5, 8, 6, 9)), 0.1),
    CheckedNumber("ACN", 9, _weighted(_minus(8, 7, 6, 5, 4, 3, 2, 1), modulus=10), 0.1),
    CheckedNumber("REGON", 9, _weighted((8, 9, 2, 3, 4, 5, 6, 7)), 0.1),
    CheckedNumber("NIF", 9, _weighted(_minus(9, 8, 7, 6, 5, 4, 3, 2)), 0.1),
    CheckedNumber("ΑΦΜ", 9, _weighted((256, 128, 64, 32, 16, 8, 4, 2)), 0.1),
    CheckedNumber("organisasjonsnummer", 9, _weighted(_minus(3, 2, 7, 6, 5, 4, 3, 2)), 0.1),
    CheckedNumber("TAJ", 9, _weighted((3, 7, 3, 7, 3, 7, 3, 7), modulus=10), 0.1),
    CheckedNumber("NIP", 10, _weighted((6, 5, 7, 2, 3, 4, 5, 6, 7)), 0.1),
    CheckedNumber("NHS number", 10, _weighted(_minus(10, 9, 8, 7, 6, 5, 4, 3, 2)), 0.1),
    CheckedNumber("ИНН", 10, _weighted((2, 4, 10, 3, 5, 9, 4, 6, 8)), 0.1),
    CheckedNumber("personnummer", 10, _luhn, 0.1),
    CheckedNumber("ЕГН", 10, _weighted((2, 4, 8, 5, 10, 9, 7, 3, 6)), 0.1),
    CheckedNumber("enterprise number", 10, _belgian, 0.01),
    CheckedNumber("PESEL", 11, _weighted(_minus(1, 3, 7, 9, 1, 3, 7, 9, 1, 3), modulus=10), 0.1),
    CheckedNumber(
        "CPF", 11, _weighted(_minus(10, 9, 8, 7, 6, 5, 4, 3, 2), _minus(11, 10, 9, 8, 7, 6, 5, 4, 3, 2)), 0.01
    ),
    CheckedNumber("ABN", 11, _australian, 0.012),
    CheckedNumber("CUIT or bankkonto", 11, _weighted(_minus(5, 4, 3, 2, 7, 6, 5, 4, 3, 2)), 0.1),
    CheckedNumber("Kimlik No", 11, _weighted((7, -1, 7, -1, 7, -1, 7, -1, 7), (1,) * 10, modulus=10), 0.01),
    CheckedNumber("Steuer-ID or OIB", 11, _iso_7064, 0.1),
    CheckedNumber("adószám", 11, _weighted(_minus(9, 7, 3, 1, 9, 7, 3), modulus=10), 0.1),
    CheckedNumber("rijksregisternummer", 11, _belgian, 0.03),
    CheckedNumber("ИНН", 12, _weighted((7, 2, 4, 10, 3, 5, 9, 4, 6, 8), (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)), 0.01),
    CheckedNumber("EAN", 13, _weighted(_minus(1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3), modulus=10), 0.1),
    CheckedNumber("EMŠO", 13, _weighted(_minus(7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)), 0.1),
    CheckedNumber("CNP", 13, _weighted((2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)), 0.1),
    CheckedNumber("id number", 13, _luhn, 0.1),
    CheckedNumber("SIRET", 14, _luhn, 0.1),
    CheckedNumber(
        "CNPJ",
        14,
        _weighted(_minus(5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2), _minus(6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)),
        0.01,
    ),
)
# Groupings that no country has for its phones.
_FORMS = {
    "SSN": r"\d{3}-\d{2}-\d{4}",
    "personal number": r"\d{6}-\d{4}",
    "resident number": r"\d{6}-\d{7}",
    "business number": r"\d{3}-\d{2}-\d{5}",
    "CPF": r"\d{3}\.\d{3}\.\d{3}-\d{2}",
    "CNPJ": r"\d{2}\.?\d{3}\.?\d{3}/\d{4}-\d{2}",
    "CUIT": r"\d{2}-\d{8}-\d",
    "adószám": r"\d{8}-\d-\d{2}",
    "AHV-Nr.": r"756\.\d{4}\.\d{4}\.\d{2}",
    "bankkonto": r"\d{4}\.\d{2}\.\d{5}",
}


@lru_cache(maxsize=4096)
def registered_kinds(header: str) -> frozenset[str]:
    """The kinds of numbers that a header names, none where it has a word for a phone or an email, or may be one."""
    terms, header_words = vocabulary(), words(header)
    key = fold(header)
    points = terms.phone | terms.email | terms.kinds.keys()
    if not points.isdisjoint(header_words) or key in terms.doubtful:
        return frozenset()
    runs = {
        "".join(header_words[start:end])
        for start in range(len(header_words))
        for end in range(start + 1, min(start + _MOST_WORDS, len(header_words)) + 1)
    }
    phrases = _phrases()
    kinds = {phrases[run] for run in runs if run in phrases}
    if _NO_SPACES.search(key):
        kinds |= {kind for phrase, kind in phrases.items() if _NO_SPACES.fullmatch(phrase) and phrase in key}
    return frozenset(kinds)


def is_registered_phrase(header: str) -> bool:
    """Whether a header is just a word for such a number, whatever else it may mean."""
    return fold(header) in _phrases()


def registered_form(values: Sequence[str]) -> str:
    """What kind of number the values are by their form or their check digits, "" where they show none."""
    texts = list(dict.fromkeys(filled(values)))
    for name, form in _FORMS.items():
        if texts and all(re.fullmatch(form, text) for text in texts):
            return name
    # Only phones are written with a plus, also where their digits happen to pass a check.
    if any(text.startswith("+") for text in texts):
        return ""
    numbers = [[int(digit) for digit in _NO_DIGIT.sub("", text)] for text in texts]
    for checked in _CHECKED:
        # Zeros alone pass all checks.
        passing = sum(len(number) == checked.digits and any(number) and checked.passes(number) for number in numbers)
        if passing >= len(numbers) * _NEARLY_ALL and checked.chance**passing <= _LEAST_LUCK * 1.001:
            return checked.name
    return ""


@lru_cache(maxsize=1)
def _phrases() -> dict[str, str]:
    """Folded phrase -> kind."""
    return {fold(phrase): kind for kind, phrases in tables("headers.registered_numbers").items() for phrase in phrases}
