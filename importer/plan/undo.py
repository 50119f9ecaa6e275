"""Taking a run back: what is to be done with a contact that it made or changed, as the contact looks now.

Only a contact that looks exactly as the run left it is deleted or restored; whatever somebody changed since stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from importer.plan.compare import ARRAYS, SCALARS, Contact, customs, fields, instant, items, sendable
from importer.plan.fingerprint import contact_fingerprint

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

Item = dict[str, Any]


class UndoAction(StrEnum):
    """What may be done to a contact: delete it, restore it, leave it, or nothing, since it is as it was before."""

    DELETE = "delete"
    RESTORE = "restore"
    KEEP = "keep"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class RecordedChange:
    """What a run did to one contact.

    `contact_id` is "" where the run never learned it (a lost POST, sent at `sent_at` of the service's clock).
    `before` is the contact as it was, None where the run made it. `left_as`: how the run may have left it
    (`importer.plan.left`). `later`: a later run has changed it. `removed`: the run deleted it (`--mirror`).
    """

    external_id: str
    contact_id: str
    left_as: frozenset[str]
    before: Mapping[str, Any] | None = None
    sent_at: int | None = None
    later: bool = False
    removed: bool = False

    @property
    def action(self) -> UndoAction:
        """What takes it back."""
        return UndoAction.DELETE if self.before is None else UndoAction.RESTORE


@dataclass(frozen=True, slots=True)
class UndoVerdict:
    """What is to be done, with the contact it is done to, and why, in words that follow a colon."""

    undoing: UndoAction
    reason: str
    contact: Mapping[str, Any] | None = None


DELETED = "the run had made it; it was deleted"
RESTORED = "the run had changed it; it is as it was before"
GONE = "the run had made it; it is gone already"
AS_BEFORE = "it is as it was before the run"
LATER = "a later run changed it too; undo that run first"
CHANGED = "somebody changed it since"
UNKNOWN = "the journal does not tell how the run left it, so it may have been changed since"
VANISHED = "somebody deleted it since, so there is nothing to restore"
NEVER = "nothing of it had arrived"
NOT_OURS = "the run was stopped while sending it, and what is there now is not what was sent"
REMOVED = "the run deleted it (--mirror); to have it back, put its row back into the sheet and run again"


def judge_undo(deed: RecordedChange, contacts: Sequence[Contact]) -> UndoVerdict:
    """Return what is to be done for `deed`; `contacts` are those that carry its id or external id now."""
    if deed.removed:
        return UndoVerdict(UndoAction.KEEP, REMOVED)
    if not deed.contact_id:
        return _judge_lost(deed, contacts)
    contact = next((one for one in contacts if one.get("id") == deed.contact_id), None)
    if contact is None:
        return UndoVerdict(UndoAction.NOTHING, GONE) if deed.before is None else UndoVerdict(UndoAction.KEEP, VANISHED)
    if deed.later:
        return UndoVerdict(UndoAction.KEEP, LATER, contact)
    if deed.before is not None and contact_fingerprint(contact) == contact_fingerprint(deed.before):
        return UndoVerdict(UndoAction.NOTHING, AS_BEFORE, contact)
    if not deed.left_as:
        return UndoVerdict(UndoAction.KEEP, UNKNOWN, contact)
    if contact_fingerprint(contact) not in deed.left_as:
        return UndoVerdict(UndoAction.KEEP, CHANGED, contact)
    return UndoVerdict(deed.action, DELETED if deed.before is None else RESTORED, contact)


def _judge_lost(deed: RecordedChange, contacts: Sequence[Contact]) -> UndoVerdict:
    """A POST whose end nobody knows: what is there under its id is ours only if it is what was sent, made since."""
    named = [one for one in contacts if one.get("externalId") == deed.external_id]
    if not named:
        return UndoVerdict(UndoAction.NOTHING, NEVER)
    for one in named:
        made = instant(str(one.get("createdAt")))
        if (
            made is not None
            and deed.sent_at is not None
            and int(made) >= deed.sent_at
            and contact_fingerprint(one) in deed.left_as
        ):
            return UndoVerdict(UndoAction.DELETE, DELETED, one)
    return UndoVerdict(UndoAction.KEEP, NOT_OURS, named[0])


def twins(deed: RecordedChange, contacts: Sequence[Contact], done: Contact | None) -> list[str]:
    """Return the ids of other contacts that carry the deed's external id."""
    own = {deed.contact_id, str(done["id"]) if done else ""}
    return sorted(str(one["id"]) for one in contacts if one["id"] not in own)


def restore(before: Contact, contact: Contact) -> dict[str, Any]:
    """Return the PATCH that makes `contact` what it was `before`: full arrays, old items with the ids they have.

    An item that came since is removed by `value: null`; one that went comes back without its former id, which the
    service would not know (OpenAPI, PATCH /v1/contacts/{id}).
    """
    defaults: dict[str, Any] = {key: fields(before).get(key) for key in SCALARS.values()}
    for key in ARRAYS.values():
        defaults[key] = _items(items(before, key), items(contact, key))
    patch: dict[str, Any] = {"defaultFields": defaults, "sourceUrl": before.get("sourceUrl")}
    custom = _customs(before, contact)
    if custom:
        patch["customFields"] = custom
    return patch


def _items(before: Sequence[Contact], now: Sequence[Contact]) -> list[Item]:
    there = {one.get("id") for one in now} - {None}
    wanted = {one.get("id") for one in before}
    kept = [_item(one, there) for one in before]
    gone = [{"id": one["id"], "name": one.get("name") or "", "value": None} for one in now if one.get("id")]
    return [*kept, *(one for one in gone if one["id"] not in wanted)]


def _item(one: Contact, there: Collection[Any]) -> Item:
    named = {"name": one.get("name") or "", "value": sendable(one["value"])}
    return {"id": one["id"], **named} if one.get("id") in there else named


def _customs(before: Contact, contact: Contact) -> list[Item]:
    wanted = {key: item["value"] for key, item in customs(before).items()}
    there = customs(contact)
    values = {**dict.fromkeys(there), **wanted}
    ids = {key: item.get("id") for key, item in there.items()}
    return [{"key": key, "value": value, **({"id": ids[key]} if ids.get(key) else {})} for key, value in values.items()]
