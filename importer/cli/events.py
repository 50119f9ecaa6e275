"""The events of `--json`: one JSON object a line on stdout, described by a JSON Schema.

Imported for `schema events` alone: no command pays for the types that describe what it writes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from importer.cli import event_facts as facts
from importer.cli import fleet_facts, summary_facts


class Kind(NamedTuple):
    """An event: when it comes, and the type of its facts."""

    when: str
    facts: Any


EVENTS = {
    "opened": Kind(
        "the sheet was opened; `text` says how it is read, `digest` differs for other bytes", facts.OpenedFacts
    ),
    "note": Kind("something a person should know; a `warning` should not be missed", facts.FileNoteFacts),
    "mapped": Kind("it is decided which field each column fills", facts.MappedFacts),
    "reading": Kind("now and then while rows are read", facts.ReadingFacts),
    "surveying": Kind(
        "now and then while the workspace is read: how many `rows` of `of` were looked up, or how many "
        "`contacts` or `conversations` were read",
        facts.SurveyingFacts,
    ),
    "outlook": Kind("a line about what will be done, without values of contacts", facts.NoteFacts),
    "staged": Kind("every row is decided; `to_send` rows will be sent", facts.StagedFacts),
    "request": Kind("a request was answered, or failed without an answer (`status` 0)", facts.RequestFacts),
    "delivered": Kind("a row is done", facts.RowStatusFacts),
    "corrected": Kind("the last lookup has changed how a row ended", facts.RowStatusFacts),
    "undone": Kind("`undo` is done with a contact", facts.UndoneFacts),
    "joined": Kind(
        "`dedupe` is done with a person; `contact_id` is that of the contact that is kept", facts.JoinedFacts
    ),
    "removed": Kind("`--mirror` has deleted a contact", facts.MirroredFacts),
    "kept": Kind("`--mirror` has kept a contact", facts.MirroredFacts),
    "retry": Kind("a request of a row is sent again", facts.RetryFacts),
    "rate_limited": Kind(
        "the service answered 429; `wait_seconds` is the wait that it asked for, or null", facts.RateLimitedFacts
    ),
    "waiting": Kind("the service is not available, and the program waits for it", facts.ReasonFacts),
    "resumed": Kind("the service is available again", facts.NoteFacts),
    "pace-alone": Kind("the rate limit cannot be shared with other runs of this key", facts.ReasonFacts),
    "pace": Kind("the program follows the limit that the service states", facts.NoteFacts),
    "cache-unwritable": Kind("the names of custom fields could not be stored", facts.NoFacts),
    "notification-failed": Kind("`--notify-url` or `--on-finish` did not work; under `--quiet`, too", facts.NoteFacts),
    "question": Kind(
        "near the end, for each decision about the sheet that is still open: its choices, each with the option to type",
        facts.QuestionFacts,
    ),
    "finding": Kind(
        "near the end, for each rule that was broken: how often (`rows` is 0 if it is about columns), where first, "
        "in words, and what to do",
        facts.FindingFacts,
    ),
    "run": Kind("`runs` and `show` describe a run; null is what its journal does not know", facts.PastRunFacts),
    "row": Kind(
        "`show --row` describes a row, without its values; null is what the journal no longer knows",
        facts.TracedRowFacts,
    ),
    "workspace-started": Kind(
        "`fleet` begins with a workspace; each event from then on names its workspace", facts.NoFacts
    ),
    "workspace-ended": Kind(
        "`fleet` is done with a workspace; its events have no summary of their own", fleet_facts.WorkspaceEndedFacts
    ),
    "error": Kind("why the command ended early", facts.ErrorFacts),
}

# The last event of a command; `check`, `demo`, and every command that could not do its work, end as `run` does.
SUMMARIES = {
    "run": summary_facts.RunEndFacts,
    "plan": summary_facts.PlanEndFacts,
    "export": summary_facts.ExportEndFacts,
    "verify": summary_facts.VerifyEndFacts,
    "undo": summary_facts.UndoEndFacts,
    "dedupe": summary_facts.DedupeEndFacts,
    "map": summary_facts.MapEndFacts,
    "repair": summary_facts.RepairEndFacts,
    "ui": summary_facts.EndFacts,
    "fields": summary_facts.FieldsEndFacts,
    "doctor": summary_facts.DoctorEndFacts,
    "whoami": summary_facts.WhoamiEndFacts,
    "template": summary_facts.TemplateEndFacts,
    "forget": summary_facts.ForgetEndFacts,
    "schedule": summary_facts.ScheduleEndFacts,
    "--notify-test": summary_facts.NotifyTestEndFacts,
    "runs": summary_facts.RunsEndFacts,
    "show": summary_facts.ShowRunEndFacts,
    "show --row": summary_facts.ShowRowEndFacts,
    "bug-report": summary_facts.BugReportEndFacts,
    "config": summary_facts.ConfigEndFacts,
    "fleet run": fleet_facts.FleetEndFacts,
    "fleet adopt": fleet_facts.AdoptEndFacts,
    "fleet init": fleet_facts.InitEndFacts,
    "fleet status": fleet_facts.StatusEndFacts,
    "fleet start": fleet_facts.StartEndFacts,
    "fleet work": summary_facts.EndFacts,
    "fleet pause, retry, cancel": fleet_facts.ControlEndFacts,
    "fleet results": fleet_facts.ResultsEndFacts,
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
    kinds += [("summary", Kind(f"the last event of {command}", summary)) for command, summary in SUMMARIES.items()]
    lines, definitions = [], {}
    for name, kind in kinds:
        schema = TypeAdapter(kind.facts).json_schema(schema_generator=_ClosedJsonSchema)
        definitions.update(schema.pop("$defs", {}))
        # Every event of a run is also one of a fleet, which says whose it is; only the summary is of the whole fleet.
        of_fleet = {} if name == "summary" else {"workspace": fleet_facts.WORKSPACE}
        lines.append(
            {
                "description": kind.when,
                "type": "object",
                "properties": {"event": {"const": name}, **of_fleet, **schema["properties"]},
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
