"""`.ci/audit` finds known holes without the network, and says so where nothing could be found out."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from tests.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

HTTPX = version("httpx")
RANGES: dict[str, tuple[list[dict[str, str]], bool]] = {
    "all": ([{"introduced": "0"}], True),
    "mended later": ([{"introduced": "0"}, {"fixed": "9999"}], True),
    "mended before": ([{"introduced": "0"}, {"fixed": "0.1"}], False),
    "mended in this one": ([{"introduced": "0"}, {"fixed": HTTPX}], False),
    "this one was the last": ([{"introduced": "0.1"}, {"last_affected": HTTPX}], True),
    "introduced later": ([{"introduced": "9999"}], False),
    "mended and broken again": ([{"introduced": "0"}, {"fixed": "0.1"}, {"introduced": "0.2"}], True),
}


def audit(folder: Path, **records: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    """Audit against a database of these records."""
    database = folder / "all.zip"
    with zipfile.ZipFile(database, "w") as archive:
        for name, record in records.items():
            archive.writestr(f"{name}.json", json.dumps({"id": name, **record}))
    line = [sys.executable, str(ROOT / ".ci" / "audit"), "--database", str(database)]
    return subprocess.run(line, capture_output=True, text=True, check=False)


def affecting(events: list[dict[str, str]]) -> dict[str, Any]:
    """What a record says of a package whose name is spelt otherwise."""
    return {"affected": [{"package": {"name": "HTTPX"}, "ranges": [{"type": "ECOSYSTEM", "events": events}]}]}


def test_a_range_of_versions(tmp_path: Path) -> None:
    """A hole is reported, with exit code 1, exactly where the installed version is in its range."""
    records = {case.replace(" ", "-"): affecting(events) for case, (events, _) in RANGES.items()}
    holes = {case.replace(" ", "-"): is_hole for case, (_, is_hole) in RANGES.items()}
    done = audit(tmp_path, **records)
    assert done.returncode == 1, done.stderr
    assert {name: f"httpx {HTTPX}: {name}\n" in done.stdout for name in records} == holes, done.stdout
    done = audit(tmp_path, **{name: record for name, record in records.items() if not holes[name]})
    assert done.returncode == 0, done.stderr
    assert "httpx" not in done.stdout


def test_a_list_of_versions(tmp_path: Path) -> None:
    """A version that is named is affected; a record that was withdrawn, or of another package, is none."""
    named: dict[str, Any] = {"package": {"name": "httpx"}, "versions": [HTTPX]}
    assert audit(tmp_path, named={"affected": [named]}).returncode == 1
    withdrawn = {"affected": [named], "withdrawn": "2026-01-01T00:00:00Z"}
    another = {"affected": [{**named, "package": {"name": "another"}}]}
    assert audit(tmp_path, withdrawn=withdrawn, another=another).returncode == 0
