"""The connections under the client, with the proxy and the certificates that this computer names."""

from __future__ import annotations

import os
import ssl
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from importer.api.address import is_loopback
from importer.api.connections import Connections
from importer.api.single_connection import SingleConnection
from importer.errors import SettingsError

if TYPE_CHECKING:
    from types import ModuleType

# Idle connections go before a server closes them (uvicorn: 5 s): writing into one just closed is Unsure.
KEEPALIVE_SECONDS = 4.0


def proxy_for(base_url: str) -> str:
    """Return the proxy of the environment that requests to `base_url` pass, as host and port; "" for none."""
    # Without the login that it may hold.
    return urlsplit(_proxy_address(base_url)).netloc.rpartition("@")[2]


def _proxy_address(base_url: str) -> str:
    parts = urlsplit(base_url)
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all") or ""
    # A proxy would look for the sandbox on its own machine.
    if not proxy or is_loopback(parts.hostname or "") or proxy_bypass(parts.hostname or ""):
        return ""
    return proxy if "://" in proxy else f"http://{proxy}"


def tls_context(base_url: str) -> ssl.SSLContext:
    """Return how certificates are checked. Raises OSError or ValueError for those that the environment names."""
    parts = urlsplit(base_url)
    if parts.scheme == "http" and is_loopback(parts.hostname or ""):
        # The sandbox has no certificate, and to load those of the world would take longer than to begin without them.
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return httpx.create_ssl_context(trust_env=not is_loopback(parts.hostname or ""))


def open_connections(base_url: str, count: int) -> Connections:
    """Open up to `count`; proxies and certificates come from the environment (HTTPS_PROXY, SSL_CERT_FILE).

    It is no `httpx.AsyncClient`: what that adds for browsing (cookies, redirects, logins) takes a tenth of the CPU time
    of a request, and must never happen here.
    """
    # httpcore tries to import sniffio several times a request, and each time all folders of the path are searched: a
    # third of the CPU time of a request. None in `sys.modules` says that it is missing (Python reference, 5.3.1).
    if "sniffio" not in sys.modules and find_spec("sniffio") is None:
        sys.modules["sniffio"] = cast("ModuleType", None)
    limits = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=KEEPALIVE_SECONDS)
    proxy = _proxy_address(base_url)
    try:
        context = tls_context(base_url)
        if not proxy:
            return Connections(count, lambda: SingleConnection(context, KEEPALIVE_SECONDS))
        return Connections(
            count, lambda: httpx.AsyncHTTPTransport(verify=context, limits=limits, trust_env=False, proxy=proxy)
        )
    except (ValueError, OSError, ImportError, httpx.InvalidURL) as error:
        # An error of a file that is missing does not name the file.
        files = {name: os.environ[name] for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if os.environ.get(name)}
        missing = [f"{name} names {path}" for name, path in files.items() if not Path(path).exists()]
        reason = f"{' and '.join(missing)}, which does not exist" if missing else str(error)
        message = f"The proxy or certificate settings of this computer cannot be used: {reason}."
        names = "HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, SSL_CERT_FILE or SSL_CERT_DIR"
        raise SettingsError(message, f"Correct {names}, then run again.") from None
