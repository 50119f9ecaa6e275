"""Memory and speed of reading: `python tests/benchmarks/spreadsheet_memory.py` prints a table.

Each line is a process of its own, so that its peak memory is that of one reading. Memory must stay flat from 10,000 to
1,000,000 rows of CSV; for workbooks it may grow with the texts that the format makes a reader keep.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SIZES = {"csv": (10_000, 100_000, 1_000_000), "xlsx": (10_000, 100_000)}
HEADER = ["First Name", "Last Name", "Company", "Phone", "Email", "Notes"]


def row(number: int) -> list[str]:
    name = f"Name{number}"
    return [name, "Lee, Jr.", f"Company {number % 500}", f"+1415{number:07}", f"{name}@example.com", 'said "hi"']


def write(path: Path, rows: int) -> None:
    if path.suffix == ".csv":
        import csv

        with path.open("w", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(HEADER)
            writer.writerows(map(row, range(rows)))
        return
    import xlsxwriter

    workbook = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = workbook.add_worksheet()
    sheet.write_row(0, 0, HEADER)
    for number in range(rows):
        sheet.write_row(number + 1, 0, row(number))
    workbook.close()


def measure(path: str) -> None:
    """Read a sheet to its end and hand every tenth row back; print rows, seconds and peak megabytes."""
    from importer.model import Problem, Reject, Severity
    from importer.spreadsheet.back.csv import write_rejects_csv
    from importer.spreadsheet.back.xlsx import write_rejects_xlsx
    from importer.spreadsheet.opening import open_table

    start = time.perf_counter()
    table = open_table(path)
    opened = time.perf_counter() - start
    count = sum(len(chunk.cells) for chunk in table.chunks())
    seconds = time.perf_counter() - start
    bad = (Problem(2, "Phone", "x", "phone", Severity.ERROR, "It is wrong. Correct it."),)
    rejects = (Reject(number, f"oi1-{number}", bad) for number in range(2, count + 2, 10))
    write = write_rejects_xlsx if path.endswith("xlsx") else write_rejects_csv
    write(table, rejects, Path(path).with_name("rejects" + Path(path).suffix))
    total = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{Path(path).suffix:6}{count:>10,}{opened:>9.1f}s{seconds:>9.1f}s{total:>9.1f}s{peak:>9.0f} MB")


def main() -> None:
    print(f"{'kind':6}{'rows':>10}{'opened':>10}{'read':>10}{'rejects':>10}{'peak':>12}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for kind, sizes in SIZES.items():
            for rows in sizes:
                path = Path(folder) / f"{rows}.{kind}"
                write(path, rows)
                subprocess.run([sys.executable, __file__, str(path)], check=True)


if __name__ == "__main__":
    measure(sys.argv[1]) if len(sys.argv) > 1 else main()
