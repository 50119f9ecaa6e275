"""CSV files that Excel saved in the code page of its country, without a word which."""

from __future__ import annotations

import random
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.spreadsheet.text.encoding_guess import guess

if TYPE_CHECKING:
    from tests.spreadsheet.conftest import Reader

LANGUAGES = tomllib.loads(Path(__file__).with_name("names_of_languages.toml").read_text("utf-8"))
WESTERN = [
    name
    for language in ("de", "fr", "es", "pt", "it", "nl", "sv", "nb", "da", "fi")
    for name in LANGUAGES[language]["names"]
]


def guessed_right(names: list[str], page: str, region: str | None = None) -> bool:
    """Whether the names are read as they were written in a code page."""
    lines = [f"{number},{name}\n".encode(page) for number, name in enumerate(names) if not name.isascii()]
    codec = guess(lines, region).codec
    return not lines or [line.decode(codec, "replace") for line in lines] == [line.decode(page) for line in lines]


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_are_read_back_from_the_code_page_of_their_country(read: Reader, language: str) -> None:
    """A sheet of usual names arrives with the right letters, and it is said that its encoding was a guess."""
    page, names = LANGUAGES[language]["page"], LANGUAGES[language]["names"]
    text = "".join(f"{name},{number}\n" for number, name in enumerate(names))
    got = read(f"Name,Number\n{text}".encode(page))
    assert [row[0] for row in got.rows.values()] == names
    assert [problem.rule for problem in got.table.problems] == ["encoding-guessed"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_dozen_names_are_enough(language: str) -> None:
    """Any twelve of the names, whichever they are, show the code page, with some German names between them too."""
    rng, page = random.Random(language), LANGUAGES[language]["page"]
    names = LANGUAGES[language]["names"]
    samples = [rng.sample(names, min(12, len(names))) for _ in range(6)]
    wrong = [sample for sample in samples if not guessed_right(sample, page)]
    assert wrong == []
    if page in ("cp1250", "cp1254"):
        assert all(guessed_right([*sample, "Müller", "Schröder"], page) for sample in samples)


@pytest.mark.parametrize("page", ["cp1252", "mac_roman", "cp850"])
def test_western_names_stay_western(page: str) -> None:
    """Names of Western languages, of one or of all together, are never read as those of another part of Europe."""
    rng = random.Random(3)
    for language in ("de", "fr", "es", "pt", "it", "sv", "da"):
        for count in (1, 2, 4, 12) if page == "cp1252" else (12,):
            names = LANGUAGES[language]["names"]
            for _ in range(4):
                sample = rng.sample(names, min(count, len(names)))
                assert guessed_right(sample, page), sample
    mixed = [rng.sample(WESTERN, count) for count in (2, 20, 40, 60) for _ in range(6)]
    assert [sample for sample in mixed if not guessed_right(sample, page) and page == "cp1252"] == []


def test_capitals_signs_and_quotes_change_nothing() -> None:
    """Capitals, typographic quotes and dashes, and signs such as º and € are no letters of another code page."""
    for text in ("PEÑA MUÑOZ", "RAMÓN ÁNGEL", "ÉMILE ÇA", "O’Neil – “Bar” …", "Nº 1ª €", "«Chez Noël»", "GRÖSSE"):
        assert guessed_right(text.split(), "cp1252"), text


def test_a_doubt_names_the_other_code_page(read: Reader) -> None:
    """A word that is one in two code pages is read as Western, and the warning shows how the other would read it."""
    (problem,) = read("Name,City\nKučera,Brno\n".encode("cp1250")).table.problems
    assert "read as cp1252 (Kuèera). It may be cp1250 (Kučera) as well." in problem.message
    assert "--encoding NAME" in problem.message
    assert read("Name,City\nKučera,Brno\n".encode("cp1250"), encoding="cp1250").rows[2][0] == "Kučera"


@pytest.mark.parametrize(("page", "region"), [("iso8859-2", "PL"), ("cp852", "CZ"), ("cp1250", "HU"), ("cp1252", "PL")])
def test_the_region_says_which_pages_are_usual(page: str, region: str) -> None:
    """With a region its own code pages are tried, older ones too, and the one that fits wins."""
    language = "de" if page == "cp1252" else {"PL": "pl", "CZ": "cs", "HU": "hu"}[region]
    assert guessed_right(LANGUAGES[language]["names"], page, region)
