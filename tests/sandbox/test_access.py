"""Keys, limits and requests that are none: what the gate lets through, and the envelope of what it refuses."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from importer.sandbox import KEY, NO_RIGHTS_KEY, Options
from importer.sandbox.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from tests.sandbox.conftest import StartSandbox

FAMILIES = (("/v1/contacts?maxResults=1", "08"), ("/v1/contact-custom-fields", "07"), ("/v1/users?maxResults=1", "11"))


@pytest.mark.parametrize("key", ["", "wrong", f"Bearer {KEY}", f"x{KEY}", KEY.upper()])
@pytest.mark.parametrize(("path", "family"), FAMILIES)
def test_unknown_keys_get_401(api: httpx.Client, key: str, path: str, family: str) -> None:
    """A key that is missing, wrong, or sent as Bearer gets 401 with the code of the path's family."""
    response = api.get(path, headers={"Authorization": key})
    assert (response.status_code, response.json()["code"]) == (401, f"{family}00401")
    assert KEY not in response.text


@pytest.mark.parametrize(("path", "family"), FAMILIES)
def test_key_without_rights_gets_403(api: httpx.Client, path: str, family: str) -> None:
    """The second known key may do nothing: 403."""
    response = api.get(path, headers={"Authorization": NO_RIGHTS_KEY})
    assert (response.status_code, response.json()["code"][:2]) == (403, family)


def test_answers_can_tell_of_the_limit(start: StartSandbox) -> None:
    """With `rate_headers`, each answer tells the limit of the key and what is left of it, as the real service does."""
    _, client = start(rate=3, rate_headers=True, stopwatch=lambda: 0.0)
    answers = [client.get("/v1/contact-custom-fields") for _ in range(4)]
    assert [answer.headers["ratelimit"] for answer in answers] == [f'"per-second"; r={r}; t=1' for r in (2, 1, 0, 0)]
    assert {answer.headers["ratelimit-policy"] for answer in answers} == {'"per-second"; q=3; w=1'}
    assert "ratelimit" not in start(rate=3)[1].get("/v1/contact-custom-fields").headers


def test_the_dated_api_names_the_workspace(start: StartSandbox) -> None:
    """GET /organization needs its version, which is looked at before the key, and a right that a key may lack."""
    version = {"Quo-Api-Version": "2026-03-30"}
    _, client = start(organization="Acme")
    answer = client.get("/organization", headers=version).json()["data"]
    assert (answer["name"], answer["subscriptionStatus"]) == ("Acme", "active")
    assert client.get("/organization", headers={"Authorization": ""}).status_code == 400
    assert client.get("/organization", headers={**version, "Authorization": ""}).status_code == 401
    assert start(organization="")[1].get("/organization", headers=version).status_code == 403


def test_revoked_key_gets_401(start: StartSandbox) -> None:
    """A key that is revoked while a client works gets 401 from then on, until it is restored."""
    sandbox, client = start()
    statuses = [client.get("/v1/users?maxResults=1").status_code]
    sandbox.revoke_key()
    statuses.append(client.get("/v1/users?maxResults=1").status_code)
    sandbox.restore_key()
    statuses.append(client.get("/v1/users?maxResults=1").status_code)
    assert statuses == [200, 401, 200]


@pytest.mark.parametrize("path", ["/", "/v1", "/v2/contacts", "/v1/contacts/", "/v1/contacts/a/b", "/v1/messages"])
def test_unknown_paths_get_404(api: httpx.Client, path: str) -> None:
    """A path that the API does not have gets the envelope with 404."""
    response = api.get(path)
    assert (response.status_code, response.json()["status"]) == (404, 404)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/v1/contacts", {"GET", "POST"}),
        ("POST", "/v1/contacts/x", {"GET", "PATCH", "DELETE"}),
        ("DELETE", "/v1/users", {"GET"}),
        ("POST", "/v1/contact-custom-fields", {"GET"}),
    ],
)
def test_wrong_methods_get_405(api: httpx.Client, method: str, path: str, allowed: set[str]) -> None:
    """A method that a path does not know gets 405 and hears which it knows."""
    response = api.request(method, path)
    assert response.status_code == 405
    assert set(response.headers["allow"].split(", ")) - {"HEAD"} == allowed


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff",
        b'{"defaultFields": {"firstName": NaN}}',
        b'{"defaultFields": {"firstName": 1e999}}',
        b'{"defaultFields": {"firstName": "\\ud800"}}',
        b"[" * 100_000,
        b"9" * 5000,
    ],
)
def test_bodies_that_are_not_json_get_400(api: httpx.Client, body: bytes) -> None:
    """A body that is no JSON object is refused whatever is wrong with it."""
    response = api.post("/v1/contacts", content=body, headers={"Content-Type": "application/json"})
    assert (response.status_code, response.json()["code"]) == (400, "0801400")


def test_bodies_of_another_type_get_400(api: httpx.Client) -> None:
    """JSON that does not say that it is JSON is refused."""
    response = api.post("/v1/contacts", content=b'{"defaultFields": {"firstName": null}}')
    assert response.status_code == 400
    assert "Content-Type" in response.json()["message"]


@pytest.mark.parametrize("size", [1_000_001, 20_000_000])
def test_large_bodies_get_413(api: httpx.Client, size: int) -> None:
    """A body over one megabyte is read to its end and refused."""
    response = api.post("/v1/contacts", content=b"x" * size, headers={"Content-Type": "application/json"})
    assert response.status_code == 413


def test_limit_counts_every_request_of_a_key(start: StartSandbox) -> None:
    """Reads, errors and writes share the limit of their key; above it comes 429, and other keys are not touched."""
    sandbox, client = start(rate=5, retry_after=True, stopwatch=lambda: 0.0)
    calls: list[Callable[[], httpx.Response]] = [
        lambda: client.get("/v1/users?maxResults=1"),
        lambda: client.get("/v1/contacts"),
        lambda: client.post("/v1/contacts", json={"defaultFields": {"firstName": "Ada"}}),
        lambda: client.delete("/v1/contacts/none"),
        lambda: client.get("/v1/nowhere"),
        lambda: client.get("/v1/users?maxResults=1"),
    ]
    answers = [call() for call in calls]
    assert [answer.status_code for answer in answers] == [200, 200, 201, 404, 404, 429]
    assert answers[-1].headers["retry-after"] == "1"
    assert client.get("/v1/users?maxResults=1", headers={"Authorization": NO_RIGHTS_KEY}).status_code == 403
    assert [exchange.status for exchange in sandbox.requests()] == [200, 200, 201, 404, 404, 429, 403]


def test_no_hint_unless_asked_for(start: StartSandbox) -> None:
    """By default a 429 says nothing of how long to wait, as the API documents none."""
    _, client = start(rate=0.01)
    answers = [client.get("/v1/users?maxResults=1") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert "retry-after" not in answers[1].headers


@given(st.integers(1, 12), st.lists(st.floats(0, 0.6), max_size=60))
@example(1, [0.15, 0.41, 0.59, 0.1])
def test_no_second_holds_more_than_the_rate(rate: int, gaps: list[float]) -> None:
    """Whenever requests come, no window of one second lets through more than the rate, and a refusal costs nothing."""
    window, now = Window(rate), 0.0
    passed: list[float] = []
    for gap in gaps:
        now += gap
        recent = [time for time in passed if time + 1 > now]
        wait_seconds = window.wait_seconds("key", now)
        assert (wait_seconds == 0) == (len(recent) < rate)
        if wait_seconds == 0:
            passed.append(now)
        else:
            # Of floats: a sum of tenths may lack the last digit.
            assert 0 < wait_seconds < 1 + 1e-9


def test_date_header_is_the_service_clock(start: StartSandbox) -> None:
    """The service's clock may be set apart from ours; Date, createdAt and updatedAt all follow it."""
    _, client = start(clock=lambda: 1_800_000_000.5, clock_offset_seconds=-3600)
    response = client.post("/v1/contacts", json={"defaultFields": {"firstName": None}})
    assert parsedate_to_datetime(response.headers["date"]).timestamp() == 1_800_000_000 - 3600
    contact = response.json()["data"]
    assert contact["createdAt"] == contact["updatedAt"] == "2027-01-15T07:00:00.500Z"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("key", ""),
        ("rate", -1),
        ("latency_ms", -1),
        ("jitter", 2),
        ("unique", "x"),
        ("patch", "x"),
        ("dates", "x"),
        ("log_limit", 0),
    ],
)
def test_bad_options_are_named(name: str, value: object) -> None:
    """An option that makes no sense is refused by name; a key is never repeated."""
    with pytest.raises(ValueError, match=f"sandbox option {name}"):
        Options(**cast(Any, {name: value}))


@pytest.mark.parametrize(("host", "status"), [("evil.example", 403), ("localhost:8080", 200), ("[::1]:8080", 200)])
def test_only_loopback_names_are_answered(host: str, status: int, api: httpx.Client) -> None:
    """A page that reaches loopback under another name (DNS rebinding) gets nothing."""
    assert api.get("/v1/contacts?maxResults=1", headers={"Host": host}).status_code == status
