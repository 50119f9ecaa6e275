"""The faults that a sandbox can be given, and when they happen.

Kinds (before: the request is not carried out; after: it is, and only its answer is affected):

    drop  drop-after          the connection is closed without an answer; `lost-response` is drop-after
    reset  reset-after        the same with a TCP reset
    500  500-after ...        any status from 300 to 599 (no 304) with the envelope of errors; `500-before` is 500 and
                              `409-spurious` is 409; a 3xx carries a Location; see `retry_after` for 429 and 503
    html-503  html-504-after  the page of a proxy, any status from 400 to 599
    slow  slow-after          the request is carried out, or its answer sent, `delay_ms` late
    late                      the connection is closed now, and the request carried out `delay_ms` later
    empty-201                 a contact is created and answered without its id
    truncated-body            carried out, and the answer ends in the middle of its body
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from random import Random
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_METHODS: Final = ("GET", "POST", "PATCH", "DELETE")
_NAMED: Final = {
    "lost-response": ("drop", True),
    "late": ("late", False),
    "409-spurious": ("409", False),
    "empty-201": ("empty", True),
    "truncated-body": ("truncated", True),
}
_REGULAR: Final = re.compile("(drop|reset|slow|3(?!04)[0-9]{2}|(?:html-)?[45][0-9]{2})(-before|-after)?")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong, for the requests that all of its conditions select.

    `kind`: one of the kinds above. `method`: GET, POST, PATCH or DELETE. `path`: a pattern such as `/v1/contacts/*`.
    `external_id`: requests about the contact with this external id (in the body, in the query, or of the contact in
    the path). `nth`: only the n-th request that the three conditions before select, from 1, counted from when the
    fault was added; `start`: that one and those after it. `probability`: 0 to 1 for each. `count`: at most so many
    times. `delay_ms`: of `slow` and `late`. `retry_after`: a header of that text; a number is seconds, `date+3` is the
    date three seconds ahead of the service's clock. Requests refused for their key or the limit are not counted.
    Raises ValueError, naming the field.
    """

    kind: str
    nth: int | None = None
    start: int | None = None
    method: str | None = None
    path: str | None = None
    external_id: str | None = None
    probability: float | None = None
    count: int | None = None
    delay_ms: float = 0
    retry_after: str | float | None = None

    def __post_init__(self) -> None:
        parse_kind(self.kind)

        def is_number(value: object, most: float) -> bool:
            # `type(...) is`: True is an int to isinstance, and a mistake in a file of faults.
            return type(value) in (int, float) and 0 <= cast(float, value) <= most

        wait = self.retry_after
        if isinstance(wait, str):
            is_wait = wait != "" and (not wait.startswith("date+") or bool(re.fullmatch(r"date\+[0-9]{1,9}", wait)))
        else:
            is_wait = wait is None or is_number(wait, 1e9)
        allowed: list[tuple[str, bool, str]] = []
        for name in ("nth", "start", "count"):
            value = getattr(self, name)
            allowed.append((name, value is None or (type(value) is int and value >= 1), "a whole number, 1 or more"))
        for name in ("path", "external_id"):
            value = getattr(self, name)
            allowed.append((name, value is None or (isinstance(value, str) and value != ""), "text"))
        allowed += [
            ("method", self.method in (None, *_METHODS), f"one of {', '.join(_METHODS)}"),
            ("probability", self.probability is None or is_number(self.probability, 1), "a number from 0 to 1"),
            ("delay_ms", is_number(self.delay_ms, 86_400_000), "a number of milliseconds, at most a day"),
            ("retry_after", is_wait, "a number of seconds, date+ and a number, or text"),
        ]
        for name, good, rule in allowed:
            if not good:
                raise ValueError(f"{name}: {getattr(self, name)!r} is not {rule}")


@dataclass(slots=True)
class FaultCounter:
    """How many requests a fault has selected (`seen`), and to how many of them it happened (`hits`)."""

    fault: Fault
    seen: int = 0
    hits: int = 0


class Faults:
    """The faults of a sandbox and how often each has happened; a request gets the first that selects it."""

    def __init__(self, faults: Iterable[Fault], seed: int) -> None:
        self._counters = [FaultCounter(fault) for fault in faults]
        self._random = Random(seed)  # noqa: S311 - repeatable, not secret

    def add(self, faults: Iterable[Fault]) -> None:
        """Add faults; their requests are counted from now."""
        # A new list, since the server's thread may be going through the old one.
        self._counters = [*self._counters, *map(FaultCounter, faults)]

    def clear(self) -> None:
        """Remove all faults."""
        self._counters = []

    def meet(self, method: str, path: str, external_ids: Collection[str]) -> Fault | None:
        """Count a request, and return the fault that happens to it."""
        met: list[FaultCounter] = []
        # All of them count the request, also those behind the first that happens.
        for counter in self._counters:
            fault = counter.fault
            if (
                fault.method in (None, method)
                and (fault.path is None or fnmatchcase(path, fault.path))
                and (fault.external_id is None or fault.external_id in external_ids)
            ):
                counter.seen += 1
                # The random number comes last: it is drawn only where it decides, so that a seed repeats a run.
                if (
                    fault.nth in (None, counter.seen)
                    and (fault.start is None or counter.seen >= fault.start)
                    and (fault.count is None or counter.hits < fault.count)
                    and (fault.probability is None or self._random.random() < fault.probability)
                ):
                    met.append(counter)
        if not met:
            return None
        met[0].hits += 1
        return met[0].fault


def parse_kind(kind: object) -> tuple[str, bool]:
    """Return what happens to the answer (`drop`, `slow`, `503`, `html-503` ...) and whether the request is carried out.

    Raises ValueError for an unknown kind.
    """
    if isinstance(kind, str):
        if kind in _NAMED:
            return _NAMED[kind]
        if match := _REGULAR.fullmatch(kind):
            return match[1], match[2] == "-after"
    raise ValueError(f"kind: {kind!r} is not a kind of fault")
