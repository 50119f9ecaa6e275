"""The options of a sandbox, most of them for what is not known about the real service."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from importer.sandbox.exchange import Exchange

KEY = "sandbox-key"
NO_RIGHTS_KEY = f"{KEY}-no-rights"


@dataclass(frozen=True, slots=True)
class Options:
    """How the sandbox behaves.

    `key`: the one API key; the same text with `-no-rights` after it is also known, and gets 403.
    `rate`: requests a key may make in any one second (a sliding window over all its requests, reads too); 0 is no
    limit. A request answered 429 takes no place in the window. `retry_after`: whether such a 429 carries Retry-After.
    `latency_ms`: time on the wire of a request and its answer, half of it before the request is counted, half after;
    `jitter` 0.5 varies each half by up to 50 % either way. `seed`: of jitter and of faults by probability.
    `clock_offset_seconds`: how far the service's clock (createdAt, updatedAt, Date) is ahead of this machine's.
    `unique`: what must not occur twice, the external id alone or the pair of source and external id.
    `patch`: whether a PATCH replaces the contact, so that what its body leaves out is emptied, or merges into it, as
    older accounts of the service have it. `identity`: whether a replacing PATCH also empties source and external id.
    `reuse_deleted`: whether the external id of a deleted contact may be taken again at once.
    `dates`: whether dates of custom fields come back as they were sent or as UTC with milliseconds.
    `headers`: sent with every answer, such as `sunset`.
    `error_form`: whether errors have the envelope of the contract's file or the form seen on the wire,
    `{"error": {message, key, trace}}`.
    `rate_headers`: whether answers tell of the limit, in `ratelimit` and `ratelimit-policy`.
    `organization`: the workspace's name in the dated API, which its id is made of; "" if the key may not see it.
    `phone_numbers`: the workspace's own, in E.164.
    `list_delay_seconds`: how long after its creation a contact is missing from lists.
    `log_limit`: exchanges kept in memory. `heard`: called with each exchange when it is over. `clock`: seconds since
    1970, replaced by tests.
    Raises ValueError, naming the option.
    """

    key: str = field(default=KEY, repr=False)
    rate: float = 10
    latency_ms: float = 0
    jitter: float = 0.0
    seed: int = 0
    retry_after: bool = False
    clock_offset_seconds: float = 0.0
    unique: Literal["external_id", "pair"] = "external_id"
    patch: Literal["merge", "replace"] = "replace"
    identity: Literal["kept", "replaced"] = "replaced"
    reuse_deleted: bool = True
    dates: Literal["as-sent", "utc"] = "as-sent"
    headers: Mapping[str, str] = field(default_factory=dict)
    error_form: Literal["file", "wire"] = "file"
    rate_headers: bool = False
    organization: str = "Sandbox Company"
    phone_numbers: tuple[str, ...] = ()
    list_delay_seconds: float = 0.0
    log_limit: int = 20_000
    heard: Callable[[Exchange], None] = lambda exchange: None
    clock: Callable[[], float] = time.time

    def __post_init__(self) -> None:
        allowed = (
            ("key", self.key.isascii() and self.key.isprintable() and self.key == self.key.strip() != "", "ASCII text"),
            ("rate", 0 <= self.rate < float("inf"), "0 (no limit) or more"),
            ("latency_ms", 0 <= self.latency_ms < float("inf"), "0 or more"),
            ("jitter", 0 <= self.jitter <= 1, "from 0 to 1"),
            ("unique", self.unique in ("external_id", "pair"), "external_id or pair"),
            ("patch", self.patch in ("merge", "replace"), "merge or replace"),
            ("identity", self.identity in ("kept", "replaced"), "kept or replaced"),
            ("dates", self.dates in ("as-sent", "utc"), "as-sent or utc"),
            ("error_form", self.error_form in ("file", "wire"), "file or wire"),
            ("log_limit", self.log_limit > 0, "1 or more"),
        )
        for name, good, rule in allowed:
            if not good:
                # The key of a real workspace, given by mistake, must not show in a traceback.
                value = "the value given" if name == "key" else f"{getattr(self, name)!r}"
                raise ValueError(f"sandbox option {name}: {value} is not allowed; it must be {rule}.")

    def now(self) -> float:
        """The service's clock, in seconds since 1970."""
        return self.clock() + self.clock_offset_seconds
