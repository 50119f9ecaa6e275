"""What is decided where a header alone does not say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from importer.mapping.suggest.suggest import suggest
from importer.model import ColumnMapping, CustomField, FieldType, Fit

SINCE = CustomField("1712532493777", "Customer Since", FieldType.DATE)
SOURCE = CustomField("lead-source", "Lead Source", FieldType.STRING)
COMPANY = CustomField("company-2", "Company", FieldType.STRING)

if TYPE_CHECKING:
    from collections.abc import Mapping


def shown(column: ColumnMapping) -> str:
    target = column.target.name if column.target else "-"
    return f"{column.fit.value} {target}"


def suggested(
    *headers: str, custom: tuple[CustomField, ...] = (), samples: Mapping[str, list[str]] | None = None
) -> list[str]:
    values = [(samples or {}).get(header, []) for header in headers]
    return [shown(column) for column in suggest(headers, custom, values).columns]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (["Vorname", "Name"], ["mapped first_name", "mapped last_name"]),
        (["Nom", "Prénom"], ["mapped last_name", "mapped first_name"]),
        (["Naam", "Voornaam"], ["mapped last_name", "mapped first_name"]),
        (["Nombre", "Apellidos"], ["mapped first_name", "mapped last_name"]),
        (["Nome", "Cognome"], ["mapped first_name", "mapped last_name"]),
        (["Name", "Surname"], ["mapped first_name", "mapped last_name"]),
        (["First", "Last"], ["mapped first_name", "mapped last_name"]),
        (["Given", "Family"], ["mapped first_name", "mapped last_name"]),
        (["Family", "Phone"], ["unmapped -", "mapped phone"]),
        (["First Name", "Name"], ["mapped first_name", "unsure full_name"]),
        (["First Name", "Full Name"], ["mapped first_name", "unsure full_name"]),
        (["Last"], ["unsure last_name"]),
        (["Name", "First Name", "Last Name"], ["unmapped -", "mapped first_name", "mapped last_name"]),
        (["Full Name", "First Name", "Last Name"], ["unmapped -", "mapped first_name", "mapped last_name"]),
    ],
)
def test_a_bare_name_means_the_half_that_is_missing(headers: list[str], expected: list[str]) -> None:
    """ "Name" is the whole name alone, the other half beside a half, and nothing where both halves are there."""
    assert suggested(*headers) == expected


def test_whole_names_beside_a_surname_are_a_question() -> None:
    """Where "Name" holds whole names and the surname stands apart, sending both would double it: ask."""
    assert suggested("Name", "Surname", samples={"Name": ["Ann Lee", "Bo Ek"]}) == [
        "unsure full_name",
        "mapped last_name",
    ]
    whole = {"Nombre": ["Ana García", "Juan Carlos Díaz Gil"], "Apellidos": ["García", "DIAZ"]}
    assert suggested("Nombre", "Apellidos", samples=whole) == ["unsure full_name", "mapped last_name"]


def test_a_first_name_of_two_words_is_no_whole_name() -> None:
    """Several words are a first name where the surname beside them is none of them."""
    values = {"Nombre": ["Juan Carlos", "María José", "Ana"], "Apellidos": ["García", "Díaz Gil", "Ana Ruiz"]}
    assert suggested("Nombre", "Apellidos", samples=values) == ["unsure full_name", "mapped last_name"]
    values["Apellidos"][2] = "Ruiz"
    assert suggested("Nombre", "Apellidos", samples=values) == ["mapped first_name", "mapped last_name"]


@pytest.mark.parametrize(
    ("headers", "values", "expected"),
    [
        (["Title", "Job Title"], [], ["unmapped -", "mapped role"]),
        (["Title"], ["Director", "Head of Sales", "CEO"], ["mapped role"]),
        (["Title"], ["Dr.", "Ms", "Prof. Dr.", "Herr"], ["unsure role"]),
        (["Titel"], [], ["unsure role"]),
    ],
)
def test_title_is_a_role_only_where_it_must_be(headers: list[str], values: list[str], expected: list[str]) -> None:
    """ "Title" is Dr. beside a job title, a role where its values are roles, and else a question."""
    assert suggested(*headers, samples={"Title": values}) == expected


def test_two_columns_for_one_field_are_both_a_question() -> None:
    """A field that holds one value is never filled by whichever column came first."""
    assert suggested("Company", "Organization") == ["unsure company", "unsure company"]
    assert suggested("Email", "Email", "Phone", "Phone") == ["mapped email"] * 2 + ["mapped phone"] * 2
    assert suggested("First Name", "First Name") == ["unsure first_name"] * 2


def test_a_rival_goes_to_the_custom_field_of_its_name() -> None:
    """Of two columns for one field, the one that a custom field is named after goes there."""
    other = CustomField("org", "Organization", FieldType.STRING)
    assert suggested("Company", "Organization", custom=(other,)) == ["mapped company", "mapped custom:Organization"]
    assert suggested("Company", "Firma", custom=(COMPANY,)) == ["unsure company", "unsure company"]


def test_a_default_field_wins_over_a_custom_field_of_its_name() -> None:
    """A custom field called Company does not take the company away, and the reason says that both exist."""
    (column,) = suggest(["Company"], [COMPANY]).columns
    assert shown(column) == "mapped company"
    assert "custom:Company" in column.reason


def test_custom_fields_are_found_by_name_key_and_prefix() -> None:
    """People know custom fields by name, the API by key, Quo's own export by `custom_N_Name`; case does not matter."""
    fields = (SINCE, SOURCE)
    headers = ["lead source", "LEAD_SOURCE", "lead-source", "custom_1_Lead Source", "custom:Lead Source"]
    for header in headers:
        assert suggested(header, custom=fields) == ["mapped custom:Lead Source"], header
    assert suggested("1712532493777", custom=fields) == ["mapped custom:Customer Since"]


def test_a_missing_custom_field_of_a_quo_export_is_said() -> None:
    """The API cannot make custom fields, so the reason names the one to make in the app."""
    (column,) = suggest(["custom_1_Shoe Size"], [SOURCE]).columns
    assert shown(column) == "unmapped -"
    assert "'Shoe Size'" in column.reason


def test_twin_custom_fields_are_a_question_by_key() -> None:
    """Two custom fields of one name are told apart by key only, and no one but the person can."""
    twins = (CustomField("a1", "Tier", FieldType.STRING), CustomField("b2", "Tier", FieldType.STRING))
    (column,) = suggest(["Tier"], twins).columns
    assert shown(column) == "unsure -"
    assert "a1" in column.reason
    assert "b2" in column.reason


def test_values_unlike_the_custom_fields_type_are_counted_in_the_reason() -> None:
    """A date field over values that are no dates is still mapped by its name, and the reason counts them."""
    (column,) = suggest(["Customer Since"], [SINCE], [["2024-01-02", "soon", "12 Mar 2025", "never"]]).columns
    assert shown(column) == "mapped custom:Customer Since"
    assert "2 of the 4" in column.reason


def test_several_columns_may_fill_an_address() -> None:
    """An address field takes every column of its name, since addresses are joined."""
    field = CustomField("addr", "Office Address", FieldType.ADDRESS)
    assert suggested("Office Address", "office_address", custom=(field,)) == ["mapped custom:Office Address"] * 2


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Frist Name", "mapped first_name"),
        ("Compnay Name", "mapped company"),
        ("Telphone", "mapped phone"),
        ("Email Adress", "mapped email"),
        ("Lead Sourc", "mapped custom:Lead Source"),
        ("Lead Sources", "mapped custom:Lead Source"),
        ("Lead Saurce", "unsure custom:Lead Source"),
        ("Contract Name", "unsure full_name"),
        ("Lead Score", "unmapped -"),
        ("Lost Name", "unmapped -"),
    ],
)
def test_only_slips_of_typing_are_mapped(header: str, expected: str) -> None:
    """A header 0.88 alike is mapped where one letter slipped, asked about where it may be another word."""
    assert suggested(header, custom=(SOURCE,)) == [expected]


def test_a_slip_is_not_trusted_against_its_values() -> None:
    """A misspelt phone header over values that are no phones is a question."""
    assert suggested("Telphone", samples={"Telphone": ["yes", "no"]}) == ["unsure phone"]


def test_a_column_called_mobile_that_holds_yes_and_no_is_a_question() -> None:
    """One word that is usually a phone is doubted where no value has digits; "Phone" only where all are yes and no."""
    damaged = ["see notes", "#N/A"]
    assert suggested("Mobile", "Phone", samples={"Mobile": damaged, "Phone": damaged}) == [
        "unsure phone",
        "mapped phone",
    ]
    assert suggested("Phone?", "Email?", samples={"Phone?": ["yes", "no"], "Email?": ["N"]}) == [
        "unsure phone",
        "unsure email",
    ]
    assert suggested("Mobile", samples={"Mobile": ["1.41556E+10"]}) == ["mapped phone"]


@pytest.mark.parametrize(
    ("header", "values", "expected"),
    [
        ("Spalte 4", ["a@example.com", "b@example.org"], "unsure email"),
        ("", ["+1 415 555 0101", "(415) 555-0102"], "unsure phone"),
        ("Spalte 4", ["2024-01-02", "2024-01-03"], "unmapped -"),
        ("Record ID", ["4155550101", "4155550102"], "unmapped -"),
        ("Spalte 4", ["12.5", "7"], "unmapped -"),
        ("Owner", ["a@example.com"], "unmapped -"),
    ],
)
def test_values_alone_never_map(header: str, values: list[str], expected: str) -> None:
    """Values raise a question at most, and not even that under a known id or another person's column."""
    (column,) = suggest([header], (), [values]).columns
    assert shown(column).replace(":", " ") == expected


def test_the_columns_of_a_rejects_file_are_its_own() -> None:
    """Of `_row,_column,_problem,_external_id` only the last is used, and of several the last one."""
    headers = ["_external_id", "Phone", "_row", "_column", "_problem", "_external_id"]
    expected = ["ignored -", "mapped phone", "ignored -", "ignored -", "ignored -", "mapped identity"]
    assert suggested(*headers) == expected


def test_marks_that_make_another_word_are_kept() -> None:
    """Only Latin letters are compared without their marks: in Japanese and Hindi a mark makes another word."""
    assert suggested("パパ", custom=(CustomField("k", "ハハ", FieldType.STRING),)) == ["unmapped -"]
    assert suggested("パパ", custom=(CustomField("k", "パパ", FieldType.STRING),)) == ["mapped custom:パパ"]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["2024-01-02", "03/04/2024"], "date"),
        (["yes", "No", ""], "boolean"),
        (["0", "1"], "boolean"),
        (["1", "1"], "number"),
        (["12.5", "1,000"], "number"),
        (["00123", "00124"], "string"),
        (["https://example.com/a"], "url"),
        (["a;b", "c", "d; e"], "multi-select"),
        (["likes tea", "tall"], "string"),
    ],
)
def test_a_column_without_a_field_says_which_to_make(values: list[str], kind: str) -> None:
    """The API cannot make custom fields, so the reason names the type that the values need."""
    column = suggest(["Zodiac remark"], (), [values]).columns[0]
    assert column.fit is Fit.UNMAPPED
    assert f"a new {kind} field in the Quo app" in column.reason


def test_a_field_of_another_type_is_a_question() -> None:
    """A custom field whose type does not fit most values is asked about; a few odd values are only counted."""
    field = CustomField("s", "Since", FieldType.DATE)
    assert suggest(["Since"], [field], [["tea", "milk", "2024-01-02"]]).columns[0].fit is Fit.UNSURE
    kept = suggest(["Since"], [field], [["tea", "2024-01-01", "2024-01-02"]]).columns[0]
    assert kept.fit is Fit.MAPPED
    assert "1 of the 3 values" in kept.reason


@pytest.mark.parametrize(
    "header", ["Contact 2 Phone", "Contact 2 Email", "Other Contact Phone", "Secondary contact email"]
)
def test_a_point_of_another_person_is_a_question(header: str) -> None:
    """A header that counts persons may be of somebody else, whatever its values are; "Contact Phone 2" is not."""
    values = ["+14155550101", "ann@example.com"]
    assert suggested(header, "Contact Phone 2", samples={header: values})[0].startswith("unsure")
    assert suggested("Contact Phone 2", "Person - Phone - Other") == ["mapped phone", "mapped phone"]


def test_a_column_that_is_no_point_is_told_which_field_could_hold_it() -> None:
    """ "Status" alone speaks of no number, so that it could be a field of its own; "Phone status" tells of a number."""
    status, phone_status = suggest(["Status", "Phone status"], samples=[["new"], ["new"]]).columns
    assert "a new string field in the Quo app could hold it" in status.reason
    assert "tells of the address or the number" in phone_status.reason


@pytest.mark.parametrize(
    ("headers", "samples", "expected"),
    [
        (["name", "domain", "industry"], {}, "mapped company"),
        (["Name", "Employees", "Phone"], {"Name": ["Globex", "Initech"]}, "mapped company"),
        (["Name", "Branche", "Mitarbeiter"], {}, "mapped company"),
        (["Name", "Industry", "Website"], {"Name": ["Acme Corp", "Globex"]}, "mapped company"),
        (["Name", "Website"], {"Name": ["Acme Corp", "Globex LLC"]}, "mapped company"),
        (["Name", "Industry", "Website"], {"Name": ["Ann Lee", "Bob Ray"]}, "unsure company"),
        (["Name", "Website"], {"Name": ["Ann Lee", "Bob Ray"]}, "mapped full_name"),
        (["Name", "Phone"], {"Name": ["Acme Corp", "Globex LLC"]}, "mapped full_name"),
        (["Name", "Employees", "Birthday"], {}, "mapped full_name"),
        (["Name", "Industry", "Employees", "Company"], {}, "mapped full_name"),
        (["Name", "Industry", "Employees", "Job Title"], {}, "mapped full_name"),
        (["Name", "Industry", "Employees", "Title"], {"Title": ["Director"]}, "mapped full_name"),
        (
            ["Name", "Industry", "Employees", "Email"],
            {"Name": ["Ann Lee", "Bob Ray"], "Email": ["ann@example.com", "ray.b@example.com"]},
            "mapped full_name",
        ),
    ],
)
def test_the_name_in_a_list_of_companies_is_the_company(
    headers: list[str], samples: dict[str, list[str]], expected: str
) -> None:
    """ "Name" is the company's where the other columns say so, and never where a column is about people."""
    assert suggested(*headers, samples=samples)[0] == expected


@pytest.mark.parametrize(
    ("header", "values", "expected"),
    [
        ("Client", ["Yes", "No", "Yes"], "unmapped -"),
        ("Client", ["1001", "1002"], "unmapped -"),
        ("Contact", ["2024-03-01", "2024-03-02"], "unmapped -"),
        ("Contact", ["(415) 555-0101", "(415) 555-0102"], "unsure phone"),
        ("Client", ["Ann Lee", "Bob Ray"], "unsure full_name"),
        ("Client", [], "unsure full_name"),
    ],
)
def test_values_that_are_no_names_are_not_proposed_as_names(header: str, values: list[str], expected: str) -> None:
    """A header that may be a name is asked about as one only where its values may be names."""
    assert suggested(header, "First Name", "Last Name", samples={header: values})[0] == expected


def test_cells_with_several_numbers_are_like_numbers() -> None:
    """An unknown header over cells of one or several phones or emails is asked about."""
    phones = ["(415) 555-0101", "415-555-0102, 415-555-0103", "415-555-0104 or 415-555-0105", "030/23125 001"]
    emails = ["a@example.com; b@example.com", "c@example.com"]
    assert suggested("Reach", "Write", samples={"Reach": phones, "Write": emails}) == ["unsure phone", "unsure email"]


def test_another_persons_number_is_never_proposed() -> None:
    """The number of a relative is left out, however much it looks like a phone, and a date is nobody's."""
    samples = {"Relationship 1 Phone 1": ["4155550199"], "Created On": ["10/31/2023", "01/11/2023"]}
    columns = suggest(list(samples), (), list(samples.values())).columns
    assert [column.fit for column in columns] == [Fit.UNMAPPED, Fit.UNMAPPED]
    assert "another person's" in columns[0].reason
    assert "somebody" not in columns[1].reason
