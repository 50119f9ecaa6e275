"""`forget`: a person is removed from the journal, the outputs and the logs of a folder; nothing is sent."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from importer.clean.phone.libphonenumber import read
from importer.delivery.journal import Journal
from importer.delivery.journal.forgetting import ForgettingJournal, PersonTraces
from importer.delivery.journal.read_only import open_read_only
from importer.delivery.journal_place import journal_of
from importer.disk import MOST_TABLE_BYTES, is_too_large
from importer.errors import SettingsError
from importer.folder_lock import folder_locked
from importer.model.folder_names import CORRECTIONS_FILE, MAPPING_FILE
from importer.pipeline.outputs.edited_files import forget_questions, remember_checksum, was_edited
from importer.pipeline.outputs.folder import EXPORTS, OUTPUTS
from importer.pipeline.reading.corrections import cells_name
from importer.pipeline.reading.memory import memory_of
from importer.pipeline.telemetry.log import LOG
from importer.regex import regex
from importer.report.forgetting import (
    LOG_ENDING,
    TABLE_ENDINGS,
    ForgetReport,
    ForgottenPerson,
    forget_in_log,
    forget_in_table,
    is_same_number,
)
from importer.report.mask import masked
from importer.settings.load import load
from importer.spreadsheet.rejects.forgetting import forget_in_workbook
from importer.text import counted

if TYPE_CHECKING:
    from collections.abc import Callable

# The folder may hold files of the person's own, so only those with a name of ours are touched; what a run keeps has a
# mark in its name (`rejects.edited.csv`).
_MARK = r"\.(?:\d{8}-\d{6}-[0-9a-f]{4}|edited|former|\d)(?:-\d+)?"
_OURS = regex(
    "|".join(
        [rf"{Path(name).stem}(?:{_MARK})*\{Path(name).suffix}" for name in (*OUTPUTS, CORRECTIONS_FILE, LOG)]
        + [re.escape(name) for name in EXPORTS.values()]
    )
)
_REMADE = frozenset({".html", ".json", ".vcf"})
_FIGURES = "summary"
_READ = TABLE_ENDINGS | {".xlsx"}
# The tables of an earlier run of the folder have its id in their name, and may be about another sheet.
_OF_ANOTHER_RUN = regex(r"\.\d{8}-\d{6}-[0-9a-f]{4}")
_LONGEST_ROW = 7


def forget(
    folder: Path, person: str, region: str | None, agree: Callable[[str], bool] | None = None
) -> ForgetReport | None:
    """Remove a person, named by a phone, an email, a row of the latest sheet or a contact id, from a folder of results.

    `agree` is called with what is about to be removed; None is returned if it says no. Raises SettingsError if nothing
    or more than one person is found, or JournalError.
    """
    path = journal_of(folder)
    with open_read_only(path) as reading:
        address = reading.address
    with Journal.open(path, address, "") as journal:
        if not region:
            # The country of numbers without a code, as the folder remembers it or its `mapping.toml` says.
            saved = folder / MAPPING_FILE
            region = load({}, {}, saved=saved if saved.is_file() else None, memory=memory_of(path, "")).region
        person_to_forget = _Wanted(person, region, journal.forgetting.external_id_of(person.strip()))
        traces = person_to_forget.traces(journal.forgetting, folder)
        if not (traces.external_ids or traces.rows) and not person_to_forget.is_point:
            raise SettingsError(f"{folder} has no row {person}.", "Give the row's number as id_map.csv has it.")
        forgotten = ForgottenPerson(
            frozenset(map(str, traces.rows)),
            frozenset(filter(None, (*traces.external_ids, *traces.contact_ids))),
            frozenset(map(cells_name, traces.cells)),
            frozenset(text.casefold() for text in (*traces.texts, *person_to_forget.texts)),
            frozenset(person_to_forget.numbers | {_digits(text) for text in traces.texts if text.startswith("+")}),
        )
        rows = f"row {', '.join(map(str, traces.rows))}" if traces.rows else "no row of the latest sheet"
        contacts = ", ".join(traces.contact_ids) or "no contact"
        if agree is not None and not agree(f"{masked(person)} is {rows} and {contacts}."):
            return None
        texts = [*traces.texts, *person_to_forget.texts, *person_to_forget.quoted]
        # The files first: only the journal tells whose row or contact id it is, when the same is asked for once more.
        with journal.forgetting.forget(traces, texts) as entries:
            report = ForgetReport(entries, traces.contact_ids, address)
            _forget_in_files(folder, forgotten, report)
    if not (report.entries or report.changed):
        raise SettingsError(
            f"Nothing in {folder} is about {masked(person)}.",
            "Check how it is written (a number with its country code, as +1...), or give the number of the row.",
        )
    return report


class _Wanted:
    """What the person typed: a phone or an email, a row, or the id of a contact whose external id is `external_id`."""

    def __init__(self, person: str, region: str | None, external_id: str | None) -> None:
        text = person.strip()
        self._row, self._kind, self._value = None, "", ""
        self._external_id: str | None = None
        if "@" in text:
            self._kind, self._value = "email", text.casefold()
        elif text.isascii() and text.isdigit() and len(text) <= _LONGEST_ROW:
            self._row = int(text)
        elif external_id is not None:
            self._external_id = external_id
        else:
            number = read(text, region)
            if number is None:
                raise SettingsError(
                    f"{masked(text)} is not a phone number, an email address, the number of a row or a contact id.",
                    "Write a phone with its country code (+1...), or give --region CC.",
                )
            self._kind, self._value = "phone", number.e164

    @property
    def is_point(self) -> bool:
        return bool(self._kind)

    @property
    def texts(self) -> list[str]:
        return [self._value] if self._kind else []

    @property
    def quoted(self) -> list[str]:
        """How messages may quote it."""
        return [self._value.upper()] if self._kind == "email" else []

    @property
    def numbers(self) -> set[str]:
        return {_digits(self._value)} if self._kind == "phone" else set()

    def traces(self, journal: ForgettingJournal, folder: Path) -> PersonTraces:
        if self._external_id is not None:
            return journal.traces([self._external_id], [])
        if self._row is not None:
            external_id = journal.external_id_at(self._row)
            if external_id is None:
                return PersonTraces()
            return journal.traces([external_id] if external_id else [], [self._row])
        ids = journal.external_ids_with(self._kind, self._value)
        if len(ids) > 1:
            traces = journal.traces(ids, [])
            rows = f"; in rows {', '.join(map(str, traces.rows))}" if traces.rows else ""
            raise SettingsError(
                f"{counted(len(ids), 'contact')} of {folder} have this {self._kind}: "
                f"{', '.join(traces.contact_ids) or 'none of them is in the workspace'}{rows}.",
                "Give the id of the contact or the number of the row in place of it, one person after the other.",
            )
        handed_back = [row for row, cells in journal.handed_back() if any(map(self._is_in, cells))]
        traces = journal.traces(ids, handed_back)
        joined = journal.joined_with(self._value)
        return replace(traces, contact_ids=tuple(dict.fromkeys((*traces.contact_ids, *joined))))

    def _is_in(self, cell: str) -> bool:
        if self._kind == "email":
            return self._value in cell.casefold()
        return is_same_number(_digits(cell), _digits(self._value))


def _forget_in_files(folder: Path, person: ForgottenPerson, report: ForgetReport) -> None:
    """Remove a person from the files of a folder. Raises DiskFailed."""
    named = [file for file in sorted(folder.iterdir()) if _OURS.fullmatch(file.name) and not file.is_symlink()]
    # A folder or a pipe of such a name is nothing that this program wrote.
    files = [file for file in named if file.is_file()]
    report.kept.extend(file.name for file in named if file not in files)
    for file in files:
        _forget_in_file(file, person, report)
    with folder_locked(folder, insists=False):
        forget_questions(folder, person.ids)
    if report.entries or report.changed:
        for file in files:
            # Pages, plans and cards are made again by the next command; a summary holds figures alone.
            if file.suffix in _REMADE and file.name not in report.kept and not file.name.startswith(_FIGURES):
                file.unlink()
                report.removed.append(file.name)


def _forget_in_file(file: Path, person: ForgottenPerson, report: ForgetReport) -> None:
    ending = file.suffix.lower()
    was_own = not was_edited(file)
    if file.name in EXPORTS.values() and not was_own:
        report.kept.append(file.name)
        return
    lines = 0
    latest = _OF_ANOTHER_RUN.search(file.name) is None
    if ending in _READ and is_too_large(file, MOST_TABLE_BYTES):
        report.kept.append(file.name)
        return
    try:
        if ending in TABLE_ENDINGS:
            lines = forget_in_table(file, person, latest=latest)
        elif ending == LOG_ENDING:
            lines = forget_in_log(file, person)
        elif ending == ".xlsx":
            lines = forget_in_workbook(file, person.rows if latest else frozenset(), person.ids, person.is_in)
    except (OSError, ValueError, csv.Error, RecursionError):
        # What cannot be read was not written here; the other files are gone through all the same.
        report.kept.append(file.name)
        return
    if lines:
        report.changed[file.name] = lines
        if was_own:
            # Still as this program wrote it, so that the next run may replace it.
            with folder_locked(file.parent, insists=False):
                remember_checksum(file)


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))
