"""One frozen `Settings`, and what is true of each of its options."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PrivateAttr,
    SecretStr,
    ValidationError,
)

from importer.disk import possible_name
from importer.errors import SettingsError
from importer.mapping.chosen.lock import MappingLock
from importer.mapping.derived.recipe import Recipe
from importer.model.choices import (
    CellPolicy,
    DateOrder,
    HiddenPolicy,
    MissingPolicy,
    NoticeFormat,
    PersonAnswer,
    PhonePolicy,
)
from importer.model.fields import DEFAULT_SOURCE
from importer.model.folder_names import RESULTS, SANDBOX_RESULTS
from importer.plan.policy import OnMatch, read_rules
from importer.settings import validators
from importer.settings.layers import Layers, Origin, did_you_mean, mistakes_of, sentence
from importer.settings.option import CONSOLE, GUARD, NUMBER, ONE_FILE, SAVED, SHARE, SHEET, WORK, Option, one_of
from importer.settings.validators import DEFAULT_BASE_URL
from importer.sheet_files import common_folder, is_several
from importer.sheet_links import google_sheet

if TYPE_CHECKING:
    from collections.abc import Mapping


# Strict: "yes" is no flag and `true` is no number, since what a person meant by them is not known.
Flag = Annotated[bool, Field(strict=True)]
Count = Annotated[int, Field(ge=0, strict=True)]
Position = Annotated[int, Field(ge=1, strict=True)]
Minutes = Annotated[float, Field(ge=0, allow_inf_nan=False, strict=True)]
FilePath = Annotated[Path, AfterValidator(validators.path)]
Encoding = Annotated[str, AfterValidator(validators.encoding)]
Delimiter = Annotated[str, AfterValidator(validators.delimiter)]
RowsOrShare = Annotated[int | str, BeforeValidator(validators.share)]
TextShare = Annotated[str, BeforeValidator(validators.share)]
Percentage = Annotated[str, BeforeValidator(validators.percent)]
Age = Annotated[str, AfterValidator(validators.age)]
# The arguments of a command may hold a token, so whatever shows or keeps the settings has its first word alone.
ShellCommand = Annotated[
    str,
    AfterValidator(validators.command),
    PlainSerializer(validators.shown_command, return_type=str, when_used="json"),
]
SecretAddress = Annotated[SecretStr, BeforeValidator(validators.notify_url)]

_ENCODINGS = r"utf[\w-]{1,12}|cp\d{3,5}|iso[\w-]{1,12}|latin[\w-]{0,3}|mac[\w-]{1,12}|ascii"
_NOTIFIES = replace(CONSOLE, environment=True, notifies=True, repeat="never")


def _remembered_names(forgotten: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of options that a folder can remember, or of their parts (`map.Phone`)."""
    names = [name.replace("_", "-") for name in READING]
    for name in forgotten:
        option = name.partition(".")[0].replace("_", "-")
        if option not in names:
            raise ValueError(f"a folder does not remember {option!r}{did_you_mean(option, names)}")
    return forgotten


class Settings(BaseModel):
    """Everything a person can decide about a run: the options of the commands and the keys of a TOML file.

    What is true of an option stands beside it. Raises SettingsError for a wrong value and for an unknown name.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    # reading
    sheet: Annotated[str | None, ONE_FILE] = None
    header_row: Annotated[Count | None, replace(ONE_FILE, repeat="same-sheet", bug_report=NUMBER)] = None
    encoding: Annotated[Encoding | None, replace(ONE_FILE, bug_report=_ENCODINGS)] = None
    delimiter: Annotated[Delimiter | None, replace(ONE_FILE, bug_report=r"[,;|\t]")] = None
    hidden: Annotated[HiddenPolicy, replace(SAVED, bug_report=one_of(HiddenPolicy))] = "in"
    limit: Annotated[Position | None, replace(WORK, repeat="same-sheet", bug_report=NUMBER)] = None
    # cleaning
    region: Annotated[str | None, AfterValidator(validators.region), replace(SAVED, bug_report="[A-Z]{2}")] = None
    region_column: Annotated[str | None, SAVED] = None
    date_order: Annotated[DateOrder | None, replace(SAVED, bug_report=one_of(DateOrder))] = None
    decimal_comma: Annotated[Flag, SAVED] = False
    list_separator: Annotated[str, AfterValidator(validators.one_character), SAVED] = ";"
    phones: Annotated[PhonePolicy, replace(SHEET, bug_report=one_of(PhonePolicy))] = "strict"
    bad_cells: Annotated[CellPolicy, replace(WORK, bug_report=one_of(CellPolicy))] = "leave-out"
    # mapping
    map: Annotated[
        tuple[tuple[str, str], ...], BeforeValidator(validators.pairs), replace(SHEET, table=True, log="size")
    ] = ()
    values: Annotated[
        dict[str, Recipe], BeforeValidator(validators.recipes), replace(SHEET, table=True, log="size")
    ] = Field(default_factory=dict)
    only: Annotated[tuple[str, ...], BeforeValidator(validators.conditions), replace(SAVED, log="size")] = ()
    lock: Annotated[MappingLock | None, replace(WORK, in_folder=True, log="size")] = None
    accept_changes: Annotated[Flag, replace(WORK, rows="outside", replayed=False, repeat="never")] = False
    learn_options: Annotated[Flag, replace(WORK, rows="outside", replayed=False)] = False
    # Not replayed: the run noted the custom fields themselves.
    fields: Annotated[FilePath | None, replace(WORK, replayed=False)] = None
    # `schema` is a method of pydantic's models, hence the longer name inside. It is code, so no file that lies in a
    # folder (a plan, a journal) has it run: the person names it again.
    user_schema: Annotated[
        str | None, replace(WORK, rows="outside", in_plan=False, beside_plan=True, replayed=False)
    ] = Field(default=None, alias="schema")
    source: Annotated[str, AfterValidator(validators.source), SHEET] = DEFAULT_SOURCE
    id_prefix: Annotated[str, Field(max_length=40), SHEET] = ""
    # An email address has to be looked up among the workspace's users.
    created_by: Annotated[str | None, replace(WORK, rows="outside")] = None
    # delivery
    # Not in a plan, which may come from outside: the key would be sent there.
    base_url: Annotated[
        str, AfterValidator(validators.base_url), replace(WORK, environment=True, in_plan=False, beside_plan=True)
    ] = DEFAULT_BASE_URL
    api_key_file: Annotated[FilePath | None, CONSOLE] = None
    api_key_env: Annotated[str | None, AfterValidator(validators.variable_name), CONSOLE] = None
    sandbox: Annotated[Flag, replace(WORK, in_plan=False, beside_plan=True)] = False
    rate: Annotated[
        float, Field(gt=0, le=1000, allow_inf_nan=False, strict=True), replace(CONSOLE, in_plan=True, bug_report=NUMBER)
    ] = 10.0
    match: Annotated[
        tuple[Literal["external-id", "phone", "email"], ...],
        BeforeValidator(validators.names),
        replace(WORK, rows="outside"),
    ] = ("external-id",)
    on_match: Annotated[
        str | dict[str, str],
        BeforeValidator(read_rules),
        replace(WORK, bug_report="|".join(OnMatch)),
    ] = "create-only"
    on_missing: Annotated[MissingPolicy, replace(WORK, bug_report=one_of(MissingPolicy))] = "report"
    trust_journal: Annotated[Flag, WORK] = True
    # Answers to questions about single runs: neither remembered nor repeated.
    accept_new_rows: Annotated[Flag, replace(WORK, replayed=False, repeat="never")] = False
    accept_corrections: Annotated[Flag, replace(WORK, replayed=False, repeat="never")] = False
    same_person: Annotated[
        PersonAnswer | None, replace(WORK, replayed=False, repeat="never", bug_report=one_of(PersonAnswer))
    ] = None
    max_new: Annotated[RowsOrShare | None, replace(GUARD, bug_report=SHARE)] = None
    max_changes: Annotated[RowsOrShare | None, replace(GUARD, bug_report=SHARE)] = None
    # Not in a folder: a higher limit would let more contacts be deleted.
    max_deletes: Annotated[Count | None, replace(WORK, repeat="same-sheet", bug_report=NUMBER)] = None
    max_rejects: Annotated[TextShare | None, replace(GUARD, bug_report=SHARE)] = None
    expect_rows: Annotated[Percentage | None, replace(GUARD, repeat="same-sheet", bug_report=SHARE)] = None
    newer_than: Annotated[Age | None, replace(GUARD, repeat="same-sheet", bug_report=r"[\d.]+[mhdw]")] = None
    mirror: Annotated[Flag, replace(WORK, rows="outside", repeat="same-sheet")] = False
    strict: Annotated[Flag, GUARD] = False
    wait_for_service: Annotated[Minutes, replace(CONSOLE, in_plan=True, bug_report=NUMBER)] = 10.0
    # output
    out: Annotated[FilePath | None, CONSOLE] = None
    mask: Annotated[Flag, replace(WORK, beside_plan=True)] = False
    yes: Annotated[Flag, CONSOLE] = False
    json_events: Annotated[Flag, CONSOLE] = Field(default=False, alias="json")
    on_finish: Annotated[ShellCommand | None, _NOTIFIES] = Field(default=None, repr=False)
    # The address may hold a token, so it is shown nowhere.
    notify_url: Annotated[SecretAddress | None, _NOTIFIES] = None
    notify_format: Annotated[
        NoticeFormat, replace(CONSOLE, environment=True, repeat="never", bug_report=one_of(NoticeFormat))
    ] = "json"

    summary_markdown: Annotated[FilePath | None, replace(CONSOLE, repeat="never")] = None

    forget: Annotated[tuple[str, ...], AfterValidator(_remembered_names), replace(CONSOLE, repeat="never")] = ()

    _origins: dict[tuple[str, ...], Origin] = PrivateAttr(default_factory=dict)

    if not TYPE_CHECKING:
        # Type checkers see the fields as parameters.
        def __init__(self, **options):
            """Take options by their names. Raises SettingsError with every mistake, and what may have been meant."""
            mistakes = [
                sentence(f"Settings has no option {name!r}{did_you_mean(name, OPTIONS)}")
                for name in options
                if name not in OPTIONS
            ]
            try:
                super().__init__(**{name: value for name, value in options.items() if name in OPTIONS})
            except ValidationError as error:
                mistakes += mistakes_of(error.errors(include_url=False), Layers(), inner_keys())
            if mistakes:
                raise SettingsError(" ".join(mistakes), "Correct this; openphone-import guide options lists them.")

    @classmethod
    def validated(cls, values: Mapping[str, Any]) -> Settings:
        """Return the settings of these values. Raises pydantic's ValidationError, which names each value."""
        settings = cls.__new__(cls)
        BaseModel.__init__(settings, **values)
        return settings

    @property
    def origins(self) -> Mapping[tuple[str, ...], Origin]:
        """Where values come from that are no defaults, by option, or by option and key of a table."""
        return MappingProxyType(self._origins)

    def origin(self, *path: str) -> Origin | None:
        """Return where a value comes from, as in `origin("map", "Mobile")`; None for a default."""
        return next((self._origins[path[:n]] for n in range(len(path), 0, -1) if path[:n] in self._origins), None)

    def place(self, *path: str) -> str:
        """Return how a message about a value begins: `mapping.toml, line 4: `, or "" if it is not from a file."""
        origin = self.origin(*path)
        if origin is not None and origin.remembered:
            option = path[0].replace("_", "-")
            return f"{origin} (--forget {'.'.join((option, *path[1:]))} unsets it): "
        return f"{origin}: " if origin is not None and origin.line is not None else ""

    def with_reading(self, settings: Settings) -> Settings:
        """Return these settings with all about reading the sheet from others."""
        copy = self.model_copy(update={name: getattr(settings, name) for name in READING})
        copy._origins = {**self._origins, **settings._origins}
        return copy

    def answered(self, answers: Mapping[str, Any], origin: str) -> Settings:
        """Return these settings with what a person answered, options by their names; `map` of single columns alone.

        Raises SettingsError for a value that its option does not take.
        """
        columns = dict(answers.get("map", {}))
        try:
            values = Settings.validated(answers)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            name = str(first["loc"][0]).replace("_", "-")
            raise SettingsError(f"--{name}: {first['msg']}, got {first['input']!r}.", "Answer again.") from None
        update = {name: getattr(values, name) for name in answers if name != "map"}
        if columns:
            unchanged = ((column, field) for column, field in self.map if column not in columns)
            update["map"] = (*unchanged, *columns.items())
        copy = self.model_copy(update=update)
        paths = [(name,) for name in answers if name != "map"] + [("map", column) for column in columns]
        copy._origins = {**self._origins, **{path: Origin(origin) for path in paths}}
        return copy

    def out_folder(self, file: str) -> Path:
        """Return the output folder of `file`: `--out`, or a folder here that is named after the sheet."""
        if self.out is not None:
            return self.out
        if file == "-":
            stem = "stdin"
        elif is_several(file):
            stem = common_folder(file).name or "sheets"
        elif link := google_sheet(file):
            stem = link.stem
        else:
            stem = Path(file.rstrip("/")).name.split(".")[0] or "sheet"
        return Path(possible_name(f"{stem}{SANDBOX_RESULTS if self.sandbox else RESULTS}"))


OPTIONS: Mapping[str, Option] = {
    field.alias or name: next((part for part in field.metadata if isinstance(part, Option)), Option())
    for name, field in Settings.model_fields.items()
}
"""The traits of every option by its name in the journal and in events: `header_row`, `json`."""
READING = tuple(name for name, option in OPTIONS.items() if option.reading)
"""The options about reading the sheet, which a folder remembers; they are called the same in `Settings`."""
FLAGS = frozenset(field.alias or name for name, field in Settings.model_fields.items() if field.annotation is bool)
"""The options that have no value on the command line."""
TABLES = frozenset(name for name, option in OPTIONS.items() if option.table)
"""The tables of a TOML file that are merged key by key with those of another file."""


def inner_keys() -> dict[str, list[str]]:
    """The keys that the tables in a table may have, by the name of the outer one."""
    tables = (("values", Recipe), ("lock", MappingLock))
    return {name: [part.name for part in dataclasses.fields(table)] for name, table in tables}


def names() -> tuple[str, ...]:
    """Return the keys that a TOML file may have, as people write them (`header-row`)."""
    return tuple(name.replace("_", "-") for name in OPTIONS)
