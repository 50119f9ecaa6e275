"""Faults: what the client sees, what is stored, and which request meets one."""

from __future__ import annotations

import json
import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.sandbox import Fault, read_faults
from importer.sandbox.faults import Faults

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.sandbox.conftest import StartSandbox


def post(client: httpx.Client, external_id: str = "r-1") -> int | str:
    """The status of creating a contact, or the name of the exception that came instead."""
    try:
        return client.post(
            "/v1/contacts", json={"defaultFields": {"firstName": "A"}, "externalId": external_id}
        ).status_code
    except httpx.HTTPError as error:
        return type(error).__name__


@pytest.mark.parametrize(
    ("kind", "seen", "stored"),
    [
        ("drop", "RemoteProtocolError", 0),
        ("drop-before", "RemoteProtocolError", 0),
        ("drop-after", "RemoteProtocolError", 1),
        ("lost-response", "RemoteProtocolError", 1),
        ("reset", "ReadError", 0),
        ("reset-after", "ReadError", 1),
        ("truncated-body", "RemoteProtocolError", 1),
        ("500-before", 500, 0),
        ("500-after", 500, 1),
        ("500", 500, 0),
        ("429", 429, 0),
        ("html-502", 502, 0),
        ("html-503", 503, 0),
        ("html-504", 504, 0),
        ("html-504-after", 504, 1),
        ("409-spurious", 409, 0),
        ("400", 400, 0),
        ("401", 401, 0),
        ("402", 402, 0),
        ("403", 403, 0),
        ("404", 404, 0),
        ("422-after", 422, 1),
        ("301", 301, 0),
        ("empty-201", 201, 1),
        ("slow", 201, 1),
        ("slow-after", 201, 1),
    ],
)
def test_each_kind_does_what_it_says(start: StartSandbox, kind: str, seen: int | str, stored: int) -> None:
    """Each kind shows the client its trouble, stores the contact or not, and leaves the next request alone."""
    sandbox, client = start(faults=[Fault(kind, nth=1, delay_ms=20)])
    client.event_hooks = {"response": []} if kind == "empty-201" else client.event_hooks
    assert post(client) == seen
    assert len(sandbox.contacts()) == stored
    assert sandbox.requests()[0].fault == kind
    assert post(client, "r-2") == 201


def test_an_answer_without_an_id(start: StartSandbox) -> None:
    """empty-201 leaves only the id out, so that looking the contact up is the one way to it."""
    sandbox, client = start(faults=[Fault("empty-201")])
    client.event_hooks = {"response": []}
    response = client.post("/v1/contacts", json={"defaultFields": {"firstName": "A"}, "externalId": "r-1"})
    stored = sandbox.contacts()[0]
    assert response.json()["data"] == {name: value for name, value in stored.items() if name != "id"}


def test_a_late_request_lands_after_the_connection_is_gone(start: StartSandbox) -> None:
    """late closes the connection first and stores the contact later."""
    sandbox, client = start(faults=[Fault("late", delay_ms=300)])
    assert post(client) == "RemoteProtocolError"
    assert sandbox.contacts() == []
    wait_until(lambda: len(sandbox.contacts()) == 1)


def test_a_slow_request_lands_although_the_client_gave_up(start: StartSandbox) -> None:
    """Where the client's time runs out before the service has stored, the contact is there nevertheless."""
    sandbox, client = start(faults=[Fault("slow", delay_ms=400)])
    client.timeout = 0.1
    assert post(client) == "ReadTimeout"
    assert sandbox.contacts() == []
    wait_until(lambda: len(sandbox.contacts()) == 1)


def wait_until(condition: Callable[[], object]) -> None:
    """Wait as long as it takes; pytest's own timeout ends a wait in vain."""
    while not condition():
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("retry_after", "header"),
    [(2, "2"), (0.5, "0.5"), ("soon", "soon"), (None, None), ("date+30", "Fri, 15 Jan 2027 08:00:30 GMT")],
)
def test_retry_after_is_sent_as_asked(start: StartSandbox, retry_after: Any, header: str | None) -> None:
    """Retry-After may be seconds, a date by the service's clock, nonsense, or absent."""
    _, client = start(faults=[Fault("429", retry_after=retry_after)], clock=lambda: 1_800_000_000.0)
    response = client.get("/v1/users?maxResults=1")
    assert (response.status_code, response.headers.get("retry-after")) == (429, header)
    if retry_after == "date+30":
        sent = parsedate_to_datetime(response.headers["date"])
        assert (parsedate_to_datetime(response.headers["retry-after"]) - sent).total_seconds() == 30


def test_a_redirect_leads_nowhere(start: StartSandbox) -> None:
    """A 3xx names an address that nobody can have, so that following it fails and no key leaves the machine."""
    _, client = start(faults=[Fault("308")])
    response = client.get("/v1/users?maxResults=1")
    assert (response.status_code, response.headers["location"]) == (308, "https://api.sandbox.invalid/v1/users")


def test_an_external_id_may_be_cursed(start: StartSandbox) -> None:
    """A fault by external id strikes its creating, finding, reading, changing and deleting, and no other contact."""
    sandbox, client = start(identity="kept", faults=[Fault("500", external_id="bad")])
    bad, good = sandbox.add(externalId="bad")["id"], sandbox.add(externalId="good")["id"]
    paths = [(bad, "bad", 500), (good, "good", 200)]
    for contact_id, external_id, status in paths:
        path = f"/v1/contacts/{contact_id}"
        assert client.get(f"/v1/contacts?maxResults=1&externalIds=x&externalIds={external_id}").status_code == status
        assert client.get(path).status_code == status
        assert client.patch(path, json={"defaultFields": {}}).status_code == status
    assert [post(client, "bad"), post(client, "good"), post(client, "new")] == [500, 409, 201]
    assert client.delete(f"/v1/contacts/{good}").status_code == 204


def test_conditions_select_together(start: StartSandbox) -> None:
    """Method, path, count and n-th select together, each fault with its own count, and the first one met strikes."""
    faults = [
        Fault("404", method="GET", path="/v1/contacts/*", count=1),
        Fault("500", method="POST", nth=2),
        Fault("html-503", method="POST", start=3, count=2),
    ]
    sandbox, client = start(faults=faults)
    contact_id = sandbox.add()["id"]
    gets = [client.get(f"/v1/contacts/{contact_id}").status_code for _ in range(2)]
    assert (gets, [post(client, f"r-{n}") for n in range(6)]) == ([404, 200], [201, 500, 503, 503, 201, 201])
    sandbox.add_faults(Fault("402", nth=2))
    assert [post(client, f"s-{n}") for n in range(3)] == [201, 402, 201]
    sandbox.add_faults(Fault("402"))
    sandbox.clear_faults()
    assert post(client, "t") == 201


def test_requests_that_are_refused_first_are_not_counted(start: StartSandbox) -> None:
    """The n-th request is the n-th that the key and the limit let through."""
    _, client = start(rate=2, stopwatch=lambda: 0.0, faults=[Fault("500", nth=2)])
    statuses = [client.get("/v1/users?maxResults=1", headers={"Authorization": "wrong"}).status_code]
    statuses += [client.get("/v1/users?maxResults=1").status_code for _ in range(3)]
    assert statuses == [401, 200, 500, 429]


@given(st.integers(0, 2**32), st.floats(0, 1))
def test_probability_is_repeatable(seed: int, probability: float) -> None:
    """One seed gives one run of luck; never is never and always is always."""
    runs = []
    for _ in range(2):
        faults = Faults([Fault("500", probability=probability)], seed)
        runs.append([faults.meet("GET", "/v1/users", ()) is not None for _ in range(30)])
    assert runs[0] == runs[1]
    assert probability > 0 or not any(runs[0])
    assert probability < 1 or all(runs[0])


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("kind", ["", "500-later", "200", "html-301", "304", "teapot", "late-after", None, 500]),
        ("nth", [0, -1, 1.0, "1", True]),
        ("start", [0]),
        ("count", [0]),
        ("method", ["post", "PUT", ""]),
        ("path", ["", 1]),
        ("external_id", ["", 1]),
        ("probability", [-0.1, 1.1, "0.5", True, float("nan")]),
        ("delay_ms", [-1, "1", float("inf"), None]),
        ("retry_after", ["", -1, True, [], "date+soon", "date+"]),
    ],
)
def test_bad_faults_are_refused_by_field(field: str, values: list[Any]) -> None:
    """A fault that makes no sense is refused with the field and the value."""
    for value in values:
        with pytest.raises(ValueError, match=f"^{field}: "):
            Fault(**({"kind": "500"} | {field: value}))


TOML = """
[[fault]]
kind = "lost-response"
method = "POST"
nth = 3

[[fault]]
kind = "html-503"
probability = 0.05
count = 20
"""


@pytest.mark.parametrize("form", ["toml", "json", "toml with a byte order mark"])
def test_a_file_gives_the_faults(tmp_path: Path, form: str) -> None:
    """TOML and JSON say the same."""
    expected = (Fault("lost-response", method="POST", nth=3), Fault("html-503", probability=0.05, count=20))
    path = tmp_path / ("faults.json" if form == "json" else "faults.toml")
    entries = [
        {"kind": "lost-response", "method": "POST", "nth": 3},
        {"kind": "html-503", "probability": 0.05, "count": 20},
    ]
    text = json.dumps({"fault": entries}) if form == "json" else TOML
    path.write_text(text, encoding="utf-8-sig" if "mark" in form else "utf-8")
    assert read_faults(path) == expected


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("f.toml", "[[fault]]\nkind = \n", "line 2"),
        ("f.json", '{"fault": [\n}', "line 2"),
        ("f.toml", "", "no list of faults"),
        ("f.json", "[]", "no list of faults"),
        ("f.toml", "fault = 1", "no list of faults"),
        ("f.toml", "seed = 1\nfault = []", "'seed' is unknown"),
        ("f.toml", "fault = [1]", "fault 1: it must be a table"),
        ("f.toml", "[[fault]]\nnth = 1", "fault 1: kind is missing"),
        ("f.toml", '[[fault]]\nkind = "500"\n[[fault]]\nkind = "500"\nnht = 1', "fault 2: 'nht' is unknown"),
        ("f.toml", '[[fault]]\nkind = "boom"', "fault 1, kind: 'boom'"),
        ("f.toml", '[[fault]]\nkind = "500"\nnth = 0', "fault 1, nth: 0"),
    ],
)
def test_a_bad_file_is_refused_with_the_place(tmp_path: Path, name: str, text: str, said: str) -> None:
    """A file that cannot be used is named with its line, or with the number of the fault and the field."""
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(ValueError, match=r"Begin|Correct|must be|Say|keys") as caught:
        read_faults(path)
    assert said in str(caught.value)
    assert str(path) in str(caught.value)
