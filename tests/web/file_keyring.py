"""A keyring of the tests: what the library takes for that of a system, in a file of the test's home."""

from __future__ import annotations

import json
from pathlib import Path

from keyring.backend import KeyringBackend


class FileKeyring(KeyringBackend):
    """Passwords by service and user."""

    priority = 5
    path = property(lambda _: Path.home() / "keyring.json")

    def get_password(self, service: str, username: str) -> str | None:
        """Called by the library's users."""
        return self._read().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        """Called by the library's users."""
        self._write(self._read() | {f"{service} {username}": password})

    def delete_password(self, service: str, username: str) -> None:
        """Called by the library's users."""
        self._write({name: value for name, value in self._read().items() if name != f"{service} {username}"})

    def _read(self) -> dict[str, str]:
        return dict(json.loads(self.path.read_text("utf-8"))) if self.path.exists() else {}

    def _write(self, passwords: dict[str, str]) -> None:
        self.path.write_text(json.dumps(passwords), "utf-8")
