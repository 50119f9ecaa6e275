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
    return ListQuery(
        limit=_read_limit(params.getlist("maxResults"), troubles),
        after=_read_token(params.getlist("pageToken"), troubles),
        external_ids=_read_values("externalIds", params.getlist("externalIds"), troubles),
        sources=_read_values("sources", params.getlist("sources"), troubles),
        troubles=tuple(troubles),
    )


def page_token(position: int) -> str:
    """Return the token of the page after `position`. It stays valid while contacts are added and removed."""
    return base64.urlsafe_b64encode(f"after:{position}".encode()).decode().rstrip("=")


def _read_limit(values: list[str], troubles: list[Trouble]) -> int:
    # A number of five digits or more is not even read: Python refuses very long ones.
    if len(values) == 1 and re.fullmatch("[0-9]{1,4}", values[0]) and 1 <= int(values[0]) <= MOST_RESULTS:
        return int(values[0])
    message = f"Expected one integer from 1 to {MOST_RESULTS}" if values else "Required parameter"
    troubles.append(Trouble("/maxResults", message, ",".join(values) or None, "integer"))
    return 1


def _read_token(values: list[str], troubles: list[Trouble]) -> int:
    if not values:
        return 0
    try:
        (token,) = values
        text = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True).decode("ascii")
        if match := re.fullmatch("after:([0-9]{1,18})", text):
            return int(match[1])
    except (ValueError, binascii.Error):
        pass
    troubles.append(Trouble("/pageToken", "Expected the nextPageToken of an earlier page", ",".join(values), "string"))
    return 0


def _read_values(name: str, values: list[str], troubles: list[Trouble]) -> tuple[str, ...]:
    if len(values) > MOST_VALUES:
        troubles.append(Trouble(f"/{name}", f"Expected at most {MOST_VALUES} values", len(values), "array"))
    troubles += [
        Trouble(f"/{name}/{index}", "Expected a string of 1 to 75 characters", value, "string")
        for index, value in enumerate(values)
        if not 1 <= len(value) <= 75
    ]
    return tuple(values)
