"""Whether rows that are jobs of customers are left out, such as "Lee, Ann:Kitchen remodel" below "Lee, Ann"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.mapping.derived.filter import MAY_NAME_JOBS, NAMES_NO_JOB
from importer.model import Choice, Question, QuestionKind
from importer.questions.column import WITHOUT_THEM
from importer.text import counted, customer_of_job

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.questions.asked_sheet import AskedSheet

_FEWEST = 2  # one such name may be anything


def ask_customer_jobs(sheet: AskedSheet) -> Iterator[Question]:
    """Ask about the first column of names or companies in which several cells are a customer and a job."""
    for column in sheet.sent("full_name", "company", "first_name"):
        if column.position >= sheet.width:
            continue
        name = sheet.name(column)
        without, with_them = f"{name} {NAMES_NO_JOB}", f"{name} {MAY_NAME_JOBS}"
        values = sheet.first_values(column)
        customers = [customer for customer in map(customer_of_job, values) if customer]
        if len(customers) < _FEWEST or {without, with_them}.intersection(sheet.settings.only):
            continue
        known = {value.casefold() for value in values}
        alone = sum(customer.casefold() not in known for customer in customers)
        missing = f" Of {alone:,} the customer has no row among these: nothing of them would come in." if alone else ""
        yield Question(
            QuestionKind.CUSTOMER_JOBS,
            f"{name!r} has jobs of customers, such as “Customer:Job”. Leave these rows out?",
            f"{counted(len(customers), 'name')} of {len(values):,} looked at are a customer and a job: each would "
            f"be a contact beside that of the customer.{missing}",
            (
                Choice(WITHOUT_THEM, "yes, leave the jobs out", {"only": [*sheet.settings.only, without]}),
                Choice("import", "no, a contact for each job", {"only": [*sheet.settings.only, with_them]}),
            ),
            proposal="" if alone else WITHOUT_THEM,
            column=column.position,
            column_name=name,
            samples=tuple(value for value in sheet.examples(column) if customer_of_job(value)),
        )
        return
