"""A notice to a web address of the person: one POST, without the API key."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit

import httpx

from importer.api.address import is_loopback
from importer.api.failure import CAUGHT, named
from importer.api.words import retry_after_seconds
from importer.version import user_agent

LONGEST_SECONDS = 20.0
# Proxies and certificates of the environment can fail in the same ways as for the service.
_FAILURES: tuple[type[Exception], ...] = (*CAUGHT, ValueError, ImportError)


class NoticeRefusal(NamedTuple):
    """Why a notice was not taken, without its address, which may hold a secret; and how long it was asked to wait."""

    reason: str
    wait_seconds: float = 0.0


def post(url: str, body: bytes, content_type: str, seconds: float = LONGEST_SECONDS) -> NoticeRefusal | None:
    """POST a body to `url`; returns None if it was accepted.

    `seconds` are the longest wait for each step of the exchange. Redirects are not followed.
    """
    try:
        host = urlsplit(url).hostname or ""
        headers = {"User-Agent": user_agent(), "Content-Type": content_type}
        with httpx.Client(timeout=seconds, trust_env=not is_loopback(host), headers=headers) as client:
            response = client.post(url, content=body)
    except _FAILURES as error:
        return NoticeRefusal(named(error))
    if response.is_success:
        return None
    return NoticeRefusal(f"it answered {response.status_code}", retry_after_seconds(response.headers) or 0.0)
