"""The rejects belong to the person as soon as they have changed them."""

from __future__ import annotations

from pathlib import Path

import pytest

from importer.cli.app import main

SHEET = "Name,Phone\nAnn Lee,+14155550101\nBob Ray,555-0102\n"
RUN = ["run", "people.csv", "--sandbox", "--rate", "500", "--out", "out"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    Path("people.csv").write_text(SHEET, encoding="utf-8")


def test_a_rejects_file_under_correction_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    """Running the sheet again does not overwrite the rejects that somebody is correcting, and says where they are."""
    assert main(RUN) == 1
    rejects = Path("out/rejects.csv")
    corrected = rejects.read_text(encoding="utf-8").replace("555-0102", "+14155550102")
    rejects.write_text(corrected, encoding="utf-8")
    assert main(RUN) == 1
    assert Path("out/rejects.edited.csv").read_text(encoding="utf-8") == corrected
    assert "+14155550102" not in rejects.read_text(encoding="utf-8")
    assert "rejects.edited.csv" in capsys.readouterr().err


def test_an_untouched_rejects_file_is_written_anew() -> None:
    """Rejects that nobody has changed are replaced, and no copies pile up."""
    assert main(RUN) == 1
    assert main(RUN) == 1
    assert sorted(path.name for path in Path("out").glob("rejects*")) == ["rejects.csv"]
