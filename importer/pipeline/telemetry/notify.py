"""Notifications that a command has ended, for schedulers: a program to run and a URL to POST to, after all files."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from importer.disk import real_path, write_json
from importer.report.notice import notice_message
from importer.retry import RetryPolicy
from importer.settings.api_key import key_variables
from importer.shell import program_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from importer.report.notice import NoticeMessage
    from importer.settings.model import Settings

LONGEST_SECONDS = 60.0
TRIES = 4
# The command is done, so a person or a scheduler waits: a few seconds where nothing else is said.
ALERT_POLICY = RetryPolicy(backoff_seconds=0.5, longest_backoff_seconds=30.0)
SUMMARY, EXIT_CODE = "OPENPHONE_IMPORT_SUMMARY", "OPENPHONE_IMPORT_EXIT_CODE"
_LONGEST_LINE = 200


@dataclass(frozen=True, slots=True)
class Notification:
    """The facts of `summary.json` with the command, and where that file is, if this command wrote it."""

    document: Mapping[str, Any]
    file: Path | None = None


def notify_end(
    settings: Settings,
    notification: Notification,
    policy: RetryPolicy = ALERT_POLICY,
    *,
    seconds: float = LONGEST_SECONDS,
    sleep: Callable[[float], None] = time.sleep,
) -> tuple[str, ...]:
    """Run `--on-finish` and POST to `--notify-url`; give what failed, in words, since the command itself has ended.

    An address that does not answer with 2xx is tried again, at the pace of `policy`, `TRIES` times in all. `seconds`:
    the longest that the program may take.
    """
    failures = []
    if settings.on_finish is not None and (why := _run_command(settings, notification, seconds)):
        failures.append(f"--on-finish: {why}. The import itself is complete; check the command, or run it by hand.")
    if settings.notify_url is not None:
        message = notice_message(notification.document, settings.notify_format, settings.notify_url.get_secret_value())
        if why := _post(message, policy, sleep):
            failures.append(
                f"--notify-url: no notification was sent, after {TRIES} tries ({why}). "
                "The import itself is complete; check the address with --notify-test."
            )
    return tuple(failures)


def note_in_summary(path: Path, failures: Sequence[str]) -> None:
    """Add to a `summary.json` which notifications failed. Raises DiskFailed."""
    document = json.loads(path.read_text(encoding="utf-8"))
    write_json(path, {**document, "failed_notifications": list(failures)})


def _post(message: NoticeMessage, policy: RetryPolicy, sleep: Callable[[float], None]) -> str:
    """POST a message until it is accepted; return why it never was, or ""."""
    # Imported here because the network is slow to load, and most commands notify no one.
    from importer.api.notice import post

    rng = random.Random()  # noqa: S311 - jitter
    for attempt in range(1, TRIES + 1):
        refusal = post(message.url, message.body, message.content_type)
        if refusal is None:
            return ""
        if attempt < TRIES:
            wait = max(policy.backoff(attempt, rng), policy.backoff_seconds / 2)
            sleep(min(max(wait, refusal.wait_seconds), policy.longest_backoff_seconds))
    return refusal.reason if refusal else ""


def _run_command(settings: Settings, notification: Notification, seconds: float) -> str:
    """Run `--on-finish` with the document on its standard input; return why it failed, or ""."""
    command = settings.on_finish or ""
    words = program_words(command)
    # The key stays out: a program that hears of an import need not be able to start one.
    environment = {name: value for name, value in os.environ.items() if name not in (*key_variables(settings), SUMMARY)}
    environment[EXIT_CODE] = str(notification.document.get("exit_code", ""))
    if notification.file is not None:
        environment[SUMMARY] = str(real_path(notification.file))

    # Files, not pipes: a command that prints a lot, or reads nothing, must not block on a full pipe.
    with tempfile.TemporaryFile() as stdin, tempfile.TemporaryFile() as output:
        stdin.write(json.dumps(dict(notification.document)).encode() + b"\n")
        stdin.seek(0)
        try:
            # A session of its own, so that the programs it starts can be ended with it.
            process = subprocess.Popen(  # noqa: S603 - the person's own command, without a shell
                words, stdin=stdin, stdout=output, stderr=output, env=environment, start_new_session=True
            )
        except (OSError, ValueError, IndexError) as error:
            return f"the command could not be started ({getattr(error, 'strerror', None) or error})"
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            if os.name == "posix":
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
            process.wait()
            return f"the command did not end within {seconds:g} seconds and was stopped"
        if code == 0:
            return ""

        # Most programs say in their last line why they failed.
        output.seek(0)
        lines = output.read(100_000).decode("utf-8", "replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return f"the command ended with exit code {code}" + (f" ({last[:_LONGEST_LINE]})" if last else "")
