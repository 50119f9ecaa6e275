"""Jobs of customers that `only` leaves out although their customer has no row: nothing of these people comes in."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from importer.mapping.derived.filter import MAY_NAME_JOBS, NAMES_NO_JOB
from importer.model import Problem, Severity
from importer.text import customer_of_job, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.model import SourceChunk
    from importer.pipeline.reading.sheet import PreparedSheet


class LeftOutJobs:
    """Takes the rows of a sheet, a chunk at a time, and finds the jobs whose customer has no row.

    `is_whole`: all rows of the sheet are taken; of a part of them it is not known which customers have a row.
    """

    def __init__(self, sheet: PreparedSheet, *, is_whole: bool) -> None:
        # A file of rejects has a part of the rows, too.
        is_whole = is_whole and all(
            column.target is None or column.target.field != "identity" for column in sheet.mapping.mapped
        )
        conditions = sheet.values.conditions if is_whole else ()
        self._titles = {
            condition.position: condition.title for condition in conditions if condition.sign == NAMES_NO_JOB
        }
        # By customer the first job, with its row. Of all other names eight bytes are kept.
        self._jobs: dict[tuple[int, int], tuple[int, str]] = {}
        self._names = {position: array("q") for position in self._titles}

    def feed(self, chunk: SourceChunk) -> None:
        """Take a chunk after its rows were chosen."""
        for position, names in self._names.items():
            for rows in filter(None, (chunk, chunk.left_out)):
                for row, text in zip(rows.rows, rows.columns[position], strict=True):
                    if customer := customer_of_job(text.strip()):
                        self._jobs.setdefault((position, _key(customer)), (row, text.strip()))
                    else:
                        names.append(_key(text))

    def problems(self) -> Iterator[Problem]:
        """Give the first job of each customer without a row, in row order, when all rows were taken."""
        for position, names in self._names.items():
            for name in names if self._jobs else ():
                self._jobs.pop((position, name), None)
        for (position, _), (row, text) in sorted(self._jobs.items(), key=lambda job: job[1]):
            title, customer = self._titles[position], shorten(customer_of_job(text))
            message = (
                f"This job is left out, and its customer “{customer}” has no row, so nothing of this customer is "
                f"imported. Add a row for the customer; or, to import jobs, write “{title} {MAY_NAME_JOBS}” in `only` "
                f"in place of “{title} {NAMES_NO_JOB}”."
            )
            yield Problem(row, title, text, "job-without-customer", Severity.WARNING, message, position)


def _key(name: str) -> int:
    return hash(" ".join(name.split()).casefold())
