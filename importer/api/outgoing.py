"""Requests as they leave: what all requests to a service have in common is made once."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import httpx

from importer.api.departure import LeavingBody, last_look
from importer.api.words import written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from importer.api.request import Request

MOST_ADDRESSES = 16


class OutgoingRequests:
    """Makes the requests to the service at `base_url`; `headers` go with each of them."""

    def __init__(self, base_url: str, headers: Mapping[str, str], timeout: httpx.Timeout) -> None:
        self._base_url = base_url
        self._headers = httpx.Headers(headers)
        self._json_headers = httpx.Headers({**headers, "Content-Type": "application/json"})
        self._timeout = timeout.as_dict()

    def make(
        self, request: Request, when_left: Callable[[], None], may_leave: Callable[[], bool] | None = None
    ) -> httpx.Request:
        """Return the request for a transport; `when_left` is called when its last byte has left.

        `may_leave` tells, when the first byte is about to leave, whether it is not too late for that.
        """
        content = None if request.body is None else written(request.body)
        headers = self._headers if content is None else self._json_headers
        if request.headers:
            headers = httpx.Headers({**headers, **request.headers})
        outgoing = httpx.Request(
            request.method,
            _address(self._base_url, request.path),
            params=httpx.QueryParams(request.params) if request.params else None,
            content=content,
            headers=headers,
            extensions={"timeout": self._timeout} | ({} if may_leave is None else {"trace": last_look(may_leave)}),
        )
        outgoing.stream = LeavingBody(content or b"", when_left)
        return outgoing


@lru_cache(maxsize=MOST_ADDRESSES)
def _address(base_url: str, path: str) -> httpx.URL:
    # Nearly all requests go to one address, and httpx takes as long to read it as to make the rest of the request.
    return httpx.URL(f"{base_url}{path}")
