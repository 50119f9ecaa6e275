"""A customer and a job in one cell, as QuickBooks exports them: "Lee, Ann:Kitchen remodel"."""

from __future__ import annotations

from importer.clean.finding import CellFinding, shown
from importer.text import customer_of_job


def job_findings(value: str) -> tuple[CellFinding, ...]:
    """Return what to say of a name that is a customer and a job, which would be a second contact of that customer."""
    customer = customer_of_job(value)
    if not customer:
        return ()
    what = (
        f"{shown(value)} looks like a job of the customer {shown(customer)}, and becomes a contact of its own, with "
        "the job in its name."
    )
    next_step = "Take the row out of the sheet if the customer has a row too, or else the job out of the name."
    return (CellFinding("customer-job", what, next_step),)
