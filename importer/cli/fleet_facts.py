"""What the events and the summary of a fleet hold, beside those of each run: types for `schema events`."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict  # pydantic needs this TypedDict before Python 3.12

from importer.cli.event_facts import Count, NoteFacts
from importer.cli.summary_facts import EffortFacts, EndFacts, RowCountFacts, RunEndFacts

WORKSPACE = {"type": "string", "description": "The workspace of a fleet that an event of `fleet` is about."}


class WorkspaceEndedFacts(RowCountFacts, EffortFacts, NoteFacts):
    workspace: Annotated[str, Field(description="Its name in the fleet.")]
    run_id: str
    file: str
    sheet: str | None
    retirement: NotRequired[str]
    out: str
    problem: str
    next_step: str


class WorkspaceResultFacts(RunEndFacts):
    name: str
    out: str
    problem: str
    next_step: str


class FleetEndFacts(RowCountFacts, EffortFacts):
    run_id: str
    file: str
    started_at: str
    workspaces: list[WorkspaceResultFacts]


class InitEndFacts(EndFacts):
    version: Annotated[Count, Field(description="Of the schema, now.")]
    before: Annotated[Count, Field(description="The version that the schema had; 0 for none.")]
    server: Annotated[str, Field(description="The version of the database server.")]


class WorkspaceStatusFacts(TypedDict):
    workspace: Annotated[str, Field(description="Its name in the fleet.")]
    holding: Annotated[
        Literal["working", "silent", "died", "free"],
        Field(description="Who has its journal: a worker, one that is not heard of, none since its worker died, none."),
    ]
    holder: NotRequired[str]
    since: NotRequired[Annotated[str, Field(description="In UTC; empty if it is free.")]]
    silent_seconds: NotRequired[float]
    started_at: NotRequired[Annotated[str, Field(description="Of the last run; empty for none.")]]
    run_exit_code: NotRequired[Annotated[int | None, Field(description="Of the last run; null while it has none.")]]
    counts: NotRequired[dict[str, int]]
    undone_at: NotRequired[Annotated[str, Field(description="When an undo after the last run began; empty for none.")]]
    occasion: NotRequired[Annotated[str, Field(description="The last one that was started.")]]
    state: NotRequired[Literal["queued", "running", "done", "stopped", "paused", "cancelled"]]
    attempt: NotRequired[Count]
    done_rows: NotRequired[Annotated[Count, Field(description="Of this attempt, so far.")]]
    problem: NotRequired[str]
    next_step: NotRequired[str]


class WorkerFacts(TypedDict):
    worker: Annotated[str, Field(description="Its process and its computer.")]
    lanes: Count
    alive: Annotated[bool, Field(description="Whether it was heard of lately.")]
    silent_seconds: float
    rows_per_second: float
    rate_limited: Annotated[Count, Field(description="How often the service has answered 429.")]
    commit_ms: Annotated[float, Field(description="How long its last commit took.")]


class StatusEndFacts(EndFacts):
    workspaces: list[WorkspaceStatusFacts]
    workers: list[WorkerFacts]


class StartEndFacts(EndFacts):
    occasion: Annotated[str, Field(description="What the import is called.")]
    queued: Annotated[list[str], Field(description="The workspaces that were queued.")]
    known: Annotated[dict[str, str], Field(description="How the others are that have this occasion already.")]


class OccasionFacts(TypedDict):
    occasion: str
    attempt: Count


class ControlEndFacts(EndFacts):
    workspace: str
    action: Literal["pause", "retry", "cancel"]
    occasions: Annotated[list[OccasionFacts], Field(description="What it was done about.")]
    was_running: Annotated[bool, Field(description="A worker finishes rows that are on their way.")]


class ResultsEndFacts(EndFacts):
    workspace: str
    out: str
    files: Annotated[list[str], Field(description="What was written there.")]
    run_id: Annotated[str, Field(description="Of the last run in the journal.")]


class AdoptEndFacts(EndFacts):
    name: str
    out: str
    runs: Count
