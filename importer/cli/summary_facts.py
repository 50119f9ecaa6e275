"""What the summary of each command holds, the last event of `--json`: types for the JSON Schema of `schema events`."""

from __future__ import annotations

from typing import Annotated, NotRequired

from pydantic import Field
from typing_extensions import TypedDict  # pydantic needs this TypedDict before Python 3.12

from importer.cli.event_facts import Count, ExitCode, PastRunFacts, Row, Seconds
from importer.model import FieldType  # noqa: TC001 (pydantic reads the annotations at run time)


class EndFacts(TypedDict):
    exit_code: ExitCode


class EffortFacts(EndFacts):
    requests: Count
    seconds: Seconds


class WorkspaceFacts(TypedDict):
    name: str | None
    subscription: str | None


class ThisRunFacts(TypedDict):
    created: Count
    updated: Count
    deleted: Count
    unchanged: Count
    retried: Count


class RowCountFacts(TypedDict):
    rows: Count
    created: Count
    updated: Count
    unchanged: Count
    skipped: Count
    duplicate: Count
    rejected: Count
    conflict: Count
    unfinished: Count
    this_run: ThisRunFacts
    warnings: Count
    retries: Count
    rate_limited: Count


class RunEndFacts(RowCountFacts, EffortFacts):
    run_id: str
    file: str
    sheet: str | None
    workspace: Annotated[WorkspaceFacts | None, Field(description="As the service names it; null if it does not.")]
    retirement: NotRequired[str]


class PlanEndFacts(RunEndFacts):
    create: Count
    update: Count
    look: Count
    delete: Count
    expected_requests: Count
    expected_seconds: Seconds
    plan: str


class ExportEndFacts(RunEndFacts):
    export: Annotated[str, Field(description="The file with the contacts.")]
    contacts: Count


class VerifyEndFacts(EffortFacts):
    file: str
    rows: Count
    there: Count
    never_arrived: Count
    changed_since: Count
    altered_by_service: Count
    not_sent: Count
    doubled: Count
    left_out: Count
    duplicate: Count
    skipped: Count
    rejected: Count
    conflict: Count
    unknown: Count
    without_row: Count
    doubles: Count
    # Only with --visibility.
    seen_now: NotRequired[Count]
    seen_later: NotRequired[Count]
    seen_never: NotRequired[Count]


class UndoEndFacts(EffortFacts):
    undone_runs: list[str]
    reversed: Count
    kept: Count
    failed: Count
    remaining: Count


class DedupeEndFacts(EffortFacts):
    run_id: str
    plan: bool
    contacts: Count
    found: Annotated[Count, Field(description="People who are in the workspace more than once.")]
    joined: Count
    changed: Count
    deleted: Count
    left: Count


class ProposedColumnFacts(TypedDict):
    column: str
    field: str
    open: bool
    reason: str


class MapEndFacts(EndFacts):
    mapping: str
    columns: list[ProposedColumnFacts]
    open: Count


class CustomFieldFacts(TypedDict):
    name: str
    key: str
    type: FieldType


class WhoamiEndFacts(EndFacts):
    address: str
    workspace: WorkspaceFacts | None
    users: Count | None
    fields: Count | None
    limit_per_second: float | None
    may_read: list[str]
    may_not_read: list[str]


class DoctorEndFacts(EndFacts):
    asked: str
    errors: str
    limit: str
    listed: str
    taken_id: str
    patch: str
    identity: str
    deleted_id: str
    left: list[str]


class FieldsEndFacts(EndFacts):
    fields: list[CustomFieldFacts]


class TemplateEndFacts(EndFacts):
    file: str
    fields: list[str]


class ForgetEndFacts(EndFacts):
    entries: Count
    files: list[str]
    contact_ids: Annotated[list[str], Field(description="Still in the workspace.")]


class ScheduleEndFacts(EndFacts):
    name: str
    command: list[str]


class NotifyTestEndFacts(EndFacts):
    tested: list[str]


class RunsEndFacts(EndFacts):
    runs: Count
    folders: Count


class ShowRunEndFacts(PastRunFacts):
    exit_code: ExitCode  # type: ignore[misc]  # of this command: never null
    report: str | None


class ShowRowEndFacts(EndFacts):
    run_id: str
    row: Row


class BugReportEndFacts(EndFacts):
    zip: str
    files: list[str]


class SettingFacts(TypedDict):
    name: str
    value: str
    origin: str


class ConfigEndFacts(EndFacts):
    settings: list[SettingFacts]


class RepairEndFacts(EndFacts):
    # Of a list the ids, of a repair that was carried out its id and the cells that it changed.
    repairs: NotRequired[list[str]]
    repair: NotRequired[str]
    cells: NotRequired[Count]
