"""What the query of a list may be: `maxResults`, `pageToken`, and arrays as repeated keys.

Parameters that the contract does not name are ignored, as the API ignores them.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from importer.sandbox.reply import Trouble

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams

# Reported by integrators; not in the contract.
MOST_VALUES: Final = 20
MOST_RESULTS: Final = 50
DEFAULT_RESULTS: Final = 10


@dataclass(frozen=True, slots=True)
class ListQuery:
    """A list request: how many, after which position, and the filters. `troubles` is empty for a valid one."""

    limit: int
    after: int
    external_ids: tuple[str, ...]
    sources: tuple[str, ...]
    troubles: tuple[Trouble, ...]


def read_query(params: QueryParams) -> ListQuery:
    """Return the query of a list; everything wrong with it is in `troubles`."""
    troubles: list[Trouble] = []
    limits, limit = params.getlist("maxResults"), DEFAULT_RESULTS
    # A number of five digits or more is not even read: Python refuses very long ones.
    if not limits:
        # Called required by the contract, and left out by public clients all the same.
        pass
    elif len(limits) == 1 and re.fullmatch("[0-9]{1,4}", limits[0]) and 1 <= int(limits[0]) <= MOST_RESULTS:
        limit = int(limits[0])
    else:
        message = f"Expected one integer from 1 to {MOST_RESULTS}"
        troubles.append(Trouble("/maxResults", message, ",".join(limits), "integer"))

    tokens = params.getlist("pageToken")
    after = _position(tokens) if tokens else 0
    if after is None:
        message = "Expected the nextPageToken of an earlier page"
        troubles.append(Trouble("/pageToken", message, ",".join(tokens), "string"))

    for name in ("externalIds", "sources"):
        values = params.getlist(name)
        if len(values) > MOST_VALUES:
            troubles.append(Trouble(f"/{name}", f"Expected at most {MOST_VALUES} values", len(values), "array"))
        for index, value in enumerate(values):
            if not 1 <= len(value) <= 75:
                message = "Expected a string of 1 to 75 characters"
                troubles.append(Trouble(f"/{name}/{index}", message, value, "string"))
    external_ids, sources = tuple(params.getlist("externalIds")), tuple(params.getlist("sources"))
    return ListQuery(limit, after or 0, external_ids, sources, tuple(troubles))


def page_token(position: int) -> str:
    """Return the token of the page after `position`. It stays valid while contacts are added and removed."""
    return base64.urlsafe_b64encode(f"after:{position}".encode()).decode().rstrip("=")


def _position(tokens: list[str]) -> int | None:
    """The position in the one token; None for what `page_token` never made."""
    try:
        (token,) = tokens
        # The padding was cut from the token, as an = would need escaping in an address.
        text = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True).decode("ascii")
        if match := re.fullmatch("after:([0-9]{1,18})", text):
            return int(match[1])
    except (ValueError, binascii.Error):
        pass
    return None
