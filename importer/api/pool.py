"""The connections under the client, and the name it gives itself."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, cast

import httpx

from importer.errors import SettingsError

if TYPE_CHECKING:
    from types import ModuleType


def open_pool(**options: Any) -> httpx.AsyncClient:
    """Open the connection pool; proxies and certificates come from the environment (HTTPS_PROXY, SSL_CERT_FILE)."""
    # httpcore tries to import sniffio several times a request, and each time all folders of the path are searched: a
    # third of the CPU time of a request. None in `sys.modules` says that it is missing (Python reference, 5.3.1).
    if "sniffio" not in sys.modules and find_spec("sniffio") is None:
        sys.modules["sniffio"] = cast("ModuleType", None)
    try:
        return httpx.AsyncClient(**options)
    except (ValueError, OSError, ImportError, httpx.InvalidURL) as error:
        message = f"The proxy or certificate settings of this computer cannot be used: {error}."
        raise SettingsError(message, "Correct HTTPS_PROXY, ALL_PROXY or SSL_CERT_FILE, then run again.") from None
