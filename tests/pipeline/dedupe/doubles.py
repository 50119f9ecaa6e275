"""People who are in a workspace more than once, and what `dedupe` leaves of them."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any

from importer.cli.app import main

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.sandbox import Sandbox

NUMBERS = iter(range(10_000))


def add(
    sandbox: Sandbox, first: str, last: str = "", phones: Sequence[str] = (), emails: Sequence[str] = (), **details: Any
) -> dict[str, Any]:
    """A contact as a program of its own has made it through the API."""
    number = next(NUMBERS)
    made = {"externalId": f"crm-{number}", "source": f"script-{number}"}
    arrays: dict[str, Any] = {
        "phoneNumbers": [{"name": "mobile", "value": phone} for phone in phones],
        "emails": [{"name": "work", "value": email} for email in emails],
    }
    return sandbox.add(firstName=first, lastName=last or None, **arrays, **{**made, **details})


def shown(contact: dict[str, Any]) -> tuple[object, ...]:
    """All that a contact says, without what the service sets again."""
    fields = contact["defaultFields"]
    arrays = [sorted((item["name"], item["value"]) for item in fields[name]) for name in ("phoneNumbers", "emails")]
    customs = sorted((item["key"], str(item["value"])) for item in contact["customFields"])
    texts = [fields[name] for name in ("firstName", "lastName", "company", "role")]
    ids = [contact[name] for name in ("externalId", "source", "sourceUrl", "createdByUserId")]
    return (*texts, *map(str, arrays), str(customs), *ids)


def images(sandbox: Sandbox) -> list[tuple[object, ...]]:
    return sorted(map(shown, sandbox.contacts()), key=str)


def names(sandbox: Sandbox) -> list[str]:
    fields = [contact["defaultFields"] for contact in sandbox.contacts()]
    return sorted(f"{names['firstName']} {names['lastName'] or ''}".strip() for names in fields)


def command(*arguments: str) -> int:
    return main([*arguments, "--rate", "1000", "-q"])


def table(name: str = "dedupe.csv") -> list[dict[str, str]]:
    with Path("dedupe.import", name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def deleted_ids() -> set[tuple[str, str]]:
    return {(line["contact_id"], line["external_id"]) for line in table() if line["result"] == "deleted"}


def twins(sandbox: Sandbox) -> None:
    """Two people of two contacts, one of three, and others who only look alike."""
    add(sandbox, "Ann", "Lee", ["+14155550101"], company="Acme")
    add(sandbox, "Ann", "Lee", ["+14155550101", "+14155550102"], ["ann@example.com"], role="CEO")
    add(sandbox, "Bob", "Ray", emails=["bob@example.com"], customFields={"tags": ["a"]})
    add(sandbox, "B.", "Ray", emails=["BOB@example.com"], customFields={"tags": ["b"]}, externalId=None)
    add(sandbox, "Cyd", "Fox", ["+14155550103"])
    add(sandbox, "Cyd", "", ["+14155550103"], ["cyd@example.com"])
    add(sandbox, "Cyd", "Fox", ["+14155550104"], ["cyd@example.com"], sourceUrl="https://crm.example/7")
    add(sandbox, "Dan", "Lee", ["+14155550101"])  # Ann's household
    add(sandbox, "Cyd", "Fox", ["+14155550199"])  # her namesake
