"""What is seen of a sheet and a run while they pass, for the report: bounded, whatever passes."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from importer.clean.phone.number import region_of_code
from importer.languages.cldr import country_name
from importer.pipeline.rhythm import Timeline
from importer.report.html.page import Cell, cell

if TYPE_CHECKING:
    from collections.abc import Iterable

    from importer.model import Event, SourceChunk, SourceTable
    from importer.pipeline.job import Job

SAMPLES = 3
_CHUNKS_LOOKED_AT = 3
_LONGEST_CODE = 3
# Country codes of several countries (ITU-T E.164, annex); the main region alone would name the wrong one.
_SHARED = {1: "United States, Canada and others", 7: "Russia and Kazakhstan", 44: "United Kingdom and islands"}


class RunStatistics:
    """Takes the rows, the drafts and the events of one command as they pass."""

    def __init__(self) -> None:
        self.rhythm = Timeline()
        self.phones: Counter[str] = Counter()
        self.samples: dict[int, tuple[Cell, ...]] = {}
        self._countries: dict[str, str] = {}
        self._chunks = 0

    def afresh(self) -> RunStatistics:
        """A watch that has seen no rows yet, with the same rhythm."""
        watch = RunStatistics()
        watch.rhythm = self.rhythm
        return watch

    def over(self, job: Job) -> Job:
        """The job, whose events pass here first."""
        notify = job.hooks.notify

        def heard(event: Event) -> None:
            self.rhythm(event)
            notify(event)

        return replace(job, hooks=replace(job.hooks, notify=heard))

    def rows(self, chunk: SourceChunk) -> None:
        """Take some values of each column from the first rows."""
        self._chunks += 1
        if self._chunks > _CHUNKS_LOOKED_AT:
            return
        for position, texts in enumerate(chunk.columns):
            have = self.samples.get(position, ())
            if len(have) < SAMPLES:
                self.samples[position] = _sampled(have, texts)

    def numbers(self, numbers: Iterable[str]) -> None:
        """Count the numbers (E.164) of good rows by country."""
        codes = Counter([number[1 : 1 + _LONGEST_CODE] for number in numbers])
        for code, count in codes.items():
            self.phones[self._country(code)] += count

    def recall(self, table: SourceTable, phones: Iterable[tuple[str, int]]) -> None:
        """See the first rows of a sheet that is not read again, and take the count of its numbers as it was."""
        for chunk in islice(table.chunks(), _CHUNKS_LOOKED_AT):
            self.rows(chunk)
        self.phones = Counter(dict(phones))

    def _country(self, code: str) -> str:
        if code not in self._countries:
            self._countries[code] = country(code)
        return self._countries[code]


def _sampled(have: tuple[Cell, ...], values: Iterable[str]) -> tuple[Cell, ...]:
    found = dict.fromkeys(have)
    for value in values:
        if len(found) == SAMPLES:
            break
        if value.strip():
            found[cell(value)] = None
    return tuple(found)


def country(digits: str) -> str:
    """The country that a number's first digits (after the plus, three are enough) stand for, with its code."""
    for length in range(1, _LONGEST_CODE + 1):
        code = int(digits[:length])
        if region := region_of_code(code):
            return f"{_SHARED.get(code) or country_name(region)} (+{code})"
    return f"Other (+{digits})"
