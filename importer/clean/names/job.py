"""A customer and a job in one cell, as QuickBooks exports them: "Lee, Ann:Kitchen remodel"."""

from __future__ import annotations

from importer.clean.finding import CellFinding, shown


def job_findings(value: str) -> tuple[CellFinding, ...]:
    """Return what to say of a name that is a customer and a job, which would be a second contact of that customer.

    >>> [len(job_findings(text)) for text in ("Lee, Ann:Kitchen", "Acme Ltd:Roof:Gutter", "Attn: Ann Lee", "Ann 10:30")]
    [1, 1, 0, 0]
    """
    customer, _, job = value.partition(":")
    # "Attn: Ann" has a space behind the sign, "10:30" a digit before it, and "https://" a slash behind it.
    begins_job = job[:1].isalnum() or job[:1] in tuple('([#"')
    if not begins_job or customer[-1:].isspace() or customer[-1:].isdigit() or not any(map(str.isalpha, customer)):
        return ()
    what = (
        f"{shown(value)} looks like a job of the customer {shown(customer)}, and becomes a contact of its own, with "
        "the job in its name."
    )
    next_step = "Take the row out of the sheet if the customer has a row too, or else the job out of the name."
    return (CellFinding("customer-job", what, next_step),)
