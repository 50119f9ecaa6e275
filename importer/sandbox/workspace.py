"""The operations of the API: a checked request in, a Reply out. No network here.

Each write is one transaction, committed before its Reply exists.
"""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any

from importer.sandbox.checks import check_create, check_patch
from importer.sandbox.contact import changed_contact, new_contact, unknown_items
from importer.sandbox.custom import BadItem
from importer.sandbox.query import page_token
from importer.sandbox.reply import Reply, Trouble, error_reply, json_reply, stamp
from importer.sandbox.seed import USERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.sandbox.options import Options
    from importer.sandbox.query import ListQuery
    from importer.sandbox.store import ContactStore

_CONTACTS = "/v1/contacts"
_CONVERSATIONS = "/v1/conversations"
_USERS = "/v1/users"
_BAD_ITEM = error_reply(_CONTACTS, 400, "Invalid custom field item")
_CONFLICT = error_reply(_CONTACTS, 409, "Conflict")
_NO_CONTACT = error_reply(_CONTACTS, 404, "Contact not found")


class Workspace:
    """One workspace: its contacts, its custom fields and its users."""

    def __init__(self, store: ContactStore, options: Options) -> None:
        self.store = store
        self._options = options

    def now(self) -> str:
        """Return the time of the service's clock in the form of its answers."""
        return stamp(self._options.now())

    def create_contact(self, body: Any) -> Reply:
        """POST /v1/contacts."""
        if troubles := check_create(body):
            return _refuse(_CONTACTS, troubles)
        try:
            with self.store.writing():
                contact = new_contact(body, self.now(), "public-api", self._options)
                if self._is_taken(contact):
                    return _CONFLICT
                return _contact_reply(201, self.store.insert(contact))
        except BadItem:
            return _BAD_ITEM

    def list_contacts(self, query: ListQuery) -> Reply:
        """GET /v1/contacts."""
        if query.troubles:
            return _refuse(_CONTACTS, query.troubles)
        rows = self.store.page(query.after, query.limit + 1, query.external_ids, query.sources)
        if delay := self._options.list_delay_seconds:
            newest = stamp(self._options.now() - delay)
            rows = [row for row in rows if json.loads(row[1])["createdAt"] <= newest]
        return _page_reply(rows, query.limit)

    def get_contact(self, contact_id: str) -> Reply:
        """GET /v1/contacts/{id}."""
        body = self.store.body(contact_id)
        return _NO_CONTACT if body is None else _contact_reply(200, body)

    def patch_contact(self, contact_id: str, body: Any) -> Reply:
        """PATCH /v1/contacts/{id}."""
        if troubles := check_patch(body):
            return _refuse(_CONTACTS, troubles)
        try:
            with self.store.writing():
                contact = self.store.find(contact_id)
                if contact is None:
                    return _NO_CONTACT
                if troubles := unknown_items(contact, body):
                    return _refuse(_CONTACTS, troubles)
                changed = changed_contact(contact, body, self.now(), self._options)
                if self._is_taken(changed):
                    return _CONFLICT
                return _contact_reply(200, self.store.update(changed))
        except BadItem:
            return _BAD_ITEM

    def delete_contact(self, contact_id: str) -> Reply:
        """DELETE /v1/contacts/{id}."""
        with self.store.writing():
            if self.store.body(contact_id) is None:
                return _NO_CONTACT
            self.store.delete(contact_id)
        return Reply(204)

    def list_fields(self) -> Reply:
        """GET /v1/contact-custom-fields."""
        return json_reply(200, {"data": list(self._options.fields.values())})

    def list_conversations(self, query: ListQuery) -> Reply:
        """GET /v1/conversations, as in the vendor's public reference; filters are ignored."""
        troubles = [trouble for trouble in query.troubles if trouble.path in ("/maxResults", "/pageToken")]
        if troubles:
            return _refuse(_CONVERSATIONS, troubles)
        rows = self.store.conversations(query.after, query.limit + 1)
        return _page_reply(rows, query.limit)

    def list_users(self, query: ListQuery) -> Reply:
        """GET /v1/users, which has no filters."""
        troubles = [trouble for trouble in query.troubles if trouble.path in ("/maxResults", "/pageToken")]
        if troubles:
            return _refuse(_USERS, troubles)
        end = query.after + query.limit
        page = USERS[query.after : end]
        token = page_token(end) if end < len(USERS) else None
        return json_reply(200, {"data": page, "totalItems": len(page) + 1, "nextPageToken": token})

    def get_user(self, user_id: str) -> Reply:
        """GET /v1/users/{userId}."""
        user = next((user for user in USERS if user["id"] == user_id), None)
        return error_reply(_USERS, 404, "User not found") if user is None else json_reply(200, {"data": user})

    def list_numbers(self) -> Reply:
        """GET /v1/phone-numbers, as in the vendor's public reference."""
        numbers = self._options.phone_numbers
        return json_reply(
            200, {"data": [{"id": f"PN{number[1:]}", "name": "Main", "number": number} for number in numbers]}
        )

    def get_organization(self) -> Reply:
        """GET /organization of the dated API."""
        name = self._options.organization
        if not name:
            return error_reply("/organization", 403, "This key may not see the organization")
        organization_id = f"OR{zlib.crc32(name.encode()):08x}"
        return json_reply(200, {"data": {"id": organization_id, "name": name, "subscriptionStatus": "active"}})

    def _is_taken(self, contact: dict[str, Any]) -> bool:
        if contact["externalId"] is None:
            return False
        holders = self.store.holders(contact["externalId"], deleted=not self._options.reuse_deleted)
        any_source = self._options.unique == "external_id"
        return any(
            holder != contact["id"] and (any_source or source == contact["source"]) for holder, source in holders
        )


def _page_reply(rows: Sequence[tuple[int, str]], limit: int) -> Reply:
    """Return a page of `rows` (position, JSON text), which hold one more than `limit` if there is a next page."""
    page = rows[:limit]
    token = f'"{page_token(page[-1][0])}"' if len(rows) > len(page) else "null"
    data = ",".join(body for _, body in page)
    # `totalItems` is wrong in the real API too: it counts one more than the page holds.
    text = f'{{"data":[{data}],"totalItems":{len(page) + 1},"nextPageToken":{token}}}'
    return Reply(200, text.encode(), {"content-type": "application/json"})


def _contact_reply(status: int, body: str) -> Reply:
    return Reply(status, f'{{"data":{body}}}'.encode(), {"content-type": "application/json"})


def _refuse(path: str, troubles: Sequence[Trouble]) -> Reply:
    return error_reply(path, 400, "The request is not valid", troubles)
