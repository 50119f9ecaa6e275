"""`dedupe.csv`, and the lines about contacts that are one person several times."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from importer.disk import replacing_text
from importer.report.card import contact_name
from importer.text import counted, harmless

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

DEDUPE_FILE = "dedupe.csv"
DEDUPE_HEADER = (
    "group", "action", "contact_id", "name", "external_id", "source", "created_at", "adds", "result", "reason",
)  # fmt: skip
Group = tuple["Mapping[str, Any]", "Sequence[Mapping[str, Any]]", "Sequence[str]", str]
"""The kept contact, the others, what they add to it, and why they are left ("" if they are joined)."""
MOST_GROUPS = 20
"""So many people are listed for the person who is asked."""


def write_dedupe(path: Path, lines: Iterable[Sequence[object]]) -> None:
    """Stream one line a contact to `dedupe.csv`; the columns are those of `DEDUPE_HEADER`."""
    with replacing_text(path) as stream:
        table = csv.writer(stream)
        table.writerow(DEDUPE_HEADER)
        table.writerows([harmless(str(cell)) for cell in line] for line in lines)


def contact_cells(contact: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what `dedupe.csv` says of a contact whatever is done to it."""
    names = ("externalId", "source", "createdAt")
    return (str(contact["id"]), contact_name(contact), *(str(contact.get(name) or "") for name in names))


def group_lines(groups: Sequence[Group]) -> list[str]:
    """Return a line a person: the kept contact, the others, what they add, and why they are left ("" to be joined).

    They hold names, so no event and no log may have them.
    """
    lines = []
    for kept_contact, duplicates, adds, reason in groups[:MOST_GROUPS]:
        name = contact_name(kept_contact)
        if reason:
            ids = ", ".join(str(contact["id"]) for contact in (kept_contact, *duplicates))
            lines.append(f"         {name}: left as they are ({ids}): {reason}")
            continue
        gone = ", ".join(_described(contact) for contact in duplicates)
        gets = f"; it gets {'; '.join(adds)}" if adds else "; they add nothing"
        lines.append(f"         {name}: keep {_described(kept_contact)}, delete {gone}{gets}")
    if len(groups) > MOST_GROUPS:
        lines.append(f"         and {counted(len(groups) - MOST_GROUPS, 'person', 'people')} more, in {DEDUPE_FILE}")
    return lines


def _described(contact: Mapping[str, Any]) -> str:
    made = str(contact.get("createdAt") or "")[:10]
    source = contact.get("source")
    words = [part for part in (f"of {made}" if made else "", str(source) if source else "") if part]
    return f"{contact['id']}" + (f" ({', '.join(words)})" if words else "")


def found_line(contacts: int, groups: int, deletes: int, changes: int, undecided: int) -> str:
    """Return the line that says what was found, and what is to be done."""
    if not groups:
        return f"Found:   no person twice among {counted(contacts, 'contact')}"
    left_words = f", {counted(undecided, 'person', 'people')} left for you to decide about" if undecided else ""
    return (
        f"Found:   {counted(groups, 'person', 'people')} more than once among {counted(contacts, 'contact')}: "
        f"{counted(deletes, 'contact')} to delete, {counted(changes, 'contact')} to change{left_words}"
    )


def dedupe_lines(facts: Mapping[str, Any], file: str, next_step: str) -> list[str]:
    """Return the last lines of a run of `dedupe`."""
    lines = []
    if not facts["plan"]:
        done = f"{counted(facts['changed'], 'contact')} changed, {facts['deleted']:,} deleted"
        kept_line = f"{counted(facts['left'], 'person', 'people')} left as they are"
        lines.append(f"Joined:  {counted(facts['joined'], 'person', 'people')}; {done}, {kept_line}")
    lines.append(f"Effort:  {counted(facts['requests'], 'request')} in {facts['seconds']:.1f} s")
    lines.append(f"Next:    {next_step}")
    lines.append(f"Files:   {file} lists every contact with the reason")
    return lines
