"""From an opened sheet to rows in the journal: what `run` and `plan` have in common before anything is decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from importer.api.workspace import users
from importer.errors import SettingsError
from importer.model import Event
from importer.pipeline.reading.changed_ids import warn_of_changed_ids
from importer.pipeline.reading.match_rules import warn_of_idle_rules
from importer.pipeline.reading.select_options import options_of
from importer.pipeline.reading.sheet import describe, fit
from importer.pipeline.reading.staging import stage
from importer.pipeline.workspace.connection import fields_of, kept_fields
from importer.pipeline.workspace.key_check import bind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from importer.delivery.journal import Journal
    from importer.model import CustomField, SourceTable
    from importer.pipeline.job import Job
    from importer.pipeline.reading.fingerprint import SheetFingerprint
    from importer.pipeline.reading.sheet import PreparedSheet
    from importer.pipeline.telemetry.statistics import RunStatistics
    from importer.pipeline.workspace.connection import Connection


@dataclass(frozen=True, slots=True)
class Ready:
    """Brings the rows of a sheet into a journal. `begin` is called with the sheet before its rows are staged.

    `again` knows whether they stand there already as the last run left them; without it they are always staged.
    """

    job: Job
    table: SourceTable
    service: Connection
    journal: Journal
    begin: Callable[[PreparedSheet], RunStatistics]
    again: SheetFingerprint | None = None

    async def rows(self) -> PreparedSheet:
        """Stage all rows and return the sheet as it was read.

        A journal that knows its sheet is believed to know the workspace's custom fields too, as they were last
        answered; only if something is to be sent they are asked for, and the sheet is read anew where they differ.
        Raises CannotStart or Stopped; nothing has been sent then.
        """
        believed = self._believed()
        if believed is None:
            return await self._stage(await self._asked())
        sheet = await self._stage(believed, believed=True)
        if not self.journal.to_send():
            return sheet
        asked = await self._asked()
        return sheet if asked == believed else await self._stage(asked)

    def _believed(self) -> tuple[CustomField, ...] | None:
        knows = self.journal.key_matches and bool(self.journal.probe_ids(1))
        if not knows or not self.job.settings.trust_journal or self.job.settings.fields is not None:
            return None
        return kept_fields(self.job, self.service)

    async def _asked(self) -> tuple[CustomField, ...]:
        """Ask the workspace; the first question also proves the key."""
        found = await fields_of(self.job, self.service)
        await bind(self.job, self.journal, self.service)
        return found

    async def _stage(self, custom_fields: Sequence[CustomField], *, believed: bool = False) -> PreparedSheet:
        job, again = self.job, self.again
        options = await options_of(job, self.service, custom_fields)
        sheet = fit(job, self.table, custom_fields, options, ahead=True)
        job.hooks.notify(Event("mapped", {"columns": describe(sheet.mapping, sheet.table.nothing)}))
        if again is not None and again.stands(sheet, believed=believed):
            self.begin(sheet)
        else:
            sheet = await self._read(sheet)
        warn_of_idle_rules(job, sheet)
        return sheet

    async def _read(self, sheet: PreparedSheet) -> PreparedSheet:
        job, journal = self.job, self.journal
        wanted = job.settings.created_by or ""
        asked = wanted or any(one.target and one.target.field == "created_by" for one in sheet.mapping.mapped)
        people = await users(self.service.api, self.service.retry) if asked else {}
        sheet = stage(job, sheet, journal, self.begin, people, _creator(wanted, people))
        if self.again is not None:
            self.again.staged()
        warn_of_changed_ids(job, sheet.mapping, journal)
        return sheet


def _creator(wanted: str, people: Mapping[str, str]) -> str:
    """The user id of `--created-by`, which may be an email address.

    Raises SettingsError where it is no user of the workspace.
    """
    if not wanted or wanted in people.values():
        return wanted
    if found := people.get(wanted.casefold()):
        return found
    known = ", ".join(sorted(people)[:5]) or "none"
    message = f"--created-by: {wanted!r} is no user of this workspace (some that are: {known})."
    raise SettingsError(message, "Give the email address or id (US...) of one of its users.")
