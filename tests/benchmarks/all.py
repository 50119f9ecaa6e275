"""Every benchmark, one table: what, ours, the plain script's, the ratio, the target, and whether it is met.

    python tests/benchmarks/all.py [--quick] [--only check start ...] [--repeats 3] [--json FILE] [--readme]

Each benchmark is a module here with `measure(options) -> list[Row]`, and runs in a process of its own. The table is
printed in Markdown; --json writes it with the machine it was taken on, --readme puts both into the README
beside this file. Exits 1 if a target is missed.
"""

from __future__ import annotations

import argparse
import json
import sys
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.process import python, spent  # noqa: E402
from tests.benchmarks.table import Options, Row, as_json, machine, markdown, row_of  # noqa: E402

NAMES = (
    "check",
    "matrix",
    "reading",
    "rejects",
    "start",
    "phones",
    "slips",
    "hostile",
    "tiny_rows",
    "delivery",
    "lane_memory",
    "fleet_pace",
    "night",
)
MARK = "<!-- figures: speed -->"


def main() -> int:
    """Measure what is asked for; in a process of its own, one benchmark."""
    options = _options()
    if options.worker:
        rows = import_module(f"tests.benchmarks.{options.worker}").measure(Options(options.quick, options.repeats))
        options.json.write_text(as_json(rows), encoding="utf-8")
        return 0
    rows = [row for name in options.only for row in _measured(name, options)]
    print(told(rows, machine()))
    if options.json:
        options.json.write_text(as_json(rows), encoding="utf-8")
    if options.readme:
        _refresh(Path(__file__).with_name("README.md"), told(rows, machine()))
    return 1 if any(row.met is False for row in rows) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    there = [name for name in NAMES if Path(__file__).with_name(f"{name}.py").exists()]
    parser.add_argument("--quick", action="store_true", help="the smallest sizes, to see that everything works")
    parser.add_argument("--only", nargs="+", choices=there, default=there)
    parser.add_argument("--repeats", type=int, default=3, help="runs of which the middle one counts (default 3)")
    parser.add_argument("--json", type=Path, help="also write the rows, and the machine, to this file")
    parser.add_argument("--readme", action="store_true", help="also put the table into tests/benchmarks/README.md")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    return parser.parse_args()


def _measured(name: str, options: argparse.Namespace) -> list[Row]:
    print(f"{name} ...", file=sys.stderr, flush=True)
    with TemporaryDirectory(prefix="bench-") as folder:
        file = Path(folder) / "rows.json"
        flags = ["--quick"] if options.quick else []
        spent(python("all.py", "--worker", name, "--json", file, "--repeats", options.repeats, *flags))
        return [row_of(one) for one in json.loads(file.read_text(encoding="utf-8"))["rows"]]


def told(rows: list[Row], on: dict[str, object]) -> str:
    """The table, and below it what it was taken on."""
    return (
        f"{markdown(rows)}\n\nMeasured on {on['cores']} cores ({on['cpu']}), {on['system']}, Python {on['python']}.\n"
    )


def _refresh(readme: Path, table: str) -> None:
    """Put the table between the two marks."""
    before, _, rest = readme.read_text(encoding="utf-8").partition(MARK)
    _, _, after = rest.partition(MARK)
    readme.write_text(f"{before}{MARK}\n{table}{MARK}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
