"""A desk for keeping in step: a sheet, a workspace over loopback, and runs and plans as the commands do them."""

from __future__ import annotations

import asyncio
import csv
import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from pydantic import SecretStr

from importer.pipeline.job import Hooks, Job, Places
from importer.pipeline.plan import plan
from importer.pipeline.preflight.saved_plan import SavedPlan
from importer.pipeline.run import run
from importer.sandbox import Sandbox
from importer.settings.load import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from importer.model import Event
    from importer.pipeline.job import Report
    from importer.pipeline.plan import PlanReport

    CountStatuses = Callable[[Report], dict[str, int]]
    PointValues = Callable[[Mapping[str, Any], str], list[str]]

HEADER = ("ID", "First Name", "Last Name", "Phone", "Email", "Role", "Company")
MAP = (("ID", "external_id"),)


def person(number: int, **cells: str) -> dict[str, str]:
    """A row of the sheet; `cells` replace its values."""
    usual = {
        "ID": f"P{number}",
        "First Name": f"Ada{number}",
        "Last Name": "Byron",
        "Phone": f"+4420794{number:05d}",
        "Email": f"ada{number}@example.com",
        "Role": "Sales",
        "Company": "Engine Ltd",
    }
    return {**usual, **cells}


@dataclass
class Desk:
    """One sheet and one workspace; `said` is what the person was told in the last run, `adapt` changes every job."""

    sandbox: Sandbox
    folder: Path
    said: list[str] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    adapt: Callable[[Job], Job] | None = None
    _seen: int = 0

    @property
    def out(self) -> Path:
        return self.folder / "out"

    @property
    def sheet(self) -> Path:
        return self.folder / "people.csv"

    def write(self, rows: Sequence[Mapping[str, str]]) -> None:
        """Write the sheet anew."""
        with self.sheet.open("w", encoding="utf-8", newline="") as stream:
            table = csv.DictWriter(stream, HEADER)
            table.writeheader()
            table.writerows(rows)

    def settle(self, rows: Sequence[Mapping[str, str]]) -> None:
        """Let the people of these rows be in the workspace already, as an import would have left them."""
        for row in rows:
            self.sandbox.add(
                {
                    "defaultFields": {
                        "firstName": row["First Name"],
                        "lastName": row["Last Name"],
                        "role": row["Role"],
                        "company": row["Company"],
                        "phoneNumbers": [{"name": "phone", "value": row["Phone"]}],
                        "emails": [{"name": "email", "value": row["Email"]}],
                    }
                },
                externalId=row["ID"],
                source="spreadsheet-import",
            )

    def job(self, hooks: Hooks | None = None, **settings: Any) -> Job:
        """The job of a command over the sheet; `settings` by the names of options."""
        usual = {"base_url": self.sandbox.url, "rate": 200.0, "out": self.out, "map": MAP, "yes": True}
        chosen = load({**usual, **settings}, {})
        self.said, self.events = [], []
        places = Places(cache=self.folder / "cache", state=self.folder / "state")
        # What is lost on loopback is lost at once.
        hooks = hooks or Hooks(notify=self._hear, settle_seconds=0.05)
        job = Job(str(self.sheet), chosen, "openphone-import run", SecretStr("sandbox-key"), hooks, places)
        return self.adapt(job) if self.adapt else job

    def _hear(self, event: Event) -> None:
        self.events.append(event)
        if "text" in event.facts:
            self.said.append(str(event.facts["text"]))

    def run(self, **settings: Any) -> Report:
        """Run to the end; what it raises is raised here."""
        self._seen = len(self.sandbox.requests())
        return asyncio.run(run(self.job(**settings)))

    def plan(self, **settings: Any) -> PlanReport:
        """Plan the run."""
        self._seen = len(self.sandbox.requests())
        return asyncio.run(plan(self.job(**settings)))

    def run_plan(self, **settings: Any) -> Report:
        """Run what was planned last."""
        self._seen = len(self.sandbox.requests())
        saved_plan = SavedPlan.open(self.out / "plan.json")
        return asyncio.run(run(self.job(**settings), saved_plan))

    def sent(self) -> Counter[str]:
        """The requests of the last run, by method."""
        return Counter(request.method for request in self.sandbox.requests()[self._seen :])

    def ids(self) -> dict[str, dict[str, str]]:
        """The lines of id_map.csv by external id."""
        with (self.out / "id_map.csv").open(encoding="utf-8", newline="") as stream:
            return {line["external_id"]: line for line in csv.DictReader(stream)}

    def problems(self) -> list[dict[str, str]]:
        with (self.out / "problems.csv").open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    def planned(self) -> dict[str, Any]:
        """What plan.json says."""
        return dict(json.loads((self.out / "plan.json").read_text(encoding="utf-8")))

    def contact(self, external_id: str) -> dict[str, Any]:
        """The contact with an external id."""
        return next(contact for contact in self.sandbox.contacts() if contact["externalId"] == external_id)


def statuses(report: Report) -> dict[str, int]:
    """The statuses that occur, with their counts."""
    return {str(status): count for status, count in report.summary.counts.items() if count}


def values(contact: Mapping[str, Any], kind: str) -> list[str]:
    """The numbers or addresses of a contact."""
    return [item["value"] for item in contact["defaultFields"][kind]]


class MakeRow(Protocol):
    """`person` as a fixture."""

    def __call__(self, number: int, **cells: str) -> dict[str, str]: ...


@pytest.fixture(scope="module")
def server() -> Iterator[Sandbox]:
    """One workspace without a limit for the tests of a module."""
    with Sandbox.start(rate=0) as sandbox:
        yield sandbox


@pytest.fixture
def desk(server: Sandbox, tmp_path: Path) -> Desk:
    """An empty workspace and a folder."""
    server.reset()
    return Desk(server, tmp_path)


@pytest.fixture
def row() -> MakeRow:
    """The maker of rows."""
    return person


@pytest.fixture
def counted() -> CountStatuses:
    """The statuses of a report that occur."""
    return statuses


@pytest.fixture
def reached() -> PointValues:
    """The numbers or addresses of a contact."""
    return values
