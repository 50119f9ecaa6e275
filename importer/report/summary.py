"""`summary.json`: one run in figures."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from importer.model import Status
from importer.model.delivery import HANDED_BACK

if TYPE_CHECKING:
    from collections.abc import Mapping

FIGURES = ("warnings", "requests", "retries", "rate_limited", "seconds")
"""What a summary counts of its run, beside what became of the rows."""
THIS_RUN = ("created", "updated", "deleted", "unchanged", "retried")


@dataclass(frozen=True, slots=True)
class Summary:
    """One run in figures; the keys of `summary.json`. `rows` is the sum of the eight statuses.

    `requests`, `retries`, `rate_limited` and `seconds` are this run's; the statuses are the state of the sheet.
    `this_run` says what this run did of it: how many contacts it created, updated, deleted and found as they should be,
    and how many requests it sent again. `retirement`: the headers in which the service announced its end; the key is
    there only if it did.
    `workspace` has the `name` and the `subscription` by the service's own word, None where it was not asked or told.
    """

    run_id: str
    file: str
    sheet: str | None
    counts: Mapping[Status, int] = field(default_factory=dict)
    this_run: Mapping[str, int] = field(default_factory=dict)
    warnings: int = 0
    requests: int = 0
    retries: int = 0
    rate_limited: int = 0
    seconds: float = 0.0
    retirement: str = ""
    exit_code: int = 0
    workspace: Mapping[str, str | None] | None = None

    @property
    def rows(self) -> int:
        """Source rows read."""
        return sum(self.counts.values())

    def count(self, status: Status) -> int:
        """Rows that ended as `status`."""
        return self.counts.get(status, 0)

    @property
    def handed_back(self) -> int:
        """Rows to correct or to decide."""
        return sum(map(self.count, HANDED_BACK))

    def as_dict(self) -> dict[str, object]:
        """JSON-ready, in the documented order."""
        plain = asdict(self)
        counts = {status.value: self.count(status) for status in Status}
        tail = {name: plain[name] for name in FIGURES}
        head = {"run_id": self.run_id, "file": self.file, "sheet": self.sheet}
        announced = {"retirement": self.retirement} if self.retirement else {}
        end = {
            "this_run": {name: self.this_run.get(name, 0) for name in THIS_RUN},
            **tail,
            **announced,
            "exit_code": self.exit_code,
        }
        return {**head, "workspace": self.workspace, "rows": self.rows, **counts, **end}


def parse_summary(facts: Mapping[str, Any]) -> Summary:
    """Return the summary whose `as_dict` is `facts`; what is missing counts as nothing."""
    numbers = {name: facts.get(name) or 0 for name in FIGURES}
    return Summary(
        run_id=str(facts.get("run_id", "")),
        file=str(facts.get("file", "")),
        sheet=facts.get("sheet"),
        counts={status: int(facts.get(status.value) or 0) for status in Status},
        this_run=facts.get("this_run") or {},
        **numbers,
        retirement=str(facts.get("retirement", "")),
        exit_code=int(facts.get("exit_code") or 0),
        workspace=facts.get("workspace"),
    )


def exit_code(counts: Mapping[Status, int]) -> int:
    """0: every row is imported; 1: some are rejected or in conflict; 3: some are unfinished."""
    # Unfinished rows count first: a scheduler runs the command again after 3, but not after 1.
    if counts.get(Status.UNFINISHED):
        return 3
    return 1 if any(map(counts.get, HANDED_BACK)) else 0
