"""The events of `--json`, each with its facts: one JSON object a line on stdout, described by a JSON Schema.

Imported for `schema events` alone: no command pays for the types that describe what it writes.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NamedTuple, NotRequired

from pydantic import Field, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema
from typing_extensions import TypedDict  # pydantic needs this TypedDict before Python 3.12

from importer.model import FieldType, Fit, Severity, Status  # noqa: TC001 (pydantic reads the annotations at run time)

Count = Annotated[int, Field(ge=0)]
Seconds = Annotated[float, Field(ge=0)]
Row = Annotated[int | None, Field(description="The row as a spreadsheet program numbers it; null for none.")]
ExitCode = Literal[0, 1, 2, 3, 70]


class Kind(NamedTuple):
    """An event: when it comes, and the type of its facts."""

    when: str
    facts: Any


# ------------------------------------------------------------------------------------------- facts of the events


class NoFacts(TypedDict):
    pass


class NoteFacts(TypedDict):
    text: str
    warning: bool


class FileNoteFacts(NoteFacts):
    file: NotRequired[str]


class OpenedFacts(NoteFacts):
    file: str


class ReasonFacts(NoteFacts):
    reason: str


class ColumnFacts(TypedDict):
    column: str
    field: str
    fit: Fit
    reason: str


class MappedFacts(TypedDict):
    columns: list[ColumnFacts]


class ReadingFacts(TypedDict):
    rows: Count


class SurveyingFacts(TypedDict):
    rows: NotRequired[Count]
    of: NotRequired[Count]
    contacts: NotRequired[Count]
    conversations: NotRequired[Count]


class StagedFacts(TypedDict):
    to_send: Count


class RequestFacts(TypedDict):
    method: str
    path: str
    status: int
    ms: Count
    row: Row


class RowStatusFacts(TypedDict):
    row: Row
    status: Status


class UndoneFacts(TypedDict):
    external_id: str
    contact_id: str
    result: Literal["reversed", "kept", "failed"]


class MirroredFacts(TypedDict):
    external_id: str


class RetryFacts(TypedDict):
    row: Row
    reason: str
    attempt: Count


class RateLimitedFacts(TypedDict):
    wait_seconds: float | None


class FindingFacts(TypedDict):
    rule: str
    severity: Severity
    count: Count
    rows: Count
    row: Row
    column: str | None
    what: str
    next_step: str


class PastRunFacts(TypedDict):
    folder: str
    run_id: str
    command: str
    file: str
    started_at: str
    finished_at: str | None
    counts: dict[str, Count] | None
    exit_code: ExitCode | None
    seconds: Seconds | None
    requests: Count | None


class TracedRequestFacts(TypedDict):
    run_id: str
    asked: str
    asked_at: int | None


class TracedRowFacts(TypedDict):
    run_id: str
    row: Row
    status: Status | None
    repeats: Count | None
    contact_id: str | None
    rules: list[str] | None
    read_again: bool
    requests: list[TracedRequestFacts]


class ErrorFacts(TypedDict):
    message: str
    next_step: str
    exit_code: ExitCode


EVENTS = {
    "opened": Kind("the sheet was opened; `text` says how it is read", OpenedFacts),
    "note": Kind("something a person should know; a `warning` should not be missed", FileNoteFacts),
    "mapped": Kind("it is decided what happens to each column", MappedFacts),
    "reading": Kind("now and then while rows are read", ReadingFacts),
    "surveying": Kind(
        "now and then while the workspace is read: `rows` of `of` were looked up, or so many `contacts` or "
        "`conversations` were read",
        SurveyingFacts,
    ),
    "outlook": Kind("a line of what is about to be done, without values of contacts", NoteFacts),
    "staged": Kind("all is decided; so many rows are to be sent", StagedFacts),
    "request": Kind("a request was answered (`status` 0: it was not)", RequestFacts),
    "delivered": Kind("a row has ended", RowStatusFacts),
    "corrected": Kind("a last look has changed how a row ended", RowStatusFacts),
    "undone": Kind("`undo` is done with a contact", UndoneFacts),
    "removed": Kind("`--mirror` has deleted a contact", MirroredFacts),
    "kept": Kind("`--mirror` has spared a contact", MirroredFacts),
    "retry": Kind("a request of a row is made again", RetryFacts),
    "rate_limited": Kind("the service said 429; `wait_seconds` is what it asked for, or null", RateLimitedFacts),
    "waiting": Kind("the service is not available and is waited for", ReasonFacts),
    "resumed": Kind("the service is available again", NoteFacts),
    "pace-alone": Kind("the pace cannot be shared with other runs of this key", ReasonFacts),
    "cache-unwritable": Kind("the names of custom fields could not be kept", NoFacts),
    "finding": Kind(
        "near the end, for each rule that was broken: how often (`rows` is 0 where it is about columns), where first, "
        "in words, and what to do",
        FindingFacts,
    ),
    "run": Kind("`runs` and `show` describe a run; null is what its journal does not know", PastRunFacts),
    "row": Kind(
        "`show --row` describes a row, without its values; null is what the journal does not know any more",
        TracedRowFacts,
    ),
    "error": Kind("why the command ended early", ErrorFacts),
}


# ---------------------------------------------------------------------------------------- facts of the summaries


class EndFacts(TypedDict):
    exit_code: ExitCode


class EffortFacts(EndFacts):
    requests: Count
    seconds: Seconds


class RunEndFacts(EffortFacts):
    run_id: str
    file: str
    sheet: str | None
    rows: Count
    created: Count
    updated: Count
    unchanged: Count
    skipped: Count
    duplicate: Count
    rejected: Count
    conflict: Count
    unfinished: Count
    warnings: Count
    retries: Count
    rate_limited: Count


class PlanEndFacts(RunEndFacts):
    create: Count
    update: Count
    look: Count
    delete: Count
    expected_requests: Count
    expected_seconds: Seconds
    plan: str


class VerifyEndFacts(EffortFacts):
    file: str
    rows: Count
    there: Count
    never_arrived: Count
    changed_since: Count
    altered_by_service: Count
    not_sent: Count
    doubled: Count
    duplicate: Count
    skipped: Count
    rejected: Count
    conflict: Count
    unknown: Count
    seen_now: NotRequired[Count]
    seen_later: NotRequired[Count]
    seen_never: NotRequired[Count]


class UndoEndFacts(EffortFacts):
    undone_runs: list[str]
    reversed: Count
    kept: Count
    failed: Count


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


class FieldsEndFacts(EndFacts):
    fields: list[CustomFieldFacts]


class TemplateEndFacts(EndFacts):
    file: str
    fields: list[str]


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


# The last event of a command; `check`, `demo`, and every command that could not do its work, end as `run` does.
SUMMARIES = {
    "run": RunEndFacts,
    "plan": PlanEndFacts,
    "verify": VerifyEndFacts,
    "undo": UndoEndFacts,
    "map": MapEndFacts,
    "fields": FieldsEndFacts,
    "template": TemplateEndFacts,
    "runs": RunsEndFacts,
    "show": ShowRunEndFacts,
    "show --row": ShowRowEndFacts,
    "bug-report": BugReportEndFacts,
    "config": ConfigEndFacts,
}


class _ClosedJsonSchema(GenerateJsonSchema):
    """Allows no other facts, and leaves out titles, which would only repeat the names."""

    def typed_dict_schema(self, schema: Any) -> dict[str, Any]:
        return {**super().typed_dict_schema(schema), "additionalProperties": False}

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def document() -> dict[str, Any]:
    """The JSON Schema (2020-12) of one line of `--json`."""
    kinds = [*EVENTS.items()]
    kinds += [("summary", Kind(f"the last event of {command}", facts)) for command, facts in SUMMARIES.items()]
    lines, definitions = [], {}
    for name, (when, facts) in kinds:
        schema = TypeAdapter(facts).json_schema(schema_generator=_ClosedJsonSchema)
        definitions.update(schema.pop("$defs", {}))
        lines.append(
            {
                "description": when,
                "type": "object",
                "properties": {"event": {"const": name}, **schema["properties"]},
                "required": ["event", *schema.get("required", ())],
                "additionalProperties": False,
            }
        )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "An event of openphone-import --json",
        "description": "stdout holds one of these objects a line; the last one is a summary.",
        "oneOf": lines,
        "$defs": definitions,
    }
