"""Conversations, as far as the vendor's public reference tells of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

    from tests.sandbox.conftest import StartSandbox


def test_conversations_are_listed_by_pages(start: StartSandbox) -> None:
    """Every conversation comes once, in pages, with its participants as E.164; a reset forgets them."""
    sandbox, api = start()
    for number in range(7):
        sandbox.converse(f"+1415555{number:04d}")
    found, token = [], None
    for _ in range(9):
        page = {"maxResults": 3} | ({"pageToken": token} if token else {})
        answer = api.get("/v1/conversations", params=page).json()
        found += [one["participants"] for one in answer["data"]]
        token = answer["nextPageToken"]
        if token is None:
            break
    assert found == [[f"+1415555{number:04d}"] for number in range(7)]
    sandbox.reset()
    assert api.get("/v1/conversations", params={"maxResults": 3}).json()["data"] == []


def test_a_list_has_its_own_size(api: httpx.Client) -> None:
    """Without `maxResults` a page has the service's own size; with a token of nobody the answer is 400."""
    assert api.get("/v1/conversations").status_code == 200
    assert api.get("/v1/conversations?maxResults=5&pageToken=x").status_code == 400
