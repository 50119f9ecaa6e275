"""`--json` is a contract: every event of real commands fits the schema that `openphone-import schema events` prints."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from importer.cli.app import main
from importer.cli.events import EVENTS, SUMMARIES, document
from importer.sandbox import Fault, Sandbox
from tests.docs.pages import with_events
from tests.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable

pytestmark = pytest.mark.usefixtures("home")
# What is named `name="..."` beside the events.
NO_EVENTS = {"sandbox"}
HEADER = "Customer No,Name,Phone,Email,Secret\n"
ROWS = (
    "1,Ann Lee,+14155550101,ann@example.com,x\n2,Bob Ray,555-0148,bob(at)example.com,\n3,Cem Koç,+14155550103,,\n"
    "3,Cem Koç,+14155550104,,\n4,Dan Orr,+14155550105,,\n4,Dan Orr,+14155550105,,\n,,,,\nTotal,,,,\n"
)
MAP = ("--map", "Customer No=external_id", "--map", "Secret=ignore")


@pytest.fixture
def sheet() -> str:
    Path("customers.csv").write_text(HEADER + ROWS, encoding="utf-8")
    return "customers.csv"


def events(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    """The events of a command, each of which fits the schema."""
    main([*arguments, "--json", "-q"])
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    check(found)
    assert found[-1]["event"] == "summary"
    return found


def check(found: Iterable[dict[str, Any]]) -> None:
    validator = Draft202012Validator(document())
    for one in found:
        assert one["event"] in {*EVENTS, "summary"}, f"an event that nobody documented: {one}"
        errors = [f"{error.message}: {json.dumps(one)}" for error in validator.iter_errors(one)]
        assert errors == []


def test_the_schema_is_one() -> None:
    """It is a valid JSON Schema, and knows every event apart from the others."""
    Draft202012Validator.check_schema(document())
    names = [one["properties"]["event"]["const"] for one in document()["oneOf"]]
    assert names == [*EVENTS, *["summary"] * len(SUMMARIES)]


def test_it_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """`schema events` prints it; `schema` alone is that of the settings."""
    assert main(["schema", "events"]) == 0
    assert json.loads(capsys.readouterr().out) == document()
    assert main(["schema"]) == 0
    assert "region" in json.loads(capsys.readouterr().out)["properties"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"event": "nonsense"},
        {"event": "staged"},
        {"event": "staged", "to_send": -1},
        {"event": "staged", "to_send": 1, "more": 2},
        {"event": "delivered", "row": 2, "status": "lost"},
        {"event": "summary", "exit_code": 0},
    ],
)
def test_the_schema_refuses_what_is_no_event(wrong: dict[str, Any]) -> None:
    """An unknown name, a missing fact, a surplus one and a wrong value are all refused."""
    assert not Draft202012Validator(document()).is_valid(wrong)


def test_events_of_a_rehearsal(capsys: pytest.CaptureFixture[str], sheet: str) -> None:
    """check, plan, run, verify, undo and the rest of a rehearsal in the sandbox."""
    sandbox = ("--sandbox", "--rate", "100")
    found = events(capsys, "check", sheet, *MAP, "--sandbox")
    assert {"opened", "mapped", "finding"} <= {one["event"] for one in found}
    found = events(capsys, "plan", sheet, *MAP, *sandbox)
    assert found[-1]["create"] == 3
    found = events(capsys, "run", sheet, *MAP, *sandbox)
    assert {"staged", "request", "delivered"} <= {one["event"] for one in found}
    assert events(capsys, "verify", sheet, *MAP, *sandbox, "--visibility")[-1]["there"] == 3
    events(capsys, "run", sheet, *MAP, *sandbox, "--no-trust-journal")
    found = events(capsys, "undo", "customers.sandbox.import", *sandbox)
    assert sum(one["event"] == "undone" for one in found) == 3
    assert events(capsys, "undo", "customers.sandbox.import", *sandbox)[-1]["reversed"] == 3
    assert {one["event"] for one in events(capsys, "runs")} == {"run", "summary"}
    assert events(capsys, "show", "latest")[0]["command"] == "undo"
    first = events(capsys, "runs")[0]["run_id"]
    assert "finding" in {one["event"] for one in events(capsys, "show", first)}
    assert "row" in {one["event"] for one in events(capsys, "show", first, "--row", "2")}
    assert events(capsys, "bug-report")[-1]["files"]
    events(capsys, "map", sheet, "--sandbox", "--out", "mapped")
    events(capsys, "config", sheet, "--sandbox")
    events(capsys, "template", "empty.csv", "--sandbox")
    assert events(capsys, "export", sheet, "--sandbox")[-1]["contacts"] == 3
    events(capsys, "demo", "--rate", "100")


def test_events_of_a_mirror(capsys: pytest.CaptureFixture[str], sheet: str) -> None:
    """Contacts that are deleted because their rows are gone are told one by one."""
    mirror = ("--sandbox", "--rate", "100", "--source", "crm", *MAP, "--mirror", "--max-deletes", "5", "--yes")
    Path(sheet).write_text(HEADER + ROWS.splitlines(keepends=True)[0] + "9,Eve Day,+14155550109,,\n", encoding="utf-8")
    events(capsys, "run", sheet, *mirror)
    Path(sheet).write_text(HEADER + ROWS.splitlines(keepends=True)[0], encoding="utf-8")
    assert "removed" in {one["event"] for one in events(capsys, "run", sheet, *mirror)}


def test_events_of_a_bad_day(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, sheet: str) -> None:
    """A service that loses answers, refuses, slows down, goes away and comes back."""
    monkeypatch.setenv("OPENPHONE_API_KEY", "sandbox-key")
    Path(sheet).write_text(HEADER + "".join(f"{n},Ann{n} Lee,+1415555{n:04d},,\n" for n in range(100, 140)))
    faults = [
        Fault("lost-response", method="POST", nth=2),
        Fault("429", method="POST", nth=4, retry_after=0),
        Fault("400", method="POST", nth=6),
        Fault("html-503", start=8, count=12),
    ]
    with Sandbox.start(rate=0, faults=faults) as sandbox:
        found = events(capsys, "run", sheet, *MAP, "--yes", "--base-url", sandbox.url, "--rate", "200")
    assert {"retry", "rate_limited", "waiting", "resumed"} <= {one["event"] for one in found}, found[-3:]
    assert found[-1]["rejected"] == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "nowhere.csv", "--sandbox"),
        ("run", "people.csv"),
        ("plan", "people.csv", "--map", "x=y", "--sandbox"),
        ("verify", "people.csv"),
        ("undo", "nowhere"),
        ("fields",),
        ("rnu",),
        ("check", "people.csv", "--limit", "x"),
    ],
)
def test_events_of_a_command_that_cannot_start(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]) -> None:
    """An error and a summary, whatever was wrong."""
    assert events(capsys, *arguments)[-2]["event"] == "error"


def test_the_program_sends_no_other_event() -> None:
    """Each name that the code gives an event is in the schema, and the schema has none that the code lacks."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "importer").rglob("*.py"))
    named = set(re.findall(r"""Event\(\s*"([\w-]+)\"""", text)) | set(re.findall(r"""\bname="([a-z_]+)\"""", text))
    named |= set(re.findall(r"""\.event\("([\w-]+)\"""", text)) | {"delivered", "corrected", "removed", "kept"}
    assert set(EVENTS) | {"summary"} == named - NO_EVENTS


def test_the_guide_lists_every_event() -> None:
    """The table of events in the guide is that of the schema (`python -m tests.docs.pages` writes it)."""
    text = (ROOT / "importer" / "guide" / "schedule.md").read_text(encoding="utf-8")
    assert with_events(text) == text
    assert set(re.findall(r"^\| `([\w-]+)` \|", text.split("<!-- events -->")[1], re.MULTILINE)) == {*EVENTS, "summary"}
