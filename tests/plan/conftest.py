"""Bodies as the importer sends them and contacts as the service shows them."""

from __future__ import annotations

from typing import Any, Protocol

import pytest


def make_body(
    phones: tuple[str, ...] = ("+14155550101",),
    emails: tuple[str, ...] = (),
    customs: dict[str, Any] | None = None,
    **names: str | None,
) -> dict[str, Any]:
    """A body of a row; `names` are first, last, company, role, url."""
    sent: dict[str, Any] = {
        "externalId": "e1",
        "source": "spreadsheet-import",
        "defaultFields": {
            "firstName": names.get("first", "Ada"),
            "lastName": names.get("last", "Lovelace"),
            "company": names.get("company"),
            "role": names.get("role"),
            "phoneNumbers": [{"name": "mobile", "value": value} for value in phones],
            "emails": [{"name": "work", "value": value} for value in emails],
        },
        "customFields": [{"key": key, "value": value} for key, value in (customs or {}).items()],
    }
    return {**sent, "sourceUrl": names["url"]} if "url" in names else sent


def make_contact(created: str = "2026-01-01T10:00:00.500Z", **fields: Any) -> dict[str, Any]:
    """The same as a contact of the service, with ids on its items."""
    body = make_body(**fields)
    default = body["defaultFields"]
    for kind in ("phoneNumbers", "emails"):
        default[kind] = [{"id": f"{kind}-{number}", **item} for number, item in enumerate(default[kind])]
    body["customFields"] = [
        {"id": f"cf-{item['key']}", "name": item["key"].title(), "type": "string", **item}
        for item in body["customFields"]
    ]
    return {"id": "c1", "sourceUrl": None, "createdAt": created, "updatedAt": created, "createdByUserId": "US1", **body}


class MakeBody(Protocol):
    """`make_body` as a fixture."""

    def __call__(
        self,
        phones: tuple[str, ...] = ("+14155550101",),
        emails: tuple[str, ...] = (),
        customs: dict[str, Any] | None = None,
        **names: str | None,
    ) -> dict[str, Any]: ...


class MakeContact(Protocol):
    """`make_contact` as a fixture; its fields are those of `make_body`."""

    def __call__(self, created: str = "2026-01-01T10:00:00.500Z", **fields: Any) -> dict[str, Any]: ...


@pytest.fixture(scope="session")
def body() -> MakeBody:
    """The maker of bodies."""
    return make_body


@pytest.fixture(scope="session")
def contact() -> MakeContact:
    """The maker of contacts."""
    return make_contact
