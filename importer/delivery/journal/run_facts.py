"""The facts of a run: what it was begun with, and what was found by its end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from importer.delivery.journal.store import Transaction


def merged_facts(transaction: Transaction, run_id: str, facts: Mapping[str, Any]) -> str:
    """Return as JSON the facts that a run began with, changed by `facts` as by a merge patch (RFC 7396)."""
    line = transaction.execute("SELECT facts FROM runs WHERE run_id = ?", (run_id,)).fetchone()
    facts_before = json.loads(line[0]) if line else {}
    patched = _patched(facts_before, json.loads(json.dumps(dict(facts), default=str)))
    # Without spaces, as SQLite's json_patch wrote it into older journals.
    return json.dumps(patched, separators=(",", ":"))


def _patched(facts_before: Any, patch: Any) -> Any:
    if not isinstance(patch, dict):
        return patch
    patched = dict(facts_before) if isinstance(facts_before, dict) else {}
    for name, value in patch.items():
        if value is None:
            patched.pop(name, None)
        else:
            patched[name] = _patched(patched.get(name), value)
    return patched
