"""Changing a contact: items by their ids, merged or replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importer.sandbox.contact import changed_contact, new_contact
from importer.sandbox.options import Options

if TYPE_CHECKING:
    import httpx

    from tests.sandbox.conftest import StartSandbox

PHONES = [{"name": "mobile", "value": "+14155550123"}, {"name": "work", "value": "+14155550124"}]
FIELDS = {"firstName": "Ada", "lastName": "Byron", "company": "Example", "phoneNumbers": PHONES}
CUSTOM = [{"key": "vip", "value": True}, {"key": "balance", "value": 1}]


def made(api: httpx.Client, **body: object) -> dict[str, Any]:
    response = api.post("/v1/contacts", json={"defaultFields": FIELDS, "customFields": CUSTOM} | body)
    assert response.status_code == 201
    return dict(response.json()["data"])


def patched(api: httpx.Client, contact: dict[str, Any], **body: object) -> dict[str, Any]:
    response = api.patch(f"/v1/contacts/{contact['id']}", json=body)
    assert response.status_code == 200, response.text
    assert api.get(f"/v1/contacts/{contact['id']}").json() == response.json()
    return dict(response.json()["data"])


def values(contact: dict[str, Any]) -> tuple[list[str], dict[str, Any]]:
    phones = [item["value"] for item in contact["defaultFields"]["phoneNumbers"]]
    return phones, {item["key"]: item["value"] for item in contact["customFields"]}


def test_merging_touches_only_what_is_named(start: StartSandbox) -> None:
    """Under merge an item with an id is changed or removed, one without is added, and all else stays."""
    _, api = start(patch="merge")
    contact = made(api)
    first, second = contact["defaultFields"]["phoneNumbers"]
    phones = [first | {"value": None}, second | {"name": "home"}, {"name": "new", "value": "+14155550125"}]
    after = patched(api, contact, defaultFields={"company": None, "phoneNumbers": phones})
    assert after["defaultFields"]["phoneNumbers"][0] == second | {"name": "home"}
    assert values(after) == (["+14155550124", "+14155550125"], {"vip": True, "balance": 1})
    assert (after["defaultFields"]["lastName"], after["defaultFields"]["company"]) == ("Byron", None)


@pytest.mark.parametrize("identity", ["kept", "replaced"])
def test_replacing_leaves_only_what_is_sent(start: StartSandbox, identity: str) -> None:
    """Under replace, which is the default, a PATCH empties all that it leaves out; source and id by the option."""
    _, client = start(identity=identity)
    contact = made(client, externalId="r-1", source="crm", sourceUrl="https://example.com/1")
    second = contact["defaultFields"]["phoneNumbers"][1]
    after = patched(client, contact, defaultFields={"firstName": "Ada", "phoneNumbers": [second]})
    assert after["defaultFields"]["phoneNumbers"] == [second]
    assert (after["defaultFields"]["firstName"], after["defaultFields"]["lastName"]) == ("Ada", None)
    assert values(after)[1] == {}
    assert (after["sourceUrl"], after["externalId"], after["source"]) == (
        (None, "r-1", "crm") if identity == "kept" else (None, None, None)
    )
    assert values(patched(client, contact, customFields=[{"key": "vip", "value": False}])) == ([], {"vip": False})


def test_custom_fields_are_named_by_key_or_id(start: StartSandbox) -> None:
    """Under merge a custom field is changed by its key or its id, and cleared by null; the others stay."""
    _, api = start(patch="merge")
    contact = made(api)
    vip, balance = contact["customFields"]
    items = [{"id": vip["id"], "value": False}, {"key": "balance", "value": None}, {"key": "website", "value": "x"}]
    after = patched(api, contact, customFields=items)
    assert values(after)[1] == {"vip": False, "website": "x"}
    assert after["customFields"][0]["id"] == vip["id"] != balance["id"]


def test_full_arrays_with_ids_mean_the_same_either_way() -> None:
    """Reading, merging and sending the full fields with their ids gives one result under merge and under replace."""

    @settings(max_examples=80, deadline=None)
    @given(st.data())
    def law(data: st.DataObject) -> None:
        body = {"defaultFields": FIELDS | {"emails": [{"name": "w", "value": "a@example.com"}]}, "customFields": CUSTOM}
        contact = new_contact(body, "then", None, Options())
        phones = [
            item | {"value": data.draw(st.sampled_from([item["value"], "+14155550129"]))}
            for item in contact["defaultFields"]["phoneNumbers"]
        ] + data.draw(st.lists(st.just({"name": "new", "value": "+14155550130"}), max_size=2))
        fields = contact["defaultFields"] | {
            "phoneNumbers": phones,
            "role": data.draw(st.sampled_from([None, "Sales"])),
        }
        custom = [
            item | {"value": data.draw(st.sampled_from([item["value"], None]))} for item in contact["customFields"]
        ]
        sent = {"defaultFields": fields, "customFields": custom, "externalId": None, "source": None}
        merged = changed_contact(contact, sent, "now", Options(patch="merge"))
        replaced = changed_contact(contact, sent, "now", Options(patch="replace"))
        assert without_new_ids(merged, contact) == without_new_ids(replaced, contact)

    law()


def without_new_ids(contact: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    known = {item["id"] for item in before["defaultFields"]["phoneNumbers"]}
    phones = [item if item["id"] in known else item | {"id": None} for item in contact["defaultFields"]["phoneNumbers"]]
    return contact | {"defaultFields": contact["defaultFields"] | {"phoneNumbers": phones}}


def test_times_and_identity(api: httpx.Client) -> None:
    """A PATCH moves updatedAt, keeps id and createdAt, and may change or clear external id, source and URL."""
    contact = made(api, externalId="r-1", sourceUrl="https://example.com/1")
    after = patched(api, contact, externalId="r-2", source="x" * 75, sourceUrl=None)
    assert (after["externalId"], after["source"], after["sourceUrl"]) == ("r-2", "x" * 75, None)
    assert (after["id"], after["createdAt"]) == (contact["id"], contact["createdAt"])
    assert after["updatedAt"] >= contact["updatedAt"]
    assert [c["id"] for c in api.get("/v1/contacts?maxResults=9&externalIds=r-2").json()["data"]] == [contact["id"]]
    assert patched(api, contact, externalId=None)["externalId"] is None


def test_a_taken_external_id_stays_with_its_holder(api: httpx.Client) -> None:
    """A PATCH cannot take another contact's external id, and may repeat its own."""
    made(api, externalId="r-1")
    other = made(api, externalId="r-2")
    response = api.patch(f"/v1/contacts/{other['id']}", json={"externalId": "r-1"})
    assert (response.status_code, response.json()["code"]) == (409, "0800409")
    assert patched(api, other, externalId="r-2")["externalId"] == "r-2"


@pytest.mark.parametrize(
    "body",
    [
        {"defaultFields": {"phoneNumbers": [{"name": "m", "value": "+14155550199", "id": "nobody"}]}},
        {"defaultFields": {"emails": [{"name": "m", "value": None, "id": "nobody"}]}},
        {"defaultFields": {"phoneNumbers": [{"name": "m", "value": "415"}]}},
        {"defaultFields": []},
        {"customFields": [{"id": "nobody", "value": 1}]},
        {"customFields": [{"key": "vip", "value": "yes"}]},
        {"source": "x" * 76},
        {"sourceUrl": ""},
        {"externalId": "x" * 76},
        [],
    ],
)
def test_a_refused_patch_changes_nothing(api: httpx.Client, body: object) -> None:
    """A PATCH with a bad value or an unknown item id gets 400 and leaves the contact as it was."""
    contact = made(api)
    assert api.patch(f"/v1/contacts/{contact['id']}", json=body).status_code == 400
    assert api.get(f"/v1/contacts/{contact['id']}").json()["data"] == contact


def test_patching_nothing_gets_404(api: httpx.Client) -> None:
    """A contact that is not there cannot be changed."""
    assert api.patch("/v1/contacts/nobody", json={}).json()["code"] == "0800404"
