"""`--notify-test`: a message to the person or service that a command would notify, in place of the command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.errors import SettingsError
from importer.pipeline.telemetry.notify import Notification, notify_end
from importer.report.notice import public_address

if TYPE_CHECKING:
    from importer.cli.terminal.console import Console
    from importer.settings.model import Settings


def send_test(console: Console, settings: Settings, command: str, file: str) -> int:
    """Send a test to `--notify-url` and `--on-finish`; give 0 if they took it. Raises SettingsError."""
    targets = {"--notify-url": settings.notify_url, "--on-finish": settings.on_finish}
    tested = [option for option, target in targets.items() if target is not None]
    if not tested:
        raise SettingsError("--notify-test: there is nothing to test.", "Add --notify-url URL or --on-finish COMMAND.")
    facts = {"command": command, "test": True, "file": public_address(file), "exit_code": 0, "stopped": None}
    if failures := notify_end(settings, Notification(facts)):
        # The import that the words speak of did not take place.
        wrong = " ".join(text.partition(" The import itself")[0] for text in failures)
        raise SettingsError(wrong, "Correct the address or the command, and test again.")
    console.result([f"Result:  the test was taken by {' and '.join(tested)}", "Next:    run without --notify-test"])
    console.summary({"tested": tested, "exit_code": 0})
    return 0
