"""Undoing a run: what is to be done with a contact that it made or changed, as the contact looks now.

Only a contact that looks exactly as the run left it is deleted or restored; what a person changed since then stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Any

from importer.model.contact_parts import Contact, customs, fields, item_id, items
from importer.model.fields import ARRAYS, SCALARS
from importer.plan.compare import CLOCK_TOLERANCE_SECONDS, instant
from importer.plan.fingerprint import contact_fingerprint
from importer.plan.merge import custom_ids, custom_items, patch_item, whole_patch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class UndoKind(Enum):
    """Which runs of a folder an undo takes back."""

    LATEST_RUN = "the latest run that wrote something"
    NAMED_RUN = "the run of an id"
    EVERY_RUN = "all runs of the folder at once"
    LEFT_OUT = "what the runs wrote for people whose rows the last run left out"


@dataclass(frozen=True, slots=True)
class UndoScope:
    """What an undo takes back; `run_id` is that of a named run, else ""."""

    kind: UndoKind = UndoKind.LATEST_RUN
    run_id: str = ""

    @classmethod
    def of(cls, run_id: str | None, *, every: bool, left_out: bool) -> UndoScope:
        """Return the scope that options name; the narrower of two flags counts, and both before a run's id."""
        if left_out:
            return cls(UndoKind.LEFT_OUT)
        if every:
            return cls(UndoKind.EVERY_RUN)
        return cls() if run_id is None else cls(UndoKind.NAMED_RUN, run_id)


class UndoAction(StrEnum):
    """What may be done to a contact: delete it, restore it, keep it, or nothing, since it is as it was before."""

    DELETE = "delete"
    RESTORE = "restore"
    KEEP = "keep"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class RecordedChange:
    """What a run did to one contact.

    `contact_id` is "" where the run never learned it (a lost POST, sent at `sent_at` of the service's clock).
    `before` is the contact as it was, None where the run made it. `left_as`: the `contact_fingerprint` of each way in
    which the run may have left it. `later`: a later run has changed it. `removed`: the run deleted it (`--mirror`);
    `removing`: it was about to, and ended before the service had shown whether it did.
    `edited`: a person changed it between two changes of the run and its resumes. `given_id`: the external id that the
    run gave it, or was about to, "" if it left that alone. `joined`: `dedupe` deleted others for its sake.
    """

    external_id: str
    contact_id: str
    left_as: frozenset[str]
    before: Mapping[str, Any] | None = None
    sent_at: int | None = None
    later: bool = False
    removed: bool = False
    edited: bool = False
    given_id: str = ""
    joined: bool = False
    removing: bool = False

    @property
    def action(self) -> UndoAction:
        """What undoes it."""
        return UndoAction.DELETE if self.before is None else UndoAction.RESTORE

    @property
    def lookup_id(self) -> str:
        """The external id under which the service has the contact; what is sent at first has the one of its key."""
        return self.given_id if self.given_id and self.contact_id else self.external_id

    def is_as_before(self, contact: Contact) -> bool:
        """Whether a contact that the run changed is as it was before; an id that others gave it does not count."""
        if self.before is None or contact_fingerprint(contact) != contact_fingerprint(self.before):
            return False
        return not self.has_given_id(contact)

    def has_given_id(self, contact: Contact) -> bool:
        """Whether the contact has the external id that the run gave it, in place of the one of before."""
        was = (self.before or {}).get("externalId")
        return bool(self.given_id) and contact.get("externalId") == self.given_id != was


@dataclass(frozen=True, slots=True)
class UndoVerdict:
    """What is to be done, to which contact, and why, in words that can follow a colon."""

    undoing: UndoAction
    reason: str
    contact: Mapping[str, Any] | None = None


DELETED = "the run had made it; it was deleted"
RESTORED = "the run had changed it; it is as it was before"
GONE = "the run had made it; it is gone already"
AS_BEFORE = "it is as it was before the run"
LATER = "a later run changed it too; undo that run first"
JOINED = "dedupe joined other contacts of this person into it; undo that first"
CHANGED = "someone changed it since"
UNKNOWN = "the journal does not say how the run left it, so it may have been changed since"
VANISHED = "someone deleted it since, so there is nothing to restore"
NEVER = "nothing of it had arrived"
STILL_THERE = "it was not deleted"
ONLY_IN_PART = "the service took the change back only in part; compare the contact in the app"
NOT_OURS = "the run was stopped while sending it, and what is there now is not what was sent"
REMOVED = "the run deleted it (--mirror); to have it back, put its row back into the sheet and run again"
MIXED_UP = (
    "the service shows another contact in its place; ask its support which of the two is the person, then undo again"
)

NOTHING_LEFT = (GONE, AS_BEFORE, NEVER, STILL_THERE)
"""Reasons for which nothing was left to do."""


def judge_undo(change: RecordedChange, contacts: Sequence[Contact]) -> UndoVerdict:
    """Return what is to be done for `change`; `contacts` are those that carry its id or external id now."""
    if change.removed:
        return UndoVerdict(UndoAction.KEEP, REMOVED)
    if not change.contact_id:
        return _judge_lost(change, contacts)
    contact = next((candidate for candidate in contacts if candidate.get("id") == change.contact_id), None)
    if contact is None and change.before is None:
        return UndoVerdict(UndoAction.NOTHING, GONE)
    if contact is None:
        return UndoVerdict(UndoAction.KEEP, REMOVED if change.removing else VANISHED)
    # Undoing an older run first would mix its state with the later one's changes.
    if change.later:
        return UndoVerdict(UndoAction.KEEP, LATER, contact)
    if change.is_as_before(contact):
        return UndoVerdict(UndoAction.NOTHING, AS_BEFORE, contact)
    # What the joined contacts held may be in no other contact any more.
    if change.joined:
        return UndoVerdict(UndoAction.KEEP, JOINED, contact)
    if change.edited:
        return UndoVerdict(UndoAction.KEEP, CHANGED, contact)
    if not change.left_as:
        return UndoVerdict(UndoAction.KEEP, UNKNOWN, contact)
    if contact_fingerprint(contact) not in change.left_as:
        return UndoVerdict(UndoAction.KEEP, CHANGED, contact)
    return UndoVerdict(change.action, DELETED if change.before is None else RESTORED, contact)


def _judge_lost(change: RecordedChange, contacts: Sequence[Contact]) -> UndoVerdict:
    """A POST whose end is not known: a contact with its id is ours only if it is what was sent, and made since then."""
    candidates = [contact for contact in contacts if contact.get("externalId") == change.external_id]
    if not candidates:
        return UndoVerdict(UndoAction.NOTHING, NEVER)
    for contact in candidates:
        created = instant(str(contact.get("createdAt")))
        if (
            created is not None
            and change.sent_at is not None
            and int(created) >= change.sent_at - CLOCK_TOLERANCE_SECONDS
            and contact_fingerprint(contact) in change.left_as
        ):
            return UndoVerdict(UndoAction.DELETE, DELETED, contact)
    return UndoVerdict(UndoAction.KEEP, NOT_OURS, candidates[0])


def twins(change: RecordedChange, contacts: Sequence[Contact], done: Contact | None) -> list[str]:
    """Return the ids of other contacts that carry the change's external id."""
    our_ids = {change.contact_id, str(done["id"]) if done else ""}
    return sorted(str(contact["id"]) for contact in contacts if contact["id"] not in our_ids)


def restore(change: RecordedChange, contact: Contact) -> dict[str, Any]:
    """Return the PATCH that makes `contact` what it was before `change`: full arrays, old items with the ids they have.

    An item that came since is removed by `value: null`; one that went comes back without its former id, which the
    service would not know (OpenAPI, PATCH /v1/contacts/{id}).
    """
    before = change.before or {}
    defaults: dict[str, Any] = {key: fields(before).get(key) for key in SCALARS.values()}
    for key in ARRAYS.values():
        items_before, present = items(before, key), items(contact, key)
        present_ids = {item_id(item) for item in present} - {""}
        former_ids = {item_id(item) for item in items_before}
        restored = [patch_item(item, present_ids) for item in items_before]
        # An item without an id cannot be named in a PATCH, so it cannot be removed either.
        removed = [
            {"id": item_id(item), "name": item.get("name") or "", "value": None}
            for item in present
            if item_id(item) and item_id(item) not in former_ids
        ]
        defaults[key] = [*restored, *removed]
    current = customs(contact)
    # A custom field that was filled since is emptied by null.
    values = {**dict.fromkeys(current), **{key: item["value"] for key, item in customs(before).items()}}
    # If the service has lost the source or external id since, the former one is restored.
    identity = {key: contact.get(key) or before.get(key) for key in ("externalId", "source")}
    if change.has_given_id(contact):
        identity["externalId"] = before.get("externalId")
    return whole_patch(
        {**contact, **identity}, defaults, custom_items(values, custom_ids(contact)), before.get("sourceUrl")
    )
