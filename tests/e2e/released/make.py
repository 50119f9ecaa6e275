"""Writes the folder of results that this version leaves, as SQL, beside those of all journals before it.

    python -m tests.e2e.released.make

One format of the journal has one folder, by its number (`PRAGMA user_version`). The folders of former formats were made
by the program of their time in the same way, and are never made again.
"""

from __future__ import annotations

import os
import re
import socket
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from importer.cli.app import main
from importer.delivery.journal.schema import VERSION

HERE = Path(__file__).parent
FOLDER = "people.sandbox.import"
DATABASES = ("journal", "sandbox")
FIRST = """Name,Phone,Email,Company
Ann Lee,+14155550101,ann@example.com,Acme
Bob Ray,+14155550102,bob@example.com,Acme
Cy Dee,+14155550103,,Bolt
Bob Ray,+14155550102,bob@example.com,Acme
Dee Fox,12,,
"""
SECOND = FIRST.replace("Bolt", "Bolt Ltd")
RUN = ("run", "people.csv", "--sandbox", "--region", "US", "--yes", "--quiet", "--out", FOLDER)


def restore(number: int, folder: Path) -> None:
    """Make the folder of a format again."""
    folder.mkdir()
    for name in DATABASES:
        with closing(sqlite3.connect(folder / f"{name}.sqlite")) as database:
            database.executescript((HERE / f"{number:02}.{name}.sql").read_text(encoding="utf-8"))


def dump(database: Path, home: Path) -> str:
    """A database as SQL, without what is of this computer alone."""
    with closing(sqlite3.connect(database)) as connection:
        pragmas = "".join(
            f"PRAGMA {name}={connection.execute(f'PRAGMA {name}').fetchone()[0]};\n"
            for name in ("application_id", "user_version")
        )
        text = pragmas + "\n".join(connection.iterdump()) + "\n"
    text = text.replace(f"{home}{os.sep}", "/home/ann/").replace(f'"{socket.gethostname()}"', '"office"')
    return re.sub(r'"pid": \d+', '"pid": 1', text)


def make() -> None:
    """Import twice, the second time with a change, and write what is left."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name).resolve()
        os.chdir(home)
        for text, options in ((FIRST, ()), (SECOND, ("--on-match", "update"))):
            Path("people.csv").write_text(text, encoding="utf-8")
            assert main([*RUN, *options]) == 1
        for database in DATABASES:
            sql = dump(home / FOLDER / f"{database}.sqlite", home)
            (HERE / f"{VERSION:02}.{database}.sql").write_text(sql, encoding="utf-8")
        os.chdir(HERE)


if __name__ == "__main__":
    make()
