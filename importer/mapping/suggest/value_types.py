"""What the values of a column look like: a reason to ask a question, never to decide it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from importer.languages.words import any_of, forbidden_beside, is_fax_word, phone_words, words
from importer.model import FieldType
from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ENOUGH = 0.8
_EMAIL = regex(r"(?:mailto:)?[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s.,;<>]{2,}")
_PHONE = regex(r"[+＋]?[\d\s()./\-–—‐‑\u00a0]{7,22}")
_PHONE_MARK = regex(r"[+()\-–—‐‑\s]")
_DAY, _MONTH, _YEAR = "(?:0?[1-9]|[12][0-9]|3[01])", "(?:0?[1-9]|1[0-2])", "(?:(?:1[89]|20|21)[0-9]{2})"
_TIME = r"(?:,?[T ]\d{1,2}[:.h]\d\d.*|[T ]\d{1,2} ?[AaPp]\.?[Mm].*|T.*)?"
# Only days and months that exist: 20 12 34 01 is a Danish phone. No part of a date has three digits.
_SIGN = r"(?:[-/. ]|\. )"
_DATE = regex(
    # A birthday without its year has 1604 in the cards of Apple.
    rf"[0-9]{{4}}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])|{_YEAR}{_SIGN}{_MONTH}{_SIGN}{_DAY}\.?{_TIME}"
    rf"|(?:{_DAY}{_SIGN}{_MONTH}|{_MONTH}{_SIGN}{_DAY}){_SIGN}(?:{_YEAR}|[0-9]{{2}})(?: ?[гр]\.)?{_TIME}"
    rf"|{_DAY}\.?[-/. ]+(?:de )?[^\W\d_]{{1,15}}[-/. ,]+(?:de )?(?:{_YEAR}|['’]?[0-9]{{2}}){_TIME}"
    rf"|[^\W\d_]{{3,15}}\.? {_DAY},? {_YEAR}{_TIME}|{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
    rf"|{_YEAR}\.? [^\W\d_]{{3,15}}\.? {_DAY}\.?{_TIME}|{_YEAR} ?[年년] ?{_MONTH} ?[月월] ?{_DAY} ?[日일]{_TIME}"
)
# The form of a date, also of one that does not exist: a column of dates has a few of these.
_DATE_FORM = regex(
    rf"(?:{_DATE.pattern})"
    r"|(?:\d{1,2}|\d{4})[-/. ](?:\d{1,2}|[^\W\d_]{1,9})[-/. ,]+(?:\d{1,2}|\d{4})(?:[T ].*)?"
    r"|\w{3,9}\.? \d{1,2},? \d{4}|\d{8}"
)
_DECIMAL = regex(r"[+-]?\d+[.,]\d+")
_IP_ADDRESS = regex(r"(?:\d{1,3}\.){3}\d{1,3}")
_LETTERS_WITHOUT_SPACES = regex("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,5}")
_NAME_WORD = regex(r"[^\W\d_]+(?:['’.-]+[^\W\d_]*)*,?")
_MOST_NAME_WORDS = 5
_REMARK = regex(r"\s*\([^()]*\)$")
_LONG_PHONE = 9
_FEWEST_DIGITS = 5  # of a phone, whatever became of it
_NUMBER = regex(r"[^\w\s]{0,2}\s?[\d.,' \u00a0]*\d(?:[eE][+-]?\d+)?\s?(?:%|\W|[A-Z]{3})?")
_URL = regex(r"https?://|www\.", re.IGNORECASE)
_WORDS = words("values", "yes") | words("values", "no") | frozenset({"0", "1", "x"})
_SOME_LISTS = 0.3
_HONORIFICS = words("values", "honorifics")
_PHONE_LABELS = words("phones", "labels") | phone_words()
_EXTENSION = regex(rf"\s*(?:#|\b(?:{any_of('phones', 'extension')})\.?)\s*\d{{1,6}}", re.IGNORECASE)
_SHORTENED = regex(r"\d(?:[.,]\d+)?[eE]\+?(?:09|1[0-4])")  # what a spreadsheet program makes of a long number
_SERVICE_CODE = regex(r"[*#][*#\d]{1,8}")
_EMPTY = words("values", "empty") | words("values", "empty_signs") | frozenset(("-", "--", "–", "—", "?"))
_COMPANIES, _COMPANY_CAPITALS = words("names", "companies"), words("names", "company_capitals")


def filled(values: Sequence[str]) -> list[str]:
    """The values that are not blank, trimmed."""
    return [value.strip() for value in values if value.strip()]


def share(values: Sequence[str], looks: Callable[[str], bool]) -> float:
    """The share of the filled values that `looks` is true of, 0..1; 0 where all are blank."""
    texts = filled(values)
    return sum(map(looks, texts)) / len(texts) if texts else 0.0


def is_email(text: str) -> bool:
    """Whether a text has the form of an email address."""
    return _EMAIL.fullmatch(text) is not None


def is_phone(text: str) -> bool:
    """Whether a text has 7 to 15 digits and is written as phone numbers are, and not as a date."""
    # E.164 allows 15 digits; shorter ones than 7 are extensions and short codes.
    digits = sum(map(str.isdecimal, text))
    if not 7 <= digits <= 15 or _PHONE.fullmatch(text) is None:
        return False
    return not any(form.fullmatch(text) for form in (_DATE, _DECIMAL, _IP_ADDRESS))


def is_likely_phone(text: str) -> bool:
    """Whether a text is a phone whatever its header says: written as one, or plain digits in the usual length."""
    # Order numbers and amounts have digits too, but neither a plus nor brackets, dashes or spaces.
    return is_phone(text) and (_PHONE_MARK.search(text) is not None or 10 <= sum(map(str.isdecimal, text)) <= 12)


def is_like_any_phone(text: str) -> bool:
    """Whether a text is a phone whatever its header says, an extension behind it and lost digits aside.

    >>> [is_like_any_phone(text) for text in ("415-555-0103 x4", "1.41556E+10", "Suite 4", "12 x 30")]
    [True, True, False, False]
    """
    if _SHORTENED.fullmatch(text):
        return True
    extension = _EXTENSION.search(text)
    return is_likely_phone(text[: extension.start()] if extension and extension.end() == len(text) else text)


def says_something(text: str) -> bool:
    """Whether a text speaks for or against a column of phones: neither "n/a" nor a code such as *611 does."""
    return text.casefold() not in _EMPTY and _SERVICE_CODE.fullmatch(text) is None


def fits(field: str, values: Sequence[str]) -> bool:
    """Whether any value may be one of a field: a phone has digits enough, an email an @, a role is no form of address.

    >>> fits("phone", ["yes", "no"]), fits("role", ["Mrs."]), fits("company", ["Mrs."])
    (False, False, True)
    """
    if field == "role":
        return not all(map(is_honorific, values))
    if field == "phone":
        return any(sum(map(str.isdecimal, value)) >= _FEWEST_DIGITS for value in values)
    return field != "email" or any("@" in value for value in values)


def is_long_phone(text: str) -> bool:
    """Whether a text is a phone with as many digits as one with its area code has in large countries."""
    return is_phone(text) and sum(map(str.isdecimal, text)) >= _LONG_PHONE


def is_phone_label(text: str) -> bool:
    """Whether a text says which kind of phone a number is, or that it is not a phone: "Mobile", "Work fax", "wrong"."""
    if forbidden_beside(text):
        return True
    plain = re.findall(r"[^\W\d_]+", text.casefold())
    return bool(plain) and all(word in _PHONE_LABELS or is_fax_word(word) for word in plain)


def is_person_name(text: str) -> bool:
    """Whether a text is like a person's whole name: a few words of letters, and none of a company's.

    >>> [is_person_name(text) for text in ("Dr. Ann Lee", "Lee, Ann (mother)", "Ann", "Acme Inc")]
    [True, True, False, False]
    """
    text = _REMARK.sub("", text)
    if _LETTERS_WITHOUT_SPACES.fullmatch(text):
        return True
    name_words = text.split()
    is_name = 2 <= len(name_words) <= _MOST_NAME_WORDS and all(map(_NAME_WORD.fullmatch, name_words))
    plain = text.replace(".", "").replace(",", "").split()
    return is_name and _COMPANY_CAPITALS.isdisjoint(plain) and _COMPANIES.isdisjoint(map(str.casefold, plain))


def is_honorific(text: str) -> bool:
    """Whether a text is a form of address: "Dr.", "Ms", "Frau"."""
    return "-".join(re.findall(r"\w+", text.casefold())) in _HONORIFICS


def is_yes_or_no(text: str) -> bool:
    """Whether a text is a word for yes or no."""
    return text.casefold() in _WORDS


def is_several_words(text: str) -> bool:
    """Whether a text has more than one word, as a whole name has."""
    return len(text.split()) > 1


def is_misfit(values: Sequence[str], kind: FieldType) -> bool:
    """Whether more than half of the values are clearly not of a field's type."""
    return 2 * unlike(values, kind) > len(filled(values))


def likely_type(values: Sequence[str]) -> FieldType:
    """The type of custom field that could hold these values; a string where they fit no other type."""
    texts = {value.casefold() for value in filled(values)}
    # A column of nothing but 0, or nothing but 1, may as well hold numbers.
    if texts and texts <= _WORDS and (len(texts) > 1 or not texts <= {"0", "1"}):
        return FieldType.BOOLEAN
    kinds: dict[FieldType, Callable[[str], bool]] = {
        FieldType.URL: lambda text: _URL.match(text) is not None,
        FieldType.DATE: lambda text: _DATE.fullmatch(text) is not None,
        # A number field would take the zeros off 00123.
        FieldType.NUMBER: lambda text: _NUMBER.fullmatch(text) is not None and not re.match(r"0\d", text),
    }
    for kind, looks in kinds.items():
        if share(values, looks) >= ENOUGH:
            return kind
    # Most contacts have one option or none, so a few lists are enough.
    return FieldType.MULTI_SELECT if share(values, lambda text: ";" in text) >= _SOME_LISTS else FieldType.STRING


def unlike(values: Sequence[str], kind: FieldType) -> int:
    """How many filled values are clearly not of a field's type: dates and numbers are judged, other types give 0."""
    looks = {FieldType.DATE: _DATE_FORM, FieldType.NUMBER: _NUMBER}.get(kind)
    return sum(looks.fullmatch(text) is None for text in filled(values)) if looks else 0
