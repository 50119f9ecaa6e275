"""Columns that hold a part of the surname, or another surname of the same person."""

from __future__ import annotations

import pytest

from importer.mapping.chosen.lock import lock_of, restrict_to_lock
from importer.mapping.chosen.overrides import apply_overrides
from importer.mapping.suggest.suggest import suggest
from importer.model import ColumnMapping, CustomField, FieldType, Fit, Mapping


def surname(mapping: Mapping) -> ColumnMapping:
    """The one column that is sent as the last name."""
    (column,) = (column for column in mapping.mapped if column.target and column.target.field == "last_name")
    return column


@pytest.mark.parametrize(
    ("first", "particle", "last", "values"),
    [
        ("Voornaam", "Tussenvoegsel", "Achternaam", ["van der", "", "de", "'t", "in 't"]),
        ("Voornaam", "Tussenvoegsel(s)", "Naam", ["Van", "op den"]),
        ("Roepnaam", "Voorvoegsel", "Achternaam", []),
        ("Vorname", "Namenszusatz", "Nachname", ["von", "Graf von", "zu"]),
        ("Vorname", "Vorsatzwort", "Name", ["von der"]),
        ("First Name", "Prefix (von)", "Last Name", ["von", "de la"]),
        ("Prénom", "Particule", "Nom", ["de", "d'"]),
    ],
)
def test_what_stands_before_a_surname_belongs_to_it(first: str, particle: str, last: str, values: list[str]) -> None:
    """A column of "van der" and the like is sent before the surnames, wherever it stands; a person can take it out."""
    for headers in ([first, particle, last], [last, particle, first]):
        samples = [values if header == particle else ["Ann"] * len(values) for header in headers]
        mapping = suggest(headers, samples=samples)
        assert (surname(mapping).header, surname(mapping).particle_position) == (last, 1)
        assert mapping.columns[1].fit is Fit.IGNORED
        assert surname(apply_overrides(mapping, {particle: "ignore"})).particle_position is None


@pytest.mark.parametrize("values", [["Dr.", "Prof."], ["jr.", "sr."], ["Anna", "Maria"]])
def test_a_column_of_other_texts_is_no_part_of_the_surname(values: list[str]) -> None:
    """Forms of address, suffixes and names under such a header are not put before surnames, and the column says why."""
    mapping = suggest(["Vorname", "Namenszusatz", "Nachname"], samples=[["Ann"] * 2, values, ["Berg"] * 2])
    assert surname(mapping).particle_position is None
    assert mapping.columns[1].fit is Fit.UNMAPPED
    assert 'last_name = "{Namenszusatz} {Nachname}"' in mapping.columns[1].reason


@pytest.mark.parametrize(
    ("headers", "last", "fallback"),
    [
        (["Prénom", "Nom de naissance", "Nom d'usage"], "Nom d'usage", "Nom de naissance"),
        (["Prénom", "Nom", "Nom d'usage"], "Nom d'usage", "Nom"),
        (["Nom", "Prénom", "Nom de jeune fille"], "Nom", "Nom de jeune fille"),
        (["Nom", "Prénom", "Nom marital"], "Nom", "Nom marital"),
        (["First Name", "Married Name", "Maiden Name"], "Married Name", "Maiden Name"),
        (["First Name", "Last Name", "Maiden Name"], "Last Name", "Maiden Name"),
        (["Vorname", "Nachname", "Geburtsname"], "Nachname", "Geburtsname"),
        (["Nombre", "Apellidos", "Apellido de soltera"], "Apellidos", "Apellido de soltera"),
        (["Voornaam", "Achternaam", "Geboortenaam"], "Achternaam", "Geboortenaam"),
    ],
)
def test_a_surname_at_birth_is_that_of_rows_without_another(headers: list[str], last: str, fallback: str) -> None:
    """Rows that have nothing in the column of surnames have the surname that another column holds."""
    mapping = suggest(headers)
    assert (surname(mapping).header, surname(mapping).fallback_position) == (last, headers.index(fallback))
    assert surname(apply_overrides(mapping, {fallback: "ignore"})).fallback_position is None


def test_a_surname_at_birth_alone_is_a_question() -> None:
    """Beside a first name, the only column of surnames is asked about."""
    mapping = suggest(["Prénom", "Nom de naissance"])
    assert mapping.columns[1].fit is Fit.UNSURE
    assert mapping.columns[1].target
    assert mapping.columns[1].target.field == "last_name"


def test_a_custom_field_keeps_its_column() -> None:
    """A column that a custom field of this name takes is no other surname."""
    mapping = suggest(["First Name", "Last Name", "Maiden Name"], [CustomField("7", "Maiden Name", FieldType.STRING)])
    assert surname(mapping).fallback_position is None


def test_whole_names_are_no_surnames() -> None:
    """A column of whole names at birth is not sent as surnames."""
    samples = [["Ann", "Bea"], ["", "Ray"], ["Ann Lee", "Bea Roy"]]
    assert surname(suggest(["First Name", "Last Name", "Birth Name"], samples=samples)).fallback_position is None


@pytest.mark.parametrize("field", ["ignore", "company"])
@pytest.mark.parametrize("part", ["Tussenvoegsel", "Geboortenaam", "Second surname"])
def test_a_part_of_surnames_that_are_not_sent_is_named(part: str, field: str) -> None:
    """Where a person maps the surnames otherwise, the columns that belonged to them are said not to be sent."""
    mapping = apply_overrides(suggest(["Voornaam", part, "Achternaam"]), {"Achternaam": field})
    assert (mapping.columns[1].fit, "'Achternaam'" in mapping.columns[1].reason) == (Fit.UNMAPPED, True)


@pytest.mark.parametrize("part", ["Tussenvoegsel", "Geboortenaam", "Second surname"])
def test_a_new_column_is_no_part_of_surnames_under_a_lock(part: str) -> None:
    """A column that is new since the mapping was saved changes no name until it is accepted."""
    headers = ["Voornaam", "Achternaam", part]
    mapping, lock = suggest(headers), lock_of(headers[:2], [])
    assert lock.columns == ("Voornaam", "Achternaam")
    held = restrict_to_lock(mapping, {0, 1}, {2}, accept=False)
    assert (surname(held).surname_parts, held.columns[2].fit) == ((), Fit.UNMAPPED)
    assert surname(restrict_to_lock(mapping, {0, 1}, {2}, accept=True)).surname_parts == (2,)
