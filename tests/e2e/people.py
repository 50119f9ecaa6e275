"""Walks of human events against the program itself: a sheet of people, a folder, a workspace on loopback.

The people and what happens to them are those of `tests/identity/model.py`; here the program reads and sends the sheet.
Who a contact really is shows in its role, a column that no rule looks at.
"""

from __future__ import annotations

import csv
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from importer.cli.app import main
from tests.identity.events import EVENTS
from tests.identity.model import Folder

if TYPE_CHECKING:
    from pathlib import Path

    from importer.sandbox import Sandbox

HEADER = ("First", "Last", "Tel", "Mail", "Note", "Nr", "Ref")


@dataclass(slots=True)
class Walk:
    """One walk: the folder of the model gives the sheet, `harm` collects what went wrong."""

    sandbox: Sandbox
    place: Path
    seed: int
    harm: list[str] = field(default_factory=list)
    happened: list[str] = field(default_factory=list)
    folder: Folder = field(init=False)

    def __post_init__(self) -> None:
        self.folder = Folder(random.Random(self.seed))

    @property
    def sheet(self) -> Path:
        return self.place / "people.csv"

    @property
    def out(self) -> Path:
        return self.place / "out"

    def write(self) -> None:
        """Write the sheet as it is now."""
        with self.sheet.open("w", encoding="utf-8", newline="") as stream:
            table = csv.writer(stream)
            table.writerow([*HEADER, *[f"Extra {number}" for number in range(self.folder.extra)]])
            for person in self.folder.lines():
                phone = "12" if person.bad_phone else person.phone.removeprefix("+1")
                cells = (person.first, person.last, phone, person.email, person.note, person.id, f"R{person.number}")
                table.writerow([*cells, *["x"] * self.folder.extra])

    def options(self) -> list[str]:
        """What the person says of the sheet: which columns are named, whether a region is given."""
        reader = self.folder.reader
        fields = {
            "First": "first_name",
            "Last": "last_name",
            "Tel": "phone" if reader.phones else "ignore",
            "Mail": "email" if reader.emails else "ignore",
            "Note": "ignore",
            "Nr": "external_id" if reader.ids else "ignore",
            "Ref": "role",
        }
        options = [part for column, name in fields.items() for part in ("--map", f"{column}={name}")]
        return [*options, *(["--region", "US"] if reader.region else [])]

    def run(self) -> int:
        """Import the sheet, and look whom it harmed."""
        self.write()
        service = ["--base-url", self.sandbox.url, "--rate", "500", "--yes", "-q", "--out", str(self.out)]
        code = main(["run", str(self.sheet), *service, *self.options()])
        self.happened.append(f"run {code}")
        if code not in (0, 1, 2):
            self.harm.append(f"exit {code}")
        roles = Counter(contact["defaultFields"].get("role") for contact in self.sandbox.contacts())
        self.harm += [f"{role} is there {count} times" for role, count in roles.items() if count > 1]
        if code in (0, 1):
            self.look_at_id_map()
        return code

    def look_at_id_map(self) -> None:
        """Each row has its own person's contact, or a line that says why it has none."""
        owners = {contact["id"]: contact["defaultFields"].get("role") for contact in self.sandbox.contacts()}
        with (self.out / "id_map.csv").open(encoding="utf-8", newline="") as stream:
            lines = list(csv.DictReader(stream))
        people = self.folder.lines()
        if len(lines) != len(people):
            self.harm.append(f"{len(lines)} lines for {len(people)} rows")
        for line, person in zip(lines, people, strict=False):
            is_sent = line["status"] in ("created", "updated", "unchanged", "skipped")
            if is_sent and owners.get(line["contact_id"]) != f"R{person.number}":
                self.harm.append(f"row {line['row']} of R{person.number} has {owners.get(line['contact_id'])}")

    def walk(self, events: int) -> list[str]:
        """Take the walk; returns the harm that was done."""
        chance = self.folder.chance
        for _ in range(chance.randint(3, 6)):
            self.folder.add()
        self.run()
        for _ in range(events):
            for event in chance.sample(EVENTS, chance.choice([1, 1, 2])):
                event(self.folder)
                self.happened.append(event.__name__)
            self.run()
            if self.harm:
                break
        return self.harm
