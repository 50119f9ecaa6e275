"""Does a sheet that changes a little every night ever stop, or ask without cause, or make a person twice?

    python -m tests.benchmarks.nights [--nights 60] [--rows 1000] [--seed 7]

A scheduler imports one sheet night after night into a service on loopback, without an id column and with
`--on-match update`. Between two nights a person in a hundred leaves, as many come, and one in a hundred has another
phone. Printed are the nights that did not end with 0, what was asked, the people who have two contacts or none, and
the requests that a night's look beyond the folder costs. Exits 1 unless all but the last are 0.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import sys
import tempfile
from collections import Counter
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from itertools import count
from pathlib import Path

from importer.cli.app import main as command
from importer.sandbox import Sandbox

GIVEN = (
    *("Ann", "Bob", "Cy", "Dora", "Eli", "Fay", "Gus", "Hana", "Ian", "Joy", "Kim", "Leo", "Mia", "Ned", "Ola", "Pia"),
    *("Quinn", "Rosa", "Sam", "Tess", "Uma", "Vic", "Wes", "Xenia", "Yara", "Zoe", "Abel", "Bea", "Carl", "Dina"),
)
FAMILY = [
    first + second
    for first in ("Ash", "Brad", "Car", "Dal", "Ell", "Fair", "Green", "Hol", "Ing", "Jer", "Kirk", "Lang", "Mar")
    for second in ("bury", "croft", "den", "field", "gate", "ham", "ley", "man", "ner", "son", "ton", "well", "wick")
]


@dataclass
class Person:
    """A person of the sheet; the email stays, and tells in the workspace who it is."""

    name: str
    phone: str
    email: str


@dataclass
class Counted:
    """What the nights came to; `looks`: requests for contacts of the source, by the number of nights with so many."""

    nights: int = 0
    stopped: int = 0
    asked: int = 0
    doubled: int = 0
    missing: int = 0
    looks: Counter[int] = field(default_factory=Counter)

    @property
    def is_clean(self) -> bool:
        return not (self.stopped or self.asked or self.doubled or self.missing)


def walked(folder: Path, nights: int, rows: int, chance: random.Random) -> Counted:
    """Run the nights in `folder`, with a service that counts its requests."""
    numbers, names = count(1), [f"{given} {family}" for given in GIVEN for family in FAMILY]
    chance.shuffle(names)

    def person() -> Person:
        number = next(numbers)
        # Who comes with the name of a person who has just left would be asked about, and rightly.
        name = names.pop()
        return Person(name, f"+1415{5550000 + number}", f"person{number}@example.com")

    people = [person() for _ in range(rows)]
    counted, moving = Counted(), max(1, rows // 100)
    seconds = count(1_700_000_000, 3_600)
    with Sandbox.start(rate=0, clock=lambda: next(seconds)) as sandbox:
        for night in range(nights):
            for _ in range(moving if night else 0):
                people.remove(chance.choice(people))
                people.append(person())
                chance.choice(people).phone = f"+1628{5550000 + next(numbers)}"
            before = len(sandbox.requests())
            code = _run(folder, people, sandbox.url)
            counted.looks[sum("sources=" in request.query for request in sandbox.requests()[before:])] += 1
            counted.nights += 1
            counted.stopped += code != 0
            with (folder / "out" / "problems.csv").open(encoding="utf-8", newline="") as stream:
                counted.asked += sum(line["rule"] == "maybe-known" for line in csv.DictReader(stream))
        there = Counter(email["value"] for each in sandbox.contacts() for email in each["defaultFields"]["emails"])
    counted.doubled = sum(number > 1 for number in there.values())
    counted.missing = sum(there[each.email] == 0 for each in people)
    return counted


def _run(folder: Path, people: list[Person], url: str) -> int:
    sheet = folder / "people.csv"
    with sheet.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["Name", "Phone", "Email"])
        table.writerows((each.name, each.phone, each.email) for each in people)
    options = ("--base-url", url, "--rate", "1000", "--yes", "-q", "--on-match", "update")
    with redirect_stdout(StringIO()):
        return command(["run", str(sheet), "--out", str(folder / "out"), *options])


def main() -> int:
    """Run the nights and print what they came to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nights", type=int, default=60)
    parser.add_argument("--rows", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        places = dict.fromkeys(("HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"), folder)
        os.environ.update(places, OPENPHONE_API_KEY="sandbox-key")
        counted = walked(Path(folder), options.nights, options.rows, random.Random(options.seed))
    print(counted)
    return 0 if counted.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
