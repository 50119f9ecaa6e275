"""Rows that `only` or `--hidden` leaves out are still those of their people: no contact loses its row by that."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from importer.identity.people import RowFacts
from importer.mapping.contacts.draft import external_ids
from importer.pipeline.reading.person_facts import facts_of_person
from importer.settings.command_line import other_command

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from importer.delivery.journal.records import PersonRow
    from importer.identity.people import ContactFacts, Recognition
    from importer.mapping.contacts.draft import DraftOptions
    from importer.model import SourceChunk
    from importer.pipeline.job import Job
    from importer.pipeline.reading.people_stager import PeopleStager
    from importer.pipeline.reading.person_facts import Marker
    from importer.pipeline.reading.recognised_people import RecognisedPeople
    from importer.pipeline.reading.sheet import PreparedSheet

_MOST_NAMED = 5


def note_left_out_rows(
    sheet: PreparedSheet, options: DraftOptions, stager: PeopleStager, chunk: SourceChunk | None
) -> None:
    """Note what identifies the rows of a chunk that are left out; only a folder that has contacts needs that."""
    if chunk is None or not stager.knows_people:
        return
    normalised = sheet.clean(sheet.values.compute(chunk))
    originals = dict(zip(chunk.rows, map(stager.own_cells, chunk.originals), strict=True))
    stager.feed_left_out(normalised, originals, external_ids(normalised, options, originals))


def facts_of_left_out(mark: Marker, persons: Iterable[PersonRow], *, id_column: bool) -> dict[int, RowFacts]:
    """What identifies rows that are left out, by row."""
    return {
        person.row: RowFacts(
            row=person.row,
            cells=person.cells,
            identity=person.identity,
            facts=facts_of_person(mark, person),
            id=person.external_id if id_column and person.is_id else "",
            stated=person.stated,
        )
        for person in persons
    }


def with_left_out(
    people: RecognisedPeople,
    result: Recognition,
    persons: Mapping[int, PersonRow],
    contacts: Mapping[str, ContactFacts],
) -> RecognisedPeople:
    """Return the people with the contacts of the folder that keep rows which are left out, and what these say now.

    So a contact is found however much has changed by the time when its row is wanted again.
    """
    kept = {external_id: row for external_id, row in result.kept.items() if external_id in contacts}
    learned = {
        external_id: (persons[row.row], row.facts)
        for external_id, row in kept.items()
        if row.cells not in contacts[external_id].cells
    }
    return replace(
        people,
        left_out={external_id: row.row for external_id, row in kept.items()},
        asked={**{external_id: set() for external_id in kept}, **people.asked},
        learned={**learned, **people.learned},
    )


def left_out_contacts(job: Job, people: RecognisedPeople | None) -> str:
    """What is said where rows that are left out have contacts of earlier runs, and how these are taken away."""
    rows = sorted(people.left_out.values()) if people is not None else []
    if not rows:
        return ""
    named = ", ".join(f"{row:,}" for row in rows[:_MOST_NAMED]) + (" and others" if len(rows) > _MOST_NAMED else "")
    has = "row that is left out has a contact" if len(rows) == 1 else "rows that are left out have contacts"
    take_away = other_command(job.command_line, "undo", "--left-out", folder=job.out)
    return (
        f"{len(rows):,} {has} from earlier runs, still in the workspace (row{'s' if len(rows) > 1 else ''} {named}). "
        f"After a run, this takes away what earlier runs made: {take_away}"
    )
