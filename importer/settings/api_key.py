"""The API key: from the key file, the environment, or the sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import SecretStr

from importer.disk import given_text
from importer.errors import KeyMissing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from importer.settings.model import Settings

SANDBOX_KEY = "sandbox-key"
USUAL_VARIABLE = "OPENPHONE_API_KEY"


def key_variable(settings: Settings) -> str:
    """Return the name of the environment variable that holds the key."""
    return settings.api_key_env or USUAL_VARIABLE


def key_variables(settings: Settings) -> frozenset[str]:
    """Return the environment variables in which a key may be; no program that is started gets them."""
    return frozenset({USUAL_VARIABLE, key_variable(settings)})


def has_key(settings: Settings, environment: Mapping[str, str]) -> bool:
    """Tell whether an API key is given at all, for commands that can do without one."""
    in_environment = bool(environment.get(key_variable(settings), "").strip())
    return settings.sandbox or settings.api_key_file is not None or in_environment


def load_key(settings: Settings, environment: Mapping[str, str]) -> SecretStr:
    """Return the API key: the sandbox's own, else the first line of the key file, else the environment's.

    Raises KeyMissing if there is no key, or it cannot be one. The key itself is in no message.
    """
    if settings.sandbox:
        return SecretStr(SANDBOX_KEY)
    if settings.api_key_file is not None:
        origin, key = str(settings.api_key_file), _first_line(settings, settings.api_key_file)
    else:
        origin = key_variable(settings)
        key = environment.get(origin, "").strip()
        if not key:
            step = (
                "Set it or give --api-key-file (an owner or admin makes the key in the app under Settings > API), "
                "or add --sandbox to rehearse without one."
            )
            place = settings.place("api_key_env")
            if place:
                # Such as the file of a fleet, whose commands take no options for the key of one workspace.
                step = (
                    f"Set {origin} where the command runs (an owner or admin makes the key in the app under "
                    "Settings > API), or correct api-key-env there, or write sandbox = true in its place to rehearse."
                )
            raise KeyMissing(f"{place}No API key: {origin} is not set.", step)
    key = without_quotes(key)
    if not key:
        raise KeyMissing(f"{origin} holds no API key.", "Put the key, and nothing else, on its first line.")
    # httpx would refuse such a key as a header in words that mean nothing to the person.
    if not key.isascii() or any(character <= " " for character in key):
        raise KeyMissing(
            f"What {origin} holds cannot be an API key (it has spaces or special characters).",
            "Copy the key again, without the word Bearer and without quotes.",
        )
    return SecretStr(key)


def is_quoted(settings: Settings, environment: Mapping[str, str]) -> bool:
    """Tell whether the key is given in quotes, which `load_key` takes off: a person should correct that."""
    if settings.sandbox:
        return False
    file = settings.api_key_file
    if file is not None and not file.is_file():
        # A pipe can be read once.
        return False
    key = _first_line(settings, file) if file is not None else environment.get(key_variable(settings), "").strip()
    return without_quotes(key) != key


def without_quotes(key: str) -> str:
    """Return the key without the quotes around it that some shells and settings files leave there."""
    for first, last in ('""', "''", "``", "\u201c\u201d", "\u2018\u2019"):
        if len(key) > 1 and key.startswith(first) and key.endswith(last):
            return key[1:-1].strip()
    return key


def _first_line(settings: Settings, file: Path) -> str:
    try:
        # Windows editors put a byte order mark before the key.
        lines = given_text(file, "utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        step = "Check the path given with --api-key-file."
        place = settings.place("api_key_file")
        if place:
            step = "Correct api-key-file there, or put the key on the first line of that file."
        raise KeyMissing(f"{place}The key file {file} cannot be read ({reason}).", step) from None
    return lines[0].strip()
