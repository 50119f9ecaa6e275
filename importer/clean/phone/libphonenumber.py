"""One phone number read by libphonenumber itself, which understands any spelling, but slowly."""

from __future__ import annotations

from typing import NamedTuple

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType


class Number(NamedTuple):
    """A number that was read, in use or not.

    `code` is its country code and `national` its national significant number, both in digits; `kind` is the library's
    PhoneNumberType (UNKNOWN: no such number is in use) and `source` its CountryCodeSource.
    """

    e164: str
    code: str
    national: str
    kind: int
    source: int

    @property
    def in_use(self) -> bool:
        """Whether such a number exists."""
        return self.kind != PhoneNumberType.UNKNOWN


def read(text: str, region: str | None) -> Number | None:
    """Read a number written with + or as dialled in a region (ISO 3166-1 alpha-2); None where there is none."""
    try:
        number = phonenumbers.parse(text, region, keep_raw_input=True)
    except NumberParseException:
        return None
    return Number(
        phonenumbers.format_number(number, PhoneNumberFormat.E164),
        str(number.country_code),
        phonenumbers.national_significant_number(number),
        phonenumbers.number_type(number),
        number.country_code_source,
    )
