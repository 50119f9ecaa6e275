"""What is said of a file that cannot be read is done as it stands, and then everybody is there, each once."""

from __future__ import annotations

import bz2
import gzip
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import pytest
from pydantic import SecretStr

from importer import Job, Settings, run
from importer.errors import SourceError
from tests.cli.next_steps.mended import (
    ALL,
    GOOD,
    GOOD_WORKBOOK,
    ROWS,
    Case,
    Words,
    file,
    follow,
    typed,
    workbook,
)
from tests.cli.next_steps.screen import PEOPLE
from tests.paths import ROOT
from tests.rights import type_without_rights
from tests.spreadsheet.hostile_files import HEAD, LAUGHS, packed
from tests.spreadsheet.hostile_files import workbook as made_by_hand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cli.next_steps.screen import Screen

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
PDF = "Export the contacts as CSV or .xlsx where the PDF was made, and import that file."
AS_CSV = "Save the contacts as CSV or .xlsx and import that file."
IN_EXCEL = "Open it in Excel, save it as .xlsx, and import that file."
EXPORT = "Check that it is the right file, and export it again."
RIGHT = "Check that it is the right file."
NUMBERS = "In Numbers choose File > Export To > Excel (or CSV) and import that file."
AGAIN = "Open it in Excel, save it again (or download it again), and run again."
ZIP_AGAIN = "Download or export it again and run again."
WITHOUT_PASSWORD = "save a copy without one (File > Info > Protect Workbook), and import the copy."
BOMB = "If it is really yours, open it in Excel, copy the contacts to a new workbook, and import that."


def bare_link() -> Words:
    Path("people.csv").symlink_to("moved.csv")
    return ("people.csv",)


def circle() -> Words:
    Path("people.csv").symlink_to("contacts.csv")
    Path("contacts.csv").symlink_to("people.csv")
    return ("people.csv",)


def bare_link_brought_back() -> Words:
    Path("moved.csv").write_text(PEOPLE, encoding="utf-8")
    return ("people.csv",)


ODD = os.fsdecode(b"list\xff")


def in_an_odd_folder() -> Words:
    Path(ODD).mkdir()
    os.chdir(ODD)
    return GOOD()


def in_a_plain_folder() -> Words:
    os.chdir("..")
    Path(ODD).rename("list")
    os.chdir("list")
    return ("people.csv",)


def odd_name() -> Words:
    Path(f"{ODD}.csv").write_text(PEOPLE, encoding="utf-8")
    return (f"{ODD}.csv",)


def plain_name() -> Words:
    Path(f"{ODD}.csv").rename("people.csv")
    return ("people.csv",)


def zipped(**members: bytes | str) -> bytes:
    return packed({name.replace("__", "/"): content for name, content in members.items()})


def protected_zip() -> bytes:
    """A zip whose only file needs a password, by its flags."""
    data = bytearray(packed({"people.csv": PEOPLE}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    return bytes(data)


CARD = "BEGIN:VCARD\nFN:a\n{}END:VCARD\n"
BOOK = workbook({"People": ROWS})
CASES: dict[str, Case] = {
    "a wrong name": (typed("poeple.csv"), "Check the name and the folder, and run again.", GOOD),
    "no name": (typed(""), "Give the path of the sheet.", GOOD),
    "a link to nothing": (bare_link, "Bring that file back, or name the file itself", bare_link_brought_back),
    "a link named by itself": (
        bare_link,
        "or name the file itself, and run again.",
        file("contacts.csv", PEOPLE),
    ),
    "links in a circle": (circle, "Name the file itself, and run again.", file("list.csv", PEOPLE)),
    "bytes in a name": (odd_name, "Rename the file or folder with plain letters", plain_name),
    "bytes around it": (in_an_odd_folder, "Rename it with plain letters, and run again.", in_a_plain_folder),
    "open in Excel": (
        file("~$people.xlsx", b"\x05Maria" + bytes(159)),
        "Save people.xlsx in Excel, and import people.xlsx.",
        GOOD_WORKBOOK,
    ),
    "an odd address": (
        typed("sftpx://example.com/people.csv"),
        "Use https://, s3://, gs:// or az://, or give the path of a file.",
        GOOD,
    ),
    "empty": (file("people.csv", b""), EXPORT, GOOD),
    "a picture": (file("people.png", b"\x89PNG\r\n\x1a\n" + bytes(99)), AS_CSV, GOOD),
    "a document": (file("people.docx", zipped(**{"[Content_Types].xml": "x", "word__d.xml": "x"})), AS_CSV, GOOD),
    "an old document": (file("people.doc", OLE + "WordDocument".encode("utf-16-le")), AS_CSV, GOOD_WORKBOOK),
    "a calendar": (file("people.ics", "BEGIN:VCALENDAR\n"), AS_CSV, GOOD),
    "a PDF": (file("people.pdf", "%PDF-1.7\n"), PDF, GOOD),
    "an LDIF address book": (
        file("people.ldif", "dn: cn=Ann,o=x\ncn: Ann\n"),
        "Export it as CSV from your mail program.",
        GOOD,
    ),
    "an old sheet": (file("people.slk", "ID;PWXL;N;E\n"), IN_EXCEL, GOOD_WORKBOOK),
    "Numbers": (file("people.numbers", zipped(Index__Document__iwa="x", **{"a.iwa": "x"})), NUMBERS, GOOD_WORKBOOK),
    "packed otherwise": (
        file("people.csv.bz2", bz2.compress(PEOPLE.encode())),
        "Unpack it and import the sheet inside.",
        GOOD,
    ),
    "packed too often": (
        file("people.csv.gz", gzip.compress(gzip.compress(gzip.compress(PEOPLE.encode())))),
        "Unpack it and import the sheet inside.",
        GOOD,
    ),
    "a password": (file("people.xlsx", OLE + "EncryptedPackage".encode("utf-16-le")), WITHOUT_PASSWORD, GOOD_WORKBOOK),
    "a password of a zip": (file("people.zip", protected_zip()), WITHOUT_PASSWORD, GOOD),
    "a zip that is cut off": (file("people.zip", packed({"people.csv": PEOPLE})[:60]), ZIP_AGAIN, GOOD),
    "a gzip that is cut off": (file("people.csv.gz", gzip.compress(PEOPLE.encode())[:60]), ZIP_AGAIN, GOOD),
    "nothing in a zip": (file("people.zip", packed({})), RIGHT, GOOD),
    "several files in a zip": (
        file("people.zip", packed({"people.csv": PEOPLE, "read me.txt": "Hello"})),
        "Unpack it and import the one with the contacts.",
        GOOD,
    ),
    "blanks packed": (
        file("people.csv.gz", gzip.compress(PEOPLE.encode() + b",,,\n" * 2_000_000)),
        "Save only the sheet with the contacts as CSV and import that.",
        GOOD,
    ),
    "a zip that grows": (file("people.xlsx", made_by_hand(HEAD + " " * 9_000_000)), BOMB, GOOD_WORKBOOK),
    "a text without end": (
        file("people.xlsx", made_by_hand(HEAD + '<row r="2"><c r="A2" t="inlineStr"><is><t>A</t></is></c></row>' * 9)),
        AGAIN,
        GOOD_WORKBOOK,
    ),
    "a far cell": (
        file("people.xlsx", made_by_hand(HEAD + '<row r="2000000"><c r="A2000000"><v>1</v></c></row>')),
        "Copy the contacts to a new workbook and import that.",
        GOOD_WORKBOOK,
    ),
    "entities": (
        file("people.xlsx", made_by_hand(HEAD, before=LAUGHS)),
        "Open it in Excel, save it as a new .xlsx file, and import that.",
        GOOD_WORKBOOK,
    ),
    "cut off": (file("people.xlsx", BOOK[:-30]), ZIP_AGAIN, GOOD_WORKBOOK),
    "broken": (
        file("people.xlsx", zipped(**{"[Content_Types].xml": "<a", "xl__workbook.xml": "x"})),
        AGAIN,
        GOOD_WORKBOOK,
    ),
    "without its texts": (
        file("people.xlsx", made_by_hand('<row r="1"><c r="A1" t="s"><v>0</v></c></row>')),
        AGAIN,
        GOOD_WORKBOOK,
    ),
    "too many cells of cards": (
        file("people.vcf", CARD.format("TEL:1\n" * 1500) + CARD.format("TEL:1\n") * 2500),
        "Export the contacts again, as CSV or in parts, and import that.",
        GOOD,
    ),
    "short lines": (
        file("people.csv", PEOPLE + "1\n" * 100_000),
        "Check that it is the right file. If it is, import it in parts of at most 100,000 lines each.",
        GOOD,
    ),
    "short rows": (
        file("people.xlsx", made_by_hand(HEAD + "<row><c><v>1</v></c></row>" * 70_000)),
        BOMB,
        GOOD_WORKBOOK,
    ),
    "no card": (file("people.vcf", "BEGIN:VCARD\nVERSION:3.0\nEND:VCARD\n"), RIGHT, GOOD),
}


@pytest.mark.parametrize("what", CASES)
def test_a_file_that_cannot_be_read_is_put_right(screen: Screen, what: str) -> None:
    """Nothing is sent of a file that is no readable sheet; in the form that the error names everybody goes in."""
    follow(screen, CASES[what])


def in_shell(limits: str, *words: str) -> tuple[int, str]:
    """Type a command in a shell, behind what limits it; returns its exit code, and what it shows as one line."""
    line = f'{limits}exec "$@"'
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = ["bash", "-c", line, "bash", sys.executable, "-m", "importer", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, " ".join(f"{done.stdout} {done.stderr}".split())


def test_a_job_without_a_stream_is_given_a_path(screen: Screen) -> None:
    """A program that names standard input and passes none is told so, and its sheet is read by its path."""
    settings = Settings(base_url=screen.sandbox.url, rate=200, yes=True)
    with pytest.raises(SourceError, match="Give the path of the sheet instead of -"):
        run(Job("-", settings, key=SecretStr("sandbox-key")))
    run(Job("people.csv", settings, key=SecretStr("sandbox-key")))
    assert screen.is_whole(*ALL)


def test_an_empty_pipe_is_replaced_by_a_path(screen: Screen) -> None:
    """A command whose pipe brings nothing is told so, and the same with the path of the sheet has everybody there."""
    code, said = in_shell("true | ", "run", "-", *screen.service, "--yes")
    assert code == 2
    assert "the command before the | printed nothing" in said
    assert "Correct that command, or give the path of the sheet instead of -." in said
    assert in_shell("", "run", "people.csv", *screen.service, "--yes")[0] == 0
    assert screen.is_whole(*ALL)


def test_a_full_temporary_folder_is_changed(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet for which the temporary folder has no room is read once TMPDIR is another folder."""
    screen.sheet(PEOPLE + "\n" * 9000)
    code, said = in_shell("ulimit -f 4; ", "run", "people.csv", *screen.service, "--yes")
    assert code == 2
    assert "Free some disk space, or point TMPDIR to a folder with room, and run again." in said
    Path("roomy").mkdir()
    monkeypatch.setenv("TMPDIR", str(Path("roomy").absolute()))
    assert in_shell("", "run", "people.csv", *screen.service, "--yes")[0] == 0
    assert screen.is_whole(*ALL)


def test_a_file_that_may_not_be_read_is_opened_to_the_person(screen: Screen) -> None:
    """A file of others is refused, and goes in once the person may open it."""
    Path("people.csv").chmod(0)
    code, said = type_without_rights("run", "people.csv", *screen.service, "--yes")
    assert code == 2
    assert "Check that you may open it (and close it elsewhere), then run again." in said
    Path("people.csv").chmod(0o600)
    assert type_without_rights("run", "people.csv", *screen.service, "--yes")[0] == 0
    assert screen.is_whole(*ALL)


def test_a_file_that_is_being_written_is_waited_for(screen: Screen) -> None:
    """An export that grows while it is read is refused; when it is finished all that it holds goes in."""
    screen.sheet(PEOPLE + "\n" * 9_000_000)
    begun, done = threading.Event(), threading.Event()

    def write_on() -> None:
        with Path("people.csv").open("ab", buffering=0) as stream:
            while not done.is_set():
                stream.write(b"\n" * 99)
                begun.set()

    writer = threading.Thread(target=write_on)
    writer.start()
    begun.wait()
    try:
        assert screen.run() == 2
    finally:
        done.set()
        writer.join()
    assert "Wait until whatever writes it has finished, and run again." in screen.text
    screen.sheet(PEOPLE)
    assert screen.run() == 0
    assert screen.is_whole(*ALL)


class Web(BaseHTTPRequestHandler):
    """Answers with a sheet at its address, and at that of a sheet that is shared."""

    sheets: ClassVar[dict[str, bytes]] = {}

    def do_GET(self) -> None:
        data = self.sheets.get(self.path.partition("?")[0])
        self.send_response(200 if data is not None else 404)
        self.send_header("Content-Length", str(len(data or b"")))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(data or b"")

    do_HEAD = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Say nothing on the terminal."""


@pytest.fixture
def web() -> Iterator[str]:
    pytest.importorskip("aiohttp")
    Web.sheets = {"/people.csv": PEOPLE.encode()}
    server = ThreadingHTTPServer(("127.0.0.1", 0), Web)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("is_downloaded", [True, False])
def test_an_address_of_a_sheet_is_corrected(screen: Screen, web: str, *, is_downloaded: bool) -> None:
    """A sheet that is not at its address is read from the right one, or from the path of its download."""
    mend = GOOD if is_downloaded else typed(f"{web}/people.csv")
    step = "Check the address and your access to it, or download the file and give its path."
    follow(screen, (typed(f"{web}/poeple.csv"), step, mend))


def test_a_sheet_without_an_age_is_saved_to_a_file(screen: Screen, web: str) -> None:
    """Of an address the age is not known: saved to a file the sheet goes in behind the guard, else without it."""
    from_web = ("run", f"{web}/people.csv", *screen.service, "--yes")
    assert screen.type(*from_web, "--newer-than", "26h") == 2
    assert "Save it to a file first, or leave the guard out." in screen.text
    assert screen.names() == []
    assert screen.run("--newer-than", "26h") == 0
    assert screen.type(*from_web) == 0
    assert screen.is_whole(*ALL)


@pytest.mark.parametrize("is_downloaded", [True, False])
def test_a_google_sheet_is_shared(screen: Screen, web: str, *, is_downloaded: bool) -> None:
    """A private Google Sheet goes in once it is open to everybody who has its link, or from its download."""
    link = "/spreadsheets/d/1AbCdEfGhIjKlMnOpQrStUvWxYz"

    def shared() -> Words:
        Web.sheets[f"{link}/export"] = PEOPLE.encode()
        return (f"{web}{link}/edit",)

    step = "File > Download > Microsoft Excel (.xlsx) and import that file."
    step = step if is_downloaded else "Share > General access > Anyone with the link (as Viewer)"
    follow(screen, (typed(f"{web}{link}/edit"), step, GOOD_WORKBOOK if is_downloaded else shared))


@pytest.mark.skipif(find_spec("adlfs") is not None, reason="the part is installed")
def test_a_sheet_is_downloaded_where_a_part_is_missing(screen: Screen) -> None:
    """Without the part that reads from a network the file is downloaded and named by its path."""
    follow(screen, (typed("az://people/contacts.csv"), "or download the file and give its path.", GOOD))
