"""The two things a person types to reach the service, checked before anything is sent: the base URL and the key."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from importer.errors import KeyMissing, SettingsError

if TYPE_CHECKING:
    from pydantic import SecretStr

_HINT = "Give it as https://api.quo.com."


def base_url(text: str) -> str:
    """Return the base URL without trailing slashes and without `/v1`, so that each spelling names one address.

    Raises SettingsError for one that no request could reach, or that would carry the key in clear over the internet.
    """
    try:
        parts = urlsplit(text.strip())
        _ = parts.port  # raises ValueError
    except ValueError as error:
        raise SettingsError(f"The base URL {text!r} is not a web address: {error}.", _HINT) from None
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host:
        raise SettingsError(f"The base URL {text!r} is not a web address.", _HINT)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise SettingsError(f"The base URL of {host} must be an address alone: no name, password, ? or #.", _HINT)
    if parts.scheme == "http" and not _is_private(host):
        raise SettingsError(f"The base URL {text!r} would send the API key unencrypted.", f"Use https://{host}.")
    path = parts.path.rstrip("/").removesuffix("/v1").rstrip("/")
    return f"{parts.scheme}://{parts.netloc.lower()}{path}"


def is_loopback(host: str) -> bool:
    """Return whether `host` is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_private(host: str) -> bool:
    """Whether `host` is this machine or in a private network (rehearsals, containers), where plain http is allowed."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return is_loopback(host) or "." not in host


def raw_key(key: SecretStr) -> str:
    """Return the key as it goes into `Authorization` (raw, no `Bearer`: vendor's guide).

    Raises KeyMissing for an empty one and SettingsError for one that cannot be a header; neither repeats it.
    """
    text = key.get_secret_value().strip()
    if not text:
        raise KeyMissing(
            "The API key is empty.",
            "Give the job one, as in Job(..., key=SecretStr('...')), or read OPENPHONE_API_KEY with Job.from_env(...).",
        )
    if text.lower().startswith("bearer "):
        raise SettingsError("The API key starts with 'Bearer'.", "Give the key alone, as the app shows it.")
    if not all("!" <= character <= "~" for character in text):
        step = "Copy it again from the app's Settings > API, as one line."
        raise SettingsError("The API key contains a space, a line break or a letter that no key has.", step)
    return text
