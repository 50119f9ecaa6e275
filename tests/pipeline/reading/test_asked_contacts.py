"""Who is asked about is shown as the workspace shows the contact, and a question is asked without that too."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.sandbox import Fault

if TYPE_CHECKING:
    from tests.pipeline.reading.conftest import Office

BEFORE = "Name,Phone\nAnn Lee,+14155550101\nBob Ray,+14155550102\n"
AFTER = BEFORE.replace("Bob Ray", "Bobby Roy")


@pytest.fixture
def asked(office: Office) -> Office:
    """A workspace with a contact that the app has renamed since, and about which a row will be asked."""
    office.run(BEFORE)
    (bob,) = (contact for contact in office.sandbox.contacts() if contact["defaultFields"]["firstName"] == "Bob")
    office.sandbox.edit(bob["id"], firstName="Robert")
    return office


def test_both_sides_are_shown(asked: Office) -> None:
    """The line of the question has the name and a number of the contact, as they are in the workspace now."""
    assert asked.run(AFTER) == 1
    assert "(Robert Ray, +14155550102)" in Path("out/problems.csv").read_text(encoding="utf-8")


def test_both_sides_are_shown_of_a_contact_that_the_folder_does_not_know(asked: Office) -> None:
    """In a new folder a contact of the workspace is shown by its name and number too, not by its id alone."""
    shutil.rmtree("out")
    assert asked.run(BEFORE.replace("Bob Ray", "Robbie Ray")) == 1
    assert "(Robert Ray, +14155550102)" in Path("out/problems.csv").read_text(encoding="utf-8")
    assert asked.names() == ["Ann Lee", "Robert Ray"]


@pytest.mark.parametrize("kind", ["500", "404", "truncated-body"])
def test_a_question_needs_no_answer_of_the_service(asked: Office, kind: str) -> None:
    """Where the look for the name fails, the row is asked about all the same, and nothing is sent."""
    asked.sandbox.add_faults(*(Fault(kind, method="GET", nth=number) for number in range(2, 40)))
    assert asked.run(AFTER, "--wait-for-service", "0.01") in (1, 3)
    assert "maybe-known" in Path("out/problems.csv").read_text(encoding="utf-8")
    assert asked.names() == ["Ann Lee", "Robert Ray"]
