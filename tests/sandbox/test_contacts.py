"""Creating, reading and deleting a contact, and everything a body can get wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from importer.sandbox.seed import FIELDS, USERS

if TYPE_CHECKING:
    import httpx

    from tests.sandbox.conftest import StartSandbox


def create(api: httpx.Client, fields: dict[str, Any] | None = None, **body: Any) -> httpx.Response:
    return api.post("/v1/contacts", json={"defaultFields": {"firstName": "Ada"} | (fields or {})} | body)


def test_a_full_contact_comes_back_as_it_was_sent(api: httpx.Client) -> None:
    """Everything sent is in the answer, in GET and in the list, with ids for the contact and each of its items."""
    fields = {
        "firstName": "Zoë",
        "lastName": "Núñez",
        "company": "Example",
        "role": "Sales",
        "emails": [{"name": "work", "value": "zoe@example.com"}],
        "phoneNumbers": [{"name": "mobile", "value": "+14155550123"}, {"name": "", "value": "+442079460018"}],
    }
    custom = {
        "lead-source": "Fair",
        "1712532493777": "2024-03-04T00:00:00.000Z",
        "vip": True,
        "balance": 12.5,
        "interests": ["a", "b"],
        "office-address": "1 Main St",
        "website": "https://example.com",
    }
    sent = [{"key": key, "value": value} for key, value in custom.items()]
    other = {"externalId": "r-1", "source": "sheet", "sourceUrl": "https://example.com/1", "createdByUserId": "USx"}
    response = create(api, fields, customFields=sent, **other)
    contact = response.json()["data"]
    assert response.status_code == 201
    shown = contact["defaultFields"]
    for name in ("emails", "phoneNumbers"):
        assert all(item.pop("id") for item in shown[name])
    assert shown == fields
    assert {item["key"]: item["value"] for item in contact["customFields"]} == custom
    assert {name: contact[name] for name in other} == other
    got = api.get(f"/v1/contacts/{contact['id']}").json()["data"]
    assert api.get("/v1/contacts?maxResults=1").json()["data"] == [got]
    assert got["externalId"] == "r-1"


def test_what_is_not_sent_gets_a_default(api: httpx.Client) -> None:
    """Without more than a first name the source is public-api, the maker the owner, and the rest empty."""
    contact = create(api, {"firstName": None}).json()["data"]
    assert (contact["source"], contact["createdByUserId"]) == ("public-api", USERS[0]["id"])
    assert (contact["externalId"], contact["sourceUrl"], contact["customFields"]) == (None, None, [])
    assert contact["defaultFields"] == dict.fromkeys(("company", "firstName", "lastName", "role")) | {
        "emails": [],
        "phoneNumbers": [],
    }


def test_duplicate_phones_are_accepted(api: httpx.Client) -> None:
    """The service does not mind two contacts with one number: avoiding them is the importer's job."""
    phones = {"phoneNumbers": [{"name": "m", "value": "+14155550123"}]}
    assert [create(api, phones).status_code for _ in range(2)] == [201, 201]


BAD: list[tuple[str, dict[str, Any]]] = [
    ("/defaultFields", {"externalId": "x"}),
    ("/defaultFields", {"defaultFields": None}),
    ("/defaultFields/firstName", {"defaultFields": {}}),
    ("/defaultFields/firstName", {"defaultFields": {"firstName": 1}}),
    ("/defaultFields/company", {"defaultFields": {"firstName": None, "company": []}}),
    ("/defaultFields/emails", {"defaultFields": {"firstName": None, "emails": "a@example.com"}}),
    ("/defaultFields/emails", {"defaultFields": {"firstName": None, "emails": None}}),
    ("/defaultFields/emails/0", {"defaultFields": {"firstName": None, "emails": ["a@example.com"]}}),
    ("/defaultFields/emails/0/name", {"defaultFields": {"firstName": None, "emails": [{"value": "a@example.com"}]}}),
    ("/defaultFields/emails/0/value", {"defaultFields": {"firstName": None, "emails": [{"name": "w"}]}}),
    *(
        (
            "/defaultFields/phoneNumbers/0/value",
            {"defaultFields": {"firstName": None, "phoneNumbers": [{"name": "m", "value": value}]}},
        )
        for value in (
            "",
            "4155550123",
            "+1 415 555 0123",
            "+0123456789",
            "+123456",
            "+1234567890123456",
            "+1415555012x",
            "+١٤١٥٥٥٥٠١٢٣",
        )
    ),
    *(
        ("/source", {"source": value})
        for value in (
            "",
            "x" * 73,
            "openphone",
            "device",
            "csv",
            "zapier",
            "google-people",
            "other",
            "csv-2",
            "openphone-import",
            None,
        )
    ),
    *(("/externalId", {"externalId": value}) for value in ("", "x" * 76, 7)),
    *(
        ("/sourceUrl", {"sourceUrl": value})
        for value in (
            "",
            "example.com",
            "https://example.com/ö",
            "https://example.com/a b",
            "https://example.com/%zz",
            "https://e.com/" + "x" * 200,
            None,
            "http://[",
            "http://e.com:x/",
        )
    ),
    *(("/createdByUserId", {"createdByUserId": value}) for value in ("", "us1", "XUS1", "US\n", 1, None)),
]


@pytest.mark.parametrize(("path", "change"), BAD)
def test_bad_bodies_are_refused_with_the_place(api: httpx.Client, path: str, change: dict[str, Any]) -> None:
    """What the contract or the vendor's guide forbids gets 400 with the place of the mistake, and is not stored."""
    body = (
        change
        if "defaultFields" in change or path == "/defaultFields"
        else {"defaultFields": {"firstName": "A"}} | change
    )
    response = api.post("/v1/contacts", json=body)
    assert (response.status_code, response.json()["code"]) == (400, "0801400")
    assert path in [error["path"] for error in response.json()["errors"]]
    assert api.get("/v1/contacts?maxResults=1").json()["data"] == []


def test_all_mistakes_are_listed_at_once(api: httpx.Client) -> None:
    """One answer names every mistake of a body."""
    response = create(api, {"lastName": 1, "phoneNumbers": [{"name": "m", "value": "1"}, {}]}, externalId="")
    assert len(response.json()["errors"]) == 5


@pytest.mark.parametrize(
    "body",
    [
        {"source": "x" * 72, "externalId": "x" * 75, "sourceUrl": "https://e.com/" + "x" * 186},
        {"sourceUrl": "urn:isbn:0451450523"},
        {"sourceUrl": "https://user@example.com:8080/a/%C3%B6?b=c#d"},
        {"externalId": None},
        {"source": "Other"},
        {"createdByUserId": "US"},
        {"unknown": {"is": "ignored"}},
    ],
)
def test_bodies_at_the_edge_are_accepted(api: httpx.Client, body: dict[str, Any]) -> None:
    """What lies just within the rules is created."""
    assert create(api, **body).status_code == 201


BAD_CUSTOM: list[object] = [
    None,
    {},
    ["lead-source"],
    [{}],
    [{"key": "lead-source"}],
    [{"value": "x"}],
    [{"key": 7, "value": "x"}],
    [{"key": "nobody", "value": "x"}],
    [{"key": "nobody", "value": None}],
    [{"key": "Lead Source", "value": "x"}],
    [{"key": "lead-source", "value": {}}],
    *([{"key": "lead-source", "value": value}] for value in (1, True, ["x"])),
    *([{"key": "office-address", "value": value}] for value in (1, {"street": "x"})),
    *([{"key": "website", "value": value}] for value in (1, ["https://example.com"])),
    *([{"key": "vip", "value": value}] for value in ("true", 1, 0)),
    *([{"key": "balance", "value": value}] for value in ("12.5", True, [1])),
    *([{"key": "interests", "value": value}] for value in ("a", [1], [None], {"a": 1})),
    *(
        [{"key": "1712532493777", "value": value}]
        for value in (
            "2024-03-04",
            "2024-02-30T00:00:00Z",
            "2024-03-04T00:00:00",
            "2024-03-04T25:00:00Z",
            "2024-03-04 00:00:00Z",
            "0000-01-01T00:00:00Z",
            20240304,
            "soon",
        )
    ),
]


@pytest.mark.parametrize("items", BAD_CUSTOM)
def test_bad_custom_fields_are_refused_without_the_place(api: httpx.Client, items: object) -> None:
    """A custom field of the wrong JSON type, or unknown, gets 400 with code 0801400 and no pointer to the item."""
    response = create(api, customFields=items)
    assert (response.status_code, response.json()["code"]) == (400, "0801400")
    assert "errors" not in response.json()
    assert api.get("/v1/contacts?maxResults=1").json()["data"] == []


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field["key"])
def test_null_leaves_a_custom_field_blank(api: httpx.Client, field: dict[str, str]) -> None:
    """Null is a value that every custom field takes, and it leaves nothing behind."""
    response = create(api, customFields=[{"key": field["key"], "value": None}])
    assert (response.status_code, response.json()["data"]["customFields"]) == (201, [])


@pytest.mark.parametrize(
    ("sent", "utc"),
    [
        ("2024-03-04T00:00:00Z", "2024-03-04T00:00:00.000Z"),
        ("2024-03-04t01:30:00.123456789+01:30", "2024-03-04T00:00:00.123Z"),
    ],
)
def test_dates_come_back_as_sent_or_in_utc(start: StartSandbox, sent: str, utc: str) -> None:
    """How the service writes a date back is not known, so a test can choose either."""
    for dates, expected in (("as-sent", sent), ("utc", utc)):
        _, client = start(dates=dates)
        contact = create(client, customFields=[{"key": "1712532493777", "value": sent}]).json()["data"]
        assert contact["customFields"][0]["value"] == expected


def test_all_seven_types_of_custom_fields_are_there(api: httpx.Client) -> None:
    """A workspace has every type, and one key at least says nothing to a person."""
    fields = api.get("/v1/contact-custom-fields").json()["data"]
    assert {field["type"] for field in fields} == {
        "string",
        "number",
        "boolean",
        "date",
        "multi-select",
        "address",
        "url",
    }
    assert any(field["key"].isdigit() for field in fields)


@pytest.mark.parametrize(
    ("unique", "statuses"), [("external_id", [201, 409, 409]), ("pair", [201, 409, 201])], ids=["external_id", "pair"]
)
def test_a_taken_external_id_gets_409(start: StartSandbox, unique: str, statuses: list[int]) -> None:
    """An external id is taken in the whole workspace, or within its source where the sandbox is told so."""
    _, client = start(unique=unique)
    answers = [create(client, externalId="r-1", source=source) for source in ("a", "a", "b")]
    assert [answer.status_code for answer in answers] == statuses
    assert answers[1].json()["code"] == "0800409"
    assert "r-1" not in answers[1].text


@pytest.mark.parametrize(("reuse", "status"), [(True, 201), (False, 409)])
def test_a_deleted_external_id_is_free_or_not(start: StartSandbox, reuse: bool, status: int) -> None:
    """After DELETE the contact is gone; its external id is free at once, or gets a 409 that finds nothing."""
    _, client = start(reuse_deleted=reuse)
    contact_id = create(client, externalId="r-1").json()["data"]["id"]
    assert [client.delete(f"/v1/contacts/{contact_id}").status_code for _ in range(2)] == [204, 404]
    assert client.get(f"/v1/contacts/{contact_id}").status_code == 404
    assert client.get("/v1/contacts?maxResults=1&externalIds=r-1").json()["data"] == []
    assert create(client, externalId="r-1").status_code == status


def test_users_have_ids_and_addresses(api: httpx.Client) -> None:
    """Three users are listed in pages and found by id; another id gets 404."""
    first = api.get("/v1/users?maxResults=2").json()
    rest = api.get("/v1/users", params={"maxResults": 2, "pageToken": first["nextPageToken"]}).json()
    users = first["data"] + rest["data"]
    assert (len(users), rest["nextPageToken"]) == (3, None)
    assert all(user["id"].startswith("US") and user["email"].endswith("@example.com") for user in users)
    assert api.get(f"/v1/users/{users[2]['id']}").json()["data"] == users[2]
    assert api.get("/v1/users/USnobody").status_code == 404
    assert api.get("/v1/users?maxResults=51").json()["code"] == "1100400"
