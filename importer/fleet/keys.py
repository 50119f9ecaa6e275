"""The keys of a fleet: which workspaces share one, so that they take turns, and what two of those may not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.errors import CannotStart, SettingsError
from importer.settings.api_key import load_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from importer.fleet.workspace import Fleet, FleetWorkspace
    from importer.settings.model import Settings


def shared_keys(fleet: Fleet, environment: Mapping[str, str]) -> dict[str, str]:
    """Return by the name of each workspace the name of the first one with the same key.

    A workspace whose key or mapping cannot be read has one to itself: its own run says why. Raises SettingsError for
    two sheets that would make a contact twice in one workspace.
    """
    firsts: dict[tuple[str, str], tuple[FleetWorkspace, Settings]] = {}
    sheets: dict[tuple[str, str, str], FleetWorkspace] = {}
    shared: dict[str, str] = {}
    mistakes: list[str] = []
    for workspace in fleet.workspaces:
        shared[workspace.name] = workspace.name
        try:
            settings = workspace.settings(environment)
            key = load_key(settings, environment).get_secret_value()
        except CannotStart:
            continue
        if settings.sandbox:
            continue
        owner = (settings.base_url, key)
        first, of_first = firsts.setdefault(owner, (workspace, settings))
        shared[workspace.name] = first.name
        # The id under which a person is sent is made with the source, so two sources would make two contacts.
        if of_first.source != settings.source:
            mistakes.append(
                f"{workspace.place}: {workspace.name!r} has the same key as {first.name!r} (line {first.line}), but "
                f"another source ({settings.source!r}, not {of_first.source!r}), so a person in both sheets would "
                "become two contacts."
            )
        twin = sheets.setdefault((*owner, workspace.sheet), workspace)
        if twin is not workspace:
            mistakes.append(
                f"{workspace.place}: {workspace.name!r} imports {workspace.sheet} with the same key as {twin.name!r} "
                f"(line {twin.line}), into the same workspace."
            )
    if mistakes:
        raise SettingsError(
            " ".join(mistakes),
            f"Correct {fleet.file}: give workspaces with one key the same source and sheets of their own (id-prefix "
            "keeps their ids apart), or correct the key of one of them.",
        )
    return shared
