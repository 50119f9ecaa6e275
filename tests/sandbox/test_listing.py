"""Listing: pages, filters, and the traps that the real list has."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from importer.sandbox.options import Options
from importer.sandbox.person import Person
from importer.sandbox.query import page_token, read_query
from importer.sandbox.store import ContactStore
from importer.sandbox.workspace import Workspace

if TYPE_CHECKING:
    import httpx

    from tests.sandbox.conftest import StartSandbox


def listed(api: httpx.Client, **query: Any) -> dict[str, Any]:
    response = api.get("/v1/contacts", params=query)
    assert response.status_code == 200
    return dict(response.json())


@pytest.mark.parametrize(
    "query",
    [
        "maxResults=0",
        "maxResults=51",
        "maxResults=-1",
        "maxResults=ten",
        "maxResults=1.5",
        "maxResults=",
        "maxResults=1&maxResults=2",
        "maxResults=1&pageToken=",
        "maxResults=1&pageToken=nonsense",
        "maxResults=1&pageToken=%C3%B6",
        f"maxResults=1&pageToken={page_token(1)}&pageToken={page_token(2)}",
        "maxResults=1&externalIds=",
        "maxResults=1&externalIds=" + "x" * 76,
        "maxResults=1" + "&externalIds=x" * 21,
        "maxResults=1" + "&sources=x" * 21,
    ],
)
def test_bad_queries_get_400(api: httpx.Client, query: str) -> None:
    """maxResults is 1 to 50, arrays hold at most 20 values, and a token is one that was given out."""
    response = api.get(f"/v1/contacts?{query}")
    assert (response.status_code, response.json()["code"]) == (400, "0801400")
    assert response.json()["errors"]


def test_filters_are_external_ids_and_sources_alone(start: StartSandbox) -> None:
    """Repeated keys select any of their values, two filters must both fit, and anything else is ignored."""
    sandbox, client = start()
    for external_id, source in (("a", "x"), ("b", "y"), ("c", "x"), (None, None)):
        sandbox.add(externalId=external_id, source=source)

    def ids(**query: Any) -> list[str | None]:
        return [contact["externalId"] for contact in listed(client, maxResults=50, **query)["data"]]

    assert ids() == ["a", "b", "c", None]
    assert ids(externalIds=["c", "a", "nobody"]) == ["a", "c"]
    assert ids(sources="x") == ["a", "c"]
    assert ids(externalIds=["a", "b"], sources=["y", "z"]) == ["b"]
    assert ids(search="nobody", phoneNumber="+14155550123", source="z") == ["a", "b", "c", None]
    assert ids(externalIds=[*(f"n{n}" for n in range(19)), "b"]) == ["b"]


def test_a_page_has_ten_contacts_by_default(start: StartSandbox) -> None:
    """Without maxResults, as some public clients ask, a page holds 10, and the token leads to the rest."""
    sandbox, client = start()
    for _ in range(12):
        sandbox.add()
    first = listed(client)
    assert len(first["data"]) == 10
    assert len(listed(client, pageToken=first["nextPageToken"])["data"]) == 2


def test_total_items_is_wrong(start: StartSandbox) -> None:
    """Who trusts totalItems goes wrong on any list, as with the real service."""
    sandbox, client = start()
    for _ in range(5):
        sandbox.add()
    assert listed(client, maxResults=50)["totalItems"] != 5
    assert listed(client, maxResults=2)["totalItems"] < 5
    assert listed(client, maxResults=1, externalIds="nobody")["totalItems"] != 0


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 12), st.integers(1, 5), st.lists(st.sampled_from(["add", "delete", "wait"]), max_size=12))
def test_pages_are_stable(there: int, size: int, meanwhile: list[str]) -> None:
    """While others add and remove contacts, paging shows each contact once that was there and stays, and it ends."""
    workspace = Workspace(ContactStore(None), Options())
    person = Person(workspace, Options())
    stays = [person.add()["id"] for _ in range(there)]
    seen: list[str] = []
    token: str | None = None
    for move in [*meanwhile, *["wait"] * 40]:
        page = page_of(workspace, size, token)
        seen += [contact["id"] for contact in page["data"]]
        token = page["nextPageToken"]
        if token is None:
            break
        if move == "add":
            person.add()
        elif move == "delete" and seen[-1] in stays:
            person.delete(seen[-1])
    workspace.store.close()
    assert token is None
    assert len(seen) == len(set(seen))
    assert set(stays) <= set(seen)


def page_of(workspace: Workspace, size: int, token: str | None) -> dict[str, Any]:
    query = {"maxResults": str(size)} | ({"pageToken": token} if token else {})
    return dict(json.loads(workspace.list_contacts(read_query(QueryParams(query))).body))
