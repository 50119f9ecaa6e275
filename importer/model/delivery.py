"""A contact on its way: what is sent, what the service answers, and how its row ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_IDS = 20
"""External ids in one query; more answer 400 (api-facts: Listing)."""
MOST_MIXED_UP = 3
"""So often is a contact asked for in whose place the service shows another one."""


class ContactDraft(NamedTuple):
    """A contact as it would be sent.

    `body` is JSON-ready (`defaultFields`, `customFields`, `source`, `externalId`, ...). `digest` is made of its fields
    alone, so two rows with the same digest have the same values.
    """

    # A tuple, since every row has one, and it is made in a third of the time of a dataclass.
    row: int
    external_id: str
    body: dict[str, Any]
    digest: str


class Status(StrEnum):
    """The eight ways a source row can end; `unfinished` means: run again."""

    # In the order in which results and files list them.
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    CONFLICT = "conflict"
    UNFINISHED = "unfinished"


HANDED_BACK = (Status.REJECTED, Status.CONFLICT)
"""The ends of rows that go back to the person, to be corrected or decided."""


def count_handed_back(counts: Mapping[Status, int]) -> int:
    """Return how many rows go back to the person, of those counted by their ends."""
    return sum(counts.get(status, 0) for status in HANDED_BACK)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The service did what was asked; `contact` is the contact as it is now (empty after a deletion)."""

    contact: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refused:
    """The service will not do it; `code` is the HTTP status, `reasons` are in the words of the service.

    `trace`, here and below: the service's own id of the exchange, for its support.
    """

    code: int
    reasons: tuple[str, ...]
    trace: str = ""

    @property
    def words(self) -> str:
        """The status and the reasons, in one line."""
        return f"{self.code}: {'; '.join(self.reasons)}"

    @property
    def end(self) -> str:
        """Why a write that was refused is over, as tables of results have it."""
        return f"the service refused it ({self.words})"


@dataclass(frozen=True, slots=True)
class NotSent:
    """The service certainly did nothing; try again, after `wait_seconds` if it said how long.

    `shown_id`: asked for a contact, it showed this other one.
    """

    reason: str
    wait_seconds: float | None = None
    rate_limited: bool = False
    trace: str = ""
    shown_id: str = ""


@dataclass(frozen=True, slots=True)
class Unsure:
    """The service may or may not have done it: look before sending again.

    `conflict`: it answered that the external id is taken. `contact_id`: it wrote a contact, but not under the id that
    was sent.
    """

    reason: str
    conflict: bool = False
    wait_seconds: float | None = None
    contact_id: str = ""
    trace: str = ""


@dataclass(frozen=True, slots=True)
class Halt:
    """No request of this key can succeed: stop the run. `kind` is `access` or `address`."""

    kind: str
    code: int
    message: str
    next_step: str
    trace: str = ""


# Expected trouble is a value: only what stops a command is an exception (`importer.errors`).
Answer = Accepted | Refused | NotSent | Unsure | Halt


@dataclass(frozen=True, slots=True)
class RateBudget:
    """The service's own word on a key: `quota` requests in `window_seconds`, `remaining` of them left (None: not said).

    What is left is left for all programs that use the key.
    """

    quota: int
    window_seconds: float
    remaining: int | None = None


@dataclass(frozen=True, slots=True)
class Organization:
    """A workspace by the service's own word; "" is what it does not say."""

    id: str
    name: str
    subscription: str

    @property
    def label(self) -> str:
        """The name to call it by."""
        return self.name or f"workspace {self.id}"

    def __str__(self) -> str:
        return self.label + (f" (subscription: {self.subscription})" if self.subscription else "")

    def facts(self) -> dict[str, str | None]:
        """Name and subscription, JSON-ready."""
        return {"name": self.name or None, "subscription": self.subscription or None}


class Outcome(NamedTuple):
    """How one source row ended: a line of `id_map.csv`."""

    # A tuple, since every row of a sheet has one.
    row: int
    external_id: str
    contact_id: str
    status: Status
    detail: str


# Values, not calls of a console: no stage knows whether a person, a log or a program is listening.
@dataclass(frozen=True, slots=True)
class Event:
    """Progress, given to a callback: a name and JSON-ready facts, never a whole contact."""

    name: str
    facts: dict[str, Any] = field(default_factory=dict)
