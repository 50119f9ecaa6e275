"""The name and version of this program, and the versions of what it runs on."""

from __future__ import annotations

import platform
import re
import sys
from functools import cache

# importlib.metadata is imported in the functions: it loads Python's email package, a fifth of the time of `--help`.

PROGRAM = "openphone-import"


def program_version() -> str:
    """Return the version of this program, or "0" where it was never installed."""
    return _version_of(PROGRAM) or "0"


def user_agent() -> str:
    """Return the name and version of this program as the header of a request."""
    return f"{PROGRAM}/{program_version()}"


@cache
def versions() -> dict[str, object]:
    """Return the versions of the program, of Python, of the system and of the libraries that the program asks for."""
    from importlib.metadata import PackageNotFoundError, requires

    try:
        requirements = requires(PROGRAM) or []
    except PackageNotFoundError:
        requirements = []
    # A requirement reads such as `httpx[http2]>=0.28; extra == "dev"`: those of an extra are not needed to run.
    names = {match[0] for text in requirements if "extra ==" not in text and (match := re.match(r"[\w.-]+", text))}
    return {
        "program": program_version(),
        "python": platform.python_version(),
        "implementation": sys.implementation.name,
        "platform": platform.platform(),
        "libraries": {name: version for name in sorted(names) if (version := _version_of(name))},
    }


@cache
def _version_of(package: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return None
