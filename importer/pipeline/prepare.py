"""From an opened sheet to rows in the journal: the first half of `run`, `plan` and `verify`, before any decision."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from importer.api.workspace import users
from importer.errors import SettingsError
from importer.model import Event, Problem, Severity
from importer.pipeline.outputs.edited_files import questions_of_rejects
from importer.pipeline.reading.asked_people import answerable, answers_for_all, in_bulk, proposal
from importer.pipeline.reading.column_evidence import facts_of_last_decisions
from importer.pipeline.reading.column_lines import describe
from importer.pipeline.reading.draft_options import draft_options
from importer.pipeline.reading.left_out_rows import left_out_contacts
from importer.pipeline.reading.match_rules import warn_of_idle_rules
from importer.pipeline.reading.questions import SheetQuestions, with_questions
from importer.pipeline.reading.recognition import has_id_column, is_rejects_file, recognise_people
from importer.pipeline.reading.select_options import options_of
from importer.pipeline.reading.sheet import fit, record_with_sheet
from importer.pipeline.reading.staging import stage_rows
from importer.pipeline.workspace.asked_contacts import names_of_candidates
from importer.pipeline.workspace.custom_fields import fields_of, kept_fields
from importer.pipeline.workspace.joined_contacts import read_joined_contacts
from importer.pipeline.workspace.kept_contacts import follow_joins
from importer.pipeline.workspace.key_check import check_key
from importer.pipeline.workspace.missing_contacts import look_for_missing, retyped_fields
from importer.pipeline.workspace.own_numbers import numbers_for
from importer.pipeline.workspace.source_contacts import SMALL_SHEET, as_same_sheet, read_source_contacts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from importer.identity.people import ContactFacts
    from importer.model import CustomField
    from importer.pipeline.job import Hooks
    from importer.pipeline.reading.asked_people import AskedRow, PeopleAnswers
    from importer.pipeline.reading.fingerprint import SheetFingerprint
    from importer.pipeline.reading.people_stager import PeopleStager
    from importer.pipeline.reading.recognised_people import RecognisedPeople
    from importer.pipeline.reading.sheet import PreparedSheet
    from importer.pipeline.run_context import ConnectedRun

    Stage: TypeAlias = Callable[[], tuple[PreparedSheet, PeopleStager]]


class PreparedRows(NamedTuple):
    """The rows of a sheet in the journal: with which settings and questions, how read, and whose they are."""

    context: ConnectedRun
    sheet: PreparedSheet
    people: RecognisedPeople | None


async def prepare_rows(
    context: ConnectedRun, fingerprint: SheetFingerprint | None = None, *, ask: bool = True
) -> PreparedRows:
    """Take the person's answers, map the columns, and stage every row in the journal.

    With a `fingerprint`, a sheet that is unchanged since the last finished run is not read again, and nothing new is
    known of its people (None). `ask`: raise the questions of the sheet. Raises CannotStart or Stopped; nothing has been
    sent then.
    """
    await follow_joins(context.job, context.connection, context.journal)
    believed = _remembered_fields(context)
    retyped = await _retyped(context, believed)
    if retyped:
        # The answer to the look shows it, so that no other request is needed while all is as it was.
        believed = None
        context.job.hooks.warn(retyped)
    if believed is not None:
        rows = await _read_rows(context, believed, fingerprint, ask=ask, is_believed=True)
        if not context.journal.to_send():
            context.say_changed_columns(rows.sheet)
            return rows
        # Something is to be sent, so the workspace is asked after all (which also proves the key). If its custom fields
        # are not those that were remembered, the sheet is read again with them.
        context = rows.context
    custom_fields = await fields_of(context.job, context.connection)
    # As the first request it also proves the key.
    await check_key(context.job, context.journal, context.connection)
    if believed is not None and custom_fields == believed:
        context.say_changed_columns(rows.sheet)
        return rows
    return await _read_rows(context, custom_fields, fingerprint, ask=ask, retyped=retyped)


async def _read_rows(
    context: ConnectedRun,
    custom_fields: tuple[CustomField, ...],
    fingerprint: SheetFingerprint | None,
    *,
    ask: bool,
    is_believed: bool = False,
    retyped: str = "",
) -> PreparedRows:
    """Read the sheet with these custom fields, up to whose each row is.

    `is_believed`: the fields are those of an earlier run. `retyped`: what is said of fields that have another type now.
    """
    journal = context.journal
    columns = None
    if ask:
        asking = SheetQuestions(context.table, custom_fields)
        # The workspace is not asked as long as what it answered last is believed, and nothing is to be sent.
        own_numbers = () if is_believed else await numbers_for(asking.raised(context.job), context.connection)
        asked = asking.settled(context.job, own_numbers)
        context, columns = context.answered(asked.job, asked.questions), asked.columns
    job = context.job
    options = await options_of(job, context.connection, custom_fields)
    sheet = with_questions(fit(job, context.table, custom_fields, options, columns, profile=False), context.questions)
    job.hooks.notify(Event("mapped", {"columns": describe(sheet.mapping, sheet.without_field)}))
    # Fields that are only believed may be others, and then the sheet is read again.
    if not is_believed:
        context.say_changed_columns(sheet)

    people = None
    if fingerprint is not None and (previous := fingerprint.unchanged_since(job, sheet, believed=is_believed)):
        journal.enter(record_with_sheet(context.record, sheet, **facts_of_last_decisions(context.earlier_runs)))
        context.statistics.recall(context.table, previous.phones)
    else:
        user_ids, created_by = await _users(context, sheet)
        drafting = draft_options(job, sheet, user_ids, created_by)
        sheet = context.as_whole_sheet(sheet)
        with journal.keeping_pages():
            stage = partial(
                stage_rows, job, sheet, journal, context.record, context.statistics, drafting, context.doubts
            )
            sheet, stager = stage()
            people = await _recognise(context, sheet, stager, stage)
        if warning := left_out_contacts(job, people):
            journal.add_problems([Problem(None, None, "", "left-out-contacts", Severity.WARNING, warning)])
            if ask:
                job.hooks.warn(warning)
        if fingerprint is not None:
            fingerprint.note_staged()
        if retyped:
            # After what is noted of the sheet itself, since the next run need not say it again.
            journal.add_problems([Problem(None, None, "", "field-retyped", Severity.WARNING, retyped)])
    warn_of_idle_rules(job, sheet)
    return PreparedRows(context, sheet, people)


async def _retyped(context: ConnectedRun, remembered: Sequence[CustomField] | None) -> str:
    """Look for contacts that were deleted; say which remembered custom fields have another type there, "" for none."""
    journal = context.journal
    # Rows that are read again one by one (`--no-trust-journal`) need no look for contacts that were deleted in the
    # workspace, nor does a run of rejects, which is about its own rows alone.
    if not (context.job.settings.trust_journal and not context.record.is_part and journal.key_matches):
        return ""
    types = await look_for_missing(context.job, context.connection, journal)
    retyped = retyped_fields(types, remembered) if remembered is not None else []
    if not retyped:
        return ""
    return (
        f"Custom fields have another type in the workspace than before ({', '.join(retyped)}), so the sheet was "
        "read again. Look at the values of their columns."
    )


async def _recognise(
    context: ConnectedRun, sheet: PreparedSheet, stager: PeopleStager, stage: Stage
) -> RecognisedPeople:
    """Find out whose the rows are; if some would be new people, also among contacts that the folder does not know.

    `stage`: stages all rows again, with what the journal has learned since.
    """
    job, journal = context.job, context.journal
    if context.record.is_part:
        journal.recall_questions(questions_of_rejects(job.out))
    recognise = partial(
        recognise_people,
        journal,
        stager=stager,
        policy=sheet.policy,
        id_column=has_id_column(sheet.mapping),
        accept_new=job.settings.accept_new_rows,
        same_person=job.settings.same_person or "",
        trusting=job.settings.trust_journal,
    )
    people = recognise()
    # Rows that are other contacts from then on: a later look no longer finds what they were before.
    given_up: list[str] = []
    outside: list[ContactFacts] = []
    without_id: dict[str, str] = {}
    # An answer in the rejects may name a contact of the workspace.
    if journal.count_rows_without_contact() or (is_rejects_file(sheet.mapping) and journal.names_unknown_contact()):
        if context.record.is_import:
            patience_seconds = job.settings.wait_for_service * 60
            await context.connection.take_source(journal, partial(_note_wait, job.hooks), patience_seconds)
        unproven = journal.unproven_ids()
        outside = await read_source_contacts(job, context.connection, journal, unproven)
        recognise = partial(recognise, unproven=unproven)
        joined, without_id = await read_joined_contacts(job, context.connection, journal)
        outside += joined
    journal.note_source_read("" if outside else job.settings.source)
    if outside:
        rows = sum(journal.counts().values())
        is_same_sheet = rows <= SMALL_SHEET
        if not is_same_sheet:
            people = recognise(outside=outside, before=people)
            # A quarter of the rows found: it is the same sheet from elsewhere, and a name alone is worth a question.
            given_up += people.given_up
            ids = {contact.external_id for contact in outside}
            is_same_sheet = sum(external_id in ids for external_id in people.learned) * 4 >= rows
        if is_same_sheet:
            outside = as_same_sheet(outside)
            people = recognise(outside=outside, before=people)
    given_up += people.given_up

    # A person who is asked sees both sides.
    if people.asked_rows and (names := await names_of_candidates(job, context.connection, journal, people.candidates)):
        journal.contact_names = names
        people = recognise(outside=outside, before=people)
    people = _with_answers(context, people, partial(recognise, outside=outside), stage)
    people = replace(people, given_up=list(dict.fromkeys([*people.given_up, *given_up])))
    # A lookup by external id would not find them, and the row would be made again.
    journal.kept.learn({made_with: kept for made_with, kept in without_id.items() if made_with in people.learned})
    return people


def _with_answers(
    context: ConnectedRun,
    people: RecognisedPeople,
    look: Callable[..., RecognisedPeople],
    stage: Stage,
) -> RecognisedPeople:
    """Ask who the rows are, and look again at all of them with what was answered."""
    answers = _ask_people(context.job.hooks, people.asked_rows)
    if answers is None:
        return people
    # That a row is a second row of a person counts only where it was asked; a run keeps that before it writes.
    context.journal.recall_questions({kind: marks for kind, marks in people.questions.items() if kind != "asked"})
    if not context.record.is_part and answers.joins(people.asked_rows):
        # Rows that are as they were have been stored without their contacts, which others are joined with now.
        _, stager = stage()
        look = partial(look, stager=stager)
    same_person = answers.same_person or context.job.settings.same_person or ""
    return look(before=people, said=answers.said, same_person=same_person)


def _note_wait(hooks: Hooks, signs: int, process: str) -> None:
    """Say whom the run waits for, and later that it still does: a fleet ends a lane that is silent."""
    if not signs:
        holder = f" (process {process})" if process else ""
        hooks.note(
            f"Another import{holder} is making new contacts in this workspace. Waiting until it has finished, so that "
            "no contact is made twice; Ctrl-C stops the wait, and nothing has been sent then.",
            # A fleet shows no other notes of its lanes.
            warning=True,
        )
    hooks.notify(Event("surveying", {"contacts": 0}))


def _ask_people(hooks: Hooks, rows: Sequence[AskedRow]) -> PeopleAnswers | None:
    """Ask who the rows are: one by one, or all at once."""
    if hooks.settle_people is not None:
        asked_rows = answerable(rows)
        return hooks.settle_people(asked_rows) if asked_rows else None
    asked_rows = in_bulk(rows)
    if not asked_rows or hooks.ask_people is None:
        return None
    return answers_for_all(asked_rows, hooks.ask_people(asked_rows, proposal(asked_rows)))


def _remembered_fields(context: ConnectedRun) -> tuple[CustomField, ...] | None:
    """The custom fields as last answered, if the journal knows its contacts; None if they are to be asked for.

    So a sheet with nothing new costs no request.
    """
    settings, journal = context.job.settings, context.journal
    knows_contacts = journal.key_matches and bool(journal.probe_ids(1))
    if not knows_contacts or not settings.trust_journal or settings.fields is not None:
        return None
    return kept_fields(context.job, context.connection)


async def _users(context: ConnectedRun, sheet: PreparedSheet) -> tuple[Mapping[str, str], str]:
    """The users of the workspace (id by email), if contacts name their creator, and the id of `--created-by`.

    Raises SettingsError if `--created-by` is not a user of the workspace.
    """
    created_by = context.job.settings.created_by or ""
    has_column = any(column.target and column.target.field == "created_by" for column in sheet.mapping.mapped)
    if not created_by and not has_column:
        return {}, ""
    people = await users(context.connection.api, context.connection.retry)
    if not created_by or created_by in people.values():
        return people, created_by
    if user_id := people.get(created_by.casefold()):
        return people, user_id
    examples = ", ".join(sorted(people)[:5]) or "none"
    message = f"--created-by: {created_by!r} is not a user of this workspace (some that are: {examples})."
    raise SettingsError(message, "Give the email address or id (US...) of one of its users.")
