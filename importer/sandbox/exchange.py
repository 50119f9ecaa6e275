"""A request and its answer, as the sandbox's log keeps them."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
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

    `number` counts from 1; `time` is that of `Options.stopwatch` when it was counted against the limit; `query` is the
    raw query, `body` the bytes sent; `external_ids` those in the query and the body, and that of the contact in the
    path. `status` is that of the answer, 0 before the answer or if the connection was cut; `fault` is the kind of fault
    that happened to it, or "".
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


def read_exchange(number: int, time: float, scope: Mapping[str, Any], body: bytes, store: ContactStore) -> Exchange:
    """Return the exchange of a request that has just arrived."""
    query = scope["query_string"].decode("ascii", "replace")
    ids = parse_qs(query).get("externalIds", []) if query else []
    # Most bodies in a run are POSTs with an id; the search spares the others the parsing.
    if b"externalId" in body:
        # A body that is not JSON is logged too, and refused later.
        with suppress(ValueError, RecursionError):
            content = json.loads(body)
            if isinstance(content, dict) and isinstance(content.get("externalId"), str):
                ids.append(content["externalId"])
    # Looked up now, because a DELETE leaves nothing to look up.
    if scope["path"].startswith(_CONTACT_PATH):
        stored = store.external_id(scope["path"].removeprefix(_CONTACT_PATH))
        ids += [stored] if stored is not None else []
    return Exchange(number, time, scope["method"], scope["path"], query, body, tuple(ids))
