"""Rows that `only` or `--hidden` leaves out are still those of their people: no contact loses its row by that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.identity.people import RowFacts
from importer.mapping.contacts.draft import external_ids
from importer.pipeline.reading.person_steps import facts_of_person
from importer.settings.command_line import afterwards

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from importer.delivery.journal.records import PersonRow
    from importer.identity.people import ContactFacts, Recognition
    from importer.mapping.contacts.draft import DraftOptions
    from importer.model import SourceChunk
    from importer.pipeline.job import Job
    from importer.pipeline.reading.people_stager import PeopleStager
    from importer.pipeline.reading.person_steps import Marker, RecognisedPeople
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
            person.row,
            person.cells,
            person.identity,
            facts_of_person(mark, person),
            person.external_id if id_column and person.is_id else "",
            person.stated,
        )
        for person in persons
    }


def learn_left_out(
    result: Recognition,
    persons: Mapping[int, PersonRow],
    contacts: Mapping[str, ContactFacts],
    people: RecognisedPeople,
) -> None:
    """Let contacts of the folder keep the rows that are left out, and learn what these say now.

    So a contact is found however much has changed by the time when its row is wanted again.
    """
    for external_id in result.kept.keys() & contacts.keys():
        row = result.kept[external_id]
        people.asked.setdefault(external_id, set())
        people.left_out[external_id] = row.row
        if row.cells not in contacts[external_id].cells:
            people.learned.setdefault(external_id, (persons[row.row], row.facts))


def left_out_contacts(job: Job, people: RecognisedPeople | None) -> str:
    """What is said where rows that are left out have contacts of earlier runs, and how these are taken away."""
    rows = sorted(people.left_out.values()) if people is not None else []
    if not rows:
        return ""
    named = ", ".join(f"{row:,}" for row in rows[:_MOST_NAMED]) + (" and others" if len(rows) > _MOST_NAMED else "")
    has = "row that is left out has a contact" if len(rows) == 1 else "rows that are left out have contacts"
    take_away = afterwards(job.command_line, "undo", "--left-out", folder=job.out)
    return (
        f"{len(rows):,} {has} from earlier runs, still in the workspace (row{'s' if len(rows) > 1 else ''} {named}). "
        f"After a run, this takes away what earlier runs made: {take_away}"
    )
