"""A contact as a card."""

from __future__ import annotations

from importer.report.card import card_lines, contact_name

CONTACT = {
    "defaultFields": {
        "firstName": "Ann",
        "lastName": "Lee",
        "company": "Lee Ltd",
        "phoneNumbers": [{"name": "phone", "value": "+14155550101"}, {"name": "mobile", "value": "+14155550102"}],
        "emails": [{"name": "email", "value": "ann@example.com"}],
    },
    "customFields": [{"key": "k1", "value": True}, {"key": "k2", "value": ["A", "B"]}],
    "source": "crm",
    "externalId": "7",
}


def test_a_card_has_each_value_under_the_name_that_people_know() -> None:
    """The name stands alone, labels are beside their numbers, custom fields have their names, and values line up."""
    assert card_lines(CONTACT, {"k1": "VIP", "k2": "Interests"}) == [
        "Ann Lee",
        "  Company         Lee Ltd",
        "  Phone           +14155550101",
        "  Phone (mobile)  +14155550102",
        "  Email           ann@example.com",
        "  VIP             yes",
        "  Interests       A, B",
        "  Sent as         crm / 7",
    ]


def test_everybody_is_called_something() -> None:
    """Without a name a contact is called by its company, else by its number or address."""
    names = [
        {"firstName": None, "company": "Lee Ltd"},
        {"phoneNumbers": [{"name": "phone", "value": "+14155550101"}]},
        {"emails": [{"name": "email", "value": "ann@example.com"}]},
        {},
    ]
    shown = [contact_name({"defaultFields": fields}) for fields in names]
    assert shown == ["Lee Ltd", "+14155550101", "ann@example.com", "(no name)"]
