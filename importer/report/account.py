"""`whoami` in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.text import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from importer.model import Organization, RateBudget

MOST_USERS = 20


def account_lines(
    address: str,
    organization: Organization | None,
    users: Sequence[tuple[str, str]] | None,
    fields: int | None,
    budget: RateBudget | None,
    may_not: Sequence[str],
    diagnosis: Mapping[str, str] | None,
) -> list[str]:
    """Return the lines of `whoami`; None is what the key may not see."""
    name = f"{organization}, at {address}" if organization and organization.name else f"at {address}; no name is given"
    lines = [f"Where:   {name}"]
    if users is not None:
        people = ", ".join(f"{user} ({role})" if role else user for user, role in users[:MOST_USERS])
        more = f" and {len(users) - MOST_USERS:,} more" if len(users) > MOST_USERS else ""
        lines.append(f"Users:   {len(users):,}: {people}{more}")
    if fields is not None:
        lines.append(f"Fields:  {counted(fields, 'custom field')} (openphone-import fields lists them)")
    if budget is None:
        lines.append("Limit:   the service does not state it; at most 10 requests a second are sent")
    else:
        lines.append(f"Limit:   {budget.quota / budget.window_seconds:g} requests a second for this key")
    refused = f"it may not read {', '.join(may_not)}" if may_not else "it may read all that an import needs"
    lines.append(f"Key:     {refused}")
    if diagnosis is not None:
        facts = f"a PATCH {diagnosis['patch']}; a taken external id gets {diagnosis['taken_id']}"
        lines.append(f"Doctor:  on {diagnosis['asked'][:10]}: {facts}")
    contacts_missing = {"contacts", "custom fields"} & set(may_not)
    step = "make a key as an owner or admin in the app under Settings > API" if contacts_missing else "check a sheet"
    return [*lines, f"Next:    {step}" + ("" if contacts_missing else ": openphone-import check FILE")]
