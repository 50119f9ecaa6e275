"""Telling a scheduler's own people and programs how a command ended: once all its files are written."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from importer.settings.model import Settings

LONGEST_SECONDS = 60.0
SUMMARY, EXIT_CODE = "OPENPHONE_IMPORT_SUMMARY", "OPENPHONE_IMPORT_EXIT_CODE"
_KEY = "OPENPHONE_API_KEY"
_MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Notification:
    """What is told: the facts of `summary.json` with the command, and where that file is, if this command wrote it."""

    document: Mapping[str, Any]
    file: Path | None = None


def tell(
    settings: Settings, notice: Notification, warn: Callable[[str], None], seconds: float = LONGEST_SECONDS
) -> None:
    """Run `--on-finish` and POST to `--notify-url`; what fails there is a warning, for the command itself has ended."""
    if settings.on_finish is not None and (why := _ran(settings.on_finish, notice, seconds)):
        warn(f"--on-finish: {why}. All else is done; look at the command, or run it by hand.")
    if settings.notify_url is not None and (why := _posted(settings.notify_url.get_secret_value(), notice)):
        warn(f"--notify-url: nobody was told ({why}). All else is done; look at the address.")


def _posted(url: str, notice: Notification) -> str:
    # Not above: the network takes time to load, and most commands tell nobody.
    from importer.api.notice import post

    return post(url, notice.document)


def _ran(command: str, notice: Notification, seconds: float) -> str:
    """Run a command with the document on its standard input; returns why it failed, "" where it did not."""
    # Windows programs read their own command line, and a backslash there is no escape.
    words = command if os.name == "nt" else shlex.split(command)
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as said:
        given.write(json.dumps(dict(notice.document)).encode() + b"\n")
        given.seek(0)
        try:
            # A session of its own, so that what it has started ends with it.
            process = subprocess.Popen(  # noqa: S603 - the person's own command, without a shell
                words, stdin=given, stdout=said, stderr=said, env=_environment(notice), start_new_session=True
            )
        except (OSError, ValueError, IndexError) as error:
            return f"the command could not be started ({getattr(error, 'strerror', None) or error})"
        return _waited(process, said, seconds)


def _waited(process: subprocess.Popen[bytes], said: IO[bytes], seconds: float) -> str:
    try:
        code = process.wait(seconds)
    except subprocess.TimeoutExpired:
        _kill(process)
        return f"the command did not end within {seconds:g} seconds and was stopped"
    if not code:
        return ""
    said.seek(0)
    lines = said.read(100_000).decode("utf-8", "replace").split("\n")
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return f"the command ended with exit code {code}" + (f" ({last[:_MOST_SHOWN]})" if last else "")


def _kill(process: subprocess.Popen[bytes]) -> None:
    if os.name == "posix":
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


def _environment(notice: Notification) -> dict[str, str]:
    """Our own, without the key: whoever is told of an import need not be able to make one."""
    ours = {name: value for name, value in os.environ.items() if name not in (_KEY, SUMMARY)}
    file = {SUMMARY: str(notice.file.resolve())} if notice.file is not None else {}
    return {**ours, **file, EXIT_CODE: str(notice.document.get("exit_code", ""))}
