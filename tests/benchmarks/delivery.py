"""What delivery costs: CPU a contact, the pace it holds, memory, the journal's size, and a resume of what is done.

    python tests/benchmarks/delivery.py [--rows 2000] [--flat 100000] [--many 1000000] [--seconds 60] [--json FILE]

The service is the sandbox in a process of its own. A journal of many rows is filled without one: the rows are staged
as `run` stages them and settled as delivery settles them, a thousand at a time; then the real command meets it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from argparse import Namespace
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks import pace  # noqa: E402
from tests.benchmarks.process import Spent, ours, python, spent  # noqa: E402
from tests.benchmarks.table import Options, Row, as_json, markdown  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = 1000


def measure(options: Options) -> list[Row]:
    """Measure everything; the full sizes take half an hour on a calm machine, `quick` a minute."""
    sizes = (500, 2_000, 5_000) if options.quick else (2_000, 100_000, 1_000_000)
    minute = 8.0 if options.quick else 60.0
    return [*of_the_wire(sizes[0]), *of_length(sizes[1]), *of_many(sizes[2]), *of_the_pace(minute)]


# ------------------------------------------------------------------------------------------ over the wire


def of_the_wire(rows: int) -> list[Row]:
    """CPU a contact, and how near 100 requests a second come to 100, the sandbox in its own process."""
    with tempfile.TemporaryDirectory() as folder, _serving() as (url, log):
        sheet = _people(Path(folder), rows)
        run = _run(sheet, "--base-url", url, "--rate", "100")
        made = json.loads((sheet.parent / "out" / "summary.json").read_text(encoding="utf-8"))["requests"]
        # With a row more the whole sheet is read and compared again, and one row is sent.
        with sheet.open("a", encoding="utf-8") as stream:
            stream.write(sheet.read_text(encoding="utf-8").splitlines()[1].replace("1", "2") + "\n")
        again = _run(sheet, "--base-url", url, "--rate", "100")
        plain = json.loads(subprocess.run(python("delivery.py", "--role=plain", "--url", url), **_TEXT).stdout)
        requests = log()[:made]
    held = pace.figures(requests, run.seconds)["a_second_held"]
    a_contact = (run.cpu_seconds - again.cpu_seconds) / rows * 1000
    return [
        Row(f"delivery of {rows:,} rows, a contact", a_contact, "ms CPU", plain, at_most=1.79, of_plain=True),
        Row("--rate 100, held", held, "requests/s", at_least=95.0),
    ]


async def post(url: str, number: int = 300) -> float:
    """What a plain script does: POST, a few at a time, and keep nothing; CPU milliseconds a contact."""
    import httpx

    numbers = iter(range(number))

    async def one(client: httpx.AsyncClient) -> None:
        for at in numbers:
            (await client.post("/v1/contacts", json=_body(at) | {"externalId": f"plain-{at}"})).raise_for_status()

    async with httpx.AsyncClient(base_url=url, headers={"Authorization": "sandbox-key"}) as client:
        await client.get("/v1/contact-custom-fields")
        started = time.process_time()
        await asyncio.gather(*(one(client) for _ in range(8)))
        return (time.process_time() - started) / number * 1000


@contextmanager
def _serving() -> Iterator[tuple[str, Any]]:
    """Serve without a limit; gives the address, and a function that ends it and returns what arrived."""
    options = Namespace(rate=0.0, seconds=0.0, latency=50.0, jitter=0.5, processes=1, in_flight=1, json=None)
    options.url = options.ledger = None
    server = pace.start(options, "serve", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert server.stdout is not None

    def log() -> list[tuple[float, int]]:
        return [(moment, status) for moment, status in json.loads(server.communicate()[0])]

    try:
        yield server.stdout.readline().strip(), log
    finally:
        server.kill()
        server.wait()


def _people(folder: Path, rows: int) -> Path:
    subprocess.run(python("sheets.py", folder / "people.csv", "--rows", rows), check=True)
    return folder / "people.csv"


def _run(sheet: Path, *options: str) -> Spent:
    """Run the program with a home of its own, so that no other run's pace or fields are met."""
    names = ("HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
    places = [f"{name}={sheet.parent / 'home'}" for name in names]
    arguments = ("run", sheet.name, "--region", "US", "--yes", "--quiet", "--out", "out", *options)
    command = ["env", "OPENPHONE_API_KEY=sandbox-key", *places, *ours(*arguments)]
    return spent(command, cwd=sheet.parent, codes=(0, 1))


def of_the_pace(seconds: float) -> list[Row]:
    """How near 10 requests a second come to 10 where answers take 100 ms, give or take half."""
    options = Namespace(rate=10.0, seconds=seconds, latency=100.0, jitter=0.5, processes=1, in_flight=12)
    found = pace.measure(options)
    return [
        Row(f"--rate 10 over {seconds:g} s, held", found["a_second"], "requests/s", at_least=9.7),
        Row(f"--rate 10 over {seconds:g} s, answers of 429", found["answered_429"], "answers", at_most=0.0),
    ]


# --------------------------------------------------------------------------------------------- over time


def of_length(rows: int) -> list[Row]:
    """Delivery itself, with a service in memory that answers at once: is the last row as cheap as the first?"""
    found = json.loads(subprocess.run(python("delivery.py", "--role=flat", "--flat", rows), **_TEXT).stdout)
    return [
        Row(
            f"delivery, the last tenth of {rows:,} rows",
            found["last"],
            "ms CPU",
            found["first"],
            1.2,
            of_plain=True,
            note="beside the first tenth",
        ),
        Row(f"delivery, memory gained from row 1,000 to {rows:,}", found["mb"], "MB", at_most=30.0),
    ]


_TEXT: dict[str, Any] = {"check": True, "text": True, "stdout": subprocess.PIPE}


class Instant:
    """A service in memory: every contact is made at once."""

    def __init__(self) -> None:
        self.answered = True
        self.made = 0

    async def create(self, body: Any, *, row: Any = None, before: Any = None, again: bool = False) -> Any:
        """Make a contact."""
        from importer.model import Accepted

        await asyncio.sleep(0)
        before()
        self.made += 1
        made = {"id": f"CT{self.made:022d}", "createdAt": "2030-01-01T00:00:00Z", "updatedAt": "2030-01-01T00:00:00Z"}
        return Accepted({**body, **made})

    async def find(self, external_ids: Any, *, again: bool = False) -> Any:
        """Nobody is there."""
        from importer.api.request import LookupResult

        await asyncio.sleep(0)
        return LookupResult(dict.fromkeys(external_ids, ()))

    def service_now(self) -> int:
        """The clock of the service."""
        return int(time.time())


def flat(rows: int) -> dict[str, float]:
    """Deliver, and look at the CPU time and the memory of this process on the way."""
    from importer.delivery.engine.loop import deliver
    from importer.delivery.journal import Journal, RunRecord
    from importer.delivery.options import DeliveryOptions
    from importer.model import ContactDraft
    from importer.plan import OnMatch, decide_all

    marks: list[tuple[float, float]] = []
    seen = [0]

    def notify(event: Any) -> None:
        seen[0] += event.name == "delivered"
        if event.name == "delivered" and seen[0] % (rows // 10) in (0, min(1000, rows // 20)):
            marks.append((time.process_time(), _resident_mb()))

    with tempfile.TemporaryDirectory() as folder, Journal.open(Path(folder) / "journal.sqlite", "x", "key") as journal:
        journal.begin(RunRecord("run-1", "run", "people.csv", None, "2026-01-01T00:00:00Z"))
        for first in range(0, rows, PAGE):
            drafts = [ContactDraft(n + 2, f"id-{n}", _body(n), f"{n:016x}") for n in range(first, first + PAGE)]
            journal.stage(decide_all(drafts[: rows - first], {}, {}, OnMatch.CREATE_ONLY))
        marks.append((time.process_time(), 0.0))
        asyncio.run(deliver(journal, Instant(), DeliveryOptions(), notify=notify))  # type: ignore[arg-type]
    tenth = rows / 10
    first_seconds, last_seconds = marks[2][0] - marks[0][0], marks[-1][0] - marks[-3][0]
    return {
        "first": first_seconds / tenth * 1000,
        "last": last_seconds / tenth * 1000,
        "mb": marks[-1][1] - marks[1][1],
    }


def _body(number: int) -> dict[str, Any]:
    return {
        "externalId": f"id-{number}",
        "source": "spreadsheet-import",
        "defaultFields": {
            "firstName": f"Ada{number}",
            "lastName": "Lovelace",
            "company": "Analytical Engines",
            "role": None,
            "phoneNumbers": [{"name": "mobile", "value": f"+1415{number:07d}"}],
            "emails": [{"name": "work", "value": f"ada{number}@example.com"}],
        },
        "customFields": [],
    }


def _resident_mb() -> float:
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * 4096 / 1e6


# ------------------------------------------------------------------------------------------- many rows


def of_many(rows: int) -> list[Row]:
    """Bytes a row of the journal and of all files, and what a run over a finished sheet takes."""
    with tempfile.TemporaryDirectory() as name:
        sheet = _people(Path(name), rows)
        subprocess.run(python("delivery.py", "--role=fill", "--sheet", sheet.name), cwd=sheet.parent, check=True)
        again = _run(sheet, "--sandbox")
        out = sheet.parent / "out"
        summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
        unsent = sum(summary[status] for status in ("rejected", "duplicate", "conflict"))
        assert summary["created"] == summary["rows"] - unsent, summary
        assert summary["requests"] == 1, summary
        written = [file for file in out.iterdir() if not file.name.startswith("sandbox.sqlite")]
        sizes = {file.name: file.stat().st_size / rows for file in written}
    return [
        Row(f"journal of {rows:,} rows", sizes["journal.sqlite"], "B/row"),
        Row(f"journal and files of {rows:,} rows", sum(sizes.values()), "B/row", at_most=560.0),
        Row(f"a run over {rows:,} finished rows", again.seconds, "s", at_most=60.0),
        Row(f"a run over {rows:,} finished rows, CPU", again.cpu_seconds, "s CPU"),
        Row(f"a run over {rows:,} finished rows, memory", again.peak_mb, "MB", at_most=300.0),
    ]


async def fill(sheet: Path) -> None:
    """Leave a journal as a run leaves it that has created a contact for every good row, its record included."""
    from importer.pipeline.job import Job
    from importer.pipeline.prepare import prepare_rows
    from importer.pipeline.reading.fingerprint import SheetFingerprint
    from importer.pipeline.run_context import opened_run
    from importer.settings.model import Settings

    out = sheet.parent / "out"
    out.mkdir()
    settings = Settings(sandbox=True, region="US", out=out, yes=True)
    job = Job(str(sheet), settings)
    async with opened_run(job, "run") as context:
        fingerprint = SheetFingerprint(context.journal)
        await prepare_rows(context, fingerprint)
        _settle(context.journal)
        context.journal.keep_read_marks()
        _put_there(context.journal, out / "sandbox.sqlite", settings.source)
        facts = fingerprint.facts(context.statistics.phones)
        context.journal.finish(context.record.run_id, context.journal.counts(), 1, facts)


def _settle(journal: Any) -> None:
    from importer.delivery.journal import SettledRow
    from importer.delivery.journal.records import ACCEPTED, AnswerRecord, RequestRecord
    from importer.model import Status
    from importer.plan import State, contact_fingerprint, point_fingerprints

    after, number = 0, 0
    while tasks := journal.tasks(after, PAGE):
        ends = []
        for task in tasks:
            number += 1
            heard = AnswerRecord(task.row, task.external_id, RequestRecord.MAKE, ACCEPTED)
            left_as, added = contact_fingerprint(task.body), point_fingerprints(task.body)
            end = SettledRow(
                Status.CREATED, State.CREATED, f"{number:024x}", created=True, added=added, left_as=left_as, heard=heard
            )
            ends.append((task, end))
        journal.settle_all(ends)
        after = tasks[-1].row


def _put_there(journal: Any, store: Path, source: str) -> None:
    """Put those contacts into the sandbox that a run looks at, to see whether people have deleted any."""
    from importer.model import MOST_IDS
    from importer.sandbox.store import ContactStore

    contacts = ContactStore(store)
    with contacts.writing():
        for known in journal.missing.next_contacts(MOST_IDS):
            ids = {"id": known.contact_id, "externalId": known.external_id, "source": source}
            fields = {"firstName": "Ann", "phoneNumbers": [], "emails": []}
            times = dict.fromkeys(("createdAt", "updatedAt"), "2026-01-02T03:04:05.000Z")
            contacts.insert({**ids, **times, "defaultFields": fields, "customFields": [], "sourceUrl": None})
    contacts.close()


def main() -> None:
    """Read the options and measure, or play a role."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2_000, help="rows that are sent over the wire (0: none)")
    parser.add_argument("--flat", type=int, default=100_000, help="rows that are delivered in memory (0: none)")
    parser.add_argument("--many", type=int, default=1_000_000, help="rows of the large journal (0: none)")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long the pace is measured (0: not)")
    parser.add_argument("--json", type=Path, help="write the rows there too")
    for name in ("role", "sheet", "url"):
        parser.add_argument(f"--{name}", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.role == "flat":
        print(json.dumps(flat(options.flat)))
    elif options.role == "plain":
        print(json.dumps(asyncio.run(post(options.url))))
    elif options.role == "fill":
        asyncio.run(fill(Path(options.sheet)))
    else:
        parts = (
            (of_the_wire, options.rows),
            (of_length, options.flat),
            (of_many, options.many),
            (of_the_pace, options.seconds),
        )
        found = [row for part, size in parts if size for row in part(size)]
        print(markdown(found))
        if options.json:
            options.json.write_text(as_json(found), encoding="utf-8")


if __name__ == "__main__":
    main()
