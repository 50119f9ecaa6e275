"""`python tests/samples/make_expected.py` writes sample_data/expected anew: read what changed, then commit it."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SAMPLES = Path(__file__).parents[2] / "sample_data"
CHANGING = {"run_id", "file", "requests", "retries", "rate_limited", "seconds"}


def write(name: str, out: Path) -> None:
    """Import one sample into `out` and keep of its outputs what does not change from run to run."""
    command = ["run", str(SAMPLES / name), "--sandbox", "--rate", "200", "--out", str(out), "--quiet"]
    subprocess.run([sys.executable, "-m", "importer", *command], check=False, stdout=subprocess.DEVNULL)
    folder = SAMPLES / "expected" / name
    folder.mkdir(parents=True, exist_ok=True)
    for file in ("problems.csv", "rejects.csv"):
        shutil.copyfile(out / file, folder / file)
    _id_map(out / "id_map.csv", folder / "id_map.csv")
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    kept = {key: value for key, value in summary.items() if key not in CHANGING}
    (folder / "summary.json").write_text(f"{json.dumps(kept, indent=2)}\n", encoding="utf-8")


def _id_map(source: Path, target: Path) -> None:
    with source.open(encoding="utf-8", newline="") as ours, target.open("w", encoding="utf-8", newline="") as theirs:
        lines = csv.DictReader(ours)
        table = csv.DictWriter(theirs, list(lines.fieldnames or ()))
        table.writeheader()
        table.writerows({**line, "contact_id": "yes" if line["contact_id"] else ""} for line in lines)


if __name__ == "__main__":
    for sample in ("contacts.csv", "contacts.xlsx"):
        with tempfile.TemporaryDirectory() as place:
            write(sample, Path(place) / "out")
