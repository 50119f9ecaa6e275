"""One frozen `Settings`: defaults < `mapping.toml` < TOML file < environment < options.

Every layer is a plain dict of the names below; whoever comes later wins, mistakes of all layers are reported at once.
"""

from __future__ import annotations

import codecs
import difflib
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from importer.errors import KeyMissing, SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_BASE_URL = "https://api.quo.com"
SANDBOX_KEY = "sandbox-key"
# OpenAPI, POST /v1/contacts, `source`
RESERVED_SOURCES = frozenset({"openphone", "device", "csv", "zapier", "google-people", "other"})
RESERVED_PREFIXES = ("openphone", "csv")
MAX_SOURCE_CHARACTERS = 72


def _source(value: str) -> str:
    if not 1 <= len(value) <= MAX_SOURCE_CHARACTERS:
        raise ValueError(f"must have 1 to {MAX_SOURCE_CHARACTERS} characters, {value[:20]!r}... has {len(value)}")
    if value.lower() in RESERVED_SOURCES or value.lower().startswith(RESERVED_PREFIXES):
        raise ValueError(
            f"{value!r} is reserved by the service (also everything that starts with openphone or csv); "
            "choose a name of your own such as crm-2026"
        )
    return value


def _delimiter(value: str) -> str:
    value = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}.get(value.lower(), value)
    if len(value) != 1 or value in '"\r\n':
        raise ValueError(f"must be one character such as ; or the word tab, got {value!r}")
    return value


def _encoding(value: str) -> str:
    try:
        return codecs.lookup(value).name
    except (LookupError, ValueError):
        near = difflib.get_close_matches(value.lower(), ["utf-8", "utf-16", "cp1252", "latin-1", "mac-roman"], 1, 0.5)
        hint = f"; did you mean {near[0]}?" if near else "; common ones are utf-8, utf-16, cp1252, mac-roman"
        raise ValueError(f"unknown encoding {value!r}{hint}") from None


def _one_character(value: str) -> str:
    if len(value) != 1:
        raise ValueError(f"must be one character, got {value!r}")
    return value


def _base_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"must be an address such as {DEFAULT_BASE_URL}, got {value!r}")
    return value.rstrip("/")


class Settings(BaseModel):
    """Everything a person can decide about a run; see the README for each name's meaning.

    Raises pydantic's ValidationError; use `load`, which translates it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    # reading
    sheet: str | None = None
    header_row: Annotated[int, Field(ge=0)] | None = None
    encoding: Annotated[str, AfterValidator(_encoding)] | None = None
    delimiter: Annotated[str, AfterValidator(_delimiter)] | None = None
    limit: Annotated[int, Field(ge=1)] | None = None
    # cleaning
    region: str | None = None
    region_column: str | None = None
    date_order: Literal["dmy", "mdy", "ymd"] | None = None
    decimal_comma: bool = False
    list_separator: Annotated[str, AfterValidator(_one_character)] = ";"
    phones: Literal["strict", "lenient"] = "strict"
    bad_cells: Literal["leave-out", "reject"] = "leave-out"
    # mapping
    map: tuple[tuple[str, str], ...] = ()
    fields: Path | None = None
    # `schema` is a method of pydantic's models, hence the longer name inside
    user_schema: str | None = Field(default=None, alias="schema")
    source: Annotated[str, AfterValidator(_source)] = "spreadsheet-import"
    id_prefix: Annotated[str, Field(max_length=40)] = ""
    created_by: str | None = None
    # delivery
    base_url: Annotated[str, AfterValidator(_base_url)] = DEFAULT_BASE_URL
    api_key_file: Path | None = None
    sandbox: bool = False
    rate: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] = 10.0
    on_match: Literal["create-only", "update", "fill-blank"] = "create-only"
    strict: bool = False
    wait_for_service: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 10.0
    # output
    out: Path | None = None
    yes: bool = False
    json_events: bool = Field(default=False, alias="json")

    @field_validator("map", mode="before")
    @classmethod
    def _table(cls, value: object) -> object:
        return tuple(value.items()) if isinstance(value, dict) else value

    @field_validator("region", mode="after")
    @classmethod
    def _upper(cls, value: str | None) -> str | None:
        return value.strip().upper() if value else None

    def out_folder(self, file: str) -> Path:
        """Where the outputs of `file` go: `--out`, else a folder named after the sheet, beside where we run."""
        if self.out is not None:
            return self.out
        stem = "stdin" if file == "-" else Path(file.rstrip("/")).name.split(".")[0] or "sheet"
        return Path(f"{stem}.sandbox.import" if self.sandbox else f"{stem}.import")


def names() -> tuple[str, ...]:
    """The keys a TOML file may hold, as people write them (`header-row`)."""
    return tuple((field.alias or name).replace("_", "-") for name, field in Settings.model_fields.items())


def load(options: Mapping[str, Any], environment: Mapping[str, str], *files: Path) -> Settings:
    """Settings from the TOML `files` (later ones win), the environment and the options that were given.

    Raises SettingsError with every mistake of every layer in one message.
    """
    layers: dict[str, Any] = {}
    mistakes: list[str] = []
    table: dict[str, str] = {}
    for file in files:
        found, wrong = _read_toml(file)
        table |= found.pop("map", {})
        layers |= found
        mistakes += wrong
    if address := environment.get("OPENPHONE_BASE_URL"):
        layers["base_url"] = address
    layers |= {name: value for name, value in options.items() if value is not None and name != "map"}
    chosen = tuple(options.get("map", ()))
    given = {column for column, _ in chosen}
    layers["map"] = (*(pair for pair in table.items() if pair[0] not in given), *chosen)
    try:
        settings = Settings.model_validate(layers)
    except ValidationError as error:
        mistakes += [_mistake(dict(item)) for item in error.errors(include_url=False)]
        settings = None
    if mistakes or settings is None:
        raise SettingsError(" ".join(mistakes), "Correct this and run the command again.")
    return settings


def _read_toml(file: Path) -> tuple[dict[str, Any], list[str]]:
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        return {}, [f"{file}: cannot be read ({error.strerror})."]
    except UnicodeDecodeError:
        return {}, [f"{file}: is not UTF-8 text."]
    except tomllib.TOMLDecodeError as error:
        return {}, [f"{file}: is not valid TOML: {error}."]
    known = set(names())
    mistakes = []
    for key in [key for key in raw if key.replace("_", "-") not in known]:
        near = difflib.get_close_matches(key.replace("_", "-"), known, 1, 0.6)
        mistakes.append(f"{file}: unknown key {key!r}" + (f", did you mean {near[0]!r}?" if near else "."))
        del raw[key]
    found = {key.replace("-", "_"): value for key, value in raw.items()}
    table = found.get("map", {})
    if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
        mistakes.append(f'{file}: [map] must be a table of "Header" = "field".')
        found.pop("map")
    return found, mistakes


def _mistake(error: dict[str, Any]) -> str:
    name = "--" + ".".join(str(part) for part in error["loc"][:1]).replace("_", "-")
    if error["type"] == "value_error":
        return f"{name}: {error['ctx']['error']}."
    text = {
        "greater_than": "must be above {gt:g}",
        "greater_than_equal": "must be {ge} or more",
        "less_than_equal": "must be {le:g} or less",
        "literal_error": "must be {expected}",
        "string_too_long": "must have {max_length} characters or fewer",
    }.get(error["type"], str(error["msg"]))
    return f"{name}: {text.format(**error.get('ctx', {}))}, got {error['input']!r}."


def load_key(settings: Settings, environment: Mapping[str, str]) -> SecretStr:
    """The API key: the sandbox's own, the file's first line, or the environment's.

    Raises KeyMissing where there is none or it cannot be a key. The key itself is in no message.
    """
    if settings.sandbox:
        return SecretStr(SANDBOX_KEY)
    if settings.api_key_file is not None:
        return _usable(_first_line(settings.api_key_file), str(settings.api_key_file))
    key = environment.get("OPENPHONE_API_KEY", "").strip()
    if not key:
        raise KeyMissing(
            "No API key: OPENPHONE_API_KEY is not set.",
            "Set it or give --api-key-file (an owner or admin makes the key in the app under Settings > API), "
            "or add --sandbox to rehearse without one.",
        )
    return _usable(key, "OPENPHONE_API_KEY")


def _first_line(file: Path) -> str:
    try:
        lines = file.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise KeyMissing(f"The key file {file} cannot be read ({reason}).", "Give the right --api-key-file.") from None
    return lines[0].strip()


def _usable(key: str, origin: str) -> SecretStr:
    if not key:
        raise KeyMissing(f"{origin} holds no API key.", "Put the key, and nothing else, there.")
    if not key.isascii() or any(character <= " " for character in key):
        raise KeyMissing(
            f"What {origin} holds cannot be an API key (it has spaces or special characters).",
            "Copy the key again, without the word Bearer and without quotes.",
        )
    return SecretStr(key)
