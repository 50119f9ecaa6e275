"""Where the numbers of a whole column come from, counted before any of them is read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import compress
from typing import TYPE_CHECKING

from importer.clean.phone import numbering_plan, prefixes
from importer.clean.phone.origin import (
    NO_DIGIT,
    NOWHERE,
    SHORTEST_WITHOUT_PLUS,
    Abroad,
    is_abroad,
    is_rather_abroad,
    may_have_lost_plus,
)
from importer.clean.plain import plain_cells, plain_form
from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_NUMBER = regex(r"[\s()./-]*\+?[\d\s()./-]{7,40}")
_PLAIN_NUMBER = plain_form(r"[ ()./-]*\+?[0-9 ()./-]{7,40}")
_GOOD_PART = 5  # at least one number in so many
_FEWEST = 3
_MISREAD = 3  # so many times as many numbers that lost a plus as long ones that have no reading
_TRUNK = 10  # so many times as many numbers with a 0 in front as without, though not from abroad
_ANY = Abroad(lost=frozenset({""}))
_REMEMBERED = 50_000


@dataclass(slots=True)
class OriginTally:
    """Counts where the numbers of a column come from; feed it all cells, then ask."""

    region: str
    numbers: int = 0
    unread: int = 0
    trunk: int = 0
    bare: int = 0
    written: Counter[str] = field(default_factory=Counter)
    dialled: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    ambiguous: Counter[str] = field(default_factory=Counter)
    clear: set[str] = field(default_factory=set)

    def feed(self, texts: Sequence[str]) -> None:
        """Look at the cells of a chunk."""
        cells = plain_cells(texts, _PLAIN_NUMBER)
        spellings = numbering_plan.bare("\n".join(cells)).split("\n") if cells else []
        # How a number begins and how long it is says of nearly all what they are, and numbers of a column begin alike.
        kinds = [
            (spelling[: 5 if spelling[:1] in "+0" else 4], len(spelling))  # digits enough for 00 and a country code
            for spelling in spellings
        ]
        unsure: set[tuple[str, int]] = set()
        for kind, count in Counter(kinds).items():
            if (what := _what(*kind, self.region)) is None:
                unsure.add(kind)
            else:
                self._add(*what, count)
        if unsure:
            self.feed_each(compress(cells, map(unsure.__contains__, kinds)))
        if len(cells) < len(texts) - texts.count(""):
            plain = set(cells)
            self.feed_each(text for text in texts if text not in plain)

    def _add(self, what: str, code: str, count: int) -> None:
        self.numbers += count
        if what == "bare":
            self.bare += count
        elif what == "trunk":
            self.trunk += count
        elif code:
            (self.written if what == "written" else self.dialled)[code] += count

    def feed_each(self, texts: Iterable[str]) -> None:
        """Look at cells one by one, which takes twenty times as long and counts the same."""
        home_code = numbering_plan.named(self.region).code
        for text in texts:
            if not text or not _NUMBER.fullmatch(text):
                continue
            self.numbers += 1
            digits = NO_DIGIT.sub("", text)
            if "+" in text or digits.startswith("00"):
                if (code := numbering_plan.code_of(digits.removeprefix("00"))) and code != home_code:
                    (self.written if "+" in text else self.dialled)[code] += 1
            elif digits.startswith("0"):
                self.trunk += 1
            elif may_have_lost_plus(text, _ANY) and not digits.startswith(home_code):
                self._count(text, digits, home_code)
            else:
                self.bare += 1

    def _count(self, text: str, digits: str, own: str) -> None:
        home = numbering_plan.read(digits, self.region)
        number = numbering_plan.read(f"+{digits}", None)
        is_home = home is not None and home.in_use and home.code == own
        if not number or not number.in_use:
            self.bare += is_home
            self.unread += not is_home
            return
        anywhere = Abroad(frozenset({number.code}), frozenset({number.code}))
        if home and is_home:
            lost = self.lost if is_rather_abroad(text, home, number, self.region, anywhere) else self.ambiguous
            lost[number.code] += 1
        elif is_abroad(text, number, self.region, anywhere):
            self.lost[number.code] += 1
            # One look is enough for each country: most numbers of a column are of few.
            if number.code not in self.clear and is_abroad(text, number, self.region, Abroad(anywhere.written)):
                self.clear.add(number.code)
        else:
            self.unread += 1

    @property
    def _has_trunk(self) -> bool:
        return self.trunk > self.bare * _TRUNK

    def abroad(self) -> Abroad:
        """What the cells show; nothing where no cell depends on it."""
        # As long as a number of the region's own that has lost its 0, the digits may be either.
        lost = self.lost + self.ambiguous if self._has_trunk else self.lost
        count = lost.total()
        if not count and not (self.dialled and self.written):
            return NOWHERE
        written = frozenset(self.written)
        if not count or (count + self.written.total() + self.dialled.total()) * _GOOD_PART < self.numbers:
            return Abroad(written)
        often = {code for code, number in lost.items() if number > 1} | (lost.keys() & written) | self.clear
        is_lost = count >= _FEWEST and count >= self.unread * _MISREAD
        return Abroad(written | lost.keys(), frozenset(often if is_lost else ()), self._has_trunk)


@lru_cache(_REMEMBERED)
def _what(prefix: str, length: int, region: str) -> tuple[str, str] | None:
    """What bare spellings of a length are that begin so, and their country code; None where each is to be looked at."""
    home_code = numbering_plan.named(region).code
    has_plus, digits = prefix.startswith("+"), prefix.removeprefix("+")
    if has_plus or digits.startswith("00"):
        if has_plus and digits.startswith("0"):
            return None
        code = numbering_plan.code_of(digits.removeprefix("00"))
        return "written" if has_plus else "dialled", "" if code == home_code else code
    if digits.startswith("0"):
        return "trunk", ""
    is_own = length < SHORTEST_WITHOUT_PLUS or digits.startswith(home_code)
    return ("bare", "") if is_own or prefixes.only_at_home(digits, length, region) else None
