"""The single values of `fleet.toml`: each as the program takes it, or what is wrong with it in words."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from importer.regex import regex

NAME = regex(r"\w(?:[\w.-]{0,62}[\w-])?")
"""How a name of a workspace or of a fleet is written."""
_DATABASE = regex(r"env:[A-Za-z_][A-Za-z0-9_]*")
_CRON_FIELDS = 5
_STORAGES = ("s3://", "gs://", "az://", "abfs://", "file://")


class WrongValue(ValueError):
    """A value that cannot be taken; its text says what to write instead."""


def fleet_name_value(value: Any) -> str | None:
    """Return the name of the fleet, None for that of its file. Raises WrongValue."""
    if value is None or (isinstance(value, str) and NAME.fullmatch(value)):
        return value
    raise WrongValue(f"must have letters, digits, - _ and . only (at most 64, no . at either end), got {value!r}.")


def database_value(value: Any) -> str | None:
    """Return where the address of the database is, None for none. Raises WrongValue."""
    if value is None or (isinstance(value, str) and _DATABASE.fullmatch(value)):
        return value
    # What stands there may have a password in it, so it is not repeated.
    raise WrongValue(
        'must be "env:NAME", with the name of an environment variable that holds the address of the database; '
        "an address itself, with its password, does not belong in this file."
    )


def results_value(value: Any) -> str:
    """Return the folder of the results, or their address. Raises WrongValue."""
    if not isinstance(value, str) or not value.strip():
        raise WrongValue(f'must be a folder in quotes, such as "results", got {value!r}.')
    if "://" in value and not value.startswith(_STORAGES):
        raise WrongValue(f"must be a folder, or an address of s3://, gs:// or az://, got {value!r}.")
    return value


def folders_value(value: Any) -> list[str]:
    """Return the folders that all workers have. Raises WrongValue."""
    if not isinstance(value, list) or not all(isinstance(folder, str) and folder.strip() for folder in value):
        raise WrongValue(f'must be a list of folders, such as ["/mnt/exports"], got {value!r}.')
    return value


def timezone_value(value: Any) -> str:
    """Return the zone of the schedules. Raises WrongValue."""
    try:
        return ZoneInfo(value).key
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        raise WrongValue(f'must be a zone such as "Europe/Berlin", got {value!r}.') from None


def schedule_value(value: Any) -> str:
    """Return a line of cron, "" for none; whether it can ever be due is found out by those who follow it.

    Raises WrongValue.
    """
    if value is None:
        return ""
    if not isinstance(value, str) or len(value.split()) != _CRON_FIELDS:
        raise WrongValue(f'schedule must be a line of cron with five fields, such as "0 2 * * *", got {value!r}.')
    return value
