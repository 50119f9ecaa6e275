"""A notice to a web address of the person: one POST of JSON, without the API key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from importer.api.address import is_loopback
from importer.api.failure import CAUGHT, named
from importer.version import user_agent

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_SECONDS = 20.0
# Proxies and certificates of the environment can fail in the same ways as for the service.
_FAILURES: tuple[type[Exception], ...] = (*CAUGHT, ValueError, ImportError)


def post(url: str, document: Mapping[str, Any], seconds: float = LONGEST_SECONDS) -> str:
    """POST a document to `url`; returns "" if it was accepted, else why not, without the address: it may hold a secret.

    `seconds` are the longest wait for each step of the exchange. Redirects are not followed.
    """
    try:
        host = urlsplit(url).hostname or ""
        with httpx.Client(
            timeout=seconds, trust_env=not is_loopback(host), headers={"User-Agent": user_agent()}
        ) as client:
            response = client.post(url, json=document)
    except _FAILURES as error:
        return named(error)
    return "" if response.is_success else f"it answered {response.status_code}"
