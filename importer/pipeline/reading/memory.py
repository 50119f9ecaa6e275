"""How a folder's sheet is read, kept in its journal: what was given to a run holds for every later command."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from importer.delivery.journal import stored_reading
from importer.delivery.journal.presence import has_journal
from importer.errors import SettingsError
from importer.model.folder_names import MAPPING_FILE
from importer.pipeline.job import sheet_identity
from importer.settings.layers import Layers
from importer.settings.load import load
from importer.settings.memory import ReadingMemory
from importer.settings.model import OPTIONS, READING, TABLES, names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.delivery.journal import Journal
    from importer.delivery.journal_place import JournalPlace
    from importer.pipeline.job import Job
    from importer.settings.model import Settings

MOST_FILES = 20
_ONE_FILE = frozenset(name for name, option in OPTIONS.items() if option.one_file)


def memory_of(journal: JournalPlace, file: str) -> ReadingMemory | None:
    """Return what the folder of a journal remembers for FILE. Raises JournalError if the journal cannot be read."""
    if not has_journal(journal):
        return None
    memory = ReadingMemory.parse(stored_reading(journal))
    return memory.about(sheet_identity(file)) if memory else None


def remember(job: Job, journal: Journal, date: str) -> None:
    """Keep what was given to this run about reading its sheet; what `mapping.toml` says is kept by that file."""
    settings, saved = job.settings, job.out / MAPPING_FILE
    values = settings.model_dump(mode="json", include=set(READING))
    values |= {"map": dict(values["map"])}

    origins = settings.origins

    def is_given(*path: str) -> bool:
        origin = origins.get(path, origins.get(path[:1]))
        # Settings that a program made by itself know no origins.
        return path[0] in settings.model_fields_set if origin is None else origin.what != str(saved)

    chosen: dict[str, Any] = {}
    for name in READING:
        if name in TABLES:
            if entries := {key: entry for key, entry in values[name].items() if is_given(name, key)}:
                chosen[name] = entries
        elif is_given(name):
            chosen[name] = values[name]

    file, former = job.identity, ReadingMemory.parse(journal.reading)
    own = {name: value for name, value in chosen.items() if name in _ONE_FILE}
    of_files = {
        name_of_file: options
        for name_of_file, options in (former.of_files if former else {}).items()
        if name_of_file != file
    }
    # A sheet that has another name every night must not make this longer without end.
    of_files = dict(list((of_files | ({file: own} if own else {})).items())[-MOST_FILES:])
    layers = Layers()
    if saved.is_file():
        layers.add_file(saved, names(), TABLES)
    held = {name: value for name, value in layers.values.items() if name in READING}
    whole = {name: value for name, value in chosen.items() if name not in _ONE_FILE}
    journal.remember_reading(ReadingMemory(date, whole, of_files, held).text)


def notes(memory: ReadingMemory, settings: Settings) -> Iterator[str]:
    """Say in a line what is used because it was remembered, and in another what is not as it was."""
    names_used = []
    for name in READING:
        paths = [(name, key) for key in dict(getattr(settings, name))] if name in TABLES else [(name,)]
        if any(origin is not None and origin.remembered for origin in (settings.origin(*path) for path in paths)):
            names_used.append(name)
    if names_used:
        words = ", ".join(name.replace("_", " ") for name in names_used)
        yield f"As in the run of {memory.date}: {words} (openphone-import config shows the values)."
    with suppress(SettingsError):
        former = load({}, {}, memory=memory.before(TABLES))
        differences = [line for name in READING for line in _differences(name, former, settings)]
        if differences:
            yield f"Different from the run of {memory.date}: {'; '.join(differences)}."


def recalled(job: Job) -> Job:
    """Return the job of a program with what its folder remembers, where the program does not say otherwise."""
    settings = job.settings
    memory = memory_of(job.journal, job.file)
    if memory is None:
        return job
    chosen = settings.model_dump(mode="json", include=settings.model_fields_set & set(READING))
    if "map" in chosen:
        chosen["map"] = tuple((column, field) for column, field in chosen["map"])
    reading = load(chosen, {}, memory=memory.without(settings.forget))
    for line in notes(memory, reading):
        job.hooks.note(line)
    return replace(job, settings=settings.with_reading(reading))


def _differences(name: str, former: Settings, settings: Settings) -> Iterator[str]:
    before, now = getattr(former, name), getattr(settings, name)
    words = name.replace("_", " ")
    if name not in TABLES:
        if before != now:
            yield f"{words}: {_shown(now)} (was {_shown(before)})"
        return
    before, now = dict(before), dict(now)
    for key in dict.fromkeys((*now, *before)):
        if before.get(key) != now.get(key):
            yield f"{words} {key}: {_shown(now.get(key))} (was {_shown(before.get(key))})"


def _shown(value: object) -> str:
    if value is None or value == ():
        return "not given"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return " and ".join(map(str, value))
    return str(value) if isinstance(value, str | int) else "computed"
