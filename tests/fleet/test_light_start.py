from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

CODE = """
import sys
from importer.cli.app import main
assert main(["check", "people.csv", "-q"]) == 0
assert main(["fleet", "--help"]) == 0
print("loaded:", sorted(name for name in sys.modules if name.startswith(("importer.fleet", "psycopg", "dbos"))))
import importer.fleet.run, importer.fleet.adopt
print("loaded:", sorted(name for name in sys.modules if name.startswith(("psycopg", "dbos", "sqlalchemy", "croniter"))))
# As in an installation without the extra.
sys.modules["psycopg"] = None
assert main(["fleet", "init", "fleet.toml"]) == 2
assert main(["fleet", "work", "fleet.toml"]) == 2
"""


def test_a_fleet_is_loaded_by_its_command_alone(tmp_path: Path) -> None:
    """Who imports one sheet or reads about fleets waits for nothing of them, nor for a database where there is none."""
    (tmp_path / "people.csv").write_text("Name,Phone\nAnn Lee,+14155550101\n", encoding="utf-8")
    entry = '[[workspace]]\nname = "acme"\nsheet = "people.csv"\nsandbox = true\n'
    (tmp_path / "fleet.toml").write_text(f'database = "env:DATABASE"\n{entry}', encoding="utf-8")
    environment = {**os.environ, "DATABASE": "postgresql://host/name"}
    command = [sys.executable, "-c", CODE]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path, env=environment)
    assert done.stdout.splitlines()[-2:] == ["loaded: []"] * 2
    assert done.stderr.count('next: Install it with pip install "openphone-import[fleet]"') == 2
