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

# Seen by integrators; the contract does not say it.
MOST_VALUES: Final = 20
MOST_RESULTS: Final = 50


@dataclass(frozen=True, slots=True)
class ListQuery:
    """A list request: how many, behind which place, and the filters. `troubles` is empty where it is a good one."""

    limit: int
    after: int
    external_ids: tuple[str, ...]
    sources: tuple[str, ...]
    troubles: tuple[Trouble, ...]


def read_query(params: QueryParams) -> ListQuery:
    """The query of a list; everything wrong with it is in `troubles`."""
    troubles: list[Trouble] = []
    return ListQuery(
        limit=_read_limit(params.getlist("maxResults"), troubles),
        after=_read_token(params.getlist("pageToken"), troubles),
        external_ids=_read_values("externalIds", params.getlist("externalIds"), troubles),
        sources=_read_values("sources", params.getlist("sources"), troubles),
        troubles=tuple(troubles),
    )


def page_token(place: int) -> str:
    """The token of the page that begins behind `place`. It stays good while contacts are added and removed."""
    return base64.urlsafe_b64encode(f"after:{place}".encode()).decode().rstrip("=")


def _read_limit(values: list[str], troubles: list[Trouble]) -> int:
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
        place = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True).decode("ascii")
        if found := re.fullmatch("after:([0-9]{1,18})", place):
            return int(found[1])
    except (ValueError, binascii.Error):
        pass
    troubles.append(Trouble("/pageToken", "Expected the nextPageToken of an earlier page", ",".join(values), "string"))
    return 0


def _read_values(name: str, values: list[str], troubles: list[Trouble]) -> tuple[str, ...]:
    if len(values) > MOST_VALUES:
        troubles.append(Trouble(f"/{name}", f"Expected at most {MOST_VALUES} values", len(values), "array"))
    troubles += [
        Trouble(f"/{name}/{at}", "Expected a string of 1 to 75 characters", value, "string")
        for at, value in enumerate(values)
        if not 1 <= len(value) <= 75
    ]
    return tuple(values)
