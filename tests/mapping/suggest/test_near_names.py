"""Custom fields under a near name: sent where that is certain, asked otherwise, never left in silence."""

from __future__ import annotations

import pytest

from importer.mapping.suggest.suggest import suggest
from importer.model import ColumnMapping, CustomField, FieldType

TAGS = CustomField("k1", "Tags", FieldType.MULTI_SELECT)
WEBSITE = CustomField("k2", "Website", FieldType.URL)
NOTE = CustomField("k3", "Note", FieldType.STRING)
SINCE = CustomField("k4", "Customer Since", FieldType.DATE)
BIRTHDAY = CustomField("k5", "Birthday", FieldType.DATE)
HOBBIES = CustomField("k6", "Hobbies", FieldType.STRING)
ALL = (TAGS, WEBSITE, NOTE, SINCE, BIRTHDAY, HOBBIES)
LINKS, DAYS = ["https://example.com", "www.example.org"], ["2024-03-12", "2023-01-02"]


def shown(column: ColumnMapping) -> str:
    return f"{column.fit.value} {column.target.name if column.target else '-'}"


def suggested(headers: list[str], samples: list[list[str]], fields: tuple[CustomField, ...] = ALL) -> list[str]:
    return [shown(column) for column in suggest(["Name", *headers], fields, [["Ann Lee"], *samples]).columns][1:]


@pytest.mark.parametrize(
    ("header", "values", "field"),
    [
        *(("Tag", ["VIP"], "Tags"), ("Labels", ["* myContacts ::: VIP"], "Tags"), ("Categories", ["VIP"], "Tags")),
        *(("URL", LINKS, "Website"), ("Web Page", ["example.com"], "Website"), ("Webseite", LINKS, "Website")),
        *(("Notes", ["Likes tea."], "Note"), ("Comments", ["Likes tea."], "Note"), ("Hobby", ["Chess"], "Hobbies")),
        *(("Catégories / Categories", ["VIP"], "Tags"), ("Geburtsdatum (Date of birth)", DAYS, "Birthday")),
        *(
            ("Date of Birth", DAYS, "Birthday"),
            ("Geburtsdatum", DAYS, "Birthday"),
            ("Member Since", DAYS, "Customer Since"),
        ),
    ],
)
def test_a_near_name_is_sent_where_the_values_fit(header: str, values: list[str], field: str) -> None:
    """Singular and plural, and usual words for the same, fill the one field that is meant."""
    assert suggested([header], [values]) == [f"mapped custom:{field}"]


@pytest.mark.parametrize(
    ("header", "values", "field"),
    [("URL", ["none yet", "ask her"], "Website"), ("DOB", ["March", "unknown"], "Birthday")],
)
def test_a_near_name_over_other_values_is_asked(header: str, values: list[str], field: str) -> None:
    """Values that are not of the field's type make it a question."""
    assert suggested([header], [values]) == [f"unsure custom:{field}"]


def test_a_better_claim_goes_first() -> None:
    """The exact name keeps its field, two near names are both asked, and so is one name for two fields."""
    assert suggested(["Tags", "Labels"], [["VIP"], ["x"]]) == ["mapped custom:Tags", "unmapped -"]
    assert suggested(["Tag", "Labels"], [["VIP"], ["x"]]) == ["unsure custom:Tags", "unsure custom:Tags"]
    groups = CustomField("k7", "Groups", FieldType.MULTI_SELECT)
    assert suggested(["Labels"], [["VIP"]], (TAGS, groups)) == ["unsure custom:Tags"]


@pytest.mark.parametrize("header", ["Phone", "Customer", "Company", "Price", "Address", "News", "As", "Status"])
def test_other_headers_are_no_near_names(header: str) -> None:
    """A header that means something else never fills a custom field."""
    assert "custom:" not in suggested([header], [["x"]])[0]
