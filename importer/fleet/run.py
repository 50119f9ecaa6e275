"""A fleet on one machine: every sheet into its workspace, each by the plain command in a lane of its own."""

from __future__ import annotations

import os
import secrets
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from importer.disk import make_folder, refuse_link, replacing_text, write_json
from importer.errors import FINISHED, CannotStart, Interrupted, OutputError, SettingsError
from importer.fleet.crew import Crew
from importer.fleet.database import refuse_namesake, with_journals
from importer.fleet.file import correct_step
from importer.fleet.keys import shared_keys
from importer.fleet.lane_result import lane_task, workspace_result
from importer.fleet.publish import check_publishing, published
from importer.model import Event
from importer.report.fleet import FleetClosing, FleetSummary, WorkspaceResult
from importer.report.html import fleet as fleet_page
from importer.report.html.render import pieces
from importer.report.summary import Summary
from importer.settings.api_key import load_key
from importer.shell import shell_quote
from importer.version import PROGRAM, program_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Literal

    from importer.fleet.lane import LaneCommand
    from importer.fleet.workspace import Fleet, FleetWorkspace

SUMMARY, PAGE = "fleet.json", "fleet.html"
LANES_A_PROCESSOR = 4


@dataclass(frozen=True, slots=True)
class FleetOrder:
    """What to do with a fleet, and where its events go.

    `notify` gets the name of a workspace ("" for all) and an event of its run; the event `workspace-started` has no
    facts, and `workspace-ended` those of the result. `stop_requests` counts how often an end was asked for. `again` is
    the command as it was typed.
    """

    command: LaneCommand
    again: str
    lanes: int = 0
    notify: Callable[[str, Event], None] = lambda _name, _event: None
    stop_requests: Callable[[], int] = lambda: 0

    def lanes_for(self, tasks: int) -> int:
        """How many lanes to run: as many as were asked for, or four for each processor."""
        return max(1, min(self.lanes or LANES_A_PROCESSOR * (os.cpu_count() or 1), tasks))


@dataclass(frozen=True, slots=True)
class FleetReport:
    """How a fleet ended, and what its last lines need."""

    summary: FleetSummary
    closing: FleetClosing


def run_fleet(fleet: Fleet, order: FleetOrder, environment: Mapping[str, str]) -> FleetReport:
    """Import every sheet of a fleet; a workspace that fails stops no other one.

    Writes `fleet.json` and `fleet.html`. Raises CannotStart if the fleet cannot begin, DiskFailed for those two files.
    """
    keys = shared_keys(fleet, environment)
    fleet = with_journals(fleet, environment)
    check_publishing(fleet.workspaces[0].published_to)
    _make_results(fleet)
    with _alone(fleet):
        summary = _carried_out(fleet, order, environment, keys, "run")
        closing = FleetClosing(fleet.folder, (SUMMARY, PAGE), order.again, order.again)
        write_json(fleet.folder / SUMMARY, summary.as_dict())
        with replacing_text(fleet.folder / PAGE) as stream:
            stream.writelines(pieces(fleet_page.page(summary, closing, program_version())))
        return FleetReport(summary, closing)


def check_fleet(
    fleet: Fleet,
    order: FleetOrder,
    environment: Mapping[str, str],
    mistakes: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> FleetReport:
    """Check every sheet, mapping and key of a fleet; nothing is sent. Raises CannotStart.

    `mistakes` of the file, by the name of the workspace, stand beside what is found besides: each is checked as far as
    it is right, so that a person corrects the file once.
    """
    refuse_namesake(fleet, environment)
    _make_results(fleet)
    right, wrong = [], {}
    for workspace in fleet.workspaces:
        without, texts = workspace.without_mistakes()
        right.append(without)
        # Mistakes in its mapping are added to those of the file; mistakes in the defaults are reported once.
        texts_of_workspace = dict.fromkeys((*mistakes.get(workspace.name, ()), *texts))
        wrong[workspace.name] = [text for text in texts_of_workspace if text not in mistakes.get("", ())]
    fleet = replace(fleet, workspaces=tuple(right))
    # Mistakes of no workspace that can be checked belong to the file.
    general = [text for name in {"", *mistakes} - {sound.name for sound in right} for text in mistakes.get(name, ())]
    keys = {sound.name: sound.name for sound in right}
    try:
        keys = shared_keys(fleet, environment)
    except SettingsError as error:
        general.append(error.message)
    summary = _carried_out(fleet, order, environment, keys, "check")
    results = tuple(
        _with_mistakes(fleet, workspace, result, wrong[workspace.name])
        if wrong[workspace.name]
        else _with_key_checked(workspace, result, environment)
        for workspace, result in zip(fleet.workspaces, summary.workspaces, strict=True)
    )
    imports = f"{PROGRAM} fleet run {shell_quote(str(fleet.file))}"
    summary = replace(summary, workspaces=results, mistakes=tuple(general))
    return FleetReport(summary, FleetClosing(fleet.folder, (), order.again, imports))


def _make_results(fleet: Fleet) -> None:
    try:
        make_folder(fleet.folder)
    except OutputError as error:
        step = f"Name another folder with results = in {fleet.file}, or make this one writable."
        raise OutputError(error.message, step) from error


@contextmanager
def _alone(fleet: Fleet) -> Iterator[None]:
    """Hold the folder of the results while its fleet runs: two at once would write the same files."""
    path = fleet.folder / f".{SUMMARY}.lock"
    refuse_link(path)
    lock = FileLock(path, mode=0o600, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise OutputError(
            f"Another run of a fleet is at work in {fleet.folder}.", "Wait until it has ended, or stop it."
        ) from None
    try:
        yield
    finally:
        lock.release()


def _carried_out(
    fleet: Fleet,
    order: FleetOrder,
    environment: Mapping[str, str],
    keys: Mapping[str, str],
    command: Literal["run", "check"],
) -> FleetSummary:
    """Run a command for each workspace and return how all ended, in the order of the file."""
    begun, started = datetime.now(UTC), time.monotonic()
    tasks = [lane_task(fleet, workspace, keys[workspace.name], environment, command) for workspace in fleet.workspaces]
    workspaces = {workspace.name: workspace for workspace in fleet.workspaces}
    crew = Crew(order.command, order.lanes_for(len(tasks)), order.notify, order.stop_requests)
    results: dict[str, WorkspaceResult] = {}
    for end in crew.run(tasks):
        result = workspace_result(workspaces[end.name], end, order.again, command)
        if command == "run":
            result = published(workspaces[end.name], result)
        results[end.name] = result
        words = f"{end.name}: {result.result(checked=command == 'check')}"
        facts = {"text": words, "warning": result.exit_code != 0, **result.as_dict()}
        order.notify(end.name, Event("workspace-ended", facts))
    return FleetSummary(
        f"{begun:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}",
        str(fleet.file),
        begun.isoformat(timespec="seconds"),
        round(time.monotonic() - started, 3),
        tuple(results[workspace.name] for workspace in fleet.workspaces),
        checked=command == "check",
    )


def _with_mistakes(
    fleet: Fleet, workspace: FleetWorkspace, result: WorkspaceResult, mistakes: Sequence[str]
) -> WorkspaceResult:
    """The result of a check with the mistakes of the file, which the check has left out."""
    problems = () if result.exit_code in FINISHED else (result.problem,)
    # With these mistakes its rows were not read as they will be.
    summary = Summary("", workspace.sheet, None, {}, seconds=result.summary.seconds, exit_code=CannotStart.exit_code)
    step = correct_step(fleet.file)
    return replace(result, summary=summary, problem=" ".join((*mistakes, *problems)), next_step=step)


def _with_key_checked(
    workspace: FleetWorkspace, result: WorkspaceResult, environment: Mapping[str, str]
) -> WorkspaceResult:
    """The result of a check with what is wrong with the key, which the check of a sheet does without."""
    try:
        load_key(workspace.settings(environment), environment)
    except CannotStart as error:
        if result.exit_code in FINISHED:
            summary = replace(result.summary, exit_code=error.exit_code)
            return replace(result, summary=summary, problem=error.message, next_step=error.next_step)
    return result


def stopped_by(report: FleetReport, stop_requests: int) -> Interrupted | None:
    """Return why a fleet that was asked to stop has ended early; None if it was done all the same."""
    if not stop_requests or report.summary.exit_code in FINISHED:
        return None
    return Interrupted(next_step=f"Go on with: {report.closing.again}; nothing is done twice.")
