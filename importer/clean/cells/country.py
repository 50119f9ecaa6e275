"""Countries by the names that sheets give them."""

from __future__ import annotations

from importer.languages.cldr import country_code
from importer.regex import regex

_CODE_AND_NAME = regex(
    r"(?P<code>[A-Za-z]{2,3})\s*[-–:,|]\s*(?P<name>.+)|(?P<name2>.+?)\s*[(\[](?P<code2>[A-Za-z]{2,3})[)\]]"
)


def alpha_2(text: str) -> str | None:
    """The ISO 3166-1 alpha-2 code of a country given as alpha-2, alpha-3, name or both (`DE - Germany`), else None."""
    if code := country_code(text):
        return code
    code_and_name = _CODE_AND_NAME.fullmatch(text.strip())
    if not code_and_name:
        return None
    code = country_code(code_and_name["code"] or code_and_name["code2"])
    return code if code == country_code(code_and_name["name"] or code_and_name["name2"]) else None
