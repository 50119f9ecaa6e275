"""Results at an address: each run in a folder of its own with its summary last, and the latest beside them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.fleet.test_database import call

if TYPE_CHECKING:
    from tests.fleet.conftest import StartService

SHEET = "Name,Phone\nAnn Lee,+14155550100\nBob Ray,12\n"


@pytest.mark.usefixtures("home")
def test_results_are_brought_to_their_address(capsys: pytest.CaptureFixture[str], service: StartService) -> None:
    """A run leaves its files there; the next, with the row corrected, takes its rejects away from the latest.

    Where the address cannot be written the rows are done all the same, and the same command brings the files there.
    """
    acme = service("key-of-acme-0123456789")
    Path("acme.csv").write_text(SHEET, encoding="utf-8")
    Path("acme.key").write_text("key-of-acme-0123456789\n", encoding="utf-8")
    there = Path.cwd() / "there"
    entry = f'[[workspace]]\nname = "acme"\nsheet = "acme.csv"\napi-key-file = "acme.key"\nbase-url = "{acme.url}"\n'
    Path("fleet.toml").write_text(f'results = "file://{there}/{{workspace}}/"\n{entry}', encoding="utf-8")

    there.write_text("no folder", encoding="utf-8")
    code, out, err = call(capsys, "fleet", "run", "fleet.toml", "--yes")
    assert (code, f"could not be written to file://{there}/acme" in " ".join(out.split())) == (3, True), (out, err)
    assert len(acme.contacts()) == 1
    there.unlink()
    assert call(capsys, "fleet", "run", "fleet.toml", "--yes")[0] == 1
    assert len(acme.contacts()) == 1
    latest = there / "acme" / "latest"
    (run,) = (there / "acme" / "runs").iterdir()
    assert sorted(path.name for path in run.iterdir()) == sorted(path.name for path in latest.iterdir())
    assert json.loads((latest / "summary.json").read_text())["run_id"] == run.name
    assert (latest / "rejects.csv").read_bytes() == Path("fleet.results/acme/rejects.csv").read_bytes()
    assert not (latest / "journal.sqlite").exists()

    Path("acme.csv").write_text(SHEET.replace(",12", ",+14155550101"), encoding="utf-8")
    assert call(capsys, "fleet", "run", "fleet.toml", "--yes")[0] == 0
    assert not (latest / "rejects.csv").exists()
    assert (run / "rejects.csv").exists()
    assert len(list((there / "acme" / "runs").iterdir())) == 2

    Path("fleet.toml").write_text(f'results = "ftp://host/x"\n{entry}', encoding="utf-8")
    code, _, err = call(capsys, "fleet", "run", "fleet.toml", "--yes")
    assert (code, "an address of s3://, gs:// or az://" in err) == (2, True), err
