"""The columns: which field each fills, what of it fits, and the contacts that come of it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from importer.errors import MappingError, SettingsError
from importer.model.folder_names import MAPPING_FILE
from importer.pipeline.contact_preview import contact_preview
from importer.pipeline.job import Hooks
from importer.pipeline.map import propose
from importer.pipeline.reading.saved_answer import save_settings
from importer.web.call import table_view
from importer.web.cards import card
from importer.web.failure import failure_facts
from importer.web.session import impatient
from importer.web.words import field_choices, page_text

if TYPE_CHECKING:
    from importer.pipeline.map import Proposal
    from importer.web.call import Call
    from importer.web.sheets import SheetImport


def columns(call: Call) -> dict[str, Any]:
    """Every column with its field; `again=1` in the query asks the workspace for its own fields once more."""
    sheet = call.sheet
    with sheet.lock:
        return _facts(_proposal(sheet, again=call.query.get("again") == "1"))


def choose(call: Call) -> dict[str, Any]:
    """Give a column another field; a column that had it loses it."""
    sheet = call.writing()
    position, field = call.body.get("position"), call.text("field")
    with sheet.lock:
        proposal = _proposal(sheet)
        call.refuse_other(proposal.table)
        if not isinstance(position, int) or not 0 <= position < len(proposal.lines):
            raise SettingsError("This column no longer exists.", "Load the page again.")
        changed = proposal.choose(position, field)
        # What else changed by that is said too, so that no suggestion undoes it later.
        pairs = {
            after.name: after.field or "ignore"
            for number, (before, after) in enumerate(zip(proposal.lines, changed.lines, strict=True))
            if number == position or before.field != after.field
        }
        save_settings(sheet.out / MAPPING_FILE, {"map": pairs})
        sheet.proposal = (sheet.stamp(), changed)
        return _facts(changed)


def _proposal(sheet: SheetImport, *, again: bool = False) -> Proposal:
    """The mapping as the folder has it now; the workspace is asked for its fields once."""
    proposal_before = sheet.proposal
    if proposal_before is not None and proposal_before[0] == sheet.stamp() and not again:
        return proposal_before[1]
    proposal = asyncio.run(propose(impatient(sheet.job(), Hooks())))
    sheet.proposal = (sheet.stamp(), proposal)
    return proposal


def _facts(proposal: Proposal) -> dict[str, Any]:
    trouble, preview = None, None
    try:
        preview = contact_preview(proposal)
    except MappingError as error:
        trouble = failure_facts(error)
    fits = preview.columns if preview else ()
    lines = []
    for position, line in enumerate(proposal.lines):
        share = fits[position] if position < len(fits) else None
        lines.append(
            {
                "position": position,
                "name": line.name,
                "samples": list(line.samples),
                "field": line.field,
                "reason": page_text(line.reason),
                "open": line.open,
                "empty": position in proposal.table.nothing,
                "filled": share.filled if share else 0,
                "fitting": share.fitting if share else 0,
            }
        )
    names = {field.key: field.name for field in proposal.custom_fields}
    return {
        "view": table_view(proposal.table),
        "columns": lines,
        "rows": preview.rows if preview else 0,
        "choices": field_choices(proposal.custom_fields, proposal.fields),
        "cards": [{"row": row, **card(body, names)} for row, body in preview.contacts] if preview else [],
        "trouble": trouble,
    }
