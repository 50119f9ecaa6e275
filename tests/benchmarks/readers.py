"""Reads a sheet to its end, or hands all its rows back as rejects: what `reading.py` and `rejects.py` measure.

    python tests/benchmarks/readers.py people.xlsx [--xml] [--rejects]

It prints the number of rows and a digest of their cells; with --rejects the CPU seconds of writing
alone and the peak memory of this process in MB, without that of the child that read the sheet before.
"""

from __future__ import annotations

import argparse
import hashlib
import resource
import time
from pathlib import Path
from typing import TYPE_CHECKING

from importer.model import Problem, Reject, Severity, SourceTable
from importer.spreadsheet.opening import open_table
from importer.spreadsheet.options import ReadOptions
from tests.benchmarks.process import KB

if TYPE_CHECKING:
    from collections.abc import Iterator


def read(table: SourceTable) -> str:
    """Rows and digest of all cells of a table."""
    digest, rows = hashlib.blake2b(digest_size=8), 0
    for chunk in table.chunks():
        rows += len(chunk.cells)
        for position in chunk.cells.columns:
            digest.update("\x1f".join(chunk.cells[position].tolist()).encode())
    return f"{rows} {digest.hexdigest()}"


def rejects(rows: int) -> Iterator[Reject]:
    """Every row rejected, with a bad cell and another doubtful one."""
    step = "Correct the cell and run again."
    for row in range(2, rows + 2):
        problems = (
            Problem(row, "Mobile Phone", "12345", "phone-too-short", Severity.ERROR, f"“12345” is too short. {step}"),
            Problem(row, "VIP", "maybe", "boolean-unknown", Severity.WARNING, f"“maybe” is no known word. {step}"),
        )
        yield Reject(row, f"C-{row:07}", problems)


def main() -> None:
    """Do what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path)
    parser.add_argument("--xml", action="store_true")
    parser.add_argument("--rejects", type=int, default=0)
    options = parser.parse_args()
    table = open_table(str(options.path), ReadOptions(reader="xml" if options.xml else "auto"))
    if not options.rejects:
        print(read(table))
        return
    from importer.spreadsheet.rejects.xlsx import write_rejects_xlsx

    started = time.process_time()
    write_rejects_xlsx(table, rejects(options.rejects), options.path.with_name("rejects.xlsx"))
    print(time.process_time() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KB / 1e6)


if __name__ == "__main__":
    main()
