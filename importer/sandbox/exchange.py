"""The sandbox's log of requests and their answers."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from importer.sandbox.store import ContactStore

_CONTACT_PATH = "/v1/contacts/"


@dataclass(slots=True)
class Exchange:
    """One request as it arrived.

    `number` counts from 1; `time` is `time.monotonic()` when it was counted against the limit; `query` is the raw
    query, `body` the bytes sent; `external_ids` those in the query and the body, and that of the contact in the path.
    `status` is that of the answer, 0 before the answer or if the connection was cut; `fault` is the kind of fault that
    happened to it, or "".
    """

    number: int
    time: float
    method: str
    path: str
    query: str
    body: bytes
    external_ids: tuple[str, ...]
    status: int = 0
    fault: str = ""

    @property
    def external_id(self) -> str | None:
        """The first of the external ids; None if the request names none."""
        return self.external_ids[0] if self.external_ids else None


class RequestLog:
    """The last `limit` exchanges, in the order of their arrival."""

    def __init__(self, limit: int) -> None:
        self._kept: deque[Exchange] = deque(maxlen=limit)
        self.total = 0

    def enter(self, time: float, scope: Mapping[str, Any], body: bytes, store: ContactStore) -> Exchange:
        """Add a request that has just arrived."""
        self.total += 1
        query = scope["query_string"].decode("ascii", "replace")
        ids = _external_ids(scope["path"], query, body, store)
        exchange = Exchange(self.total, time, scope["method"], scope["path"], query, body, ids)
        self._kept.append(exchange)
        return exchange

    def exchanges(self) -> list[Exchange]:
        """Return copies of the exchanges kept; safe in any thread."""
        return [replace(exchange) for exchange in list(self._kept)]

    def clear(self) -> None:
        """Remove all exchanges and count from 1 again."""
        self._kept.clear()
        self.total = 0


def _external_ids(path: str, query: str, body: bytes, store: ContactStore) -> tuple[str, ...]:
    ids = parse_qs(query).get("externalIds", []) if query else []
    # Most bodies in a run are POSTs with an id; the search spares the others the parsing.
    if b"externalId" in body:
        try:
            content = json.loads(body)
        except (ValueError, RecursionError):
            content = None
        if isinstance(content, dict) and isinstance(content.get("externalId"), str):
            ids.append(content["externalId"])
    if path.startswith(_CONTACT_PATH):
        stored = store.external_id(path.removeprefix(_CONTACT_PATH))
        ids += [stored] if stored is not None else []
    return tuple(ids)
