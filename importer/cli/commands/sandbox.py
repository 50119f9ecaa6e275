"""`openphone-import sandbox`."""

from __future__ import annotations

import inspect
import secrets
import sys
from pathlib import Path  # noqa: TC003 (cyclopts reads the annotations at run time)
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Group, Parameter

from importer.cli.options import VoiceOptions
from importer.errors import SettingsError, out_of_room
from importer.sandbox.options import switches

if TYPE_CHECKING:
    from importer.sandbox.exchange import Exchange

SERVED = Group("Served", sort_key=1)
BEHAVIOUR = Group("How it behaves", sort_key=2)
_HEADER = 'NAME=VALUE, can be repeated: a header of every answer, such as Sunset="Wed, 11 Nov 2026 23:59:59 GMT".'


def sandbox(
    *,
    port: Annotated[int, Parameter(group=SERVED)] = 0,
    store: Annotated[Path | None, Parameter(group=SERVED)] = None,
    key: Annotated[str, Parameter(group=SERVED, show_default=False)] = "",
    faults: Annotated[Path | None, Parameter(group=SERVED)] = None,
    header: Annotated[tuple[str, ...], Parameter(negative=(), group=BEHAVIOUR, show_default=False, help=_HEADER)] = (),
    voice: VoiceOptions | None = None,
    **chosen: Any,
) -> int:
    """Run a copy of the API on this computer, for practice, until you stop it (Ctrl-C).

    Parameters
    ----------
    port
        Port on 127.0.0.1; 0 takes any free port. The address is printed.
    store
        SQLite file that keeps the contacts (default: they are forgotten at the end).
    key
        The key to accept (default: a new key, which is printed). KEY-no-rights is answered with 403, others with 401.
    faults
        TOML or JSON file of faults to rehearse (openphone-import guide trouble describes it).
    """
    from importer.sandbox import serve

    if store is not None and store.is_dir():
        raise SettingsError(f"--store: {store} is a folder.", "Give another --port, --store or --faults.")
    voice, names = voice or VoiceOptions(), switches()
    headers = dict(part.partition("=")[::2] for part in header)
    options = {**chosen, "headers": headers, "key": key or f"sandbox-{secrets.token_hex(8)}"}
    if voice.verbose:
        options["heard"] = _log_request

    def announce(url: str) -> None:
        # The address alone on stdout, for a script that starts the sandbox.
        sys.stdout.write(f"{url}\n")
        sys.stdout.flush()
        # The person may have given a real key, but one that was made here is known from nowhere else.
        line = f"OPENPHONE_API_KEY={'...' if key else options['key']} openphone-import run FILE --base-url {url}"
        if not (voice.quiet and key):
            sys.stderr.write(f"Sandbox up. In another terminal: {line}\n")

    try:
        serve(store, faults=faults, port=port, ready=announce, **options)
    except ValueError as error:
        # The sandbox names its own parameters; the person knows them as options.
        message = str(error)
        for name in names:
            message = message.replace(f"sandbox option {name}:", f"{names[name]['flag']}:")
        raise SettingsError(
            message.replace("sandbox option ", "--"), "Correct this and start the sandbox again."
        ) from None
    except OSError as error:
        if scarcity := out_of_room(error, "start the sandbox again"):
            raise scarcity from None
        cause = f"{error.filename}: {error.strerror}" if error.filename else error.strerror or error
        raise SettingsError(
            f"The sandbox cannot start ({cause}).", "Give another --port, --store or --faults."
        ) from None
    return 0


def _log_request(exchange: Exchange) -> None:
    fault = f" ({exchange.fault})" if exchange.fault else ""
    sys.stderr.write(f"{exchange.method} {exchange.path} {exchange.status or 'no answer'}{fault}\n")


def _with_switches() -> None:
    """Give the command a flag for each switch of the sandbox's own table."""
    parameters = list(inspect.signature(sandbox).parameters.values())[:-1]
    added = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=declared["default"],
            annotation=Annotated[
                declared["type"],
                Parameter(
                    name=declared["flag"],
                    help=declared["help"],
                    group=BEHAVIOUR,
                    # A yes or no has a flag for each; no list is emptied.
                    negative=None if declared["type"] is bool else (),
                    show_default=declared["default"] != (),
                ),
            ],
        )
        for name, declared in switches().items()
    ]
    sandbox.__signature__ = inspect.Signature([*parameters, *added], return_annotation=int)  # type: ignore[attr-defined]
    sandbox.__annotations__ = {
        **{name: hint for name, hint in sandbox.__annotations__.items() if name != "chosen"},
        **{parameter.name: parameter.annotation for parameter in added},
    }


_with_switches()
