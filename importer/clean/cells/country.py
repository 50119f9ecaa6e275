"""Countries by the names that sheets give them."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from importer.clean.words.countries import COUNTRIES


def alpha_2(text: str) -> str | None:
    """The ISO 3166-1 alpha-2 code of a country given as alpha-2, alpha-3 or name (English or its own), else None."""
    if code := _codes().get(_plain(text)):
        return code
    both = re.fullmatch(
        r"(?P<code>[A-Za-z]{2,3})\s*[-–:,|]\s*(?P<name>.+)|(?P<name2>.+?)\s*[(\[](?P<code2>[A-Za-z]{2,3})[)\]]",
        text.strip(),
    )
    if not both:
        return None
    code = _codes().get(_plain(both["code"] or both["code2"]))
    return code if code and code == _codes().get(_plain(both["name"] or both["name2"])) else None


@cache
def _codes() -> dict[str, str]:
    """Every known spelling, and the code it stands for."""
    found: dict[str, str] = {}
    for line in COUNTRIES.strip().splitlines():
        codes, _, names = line.partition(" ")
        two, three = codes[:2], codes[2:]
        found |= {_plain(name): two for name in (two, three, *names.split("|"))}
    return found


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold().replace("&", "and"))
    bare = "".join(letter for letter in letters if letter.isalnum())
    return bare.removeprefix("the") if len(bare) > 5 else bare
