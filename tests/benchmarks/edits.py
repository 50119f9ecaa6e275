"""How long a contact goes unwatched between the look at it and its change, and what becomes of edits meanwhile.

    python tests/benchmarks/edits.py [--rows 200] [--edits 200] [--rate 10] [--seed 1]

All rows of a sheet change under `--on-match update`, while people edit contacts at random moments. Printed are the
gaps between the look and the change of each contact, at the service, and the edits: kept, told of (a line in
problems.csv), overwritten within a gap, and overwritten outside of one without a line. Exits 1 for one of the last.
"""

from __future__ import annotations

import argparse
import csv
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]

from importer.sandbox import Sandbox  # noqa: E402
from tests.e2e.rig import Program, read_table  # noqa: E402

if TYPE_CHECKING:
    from importer.sandbox import Exchange

RULES = ("--on-match", "update", "--map", "ID=external_id")
SCALARS = ("role", "company")


@dataclass(frozen=True)
class PersonEdit:
    """What a person wrote into a field of a contact, and when (`time.monotonic`)."""

    external_id: str
    field: str
    value: str
    time: float


def write(path: Path, rows: int, role: str) -> Path:
    """People with ids; everybody has this role."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["ID", "First Name", "Last Name", "Phone", "Role"])
        for number in range(rows):
            table.writerow([f"P{number}", f"Ada{number}", "Byron", f"+4420794{number:05d}", role])
    return path


def edit_at_random(sandbox: Sandbox, program: Program, dice: random.Random, edits: int) -> list[PersonEdit]:
    """Run to the end while people edit; returns what they did in the time in which contacts were changed."""
    ids = {str(contact["externalId"]): contact["id"] for contact in sandbox.contacts()}
    process = program.start(*RULES)
    process.saw_event("staged")
    # Over the whole run, however long it takes.
    pause = len(ids) / program.rate / edits
    done: list[PersonEdit] = []
    while not process.wait(dice.random() * 2 * pause):
        external_id, field = dice.choice(sorted(ids)), dice.choice((*SCALARS, "phoneNumbers"))
        value = f"own {len(done)}"
        if field == "phoneNumbers":
            value = f"+1415555{len(done):04d}"
            there = sandbox.contact(ids[external_id])["defaultFields"][field]
            sandbox.edit(ids[external_id], phoneNumbers=[*there, {"name": "own", "value": value}])
        else:
            sandbox.edit(ids[external_id], **{field: value})
        done.append(PersonEdit(external_id, field, value, time.monotonic()))
    process.end()
    return done


def gaps_of(exchanges: list[Exchange]) -> dict[str, tuple[float, float]]:
    """Return by external id when the contact was last looked at before its change, and when it was changed."""
    looked: dict[str, float] = {}
    gaps: dict[str, tuple[float, float]] = {}
    for exchange in exchanges:
        for external_id in exchange.external_ids:
            if exchange.method == "GET":
                looked[external_id] = exchange.time
            elif exchange.method == "PATCH" and external_id in looked:
                gaps[external_id] = (looked[external_id], exchange.time)
    return gaps


def judge(
    sandbox: Sandbox, program: Program, edits: list[PersonEdit], gaps: dict[str, tuple[float, float]]
) -> Counter[str]:
    """Count what became of the edits: the last one of each field of a contact, since people overwrite each other."""
    contacts = {str(contact["externalId"]): contact["defaultFields"] for contact in sandbox.contacts()}
    told = {line["value"] for line in read_table(program.out / "problems.csv")}
    told |= {line["row"] for line in read_table(program.out / "problems.csv")}
    rows = {line["external_id"]: line["row"] for line in program.id_map()}
    last = {(edit.external_id, edit.field, edit.value if edit.field == "phoneNumbers" else ""): edit for edit in edits}
    kinds: Counter[str] = Counter()
    for edit in last.values():
        stored = contacts[edit.external_id][edit.field]
        is_kept = stored == edit.value or (
            isinstance(stored, list) and any(item["value"] == edit.value for item in stored)
        )
        look, change = gaps.get(edit.external_id, (0.0, 0.0))
        if is_kept:
            kinds["edits kept"] += 1
        elif rows[edit.external_id] in told:
            kinds["edits told of"] += 1
        elif look <= edit.time <= change + 0.5:
            kinds["edits overwritten within a gap"] += 1
        elif edit.time < look and edit.field == "role":
            # Before the look it is an ordinary difference, which `--on-match update` is asked to bring in line.
            kinds["edits before the look, brought in line with the sheet"] += 1
        else:
            kinds["edits lost without a line"] += 1
            print(f"lost: {edit}, look {look - edit.time:+.2f} s, change {change - edit.time:+.2f} s", file=sys.stderr)
    return kinds


def main() -> int:
    """Measure and print the figures as a table of Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=200, help="contacts that are changed (default 200)")
    parser.add_argument("--edits", type=int, default=200, help="about how many edits (default 200)")
    parser.add_argument("--rate", type=float, default=10, help="requests a second (default 10)")
    parser.add_argument("--seed", type=int, default=1, help="of the edits (default 1)")
    options = parser.parse_args()
    dice = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder, Sandbox.start(rate=0, latency_ms=100, jitter=0.5) as sandbox:
        place = Path(folder)
        program = Program(place, write(place / "people.csv", options.rows, "Sales"), sandbox.url, rate=200)
        program.run(*RULES)
        write(program.sheet, options.rows, "Lead")
        program.rate = options.rate
        seen = len(sandbox.requests())
        edits = edit_at_random(sandbox, program, dice, options.edits)
        exchanges = sandbox.requests()[seen:]
        gaps = gaps_of(exchanges)
        kinds = judge(sandbox, program, edits, gaps)
    lengths = sorted(change - look for look, change in gaps.values())
    figures = {
        "contacts changed": len(lengths),
        "requests": len(exchanges),
        "edits": len(edits),
        "gap, median": f"{statistics.median(lengths):.2f} s",
        "gap, longest": f"{lengths[-1]:.2f} s",
        **{name: kinds[name] for name in sorted({*kinds, "edits lost without a line"})},
    }
    for name, figure in figures.items():
        print(f"| {name} | {figure} |")
    return 1 if kinds["edits lost without a line"] else 0


if __name__ == "__main__":
    sys.exit(main())
