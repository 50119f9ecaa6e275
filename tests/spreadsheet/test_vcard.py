"""vCards of all versions are rows: what they say, how they are written, and what becomes of those that are damaged."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st

from importer.cli.app import main
from importer.errors import SourceError
from importer.model import Severity
from importer.sandbox import KEY, Sandbox
from importer.spreadsheet.opening import open_table
from importer.spreadsheet.options import ReadOptions
from importer.spreadsheet.vcard.writing import card_text

if TYPE_CHECKING:
    from collections.abc import Mapping


def read(path: Path, **options: str) -> dict[int, dict[str, str]]:
    """The filled cells of each card by its number."""
    table = open_table(path, ReadOptions(**options))  # type: ignore[arg-type]
    return {
        row: {name: text for name, text in zip(table.headers, cells, strict=True) if text}
        for chunk in table.chunks()
        for row, cells in zip(chunk.rows, zip(*chunk.columns, strict=True), strict=True)
    }


def card(*lines: str, version: str = "3.0", end: str = "\r\n") -> str:
    return end.join(("BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""))


ANN = {"First Name": "Ann", "Last Name": "Lee"}
N = "N:Lee;Ann;;;"
CASES: dict[str, tuple[bytes, Mapping[str, str]]] = {
    "3.0 of an iPhone": (
        card(
            N,
            "FN:Ann Lee",
            "ORG:Acme\\, Inc.;Sales;West",
            "TITLE:CEO",
            "item1.TEL:+1 (415) 555-0101",
            "item1.X-ABLabel:_$!<Main>!$_",
            "TEL;type=CELL;type=VOICE;type=pref:+14155550102",
            "EMAIL;type=INTERNET;type=HOME:ann@example.com",
            "item2.ADR;type=HOME:;;1 Main St\\nApt 2;Springfield;IL;62701;USA",
            "item2.X-ABADR:us",
            "NOTE:first\\nsecond\\; third",
            "BDAY;value=date:1990-01-02",
            "CATEGORIES:VIP,Blog",
            "item3.URL;type=pref:https\\://ann.example",
            "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQ",
            " AAAQABAAD/2wBDAAMC",
            "X-SOCIALPROFILE;type=twitter:https://x.example/ann",
            "REV:2026-01-01T00:00:00Z",
        ).encode(),
        {
            **ANN,
            "Organization Name": "Acme, Inc.",
            "Organization Department": "Sales, West",
            "Organization Title": "CEO",
            "Phone 1 - Label": "Main",
            "Phone 1 - Value": "+1 (415) 555-0101",
            "Phone 2 - Label": "mobile",
            "Phone 2 - Value": "+14155550102",
            "E-mail 1 - Label": "home",
            "E-mail 1 - Value": "ann@example.com",
            "Address 1 - Label": "home",
            "Address 1 - Street": "1 Main St\nApt 2",
            "Address 1 - City": "Springfield",
            "Address 1 - Region": "IL",
            "Address 1 - Postal Code": "62701",
            "Address 1 - Country": "USA",
            "Website 1 - Value": "https://ann.example",
            "Birthday": "1990-01-02",
            "Notes": "first\nsecond; third",
            "Labels": "VIP;Blog",
            "X-SOCIALPROFILE": "https://x.example/ann",
        },
    ),
    "4.0 with addresses for numbers": (
        card(
            "KIND:individual",
            N,
            "FN:Ann Lee",
            'TEL;VALUE=uri;PREF=1;TYPE="voice,cell":tel:+1-415-555-0101;ext=5',
            "EMAIL;PREF=1:mailto:ann@example.com",
            "BDAY:19900102T000000Z",
            "UID:urn:uuid:4fbe8971",
            version="4.0",
            end="\n",
        ).encode(),
        {
            **ANN,
            "Phone 1 - Label": "mobile",
            "Phone 1 - Value": "+1-415-555-0101 ext. 5",
            "E-mail 1 - Value": "ann@example.com",
            "Birthday": "1990-01-02",
            "UID": "urn:uuid:4fbe8971",
        },
    ),
    "2.1 of an old phone": (
        card(
            "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=4D=C3=BCller;J=C3=B6rg;;;",
            "TEL;CELL;PREF:+14155550101",
            "TEL;WORK;FAX:+14155550102",
            "NOTE;CHARSET=UTF-8;QUOTED-PRINTABLE:one=0D=0Atwo=",
            "three =",
            "four",
            "PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQ",
            " SkZJRg==",
            "",
            "AGENT:",
            "BEGIN:VCARD",
            "VERSION:2.1",
            "N:Other;Person",
            "TEL:+14155550999",
            "END:VCARD",
            "EMAIL;INTERNET:j@example.com",
            version="2.1",
        ).encode(),
        {
            "First Name": "Jörg",
            "Last Name": "Müller",
            "Phone 1 - Label": "mobile",
            "Phone 1 - Value": "+14155550101",
            "Phone 2 - Label": "work fax",
            "Phone 2 - Value": "+14155550102",
            "Notes": "one\r\ntwothree four",
            "E-mail 1 - Value": "j@example.com",
        },
    ),
    "a charset of one line": (
        card("N;CHARSET=ISO-8859-1:M\xfcller;J\xf6rg;;;", "TEL:+14155550101", version="2.1").encode("latin-1"),
        {"First Name": "Jörg", "Last Name": "Müller", "Phone 1 - Value": "+14155550101"},
    ),
    "quoted-printable without a charset": (
        card("N;QUOTED-PRINTABLE:M=FCller;J=F6rg", version="2.1").encode(),
        {"First Name": "Jörg", "Last Name": "Müller"},
    ),
    "UTF-16": (card(N, "FN:Ann Lee", "NOTE:ünï").encode("utf-16"), {**ANN, "Notes": "ünï"}),
    "a mark and CR alone": (b"\xef\xbb\xbf" + card(N, "NOTE:x", end="\r").encode(), {**ANN, "Notes": "x"}),
    "a picture that is not indented": (
        card(N, "PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQ", "SkZJRg==", "TEL;HOME:+14155550101", version="2.1").encode(),
        {**ANN, "Phone 1 - Label": "home", "Phone 1 - Value": "+14155550101"},
    ),
    "a company": (card("N:;;;;", "FN:Acme", "ORG:Acme;").encode(), {"Organization Name": "Acme"}),
    "a whole name": (card("FN:Ann Lee", version="4.0").encode(), {"Full Name": "Ann Lee"}),
    "another name shown": (card(N, "FN:Ann the plumber").encode(), {**ANN, "File As": "Ann the plumber"}),
    "a last name alone": (
        card("N:Nguyễn;;;;", "FN:Nguyễn Văn An").encode(),
        {"First Name": "Văn An", "Last Name": "Nguyễn"},
    ),
    "a first name alone": (card("N:;Ann;;Dr.;", "FN:Dr. Ann Lee").encode(), {**ANN, "Name Prefix": "Dr."}),
    "names without spaces": (card("N:山田;;;;", "FN:山田太郎").encode(), {"First Name": "太郎", "Last Name": "山田"}),
    "a middle name shown": (card(N, "FN:Ann Marie Lee").encode(), {**ANN, "Middle Name": "Marie"}),
    "another word shown": (card("N:Lee;;;;", "FN:Annie").encode(), {"Last Name": "Lee", "File As": "Annie"}),
    "an N and a company left empty": (
        card("N:;;;;", "ORG:", N, "ORG:Acme").encode(),
        {**ANN, "Organization Name": "Acme"},
    ),
    "labels of their own": (
        card(
            N,
            'TEL;TYPE="mobile x-foo":+14155550101',
            "TEL;TYPE=X-Mobile:+14155550102",
            "TEL;X-CUSTOM(CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,=E5=AE=B6):+14155550103",
            "IMPP;X-SERVICE-TYPE=WhatsApp:x-apple:ann",
        ).encode(),
        {
            **ANN,
            "Phone 1 - Label": "mobile foo",
            "Phone 1 - Value": "+14155550101",
            "Phone 2 - Label": "mobile",
            "Phone 2 - Value": "+14155550102",
            "Phone 3 - Label": "家",
            "Phone 3 - Value": "+14155550103",
            "IMPP": "WhatsApp: x-apple:ann",
        },
    ),
    "an address in one piece": (
        card(N, 'ADR;LABEL="12 Main St, Paris":;;;;;;', version="4.0").encode(),
        {**ANN, "Address 1 - Street": "12 Main St, Paris"},
    ),
    "a birthday without a year": (
        card(N, "BDAY;X-APPLE-OMIT-YEAR=1604:1604-03-14").encode(),
        {**ANN, "Birthday": "--03-14"},
    ),
    "letters cut by folding": (
        b"BEGIN:VCARD\r\nVERSION:3.0\r\nN:M\xc3\r\n \xbcller;Ann;;;\r\nEND:VCARD\r\n",
        {"First Name": "Ann", "Last Name": "Müller"},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_a_card_says(tmp_path: Path, case: str) -> None:
    """Every value of a card is in the column of its name, with its label, whatever version wrote it."""
    data, expected = CASES[case]
    file = tmp_path / "people.vcf"
    file.write_bytes(data)
    assert read(file) == {1: dict(expected)}


def test_damaged_cards(tmp_path: Path) -> None:
    """Each card is its own row with its own number: what is wrong with one is said, and takes no other with it."""
    file = tmp_path / "people.vcf"
    text = card(N, "NOTE:begins", "this is no line", "TEL:+14155550101") + "\n\n"
    text += "BEGIN:VCARD\nVERSION:3.0\nN:Ray;Bob;;;\n" + card("N:Team;The;;;", "X-ADDRESSBOOKSERVER-KIND:group")
    text += card("FN:Zoe Poe") + "BEGIN:VCARD\nVERSION:3.0\nN:Cut;Off\nTEL:+1415"
    file.write_text(text, encoding="utf-8")
    table = open_table(file)
    rows = read(file)
    assert list(rows) == [1, 2, 4, 5]
    assert rows[1]["Notes"] == "begins\nthis is no line"
    assert rows[4] == {"First Name": "Zoe Poe"}
    found = {(problem.row, problem.rule, problem.severity) for chunk in table.chunks() for problem in chunk.problems}
    found |= {(problem.row, problem.rule, problem.severity) for problem in table.problems}
    assert found == {
        (1, "card-line-unclear", Severity.WARNING),
        (2, "card-not-ended", Severity.WARNING),
        (5, "card-cut-off", Severity.ERROR),
        (None, "card-groups", Severity.WARNING),
        (None, "card-name-whole", Severity.WARNING),
    }
    (message,) = [each.message for chunk in table.chunks() for each in chunk.problems if each.row == 1]
    assert "Card 1 (line 1 of the file): line 5" in message


WRONG = {
    "card-line-unclear": ("NOTE:begins\nthis is no line\n", "NOTE:begins\\nthis is no line\n"),
    "card-not-ended": ("BEGIN:VCARD\n", "END:VCARD\nBEGIN:VCARD\n"),
    "card-cut-off": ("END:VCARD\nBEGIN:VCARD\nN:Cut;Off\n", "END:VCARD\n"),
    "card-name-whole": ("END:VCARD\nBEGIN:VCARD\nFN:Zoe Poe\n", "END:VCARD\nBEGIN:VCARD\nN:Poe;Zoe\nFN:Zoe Poe\n"),
}


@pytest.mark.parametrize("rule", WRONG)
def test_what_is_advised_ends_well(tmp_path: Path, rule: str) -> None:
    """A card that is corrected, or exported again, as its message says, is read without a word."""
    file = tmp_path / "people.vcf"
    told = []
    for middle in WRONG[rule]:
        text = f"BEGIN:VCARD\nVERSION:3.0\n{N}\n{middle}TEL:+14155550101\n"
        # Of the file that ends too early the last line is missing, until it is exported again.
        file.write_text(text + ("" if rule == "card-cut-off" else "END:VCARD\n"), encoding="utf-8")
        table = open_table(file)
        problems = [*table.problems, *(problem for chunk in table.chunks() for problem in chunk.problems)]
        told.append({problem.rule for problem in problems})
    assert told == [{rule}, set()]


def test_refused_in_plain_words(tmp_path: Path) -> None:
    """Options of other files and a file without cards are refused; a packed file is read."""
    file = tmp_path / "people.vcf"
    file.write_bytes(CASES["UTF-16"][0])
    with pytest.raises(SourceError, match="--delimiter has no meaning"):
        read(file, delimiter=";")
    packed = tmp_path / "people.vcf.gz"
    packed.write_bytes(gzip.compress(card(N).encode()))
    assert read(packed) == {1: ANN}
    file.write_text("BEGIN:VCARD\nVERSION:3.0\nEND:VCARD\n", encoding="utf-8")
    with pytest.raises(SourceError, match="no card with anything in it"):
        read(file)


WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=20).map(str.strip)
CELLS = st.dictionaries(
    st.sampled_from(
        """First Name,Last Name,Middle Name,Organization Name,Organization Title,Notes,Birthday,Phone 1 - Value,
        E-mail 1 - Value,Address 1 - Street,Labels,X-SKYPE,_problem""".replace("\n        ", "").split(",")
    ),
    WORDS.filter(bool),
    min_size=1,
)


@settings(max_examples=80, deadline=None)
@given(cells=CELLS)
def test_written_and_read(tmp_path_factory: pytest.TempPathFactory, cells: dict[str, str]) -> None:
    """A row that is written as a card is read as the same row, and another program reads the same name and note."""
    if not ({"First Name", "Last Name"} & cells.keys()):
        cells = {"First Name": "Ann", **cells}
    file = tmp_path_factory.mktemp("cards") / "people.vcf"
    # A tel: or mailto: in front, a date in another form, are taken for what they mean.
    cells = {name: text.replace(":", ".") if name.endswith("Value") else text for name, text in cells.items()}
    cells["Birthday"] = "1990-01-02"
    file.write_bytes(card_text(cells).encode())
    assert read(file)[1] == cells
    other = vobject.readOne(card_text(cells))
    assert other.n.value.given.strip() == cells.get("First Name", "")
    assert [note.value for note in other.contents.get("note", [])] == ([cells["Notes"]] if "Notes" in cells else [])


def test_rejects_come_back_as_cards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A vCard is imported like any sheet; its rejects are cards that are corrected, fed in, and leave nothing to do."""
    monkeypatch.chdir(tmp_path)
    for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    good = card(N, "TEL;TYPE=cell:(415) 555-0101", "EMAIL:ann@example.com")
    bad = card("N:Ray;Bob;;;", "TEL;TYPE=work:12", "NOTE:kept; as it is")
    Path("people.vcf").write_text(good + bad, encoding="utf-8")
    with Sandbox.start(rate=0, key=KEY) as sandbox:
        monkeypatch.setenv("OPENPHONE_API_KEY", KEY)
        monkeypatch.setenv("OPENPHONE_BASE_URL", sandbox.url)
        options = ("--rate", "1000", "-q", "--yes")
        assert main(["run", "people.vcf", "--region", "US", *options]) == 1
        ann = sandbox.contacts()[0]["defaultFields"]
        assert [(item["name"], item["value"]) for item in ann["phoneNumbers"]] == [("mobile", "+14155550101")]

        rejects = Path("people.import/rejects.vcf")
        text = rejects.read_text(encoding="utf-8")
        assert "X-OPENPHONE-IMPORT-ROW:2" in text
        rejects.write_text(text.replace("TEL:12", "TEL:(415) 555-0102"), encoding="utf-8")
        assert main(["run", str(rejects), "--out", "people.import", *options]) == 0
        assert len(sandbox.contacts()) == 2
        with Path("people.import/id_map.csv").open(encoding="utf-8") as stream:
            assert [(line["row"], line["status"]) for line in csv.DictReader(stream)] == [
                ("1", "created"),
                ("2", "created"),
            ]
        # The file itself needs no correction, in another order neither.
        assert main(["run", "people.vcf", *options]) == 0
        Path("people.vcf").write_text(bad + good, encoding="utf-8")
        assert main(["run", "people.vcf", *options]) == 0
        assert main(["verify", "people.vcf", "-q"]) == 0
        assert len(sandbox.contacts()) == 2
