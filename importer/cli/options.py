"""The options of the commands as typed: None means "not given", so that the environment and TOML files can decide.

The names are those of `importer.settings.model.Settings`, and a test keeps the two lists equal. The help texts are here
and not in `Settings`, since `--help` must not wait for pydantic to load; `schema` takes them from here.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path  # noqa: TC003 (cyclopts reads the annotations at run time)
from typing import Annotated, Any, Literal

from cyclopts import Group, Parameter

from importer.cli.completion import column_assignments
from importer.model.fields import MAP_FIELDS_HELP

FILE = Group("The sheet", sort_key=1)
CELLS = Group("Its cells", sort_key=2)
COLUMNS = Group("Its columns", sort_key=3)
DELIVERY = Group("Delivery", sort_key=4)
GUARDS = Group("Guards", sort_key=5)
OUTPUT = Group("Output", sort_key=6)

MAP = (
    "COLUMN=FIELD, can be repeated: COLUMN is a header or #N (its position, from 1); FIELD is "
    f"{MAP_FIELDS_HELP} or custom:NAME."
)


SETTINGS_FILES = ("config", "fleet", "workspace")
"""The options that name where settings are, and are none themselves."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class VoiceOptions:
    """Options of every command."""

    quiet: Annotated[bool, Parameter(alias="-q", negative=(), group=OUTPUT, show_default=False)] = False
    """Show results and errors only, no progress and no notes."""
    verbose: Annotated[bool, Parameter(alias="-v", negative=(), group=OUTPUT, show_default=False)] = False
    """Also show one line per request (method, path, status, time, row; never the contents)."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class ConsoleOptions(VoiceOptions):
    """Options of every command with results to show."""

    json: Annotated[bool | None, Parameter(negative=(), group=OUTPUT)] = None
    """Write events to stdout, one JSON object per line; the last one is the summary."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class ServiceOptions:
    """Options of every command that talks to the API."""

    base_url: Annotated[str | None, Parameter(group=DELIVERY)] = None
    """Address of the API (default https://api.quo.com, or OPENPHONE_BASE_URL)."""
    api_key_file: Annotated[Path | None, Parameter(group=DELIVERY)] = None
    """File with the API key on its first line (default: the key in OPENPHONE_API_KEY)."""
    api_key_env: Annotated[str | None, Parameter(group=DELIVERY)] = None
    """Environment variable that holds the API key (default OPENPHONE_API_KEY)."""
    sandbox: Annotated[bool | None, Parameter(negative=(), group=DELIVERY)] = None
    """Use a local copy of the API instead of the real one; needs no key."""
    rate: Annotated[float | None, Parameter(group=DELIVERY)] = None
    """Send at most this many requests per second (default 10, the service's own limit)."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class FolderOptions:
    """Options of the commands about a folder of results, which a fleet may name too."""

    fleet: Annotated[Path | None, Parameter(group=OUTPUT)] = None
    """fleet.toml that names the folder, its journal and its key, with --workspace."""
    workspace: Annotated[str | None, Parameter(group=OUTPUT)] = None
    """Name of a workspace of --fleet, instead of a folder."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class SheetOptions:
    """Options of the commands that read a sheet."""

    sheet: Annotated[str | None, Parameter(group=FILE)] = None
    """Name of the sheet in a workbook (default: the first visible one)."""
    header_row: Annotated[int | None, Parameter(group=FILE)] = None
    """Row number of the column names; 0 if the sheet has none (default: detected)."""
    encoding: Annotated[str | None, Parameter(group=FILE)] = None
    """Encoding of a text file (default: detected)."""
    delimiter: Annotated[str | None, Parameter(group=FILE, allow_leading_hyphen=True)] = None
    """Character between the cells of a text file, or the word tab (default: detected)."""
    hidden: Annotated[Literal["in", "out"] | None, Parameter(group=FILE)] = None
    """Whether rows and columns that are hidden in the sheet, as by a filter, are imported (default in)."""
    limit: Annotated[int | None, Parameter(group=FILE)] = None
    """Import only the first N rows."""
    region: Annotated[str | None, Parameter(group=CELLS)] = None
    """Country of phone numbers without a country code, such as US or GB."""
    region_column: Annotated[str | None, Parameter(group=CELLS)] = None
    """Column with the country of each row (code or name); a header or #N."""
    date_order: Annotated[Literal["dmy", "mdy", "ymd"] | None, Parameter(group=CELLS)] = None
    """Order of dates such as 03/04/2024 (default: decided for each column)."""
    decimal_comma: Annotated[bool | None, Parameter(negative=(), group=CELLS)] = None
    """Numbers are written as 1.234,5."""
    list_separator: Annotated[str | None, Parameter(group=CELLS)] = None
    """Character between the values of a multi-select cell (default ;)."""
    phones: Annotated[Literal["strict", "lenient"] | None, Parameter(group=CELLS)] = None
    """strict (default): import valid phone numbers only; lenient: also possible ones, with a warning."""
    bad_cells: Annotated[Literal["leave-out", "reject"] | None, Parameter(group=CELLS)] = None
    """What to do with a cell that cannot be understood: leave it out with a warning (default) or reject its row."""
    map: Annotated[
        tuple[str, ...],
        Parameter(negative=(), group=COLUMNS, show_default=False, help=MAP, completer=column_assignments),
    ] = ()
    only: Annotated[tuple[str, ...], Parameter(negative=(), group=COLUMNS, show_default=False)] = ()
    """Import only the rows that meet this condition, such as "Status == active"; can be repeated, and all must hold."""
    accept_new_rows: Annotated[bool | None, Parameter(negative=(), group=DELIVERY)] = None
    """Import rows as new people, even if they look like contacts whose rows have changed or left the sheet."""
    accept_corrections: Annotated[bool | None, Parameter(negative=(), group=CELLS)] = None
    """Read the sheet with the lines of corrections.csv that this folder did not write itself."""
    same_person: Annotated[Literal["join", "separate"] | None, Parameter(group=DELIVERY)] = None
    """What two rows with one number and the same name, or alike ones, are: one contact (join) or two (separate)."""
    accept_changes: Annotated[bool | None, Parameter(negative=(), group=COLUMNS)] = None
    """Accept the sheet and the workspace as they are now, and update the saved mapping."""
    learn_options: Annotated[bool | None, Parameter(negative=(), group=COLUMNS)] = None
    """Read the options of multi-select fields from the workspace's contacts, and warn about near misses."""
    fields: Annotated[Path | None, Parameter(group=COLUMNS)] = None
    """JSON file with the workspace's custom fields as the API returns them (default: ask the API, or last answer)."""
    schema: Annotated[str | None, Parameter(group=COLUMNS)] = None
    """Your own pandera schema for the sheet as it is in the file: module_or_file.py:Name."""
    source: Annotated[str | None, Parameter(group=COLUMNS)] = None
    """The `source` that the contacts get in the workspace (default spreadsheet-import)."""
    id_prefix: Annotated[str | None, Parameter(group=COLUMNS, allow_leading_hyphen=True)] = None
    """Text to put before each id of the id column, so that two sheets with ids 1, 2, 3 do not collide."""
    created_by: Annotated[str | None, Parameter(group=COLUMNS)] = None
    """User id (US...) or email address of the workspace user to show as the contacts' creator."""
    match: Annotated[str | None, Parameter(group=DELIVERY)] = None
    """What to find the contact of a row by, in this order: external-id,phone,email (default external-id)."""
    on_match: Annotated[Literal["create-only", "update", "fill-blank"] | None, Parameter(group=DELIVERY)] = None
    """What to do with a contact that exists and differs (default create-only: report it)."""
    on_missing: Annotated[Literal["report", "create"] | None, Parameter(group=DELIVERY)] = None
    """What to do with a row whose contact was deleted in the workspace: report it once (default) or create it again."""
    strict: Annotated[bool | None, Parameter(negative=(), group=DELIVERY)] = None
    """Stop before the first contact is created if any row would be rejected."""
    wait_for_service: Annotated[float | None, Parameter(group=DELIVERY)] = None
    """Minutes to wait if the service stops answering (default 10)."""
    out: Annotated[Path | None, Parameter(group=OUTPUT)] = None
    """Folder for the results (default: the name of FILE with .import, in the current folder)."""
    mask: Annotated[bool | None, Parameter(negative=(), group=OUTPUT)] = None
    """Hide phone numbers and email addresses in report.html, so that you can share it."""
    yes: Annotated[bool | None, Parameter(negative=(), group=OUTPUT)] = None
    """Ask no questions."""
    forget: Annotated[tuple[str, ...], Parameter(negative=(), group=OUTPUT, show_default=False)] = ()
    """Do not read the sheet by this option as given to an earlier run, such as region or map.Phone; can be repeated."""
    config: Annotated[Path | None, Parameter(group=OUTPUT)] = None
    """TOML file with any of these options as keys, and the tables [map] and [values]."""
    fleet: Annotated[Path | None, Parameter(group=OUTPUT)] = None
    """fleet.toml whose settings of --workspace are used, and its folder and key."""
    workspace: Annotated[str | None, Parameter(group=OUTPUT)] = None
    """Name of a workspace of --fleet."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class RejectsGuardOptions:
    """The guard that needs no workspace, so that `check` has it too."""

    max_rejects: Annotated[str | None, Parameter(group=GUARDS)] = None
    """Stop before the first change if more rows than this (5, or 2%) would be rejected or in conflict."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class SyncOptions(RejectsGuardOptions):
    """Options of the commands that import a sheet or plan to."""

    trust_journal: Annotated[bool | None, Parameter(group=DELIVERY)] = None
    """Skip the contacts that the journal has as done (default); --no-trust-journal looks at every contact again."""
    mirror: Annotated[bool | None, Parameter(negative=(), group=GUARDS)] = None
    """Delete contacts that this import created and that are no longer in the sheet; needs --source and an id column."""
    max_new: Annotated[str | None, Parameter(group=GUARDS)] = None
    """Stop before the first change if more contacts than this (50, or 5% of the rows) would be created."""
    max_changes: Annotated[str | None, Parameter(group=GUARDS)] = None
    """Stop before the first change if more contacts than this (50, or 5% of the rows) would be updated."""
    max_deletes: Annotated[int | None, Parameter(group=GUARDS)] = None
    """Stop before the first change if --mirror would delete more contacts than this."""
    expect_rows: Annotated[str | None, Parameter(group=GUARDS)] = None
    """Stop before the first change if the number of rows differs from the last run's by more than this (20%)."""
    newer_than: Annotated[str | None, Parameter(group=GUARDS)] = None
    """Stop before the first change if FILE is older than this (90m, 26h, 2d, 1w)."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class NoticeOptions:
    """Options of the commands that can notify someone at their end."""

    on_finish: Annotated[str | None, Parameter(group=OUTPUT)] = None
    """Command to run after all files are written; it gets the summary as JSON on standard input."""
    notify_url: Annotated[str | None, Parameter(group=OUTPUT)] = None
    """Address to POST the summary to, as JSON, after all files are written."""
    notify_format: Annotated[
        Literal["json", "slack", "teams", "discord", "healthchecks"] | None, Parameter(group=OUTPUT)
    ] = None
    """What takes the message at --notify-url: json (default) has all figures, the others a sentence in their shape."""
    summary_markdown: Annotated[Path | None, Parameter(group=OUTPUT)] = None
    """File to add the result to as Markdown, such as "$GITHUB_STEP_SUMMARY"."""
    notify_test: Annotated[bool, Parameter(negative=(), group=OUTPUT, show_default=False)] = False
    """Only send a test to --notify-url and --on-finish, and do nothing else."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class ReportOptions:
    """Options of the commands that leave a page."""

    open: Annotated[bool, Parameter(negative=(), group=OUTPUT, show_default=False)] = False
    """Show the report in the browser at the end."""


NO_SETTINGS = frozenset({"quiet", "open", "verbose", "notify_test", *SETTINGS_FILES})
"""Options that are no settings: about the console, a file with settings, or another thing to do."""


def given(*groups: object) -> dict[str, Any]:
    """Return the options that were given, by their name in `Settings`; `map` is still a tuple of texts COLUMN=FIELD."""
    options = {
        field.name: getattr(group, field.name)
        for group in groups
        for field in fields(group)  # type: ignore[arg-type]
        if field.name not in NO_SETTINGS
    }
    return {name: value for name, value in options.items() if value is not None and value != ()}
