"""Seconds since 1970 as the service writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import formatdate


def stamp(seconds: float) -> str:
    """Return RFC 3339 in UTC with milliseconds: `2026-05-04T09:30:00.125Z`."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def http_date(seconds: float) -> str:
    """Return the form of the Date and Retry-After headers (RFC 9110, section 5.6.7)."""
    return formatdate(seconds, usegmt=True)
