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
from importer.model.choices import (  # noqa: TC001 (as above)
    CellPolicy,
    DateOrder,
    HiddenPolicy,
    MissingPolicy,
    NoticeFormat,
    PersonAnswer,
    PhonePolicy,
)
from importer.model.fields import MAP_FIELDS_HELP

TASK = Group("What to do", sort_key=0)
FILE = Group("The sheet", sort_key=1)
CELLS = Group("Its cells", sort_key=2)
COLUMNS = Group("Its columns", sort_key=3)
CONTACTS = Group("Matching and updating", sort_key=4)
DELIVERY = Group("The service", sort_key=5)
GUARDS = Group("Guards", sort_key=6)
OUTPUT = Group("Output", sort_key=7)
SETTINGS = Group("Settings and questions", sort_key=8)

MAP = (
    "COLUMN=FIELD, can be repeated: COLUMN is a header or #N (its position, from 1); FIELD is "
    f'{MAP_FIELDS_HELP} or custom:NAME. Example: "Cell=phone:mobile".'
)


SETTINGS_FILES = ("config", "fleet", "workspace")
"""The options that say where settings are; they are not settings themselves."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class VoiceOptions:
    """Options of every command."""

    quiet: Annotated[bool, Parameter(alias="-q", negative=(), group=OUTPUT, show_default=False)] = False
    """Show only results and errors, without progress and notes."""
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
    """Practice: use a copy of the API on this computer instead of the real one; needs no key."""
    rate: Annotated[float | None, Parameter(group=DELIVERY)] = None
    """Send at most this many requests per second (default 10, the service's own limit)."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class WaitOptions:
    """The option of the commands without a sheet that wait for the service."""

    wait_for_service: Annotated[float | None, Parameter(group=DELIVERY)] = None
    """How many minutes to wait if the service stops answering (default 10)."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class FolderOptions:
    """Options of the commands about a folder of results, which a fleet may name too."""

    fleet: Annotated[Path | None, Parameter(group=SETTINGS)] = None
    """The fleet.toml with the folder, journal and key of the workspace that --workspace names."""
    workspace: Annotated[str | None, Parameter(group=SETTINGS)] = None
    """Name of a workspace in the file given by --fleet, instead of a folder."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class SheetOptions:
    """Options of the commands that read a sheet."""

    sheet: Annotated[str | None, Parameter(group=FILE)] = None
    """Name of the sheet to read from a workbook (default: the first visible sheet)."""
    header_row: Annotated[int | None, Parameter(group=FILE)] = None
    """Number of the row with the column names, or 0 if the sheet has no column names (default: detected)."""
    encoding: Annotated[str | None, Parameter(group=FILE)] = None
    """Encoding of a text file, such as cp1252 (default: detected)."""
    delimiter: Annotated[str | None, Parameter(group=FILE, allow_leading_hyphen=True)] = None
    """Character between the cells of a text file, or the word tab (default: detected)."""
    hidden: Annotated[HiddenPolicy | None, Parameter(group=FILE)] = None
    """Whether to import rows and columns that are hidden in the sheet, for example by a filter (default in)."""
    limit: Annotated[int | None, Parameter(group=FILE)] = None
    """Import only this many rows, counted from the first (default: all)."""
    region: Annotated[str | None, Parameter(group=CELLS)] = None
    """Country of phone numbers without a country code, such as US or GB (without it they are not sent)."""
    region_column: Annotated[str | None, Parameter(group=CELLS)] = None
    """Column with the country of each row, as a name or a code: the column's header or #N (its position, from 1)."""
    date_order: Annotated[DateOrder | None, Parameter(group=CELLS)] = None
    """Order of dates such as 03/04/2024 (default: decided for each column)."""
    decimal_comma: Annotated[bool | None, Parameter(negative=(), group=CELLS)] = None
    """Read numbers as 1.234,5, with a comma before the decimals (default: as 1,234.5)."""
    list_separator: Annotated[str | None, Parameter(group=CELLS)] = None
    """Character between the values of a multi-select cell (default ;)."""
    phones: Annotated[PhonePolicy | None, Parameter(group=CELLS)] = None
    """strict (default): import only valid phone numbers; lenient: also numbers that may not exist, with a warning."""
    bad_cells: Annotated[CellPolicy | None, Parameter(group=CELLS)] = None
    """What to do with a cell that cannot be understood: leave it out with a warning (default) or reject its row."""
    map: Annotated[
        tuple[str, ...],
        Parameter(negative=(), group=COLUMNS, show_default=False, help=MAP, completer=column_assignments),
    ] = ()
    only: Annotated[tuple[str, ...], Parameter(negative=(), group=COLUMNS, show_default=False)] = ()
    """Import only the rows that meet this condition, such as "Status == active"; if repeated, all must hold."""
    accept_new_rows: Annotated[bool | None, Parameter(negative=(), group=CONTACTS)] = None
    """Import rows as new people even if they look like contacts whose rows were changed or removed."""
    accept_corrections: Annotated[bool | None, Parameter(negative=(), group=CELLS)] = None
    """Also use the lines of corrections.csv that were added by hand or by another program."""
    same_person: Annotated[PersonAnswer | None, Parameter(group=CONTACTS)] = None
    """Make two rows with the same number and the same or a similar name one contact (join) or two (separate)."""
    accept_changes: Annotated[bool | None, Parameter(negative=(), group=COLUMNS)] = None
    """Accept that columns or custom fields have changed since the mapping was saved, and update the mapping."""
    learn_options: Annotated[bool | None, Parameter(negative=(), group=COLUMNS)] = None
    """Read the options of multi-select fields from the workspace's contacts, and warn about likely typing errors."""
    fields: Annotated[Path | None, Parameter(group=COLUMNS)] = None
    """JSON file with the custom fields as the API returns them (default: ask the API, or use its last answer)."""
    schema: Annotated[str | None, Parameter(group=COLUMNS)] = None
    """Your own pandera schema, applied to the sheet as it is in the file, such as rules.py:Sheet."""
    source: Annotated[str | None, Parameter(group=COLUMNS)] = None
    """The `source` that the workspace stores with each contact (default spreadsheet-import)."""
    id_prefix: Annotated[str | None, Parameter(group=COLUMNS, allow_leading_hyphen=True)] = None
    """Text to put before each id of the id column, such as shop-, so that ids of two sheets do not collide."""
    created_by: Annotated[str | None, Parameter(group=COLUMNS)] = None
    """Email address or id (US...) of the workspace user to show as the creator of the contacts."""
    match: Annotated[str | None, Parameter(group=CONTACTS)] = None
    """How to find the contact of a row, in this order, such as external-id,phone,email (default external-id)."""
    on_match: Annotated[Literal["create-only", "update", "fill-blank"] | None, Parameter(group=CONTACTS)] = None
    """What to do with a contact that exists and differs from its row (default create-only: leave it and report it)."""
    on_missing: Annotated[MissingPolicy | None, Parameter(group=CONTACTS)] = None
    """What to do with a row whose contact was deleted in the workspace: report it once (default) or create it again."""
    strict: Annotated[bool | None, Parameter(negative=(), group=GUARDS)] = None
    """Stop before the first change if any row would be rejected."""
    wait_for_service: Annotated[float | None, Parameter(group=DELIVERY)] = None
    """How many minutes to wait if the service stops answering (default 10)."""
    out: Annotated[Path | None, Parameter(group=OUTPUT)] = None
    """Folder for the results (default: in the current folder, named after FILE, such as contacts.import)."""
    mask: Annotated[bool | None, Parameter(negative=(), group=OUTPUT)] = None
    """Hide phone numbers and email addresses in report.html, so that you can share it."""
    yes: Annotated[bool | None, Parameter(negative=(), group=SETTINGS)] = None
    """Ask no questions and go ahead, for example under a scheduler."""
    forget: Annotated[tuple[str, ...], Parameter(negative=(), group=SETTINGS, show_default=False)] = ()
    """Forget the value of this option from earlier runs, such as region or map.Phone; can be repeated."""
    config: Annotated[Path | None, Parameter(group=SETTINGS)] = None
    """TOML file of settings: any of these options, and the tables [map] and [values]."""
    fleet: Annotated[Path | None, Parameter(group=SETTINGS)] = None
    """The fleet.toml with the settings, folder and key of the workspace that --workspace names."""
    workspace: Annotated[str | None, Parameter(group=SETTINGS)] = None
    """Name of a workspace in the file given by --fleet."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class RejectsGuardOptions:
    """The guard that needs no workspace, so `check` has it too."""

    max_rejects: Annotated[str | None, Parameter(group=GUARDS)] = None
    """Stop before the first change if more rows than this (5, or 2%) would be rejected or in conflict."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class SyncOptions(RejectsGuardOptions):
    """Options of the commands that import a sheet or plan to."""

    trust_journal: Annotated[bool | None, Parameter(group=CONTACTS)] = None
    """Skip rows that the journal has as done (default); --no-trust-journal looks at every contact again."""
    mirror: Annotated[bool | None, Parameter(negative=(), group=CONTACTS)] = None
    """Delete contacts of this import whose rows are gone; needs --source, --max-deletes and an id column."""
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
    notify_format: Annotated[NoticeFormat | None, Parameter(group=OUTPUT)] = None
    """Who receives the message at --notify-url: json (default) sends all figures, the others get one sentence."""
    summary_markdown: Annotated[Path | None, Parameter(group=OUTPUT)] = None
    """File to which the result is added as Markdown, such as "$GITHUB_STEP_SUMMARY"."""
    notify_test: Annotated[bool, Parameter(negative=(), group=OUTPUT, show_default=False)] = False
    """Send a test message to --notify-url and --on-finish, and do nothing else."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class ReportOptions:
    """Options of the commands that leave a page."""

    open: Annotated[bool, Parameter(negative=(), group=OUTPUT, show_default=False)] = False
    """Open the report in the browser at the end."""


NO_SETTINGS = frozenset({"quiet", "open", "verbose", "notify_test", *SETTINGS_FILES})
"""Options that are not settings: about the console, a file with settings, or another thing to do."""


def given(*groups: object) -> dict[str, Any]:
    """Return the options that were given, by their name in `Settings`; `map` is still a tuple of texts COLUMN=FIELD."""
    options = {
        field.name: getattr(group, field.name)
        for group in groups
        for field in fields(group)  # type: ignore[arg-type]
        if field.name not in NO_SETTINGS
    }
    return {name: value for name, value in options.items() if value is not None and value != ()}
