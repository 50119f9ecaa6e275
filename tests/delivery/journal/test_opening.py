"""Opening a journal: what is refused, in which words, and what is not."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from importer.delivery.journal import Journal, RowStep, RunRecord, history
from importer.delivery.journal.network_drive import network_type
from importer.delivery.journal.schema import VERSION
from importer.errors import JournalError, OutputError
from importer.model import Status
from importer.plan import Action

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

URL = "https://api.quo.com"


def make(path: Path, address: str = URL, key: str = "key-one") -> None:
    with Journal.open(path, address, key) as journal:
        journal.begin(RunRecord("r1", "run", "f.csv", None, "2026-01-01T00:00:00Z"))
        journal.stage([RowStep(2, "a", Status.REJECTED)])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


def refused(
    path: Path, address: str = URL, key: str = "key-one", mounts: Callable[[], str] = lambda: ""
) -> JournalError:
    with pytest.raises(JournalError) as caught:
        Journal.open(path, address, key, mounts=mounts)
    assert caught.value.exit_code == 2
    assert caught.value.next_step.endswith((".", "twice."))
    return caught.value


def test_nobody_else_may_read_it(path: Path) -> None:
    """The journal and every file beside it have mode 0600, also while it is open, whatever the umask."""
    former = os.umask(0)
    try:
        with Journal.open(path, URL, "key") as journal:
            journal.begin(RunRecord("r1", "run", "f.csv", None, "2026-01-01T00:00:00Z"))
            names = {one.name: one.stat().st_mode & 0o777 for one in path.parent.iterdir()}
    finally:
        os.umask(former)
    assert set(names) >= {"journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm"}
    assert set(names.values()) == {0o600}


def test_loose_rights_are_tightened(path: Path) -> None:
    """A journal copied about with wide rights gets its own again."""
    make(path)
    path.chmod(0o644)
    Journal.open(path, URL, "key-one").close()
    assert path.stat().st_mode & 0o777 == 0o600


def test_another_workspace_is_refused(path: Path) -> None:
    """A journal that has sent anything to one address is not used with another."""
    with Journal.open(path, URL, "key-one") as journal:
        journal.begin(RunRecord("r1", "run", "f.csv", None, "2026-01-01T00:00:00Z"))
        journal.stage([RowStep(2, "a", Status.UNFINISHED, digest="d", action=Action.CREATE, body={})])
        journal.sending(journal.tasks(0, 1)[0], 1000)
    error = refused(path, "https://other.example")
    assert URL in error.message
    assert "https://other.example" in error.message
    Journal.open(path, URL, "key-one").close()


def test_an_address_at_which_nothing_was_sent_may_have_been_mistyped(path: Path) -> None:
    """A journal that has sent nothing yet goes on with another address and key, as if it were new."""
    make(path, "https://api.qou.com")
    with Journal.open(path, URL, "key-two") as journal:
        assert journal.key_matches
        assert [record.run_id for record in journal.runs()] == ["r1"]
    Journal.open(path, URL, "key-two").close()


@pytest.mark.parametrize(("first", "second"), [("sandbox", URL), (URL, "sandbox")])
def test_rehearsal_and_real_import_are_kept_apart(path: Path, first: str, second: str) -> None:
    """The sandbox's journal does not become the real one's."""
    make(path, first)
    assert "rehearsal" in refused(path, second).next_step


def test_another_key_is_told(path: Path) -> None:
    """Another key is noticed, and taken over by rebinding."""
    make(path)
    with Journal.open(path, URL, "key-two") as journal:
        assert (journal.key_matches, journal.probe_ids(5)) == (False, {})
        journal.rebind()
        assert journal.key_matches
    with Journal.open(path, URL, "key-one") as journal:
        assert not journal.key_matches


def test_the_key_is_not_in_the_file(path: Path) -> None:
    """Neither the key nor a plain hash of it can be found in any file of the journal, and two journals hash alike keys
    differently."""
    import hashlib

    make(path)
    other = path.with_name("other.sqlite")
    make(other)
    content = b"".join(one.read_bytes() for one in path.parent.iterdir())
    assert b"key-one" not in content
    assert hashlib.sha256(b"key-one").hexdigest().encode() not in content
    hashes = []
    for one in (path, other):
        connection = sqlite3.connect(one)
        hashes += connection.execute("SELECT value FROM meta WHERE name = 'key'").fetchone()
        connection.close()
    assert len(set(hashes)) == 2


def test_a_newer_journal_is_refused(path: Path) -> None:
    """A journal of a later version is not touched."""
    make(path)
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    connection.close()
    assert "newer" in refused(path).message


def test_another_programs_database_is_refused(path: Path) -> None:
    """A database that is not ours is not written to."""
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (x)")
    connection.close()
    before = path.read_bytes()
    assert "another program" in refused(path).message
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"row,external_id\n" * 99, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_what_is_no_database_is_refused(path: Path, content: bytes) -> None:
    """A file that is no journal is left alone, and the way back is said: the ids find every contact again."""
    path.write_bytes(content)
    error = refused(path)
    assert "none is created twice" in error.next_step
    assert path.read_bytes() == content


def test_a_damaged_journal_is_refused(path: Path) -> None:
    """A journal with broken pages is noticed when it is opened, not in the middle of a run."""
    make(path)
    content = bytearray(path.read_bytes())
    for start in range(4096, len(content), 4096):
        content[start : start + 200] = b"\xee" * 200
    path.write_bytes(content)
    assert "damaged" in refused(path).message


def test_a_cut_off_journal_is_refused(path: Path) -> None:
    """A journal that lost its end is noticed too."""
    make(path)
    path.write_bytes(path.read_bytes()[: 4096 * 3 + 100])
    refused(path)


TIGHT = """
import pathlib, resource, signal, sys
from importer.delivery.journal import Journal
from importer.errors import JournalError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    Journal.open(pathlib.Path(sys.argv[1]), "https://api.quo.com", "key-one")
except JournalError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of file sizes are POSIX")
def test_a_disk_without_room_is_not_called_damage(path: Path) -> None:
    """Where the disk cannot take the journal nobody is told to move it away."""
    said = subprocess.run([sys.executable, "-c", TIGHT, str(path)], capture_output=True, text=True, check=True).stdout
    assert "cannot be written" in said
    assert "Make room" in said
    assert "damaged" not in said


def test_an_empty_file_is_a_new_journal(path: Path) -> None:
    """A file of no bytes holds nothing to lose."""
    path.touch()
    make(path)
    assert len(history(path)) == 1


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    """A journal cannot be made where there is no folder."""
    refused(tmp_path / "gone" / "journal.sqlite")


def test_a_folder_in_its_place_is_said(path: Path) -> None:
    """A folder with the journal's name is no journal."""
    path.mkdir()
    with pytest.raises(OutputError, match="is a folder, a pipe or a device") as caught:
        Journal.open(path, URL, "key")
    assert caught.value.exit_code == 2


HOLDER = """
import pathlib, sys
from importer.delivery.journal import Journal
journal = Journal.open(pathlib.Path(sys.argv[1]), "https://api.quo.com", "key-one")
print("open", flush=True)
sys.stdin.read()
"""


def test_one_run_at_a_time(path: Path) -> None:
    """A second run is told who has the journal; as soon as that process is dead, however it died, it is free."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        error = refused(path)
        assert f"process {holder.pid} on " in error.message
        assert "since 20" in error.message
        holder.kill()
        holder.wait()
    Journal.open(path, URL, "key-one").close()


def test_a_refused_opening_frees_the_lock(path: Path) -> None:
    """After a refusal the journal can be opened in the right way at once."""
    make(path)
    refused(path, "sandbox")
    Journal.open(path, URL, "key-one").close()


def test_history_can_be_read_while_a_run_goes_on(path: Path) -> None:
    """The list of runs needs no lock and changes nothing."""
    with Journal.open(path, URL, "key") as journal:
        journal.begin(RunRecord("r1", "run", "f.csv", None, "2026-01-01T00:00:00Z"))
        assert [one.run_id for one in history(path)] == ["r1"]


@pytest.mark.parametrize("content", [None, b"no database at all"])
def test_history_of_what_is_no_journal(path: Path, content: bytes | None) -> None:
    """Reading the history of something else is refused in the same words."""
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(JournalError):
        history(path)
    assert path.exists() is (content is not None)


TABLE = r"""
22 1 0:20 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:30 / /home rw shared:2 - nfs4 server:/home rw
31 30 0:31 / /home/ann/local rw - xfs /dev/sdb rw
32 22 0:32 / /mnt/My\040Share rw - cifs //server/share rw
33 22 0:33 / /mnt/c rw master:3 - 9p drvfs rw
34 22 0:34 / /media/usb rw - fuseblk /dev/sdc rw
35 22 0:35 / /mnt/ssh rw - fuse.sshfs host:/ rw
36 22 0:36 / /over rw - nfs server:/x rw
37 36 0:37 / /over rw - tmpfs tmpfs rw
half a line
"""
PLACES = {
    "/home/bob/x.sqlite": "nfs4",
    "/home/ann/local/x.sqlite": None,
    "/home/ann/locally/x.sqlite": "nfs4",
    "/homework/x.sqlite": None,
    "/mnt/My Share/x": "cifs",
    "/mnt/c/Users/x": "9p",
    "/media/usb/x": None,
    "/mnt/ssh/x": "fuse.sshfs",
    "/over/x": None,
    "/tmp/x": None,
}


@pytest.mark.parametrize("place", PLACES)
def test_network_drives_are_known(place: str) -> None:
    """The mount that a path lies on is the longest one it is within, and the last of those."""
    assert network_type(TABLE, place) == PLACES[place]


@pytest.mark.parametrize("table", ["", "nonsense", " - ", "1 2 3 - x"])
def test_odd_mount_tables_refuse_nothing(table: str) -> None:
    """Where the table says nothing a journal may be opened."""
    assert network_type(table, "/x") is None


def test_a_network_drive_is_refused(path: Path) -> None:
    """WAL is unsafe on a network drive, so nothing is made there, and a local folder is asked for."""
    table = f"30 22 0:30 / {path.parent.resolve()} rw - nfs4 server:/home rw"
    error = refused(path, mounts=lambda: table)
    assert "nfs4" in error.message
    assert list(path.parent.iterdir()) == []


def test_a_temporary_journal_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`check` needs no file, no lock and no network table."""
    monkeypatch.chdir(tmp_path)
    with Journal.open(None, "sandbox", "") as journal:
        journal.begin(RunRecord("r1", "check", "f.csv", None, "2026-01-01T00:00:00Z"))
        journal.stage([RowStep(2, "a", Status.REJECTED)])
        assert journal.counts()[Status.REJECTED] == 1
    assert list(tmp_path.iterdir()) == []
