"""A night on which little has changed: what `run` costs before it sends anything, beside `check` of the same sheet.

    python tests/benchmarks/all.py --only night

The sheet is imported as `delivery.py` fills a journal; then a hundred rows change: phones, names, rows that come and
rows that go. Both commands are measured in turns, each in a process of its own, and of each the middle figure counts.
"""

from __future__ import annotations

import argparse
import csv
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.process import python, spent  # noqa: E402
from tests.benchmarks.table import Options, Row  # noqa: E402

if TYPE_CHECKING:
    from importer.model import Event

PHONES, NAMES, COMING, GOING = 40, 30, 15, 15


def measure(options: Options) -> list[Row]:
    """The CPU of `run` before the first change is sent, as a part of that of `check`; its memory."""
    rows = 500 if options.quick else 100_000
    with TemporaryDirectory(prefix="night-") as name:
        sheet = Path(name) / "people.csv"
        subprocess.run(python("sheets.py", sheet, "--rows", rows), check=True)
        subprocess.run(python("delivery.py", "--role=fill", "--sheet", sheet.name), cwd=sheet.parent, check=True)
        _change(sheet)
        seconds: dict[str, list[float]] = {"run": [], "check": []}
        memory = []
        for _ in range(options.repeats):
            for command, figures in seconds.items():
                shutil.copytree(sheet.parent / "out", sheet.parent / command)
                ran = spent(python("night.py", f"--role={command}", "--sheet", sheet.name), cwd=sheet.parent)
                figures.append(float(ran.output.split()[-1]))
                if command == "run":
                    memory.append(ran.peak_mb)
                shutil.rmtree(sheet.parent / command)
    what = f"a night with {PHONES + NAMES + COMING + GOING} of {rows:,} rows changed, before the first of them is sent"
    run, check = median(seconds["run"]), median(seconds["check"])
    return [
        Row(what, run, "s CPU", check, at_most=1.5, of_plain=True, note="beside `check` of the same sheet"),
        Row(f"{what}: memory", median(memory), "MB"),
    ]


def _change(sheet: Path) -> None:
    """Change a hundred rows: phones and names, and as many rows come as go."""
    dice = random.Random(3)
    with sheet.open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    phone, last_name = header.index("Mobile Phone"), header.index("Last Name")
    chosen = dice.sample(range(len(rows)), PHONES + NAMES + GOING)
    for number in chosen[:PHONES]:
        rows[number][phone] = f"(415) {dice.randrange(200, 1000)}-{dice.randrange(10_000):04}"
    for number in chosen[PHONES : PHONES + NAMES]:
        rows[number][last_name] += "son"
    going = set(chosen[PHONES + NAMES :])
    rows = [row for number, row in enumerate(rows) if number not in going]
    for number in range(COMING):
        cells = [f"N-{number}", f"New{number}", "Person", "NewCo", "", f"(415) 777-{number:04}", "", "", "", "", ""]
        rows.insert(dice.randrange(len(rows)), cells)
    with sheet.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])


def play(command: str, sheet: Path) -> float:
    """Check the sheet, or run it until the first change would be sent; the CPU seconds of this process."""
    import asyncio

    from importer.errors import Stopped
    from importer.pipeline.job import Hooks, Job
    from importer.settings.model import Settings

    stop, passed = asyncio.Event(), []

    def notify(event: Event) -> None:
        if event.name == "staged":
            passed.append(time.process_time())
            stop.set()

    settings = Settings(sandbox=True, region="US", out=Path(command), yes=True)
    job = Job(str(sheet), settings, hooks=Hooks(notify=notify, stop=stop))
    if command == "check":
        from importer.pipeline.check import check

        check(job)
        return time.process_time()
    from importer.pipeline.run import run

    try:
        asyncio.run(run(job))
    except Stopped:
        assert passed
    return passed[0]


def main() -> None:
    """Play a role for `measure`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("role", "sheet"):
        parser.add_argument(f"--{name}", required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    print(play(options.role, Path(options.sheet)))


if __name__ == "__main__":
    main()
