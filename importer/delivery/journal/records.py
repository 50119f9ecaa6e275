"""What goes into the journal and comes out of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from importer.errors import FINISHED, Stopped
from importer.identity.marks import names_and_points
from importer.model.made_ids import DIGEST_IDS
from importer.plan.later_id import shown_id
from importer.text import read_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from importer.model import Problem, Status
    from importer.plan import Action, FieldChange, Known, Resolution, State

NamesAndPoints = tuple[tuple[str, str, str], tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run: times are ISO 8601 in UTC; `counts` and `exit_code` are None until it has finished.

    `facts` are what else is worth knowing later, JSON-ready: what the run was, and at its end how it went.
    """

    run_id: str
    command: str
    file: str
    sheet: str | None
    started_at: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    finished_at: str | None = None
    counts: Mapping[str, int] | None = None
    exit_code: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_import(self) -> bool:
        """Whether it is a run of a sheet or of its rejects, and not an undo or a dedupe."""
        return self.command == "run"

    @property
    def is_part(self) -> bool:
        """Whether it read rejects of the folder: some rows of the sheet that they come from."""
        return bool(self.facts.get("part_of"))

    @property
    def is_import_that_sent(self) -> bool:
        """Whether it is a run that has ended and was not stopped before it sent anything, such as by a guard."""
        return self.is_import and self.exit_code in (*FINISHED, Stopped.exit_code)


class RequestRecord(StrEnum):
    """A kind of request about a row: create, change or show its contact, or find it by its external id."""

    MAKE = "make"
    CHANGE = "change"
    SHOW = "show"
    FIND = "find"


ACCEPTED = "ok"


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """The service's answer to the request `asked` about a row: `ACCEPTED`, or its own words and our reading of them."""

    row: int
    external_id: str
    asked: RequestRecord
    answer: str


@dataclass(frozen=True, slots=True)
class StoredExchange:
    """A request and its answer as stored: `asked_at` in seconds since 1970, `answer` None if none was received."""

    run_id: str
    row: int
    asked: RequestRecord
    asked_at: int
    seconds: int
    answer: str | None


class HiddenContact(NamedTuple):
    """A contact that the service says it has created for the row of an external id, and does not show."""

    external_id: str
    contact_id: str

    @classmethod
    def read(cls, text: str) -> HiddenContact | None:
        """Return the contact that a journal keeps as JSON; None if it keeps none."""
        try:
            return cls(*map(str, read_json(text)))
        except (TypeError, ValueError):
            return None


@dataclass(frozen=True, slots=True)
class QueuedRow:
    """A row still to deliver: its body, and what is known of its contact.

    `clears`: fields to be emptied. `link`: the id of a contact that was matched by something else than the external id.
    `expected`: under a plan, the fingerprint the contact had (`importer.plan.contact_fingerprint`), "" if there was no
    contact; None without a plan.
    """

    row: int
    external_id: str
    digest: str
    action: Action
    body: dict[str, Any]
    known: Known
    clears: tuple[str, ...] = ()
    link: str = ""
    expected: str | None = None

    @property
    def id_at_service(self) -> str:
        """The external id that its contact has in the workspace, as far as is known."""
        return self.known.id_at_service or self.external_id


@dataclass(frozen=True, slots=True)
class ComparedRows:
    """How `rows` rows of the sheet compare with what is known of their contacts.

    `agrees`: digest, contact id and detail are the same on both sides, and no last lookup is due. `policy` as in Known.
    """

    status: Status
    state: State
    policy: str
    agrees: bool
    rows: int


@dataclass(frozen=True, slots=True)
class SettledRow:
    """How a row ended, and the state of its contact. `created`: our own request created the contact.

    `policy` identifies the rules under which it was compared; `added` and `left_as` (see `importer.plan.fingerprint`)
    are None to leave them unchanged. `passing`: the row ends like this, but what is known of its contact stays.
    `heard`: the answer that ended it, if there was one. `findings`: what else a person should know of it.
    `id_at_service`: the external id that the contact has now, "" for the one that it was made with, None to leave what
    is known unchanged; `refused_id`: one that the service did not give it, although it accepted the change.
    """

    status: Status
    state: State
    contact_id: str = ""
    detail: str = ""
    created: bool = False
    problem: Problem | None = None
    findings: tuple[Problem, ...] = ()
    policy: str = ""
    added: str | None = None
    left_as: str | None = None
    passing: bool = False
    heard: AnswerRecord | None = None
    id_at_service: str | None = None
    refused_id: str = ""

    @classmethod
    def without_change(cls, queued: QueuedRow, contact: Mapping[str, Any], resolution: Resolution) -> SettledRow:
        """Return the end of a row whose contact needs no change."""
        return cls(
            resolution.status,
            resolution.state,
            resolution.contact_id,
            resolution.detail,
            problem=resolution.problem,
            id_at_service=shown_id(queued.external_id, queued.body, contact),
        )


@dataclass(frozen=True, slots=True)
class ResolvedRow:
    """What is to be done for a waiting row, decided from a snapshot: `plan` is `create`, `update` or `look`.

    `link`: the id of a contact that was matched by something else than the external id; `seen_as`: the fingerprint of
    the contact (`importer.plan.contact_fingerprint`); `changes`: what a PATCH will change.
    """

    row: int
    action: Action
    plan: str
    link: str = ""
    seen_as: str = ""
    changes: tuple[FieldChange, ...] = ()


class PersonKind(StrEnum):
    """What a row is to the question whose it is; a row that is left out is not to be imported this time."""

    GOOD = "good"
    REJECTED = "rejected"
    REPEAT = "repeat"
    LEFT_OUT = "left-out"


@dataclass(frozen=True, slots=True)
class PersonRow:
    """What a row of the sheet is known by; `external_id` is the id that the sheet alone gives it, "" if none.

    `cells` and `identity` are marks (63 bits, 0: none) of its raw cells and of its cleaned name and numbers. `stated`:
    what `_external_id` of a rejects file says. `digest`, `clears` (names of fields) and `body_text` (a request body of
    the API as JSON) are those of its contact, set where the row may have to be decided again once it is recognised.
    `withheld`: phones that it is known by and that are not sent, since the sheet says not to use them.
    """

    row: int
    external_id: str
    cells: int = 0
    identity: int = 0
    stated: str = ""
    kind: PersonKind = PersonKind.GOOD
    digest: str = ""
    clears: tuple[str, ...] = ()
    body_text: str = ""
    withheld: tuple[str, ...] = ()

    @property
    def body(self) -> dict[str, Any] | None:
        """The request body, read each time: all rows of a sheet may be in memory, and it takes five times the room."""
        body: dict[str, Any] | None = json.loads(self.body_text or "null")
        return body

    @property
    def names_and_points(self) -> NamesAndPoints:
        """The names (first, last, company), phones and emails of the body."""
        return _names_and_points(self.body_text)

    @property
    def is_id(self) -> bool:
        """Whether the external id comes from an id column."""
        return not self.stated and not self.external_id.startswith(DIGEST_IDS)


# Of rows that are asked about many are the same person, with the same body. Few are kept, since a body may be long.
@lru_cache(maxsize=128)
def _names_and_points(body_text: str) -> NamesAndPoints:
    names, phones, emails = names_and_points(json.loads(body_text or "null") or {})
    return names, tuple(phones), tuple(emails)


class PlanLine(NamedTuple):
    """A row of the sheet with its outcome so far and what is to be done for it, as a line of a plan has them."""

    row: int
    external_id: str
    action: str
    status: Status
    contact_id: str
    detail: str
    link: str = ""
    seen_as: str = ""
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class UnsureRow:
    """A row that was Unsure and needs a last lookup; `task` is None if this run had nothing to do for it."""

    row: int
    external_id: str
    contact_id: str
    status: Status
    task: QueuedRow | None


@dataclass(frozen=True, slots=True)
class BeforeImage:
    """A contact as it was before a run changed it."""

    run_id: str
    external_id: str
    contact_id: str
    contact: dict[str, Any]
