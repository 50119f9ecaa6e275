"""The key in the keyring of the system, if the person wants it kept: an extra, `openphone-import[keyring]`.

A key is kept by the address of its service, in the keyring of the person who is logged in and in no file of ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.errors import OutputError
from importer.version import PROGRAM

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend


def can_remember() -> bool:
    """Whether this computer has a keyring that can be written to, and the extra is installed."""
    return _keyring() is not None


def remembered_key(address: str) -> str | None:
    """Return the key that is kept for a service; None if there is none, or the keyring was not unlocked."""
    backend = _keyring()
    try:
        return None if backend is None else backend.get_password(PROGRAM, address)
    except Exception:  # noqa: BLE001 (each system's keyring has errors of its own; the key can always be pasted)
        return None


def remember_key(address: str, key: str) -> None:
    """Keep a key for a service. Raises OutputError."""
    backend = _keyring()
    try:
        if backend is None:
            raise RuntimeError("there is none")
        backend.set_password(PROGRAM, address, key)
    except Exception as error:
        raise OutputError(
            f"The key could not be put into the keyring of this computer ({type(error).__name__}).",
            "Go on without: the key is in the memory of this program, and you paste it again the next time.",
        ) from error


def forget_key(address: str) -> None:
    """Take the key for a service out of the keyring, if it is there. Raises OutputError."""
    backend = _keyring()
    try:
        if backend is not None and backend.get_password(PROGRAM, address) is not None:
            backend.delete_password(PROGRAM, address)
    except Exception as error:
        raise OutputError(
            f"The key could not be taken out of the keyring of this computer ({type(error).__name__}).",
            f"Delete the entry {PROGRAM} in the program that shows your saved passwords.",
        ) from error


def _keyring() -> KeyringBackend | None:
    try:
        import keyring
    except ImportError:
        return None
    backend = keyring.get_keyring()
    # Below 1 are those that keep nothing, or keep it where other programs can read it.
    return backend if backend.priority >= 1 else None
