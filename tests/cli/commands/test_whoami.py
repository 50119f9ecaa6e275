"""`whoami` as a person meets it, also where the way to the service is broken."""

from __future__ import annotations

import json
import socket
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, cast

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.sandbox import Sandbox
    from tests.cli.conftest import Command, Environment, Terminal


@pytest.fixture
def plain_port() -> Iterator[int]:
    """A port at which a server speaks without encryption."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    with connection:
                        connection.recv(1000)
                        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]


@pytest.fixture
def closed_port() -> int:
    """A port at which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_it_shows_the_workspace(sandbox: Sandbox, command: Command) -> None:
    """Name, users, custom fields, limit and rights are shown, and the next step; `--json` has them as facts."""
    environment: Environment = {"OPENPHONE_API_KEY": sandbox.options.key, "OPENPHONE_BASE_URL": sandbox.url}
    done = command("whoami", **environment)
    assert done.code == 0
    for words in ("Sandbox Company (subscription: active)", "Maria Rivera (owner)", "8 custom fields", "Next:"):
        assert words in done.out
    last = json.loads(command("whoami", "--json", **environment).out.splitlines()[-1])
    assert (last["workspace"]["name"], last["users"], last["fields"]) == ("Sandbox Company", 3, 8)


@pytest.mark.parametrize("quotes", ['""', "''", "\u201c\u201d"])
def test_a_key_in_quotes_is_unwrapped_with_a_word(sandbox: Sandbox, command: Command, quotes: str) -> None:
    """Quotes around the key, as some settings files leave them, are left out, and the person is told."""
    key = f"{quotes[0]}{sandbox.options.key}{quotes[1]}"
    environment: Environment = {"OPENPHONE_API_KEY": key, "OPENPHONE_BASE_URL": sandbox.url}
    done = command("whoami", **environment)
    assert done.code == 0
    assert "in quotes" in done.err
    assert sandbox.options.key not in done.err


def assert_named_soon(command: Command, words: str, **variables: str) -> None:
    """The command ends with 2 within 5 seconds, says what is wrong, and what to do next."""
    started = time.monotonic()
    done = command("whoami", **cast("Environment", {"OPENPHONE_API_KEY": "some-key", **variables}))
    assert time.monotonic() - started < 5
    assert done.code == 2
    assert words in " ".join(done.err.split())
    assert " next: " in done.err


def test_a_proxy_that_is_down_is_named(command: Command, closed_port: int) -> None:
    """A proxy that cannot be reached is named, without its login."""
    proxy = f"http://user:secret@127.0.0.1:{closed_port}"
    assert_named_soon(command, f"The proxy 127.0.0.1:{closed_port}", HTTPS_PROXY=proxy)


def test_https_to_a_plain_port_is_named(command: Command, plain_port: int) -> None:
    """An encrypted connection to a server that speaks plainly is a wrong address."""
    assert_named_soon(command, "does not speak https", OPENPHONE_BASE_URL=f"https://127.0.0.1:{plain_port}")


def test_missing_certificates_are_named(command: Command) -> None:
    """A file of certificates that does not exist is named with the variable that asks for it."""
    assert_named_soon(command, "SSL_CERT_FILE names /missing/ca.pem", SSL_CERT_FILE="/missing/ca.pem")


def test_doctor_asks_first_and_is_remembered(sandbox: Sandbox, command: Command, terminal: Terminal) -> None:
    """Doctor writes nothing before a yes; its answers can be pasted, and `whoami` shows them from then on."""
    environment: Environment = {"OPENPHONE_API_KEY": sandbox.options.key, "OPENPHONE_BASE_URL": sandbox.url}
    assert terminal("doctor", answers=(("[y/N]", "n\n"),), **environment).code == 2
    refused = command("doctor", **environment)
    assert (refused.code, "--yes" in refused.err) == (2, True)
    assert {exchange.method for exchange in sandbox.requests()} <= {"GET"}
    done = command("doctor", "--yes", **environment)
    assert done.code == 0
    assert "a PATCH that leaves fields out" in done.out
    assert sandbox.contacts() == []
    assert "Doctor:" in command("whoami", **environment).out
