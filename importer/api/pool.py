"""The connections under the client, and the name it gives itself."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from importer.api.address import is_loopback
from importer.errors import SettingsError

if TYPE_CHECKING:
    from types import ModuleType


def proxy_for(base_url: str) -> str:
    """Return the proxy of the environment that requests to `base_url` pass, as host and port; "" for none."""
    parts = urlsplit(base_url)
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all") or ""
    if not proxy or is_loopback(parts.hostname or "") or proxy_bypass(parts.hostname or ""):
        return ""
    # Without the login that it may hold.
    return urlsplit(proxy if "://" in proxy else f"http://{proxy}").netloc.rpartition("@")[2]


def open_pool(**options: Any) -> httpx.AsyncClient:
    """Open the connection pool; proxies and certificates come from the environment (HTTPS_PROXY, SSL_CERT_FILE)."""
    # httpcore tries to import sniffio several times a request, and each time all folders of the path are searched: a
    # third of the CPU time of a request. None in `sys.modules` says that it is missing (Python reference, 5.3.1).
    if "sniffio" not in sys.modules and find_spec("sniffio") is None:
        sys.modules["sniffio"] = cast("ModuleType", None)
    try:
        return httpx.AsyncClient(**options)
    except (ValueError, OSError, ImportError, httpx.InvalidURL) as error:
        # An error of a file that is missing does not name the file.
        files = {name: os.environ[name] for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if os.environ.get(name)}
        missing = [f"{name} names {path}" for name, path in files.items() if not Path(path).exists()]
        reason = f"{' and '.join(missing)}, which does not exist" if missing else str(error)
        message = f"The proxy or certificate settings of this computer cannot be used: {reason}."
        raise SettingsError(message, "Correct HTTPS_PROXY, ALL_PROXY or SSL_CERT_FILE, then run again.") from None
