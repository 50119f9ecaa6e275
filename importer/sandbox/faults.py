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
        allowed = (
            # `type(...) is`: True is an int to isinstance, and a mistake in a file of faults.
            *(
                (name, _is_count(getattr(self, name)), "a whole number, 1 or more")
                for name in ("nth", "start", "count")
            ),
            *((name, _is_text(getattr(self, name)), "text") for name in ("path", "external_id")),
            ("method", self.method is None or self.method in _METHODS, f"one of {', '.join(_METHODS)}"),
            ("probability", self.probability is None or _is_number(self.probability, 1), "a number from 0 to 1"),
            ("delay_ms", _is_number(self.delay_ms, 86_400_000), "a number of milliseconds, at most a day"),
            ("retry_after", _is_wait(self.retry_after), "a number of seconds, date+ and a number, or text"),
        )
        for name, good, rule in allowed:
            if not good:
                raise ValueError(f"{name}: {getattr(self, name)!r} is not {rule}")

    @property
    def action(self) -> str:
        """What happens to the answer: `drop`, `reset`, `slow`, `late`, `503`, `html-503`, ..."""
        return parse_kind(self.kind)[0]

    @property
    def carried_out(self) -> bool:
        """Whether the request is carried out before the fault happens."""
        return parse_kind(self.kind)[1]

    def concerns(self, method: str, path: str, external_ids: Collection[str]) -> bool:
        """Tell whether method, path and external id select this request."""
        return (
            self.method in (None, method)
            and (self.path is None or fnmatchcase(path, self.path))
            and (self.external_id is None or self.external_id in external_ids)
        )


class Faults:
    """The faults of a sandbox and how often each has happened; a request gets the first that selects it."""

    def __init__(self, faults: Iterable[Fault], seed: int) -> None:
        self._counters = [_FaultCounter(fault) for fault in faults]
        self._random = Random(seed)  # noqa: S311 - repeatable, not secret

    def add(self, faults: Iterable[Fault]) -> None:
        """Add faults; their requests are counted from now."""
        self._counters = [*self._counters, *map(_FaultCounter, faults)]

    def clear(self) -> None:
        """Remove all faults."""
        self._counters = []

    def meet(self, method: str, path: str, external_ids: Collection[str]) -> Fault | None:
        """Count a request, and return the fault that happens to it."""
        # All of them count the request, also those behind the first that happens.
        counters = [counter for counter in self._counters if counter.is_met(method, path, external_ids, self._random)]
        if not counters:
            return None
        counters[0].hits += 1
        return counters[0].fault


class _FaultCounter:
    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.seen = 0
        self.hits = 0

    def is_met(self, method: str, path: str, external_ids: Collection[str], random: Random) -> bool:
        fault = self.fault
        if not fault.concerns(method, path, external_ids):
            return False
        self.seen += 1
        return (
            fault.nth in (None, self.seen)
            and (fault.start is None or self.seen >= fault.start)
            and (fault.count is None or self.hits < fault.count)
            and (fault.probability is None or random.random() < fault.probability)
        )


def parse_kind(kind: object) -> tuple[str, bool]:
    """Return (action, whether the request is carried out first). Raises ValueError for an unknown kind."""
    if isinstance(kind, str):
        if kind in _NAMED:
            return _NAMED[kind]
        if match := _REGULAR.fullmatch(kind):
            return match[1], match[2] == "-after"
    raise ValueError(f"kind: {kind!r} is not a kind of fault")


def _is_count(value: object) -> bool:
    return value is None or (type(value) is int and value >= 1)


def _is_text(value: object) -> bool:
    return value is None or (isinstance(value, str) and value != "")


def _is_wait(value: object) -> bool:
    if isinstance(value, str) and value.startswith("date+"):
        return re.fullmatch(r"date\+[0-9]{1,9}", value) is not None
    return _is_text(value) or _is_number(value, 1e9)


def _is_number(value: object, most: float) -> bool:
    return type(value) in (int, float) and 0 <= cast(float, value) <= most
