"""Single headers in many languages, and headers that only look like fields."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from importer.mapping.chosen.overrides import apply_overrides
from importer.mapping.suggest.is_header import knows_header
from importer.mapping.suggest.suggest import suggest
from importer.model import Fit

HEADERS = tomllib.loads(Path(__file__).with_name("headers.toml").read_text("utf-8"))
KNOWN = [(field, header) for field, headers in HEADERS["known"].items() for header in headers]
UNKNOWN = HEADERS["unknown"]["headers"]


@pytest.mark.parametrize(("field", "header"), KNOWN)
def test_a_known_header_finds_its_field_and_label(field: str, header: str) -> None:
    """A usual name of a field, in any language and any spelling, is that field."""
    (column,) = suggest([header]).columns
    assert column.fit is Fit.MAPPED
    assert column.target
    assert f"{column.target.field}:{column.target.label}".removesuffix(":") == field


@pytest.mark.parametrize("header", UNKNOWN)
def test_a_header_that_is_no_field_is_not_sent(header: str) -> None:
    """A header that names something else, or that nobody taught the program, is never mapped, and says why."""
    (column,) = suggest([header]).columns
    assert column.fit is not Fit.MAPPED
    assert column.reason


@pytest.mark.parametrize("header", UNKNOWN)
def test_even_phone_like_values_only_raise_a_question(header: str) -> None:
    """However much the values look like phones, an unknown header is at most a question."""
    (column,) = suggest([header], samples=[["+1 415 555 0101", "+44 20 7946 0018"]]).columns
    assert column.fit in {Fit.UNSURE, Fit.UNMAPPED}


def test_the_header_finder_knows_headers_and_not_people() -> None:
    """The reader's question "is this a header?" is answered yes for headers of contact sheets and no for data."""
    headers = ["First Name", "Notes", "Phone 1 - Label", "E-Mail", "Téléphone", "_external_id", "Record ID", "Title"]
    data = [
        "",
        "Jane",
        "+1 415 555 0101",
        "jane@example.com",
        "Acme Ltd",
        "12",
        "tel 4155550101",
        "2024-01-02",
        "x" * 99,
    ]
    assert [one for one in headers if not knows_header(one)] == []
    assert [one for one in data if knows_header(one)] == []


@pytest.mark.parametrize("header", ["Direct Mail", "Mail address", "Correo", "Mail"])
def test_mail_may_be_letters_on_paper(header: str) -> None:
    """A header of mail over values without an @ is a question, with one @ among them it is the email."""
    (letters,) = suggest([header], samples=[["1 Main St", "yes"]]).columns
    assert letters.fit is Fit.UNSURE
    (emails,) = suggest([header], samples=[["n/a", "ann@example.com"]]).columns
    assert emails.fit is Fit.MAPPED


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Apellido paterno", "Apellido materno"),
        ("Primer apellido", "Segundo Apellido"),
        ("Apellido 1", "Apellido 2"),
        ("Primeiro sobrenome", "Segundo sobrenome"),
        ("Paternal surname", "Maternal surname"),
        ("Last name", "Second last name"),
    ],
)
def test_the_second_surname_belongs_to_the_first(first: str, second: str) -> None:
    """Two columns of surnames are one last name, in whichever order they stand; a person can take them apart."""
    for headers in (["Nombre", first, second], [second, "Nombre", first]):
        mapping = suggest(headers)
        (surname,) = (column for column in mapping.mapped if column.target and column.target.field == "last_name")
        assert (surname.header, surname.second_position) == (first, headers.index(second))
        assert mapping.columns[headers.index(second)].fit is Fit.IGNORED
        apart = apply_overrides(mapping, {second: "ignore"}).columns[headers.index(first)]
        assert (apart.fit, apart.second_position) == (Fit.MAPPED, None)


@pytest.mark.parametrize("surname", ["Apellido 1", "Primer apellido", "Apellido paterno"])
def test_the_first_of_two_surnames_makes_nombre_the_first_name(surname: str) -> None:
    """In Spanish the first name stands beside two surnames, and is never cut in two."""
    nombre, first, second = suggest(["Nombre", surname, "Apellido 2"]).columns
    assert [nombre.target and nombre.target.name, first.target and first.target.name] == ["first_name", "last_name"]
    assert second.fit is not Fit.MAPPED
