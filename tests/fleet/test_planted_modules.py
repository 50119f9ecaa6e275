"""What lies in the folder that a fleet is started in is data, whatever its name."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# As the installed command starts: it looks for no module in the current folder.
STARTED = "import sys; sys.path[:] = [each for each in sys.path if each]; from importer.__main__ import main; main()"
FLEET = """
[defaults]
sandbox = true
region = "US"

[[workspace]]
name = "acme"
sheet = "people.csv"
"""
MODULES = ("pickle", "selectors", "struct", "signal", "pandas", "pandera", "importer", "schemas")


def test_no_module_of_the_current_folder_is_run(tmp_path: Path) -> None:
    """The processes of a fleet import nothing from the folder of its file, though Python would look there first."""
    for name in MODULES:
        (tmp_path / f"{name}.py").write_text("open('ran', 'w').close()\nraise SystemExit(9)\n", encoding="utf-8")
    (tmp_path / "fleet.toml").write_text(FLEET, encoding="utf-8")
    (tmp_path / "people.csv").write_text("Name,Phone\nAnn Lee,+14155550101\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", STARTED, "fleet", "check", "fleet.toml", "-q"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
    )
    assert not (tmp_path / "ran").exists(), done.stderr
    assert "1 row" in done.stdout
    assert done.returncode in (0, 1)
