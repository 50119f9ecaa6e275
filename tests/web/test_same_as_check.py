"""Whatever sheet is dropped, the page reads, maps and counts it as `check` does, and refuses it in the same words."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests.e2e.process import Process
from tests.paths import SAMPLES
from tests.web.client import drop, inside, judged
from tests.web.rig import PageProgram

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

PEOPLE = "Name;Phone;Email\nMüller, Anna;+49 30 901820;anna@example.de\nBob;12;bob@@x\nTotal;2;\n"
TABLE = "<table><tr><th>Name</th><th>Phone</th></tr><tr><td>Ann Lee</td><td>+14155550101</td></tr></table>"
MADE = {
    "semicolons.csv": PEOPLE.encode("cp1252"),
    "utf16.txt": PEOPLE.replace(";", "\t").encode("utf-16"),
    "title above.csv": b"Customers 2024\n\nName,Phone\nAnn Lee,+14155550101\n",
    "packed.csv.gz": gzip.compress(b"Name,Phone\nAnn Lee,+14155550101\n"),
    "report.xls": TABLE.encode(),
    "header only.csv": b"Name,Phone\n",
    "no header.csv": b"Ann Lee,+14155550101\nBob Ray,+14155550102\n",
    "open quote.csv": b'Name,Phone\n"Ann Lee,+14155550101\nBob Ray,+14155550102\n',
    "ragged.csv": b"Name,Phone\nAnn Lee,+14155550101,more\nBob\n",
    "empty.csv": b"",
    "picture.csv": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "not a book.xlsx": b"PK\x03\x04 nothing in it",
    "nothing known.csv": b"A1,B1\nx,y\n",
}
NAMES = sorted([*MADE, *(path.name for path in SAMPLES.iterdir() if path.suffix in (".csv", ".xlsx"))])


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageProgram]:
    """The page in an empty folder."""
    folder = tmp_path_factory.mktemp("pack")
    started = PageProgram.start(folder / "work", folder / "home")
    yield started
    assert started.end() == 0


@pytest.fixture(scope="module")
def client(program: PageProgram) -> Iterator[httpx.Client]:
    """A client that was let in."""
    with inside(program) as let_in:
        yield let_in


@pytest.mark.parametrize("name", NAMES)
def test_a_dropped_sheet_is_read_as_check_reads_it(
    client: httpx.Client, program: PageProgram, tmp_path: Path, name: str
) -> None:
    """The same fields, the same counts and problems; a refused sheet is refused with the command's own message."""
    sheet = SAMPLES / name if name not in MADE else tmp_path / name
    if name in MADE:
        sheet.write_bytes(MADE[name])
    address = quote(drop(client, sheet))
    rows = judged(client, address)
    # On a copy of the folder, so that the command does not profit from what the page did.
    (tmp_path / "cli").mkdir()
    (tmp_path / "cli" / name).write_bytes(sheet.read_bytes())
    done = Process(("check", name, "--sandbox", "--json"), tmp_path / "cli", program.home).end()
    events = [json.loads(line) for line in done.out.splitlines()]
    errors = [event for event in events if event["event"] == "error"]
    if errors:
        failure = rows.get("failure") or rows
        assert failure["message"] == errors[0]["message"]
        # An option is no step that the page has: there its own button or list is named.
        if "--" in errors[0]["next_step"]:
            assert "--" not in failure["next"]
        else:
            assert failure["next"] == errors[0]["next_step"]
        return
    summary = events[-1]
    statuses = {count["status"]: count["rows"] for count in rows["counts"]}
    assert sum(statuses.values()) == summary["rows"]
    assert {status: summary[status] for status in statuses} == statuses
    fields = {
        line["column"]: line["field"] for event in events if event["event"] == "mapped" for line in event["columns"]
    }
    columns = client.get(f"/api/practice/{address}/columns").json()["columns"]
    shown = {line["name"]: line["field"] for line in columns if not line["open"] and line["field"] != "ignore"}
    assert {name: field for name, field in shown.items() if field} == {
        name: field for name, field in fields.items() if field
    }
    found = sum(kind != "information" for row in rows["rows"] for _, kind, _ in row.get("p", ()))
    problems = [event for event in events if event["event"] == "finding"]
    assert found == sum(
        event["count"] for event in problems if event["rows"] and not event["rule"].startswith("skipped-")
    )
