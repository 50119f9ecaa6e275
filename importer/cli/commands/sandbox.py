"""`openphone-import sandbox`."""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003 (cyclopts reads the annotations at run time)
from typing import TYPE_CHECKING, Any, Literal

from importer.cli.options import VoiceOptions
from importer.errors import SettingsError

if TYPE_CHECKING:
    from importer.sandbox.exchange import Exchange

SANDBOX_KEY = "sandbox-key"


def sandbox(
    *,
    port: int = 0,
    rate: float = 10.0,
    latency: float = 0.0,
    jitter: float = 0.0,
    store: Path | None = None,
    key: str = SANDBOX_KEY,
    patch: Literal["replace", "merge"] = "replace",
    faults: Path | None = None,
    voice: VoiceOptions | None = None,
) -> int:
    """Run a local stand-in for the API on loopback until you stop it (Ctrl-C).

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
    patch
        Whether a PATCH replaces the whole contact, as the service does today, or merges into it, as it used to.
    faults
        TOML or JSON file of things that go wrong (see the README).
    """
    from importer.sandbox import serve

    voice = voice or VoiceOptions()

    def announce(url: str) -> None:
        # The address alone on stdout, for a script that starts the sandbox.
        sys.stdout.write(f"{url}\n")
        sys.stdout.flush()
        shown_key = key if key == SANDBOX_KEY else "..."  # the person may have given a real key
        line = f"OPENPHONE_API_KEY={shown_key} openphone-import run FILE --base-url {url}"
        if not voice.quiet:
            sys.stderr.write(f"Sandbox up. In another terminal: {line}\n")

    def log_request(exchange: Exchange) -> None:
        fault = f" ({exchange.fault})" if exchange.fault else ""
        sys.stderr.write(f"{exchange.method} {exchange.path} {exchange.status or 'no answer'}{fault}\n")

    options: dict[str, Any] = {"key": key, "rate": rate, "latency_ms": latency, "jitter": jitter, "patch": patch}
    if voice.verbose:
        options["heard"] = log_request
    try:
        serve(store, faults=faults, port=port, ready=announce, **options)
    except ValueError as error:
        # The sandbox names its own parameters; the person knows them as options.
        message = str(error).replace("sandbox option latency_ms", "--latency").replace("sandbox option ", "--")
        raise SettingsError(message, "Correct this and start the sandbox again.") from None
    except OSError as error:
        cause = f"{error.filename}: {error.strerror}" if error.filename else error.strerror or error
        raise SettingsError(
            f"The sandbox cannot start ({cause}).", "Give another --port, --store or --faults."
        ) from None
    return 0
