"""Sheets on the web: a link to a Google Sheet is read as the CSV of its tab, and Azure's store as a file."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.cli.app import main
from importer.errors import SourceError
from importer.settings.model import Settings
from importer.sheet_links import google_sheet
from importer.spreadsheet.opening import open_table

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY, PUBLISHED = "1AbCdEfGhIjKlMnOpQrStUvWxYz", "2PACX-1vAbCdEfGhIjKlMnOpQr"
SHEET = "https://docs.google.com/spreadsheets"
LINKS = {
    f"{SHEET}/d/{KEY}/edit#gid=7": f"{SHEET}/d/{KEY}/export?format=csv&gid=7",
    f"{SHEET}/d/{KEY}/edit?gid=7#gid=8": f"{SHEET}/d/{KEY}/export?format=csv&gid=8",
    f"{SHEET}/d/{KEY}/edit?usp=sharing": f"{SHEET}/d/{KEY}/export?format=csv",
    f"{SHEET}/u/1/d/{KEY}/view?gid=3": f"{SHEET}/d/{KEY}/export?format=csv&gid=3",
    f"{SHEET}/d/{KEY}": f"{SHEET}/d/{KEY}/export?format=csv",
    f"{SHEET}/d/{KEY}/pubhtml?gid=5&single=true": f"{SHEET}/d/{KEY}/pub?output=csv&single=true&gid=5",
    f"{SHEET}/d/e/{PUBLISHED}/pubhtml": f"{SHEET}/d/e/{PUBLISHED}/pub?output=csv",
    f"{SHEET}/d/e/{PUBLISHED}/pub?gid=9&output=xlsx": f"{SHEET}/d/e/{PUBLISHED}/pub?output=csv&single=true&gid=9",
    "https://docs.google.com/document/d/1AbCdEfGhIjKlMnOp/edit": None,
    f"{SHEET}/d/{KEY}/edit/more": None,
    "https://example.com/people.csv": None,
    "people.csv": None,
}


@pytest.mark.parametrize("link", LINKS)
def test_links_of_all_kinds(link: str) -> None:
    """Whatever form of the link a person copies, the tab that it shows is fetched, and no other address is touched."""
    sheet = google_sheet(link)
    assert (sheet and sheet.address) == LINKS[link]


def test_each_tab_has_a_folder_of_its_own() -> None:
    """Results of two sheets, and of two tabs, are not mixed; the first tab is the same with and without its number."""
    tabs = ("", "#gid=0", "#gid=7")
    folders = [str(Settings().out_folder(f"{SHEET}/d/{KEY}/edit{tab}")) for tab in tabs]
    assert folders == ["google-sheet-StUvWxYz.import"] * 2 + ["google-sheet-StUvWxYz-7.import"]


class _Google(BaseHTTPRequestHandler):
    """Answers as Google does: a shared sheet by way of another address, a private one with a page to log in at."""

    def do_GET(self) -> None:
        moved = {
            f"/spreadsheets/d/{KEY}/export?format=csv&gid=7": "/content/7",
            "/spreadsheets/d/private-sheet/export?format=csv": "/ServiceLogin",
        }
        if self.path in moved:
            self.send_response(307)
            self.send_header("Location", moved[self.path])
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        texts = {
            "/content/7": ("text/csv", "Name,Phone\nAnn Lee,+14155550101\nBob Ray,00123\n"),
            f"/spreadsheets/d/e/{PUBLISHED}/pub?output=csv": ("text/csv", "Name,Phone\nZoe,+14155550102\n"),
            "/ServiceLogin": ("text/html", "<!doctype html><html><body>Sign in</body></html>"),
        }
        kind, text = texts.get(self.path, ("text/html", "<html>not published</html>"))
        data = text.encode()
        self.send_response(200 if self.path in texts else 401 if "refused" in self.path else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_HEAD = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Say nothing on the terminal."""


@pytest.fixture
def google() -> Iterator[str]:
    pytest.importorskip("aiohttp")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Google)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/spreadsheets"
    server.shutdown()
    server.server_close()


def test_a_shared_sheet_is_read(google: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tab of the link is imported like a file, from the first look to the folder of its results."""
    monkeypatch.chdir(tmp_path)
    table = open_table(f"{google}/d/{KEY}/edit?usp=sharing#gid=7")
    assert next(cells for chunk in table.chunks() for cells in chunk.originals) == ("Ann Lee", "+14155550101")
    assert table.file.endswith(f"/spreadsheets/d/{KEY}/edit")
    assert open_table(f"{google}/d/e/{PUBLISHED}/pubhtml").headers == ("Name", "Phone")
    assert main(["check", f"{google}/d/{KEY}/edit#gid=7", "--region", "US", "-q"]) in (0, 1)
    assert Path("google-sheet-StUvWxYz-7.import/report.html").is_file()


@pytest.mark.parametrize("key", ["private-sheet", "refused-sheet", "unknown-sheet"])
def test_a_private_sheet_says_how_to_share_it(google: str, key: str) -> None:
    """A page to log in at, a refusal and no such sheet are all told as what they are, with both ways out."""
    with pytest.raises(SourceError) as caught:
        open_table(f"{google}/d/{key}/edit")
    assert "cannot be opened by its link alone" in caught.value.message
    assert "Anyone with the link" in caught.value.next_step
    assert "Microsoft Excel (.xlsx)" in caught.value.next_step


def test_without_the_extra_it_is_said() -> None:
    """Azure's addresses need a part that is installed separately; the message says which."""
    if find_spec("adlfs") is not None:
        pytest.skip("the part is installed")
    with pytest.raises(SourceError, match="not installed") as caught:
        open_table("az://people/contacts.csv")
    assert "openphone-import[remote]" in caught.value.next_step


class _Azure(BaseHTTPRequestHandler):
    """Answers as the blob store of Azure does about one file."""

    protocol_version = "HTTP/1.1"
    data = b"Name,Phone\nAnn Lee,+14155550101\n"

    def do_GET(self) -> None:
        is_there = self.path.partition("?")[0].endswith("/people/contacts.csv")
        ranged = self.headers.get("x-ms-range") or self.headers.get("Range")
        first, last = (int(part) for part in (ranged or "bytes=0-99999").removeprefix("bytes=").split("-"))
        data = self.data[first : last + 1] if is_there else b""
        self.send_response(404 if not is_there else 206 if ranged else 200)
        for name, value in {
            "Content-Type": "text/csv",
            "Content-Length": str(len(data)),
            "Content-Range": f"bytes {first}-{first + len(data) - 1}/{len(self.data)}",
            "ETag": '"0x1"',
            "Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT",
            "x-ms-blob-type": "BlockBlob",
            "x-ms-creation-time": "Thu, 01 Jan 2026 00:00:00 GMT",
            **({} if is_there else {"x-ms-error-code": "BlobNotFound"}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(data)

    do_HEAD = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Say nothing on the terminal."""


def test_a_file_in_azure_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """`az://` reads a blob with the credentials of Azure's own variables, and no message shows them."""
    pytest.importorskip("adlfs")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Azure)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    endpoint = f"BlobEndpoint=http://127.0.0.1:{server.server_address[1]}/someone"
    secret = "c2VjcmV0LWtleQ=="
    parts = f"DefaultEndpointsProtocol=http;AccountName=someone;AccountKey={secret};{endpoint};"
    monkeypatch.setenv("AZURE_STORAGE_CONNECTION_STRING", parts)
    try:
        table = open_table("az://people/contacts.csv")
        assert next(cells for chunk in table.chunks() for cells in chunk.originals) == ("Ann Lee", "+14155550101")
        with pytest.raises(SourceError, match=r"az://people/nothing\.csv cannot be read") as caught:
            open_table("az://people/nothing.csv")
        assert secret not in str(caught.value)
    finally:
        server.shutdown()
        server.server_close()
