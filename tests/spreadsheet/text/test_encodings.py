"""Encodings: marks, UTF-8, and guesses that are right and say so."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from importer.errors import SourceError

if TYPE_CHECKING:
    from tests.spreadsheet.conftest import Reader

TEXT = "Name,City\nJörg Müller,Köln\nZoë Nuñez,Málaga\n"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be", "utf-32-le"])
def test_unicode_is_recognised(read: Reader, codec: str) -> None:
    """Every form of Unicode is read, with a mark or without."""
    got = read(TEXT.encode(codec))
    assert got.headers == ("Name", "City")
    assert got.rows == {2: ["Jörg Müller", "Köln"], 3: ["Zoë Nuñez", "Málaga"]}
    assert not got.table.problems


@pytest.mark.parametrize(
    ("text", "codec", "region"),
    [
        (TEXT, "cp1252", None),
        (TEXT, "cp1252", "DE"),
        (TEXT, "mac_roman", None),
        (TEXT, "cp850", "DE"),
        ("Name,City\nJosé Müller,Köln\n", "cp850", None),
        ("Name,City\nJosé Müller,Köln\n", "mac_roman", None),
        ("Имя,Город\nИван Петров,Москва\nМария Сидорова,Казань\nОльга Смирнова,Омск\n", "cp1251", None),
        ("Имя,Город\nИван Петров,Москва\nМария Сидорова,Казань\nОльга Смирнова,Омск\n", "koi8-r", "RU"),
        ("Imię,Miasto\nŁukasz Kowalski,Łódź\nMałgorzata Wójcik,Kraków\nŻaneta Dąbrowska,Gdańsk\n", "cp1250", "PL"),
        ("Όνομα,Πόλη\nΓιώργος Παπαδόπουλος,Αθήνα\nΜαρία Νικολάου,Πάτρα\n", "cp1253", None),
        ("姓名,城市\n王小明,北京市\n李小红,上海市\n张伟,广州市\n", "gb18030", "CN"),
        ("氏名,都市\n田中太郎,東京都\n鈴木花子,大阪府\n佐藤一郎,京都府\n", "cp932", "JP"),
        ("氏名,都市\n田中太郎,東京都\n鈴木花子,大阪府\n", "iso2022_jp", None),
        ("이름,도시\n김철수,서울특별시\n이영희,부산광역시\n박민수,대구\n", "cp949", "KR"),
        ("Ad,Şehir\nAyşe Yılmaz,İstanbul\nMustafa Öztürk,Muğla\nGüneş Çağlar,Eskişehir\n", "cp1254", "TR"),
    ],
)
def test_older_encodings_are_guessed(read: Reader, text: str, codec: str, region: str | None) -> None:
    """A sheet in an older encoding arrives with the right letters, and it is said that this was a guess."""
    got = read(text.encode(codec), region=region)
    lines = [line.split(",") for line in text.splitlines()]
    assert [list(got.headers), *got.rows.values()] == lines
    assert [problem.rule for problem in got.table.problems] == ["encoding-guessed"]
    assert "--encoding" in got.table.problems[0].message


def test_a_guess_shows_decoded_words(read: Reader) -> None:
    """Up to three words with other letters are shown, so that a person can see whether the guess is right."""
    assert read(TEXT.encode("cp1252")).decision("decoded as") == "Jörg, Müller, Köln"


def test_one_bad_line_does_not_turn_utf8_into_mojibake(read: Reader) -> None:
    """A mostly UTF-8 file stays UTF-8; the line with other bytes is rejected with a readable value."""
    good = "".join(f"Zoë {n},Köln\n" for n in range(5)).encode()
    got = read(b"Name,City\n" + good + "Müller,Ulm\n".encode("cp1252"))
    assert got.rows[2] == ["Zoë 0", "Köln"]
    assert got.rows[7] == ["Müller", "Ulm"]
    assert got.rules() == {(7, "bad-bytes", "error")}


PEOPLE = ["Jörg Müller", "Zoë Nuñez", "José Pérez", "Anaïs Lefèvre", "Bjørn Åse", "Ann Lee"]


@given(st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(["utf-8", "cp1252"])), min_size=2, max_size=12))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example([("Jörg Müller", "cp1252"), ("Zoë Nuñez", "utf-8"), ("José Pérez", "cp1252")])
def test_each_line_has_its_own_encoding(read: Reader, people: list[tuple[str, str]]) -> None:
    """Pasted together from two programs, each line is read in its own; what cannot be known so is named by its line."""
    got = read(b"Name,City\n" + b"".join(f"{name},Ulm\n".encode(codec) for name, codec in people))
    assert [cells[0] for cells in got.rows.values()] == [name for name, _ in people]
    codecs_used = {codec for name, codec in people if not name.isascii()}
    rules = {problem.rule for problem in (*got.table.problems, *got.problems)}
    assert bool(rules & {"encodings-mixed", "bad-bytes"}) is (len(codecs_used) == 2)


def test_lines_of_dos_and_windows_are_told_apart(read: Reader) -> None:
    """A letter of DOS within a word is none in Windows; the finding names the lines of each, and what to do."""
    lines = [("Jörg Müller", "cp1252"), ("Zoë Nuñez", "utf-8"), ("Müller Jörg", "cp850"), ("José", "cp1252")]
    got = read(b"Name,City\n" + b"".join(f"{name},Ulm\n".encode(codec) for name, codec in lines))
    assert [cells[0] for cells in got.rows.values()] == [name for name, _ in lines]
    (problem,) = got.table.problems
    assert "1 line as utf-8 (3); 1 line as cp850 (4); 2 lines as cp1252 (2, 5)" in problem.message
    assert "save the file as UTF-8" in problem.message


def test_a_file_cut_within_a_letter_stays_utf8(read: Reader) -> None:
    """A file that ends in the middle of a letter is UTF-8 as its other lines are; only its last row is rejected."""
    got = read("Name,City\nJosé,Ulm\nCafé".encode()[:-1])
    assert got.rows[2] == ["José", "Ulm"]
    assert (3, "bad-bytes", "error") in got.rules()


def test_the_encoding_can_be_given(read: Reader) -> None:
    """`--encoding` is taken at its word, under any of its names."""
    assert read(TEXT.encode("cp1250", "replace"), encoding="windows-1250").rows[2][0] == "Jörg Müller"
    assert read("Name,City\nЖанна,Омск\n".encode("koi8-r"), encoding="KOI8-R").rows[2] == ["Жанна", "Омск"]


def test_a_mark_wins_over_what_was_given(read: Reader) -> None:
    """A byte order mark that holds for the whole file is no accident."""
    assert read(TEXT.encode("utf-8-sig"), encoding="cp1252").rows[2][0] == "Jörg Müller"


@pytest.mark.parametrize("encoding", ["utf9", "nonsense", "rot13", "base64", "\ud800", "a\x00b", "idna"])
def test_an_unknown_encoding_is_refused(read: Reader, encoding: str) -> None:
    """A name that is no text encoding is refused, with near names."""
    with pytest.raises(SourceError, match="is not a known encoding"):
        read(TEXT, encoding=encoding)


def test_did_you_mean(read: Reader) -> None:
    """A misspelt encoding is answered with the one that was meant."""
    with pytest.raises(SourceError, match='Did you mean "shift_jis"'):
        read(TEXT, encoding="shift-jiss")


def test_a_given_encoding_that_does_not_fit_names_the_byte(read: Reader) -> None:
    """The position of the first byte that does not fit is said, counted from 0, also beyond a block."""
    data = b"Name,City\n" + b"x,y\n" * 300_000 + b"Z\xff,z\n"
    with pytest.raises(SourceError, match=f"position {data.index(0xFF):,} "):
        read(data, encoding="utf-8")
    with pytest.raises(SourceError, match="position 12 "):
        read("Name,City\nA,é\n", encoding="ascii")


def test_mark_and_quote(read: Reader) -> None:
    """A mark in front of a quoted header is no part of it."""
    assert read(codecs.BOM_UTF8 + b'"Name","Phone"\nA,1\n').headers == ("Name", "Phone")
