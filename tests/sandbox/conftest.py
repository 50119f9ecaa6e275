"""A sandbox and a client whose every answer is held against the published contract."""

from __future__ import annotations

import json
import re
from contextlib import ExitStack
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

import httpx
import jsonschema
import pytest

from importer.sandbox import KEY, Sandbox
from tests.paths import CONTRACT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONGEST_SECONDS = 60
ENVELOPE = {"type": "object", "required": ["message", "code", "status", "docs", "title"]}


class StartSandbox(Protocol):
    """Starts a sandbox and a client of it; options as `Sandbox.start` takes them."""

    def __call__(self, *store: Path, **options: Any) -> tuple[Sandbox, httpx.Client]: ...


class OpenClient(Protocol):
    """Opens a client of an address."""

    def __call__(self, url: str) -> httpx.Client: ...


@pytest.fixture
def contract_file() -> Path:
    if not CONTRACT.is_file():
        pytest.skip(f"the API's contract is not at {CONTRACT.parent.name}/{CONTRACT.name} beside this repository")
    return CONTRACT


@cache
def validators() -> dict[tuple[str, str, int], jsonschema.Draft202012Validator]:
    if not CONTRACT.is_file():
        return {}
    paths = json.loads(CONTRACT.read_text())["paths"]
    return {
        (method.upper(), path, int(status)): jsonschema.Draft202012Validator(
            response["content"]["application/json"]["schema"], format_checker=jsonschema.FormatChecker()
        )
        for path, operations in paths.items()
        for method, operation in operations.items()
        for status, response in operation["responses"].items()
        if "content" in response
    }


def check_answer(response: httpx.Response) -> None:
    """Hold an answer against the contract, or against the envelope where the contract does not know its status."""
    if response.status_code == 204 or "json" not in response.headers.get("content-type", ""):
        return
    response.read()
    path = response.request.url.path
    template = re.sub("^/v1/contacts/.*", "/v1/contacts/{id}", re.sub("^/v1/users/.*", "/v1/users/{userId}", path))
    schema = validators().get((response.request.method, template, response.status_code))
    if schema is not None:
        schema.validate(response.json())
    elif response.status_code >= 400:
        jsonschema.validate(response.json(), ENVELOPE)


@pytest.fixture
def start() -> Iterator[StartSandbox]:
    """Starts a sandbox without a limit and a client of it; what is started is stopped after the test."""
    opened: list[Sandbox | httpx.Client] = []

    def begin(*store: Path, **options: Any) -> tuple[Sandbox, httpx.Client]:
        sandbox = Sandbox.start(*store, **({"rate": 0} | options))
        client = open_client(sandbox.url, sandbox.options.key)
        opened.extend((sandbox, client))
        return sandbox, client

    yield begin
    for started in reversed(opened):
        started.stop() if isinstance(started, Sandbox) else started.close()


def open_client(url: str, key: str = KEY) -> httpx.Client:
    # Without TLS to check; loading the certificates is half of a test's time.
    return httpx.Client(
        base_url=url,
        headers={"Authorization": key},
        event_hooks={"response": [check_answer]},
        verify=False,
        trust_env=False,
        timeout=LONGEST_SECONDS,
    )


@pytest.fixture
def api(start: StartSandbox) -> httpx.Client:
    """A client of a sandbox that behaves as it does by default, but has no limit."""
    return start()[1]


@pytest.fixture
def open_to() -> Iterator[OpenClient]:
    """Opens clients of any address; they are closed after the test."""
    with ExitStack() as opened:
        yield lambda url: opened.enter_context(open_client(url))
