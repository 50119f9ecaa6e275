"""How the service is reached, for all imports of a server: the options that were typed, and the key in memory."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from importer.errors import CannotStart, KeyMissing
from importer.pipeline.job import Job, Places
from importer.settings.api_key import has_key, load_key, without_quotes
from importer.web.remembered_key import forget_key, remember_key, remembered_key
from importer.web.tasks import Tasks

if TYPE_CHECKING:
    from importer.settings.model import Settings

PRACTICE, REAL = "practice", "real"
# A person is waiting in front of the page, so a service that is away is reported soon.
PATIENCE_MINUTES = 0.1


def no_key() -> KeyMissing:
    """Return the error for what needs a key while there is none."""
    return KeyMissing("There is no API key yet.", "Paste the key on the step Workspace.")


class ServiceAccess:
    """The key and what it opens. `settings` are those that were typed; `tasks` is the work of all imports."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.places, self.tasks = settings, Places(), Tasks()
        # What the service said of the workspace, by mode: asked once for each key.
        self.accounts: dict[str, dict[str, Any]] = {}
        self.key: SecretStr | None = None
        self.key_trouble = ""
        self.is_remembered = False
        self._has_looked_into_keyring = False
        if has_key(settings, os.environ) and not settings.sandbox:
            try:
                self.key = load_key(settings, os.environ)
            except CannotStart as error:
                self.key_trouble = str(error)

    @property
    def start_mode(self) -> str:
        """The mode to begin in: a rehearsal, unless a key was given."""
        return REAL if self.key is not None else PRACTICE

    def take_key(self, text: str) -> None:
        """Keep a key in memory, until the server ends or another one is given."""
        key = without_quotes(text.strip())
        self.key, self.key_trouble, self.is_remembered = SecretStr(key) if key else None, "", False

    def recall_key(self) -> None:
        """Take the key that this computer keeps, if there is one and no other was given; the keyring is asked once."""
        if self.key is not None or self._has_looked_into_keyring:
            return
        self._has_looked_into_keyring = True
        if key := remembered_key(self.settings.base_url):
            self.key, self.is_remembered = SecretStr(key), True

    def keep_key(self) -> None:
        """Keep the key in the keyring of this computer. Raises OutputError."""
        if self.key is not None:
            remember_key(self.settings.base_url, self.key.get_secret_value())
            self.is_remembered = True

    def forget_key(self) -> None:
        """Forget the key, here and in the keyring of this computer. Raises OutputError."""
        forget_key(self.settings.base_url)
        self.key, self.is_remembered = None, False
        self.accounts.clear()

    def options(self, mode: str) -> dict[str, Any]:
        """The options that were typed, for a job in a mode."""
        chosen = {name: getattr(self.settings, name) for name in self.settings.model_fields_set - {"sandbox"}}
        return {**chosen, "sandbox": True} if mode == PRACTICE else chosen

    def account_job(self) -> Job:
        """The job of asking which workspace the key opens."""
        settings = self.settings.model_copy(update={"sandbox": False, "wait_for_service": PATIENCE_MINUTES})
        return Job("-", settings, key=self.key, places=self.places)
