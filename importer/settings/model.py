"""One frozen `Settings`: defaults < `mapping.toml` < TOML file < environment < options.

Every layer is a plain dict of the names below; whoever comes later wins, mistakes of all layers are reported at once.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    field_validator,
)

from importer.errors import KeyMissing, SettingsError
from importer.mapping.chosen.lock import MappingLock
from importer.mapping.derived.recipe import Recipe
from importer.plan.policy import read_rules, rule_mistakes
from importer.settings import validators
from importer.settings.layers import Layers, Origin, mistakes_of, sentence
from importer.settings.validators import DEFAULT_BASE_URL

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLES = frozenset({"map", "values"})
"""The tables of a TOML file that are merged key by key with those of another."""

ENVIRONMENT = ("base_url", "on_finish", "notify_url")
"""The settings that the environment may give, as `OPENPHONE_BASE_URL` and so on."""

SANDBOX_KEY = "sandbox-key"


class Settings(BaseModel):
    """Everything a person can decide about a run; see the README for each name's meaning.

    Raises pydantic's ValidationError; use `load`, which translates it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    # reading
    sheet: str | None = None
    header_row: Annotated[int, Field(ge=0)] | None = None
    encoding: Annotated[str, AfterValidator(validators.encoding)] | None = None
    delimiter: Annotated[str, AfterValidator(validators.delimiter)] | None = None
    limit: Annotated[int, Field(ge=1)] | None = None
    # cleaning
    region: str | None = None
    region_column: str | None = None
    date_order: Literal["dmy", "mdy", "ymd"] | None = None
    decimal_comma: bool = False
    list_separator: Annotated[str, AfterValidator(validators.one_character)] = ";"
    phones: Literal["strict", "lenient"] = "strict"
    bad_cells: Literal["leave-out", "reject"] = "leave-out"
    # mapping
    map: tuple[tuple[str, str], ...] = ()
    values: dict[str, Recipe] = Field(default_factory=dict)
    only: tuple[str, ...] = ()
    lock: MappingLock | None = None
    accept_changes: bool = False
    learn_options: bool = False
    fields: Path | None = None
    # `schema` is a method of pydantic's models, hence the longer name inside
    user_schema: str | None = Field(default=None, alias="schema")
    source: Annotated[str, AfterValidator(validators.source)] = "spreadsheet-import"
    id_prefix: Annotated[str, Field(max_length=40)] = ""
    created_by: str | None = None
    # delivery
    base_url: Annotated[str, AfterValidator(validators.base_url)] = DEFAULT_BASE_URL
    api_key_file: Path | None = None
    sandbox: bool = False
    rate: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] = 10.0
    match: Annotated[tuple[Literal["external-id", "phone", "email"], ...], BeforeValidator(validators.names)] = (
        "external-id",
    )
    on_match: Annotated[str | dict[str, str], BeforeValidator(read_rules)] = "create-only"
    trust_journal: bool = True
    max_new: Annotated[int | str, BeforeValidator(validators.share)] | None = None
    max_changes: Annotated[int | str, BeforeValidator(validators.share)] | None = None
    max_deletes: Annotated[int, Field(ge=0)] | None = None
    max_rejects: Annotated[str, BeforeValidator(validators.share)] | None = None
    expect_rows: Annotated[str, BeforeValidator(validators.percent)] | None = None
    newer_than: Annotated[str, AfterValidator(validators.age)] | None = None
    mirror: bool = False
    strict: bool = False
    wait_for_service: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 10.0
    # output
    out: Path | None = None
    mask: bool = False
    yes: bool = False
    json_events: bool = Field(default=False, alias="json")
    on_finish: Annotated[str, AfterValidator(validators.command)] | None = None
    # Addresses of hooks hold tokens: shown nowhere.
    notify_url: Annotated[SecretStr, BeforeValidator(validators.notify_url)] | None = None

    @field_validator("map", mode="before")
    @classmethod
    def _table(cls, value: object) -> object:
        return tuple(value.items()) if isinstance(value, dict) else value

    @field_validator("values", mode="before")
    @classmethod
    def _short(cls, value: object) -> object:
        """A text alone is a template, anything else alone a constant."""
        if not isinstance(value, dict):
            return value
        return {
            name: {"template": one} if isinstance(one, str) else one if isinstance(one, dict) else {"constant": one}
            for name, one in value.items()
        }

    @field_validator("only", mode="before")
    @classmethod
    def _several(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @field_validator("region", mode="after")
    @classmethod
    def _upper(cls, value: str | None) -> str | None:
        return value.strip().upper() if value else None

    _origins: dict[tuple[str, ...], Origin] = PrivateAttr(default_factory=dict)

    def origin(self, *path: str) -> Origin | None:
        """Where a value comes from, such as `origin("map", "Mobile")`; None for a default."""
        return next((self._origins[path[:n]] for n in range(len(path), 0, -1) if path[:n] in self._origins), None)

    def place(self, *path: str) -> str:
        """`mapping.toml, line 4: ` for what stands in a file, "" for all else: how a message about it begins."""
        origin = self.origin(*path)
        return f"{origin}: " if origin is not None and origin.line is not None else ""

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

    Raises SettingsError with every mistake of every layer in one message, each with its file and line.
    """
    layers = Layers()
    for file in files:
        layers.add_file(file, names(), TABLES)
    for name in ENVIRONMENT:
        variable = f"OPENPHONE_{name.upper()}"
        if value := environment.get(variable):
            layers.add(name, value, variable)
    rules = _rules(layers)
    for name, value in options.items():
        if value is not None and value != () and name != "map":
            layers.add(name, value, f"--{name.replace('_', '-')}")
    _add_map(layers, tuple(options.get("map", ())))
    if isinstance(rules, dict) and isinstance(layers.values["on_match"], str):
        # The option is the rule of all fields that the table does not name.
        layers.values["on_match"] = {**rules, "default": layers.values["on_match"]}
    try:
        settings = Settings.model_validate(layers.values)
    except ValidationError as error:
        parts = {"values": _keys(Recipe), "lock": _keys(MappingLock)}
        layers.mistakes += mistakes_of(error.errors(include_url=False), layers, parts)
        settings = Settings()
    if layers.mistakes:
        raise SettingsError(" ".join(layers.mistakes), "Correct this and run the command again.")
    settings._origins.update(layers.origins)
    return settings


def _rules(layers: Layers) -> object:
    """What the files say of `on-match`; every mistake in a table of it has its own line."""
    rules = layers.values.get("on_match")
    if isinstance(rules, dict) and (wrong := rule_mistakes(rules)):
        layers.mistakes += [sentence(f"{layers.origin(('on_match', one))}: [on-match] {wrong[one]}") for one in wrong]
        rules = layers.values["on_match"] = {}
    return rules


def _keys(one: type) -> tuple[str, ...]:
    return tuple(part.name for part in dataclasses.fields(one))


def _add_map(layers: Layers, chosen: tuple[tuple[str, str], ...]) -> None:
    """The columns of `--map` over those of `[map]`."""
    table = layers.values.pop("map", {})
    if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
        wrong = [key for key, value in table.items() if not isinstance(value, str)] if isinstance(table, dict) else [""]
        places = [layers.origin(("map", one)) for one in wrong]
        layers.mistakes += [f'{where}: [map] must be a table of "Header" = "field".' for where in places]
        table = {}
    given = {column for column, _ in chosen}
    layers.values["map"] = (*(pair for pair in table.items() if pair[0] not in given), *chosen)
    for column in given:
        layers.origins[("map", column)] = Origin("--map")


def has_key(settings: Settings, environment: Mapping[str, str]) -> bool:
    """Whether a key is given at all, for commands that can do without."""
    return (
        settings.sandbox or settings.api_key_file is not None or bool(environment.get("OPENPHONE_API_KEY", "").strip())
    )


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
