"""What the end-to-end proofs stand on: a service and a program that can be killed, and an audit of what they leave.

The soak in `tests/benchmarks` uses the same.
"""

from __future__ import annotations

import csv
import json
import signal
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from importer.sandbox import Sandbox
from tests.e2e.process import KEY, Done, Process

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence
    from pathlib import Path

STATUSES = ("created", "updated", "unchanged", "skipped", "duplicate", "rejected", "conflict", "unfinished")


def write_people(path: Path, rows: int, first: int = 0) -> Path:
    """A sheet of people, each with a number that nobody else has; row 2 is the first person."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["First Name", "Last Name", "Phone", "Email"])
        table.writerows(
            [f"Ada{number}", "Byron", f"+4420794{number:05d}", f"ada{number}@example.com"]
            for number in range(first, first + rows)
        )
    return path


class Service:
    """The sandbox in its own process, at one address and over one store for as long as the test lasts."""

    def __init__(self, store: Path, home: Path, *options: str) -> None:
        self.store, self.url = store, ""
        self._home, self._options, self._port = home, options, "0"
        self._process: Process | None = None

    def start(self, *options: str) -> Service:
        """Serve; it is up when this returns. `options` replace those given at first."""
        self._options = options or self._options
        arguments = ("sandbox", "--port", self._port, "--store", str(self.store), "--key", KEY, *self._options)
        self._process = Process(arguments, self._home, self._home)
        assert self._process.saw("Sandbox up."), self._process.end()
        self.url = self._process.output().split()[0]
        self._port = self.url.rsplit(":", 1)[1]
        return self

    def kill(self) -> None:
        """SIGKILL, in the middle of whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._process = None

    def contacts(self) -> list[dict[str, Any]]:
        """Every contact in the store, served or not."""
        with Sandbox.start(self.store) as opened:
            return opened.contacts()


@dataclass
class Program:
    """The command line over one sheet in `folder`; `cold` starts a fresh interpreter each time."""

    folder: Path
    sheet: Path
    url: str = ""
    rate: float = 100
    cold: bool = False

    @property
    def out(self) -> Path:
        """The folder of the results."""
        return self.folder / "out"

    def start(self, *options: str, key: str = KEY, stdout: int | None = None) -> Process:
        """Start `run`; options given here replace those that go with every start."""
        defaults = {"--base-url": self.url, "--out": str(self.out), "--rate": str(self.rate)}
        given = [part for name, value in defaults.items() if name not in options for part in (name, value)]
        arguments = ("run", str(self.sheet), "--yes", "--json", *given, *options)
        return Process(arguments, self.folder, self.folder / "home", key=key, cold=self.cold, stdout=stdout)

    def run(self, *options: str, key: str = KEY) -> Done:
        """Run to the end."""
        return self.start(*options, key=key).end()

    def summary(self) -> dict[str, Any]:
        """The figures of the last run."""
        found: dict[str, Any] = json.loads((self.out / "summary.json").read_text(encoding="utf-8"))
        return found

    def id_map(self) -> list[dict[str, str]]:
        """The lines that the person is handed."""
        return read_table(self.out / "id_map.csv")

    def drop_journal(self) -> None:
        """Remove the journal as a person would, its side files with it."""
        for file in (*self.out.glob("journal.sqlite*"), *self.out.glob(".journal.sqlite*")):
            file.unlink()


def read_table(path: Path) -> list[dict[str, str]]:
    """A CSV file as one dict a line."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def kill_at_random(program: Program, dice: random.Random, longest_seconds: float) -> bool:
    """Start a run and SIGKILL it, mostly at some moment of its sending, else before. Whether it lived until then.

    Waiting for the event keeps the moments where they matter, however slow the machine is just now.
    """
    process = program.start()
    early = dice.random() < 0.15
    moment = dice.random()
    if early or not process.saw_event("staged"):
        process.wait(moment * 2)
    else:
        process.wait(moment * longest_seconds)
    return process.kill().code == -signal.SIGKILL


@dataclass(frozen=True)
class Audit:
    """What is wrong between sheet, workspace and id map; false when every row is in exactly once."""

    missing: tuple[str, ...]
    doubled: tuple[str, ...]
    strangers: tuple[str, ...]
    wrong_ids: tuple[str, ...]
    unfinished: int
    unbalanced: tuple[str, ...]

    def __bool__(self) -> bool:
        lists = (self.missing, self.doubled, self.strangers, self.wrong_ids, self.unbalanced)
        return any(lists) or self.unfinished > 0


def audit(program: Program, contacts: Sequence[dict[str, Any]]) -> Audit:
    """Compare by what people are known by, their number, so that nothing the program computed is believed."""
    people = [person["Phone"] for person in read_table(program.sheet)]
    made = Counter(phone for contact in contacts for phone in phones(contact))
    ids = {contact["id"]: phone for contact in contacts for phone in phones(contact)}
    lines, summary = program.id_map(), program.summary()
    counted = Counter(line["status"] for line in lines)
    return Audit(
        missing=tuple(phone for phone in people if phone not in made),
        doubled=tuple(phone for phone, count in made.items() if count > 1),
        strangers=tuple(set(made) - set(people)),
        wrong_ids=tuple(_wrong_ids(people, lines, ids)),
        unfinished=counted["unfinished"],
        unbalanced=tuple(_unbalanced(len(people), lines, counted, summary)),
    )


def phones(contact: dict[str, Any]) -> list[str]:
    """The numbers of a contact as the API shows it."""
    return [item["value"] for item in contact["defaultFields"]["phoneNumbers"]]


def _wrong_ids(people: Sequence[str], lines: Sequence[dict[str, str]], ids: dict[str, str]) -> Iterator[str]:
    by_row = {int(line["row"]): line for line in lines}
    for row, phone in enumerate(people, start=2):
        line = by_row.get(row)
        if line is None or ids.get(line["contact_id"]) != phone:
            yield f"row {row}: {line}"


def _unbalanced(
    rows: int, lines: Sequence[dict[str, str]], counted: Counter[str], summary: dict[str, Any]
) -> Iterator[str]:
    if not len(lines) == summary["rows"] == rows:
        yield f"{rows} rows, {len(lines)} lines in id_map.csv, {summary['rows']} in summary.json"
    for status in STATUSES:
        if summary[status] != counted[status]:
            yield f"{status}: {summary[status]} in summary.json, {counted[status]} in id_map.csv"
