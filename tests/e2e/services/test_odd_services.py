"""A service that behaves as the API but for one habit: nobody twice, nothing lost, the words of the reason shown."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from importer.cli.app import main
from tests.delivery.engine.hostile import honest
from tests.e2e.rig import STATUSES
from tests.e2e.services.habits import HABITS, ROWS, Habit
from tests.e2e.services.odd_service import KEY, OddService
from tests.e2e.services.wire import PAGES, WIRE

if TYPE_CHECKING:
    from collections.abc import Iterator

ALL: dict[str, Habit] = {**HABITS, **WIRE, **PAGES}
OUT = Path("people.import")
FILES = ("id_map.csv", "problems.csv", "summary.json", "report.html", "journal.sqlite", "log.jsonl")
OPTIONS = ("--yes", "--rate", "100", "--map", "Id=external_id")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of its own, a key, and no state of the machine's user."""
    monkeypatch.chdir(tmp_path)
    for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("OPENPHONE_API_KEY", KEY)


@pytest.fixture
def service() -> Iterator[OddService]:
    """An honest service."""
    with OddService() as running:
        yield running


def write_sheet(last_name: str, origin: str) -> None:
    """Six people with an id, a number, an address and a custom value."""
    lines = [
        f"p{number},Ada{number},{last_name},+1415555010{number},ada{number}@example.com,{origin}"
        for number in range(1, ROWS + 1)
    ]
    text = "\n".join(["Id,First Name,Last Name,Phone,Email,Lead Source", *lines, ""])
    Path("people.csv").write_text(text, encoding="utf-8")


def run(service: OddService, *options: str) -> int:
    """The command in this process."""
    return main(["run", "people.csv", *OPTIONS, "--base-url", service.url, *options])


def summary() -> dict[str, Any]:
    """The figures of the last run."""
    figures: dict[str, Any] = json.loads((OUT / "summary.json").read_text(encoding="utf-8"))
    return figures


def assert_whole_files(code: int) -> None:
    """Every file is there, each row has its line, and the counts add up."""
    assert [name for name in FILES if not (OUT / name).is_file()] == []
    with (OUT / "id_map.csv").open(encoding="utf-8", newline="") as stream:
        lines = list(csv.DictReader(stream))
    figures = summary()
    assert figures["exit_code"] == code
    assert len(lines) == ROWS == figures["rows"] == sum(figures[status] for status in STATUSES)


def assert_once(service: OddService, last_name: str) -> None:
    """Each person is there once, with the name, a number, an address and a custom value."""
    contacts = service.contacts()
    assert sorted(contact["externalId"] for contact in contacts) == [f"p{number}" for number in range(1, ROWS + 1)]
    for contact in contacts:
        fields = contact["defaultFields"]
        assert (fields["lastName"], len(fields["phoneNumbers"]), len(fields["emails"])) == (last_name, 1, 1)


@pytest.mark.parametrize("mode", ["create", "update"])
@pytest.mark.parametrize("name", ALL)
def test_odd_service(name: str, mode: str, service: OddService, capsys: pytest.CaptureFixture[str]) -> None:
    """It ends as the table says and in its words, with whole files; an honest service then finishes, nobody twice."""
    habit, options, last_name = ALL[name], ["--wait-for-service", str(ALL[name].wait_minutes)], "Lovelace"
    write_sheet(last_name, "fair")
    if mode == "update":
        assert run(service) == 0
        last_name = "Byron"
        write_sheet(last_name, "web")
        options += ["--on-match", "update"]
    before = len(service.contacts())
    capsys.readouterr()
    (OUT / "summary.json").unlink(missing_ok=True)
    service.asked.clear()
    service.script = habit.script

    code, told = habit.of(mode)
    assert run(service, *options) == code
    shown = capsys.readouterr()
    text = shown.out + shown.err
    assert "Traceback" not in text
    for file in ("problems.csv", "log.jsonl"):
        text += (OUT / file).read_text(encoding="utf-8") if (OUT / file).exists() else ""
    assert [words for words in told if words not in text] == []
    if code == 2 or not is_begun():
        assert len(service.contacts()) == before
    else:
        assert_whole_files(code)
    if code in (2, 3):
        # What is about the service is never said of a row.
        assert "Correct the row" not in text

    # A pause that the service asked for would hold the next run up too, as it should.
    for pace in Path("home").rglob("pace-*"):
        pace.unlink()
    service.script = honest
    assert run(service, *options[2:]) == 0
    assert_once(service, last_name)
    values = {item["value"] for contact in service.contacts() for item in contact["customFields"]}
    assert habit.lacks_fields or values == {"web" if mode == "update" else "fair"}


def is_begun() -> bool:
    """Whether rows were read in the last run, so that there are figures of it."""
    return (OUT / "summary.json").exists() and bool(summary()["rows"])
