"""Who is who inside one sheet: ids, repeats, conflicts, and numbers that people share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from importer.sandbox import Sandbox
    from tests.e2e.sheets.conftest import Deliver, Delivered

IDS = (
    "Customer ID,Name,Phone\n"
    "1,Ann Lee,+14155550101\n"  # 2
    "1,Ann Lee,+1 (415) 555-0101\n"  # 3 the same in another spelling
    "1,Ann Leigh,+14155550101\n"  # 4 another person under the same id
    "2,Bob Ray,+14155550101\n"  # 5 shares the number
    ",Cy Ray,+14155550103\n"  # 6 no id
    "1E5,Dy Ray,+14155550104\n"
    "00123,Ey Ray,+14155550105\n"
    "123,Fy Ray,+14155550106\n"
    "12345678901234567890,Gy Ray,+14155550107\n"
    " a ,Hy Ray,+14155550108\n"
    "3,Iy Ray,bad\n"  # 12 rejected
    "4,,\n"  # 13 nobody
)


@pytest.fixture(scope="module")
def ids(deliver: Deliver) -> Delivered:
    return deliver(IDS, "--map", "Customer ID=external_id")


def test_an_id_column_keeps_its_characters(ids: Delivered) -> None:
    """Ids are text: leading zeros, exponents and twenty digits stay as they are; an empty one gets a digest."""
    found = {row: line["external_id"] for row, line in ids.id_map.items()}
    wanted = {2: "1", 5: "2", 7: "1E5", 8: "00123", 9: "123", 10: "12345678901234567890", 11: "a"}
    assert {row: found[row] for row in wanted} == wanted
    assert found[6].startswith("oi1-")


def test_a_repeat_is_a_duplicate_and_a_difference_a_conflict(ids: Delivered) -> None:
    """The same id with equal content repeats the first row and carries its contact; with other content it conflicts."""
    assert ids.statuses[3] == "duplicate"
    assert ids.id_map[3]["contact_id"] == ids.id_map[2]["contact_id"]
    assert "row 2" in ids.id_map[3]["detail"]
    assert ids.statuses[4] == "conflict"
    assert ids.id_map[4]["contact_id"] == ""
    assert "row 2" in ids.message(4, "external-id-twice").lower()


def test_a_shared_number_is_a_warning(ids: Delivered) -> None:
    """Two people may share a number; both arrive and the later one is pointed out."""
    assert ids.statuses[5] == "created"
    assert ids.rules(5) == {"phone-shared"}
    assert "Row 2" in ids.message(5, "phone-shared")


def test_a_rejected_row_keeps_its_id(ids: Delivered) -> None:
    """A rejected row is handed back under the id of its id column; a row with nothing but an id is rejected too."""
    assert (ids.statuses[12], ids.id_map[12]["external_id"]) == ("rejected", "3")
    assert (ids.statuses[13], ids.id_map[13]["external_id"]) == ("rejected", "4")


def test_without_an_id_column_name_numbers_and_addresses_tell_people_apart(deliver: Deliver) -> None:
    """Rows that say the same of a person are one contact, or are asked about where any cell differs."""
    got = deliver(
        "Name,Phone,Email,Company\n"
        "Ann Lee,+14155550101,,Acme\n"
        "Ann  Lee,+1 415 555 0101,,Acme\n"
        "Ann Lee,+14155550101,,Other\n"
        "Ann Lee,+14155550102,,Acme\n"
        "Ann Lee,,,Acme\n"
        ",+14155550101,,\n"
        "Ann Lee,+14155550101,ANN@example.com,Acme\n"
        "Ann Lee,+14155550101,ann@example.com,Acme\n"
    )
    assert list(got.statuses.values()) == [
        "created", "duplicate", "conflict", "created", "created", "rejected", "conflict", "conflict",
    ]  # fmt: skip
    assert "row 6" in got.message(7, "row-continues")
    assert "row 2" in got.message(4, "maybe-known")
    assert "oi1-" not in got.message(4, "maybe-known")


def test_a_long_id_is_hashed_and_said(deliver: Deliver) -> None:
    """An id of more than 75 characters is sent as its digest, the same one every time."""
    text = f"Customer ID,Name,Phone\n{'x' * 76},Ann,+14155550101\n{'y' * 75},Bob,+14155550102\n"
    got = deliver(text, "--map", "Customer ID=external_id")
    assert got.id_map[2]["external_id"].startswith("oih1-")
    assert got.id_map[3]["external_id"] == "y" * 75
    assert got.rules(2) == {"external-id-hashed"}
    assert deliver(text, "--map", "Customer ID=external_id").id_map[2]["external_id"] == got.id_map[2]["external_id"]


def test_whole_numbers_of_a_workbook_are_ids_without_a_point(deliver: Deliver) -> None:
    """An id that Excel stores as 7.0 is 7."""
    import io

    import openpyxl

    workbook = openpyxl.Workbook()
    workbook.worksheets[0].append(["Customer ID", "Name", "Phone"])
    workbook.worksheets[0].append([7.0, "Ann", "+14155550101"])
    stream = io.BytesIO()
    workbook.save(stream)
    got = deliver(stream.getvalue(), "--map", "Customer ID=external_id", name="people.xlsx")
    assert got.id_map[2]["external_id"] == "7"


def test_the_same_sheet_again_in_another_dialect_makes_nobody(deliver: Deliver, sandbox: Sandbox) -> None:
    """Ids come from who people are: the same people from another file and without the journal are found again."""
    text = "Name,Phone\nAnn Núñez,+14155550101\nBob,(415) 555-0102\n"
    first = deliver(text, "--region", "US", sandbox=sandbox)
    again = deliver(text.replace(",", ";").encode("cp1252"), "--region", "US", sandbox=sandbox)
    assert set(first.statuses.values()) == {"created"}
    assert {line["contact_id"] for line in again.id_map.values()} == {
        line["contact_id"] for line in first.id_map.values()
    }
    assert len(sandbox.contacts()) == 2
