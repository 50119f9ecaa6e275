"""A faithful local copy of the API: `Sandbox.start()` runs it in a thread, `serve()` in the foreground.

    options.py   how a sandbox behaves                    seed.py      its custom fields and users
    checks.py    what a contact's body may be             custom.py    what a custom field's value may be
    contact.py   a body makes or changes a contact         store.py     contacts in SQLite
    workspace.py one function an operation of the API     routes.py    the starlette application
    window.py    the rate limit                           faults.py    what can go wrong, and when
    gate.py      what every request passes                reply.py     answers, the envelope of errors
    server.py    uvicorn in a thread or the foreground    script.py    a file of faults
    spoil.py     what a fault does to an answer           exchange.py  what the log keeps of a request

The names below are loaded on first use, so that importing this package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importer.sandbox.exchange import Exchange
    from importer.sandbox.faults import Fault
    from importer.sandbox.options import KEY, NO_RIGHTS_KEY, Options
    from importer.sandbox.script import read_faults
    from importer.sandbox.service import Sandbox, serve

__all__ = ["KEY", "NO_RIGHTS_KEY", "Exchange", "Fault", "Options", "Sandbox", "read_faults", "serve"]

_HOMES = {
    "KEY": "options",
    "NO_RIGHTS_KEY": "options",
    "Exchange": "exchange",
    "Fault": "faults",
    "Options": "options",
    "Sandbox": "service",
    "read_faults": "script",
    "serve": "service",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
