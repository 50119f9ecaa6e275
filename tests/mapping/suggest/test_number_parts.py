"""Area codes, extensions and types of phones in columns beside the numbers."""

from __future__ import annotations

import pytest

from importer.mapping.suggest.suggest import suggest
from importer.model import ColumnMapping, Fit

NUMBERS = ["555-0101", "555-0102", "555-0103"]
WHOLE = ["415-555-0101", "415-555-0102", "415-555-0103"]
AREAS = ["415", "(212)", "503"]
EXTENSIONS = ["12", "", "x7"]


def columns(table: dict[str, list[str]]) -> list[ColumnMapping]:
    return list(suggest(list(table), samples=list(table.values())).columns)


@pytest.mark.parametrize(
    "header",
    [
        "Area Code",
        "area_code",
        "Phone Area Code",
        "STD Code",
        "Ortsvorwahl",
        "Código de área",
        "DDD",
        "市外局番",
        "Riktnummer",
    ],
)
def test_an_area_code_belongs_to_the_phone_behind_it(header: str) -> None:
    """A column of area codes is no field, and its phone column knows it."""
    area, phone, _ = columns({header: AREAS, "Phone": NUMBERS, "Mobile": WHOLE})
    assert area.fit is Fit.IGNORED
    assert phone.area_position == 0


@pytest.mark.parametrize(
    "header",
    [
        "Ext",
        "Ext.",
        "Extension",
        "Phone Ext",
        "Extn. No.",
        "Durchwahl",
        "Dahili",
        "Anknytning",
        "Ramal",
        "内線",
        "Доб.",
        "Poste",
    ],
)
def test_an_extension_belongs_to_the_phone_before_it(header: str) -> None:
    """A column of extensions is no field, and its phone column knows it."""
    mobile, phone, extension = columns({"Mobile": WHOLE, "Phone": WHOLE, header: EXTENSIONS})
    assert extension.fit is Fit.IGNORED
    assert (mobile.extension_position, phone.extension_position) == (None, 2)


def test_a_label_decides_to_which_phone_a_part_belongs() -> None:
    """ "Work Ext" is of the work phone, wherever it stands."""
    table = {"Work Phone": WHOLE, "Home Phone": WHOLE, "Work Ext": EXTENSIONS, "Home Area Code": AREAS}
    work, home, _, _ = columns(table)
    assert (work.extension_position, home.extension_position) == (2, None)
    assert (work.area_position, home.area_position) == (None, 3)


@pytest.mark.parametrize(
    ("header", "values"),
    [("Area Code", ["North", "South"]), ("Extension", ["built 2019", "planned"]), ("Poste", ["Directeur", "Chef"])],
)
def test_other_values_are_no_part_of_a_number(header: str, values: list[str]) -> None:
    """A column of that name with anything else in it is not joined to a number."""
    phone = columns({"Phone": WHOLE, header: values})[0]
    assert (phone.area_position, phone.extension_position) == (None, None)


@pytest.mark.parametrize("header", ["Vorwahl", "Indicatif", "Prefijo", "Prefisso"])
def test_codes_of_areas_and_of_countries_are_told_apart_by_their_zero(header: str) -> None:
    """Where one word means both, a zero in front shows areas, a plus countries, and else the person is told."""
    assert columns({header: ["030", "089"], "Telefon": NUMBERS})[1].area_position == 0
    country = columns({header: ["+49", "0043"], "Telefon": NUMBERS})
    assert country[1].area_position is None
    assert f"--region-column {header}" in country[0].reason
    either = columns({header: ["49", "43"], "Telefon": NUMBERS})
    assert either[1].area_position is None
    assert either[0].fit is Fit.UNMAPPED


@pytest.mark.parametrize(
    ("first", "second", "owner"),
    [
        (["555-0101", "555-0102"], ["415-555-0103", "415-555-0104"], 1),
        (["415-555-0101", "415-555-0102"], ["555-0103", "555-0104"], 2),
        (["415-555-0101", "415-555-0102"], ["415-555-0103", "415-555-0104"], 1),
        (["555-0101", "555-0102"], ["555-0103", "555-0104"], None),
    ],
)
def test_an_area_code_goes_to_the_numbers_without_one(first: list[str], second: list[str], owner: int | None) -> None:
    """Of two phones the one with short numbers gets it; where both are short, the person is asked."""
    mapped = columns({"Area Code": ["415", "510"], "Phone": first, "Mobile": second})
    assert [column.position for column in mapped if column.area_position == 0] == ([] if owner is None else [owner])
    assert (mapped[0].fit is Fit.UNSURE) == (owner is None)


def test_a_part_of_unclear_phones_is_asked_about() -> None:
    """An extension far from several phones is not joined to one of them, and the question says why."""
    table = {"Ext": EXTENSIONS, "Name": ["Ann Lee"] * 3, "Notes": ["a", "b", "c"], "City": ["x"] * 3}
    extension = columns({**table, "Phone": WHOLE, "Mobile": WHOLE})[0]
    assert extension.fit is Fit.UNSURE
    assert "not clear" in extension.reason


@pytest.mark.parametrize(
    ("header", "phone"),
    [
        ("Phone Type", "Phone"),
        ("Type", "Phone"),
        ("Typ telefonu", "Telefon"),
        ("Tipo de teléfono", "Teléfono"),
        ("Тип телефона", "Телефон"),
        ("電話番号種別", "電話番号"),
    ],
)
def test_a_column_of_kinds_labels_its_phone(header: str, phone: str) -> None:
    """The column that says which kind of phone a number is, is its label, in any order of words."""
    (number, _, kind) = columns({phone: WHOLE, "Name": ["Ann Lee"] * 3, header: ["Mobile", "Home Fax", "Work"]})
    beside, _ = columns({phone: WHOLE, header: ["Mobile", "Home Fax", "Work"]})
    assert beside.label_position == 1
    if header != "Type":
        assert (number.label_position, kind.fit) == (2, Fit.IGNORED)


def test_a_type_of_customers_labels_no_phone() -> None:
    """ "Type" beside a phone is its label only where it holds kinds of phones."""
    phone, kind = columns({"Phone": WHOLE, "Type": ["Gold", "Silver", "Gold"]})
    assert phone.label_position is None
    assert kind.fit is Fit.UNMAPPED
