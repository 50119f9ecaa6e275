"""Headers of a company's contact, and of further numbers and addresses."""

from __future__ import annotations

import pytest

from importer.languages.words import words
from importer.mapping.suggest.suggest import suggest
from importer.model import Fit, Target

PEOPLE = ["Ann Lee", "Bob Van Dyke", "José Núñez", "O'Neil, Pat"]
FULL_NAME = Target("full_name")


@pytest.mark.parametrize(
    "header",
    [
        "Contact",
        "Contact Person",
        "Contact Persons",
        "CONTACT NAME",
        "Name of contact",
        "Attn",
        "Attn.:",
        "Attention",
        "POC",
        "Point of Contact",
        "Primary Contact",
        "Main contact name",
        "Ansprechpartner/in",
        "z. Hd.",
        "À l'attention de",
        "Persona de contacto",
        "Referente",
        "A/C",
        "T.a.v.",
    ],
)
def test_a_companys_contact_is_the_person(header: str) -> None:
    """Where the values are people and no other column names them, the contact of a company is the whole name."""
    column = suggest(["Company", header], (), [["Example Inc"] * 4, PEOPLE]).columns[1]
    assert (column.fit, column.target) == (Fit.MAPPED, FULL_NAME)


@pytest.mark.parametrize("header", sorted(words("headers", "contact_persons")))
def test_a_contact_is_a_question_where_its_values_are_no_people(header: str) -> None:
    """Companies and single words under the same header are asked about, in every language; dates are left out."""
    for values in (["Example Inc", "Sample GmbH"], ["Ann", "Bob"]):
        column = suggest([header], (), [values]).columns[0]
        assert (values, column.fit) == (values, Fit.UNSURE)
    assert suggest([header], (), [["2024-01-02", "2024-02-03"]]).columns[0].fit is Fit.UNMAPPED


def test_a_contact_beside_a_name_is_a_question() -> None:
    """A sheet that has names already may mean another person by its contact."""
    columns = suggest(["First Name", "Last Name", "Contact"], (), [["Ann"], ["Lee"], ["Bob Ray"]]).columns
    assert columns[2].fit is Fit.UNSURE


@pytest.mark.parametrize(
    ("values", "target"),
    [
        (["Acme Ltd", "Baker & Sons", "City Bakery", "Jane Poe"], Target("company")),
        (["Globex", "Initech", "Umbrella", "Hooli"], Target("company")),
    ],
)
@pytest.mark.parametrize("headers", [("Customer", "Contact Person"), ("Kunde", "Ansprechpartner")])
def test_a_customer_beside_its_contact_is_the_company(
    headers: tuple[str, str], values: list[str], target: Target
) -> None:
    """Where the contact has the name, the customer is asked about as the company, on whichever side it stands."""
    for order in (1, -1):
        columns = suggest(headers[::order], (), [values, PEOPLE][::order]).columns[::order]
        assert [(column.fit, column.target) for column in columns] == [(Fit.UNSURE, target), (Fit.MAPPED, FULL_NAME)]


@pytest.mark.parametrize("values", [["Gold", "Prospect", "Gold", "Gold"], ["C-1004", "C-1005", "C-1006", "C-1007"]])
def test_states_and_codes_of_customers_are_no_companies(values: list[str]) -> None:
    """A customer's state or code beside the names is asked about, and not as the company."""
    column = suggest(["First Name", "Last Name", "Customer"], (), [["Ann"] * 4, ["Lee"] * 4, values]).columns[2]
    assert (column.fit, column.target) == (Fit.UNSURE, FULL_NAME)


def test_two_columns_of_people_are_both_a_question() -> None:
    """Where customer and contact both hold people, neither is taken for the name without being asked about."""
    columns = suggest(["Kunde", "Ansprechpartner"], (), [PEOPLE, PEOPLE[::-1]]).columns
    assert [(column.fit, column.target) for column in columns] == [(Fit.UNSURE, FULL_NAME)] * 2


def test_customers_stay_a_question() -> None:
    """A customer may be a person or a company, whatever the names look like."""
    assert suggest(["Customer"], (), [PEOPLE]).columns[0].fit is Fit.UNSURE


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ("Second Email", "email:secondary"),
        ("2nd e-mail", "email:"),
        ("Secondary Email", "email:secondary"),
        ("Third Email", "email:other"),
        ("3rd Phone", "phone:"),
        ("Alternate E-mail", "email:other"),
        ("Alt. Phone", "phone:other"),
        ("Backup phone", "phone:other"),
        ("Other mobile", "phone:other mobile"),
        ("Additional Phone Number", "phone:other"),
        ("Daytime Phone", "phone:daytime"),
        ("Evening phone", "phone:evening"),
        ("Best phone number", "phone:"),
        ("Preferred Email", "email:primary"),
        ("Zweite E-Mail", "email:secondary"),
        ("Weitere Telefonnummer", "phone:other"),
        ("2. Telefon", "phone:"),
        ("Deuxième téléphone", "phone:secondary"),
        ("Autre e-mail", "email:other"),
        ("Segundo correo", "email:secondary"),
        ("Otro teléfono", "phone:other"),
        ("Seconda email", "email:secondary"),
        ("Altro telefono", "phone:other"),
        ("Segundo telefone", "phone:secondary"),
        ("Outro e-mail", "email:other"),
        ("Tweede telefoonnummer", "phone:secondary"),
        ("Ander e-mailadres", "email:other"),
        ("Drugi telefon", "phone:secondary"),
        ("Další telefon", "phone:other"),
        ("İkinci telefon", "phone:secondary"),
        ("Alternativ telefon", "phone:other"),
        ("Második telefonszám", "phone:secondary"),
        ("Δεύτερο τηλέφωνο", "phone:secondary"),
        ("Второй телефон", "phone:secondary"),
        ("Додатковий телефон", "phone:other"),
        ("هاتف بديل", "phone:other"),
        ("טלפון נוסף", "phone:other"),
        ("予備電話番号", "phone:other"),
        ("기타 전화번호", "phone:other"),
        ("备用电话", "phone:other"),
    ],
)
def test_a_further_number_or_address_is_one_too(header: str, target: str) -> None:
    """A second, third, alternate or other phone or email is sent with that label, in every language."""
    column = suggest([header]).columns[0]
    assert column.fit is Fit.MAPPED
    assert column.target
    assert f"{column.target.field}:{column.target.label}" == target


@pytest.mark.parametrize("header", ["Company Names", "First Names", "Organizations", "Last Name(s)", "Positions"])
def test_a_plural_is_the_same_field(header: str) -> None:
    """A header in the plural means the field of its singular."""
    assert suggest([header]).columns[0].fit is Fit.MAPPED


@pytest.mark.parametrize(
    ("header", "same"),
    [
        ("ΤΗΛΕΦΩΝΟ", "Τηλέφωνο"),
        ("Имя клиента", "ИМЯ КЛИЕНТА"),
        ("электронная почта", "Электронная  Почта"),
        ("הטלפון", "טלפון"),
        ("الإسم الكامل", "الاسم الكامل"),
        ("البريد الالكتروني", "البريد الإلكتروني"),
        ("ADI SOYADI", "Adı Soyadı"),
        ("ＴＥＬ", "TEL"),
        ("Imie", "Imię"),
        ("Prijmeni", "Příjmení"),
        ("Ім’я", "Ім'я"),
    ],
)
def test_case_and_marks_do_not_matter(header: str, same: str) -> None:
    """Headers in capitals, without accents, or with another apostrophe mean the same."""
    first, second = suggest([header]).columns[0], suggest([same]).columns[0]
    assert (first.fit, first.target) == (second.fit, second.target)


@pytest.mark.parametrize(
    "header", ["CEP", "Post", "Land", "Kod", "Kom", "HP", "Is Mobile", "Pos", "Tip", "Cod", "Is Phone"]
)
def test_words_of_two_languages_are_not_taken_for_one(header: str) -> None:
    """A short word that is another thing elsewhere is never sent unasked."""
    assert suggest([header], (), [["01310-100", "20040-020"]]).columns[0].fit is not Fit.MAPPED


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ("Work Ph", "phone:work"),
        ("Ph (H)", "phone:home"),
        ("W Ph", "phone:work"),
        ("Tel. M", "phone:mobile"),
        ("BH Ph", "phone:work"),
        ("AH Phone", "phone:evening"),
        ("Wk Mob", "phone:work mobile"),
        ("Ph No 2", "phone:"),
        ("Fone comercial", "phone:work"),
        ("Tél bur", "phone:work"),
    ],
)
@pytest.mark.parametrize("values", [[], ["9374 4000", "", "", ""]])
def test_a_short_form_of_a_phone_is_one(header: str, target: str, values: list[str]) -> None:
    """Abbreviations of words for phones and of their labels are known, however few cells are filled."""
    column = suggest([header], samples=[values]).columns[0]
    assert column.fit is Fit.MAPPED
    assert column.target
    assert f"{column.target.field}:{column.target.label}" == target


@pytest.mark.parametrize(
    ("header", "values"),
    [("pH", ["6.5", "7.1"]), ("Soil Ph", ["6.5"]), ("M", ["x"]), ("H", ["1"]), ("Home Ph", ["Y", "N"])],
)
def test_a_short_form_of_something_else_is_no_phone(header: str, values: list[str]) -> None:
    """Letters alone, and a measure that is spelt like one, are not sent as phones."""
    assert suggest([header], samples=[values]).columns[0].fit is not Fit.MAPPED


@pytest.mark.parametrize("header", ["Associated Company IDs", "Deal IDs", "contactIDs", "Record ID"])
def test_ids_that_look_like_phones_are_not_proposed(header: str) -> None:
    """The ids of another program are left out as such, whatever they look like, in the plural too."""
    columns = suggest(("Name", header), (), [["Ann Lee", "Bob Ray"], ["9123456789", "9123456790"]]).columns
    assert (columns[1].fit, columns[1].target) == (Fit.UNMAPPED, None)


def test_a_header_near_one_of_phones_over_names_is_no_phone() -> None:
    """Where the values contradict, likeness to a known header is no guess, unless it is a slip of the fingers."""
    names, numbers = ["Ann Lee", "Bob Ray"], ["415-555-0101", "415-555-0102"]
    for header, is_guessed in (("Alt. Contact", False), ("Phnoe", True)):
        column = suggest(("Vendor", "Phone 1", header), (), [["Acme LLC", "Fox Inc"], numbers, names]).columns[2]
        assert (column.target is not None and column.target.field == "phone") is is_guessed
