"""The lock of a saved mapping, and the text of the file it stands in."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.mapping.chosen.lock import MappingLock, by_key, lock_drift, lock_of, restrict_to_lock
from importer.mapping.chosen.mapping_toml import count_undecided, saved_text
from importer.mapping.chosen.overrides import apply_overrides
from importer.mapping.suggest.suggest import suggest
from importer.model import CustomField, FieldType, Fit, Mapping

SOURCE = CustomField("171", "Lead Source", FieldType.STRING)
SINCE = CustomField("since", "Customer Since", FieldType.DATE)
HEADERS = ["Name", "Phone", "Lead Source", "Contact"]
LOCK = lock_of(HEADERS, [SOURCE])


def text(mapping: Mapping, former: str = "", *, seen: bool = False, lock: MappingLock = LOCK) -> str:
    return saved_text(former, mapping, len(mapping.columns), lock, {}, seen=seen)


def test_nothing_changed() -> None:
    """The same columns in another order, or in other case and spaces, are no change."""
    assert lock_drift(LOCK, HEADERS, [SOURCE, SINCE]) == lock_drift(
        LOCK, ["contact", "PHONE", "Lead  Source ", "Name"], [SOURCE]
    )
    assert lock_drift(LOCK, HEADERS, [SOURCE]).stops == ()


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        (["Name", "Phone", "Contact"], "Column 'Lead Source' is gone."),
        (["Name", "Mobile", "Lead Source", "Contact"], "Column 'Phone' is gone; 'Mobile' looks like its new name."),
        (["Contact", "Name", "Lead Source", "Phone No"], "Column 'Phone' is gone; 'Phone No' looks like its new name."),
        ([*HEADERS, "phone"], "occurs twice now (#2, #5), once before"),
    ],
)
def test_a_column_that_changed_stops(headers: list[str], words: str) -> None:
    """A column that vanished, was renamed or got a twin is told in one sentence."""
    [told] = lock_drift(LOCK, headers, [SOURCE]).stops
    assert words in told


def test_a_custom_field_that_changed_stops() -> None:
    """A custom field that is of another type, or gone, is told by name and key; a renamed one is still the same."""
    retyped = CustomField("171", "Lead Source", FieldType.DATE)
    assert "was of type string and is of type date now" in lock_drift(LOCK, HEADERS, [retyped]).stops[0]
    assert "not in the workspace any more" in lock_drift(LOCK, HEADERS, []).stops[0]
    renamed = CustomField("171", "Source", FieldType.STRING)
    assert lock_drift(LOCK, HEADERS, [renamed]).stops == ()
    assert by_key("custom:Lead Source", LOCK, [renamed]) == "custom:171"
    assert by_key("custom:Lead Source", LOCK, [SOURCE]) == "custom:Lead Source"


def test_a_custom_field_is_known_by_its_key_beside_another_of_its_name() -> None:
    """A twin changes nothing; another field that took the name of a renamed one stops a run until that is accepted."""
    other = CustomField("172", "Lead Source", FieldType.STRING)
    assert lock_drift(LOCK, HEADERS, [other, SOURCE]).stops == ()
    assert by_key("custom:Lead Source", LOCK, [other, SOURCE]) == "custom:171"
    renamed = CustomField("171", "Source", FieldType.STRING)
    assert "is called 'Source' now, and another field (key 172)" in lock_drift(LOCK, HEADERS, [other, renamed]).stops[0]
    assert by_key("custom:Lead Source", LOCK, [other, renamed]) == "custom:Lead Source"


def test_a_column_named_by_number_must_stay_where_it_was() -> None:
    """`#2` in the mapping is a place, so another column there is a change."""
    told = lock_drift(LOCK, ["Phone", "Name", "Lead Source", "Contact"], [SOURCE], numbered={1})
    assert "#2" in told.stops[0]
    assert "'Phone'" in told.stops[0]


def test_another_sheet_is_known_as_such() -> None:
    """How many of the columns are left is told, so that another sheet can be told from a changed one."""
    assert lock_drift(LOCK, ["Name", "Amount", "Tax"], [SOURCE]).still_there == 1
    assert lock_drift(LOCK, ["Name", "Phone", "Tax"], [SOURCE]).still_there == 2


def test_of_twins_nothing_is_certain() -> None:
    """Where a twin came or went, or a numbered column moved, both the old names and the columns count as open again."""
    twin = lock_drift(LOCK, [*HEADERS, "phone"], [SOURCE])
    assert (twin.new, twin.gone) == ((1, 4), ("Phone",))
    lock = lock_of(["Phone", "Name", "Phone"], [])
    gone = lock_drift(lock, ["Phone", "Name"], [], numbered={0, 2})
    assert (gone.new, gone.gone) == ((0,), ("Phone", "#3"))


def test_a_rejects_file_is_the_same_sheet() -> None:
    """The four columns that a rejects file adds are neither new nor locked."""
    handed_back = [*HEADERS, "_row", "_column", "_problem", "_external_id"]
    assert lock_drift(LOCK, handed_back, [SOURCE]) == lock_drift(LOCK, HEADERS, [SOURCE])
    assert lock_of(handed_back, [SOURCE]) == LOCK


def test_new_columns_wait_to_be_accepted() -> None:
    """Under a lock nothing is sent that the mapping does not name, unless new columns are accepted."""
    mapping = suggest([*HEADERS, "Email", "_external_id"], [SOURCE])
    new = lock_drift(LOCK, [*HEADERS, "Email", "_external_id"], [SOURCE]).new
    assert new == (4,)
    held = restrict_to_lock(mapping, {0}, new, accept=False)
    assert [one.fit for one in held.columns] == [
        Fit.MAPPED,
        Fit.UNMAPPED,
        Fit.UNMAPPED,
        Fit.UNSURE,
        Fit.UNMAPPED,
        Fit.MAPPED,
    ]
    assert restrict_to_lock(mapping, {0, 1, 2}, new, accept=True).columns[4].fit is Fit.MAPPED


@pytest.mark.parametrize(
    ("header", "values"), [("Area Code", ["415", "628"]), ("Ext", ["12", ""]), ("Phone - Type", ["Work", "Home"])]
)
def test_a_new_column_is_no_part_of_numbers_under_a_lock(header: str, values: list[str]) -> None:
    """A column that is new since the mapping was saved changes no number and no label until it is accepted."""
    mapping = suggest(["Name", "Phone", header], samples=[["Ann Lee", "Bob Ray"], ["555-0101", "555-0102"], values])
    assert mapping.columns[1].beside == (2,)
    held = restrict_to_lock(mapping, {0, 1}, {2}, accept=False)
    assert (held.columns[1].beside, held.columns[2].fit) == ((), Fit.UNMAPPED)
    assert restrict_to_lock(mapping, {0, 1}, {2}, accept=True).columns[1].beside == (2,)


def test_a_new_column_that_forbids_calls_counts_under_a_lock() -> None:
    """A number that is not to be called is left out as soon as a column says so."""
    mapping = suggest(["Phone 1", "Phone 1 DNC"], samples=[["415-555-0101", "415-555-0102"], ["Y", ""]])
    assert restrict_to_lock(mapping, {0}, {1}, accept=False).columns[0].flag_positions == (1,)


def test_a_new_file_says_everything() -> None:
    """The file holds the mapping and the lock as values, and as comments why, what is open and what is not sent."""
    written = text(suggest(["First Name", "Phone", "Phone", "Contact", "Notes"], [SOURCE]))
    assert tomllib.loads(written) == {
        "map": {"First Name": "first_name", "#2": "phone", "#3": "phone"},
        "lock": {"columns": list(LOCK.columns), "custom": {"171": {"name": "Lead Source", "type": "string"}}},
    }
    assert '# ? "Contact" = "ignore"  # It may be' in written
    assert '# - "Notes" = "FIELD"  # No field' in written


def test_what_a_person_has_seen_is_meant_so() -> None:
    """A column that a person saw unmapped is ignored from now on; an open question stays open."""
    mapping = suggest(["Name", "Contact", "Notes"], [])
    table = tomllib.loads(text(mapping, seen=True))["map"]
    assert table == {"Name": "full_name", "Notes": "ignore"}
    assert count_undecided(mapping) == 1


def test_the_persons_own_lines_stay() -> None:
    """Comments, keys and tables that a person wrote are kept; only what changed is written anew."""
    former = text(suggest(HEADERS, [SOURCE]))
    own = former.replace("[map]", '# mine\nregion = "GB"\n\n[values]\ncompany = "Acme" # for all\n\n[map] # here', 1)
    own = own.replace('"Phone" = "phone"', 'phone = "phone:mobile" # my choice').replace("Phone = ", "phone = ")
    mapping = apply_overrides(suggest(HEADERS, [SOURCE]), [("Phone", "phone:mobile"), ("Contact", "ignore")], [SOURCE])
    again = text(mapping, own)
    assert "# mine" in again
    assert 'company = "Acme" # for all' in again
    found = tomllib.loads(again)
    assert found["map"] == {
        "Name": "full_name",
        "phone": "phone:mobile",
        "Lead Source": "custom:Lead Source",
        "Contact": "ignore",
    }
    assert found["region"] == "GB"


def test_writing_twice_is_writing_once() -> None:
    """The file does not grow when nothing changed."""
    mapping = suggest([*HEADERS, "Notes", ""], [SOURCE])
    once = text(mapping)
    assert text(mapping, once) == once
    assert text(mapping, text(mapping, once)) == once


@given(st.lists(st.text(max_size=12), min_size=1, max_size=6))
def test_any_header_can_be_saved(headers: list[str]) -> None:
    """Whatever a header holds, the file is valid TOML and its lock knows the sheet again."""
    mapping = suggest(headers, [SOURCE])
    lock = lock_of(headers, [])
    found = tomllib.loads(text(mapping, lock=lock))
    assert found["lock"]["columns"] == list(lock.columns)
    assert lock_drift(lock, headers, []).stops == ()
    again = apply_overrides(mapping, found["map"], [SOURCE])
    assert [one.position for one in again.mapped] == [one.position for one in mapping.mapped]
