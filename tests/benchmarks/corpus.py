"""Generated sheets of many kinds, each made from a known truth, and how many mistakes an import of them makes.

    python -m tests.benchmarks.corpus [--seeds 12]

The judge knows the truth from the generator alone: the contacts that a sheet holds, or why it cannot be read.

* hard mistake: a contact in the workspace that the truth does not have (two people in one, a stranger's number)
* silent mistake: a contact of the truth that is missing, though no line of problems.csv is about its row
* untrue refusal: a sheet that can be read is refused, or one that cannot is refused with another reason
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import io
import os
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from importer.cli.app import main
from importer.sandbox import Sandbox
from tests.benchmarks.corpus_books import KINDS as BOOKS
from tests.benchmarks.corpus_columns import KINDS as COLUMNS
from tests.benchmarks.corpus_texts import KINDS as TEXTS
from tests.benchmarks.corpus_texts import Contact, Maker, Truth

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FIGURES = ("sheets", "hard", "silent", "untrue refusal")
KINDS = (*TEXTS, *COLUMNS, *BOOKS)


def mistakes(truth: Truth) -> list[str]:
    """Import a sheet into an empty workspace, and say what the result has wrong; [] where nothing is."""
    with tempfile.TemporaryDirectory() as folder, Sandbox.start(rate=0) as sandbox:
        sheet, out = Path(folder, truth.name), Path(folder, "out")
        sheet.write_bytes(truth.content)
        errors = io.StringIO()
        arguments = ["run", str(sheet), "--base-url", sandbox.url, "--rate", "500", "--yes", "-q", "--out", str(out)]
        with contextlib.redirect_stderr(errors), contextlib.redirect_stdout(io.StringIO()):
            code = main([*arguments, "--region", truth.region, *truth.options])
        if code == 2 or truth.refusal:
            is_true = code == 2 and truth.refusal and truth.refusal in errors.getvalue()
            return [] if is_true else [f"untrue refusal: {code} {errors.getvalue()[:300]}"]

        made = [_contact(contact) for contact in sandbox.contacts()]
        lines = {line["row"] for line in _lines(out / "problems.csv")}
    wanted = Counter(truth.contacts.values())
    hard = [f"hard: {contact}" for contact in made if not wanted[contact] and not _is_denied(contact, truth)]
    missing = Counter(truth.contacts.values()) - Counter(made)
    silent = [
        f"silent: row {row} {one}" for row, one in truth.contacts.items() if missing[one] and str(row) not in lines
    ]
    return hard + silent


def _is_denied(contact: Contact, truth: Truth) -> bool:
    # Of a row whose number must not be used, the name may be there without a number.
    return truth.kind == "denied" and not contact[1]


def _contact(contact: dict[str, object]) -> Contact:
    fields = contact["defaultFields"]
    assert isinstance(fields, dict)
    name = f"{fields.get('firstName') or ''} {fields.get('lastName') or ''}".strip() or str(fields.get("company") or "")
    return name, " ".join(phone["value"] for phone in fields["phoneNumbers"])


def _lines(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def corpus(seeds: Sequence[int]) -> Iterator[Truth]:
    """A sheet of each kind for each seed."""
    return (make(Maker(seed)) for seed in seeds for make in KINDS)


def run(seeds: int) -> int:
    """Import the corpus, print every mistake and the counts; 1 where there is any."""
    os.environ.setdefault("OPENPHONE_API_KEY", "sandbox-key")
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for truth in corpus(range(seeds)):
        counts[truth.kind]["sheets"] += 1
        for mistake in mistakes(truth):
            counts[truth.kind][mistake.partition(":")[0]] += 1
            print(f"{truth.kind}: {mistake}\n{truth.content[:400]!r}", file=sys.stderr)
    total = sum(counts.values(), Counter[str]())
    print("| kind | sheets | hard mistakes | silent mistakes | untrue refusals |\n|---|---|---|---|---|")
    for kind, found in [*counts.items(), ("all", total)]:
        print(f"| {kind} | " + " | ".join(str(found[name]) for name in FIGURES) + " |")
    return int(total.total() > total["sheets"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Count the mistakes of imports of generated sheets.")
    parser.add_argument("--seeds", type=int, default=12, help="sheets of each kind")
    sys.exit(run(parser.parse_args().seeds))
