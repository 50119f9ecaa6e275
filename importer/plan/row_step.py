"""What is known of a row and its contact when the row is decided, and the step that follows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from importer.model import Problem, Status


class State(StrEnum):
    """How far the contact of an external id has come, as the journal knows it.

    `pending`: nothing was sent, or certainly nothing arrived. `sending`, `updating`: something may have arrived.
    `filled` (blank fields were filled) and `kept` (no field was blank): it still differs from the row. `deleting`: we
    may have removed it; `deleted`: we did. `missing`: the service does not have it any more, and no report has said so
    yet; `left-out`: a report has said so, and its row is left out.
    """

    PENDING = "pending"
    SENDING = "sending"
    CREATED = "created"
    UPDATING = "updating"
    UPDATED = "updated"
    FILLED = "filled"
    KEPT = "kept"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    REFUSED = "refused"
    CONFLICT = "conflict"
    DELETING = "deleting"
    DELETED = "deleted"
    MISSING = "missing"
    LEFT_OUT = "left-out"


class Action(StrEnum):
    """What delivery has to do: nothing, POST, or first look the contact up."""

    NONE = "none"
    CREATE = "create"
    LOOK = "look"


@dataclass(frozen=True, slots=True)
class Known:
    """What the journal knows of an external id.

    `contact_id` is "" where it is not known; `digest` is of the fields last delivered or compared; `sent_at` is the
    service's clock (whole seconds since 1970) before the first sending whose end is not known, None if all are known.
    `policy` is the mark of the policy under which row and contact were last compared; `added` and `left_as` as
    `plan/fingerprint.py` makes them. `id_at_service`: as in `plan/later_id.py`. `doubt`: why it is not known which
    contact the row has now, "" where it is (see `plan/missing.py`).
    """

    state: State
    contact_id: str = ""
    digest: str = ""
    sent_at: int | None = None
    attempts: int = 0
    ever_unsure: bool = False
    detail: str = ""
    policy: str = ""
    added: str = ""
    left_as: str = ""
    id_at_service: str = ""
    doubt: str = ""


class Seen(NamedTuple):
    """The first good row of a sheet with some external id: its digest, and a hash of its raw cells (0: unknown)."""

    row: int
    digest: str
    cells: int = 0


class RowStep(NamedTuple):
    """One row and what becomes of it: its status so far, and what delivery still has to do.

    `status` is final where `action` is none, else `unfinished`. `repeats` is the row a duplicate repeats.
    `body` is set where there is an action; `clears` are its blank fields that are to be emptied in the contact.
    Rows without a draft (rejected, skipped) are steps without an action.
    """

    # A tuple, since every row has one, and it is made several times as fast as a frozen dataclass.
    row: int
    external_id: str
    status: Status
    action: Action = Action.NONE
    detail: str = ""
    digest: str = ""
    body: dict[str, Any] | None = None
    contact_id: str = ""
    repeats: int | None = None
    problem: Problem | None = None
    clears: tuple[str, ...] = ()
    cells: int = 0
