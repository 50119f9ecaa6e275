"""The life of a folder: commands that die at any moment over a service that fails, while people use the workspace.

What is counted at the end of each life: people doubled, lost, with a wrong id, summaries that do not balance, and edits
of people lost without a line. People edit what the sheet says nothing of (a company, another number), or delete
contacts; whatever a command does afterwards, such an edit stays.
"""

from __future__ import annotations

import asyncio
import csv
import json
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import httpx
from pydantic import SecretStr

from importer.errors import ImporterError
from importer.pipeline.job import Hooks, Job, Places
from importer.pipeline.plan import plan
from importer.pipeline.run import run
from importer.pipeline.undo import undo
from importer.pipeline.verify import verify
from importer.sandbox import Fault, Sandbox
from importer.settings.load import load
from tests.e2e.process import KEY, Process
from tests.e2e.rig import read_table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from importer.model import Event

WRONG = ("doubled", "lost", "wrong id", "unbalanced", "edits lost without a line")
COMMANDS = ("run", "update", "mirror", "plan", "verify", "undo")
# What goes wrong, and how often among all requests.
FAULTS: tuple[tuple[float, dict[str, Any]], ...] = (
    (0.10, {"kind": "lost-response"}),
    (0.05, {"kind": "500-after", "method": "POST"}),
    (0.05, {"kind": "500-after", "method": "PATCH"}),
    (0.05, {"kind": "reset"}),
    (0.05, {"kind": "reset-after"}),
    (0.03, {"kind": "html-503"}),
    (0.03, {"kind": "404", "method": "PATCH"}),
    (0.03, {"kind": "429"}),
    (0.03, {"kind": "empty-201", "method": "POST"}),
)
OPTIONS: dict[str, Any] = {"source": "crm", "map": (("ID", "external_id"),), "rate": 500.0, "wait_for_service": 0.2}
UPDATE: dict[str, Any] = {"on_match": "update", "accept_new_rows": True}
MIRROR: dict[str, Any] = {**UPDATE, "mirror": True, "max_deletes": 100}


class Death(BaseException):
    """The process ends here and now."""


class Commands(Protocol):
    """How a command is carried out; returns its exit code, None if it died."""

    def __call__(self, life: Life, name: str, *, dies: bool, **options: Any) -> int | None: ...


@dataclass
class Life:
    """A sheet, a folder, a workspace and its people; `figures` counts what happens, and what is wrong."""

    folder: Path
    sandbox: Sandbox
    commands: Commands
    seed: int
    figures: Counter[str]
    rows: int = 10
    dice: random.Random = field(init=False)
    people: dict[str, tuple[str, str]] = field(default_factory=dict)
    edited: dict[str, dict[str, str]] = field(default_factory=dict)
    history: list[str] = field(default_factory=list)
    _count: int = 0

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        for _ in range(self.rows):
            self.add_person()

    @property
    def out(self) -> Path:
        return self.folder / "out"

    @property
    def sheet(self) -> Path:
        return self.folder / "people.csv"

    # ------------------------------------------------------------------------------------------------ the sheet

    def add_person(self) -> None:
        """A new row."""
        self._count += 1
        self.people[f"P{self._count}"] = (f"+44207946{self._count:04d}", "Sales")

    def change_sheet(self) -> None:
        """Rows come, go and change."""
        for external_id, (phone, _) in list(self.people.items()):
            if self.dice.random() < 0.3:
                self.people[external_id] = (phone, self.dice.choice(("Sales", "Lead", "Boss", "Clerk")))
        if len(self.people) > 5 and self.dice.random() < 0.3:
            del self.people[self.dice.choice(sorted(self.people))]
        if self.dice.random() < 0.4:
            self.add_person()

    def write(self) -> None:
        """Write the sheet as it is now."""
        with self.sheet.open("w", encoding="utf-8", newline="") as stream:
            table = csv.writer(stream)
            table.writerow(["ID", "First Name", "Last Name", "Phone", "Role"])
            for external_id, (phone, role) in self.people.items():
                table.writerow([external_id, f"Ada{external_id}", "Byron", phone, role])

    # ---------------------------------------------------------------------------------------- people in the app

    def use_app(self) -> None:
        """People edit some contacts, and now and then delete one."""
        for contact in self.sandbox.contacts():
            chance = self.dice.random()
            if chance < 0.10:
                company = f"Firm {self.dice.randrange(10**6)}"
                self.sandbox.edit(contact["id"], company=company)
                self.edited.setdefault(contact["id"], {})["company"] = company
                self.figures["edits of people"] += 1
            elif chance < 0.18:
                number = f"+1415555{self.dice.randrange(10**4):04d}"
                there = contact["defaultFields"]["phoneNumbers"]
                self.sandbox.edit(contact["id"], phoneNumbers=[*there, {"name": "own", "value": number}])
                self.edited.setdefault(contact["id"], {})[number] = number
                self.figures["edits of people"] += 1
            elif chance < 0.20:
                self.sandbox.delete(contact["id"])
                self.edited.pop(contact["id"], None)
                self.figures["deletions of people"] += 1

    # ------------------------------------------------------------------------------------------------- the life

    def live(self, steps: int) -> list[str]:
        """Live for so many steps, come to rest, and return what is wrong."""
        for _ in range(steps):
            self.change_sheet()
            self.use_app()
            self.write()
            self.sandbox.clear_faults()
            self.sandbox.add_faults(*(Fault(**kind, probability=chance) for chance, kind in FAULTS))
            name = self.dice.choices(COMMANDS, (3, 4, 2, 1, 1, 1))[0]
            code = self.command(name, dies=self.dice.random() < 0.7)
            self.figures["deaths"] += code is None
            self.figures["commands"] += 1
            if harm := self.harm():
                return harm
        self.sandbox.clear_faults()
        self.write()
        # Twice: a deletion is reported by the run that finds it.
        codes = [self.command("mirror", dies=False, on_missing="create") for _ in range(4)]
        harm = self.harm(at_rest=True)
        if codes[-1] not in (0, 1):
            harm.append(f"lost: it does not come to rest: {codes}")
        return harm

    def command(self, name: str, *, dies: bool, **options: Any) -> int | None:
        """Carry out a command."""
        code = self.commands(self, name, dies=dies, **options)
        self.history.append(f"{name} {code}")
        if code is None:
            self.let_arrive()
        return code

    def let_arrive(self) -> None:
        """Wait for what a command had sent when it died: no program can take that back, so people edit after it."""
        self.sandbox.clear_faults()
        for _ in range(3):
            # Each waits at the service as long as any other request, and in the same queue.
            httpx.get(f"{self.sandbox.url}/v1/contacts", headers={"Authorization": KEY}, trust_env=False, timeout=60)

    def harm(self, *, at_rest: bool = False) -> list[str]:
        """What is wrong now; at rest, also what is not done."""
        contacts = self.sandbox.contacts()
        ids = Counter(str(contact["externalId"]) for contact in contacts)
        harm = [f"doubled: {name} is there {count} times" for name, count in ids.items() if count > 1]
        by_id = {contact["id"]: contact for contact in contacts}
        for contact_id, edits in self.edited.items():
            fields = by_id.get(contact_id, {}).get("defaultFields", {})
            values = {str(fields.get("company")), *(item["value"] for item in fields.get("phoneNumbers", ()))}
            harm += [
                f"edits lost without a line: {contact_id} {value}" for value in edits.values() if value not in values
            ]
        if at_rest:
            harm += self._harm_at_rest(contacts)
        return harm

    def _harm_at_rest(self, contacts: list[dict[str, Any]]) -> list[str]:
        lines = {line["external_id"]: line for line in read_table(self.out / "id_map.csv")}
        summary = json.loads((self.out / "summary.json").read_text(encoding="utf-8"))
        told = {line["row"] for line in read_table(self.out / "problems.csv") if line["severity"] == "error"}
        by_external_id = {str(contact["externalId"]): contact for contact in contacts}
        harm = []
        for external_id in self.people:
            line, contact = lines.get(external_id), by_external_id.get(external_id)
            if line is None:
                harm.append(f"lost: {external_id} has no line")
            elif contact is None and line["row"] not in told:
                harm.append(f"lost: {external_id} has no contact: {line}")
            elif contact is not None and line["contact_id"] not in ("", contact["id"]):
                harm.append(f"wrong id: {line}, and not {contact['id']}")
        statuses = Counter(line["status"] for line in lines.values())
        is_balanced = len(lines) == len(self.people) == summary["rows"] == sum(statuses.values())
        if not is_balanced or any(summary[status] != number for status, number in statuses.items()):
            harm.append(f"unbalanced: {len(self.people)} rows, {dict(statuses)}, {summary}")
        return harm


def settings_of(name: str) -> dict[str, Any]:
    """The options of a command by its name here."""
    return {**OPTIONS, **{"update": UPDATE, "mirror": MIRROR, "undo": {}}.get(name, {})}


def in_process(life: Life, name: str, *, dies: bool, **options: Any) -> int | None:
    """Carry out a command in this process; dying, it ends at a random event, with what it was doing left undone."""
    left = life.dice.randrange(2, 3 * life.rows) if dies else 10**9

    def notify(event: Event) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Death

    settings = {**settings_of(name), **options, "base_url": life.sandbox.url, "out": life.out, "yes": True}
    places = Places(cache=life.folder / "cache", state=life.folder / "state")
    job = Job(str(life.sheet), load(settings, {}), "openphone-import", SecretStr(KEY), Hooks(notify=notify), places)
    work: dict[str, Callable[[], Any]] = {
        "plan": lambda: plan(job),
        "verify": lambda: verify(job),
        "undo": lambda: undo(job),
    }
    try:
        report = asyncio.run(work.get(name, lambda: run(job))())
    except Death:
        return None
    except ImporterError as error:
        return error.exit_code
    # A plan holds the report of its sheet, a run its summary; the others end by themselves.
    report = getattr(report, "report", report)
    code: int = getattr(report, "summary", report).exit_code
    return code


def in_child(life: Life, name: str, *, dies: bool, **options: Any) -> int | None:
    """Carry out a command in a process of its own; dying, it is killed (SIGKILL) at a random moment."""
    settings = {**settings_of(name), **options}
    arguments = ["--base-url", life.sandbox.url, "--yes", "--json"]
    if name == "undo":
        arguments = ["undo", str(life.out), *arguments, "--rate", "500"]
    else:
        command = name if name in ("plan", "verify") else "run"
        arguments = [command, str(life.sheet), *arguments, "--out", str(life.out)]
        for option, value in settings.items():
            words = f"--{option.replace('_', '-')}"
            texts = [f"{column}={target}" for column, target in value] if option == "map" else [str(value)]
            arguments += [words] if value is True else [part for text in texts for part in (words, text)]
    process = Process(arguments, life.folder, life.folder / "home")
    if dies:
        # Mostly while it sends, else while it starts and reads.
        if life.dice.random() < 0.8:
            process.saw_event("staged")
        process.wait(life.dice.random() * life.rows * 0.1)
        code = process.kill().code
        return None if code < 0 else code
    return process.end().code
