"""The table is what the file was when it was opened, kept where nobody else can read it, and gone afterwards."""

from __future__ import annotations

import gc
import gzip
import hashlib
import io
import os
import stat
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from importer.errors import SourceError
from importer.spreadsheet.opening import open_table
from importer.spreadsheet.options import ReadOptions
from importer.spreadsheet.private_copy import PrivateFolder, remove_abandoned

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.spreadsheet.conftest import MakeXlsx, ReadTable


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_saving_over_the_file_changes_nothing(
    tmp_path: Path, read_table: ReadTable, make_xlsx: MakeXlsx, kind: str
) -> None:
    """A table stays the same while the person edits, saves over or removes the file."""
    path = tmp_path / f"a.{kind}"
    path.write_bytes(make_xlsx([["Name", "Phone"], ["Ann", "1"]]) if kind == "xlsx" else b"Name,Phone\nAnn,1\n")
    table = open_table(path)
    path.write_bytes(b"other")
    assert read_table(table).rows == {2: ["Ann", "1"]}
    path.unlink()
    assert read_table(table).rows == {2: ["Ann", "1"]}


def test_the_copy_is_private_and_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Copies lie in a folder that only the owner can enter, and vanish with the table, even while it is being read."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    path = tmp_path / "a.csv"
    path.write_text("Name,Phone\nAnn,1\nBob,2\n")
    table = open_table(path, ReadOptions(chunk_rows=1))
    (folder,) = (tmp_path / "tmp").iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.glob("*.part")} == {0o600}
    chunks = table.chunks()
    next(chunks)
    del table
    gc.collect()
    assert len(list(chunks)) == 1
    del chunks
    gc.collect()
    assert not folder.exists()


def test_a_refused_file_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is refused leaves no copy behind."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    (tmp_path / "a.csv").write_bytes(b"%PDF-1.7")
    with pytest.raises(SourceError):
        open_table(tmp_path / "a.csv")
    assert not list((tmp_path / "tmp").iterdir())


def test_copies_go_when_the_program_ends(tmp_path: Path) -> None:
    """A table still held at the end of the program does not leave its copy on the disk."""
    (tmp_path / "a.csv").write_text("Name,Phone\nAnn,1\n")
    code = (
        "import os, sys, tempfile; from importer.spreadsheet.opening import open_table\n"
        "table = open_table(sys.argv[1]); print(*os.listdir(tempfile.gettempdir()))"
    )
    (tmp_path / "tmp").mkdir()
    environment = {**os.environ, "TMPDIR": str(tmp_path / "tmp")}
    command = [sys.executable, "-c", code, str(tmp_path / "a.csv")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("openphone-import-")
    assert list((tmp_path / "tmp").iterdir()) == []
    assert not done.stderr


def test_copies_of_a_killed_program_go_with_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a killed process left is removed by the next one; folders in use, and those of others, are left alone."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    code = "import os\nfrom importer.spreadsheet.private_copy import PrivateFolder\n"
    code += "PrivateFolder(); kept = PrivateFolder(); os._exit(9)"
    subprocess.run([sys.executable, "-c", code], env={**os.environ, "TMPDIR": str(tmp_path)}, check=False)
    (abandoned,) = tmp_path.iterdir()
    mine, foreign = PrivateFolder(), tmp_path / "openphone-import-by-hand"
    foreign.mkdir()
    remove_abandoned(tmp_path)
    assert abandoned.exists()
    remove_abandoned(tmp_path, time.time() + 3600)
    assert not abandoned.exists()
    assert mine.folder.exists()
    assert foreign.exists()
    mine.close()


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    """When the temporary folder has no room, the person hears of the folder and of TMPDIR."""

    def blocks() -> Iterator[bytes]:
        yield b"x"
        raise OSError(28, "No space left on device")

    store = PrivateFolder()
    with pytest.raises(SourceError, match=r"No space left.*TMPDIR"):
        store.keep(blocks(), "a.csv", 100)
    store.close()


def test_nothing_heavy_is_imported_early() -> None:
    """Naming the package and its options imports no pandas and openpyxl."""
    code = (
        "import sys, importer.spreadsheet, importer.spreadsheet.options, importer.spreadsheet.opening\n"
        "print({'pandas', 'openpyxl', 'chardet', 'clevercsv'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_a_file_that_is_still_being_written_is_not_read(tmp_path: Path) -> None:
    """An export that goes on growing while it is read is refused, since its last contacts may be cut or missing."""
    path = tmp_path / "export.csv"
    path.write_bytes(b"Name,Phone\n" + b"Ann,+14155550101\n" * 2_000_000)
    begun, done = threading.Event(), threading.Event()

    def write_on() -> None:
        with path.open("ab", buffering=0) as stream:
            while not done.is_set():
                stream.write(b"Bob,+14155550102\n")
                begun.set()

    writer = threading.Thread(target=write_on)
    writer.start()
    begun.wait()
    try:
        with pytest.raises(SourceError, match="was changed while it was read") as caught:
            open_table(path)
    finally:
        done.set()
        writer.join()
    assert "run again" in caught.value.next_step


@pytest.mark.parametrize("way", ["plain", "packed", "stdin"])
def test_the_digest_is_of_the_bytes_that_are_read(tmp_path: Path, way: str) -> None:
    """It tells what the table was opened from, as it was given, whatever the file has become since."""
    given = b"Name,Phone\nAnn,+14155550101\n"
    given = gzip.compress(given) if way == "packed" else given
    file = tmp_path / "people.csv"
    file.write_bytes(given)
    table = open_table("-" if way == "stdin" else file, stdin=io.BytesIO(given))
    file.write_bytes(b"Name,Phone\nBob,+14155550102\n")
    assert table.digest == hashlib.blake2b(given, digest_size=16).hexdigest()
    assert next(table.chunks()).originals[0][0] == "Ann"
