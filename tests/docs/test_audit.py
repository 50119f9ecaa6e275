"""`.ci/audit` finds known holes without the network, and says so where nothing could be found out."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import pytest

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


def audit(folder: Path, affected: dict[str, Any], **record: Any) -> subprocess.CompletedProcess[str]:
    """Audit against a database of one record."""
    database = folder / "all.zip"
    with zipfile.ZipFile(database, "w") as archive:
        archive.writestr("TEST-1.json", json.dumps({"id": "TEST-1", "affected": [affected], **record}))
    line = [sys.executable, str(ROOT / ".ci" / "audit"), "--database", str(database)]
    return subprocess.run(line, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("case", RANGES)
def test_a_range_of_versions(case: str, tmp_path: Path) -> None:
    """A hole is reported, with exit code 1, exactly where the installed version is in its range."""
    events, is_hole = RANGES[case]
    done = audit(tmp_path, {"package": {"name": "HTTPX"}, "ranges": [{"type": "ECOSYSTEM", "events": events}]})
    assert done.returncode == is_hole, done.stderr
    assert (f"httpx {HTTPX}: TEST-1" in done.stdout) is is_hole


def test_a_list_of_versions(tmp_path: Path) -> None:
    """A version that is named is affected; a record that was withdrawn, or of another package, is none."""
    named: dict[str, Any] = {"package": {"name": "httpx"}, "versions": [HTTPX]}
    assert audit(tmp_path, named).returncode == 1
    assert audit(tmp_path, named, withdrawn="2026-01-01T00:00:00Z").returncode == 0
    assert audit(tmp_path, {**named, "package": {"name": "another"}}).returncode == 0
