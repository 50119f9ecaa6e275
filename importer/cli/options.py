"""The options of the commands, as they were given: None means «not given», so that TOML and environment can decide.

The names are those of `importer.settings.model.Settings`; a test keeps the two lists equal.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path  # noqa: TC003 (cyclopts reads the annotations at run time)
from typing import Annotated, Any, Literal

from cyclopts import Group, Parameter

from importer.model.fields import MAP_FIELDS_HELP

FILE = Group("The sheet", sort_key=1)
CELLS = Group("Its cells", sort_key=2)
COLUMNS = Group("Its columns", sort_key=3)
DELIVERY = Group("Delivery", sort_key=4)
GUARDS = Group("Guards", sort_key=5)
OUTPUT = Group("Output", sort_key=6)

MAP = (
    "COLUMN=FIELD, as often as needed: COLUMN is a header or #N (its position from 1); FIELD is "
    f"{MAP_FIELDS_HELP} or custom:NAME."
)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class VoiceOptions:
    """Options of every command there is."""

    quiet: Annotated[bool, Parameter(alias="-q", negative=(), group=OUTPUT, show_default=False)] = False
    """No progress, no notes: results and errors only."""
    verbose: Annotated[bool, Parameter(alias="-v", negative=(), group=OUTPUT, show_default=False)] = False
    """Also one line a request (method, path, status, time, row; never a body)."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class ConsoleOptions(VoiceOptions):
    """Options of every command that has something to tell."""

    json: Annotated[bool | None, Parameter(negative=(), group=OUTPUT)] = None
    """Events on stdout, one JSON object a line; the last one is the summary."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class ServiceOptions:
    """Options of every command that talks to the API."""

    base_url: Annotated[str | None, Parameter(group=DELIVERY)] = None
    """Address of the API (default https://api.quo.com, or OPENPHONE_BASE_URL)."""
    api_key_file: Annotated[Path | None, Parameter(group=DELIVERY)] = None
    """File whose first line is the API key; else OPENPHONE_API_KEY is read."""
    sandbox: Annotated[bool | None, Parameter(negative=(), group=DELIVERY)] = None
    """Use the local stand-in of the API instead; needs no key."""
    rate: Annotated[float | None, Parameter(group=DELIVERY)] = None
    """Requests a second, at most (default 10, the service's own limit)."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class SheetOptions:
    """Options of the commands that read a sheet."""

    sheet: Annotated[str | None, Parameter(group=FILE)] = None
    """Name of the workbook's sheet (default: the first visible one)."""
    header_row: Annotated[int | None, Parameter(group=FILE)] = None
    """Row that holds the column names (0: there is none; default: found by itself)."""
    encoding: Annotated[str | None, Parameter(group=FILE)] = None
    """Encoding of a text file (default: found by itself)."""
    delimiter: Annotated[str | None, Parameter(group=FILE, allow_leading_hyphen=True)] = None
    """Character between the cells of a text file, or the word tab (default: found by itself)."""
    limit: Annotated[int | None, Parameter(group=FILE)] = None
    """Only the first N rows."""
    region: Annotated[str | None, Parameter(group=CELLS)] = None
    """Country of phones written without a country code, such as US or GB."""
    region_column: Annotated[str | None, Parameter(group=CELLS)] = None
    """Column that holds each row's country (code or name); header or #N."""
    date_order: Annotated[Literal["dmy", "mdy", "ymd"] | None, Parameter(group=CELLS)] = None
    """How dates such as 03/04/2024 are meant (default: decided by column)."""
    decimal_comma: Annotated[bool | None, Parameter(negative=(), group=CELLS)] = None
    """Numbers are written 1.234,5."""
    list_separator: Annotated[str | None, Parameter(group=CELLS)] = None
    """Character between the values of a multi-select cell (default ;)."""
    phones: Annotated[Literal["strict", "lenient"] | None, Parameter(group=CELLS)] = None
    """strict (default): valid numbers only; lenient: possible ones too, with a warning."""
    bad_cells: Annotated[Literal["leave-out", "reject"] | None, Parameter(group=CELLS)] = None
    """A cell that cannot be understood is left out with a warning (default), or rejects its row."""
    map: Annotated[tuple[str, ...], Parameter(negative=(), group=COLUMNS, show_default=False, help=MAP)] = ()
    only: Annotated[tuple[str, ...], Parameter(negative=(), group=COLUMNS, show_default=False)] = ()
    """Import only rows for which this holds, such as "Status == active"; several must all hold."""
    accept_changes: Annotated[bool | None, Parameter(negative=(), group=COLUMNS)] = None
    """Take the sheet and the workspace as they are now, and bring the saved mapping up to date."""
    learn_options: Annotated[bool | None, Parameter(negative=(), group=COLUMNS)] = None
    """Read the workspace's contacts for the options of its multi-select fields, and warn of near misses."""
    fields: Annotated[Path | None, Parameter(group=COLUMNS)] = None
    """JSON file with the workspace's custom fields as the API answers them (default: asked, or the last answer)."""
    schema: Annotated[str | None, Parameter(group=COLUMNS)] = None
    """A pandera schema of your own for the sheet as it is: module_or_file.py:Name."""
    source: Annotated[str | None, Parameter(group=COLUMNS)] = None
    """The contacts' `source` in the workspace (default spreadsheet-import)."""
    id_prefix: Annotated[str | None, Parameter(group=COLUMNS, allow_leading_hyphen=True)] = None
    """Put before each id of the id column, so that two sheets that both count 1, 2, 3 do not collide."""
    created_by: Annotated[str | None, Parameter(group=COLUMNS)] = None
    """User id (US...) or email address of the workspace's user who is to be the contacts' creator."""
    match: Annotated[str | None, Parameter(group=DELIVERY)] = None
    """By what a row finds its contact, in this order: external-id,phone,email (default external-id)."""
    on_match: Annotated[Literal["create-only", "update", "fill-blank"] | None, Parameter(group=DELIVERY)] = None
    """What to do with a contact that is there and differs (default create-only: report it)."""
    strict: Annotated[bool | None, Parameter(negative=(), group=DELIVERY)] = None
    """Any rejected row stops before the first contact is made."""
    wait_for_service: Annotated[float | None, Parameter(group=DELIVERY)] = None
    """Minutes to wait for a service that stopped answering (default 10)."""
    out: Annotated[Path | None, Parameter(group=OUTPUT)] = None
    """Folder of the results (default: FILE's name with .import, here)."""
    mask: Annotated[bool | None, Parameter(negative=(), group=OUTPUT)] = None
    """Hide phones and email addresses in report.html, so that it can be shared."""
    yes: Annotated[bool | None, Parameter(negative=(), group=OUTPUT)] = None
    """Ask no questions."""
    config: Annotated[Path | None, Parameter(group=OUTPUT)] = None
    """TOML file with any of these options as keys, and the tables [map] and [values]."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class SyncOptions:
    """Options of the commands that bring a workspace in step with a sheet, or plan to."""

    trust_journal: Annotated[bool | None, Parameter(group=DELIVERY)] = None
    """Believe what the journal knows as done (default); --no-trust-journal looks at every contact again."""
    mirror: Annotated[bool | None, Parameter(negative=(), group=GUARDS)] = None
    """Delete the contacts that this journal made and that vanished from the sheet; needs --source and an id column."""
    max_new: Annotated[str | None, Parameter(group=GUARDS)] = None
    """Stop before the first write if more contacts than this (50, or 5% of the rows) would be created."""
    max_changes: Annotated[str | None, Parameter(group=GUARDS)] = None
    """Stop before the first write if more contacts than this (50, or 5% of the rows) would be changed."""
    max_deletes: Annotated[int | None, Parameter(group=GUARDS)] = None
    """Stop before the first write if --mirror would delete more contacts than this."""
    max_rejects: Annotated[str | None, Parameter(group=GUARDS)] = None
    """Stop before the first write if more rows than this (5, or 2%) would be rejected or in conflict."""
    expect_rows: Annotated[str | None, Parameter(group=GUARDS)] = None
    """Stop before the first write if the number of rows is further than this (20%) from the last run's."""
    newer_than: Annotated[str | None, Parameter(group=GUARDS)] = None
    """Stop before the first write if FILE is older than this (90m, 26h, 2d, 1w)."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class NoticeOptions:
    """Options of the commands that somebody may wait for."""

    on_finish: Annotated[str | None, Parameter(group=OUTPUT)] = None
    """Command to run when all files are written; it gets the summary as JSON on its standard input."""
    notify_url: Annotated[str | None, Parameter(group=OUTPUT)] = None
    """Address that gets the summary as JSON by POST when all files are written."""


def given(*groups: object) -> dict[str, Any]:
    """The options that were given, by their name in `Settings`; `map` split into (column, field) pairs is not done."""
    found: dict[str, Any] = {}
    for group in groups:
        values = {one.name: getattr(group, one.name) for one in fields(group)}  # type: ignore[arg-type]
        found |= {name: value for name, value in values.items() if name not in {"quiet", "verbose", "config"}}
    return {name: value for name, value in found.items() if value is not None and value != ()}
