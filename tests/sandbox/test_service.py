"""The sandbox as an object: starting, stopping, its store, its log, and what a person in the app does."""

from __future__ import annotations

import gc
import socket
import sqlite3
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import httpx
import pytest

from importer.sandbox import Fault, Sandbox, read_faults

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sandbox.conftest import StartSandbox

ADA = {"defaultFields": {"firstName": "Ada", "phoneNumbers": [{"name": "mobile", "value": "+14155550123"}]}}


def test_a_store_outlives_its_sandbox(start: StartSandbox, tmp_path: Path) -> None:
    """What was created is there when another sandbox opens the file, and only its owner can read it."""
    path = tmp_path / "sandbox.sqlite"
    first, client = start(path)
    contact = client.post("/v1/contacts", json=ADA | {"externalId": "r-1"}).json()["data"]
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}
    first.stop()
    second, client = start(path)
    assert second.contacts() == [contact] == client.get("/v1/contacts?maxResults=1").json()["data"]
    assert client.post("/v1/contacts", json=ADA | {"externalId": "r-1"}).status_code == 409


@pytest.mark.parametrize("other", ["text", "database"])
def test_another_file_is_never_written_to(tmp_path: Path, other: str) -> None:
    """A file that is no sandbox store is refused by name and stays as it was."""
    path = tmp_path / "precious"
    if other == "text":
        path.write_text("precious " * 1000)
    else:
        connection = sqlite3.connect(path)
        connection.execute("CREATE TABLE precious (x)")
        connection.close()
    before = path.read_bytes()
    with pytest.raises(ValueError, match="precious is not a sandbox store"):
        Sandbox.start(path)
    assert path.read_bytes() == before


def test_a_taken_port_is_said_at_once() -> None:
    """Starting on a port that is in use raises OSError in the caller."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        with pytest.raises(OSError, match="in use"):
            Sandbox.start(port=holder.getsockname()[1])


@pytest.mark.parametrize("port", [-1, 65_536])
def test_a_port_that_is_none_is_named(port: int) -> None:
    """A number that is no port is refused by name."""
    with pytest.raises(ValueError, match=f"port {port}"):
        Sandbox.start(port=port)


def test_stopping_breaks_off_open_and_busy_connections() -> None:
    """stop() does not wait for idle clients or slow answers, can be repeated, and frees the port."""
    sandbox = Sandbox.start(faults=[Fault("slow", path="/v1/users", delay_ms=3_600_000)])
    errors: list[Exception] = []

    def ask() -> None:
        try:
            httpx.get(f"{sandbox.url}/v1/users?maxResults=1", headers={"Authorization": "sandbox-key"}, timeout=60)
        except httpx.TransportError as error:
            errors.append(error)

    with httpx.Client(base_url=sandbox.url, headers={"Authorization": "sandbox-key"}, timeout=60) as idle:
        assert idle.get("/v1/contact-custom-fields").status_code == 200
        busy = threading.Thread(target=ask)
        busy.start()
        while len(sandbox.requests()) < 2:
            time.sleep(0.01)
        sandbox.stop()
        sandbox.stop()
        busy.join()
        with pytest.raises(httpx.TransportError):
            idle.get("/v1/contact-custom-fields")
    assert len(errors) == 1
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(("127.0.0.1", int(sandbox.url.rsplit(":", 1)[1])))


def test_many_run_side_by_side(start: StartSandbox) -> None:
    """Sandboxes in one process share nothing: each has its own key, limit, contacts and faults."""
    one, ada = start(key="one", rate=1, stopwatch=lambda: 0.0)
    two, bob = start(key="two", faults=[Fault("500", nth=2)])
    assert [ada.post("/v1/contacts", json=ADA).status_code for _ in range(2)] == [201, 429]
    assert [bob.post("/v1/contacts", json=ADA).status_code for _ in range(3)] == [201, 500, 201]
    assert (len(one.contacts()), len(two.contacts())) == (1, 2)
    assert bob.get("/v1/users?maxResults=1", headers={"Authorization": "one"}).status_code == 401


def test_the_log_tells_what_arrived(start: StartSandbox) -> None:
    """Each request is logged with its method, path, query, body, external id and status, in order and up to a limit."""
    sandbox, client = start(log_limit=3)
    for number in range(5):
        client.post("/v1/contacts", json=ADA | {"externalId": f"r-{number}"})
    client.get("/v1/contacts?maxResults=1&externalIds=r-1&externalIds=r-2")
    client.delete(f"/v1/contacts/{sandbox.contacts()[0]['id']}")
    third, second, last = sandbox.requests()
    assert [exchange.number for exchange in (third, second, last)] == [5, 6, 7]
    assert (third.method, third.path, third.external_id, third.status) == ("POST", "/v1/contacts", "r-4", 201)
    assert b"r-4" in third.body
    assert (second.query, second.external_ids) == ("maxResults=1&externalIds=r-1&externalIds=r-2", ("r-1", "r-2"))
    assert (last.method, last.external_id, last.status) == ("DELETE", "r-0", 204)
    assert third.time <= second.time <= last.time <= time.monotonic()
    sandbox.reset()
    assert (sandbox.requests(), sandbox.contacts()) == ([], [])


def test_clients_that_still_connect_leave_nothing_open() -> None:
    """However many connections arrive in the moment in which a sandbox stops, each has its socket closed."""
    port, is_over = [0], threading.Event()

    def connect() -> None:
        while not is_over.is_set():
            with suppress(OSError), socket.create_connection(("127.0.0.1", port[0]), timeout=1) as client:
                client.sendall(b"GET /v1/contacts HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
                client.recv(1)

    clients = [threading.Thread(target=connect) for _ in range(8)]
    for round_ in range(20):
        with Sandbox.start(rate=0) as sandbox:
            port[0] = int(sandbox.url.rsplit(":", 1)[1])
            for client in clients if round_ == 0 else ():
                client.start()
            time.sleep(0.02)
    is_over.set()
    for client in clients:
        client.join()
    # A socket that is found open now is a warning, and warnings are errors.
    gc.collect()


def test_a_reset_ends_what_is_held_back(start: StartSandbox) -> None:
    """A request that a fault holds back until after a reset makes no contact in what is like new."""
    sandbox, client = start()
    sandbox.add_faults(Fault("slow", method="POST", delay_ms=300))
    answers: list[httpx.Response] = []
    under_way = threading.Thread(target=lambda: answers.append(client.post("/v1/contacts", json=ADA)))
    under_way.start()
    while not sandbox.requests():
        time.sleep(0.01)
    sandbox.reset()
    under_way.join()
    assert ([answer.status_code for answer in answers], sandbox.contacts()) == ([503], [])


def test_latency_lies_on_both_sides_of_the_count(start: StartSandbox) -> None:
    """A request is counted in the middle of its latency, so that jitter bunches arrivals as a real network does."""
    sandbox, client = start(latency_ms=200, jitter=0.5)
    began = time.monotonic()
    client.get("/v1/users?maxResults=1")
    ended = time.monotonic()
    arrived = sandbox.requests()[0].time
    assert arrived - began >= 0.05
    assert ended - arrived >= 0.05


def test_a_person_sees_makes_edits_and_deletes(start: StartSandbox) -> None:
    """What a person does in the app shows through the API; such a contact has no external id and no source."""
    sandbox, client = start()
    made = sandbox.add(ADA)
    assert (made["externalId"], made["source"]) == (None, None)
    path = f"/v1/contacts/{made['id']}"
    assert client.get(path).json()["data"] == made
    mobile = made["defaultFields"]["phoneNumbers"][0]
    work = {"name": "work", "value": "+14155550124"}
    sandbox.edit(made["id"], lastName="Byron", phoneNumbers=[mobile, work], customFields={"vip": True})
    seen = client.get(path).json()["data"]
    assert seen == sandbox.contact(made["id"])
    assert (seen["defaultFields"]["firstName"], seen["defaultFields"]["lastName"]) == ("Ada", "Byron")
    assert [item["value"] for item in seen["defaultFields"]["phoneNumbers"]] == ["+14155550123", "+14155550124"]
    assert seen["defaultFields"]["phoneNumbers"][0] == mobile
    assert seen["customFields"][0]["value"] is True
    sandbox.edit(made["id"], phoneNumbers=[work], customFields={"vip": None}, firstName=None)
    seen = client.get(path).json()["data"]
    assert [item["value"] for item in seen["defaultFields"]["phoneNumbers"]] == ["+14155550124"]
    assert (seen["customFields"], seen["defaultFields"]["firstName"]) == ([], None)
    sandbox.delete(made["id"])
    assert client.get(path).status_code == 404


def test_a_person_may_double_an_external_id(start: StartSandbox) -> None:
    """Two contacts with one external id can be there, as in workspaces with a past."""
    sandbox, client = start()
    for _ in range(2):
        sandbox.add(externalId="r-1", source="old")
    assert len(client.get("/v1/contacts?maxResults=9&externalIds=r-1").json()["data"]) == 2
    assert client.post("/v1/contacts", json=ADA | {"externalId": "r-1"}).status_code == 409


def test_a_person_is_told_of_slips(start: StartSandbox) -> None:
    """An unknown contact is a KeyError and an unknown change a TypeError, and neither changes anything."""
    sandbox, _ = start()
    made = sandbox.add(firstName="Ada")
    for act in (sandbox.contact, sandbox.edit, sandbox.delete):
        with pytest.raises(KeyError):
            act("nobody")
    with pytest.raises(TypeError, match="first_name"):
        sandbox.edit(made["id"], first_name="Bob")
    assert sandbox.contacts() == [made]


def test_faults_may_come_from_a_file(start: StartSandbox, tmp_path: Path) -> None:
    """A path in place of a list is read as a file of faults."""
    path = tmp_path / "faults.toml"
    path.write_text('[[fault]]\nkind = "html-502"\nnth = 1\n')
    _, client = start(faults=path)
    assert client.get("/v1/users?maxResults=1").status_code == 502
    assert len(read_faults(path)) == 1
