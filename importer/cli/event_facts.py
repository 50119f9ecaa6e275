"""What each event of `--json` holds: types for the JSON Schema that `schema events` prints."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict  # pydantic needs this TypedDict before Python 3.12

from importer.model import Fit, QuestionKind, Severity, Status  # noqa: TC001 (pydantic reads the annotations at run time)

Count = Annotated[int, Field(ge=0)]
Seconds = Annotated[float, Field(ge=0)]
Row = Annotated[int | None, Field(description="The row as a spreadsheet program numbers it; null for none.")]
ExitCode = Literal[0, 1, 2, 3, 70]


class NoFacts(TypedDict):
    pass


class NoteFacts(TypedDict):
    text: str
    warning: bool


class FileNoteFacts(NoteFacts):
    file: NotRequired[str]


class OpenedFacts(NoteFacts):
    file: str
    digest: str


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
    trace: NotRequired[Annotated[str, Field(description="The service's id of this exchange, for its support.")]]


class RowStatusFacts(TypedDict):
    row: Row
    status: Status


class UndoneFacts(TypedDict):
    external_id: str
    contact_id: str
    result: Literal["reversed", "kept", "failed"]


class JoinedFacts(TypedDict):
    contact_id: Annotated[str, Field(description="The contact that is kept.")]
    deleted: Count
    result: Annotated[Literal["joined", "left"], Field(description="left: others of the person are still there.")]


class MirroredFacts(TypedDict):
    external_id: str


class RetryFacts(TypedDict):
    row: Row
    reason: str
    attempt: Count


class RateLimitedFacts(TypedDict):
    wait_seconds: float | None


class ChoiceFacts(TypedDict):
    value: str
    label: str
    option: Annotated[str, Field(description="As it is typed; empty where the choice leaves the question open.")]


class QuestionFacts(TypedDict):
    id: str
    kind: QuestionKind
    column: str | None
    question: str
    proposal: str | None
    choices: list[ChoiceFacts]
    required: bool


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
    kind: NotRequired[
        Annotated[str, Field(description="Which one, such as KeyMissing, TakenOver, ServiceUnreachable.")]
    ]
