"""The form of values in the settings: each function returns the value as it is used, or raises ValueError."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from importer.shell import program_words
from importer.text import DELIMITERS, is_unicode, nearest

if TYPE_CHECKING:
    from pathlib import Path

DEFAULT_BASE_URL = "https://api.quo.com"
# OpenAPI, POST /v1/contacts, `source`
RESERVED_SOURCES = frozenset({"openphone", "device", "csv", "zapier", "google-people", "other"})
RESERVED_PREFIXES = ("openphone", "csv")
MAX_SOURCE_CHARACTERS = 72


def source(value: str) -> str:
    """Return the `source` that contacts are sent with (OpenAPI, POST /v1/contacts)."""
    if not 1 <= len(value) <= MAX_SOURCE_CHARACTERS:
        raise ValueError(f"must have 1 to {MAX_SOURCE_CHARACTERS} characters, {value[:20]!r}... has {len(value)}")
    if not value.strip():
        raise ValueError(f"must be a name, not {value!r}; choose one such as crm-2026")
    if value.lower() in RESERVED_SOURCES or value.lower().startswith(RESERVED_PREFIXES):
        raise ValueError(
            f"{value!r} is reserved by the service (also everything that starts with openphone or csv); "
            "choose a name of your own such as crm-2026"
        )
    return value


def delimiter(value: str) -> str:
    """Return the character between the cells of a text file; some may be given by name."""
    character = {**DELIMITERS, "\\t": "\t"}.get(value.lower(), value)
    # Quotes and line ends have a meaning of their own; the others are in no text.
    if len(character) != 1 or character in '"\r\n\0' or not is_unicode(character):
        raise ValueError(f"must be one character such as ; or the word tab, got {value!r}")
    return character


def path(value: Path) -> Path:
    """Return a path that a system can have; a settings file can hold one that it cannot."""
    if "\x00" in str(value):
        raise ValueError(f"must be the path of a file or folder, and {str(value)!r} has a character that no path has")
    return value


def encoding(value: str) -> str:
    """Return the name of an encoding as Python has it."""
    try:
        return codecs.lookup(value).name
    except (LookupError, ValueError):
        near = nearest(value, ["utf-8", "utf-16", "cp1252", "latin-1", "mac-roman"])
        hint = f"; did you mean {near}?" if near else "; common ones are utf-8, utf-16, cp1252, mac-roman"
        raise ValueError(f"unknown encoding {value!r}{hint}") from None


def region(value: str | None) -> str | None:
    """Return the code of a country in capitals."""
    if not value:
        return None
    # Only where a region is given: the numbering plans are slow to load.
    from importer.clean.cells.country import alpha_2
    from importer.clean.phone.number import knows_region

    code = value.strip().upper()
    if not knows_region(code):
        meant = alpha_2(value)
        hint = f" Did you mean {meant}?" if meant else " Give two letters such as US, GB or DE."
        raise ValueError(f"{value!r} is not a country code.{hint}")
    return code


def pairs(value: object) -> object:
    """Return (column, field) pairs, also from a `[map]` table."""
    return tuple(value.items()) if isinstance(value, dict) else value


def recipes(value: object) -> object:
    """Return a `[values]` table of recipes: text alone is a template, anything else alone is a constant."""
    if not isinstance(value, dict):
        return value
    tables: dict[object, object] = {}
    for name, recipe in value.items():
        if isinstance(recipe, dict):
            tables[name] = recipe
        else:
            tables[name] = {"template" if isinstance(recipe, str) else "constant": recipe}
    return tables


def conditions(value: object) -> object:
    """Return a list of conditions; in TOML one may be written without its brackets."""
    return (value,) if isinstance(value, str) else value


def one_character(value: str) -> str:
    """Return a single character."""
    if len(value) != 1:
        raise ValueError(f"must be one character, got {value!r}")
    return value


def names(value: object) -> object:
    """Return a list of names, also from text with commas."""
    return tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else value


def share(value: object) -> object:
    """Return a number of rows or a percentage of them."""
    if not re.fullmatch(r"\d+%?|\d*\.\d+%", text := str(value).strip()):
        raise ValueError(f"must be a number of rows such as 5 or a percentage such as 2%, got {value!r}")
    return text


def percent(value: object) -> object:
    """Return a percentage with its sign, which may be left out."""
    if not re.fullmatch(r"\d+(\.\d+)?%?", text := str(value).strip()):
        raise ValueError(f"must be a percentage such as 20%, got {value!r}")
    return text if text.endswith("%") else f"{text}%"


def age(value: str) -> str:
    """Return an age such as 26h."""
    if not re.fullmatch(r"\d+(\.\d+)?[mhdw]", value):
        raise ValueError(f"must be an age such as 90m, 26h, 2d or 1w, got {value!r}")
    return value


def base_url(value: str) -> str:
    """Return the address of the API without a slash at the end."""
    # What stands before an @ and behind a ? or # may be a secret, so it is not repeated.
    shown = re.sub(r"^([^/]*//)?[^/]*@", r"\1", re.split(r"[?#]", value)[0])
    # A line break, which `urlsplit` leaves out, or a byte of a variable of the environment that is no character.
    if not value.isprintable():
        raise ValueError(f"must be an address such as {DEFAULT_BASE_URL}, and {shown!r} has a character that none has")
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not _is_host(parts.hostname or ""):
        raise ValueError(f"must be an address such as {DEFAULT_BASE_URL}, got {shown!r}")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError(f"must be an address alone, without a name, a password, ? or #, such as {shown}")
    return value.rstrip("/?#")


def notify_url(value: object) -> object:
    """Return the address to notify at the end. It may hold a secret, so the message does not show it."""
    parts = urlsplit(value) if isinstance(value, str) else urlsplit("")
    if parts.scheme not in {"http", "https"} or not _is_host(parts.hostname or ""):
        raise ValueError("must be an address such as https://example.com/hook")
    return value


def _is_host(name: str) -> bool:
    """Whether a name has no part that is empty, too long or not the code of any letters: none of these is looked up."""
    try:
        return bool(name and name.encode("idna").decode("idna"))
    except UnicodeError:
        return False


def variable_name(value: str) -> str:
    """Return the name of an environment variable, in capitals.

    Most keys have small letters, so one that was put in its place is refused, and is in no message.
    """
    if not re.fullmatch(r"[A-Z_][A-Z0-9_]{0,63}", value):
        raise ValueError(
            "must be the name of an environment variable in capitals, such as ACME_KEY, and not the key itself"
        )
    return value


def shown_command(value: str | None) -> str | None:
    """Return the program of a command; its arguments may hold a secret, as may a variable before it (`KEY=x run`)."""
    if value is None:
        return None
    words = program_words(value)
    return " ".join([word for word in words[:1] if "=" not in word] + ["..."] * (len(words) > 1 or "=" in words[0]))


def command(value: str) -> str:
    """Return a command that a shell could split into words."""
    try:
        words = program_words(value)
    except ValueError as error:
        raise ValueError(f"cannot be read as a command ({error})") from None
    if not words:
        raise ValueError("must be a command, got nothing")
    return value
