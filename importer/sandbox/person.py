"""The workspace as a person in the app uses it: contacts are read, made, changed and deleted without the API."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from importer.sandbox.contact import ARRAYS, SCALARS, Contact, changed_contact, new_contact

if TYPE_CHECKING:
    from importer.sandbox.options import Options
    from importer.sandbox.workspace import Workspace

_PLAIN: Final = ("externalId", "source", "sourceUrl")


class Person:
    """What a person can do in the app; safe in any thread, whether the API is served or not."""

    def __init__(self, workspace: Workspace, options: Options) -> None:
        self.workspace = workspace
        # In the app a change never touches the other fields, whatever a PATCH does.
        self._options = replace(options, patch="merge")

    def contacts(self) -> list[Contact]:
        """Return every contact as the API shows it, oldest first."""
        return self.workspace.store.contacts()

    def contact(self, contact_id: str) -> Contact:
        """Return one contact. Raises KeyError for an unknown id."""
        contact = self.workspace.store.find(contact_id)
        if contact is None:
            raise KeyError(contact_id)
        return contact

    def add(self, contact: dict[str, Any] | None = None, **details: Any) -> Contact:
        """Make a contact in the app: without external id and source unless given, even if the id is taken.

        `contact` is shaped like the body of a POST; `details` are named as the changes of `edit`.
        """
        body = contact or {}
        patch = _as_patch(details)
        patch["defaultFields"] |= body.get("defaultFields", {})
        patch["customFields"] += body.get("customFields", [])
        with self.workspace.store.writing():
            made = new_contact(body | patch, self.workspace.now(), None, self._options)
            self.workspace.store.insert(made)
        return made

    def edit(self, contact_id: str, **changes: Any) -> Contact:
        """Change a contact in the app; returns it.

        `firstName lastName company role` are text or None; `emails phoneNumbers` the new list of `{name, value}` (an
        item with its `id` keeps it); `customFields` a dict of values by field key, None to clear; `externalId source
        sourceUrl` as given. Raises KeyError for an unknown id, TypeError for an unknown change, ValueError for an
        unknown custom field or a value that it cannot have.
        """
        with self.workspace.store.writing():
            contact = self.contact(contact_id)
            for name in ARRAYS:
                if name in changes:
                    # A merge keeps what is not named; an item of value null removes what the new list lacks.
                    listed = {item.get("id") for item in changes[name]}
                    missing = [item for item in contact["defaultFields"][name] if item["id"] not in listed]
                    changes[name] = [*changes[name], *(item | {"value": None} for item in missing)]
            patch = _as_patch(changes)
            changed = changed_contact(contact, patch, self.workspace.now(), self._options)
            self.workspace.store.update(changed)
        return changed

    def converse(self, *numbers: str) -> dict[str, Any]:
        """Have a conversation with one or more numbers (E.164); returns it as the API shows it.

        Its shape is that of the vendor's public reference (GET /v1/conversations); it is not in the contract.
        """
        now = self.workspace.now()
        conversation = {
            "id": f"CN{secrets.token_hex(12)}",
            "name": None,
            "participants": list(numbers),
            "phoneNumberId": "PNsandbox1",
            "assignedTo": None,
            "createdAt": now,
            "updatedAt": now,
            "lastActivityAt": now,
            "lastActivityId": f"AC{secrets.token_hex(12)}",
            "deletedAt": None,
            "mutedUntil": None,
            "snoozedUntil": None,
        }
        self.workspace.store.add_conversation(conversation)
        return conversation

    def retype(self, key: str, kind: str) -> None:
        """Give a custom field another type; the contacts that have it show the new type. Raises KeyError."""
        self._options.fields[key]["type"] = kind
        with self.workspace.store.writing():
            for contact in self.contacts():
                for item in contact["customFields"]:
                    item["type"] = kind if item["key"] == key else item["type"]
                self.workspace.store.update(contact)

    def delete(self, contact_id: str) -> None:
        """Delete a contact in the app. Raises KeyError for an unknown id."""
        with self.workspace.store.writing():
            self.contact(contact_id)
            self.workspace.store.delete(contact_id)


def _as_patch(changes: dict[str, Any]) -> dict[str, Any]:
    """Return the changes in the shape of a body."""
    plain: dict[str, Any] = {name: changes[name] for name in _PLAIN if name in changes}
    fields = {name: changes[name] for name in (*SCALARS, *ARRAYS) if name in changes}
    custom = [{"key": key, "value": value} for key, value in changes.get("customFields", {}).items()]
    if unknown := set(changes) - set(plain) - set(fields) - {"customFields"}:
        raise TypeError(f"a contact has no {', '.join(sorted(unknown))}")
    return {**plain, "defaultFields": fields, "customFields": custom}
