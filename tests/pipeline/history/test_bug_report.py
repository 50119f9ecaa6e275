"""`bug-report`: a zip that may be sent to strangers."""

from __future__ import annotations

import csv
import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.pipeline.history.bug_report import SHOWN_OPTIONS
from importer.report.bug_report import shared_log, shared_settings
from importer.sandbox import Fault, Sandbox

if TYPE_CHECKING:
    from tests.pipeline.history.conftest import Call, ImportSheet


KEY = "sandbox-key-2b7f94d0c1"
# Every one of these is planted somewhere in the sheet, in its name, in the options, or comes from the service.
PLANTED = {
    "header that is a person": "Zebulon Quillfeather",
    "first name": "Ophelianna",
    "last name": "Vanderbrook-Xu",
    "company": "Quorvex Holdings",
    "email": "ophelianna.v@quorvex.example",
    "phone": "4155550177",
    "phone as written": "(415) 555-0177",
    "external id": "ID-ophelianna-4155550177",
    "note": "owes money since Michaelmas",
    "formula": "=HYPERLINK(wombat)",
    "bad phone": "12-plugh",
    "bad date": "31.02.1999-xyzzy",
    "json": '{"event":"request","rule":"frobozz"}',
    "option text": "Kumquat == Durian",
    "source": "crm-of-zebulon",
    "prefix": "pfx-zebulon-",
    "key": KEY,
    "hook": "very-secret-token",
    "file": "people-of-zebulon",
    "folder": "folder-of-ophelianna",
}


def sheet(path: Path) -> None:
    one = PLANTED
    head = "Number,First Name,Last Name,Company,Email,Phone,Customer Since".split(",")  # noqa: SIM905
    person = [one["external id"], one["first name"], one["last name"], one["company"], one["email"]]
    rows = [
        [*head, one["header that is a person"]],
        [*person, one["phone as written"], one["bad date"], one["note"]],
        ["ID-ophelianna-2", one["first name"], "", "", "not-an-address-plover", one["bad phone"], "", one["json"]],
        [one["external id"], one["formula"], one["last name"], "", "", "+1" + one["phone"], "", ""],
        ["ID-ophelianna-3", "Grue", "Lantern", "", "grue@quorvex.example", "+14155550178", "", ""],
    ]
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)


def content(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


def leaks(path: Path, *more: str) -> list[str]:
    """Which of the planted values, or pieces of them, are anywhere in the zip."""
    found = b"\n".join((path.name.encode(), *content(path).values()))
    text = found.decode("utf-8").casefold() + json.dumps(found.decode("utf-8")).casefold()
    words = {*PLANTED.values(), *more, "zebulon", "ophelianna", "5550177", "5550178", "plover", "grue", "lantern"}
    words |= {"frobozz", "plugh", "xyzzy", "wombat", "kumquat", "durian", "quorvex", "michaelmas"}
    return [word for word in words if word.casefold() in text]


@pytest.fixture
def hostile(imported: ImportSheet) -> Path:
    """A folder of results after a run over a hostile sheet, with faults and words of the service that quote it."""
    sheet(Path("people-of-zebulon.csv"))
    faults = (Fault("500-after", method="POST", nth=1), Fault("429", method="POST", nth=2, retry_after=0.1))
    done = imported(
        *("--map", "Number=external_id", "--id-prefix", PLANTED["prefix"], "--source", PLANTED["source"]),
        *("--map", f"{PLANTED['header that is a person']}=role", "--out", "folder-of-ophelianna", "--region", "US"),
        *("--notify-url", "http://127.0.0.1:9/very-secret-token", "--on-finish", f"false {PLANTED['first name']}"),
        sheet="people-of-zebulon.csv",
        faults=faults,
    )
    assert done.code == 1, done.err
    return Path("folder-of-ophelianna")


def test_nothing_of_a_contact_leaves(call: Call, hostile: Path) -> None:
    """No name, phone, address, id, cell, header, file name, option text or key is in the zip, wherever planted."""
    with closing(sqlite3.connect(hostile / "journal.sqlite")) as connection:
        (contact_id,) = connection.execute("SELECT contact_id FROM contacts WHERE contact_id <> ''").fetchone()
    done = call("bug-report", str(hostile))
    assert done.code == 0
    (path,) = Path().glob("*.zip")
    assert leaks(path, contact_id, str(Path.cwd())) == []
    assert path.stat().st_mode & 0o777 == 0o600
    everything = b"".join(file.read_bytes() for file in hostile.iterdir()).decode("utf-8", "replace")
    missing = {name for name, value in PLANTED.items() if value not in everything}
    assert missing <= {"option text", "key", "hook", "folder", "json", "phone as written"}, "planted in vain"


def test_it_lists_what_is_in_it_and_is_of_use(call: Call, hostile: Path) -> None:
    """The command names each file; versions, settings, counts, rules and requests are there."""
    done = call("bug-report", str(hostile))
    (path,) = Path().glob("*.zip")
    parts = content(path)
    assert [name for name in parts if name not in done.out] == []
    assert "It holds no contact's name, number, address, id or cell, no API key and no file name." in done.out
    assert json.loads(parts["about.json"])["libraries"]["httpx"]
    journal = json.loads(parts["journal.json"])
    assert journal["whole"] is True
    assert journal["tables"]["rows"] == 4
    (run,) = json.loads(parts["runs.json"])
    assert run["run_id"] in path.name
    assert run["file"] == "*.csv"
    assert run["settings"]["region"] == "US"
    assert run["settings"]["source"] == "(given)"
    assert sum(json.loads(parts["problems.json"]).values()) == journal["tables"]["problems"]
    log = [json.loads(line) for line in parts["log.jsonl"].splitlines()]
    assert {one["status"] for one in log if one.get("method") == "POST"} >= {201, 429, 500}
    assert any(one.get("answered") == 500 for one in log if one["event"] == "retry")
    assert log[0]["event"] == "started"
    assert log[-1]["event"] in ("ended", "notification-failed")


def test_a_damaged_journal_is_no_reason_for_no_report(call: Call, hostile: Path) -> None:
    """Where the journal cannot be read, that is what is reported, with the log."""
    (hostile / "journal.sqlite").write_bytes(b"Ophelianna" * 5000)
    for side in ("-wal", "-shm"):
        (hostile / f"journal.sqlite{side}").unlink(missing_ok=True)
    assert call("bug-report", str(hostile)).code == 0
    (path,) = Path().glob("*.zip")
    assert json.loads(content(path)["journal.json"])["readable"] is False
    assert leaks(path) == []


def test_nothing_to_report_on(call: Call) -> None:
    """A folder without a journal and a log, and a place without any, say so (exit 2) and leave no zip."""
    Path("empty").mkdir()
    assert call("bug-report", "empty").code == 2
    assert call("bug-report").code == 2
    assert list(Path().glob("*.zip")) == []


def test_without_a_folder_it_is_about_the_latest_run(call: Call, imported: ImportSheet) -> None:
    """The folder of the latest run here is taken, and the zip has its id in its name."""
    imported()
    (run, _) = call("runs", "--json").events
    done = call("bug-report", "--json")
    assert done.events[-1]["zip"] == f"openphone-import-bug-report-{run['run_id']}.zip"
    assert "log.jsonl" in done.events[-1]["files"]


def test_the_trace_of_an_error_is_kept(call: Call) -> None:
    """The service's id of a failed exchange stands in the log, in the row's history and in the bug report."""
    with Sandbox.start(rate=0, key=KEY, error_form="wire") as sandbox:
        sandbox.add_faults(Fault("422", method="POST", nth=1))
        assert call("run", "people.csv", "--yes", "--base-url", sandbox.url, "--region", "US").code == 1
    log = [json.loads(line) for line in Path("people.import/log.jsonl").read_text().splitlines()]
    (trace,) = [line["trace"] for line in log if "trace" in line]
    story = call("show", "people.import", "--row", "2").out + call("show", "people.import", "--row", "3").out
    assert f"[trace {trace}]" in " ".join(story.split())
    assert call("bug-report", "people.import").code == 0
    (path,) = Path().glob("*.zip")
    assert trace.encode() in content(path)["log.jsonl"]


MARK = "Zq9Ophelianna"
VALUES = st.sampled_from(
    [MARK, f"x {MARK}", f"{MARK}@x.example", [MARK], [[MARK]], {MARK: MARK}, [{"field": MARK}], {"region": {MARK: 1}}]
)
TEXTS = (
    "text",
    "reason",
    "file",
    "external_id",
    "contact_id",
    "path",
    "columns",
    "settings",
    "libraries",
    "unheard-of",
    "trace",
)
OTHERS = ("run", "at", "event", "command", "status", "rule", "kind", "place", "method", "row", "ms", "count")
OPTIONS = ("region", "map", "values", "only", "sheet", "source", "on_match", "max_new", "out", "encoding")


@given(st.dictionaries(st.sampled_from(TEXTS + OTHERS), VALUES, max_size=8))
def test_no_fact_of_the_log_brings_words_of_others_out(facts: dict[str, Any]) -> None:
    """Whatever stands under whatever name in a line of the log, words that are not ours stay behind."""
    entry = {**facts, "at": "2026-01-01T00:00:00.000+00:00"}
    assert MARK not in "".join(shared_log([json.dumps(entry)], ("no answer in time",), SHOWN_OPTIONS))


@given(
    st.dictionaries(
        st.sampled_from(
            ["region", "map", "values", "only", "sheet", "source", "on_match", "max_new", "out", "encoding"]
        ),
        VALUES,
    )
)
def test_no_setting_brings_words_of_others_out(settings: dict[str, Any]) -> None:
    """Settings that are words of a person's own are only said to be given."""
    assert MARK not in json.dumps(shared_settings(settings, SHOWN_OPTIONS))
