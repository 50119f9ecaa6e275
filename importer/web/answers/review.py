"""What will be done, before anything is written; and the import itself."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any

from importer import library
from importer.disk import open_file
from importer.errors import SettingsError
from importer.model import Status
from importer.pipeline.plan import PLAN_FILE
from importer.pipeline.reading.phone_problems import UNSEEN_RULES
from importer.plan.plan_file import read_rows
from importer.plan.policy import OnMatch
from importer.report.plan import rough_duration
from importer.web.answers.workspace import account_facts
from importer.web.names import row_names
from importer.web.words import count_facts, page_step

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from importer.pipeline.job import Hooks, Report
    from importer.web.call import Call
    from importer.web.sheets import SheetImport

MOST_WITHOUT_NAME = 500
"""Up to so many new contacts in an empty workspace need no name to be typed."""
MOST_CHANGES = 50


def plan(call: Call) -> dict[str, Any]:
    """Begin to find out what an import would do."""
    sheet = call.writing()
    sheet.plan = None
    sheet.session.tasks.forget(sheet.task_name)
    return sheet.start("plan", lambda hooks: _planned(sheet, hooks)).facts()


async def _planned(sheet: SheetImport, hooks: Hooks) -> dict[str, Any]:
    job = sheet.connected_job(hooks)
    stamp = sheet.stamp()
    sheet.people.asked = ()
    report = await library.plan_async(job)
    outlook = report.outlook
    names = row_names(sheet)
    changes: list[dict[str, Any]] = []
    differing, sent = 0, list[int]()
    with os.fdopen(open_file(sheet.out / PLAN_FILE), encoding="utf-8") as stream:
        for row in read_rows(stream):
            differing += row.status == Status.SKIPPED and bool(row.contact_id)
            if row.action in ("create", "update") and len(sent) < MOST_CHANGES:
                sent.append(row.row)
            if row.action == "update" and len(changes) < MOST_CHANGES:
                fields = [
                    {"field": change.field, "old": _text(change.old), "new": _text(change.new)}
                    for change in row.changes
                ]
                changes.append({"row": row.row, "name": names.get(row.row, ""), "fields": fields})
    # In a thread, since it asks the service in an event loop of its own.
    account = await asyncio.to_thread(account_facts, sheet.session, sheet.mode)
    exists = bool(account["has_contacts"] or outlook.update or report.report.summary.count(Status.UNCHANGED))
    must_type = not sheet.is_rehearsal and (exists or outlook.create > MOST_WITHOUT_NAME)
    summary = report.report.summary
    facts = {
        "create": outlook.create,
        "update": outlook.update,
        "look": outlook.look,
        "delete": outlook.delete,
        "writes": outlook.writes,
        "rows": summary.rows,
        "counts": count_facts(summary.counts),
        "changes": changes,
        "first_sent": sent,
        "conflicts": list(outlook.conflicts[:MOST_CHANGES]),
        "guards": list(outlook.guards),
        "to_decide": len(report.report.questions),
        "people": sheet.people.facts(names),
        # Rules of single fields were given outside the page, and stay there.
        "policy": job.settings.on_match if isinstance(job.settings.on_match, str) else "",
        "differing": differing,
        "requests": outlook.requests,
        "time": rough_duration(outlook.seconds),
        "unseen": sum(finding.rows for finding in report.report.findings if finding.rule in UNSEEN_RULES),
        "workspace": account["name"],
        "type_name": (account["name"] if account["is_named"] else "import") if must_type else "",
        "command": sheet.command("run"),
    }
    sheet.plan = (stamp, facts)
    return facts


def answer_people(call: Call) -> dict[str, Any]:
    """Take the person's word for who the rows are that may be there already; then it is planned again."""
    sheet, rows = call.writing(), call.body.get("rows")
    sheet.people.take(call.text("bulk"), rows if isinstance(rows, dict) else {}, call.text("second"))
    sheet.plan = None
    return {}


def choose_policy(call: Call) -> dict[str, Any]:
    """Say what is done with contacts that are there and differ from their row, until the program ends."""
    sheet, policy = call.writing(), call.text("policy")
    if policy not in set(OnMatch):
        raise SettingsError(f"{policy} cannot be done with contacts.", "Load the page again.")
    sheet.accepted["on_match"] = policy
    return {}


def run(call: Call) -> dict[str, Any]:
    """Carry out what was reviewed, exactly; the workspace's name must have been typed where that is asked for."""
    sheet = call.writing()
    if sheet.plan is None or sheet.plan[0] != sheet.stamp():
        raise SettingsError(
            f"{sheet.file}, its settings or its corrections have changed since you looked.", "Look at Review once more."
        )
    facts = sheet.plan[1]
    typed = call.text("typed").strip().casefold()
    if facts["type_name"] and typed != facts["type_name"].strip().casefold():
        raise SettingsError(
            f"That is not the name of the workspace, {facts['type_name']}.", "Type the name as the page shows it."
        )
    path = sheet.out / PLAN_FILE

    async def work(hooks: Hooks) -> dict[str, Any]:
        return await _ran(sheet, library.run_async(sheet.connected_job(hooks), path))

    # From here on the journal knows what was agreed; the plan is used up.
    sheet.plan = None
    sheet.session.tasks.forget(sheet.task_name)
    return sheet.start("run", work).facts()


def go_on(call: Call) -> dict[str, Any]:
    """Go on with an import that was stopped or interrupted; nothing is done twice."""
    sheet = call.writing()

    async def work(hooks: Hooks) -> dict[str, Any]:
        return await _ran(sheet, library.run_async(sheet.connected_job(hooks)))

    sheet.session.tasks.forget(sheet.task_name)
    return sheet.start("run", work).facts()


async def _ran(sheet: SheetImport, command: Coroutine[Any, Any, Report]) -> dict[str, Any]:
    report = await command
    summary, stopped = report.summary, report.stopped
    sheet.session.accounts.pop(sheet.mode, None)
    return {
        "exit_code": summary.exit_code,
        "rows": summary.rows,
        "counts": count_facts(summary.counts),
        "this_run": dict(summary.this_run),
        "left": summary.count(Status.UNFINISHED),
        "requests": summary.requests,
        "seconds": summary.seconds,
        "stopped": {
            "message": stopped.message,
            "next": page_step(stopped, "press Go on"),
            "kind": type(stopped).__name__,
        }
        if stopped is not None
        else None,
    }


def _text(value: object) -> str:
    return "" if value is None else str(value)
