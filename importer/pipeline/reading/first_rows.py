"""The first good row of each external id of a sheet, for a command that sends none of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from importer.model import Status
from importer.plan.row_step import RowStep, Seen

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class _Run(NamedTuple):
    """Rows in the order of the hashes of their ids; of two with one hash the earlier row comes first."""

    keys: np.ndarray
    rows: np.ndarray
    marks: np.ndarray
    cells: np.ndarray


class FirstRows:
    """Answers as `Journal.seen` does where nothing will be sent: from 28 bytes a row, in a tenth of the time.

    An id is known by its hash, as marks and twins are, which holds for this process alone. Chunks are kept as sorted
    runs, of which two are merged as soon as the older one is less than twice as long, so that there are few of them.
    """

    def __init__(self) -> None:
        self._runs: list[_Run] = []

    def seen(self, external_ids: Sequence[str]) -> dict[str, Seen]:
        """Return the first good row of the rows before for each of the ids that has one."""
        wanted = _longs(map(hash, external_ids), len(external_ids))
        seen: dict[str, Seen] = {}
        for run in self._runs:
            places = np.searchsorted(run.keys, wanted)
            places[places == len(run.keys)] = 0
            for index in np.flatnonzero(run.keys[places] == wanted).tolist():
                row, mark, cells = (int(column[places[index]]) for column in run[1:])
                seen.setdefault(external_ids[index], Seen(row, str(mark), cells))
        return seen

    def feed(self, steps: Iterable[RowStep]) -> None:
        """Take the steps of the good rows of a chunk, whose digests are marks (`fingerprints.marks`)."""
        good = [step for step in steps if step.external_id and step.digest and step.status is not Status.DUPLICATE]
        if not good:
            return
        # A column at a time, in two thirds of the time of going row by row.
        columns = dict(zip(RowStep._fields, zip(*good, strict=True), strict=True))
        run = _Run(
            _longs(map(hash, columns["external_id"]), len(good)),
            np.array(columns["row"], np.uint32),
            _longs(map(int, columns["digest"]), len(good)),
            np.array(columns["cells"], np.int64),
        )
        self._runs.append(_sorted(run))
        while len(self._runs) > 1 and len(self._runs[-2].keys) < 2 * len(self._runs[-1].keys):
            last = self._runs.pop()
            self._runs[-1] = _sorted(_Run(*map(np.concatenate, zip(self._runs[-1], last, strict=True))))


def _longs(numbers: Iterable[int], count: int) -> np.ndarray:
    return np.fromiter(numbers, np.int64, count)


def _sorted(run: _Run) -> _Run:
    order = np.argsort(run.keys, kind="stable")
    return _Run(*(column[order] for column in run))
