"""What recognising the rows of a sheet found out about people."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from importer.delivery.journal.records import PersonRow
    from importer.identity.marks import Facts
    from importer.pipeline.reading.asked_people import AskedRow


@dataclass(frozen=True, slots=True)
class RecognisedPeople:
    """What recognising found out; the journal remembers it just before the first write.

    `learned`: by external id the row that a contact was recognised as, and by what it is known now. `asked`: by
    external id the marks of rows that were asked about it; `twins`: of rows that may be a second row of the person;
    `joined`: of rows that a person said are one; `firsts`: of rows that others may be and that have no contact, by the
    id that they would be sent under; `apart`: the external ids of contacts that a person said are others.
    `lost`: contacts that had a row until now and have none. `candidates`: the contacts that a question is about.
    `given_up`: contacts that were about to be made, once more perhaps, and that another folder has made.
    `left_out`: by external id of a contact of the folder its row, which is left out now.
    """

    learned: dict[str, tuple[PersonRow, Facts]] = field(default_factory=dict)
    asked: dict[str, set[int]] = field(default_factory=dict)
    twins: dict[str, set[int]] = field(default_factory=dict)
    joined: dict[str, set[int]] = field(default_factory=dict)
    firsts: dict[str, set[int]] = field(default_factory=dict)
    apart: dict[str, set[str]] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)
    asked_rows: list[AskedRow] = field(default_factory=list)
    candidates: set[str] = field(default_factory=set)

    @property
    def second_rows(self) -> dict[str, Mapping[str, Iterable[int | str]]]:
        """What the journal remembers of second rows of people, by the name of its kind there."""
        return {"twin": self.twins, "joined": self.joined, "first": self.firsts, "apart": self.apart}

    @property
    def questions(self) -> dict[str, dict[str, list[int]]]:
        """What the journal remembers of open questions, by the name of its kind there."""
        kinds = {"asked": self.asked, "twin": self.twins, "first": self.firsts}
        return {kind: {key: sorted(marks) for key, marks in of_contact.items()} for kind, of_contact in kinds.items()}

    def without(self, external_ids: Container[str]) -> dict[str, tuple[PersonRow, Facts]]:
        """Return what was learned of other contacts than these."""
        return {external_id: row for external_id, row in self.learned.items() if external_id not in external_ids}
