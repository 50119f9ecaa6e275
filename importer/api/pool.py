"""The connections under the client, and the name it gives itself."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any

import httpx

from importer.errors import SettingsError


def open_pool(**options: Any) -> httpx.AsyncClient:
    """Open the connection pool; proxies and certificates come from the environment (HTTPS_PROXY, SSL_CERT_FILE)."""
    try:
        return httpx.AsyncClient(**options)
    except (ValueError, OSError, ImportError, httpx.InvalidURL) as error:
        message = f"The proxy or certificate settings of this computer cannot be used: {error}."
        raise SettingsError(message, "Correct HTTPS_PROXY, ALL_PROXY or SSL_CERT_FILE, then run again.") from None


def program() -> str:
    """Return the name and version of this program, for `User-Agent`."""
    try:
        return f"openphone-import/{version('openphone-import')}"
    except PackageNotFoundError:
        return "openphone-import/0"
