"""Every request that the importer sends is one that the API's published contract allows."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from pydantic import SecretStr

from importer.api.client import Api
from importer.plan import OnMatch, merge
from tests.paths import CONTRACT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from openapi_core import OpenAPI

    from tests.api.conftest import Respond, Serve

pytestmark = pytest.mark.skipif(not CONTRACT.exists(), reason="the API's published contract is not beside the project")

BODY: dict[str, Any] = {
    "externalId": "crm-1",
    "source": "spreadsheet-import",
    "sourceUrl": "https://crm.example/people/1",
    "createdByUserId": "US123",
    "defaultFields": {
        "firstName": None,
        "lastName": "Lovelace",
        "company": None,
        "role": "Countess",
        "phoneNumbers": [{"name": "mobile", "value": "+14155550101"}],
        "emails": [{"name": "", "value": "ada@example.com"}],
    },
    "customFields": [
        {"key": "s", "value": "text"},
        {"key": "b", "value": False},
        {"key": "n", "value": 12.5},
        {"key": "d", "value": "2024-03-12T00:00:00.000Z"},
        {"key": "m", "value": ["a", "b"]},
    ],
}
THERE: dict[str, Any] = {
    **BODY,
    "id": "c1",
    "defaultFields": {
        **BODY["defaultFields"],
        "firstName": "Ada",
        "role": None,
        "phoneNumbers": [{"id": "p1", "name": "home", "value": "+14155550102"}],
    },
    "customFields": [{"id": "f1", "name": "S", "key": "s", "type": "string", "value": "old"}],
}
CALLS: dict[str, Callable[[Api], Awaitable[Any]]] = {
    "create": lambda api: api.create(BODY),
    "create with the least": lambda api: api.create({"defaultFields": {"firstName": None}, "externalId": "x"}),
    "find one": lambda api: api.find(["a"]),
    "find twenty": lambda api: api.find([f"a&b={number} é" for number in range(20)]),
    "get": lambda api: api.get("664d0db69fcac7cf2e6ec"),
    "patch": lambda api: api.patch("c1", merge(BODY, THERE, OnMatch.UPDATE)),
    "delete": lambda api: api.delete("c1"),
    "probe": lambda api: api.probe(),
    "custom fields": lambda api: api.custom_fields(),
    "users": lambda api: api.users(),
}


class Freely:
    """A pace that holds nobody up."""

    async def permit(self, *, urgent: bool = False) -> Freely:
        return self

    def is_current(self) -> bool:
        return True

    def sent(self) -> None: ...
    def answered(self, **_: object) -> None: ...
    def failed(self) -> None: ...
    def withdrawn(self) -> None: ...


@pytest.fixture(scope="module")
def contract() -> OpenAPI:
    """The contract, ready to validate requests."""
    from openapi_core import OpenAPI

    document = json.loads(CONTRACT.read_text(encoding="utf-8"))
    return OpenAPI.from_dict({**document, "servers": [{"url": "http://contract.example"}]})


@pytest.mark.parametrize("call", CALLS)
def test_requests_are_as_the_contract_says(call: str, contract: OpenAPI, serving: Serve, response: Respond) -> None:
    """Method, path, query, headers and body of each request validate against the contract."""
    from openapi_core.testing import MockRequest

    async def main() -> list[tuple[str, bytes]]:
        async with serving(response(200, b'{"data": []}')) as server, Api(server.url, SecretStr("k"), Freely()) as api:
            await CALLS[call](api)
            return list(server.requests)

    (head, body), *_ = asyncio.run(main())
    line, *lines = head.strip().split("\r\n")
    method, target, _ = line.split(" ")
    headers = dict(line.split(": ", 1) for line in lines)
    parts = urlsplit(target)
    request = MockRequest(
        "http://contract.example", method, parts.path, args=dict(parse_qsl(parts.query)), headers=headers, data=body
    )
    contract.validate_request(request)


def test_the_contract_test_can_fail(contract: OpenAPI) -> None:
    """A request that the contract does not allow is found out."""
    from openapi_core.exceptions import OpenAPIError
    from openapi_core.testing import MockRequest

    body = json.dumps({"defaultFields": {"firstName": 5}}).encode()
    request = MockRequest("http://contract.example", "POST", "/v1/contacts", headers={"Authorization": "k"}, data=body)
    with pytest.raises(OpenAPIError):
        contract.validate_request(request)
