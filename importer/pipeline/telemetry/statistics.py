"""What the report page shows of a command beside its rows: samples, phone numbers by country, a timeline of requests.

All of it is bounded in memory, whatever the size of the sheet and the length of the run.
"""

from __future__ import annotations

import time
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from importer.clean.phone.number import region_of_code
from importer.languages.cldr import country_name
from importer.report.html.page import SHOWN_CHARACTERS, Bucket, BucketChart, Cell, cell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from importer.model import Event, SourceChunk, SourceTable

SAMPLES = 3
MOST_BUCKETS = 120
_CHUNKS_SAMPLED = 3
_LONGEST_CODE = 3
_TOO_MANY_REQUESTS = 429
# Country codes of several countries (ITU-T E.164, annex); the main region alone would name the wrong one.
_SHARED_CODES = {1: "United States, Canada and others", 7: "Russia and Kazakhstan", 44: "United Kingdom and islands"}


class Timeline:
    """Counts events by the second; when there are too many buckets, each two become one.

    `clock` counts seconds and never jumps; time begins with the first request. `retried` returns how many requests have
    been sent again so far.
    """

    retried: Callable[[], int] = staticmethod(lambda: 0)

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._started: float | None = None
        self._retries = 0
        self._bucket_seconds = 1.0
        self._buckets: list[Counter[str]] = []

    def __call__(self, event: Event) -> None:
        """Count an event of the run."""
        if event.name == "request":
            bucket = self._bucket()
            before, self._retries = self._retries, self.retried()
            bucket["requests"] += 1
            bucket["limited"] += event.facts.get("status") == _TOO_MANY_REQUESTS
            bucket["retries"] += self._retries - before
        elif event.name == "delivered":
            self._bucket()["rows"] += 1

    def chart(self) -> BucketChart:
        """Return what was counted so far."""
        return BucketChart(self._bucket_seconds, tuple(Bucket(**counts) for counts in self._buckets))

    def _bucket(self) -> Counter[str]:
        """The counts of the bucket that this moment is in, by the fields of `Bucket`."""
        now = self._clock()
        if self._started is None:
            self._started = now
        while (index := int((now - self._started) / self._bucket_seconds)) >= MOST_BUCKETS:
            self._bucket_seconds *= 2
            padded = [*self._buckets, Counter()]
            self._buckets = [first + second for first, second in zip(padded[:-1:2], padded[1::2], strict=False)]
        self._buckets += [Counter() for _ in range(index + 1 - len(self._buckets))]
        return self._buckets[index]


class RunStatistics:
    """Takes the rows, the phone numbers and the events of one command as they pass."""

    def __init__(self) -> None:
        self.timeline = Timeline()
        self.phones: Counter[str] = Counter()
        self.samples: dict[int, tuple[Cell, ...]] = {}
        self._countries: dict[str, str] = {}
        self._chunks = 0

    def forget_rows(self) -> None:
        """Start counting rows from the beginning, for a sheet that is read again; the timeline goes on."""
        self.phones, self.samples, self._chunks = Counter(), {}, 0

    def add_rows(self, chunk: SourceChunk) -> None:
        """Take some values of each column from the first rows."""
        self._chunks += 1
        if self._chunks > _CHUNKS_SAMPLED:
            return
        for position, texts in enumerate(chunk.columns):
            samples = dict.fromkeys(self.samples.get(position, ()))
            met: set[str] = set()
            for text in texts:
                if len(samples) == SAMPLES:
                    break
                # A column of few values is looked at to its end.
                if text not in met and text.strip():
                    met.add(text)
                    samples[cell(text, limit=SHOWN_CHARACTERS)] = None
            self.samples[position] = tuple(samples)

    def add_numbers(self, numbers: Iterable[str]) -> None:
        """Count the phone numbers (E.164) of good rows by country."""
        # A million numbers begin with a few hundred codes, so only the codes are looked up.
        for digits, count in Counter([number[1 : 1 + _LONGEST_CODE] for number in numbers]).items():
            if digits not in self._countries:
                self._countries[digits] = country(digits)
            self.phones[self._countries[digits]] += count

    def recall(self, table: SourceTable, phones: Iterable[tuple[str, int]]) -> None:
        """Take samples of a sheet that is not read again, and the count of its numbers from its last run."""
        self.forget_rows()
        for chunk in islice(table.chunks(), _CHUNKS_SAMPLED):
            self.add_rows(chunk)
        self.phones = Counter(dict(phones))


def country(digits: str) -> str:
    """Return the country, with its code, that a number belongs to by its first digits (three after the plus)."""
    for length in range(1, _LONGEST_CODE + 1):
        code = int(digits[:length])
        if region := region_of_code(code):
            return f"{_SHARED_CODES.get(code) or country_name(region)} (+{code})"
    return f"Other (+{digits})"
