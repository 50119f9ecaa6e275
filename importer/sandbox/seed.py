"""The custom fields and users that every sandbox workspace has.

All seven types of `GET /v1/contact-custom-fields` occur; keys are readable or opaque, as in real workspaces.
"""

from __future__ import annotations

from typing import Final

FIELDS: Final[tuple[dict[str, str], ...]] = (
    {"name": "Lead Source", "key": "lead-source", "type": "string"},
    {"name": "Customer Since", "key": "1712532493777", "type": "date"},
    {"name": "VIP", "key": "vip", "type": "boolean"},
    {"name": "Balance", "key": "balance", "type": "number"},
    {"name": "Tags", "key": "1712532511042", "type": "multi-select"},
    {"name": "Interests", "key": "interests", "type": "multi-select"},
    {"name": "Office Address", "key": "office-address", "type": "address"},
    {"name": "Website", "key": "website", "type": "url"},
)

_SINCE: Final[dict[str, str | None]] = {
    "createdAt": "2024-01-15T09:00:00.000Z",
    "updatedAt": "2024-01-15T09:00:00.000Z",
    "pictureUrl": None,
}

USERS: Final[tuple[dict[str, str | None], ...]] = (
    {
        **_SINCE,
        "id": "USmR7owner1",
        "email": "maria@example.com",
        "firstName": "Maria",
        "lastName": "Rivera",
        "role": "owner",
    },
    {
        **_SINCE,
        "id": "USdK2admin2",
        "email": "devon@example.com",
        "firstName": "Devon",
        "lastName": "Klein",
        "role": "admin",
    },
    {**_SINCE, "id": "USsO9member", "email": "sam@example.com", "firstName": "Sam", "lastName": None, "role": "member"},
)

OWNER_ID: Final = "USmR7owner1"
