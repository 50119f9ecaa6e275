"""The connections under the client: through the proxy that the environment names, or past it."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from importer.api.client import Api
from importer.api.pool import tls_context
from importer.delivery.rate_limit.limiter import RateLimiter
from importer.errors import SettingsError
from importer.model import Accepted

if TYPE_CHECKING:
    from tests.api.conftest import Respond, Serve

# No computer has this address, so what answers is the proxy (RFC 5737).
AWAY = "http://192.0.2.1"
CONTACT = b'{"data": {"id": "c1", "externalId": "a"}}'


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def sent_to(serving: Serve, answer: bytes, base_url: str, monkeypatch: pytest.MonkeyPatch, **variables: str) -> str:
    """Create a contact; returns the head of what the server at {server} got, "" where it got nothing."""

    async def main() -> str:
        async with serving(answer) as server:
            host = server.url.removeprefix("http://")
            for name, value in variables.items():
                monkeypatch.setenv(name, value.format(server=host))
            async with Api(base_url.format(server=host), SecretStr("key-123"), RateLimiter(10)) as api:
                assert isinstance(await api.create({"externalId": "a"}), Accepted)
            return server.requests[0][0] if server.requests else ""

    return asyncio.run(main())


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "ALL_PROXY"])
@pytest.mark.parametrize("scheme", ["", "http://"])
def test_requests_pass_the_proxy(
    serving: Serve, response: Respond, monkeypatch: pytest.MonkeyPatch, variable: str, scheme: str
) -> None:
    """A request passes the proxy of the environment, with or without `http://` before it, and logs in there."""
    head = sent_to(serving, response(201, CONTACT), AWAY, monkeypatch, **{variable: f"{scheme}me:word@{{server}}"})
    assert head.startswith(f"POST {AWAY}/v1/contacts HTTP/1.1\r\n")
    assert f"proxy-authorization: basic {b64encode(b'me:word').decode()}".lower() in head.lower()
    assert "Host: 192.0.2.1\r\n" in head


def test_what_needs_no_proxy_passes_none(serving: Serve, response: Respond, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service on this computer is reached without the proxy, which would look for it on its own."""
    dead = "http://127.0.0.1:9"
    head = sent_to(serving, response(201, CONTACT), "http://{server}", monkeypatch, HTTP_PROXY=dead, ALL_PROXY=dead)
    assert head.startswith("POST /v1/contacts HTTP/1.1\r\n")


def test_a_proxy_that_cannot_be_used_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of an unknown kind ends the command before its first request, with the variables to correct."""
    monkeypatch.setenv("HTTP_PROXY", "ftp://127.0.0.1:9")
    with pytest.raises(SettingsError) as caught:
        Api(AWAY, SecretStr("key-123"), RateLimiter(10))
    assert "HTTP_PROXY" in str(caught.value.next_step)


def test_a_service_on_this_computer_needs_no_certificates() -> None:
    """None are loaded for it, which would take longer than to begin; a service elsewhere is checked against them."""
    assert tls_context("http://127.0.0.1:8321").cert_store_stats()["x509"] == 0
    assert tls_context("https://127.0.0.1:8321").cert_store_stats()["x509"] > 0
    assert tls_context("https://api.example.com").cert_store_stats()["x509"] > 0
