"""`openphone-import sandbox`."""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003 (cyclopts reads the annotations at run time)

from importer.errors import SettingsError


def sandbox(
    *,
    port: int = 0,
    rate: float = 10.0,
    latency: float = 0.0,
    jitter: float = 0.0,
    store: Path | None = None,
    key: str = "sandbox-key",
    faults: Path | None = None,
) -> int:
    """Serve the local stand-in of the API on loopback until stopped (Ctrl-C).

    Parameters
    ----------
    port
        Port of 127.0.0.1; 0 takes a free one. The address is printed.
    rate
        Requests a second before it answers 429; 0: no limit.
    latency
        Milliseconds on the wire of each request.
    jitter
        How far the latency varies, 0.5 being half of it either way.
    store
        SQLite file that keeps the contacts; without one they are forgotten at the end.
    key
        The key that it accepts. KEY-no-rights is answered 403, every other one 401.
    faults
        TOML or JSON file of things that go wrong (see the README).
    """
    from importer.sandbox import serve

    def ready(url: str) -> None:
        sys.stdout.write(f"{url}\n")
        sys.stdout.flush()
        sys.stderr.write(
            f"Sandbox up. In another terminal: OPENPHONE_API_KEY={key} openphone-import run FILE --base-url {url}\n"
        )

    try:
        serve(store, faults=faults, port=port, ready=ready, key=key, rate=rate, latency_ms=latency, jitter=jitter)
    except ValueError as error:
        raise SettingsError(str(error), "Correct this and start the sandbox again.") from None
    except OSError as error:
        what = f"{error.filename}: {error.strerror}" if error.filename else error.strerror or error
        raise SettingsError(
            f"The sandbox cannot start ({what}).", "Give another --port, --store or --faults."
        ) from None
    return 0
