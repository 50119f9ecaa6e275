"""What a person sees, kept as text: `python tests/cli/snapshots.py` writes tests/cli/snapshots anew.

A session of commands in a terminal of 60 and one of 120 columns, and without a terminal. ⟦31:text⟧ is coloured text;
times and ids are made equal.
"""

from __future__ import annotations

import re
import shlex
import shutil
import sys
import tempfile
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.cli.window import Window, on_terminal, through_a_pipe
from tests.docs.pages import settled
from tests.paths import ROOT

FOLDER = Path(__file__).parent / "snapshots"
PLACES: dict[str, int | None] = {"60": 60, "120": 120, "pipe": None}
SANDBOX = ("--sandbox", "--rate", "100")
SESSION = {
    "check": ["check", "contacts.csv", "--sandbox"],
    "run": ["run", "contacts.csv", *SANDBOX],
    "again": ["run", "contacts.csv", *SANDBOX, "--quiet"],
    "verify": ["verify", "contacts.csv", *SANDBOX],
    "dedupe": ["dedupe", "--plan", "--out", "contacts.sandbox.import", *SANDBOX],
    "undo": ["undo", "contacts.sandbox.import", *SANDBOX, "--yes"],
    "mistake": ["run", "contacts.csv", "--sandbox", "--map", "Mobil Phone=phone"],
}
# Beside what varies in the README: the bar is as long as its window leaves, and a run has its day.
VARIES = (
    (re.compile(r"\|█+\|"), "|█|"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC"), "2026-01-01 00:00 UTC"),
    (re.compile(r"(?<=the run of )\d{4}-\d\d-\d\d"), "2026-01-01"),
    (re.compile(r"(?<=contacts in )\d+ s|(?<=0\.0 s), [\d.]+ a second"), "0.0 s"),
)


def session(folder: Path, columns: int | None) -> dict[str, str]:
    """What each command shows, one after another in `folder`; columns None: without a terminal."""
    shutil.copyfile(ROOT / "sample_data" / "contacts.csv", folder / "contacts.csv")
    said = {name: shown(line, folder, columns) for name, line in SESSION.items()}
    return {name: f"$ openphone-import {shlex.join(SESSION[name])}\n{text}" for name, text in said.items()}


def shown(line: list[str], folder: Path, columns: int | None) -> str:
    """What one command shows, without what differs from one time to the next."""
    if columns is None:
        return equal(through_a_pipe(line, folder))
    return equal(Window().feed(on_terminal(line, folder, columns)).marked())


def equal(text: str) -> str:
    """The text without times and ids."""
    for pattern, fixed in VARIES:
        text = pattern.sub(fixed, text)
    return settled(text)


def main() -> None:
    """Write the snapshots anew."""
    FOLDER.mkdir(exist_ok=True)
    for place, columns in PLACES.items():
        with tempfile.TemporaryDirectory() as folder:
            for name, text in session(Path(folder), columns).items():
                (FOLDER / f"{name}-{place}.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
