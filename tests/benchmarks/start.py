"""How soon the program is there: help, version and completion, and the first request of a run.

The script of completion is made once and never starts the program: what a person waits for at each Tab is the shell.

python tests/benchmarks/all.py --only start
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.benchmarks.process import environment, ours, sheets, spent
from tests.benchmarks.table import Options, Row

MAKE = "build().generate_completion(shell='bash')"
SCRIPT = "completion script, made once"
LIGHT = {
    "`--help`": "main(['--help'])",
    "`--version`": "main(['--version'])",
    SCRIPT: MAKE,
}
HEAVY = ("pandas", "pandera", "httpx", "openpyxl", "phonenumbers")
# What a shell does on Tab: it looks into the script, which never starts the program.
_TAB = """
source {script}
COMP_WORDS=(openphone-import run --reg) COMP_CWORD=2
_openphone_import
[[ "${{COMPREPLY[*]}}" == *--region-column* ]]
"""
# As `ours` has it: pandera loads hypothesis where it finds it.
_IMPORTS = "import sys; sys.modules['hypothesis'] = None; import pandas, pandera.pandas"
_LIGHT = (
    "import sys\nfrom importer.cli.app import build, main\n{call}\n"
    "print('loaded:', *(name for name in {heavy} if name in sys.modules))"
)


def measure(options: Options) -> list[Row]:
    """Each as the median of some runs."""
    repeats = 1 if options.quick else max(options.repeats, 3)
    rows = [row for what, call in LIGHT.items() for row in _light(what, call, repeats)]
    rows.append(Row("completion: a Tab in bash", median(tab() for _ in range(repeats)), "s CPU", at_most=0.25))
    with sheets("csv", 50) as paths:
        first = median(first_request(paths[50]) for _ in range(repeats))
        rows.append(_small_check(paths[50], repeats))
    return [*rows, Row("first request of `run` with 50 rows, after start", first, "s CPU", at_most=2.0)]


def _light(what: str, call: str, repeats: int) -> list[Row]:
    runs = [spent([sys.executable, "-c", _LIGHT.format(call=call, heavy=HEAVY)]) for _ in range(repeats)]
    loaded = runs[0].output.rpartition("loaded:")[2].split()
    return [
        Row(what, median(one.cpu_seconds for one in runs), "s CPU", at_most=None if what == SCRIPT else 0.25),
        Row(f"{what}: heavy libraries loaded", len(loaded), "", at_most=0, note=", ".join(loaded)),
    ]


def _small_check(sheet: Path, repeats: int) -> Row:
    """A check that is over at once, beside the libraries that a plain script would have loaded by then, in turns."""
    checks, imports = [], []
    for number in range(repeats):
        folder = sheet.with_name(f"check-{number}")
        command = ours("check", sheet, "--region", "US", "--yes", "--quiet", "--out", folder)
        checks.append(spent(command, cwd=sheet.parent, codes=(0, 1)).cpu_seconds)
        imports.append(spent([sys.executable, "-c", _IMPORTS]).cpu_seconds)
    what = "`check` of 50 rows, beside the imports of pandas and pandera"
    return Row(what, min(checks), "s CPU", min(imports), at_most=1.35, of_plain=True)


def tab() -> float:
    """The CPU seconds of one completion, by a shell that has just loaded the script."""
    with TemporaryDirectory(prefix="bench-") as folder:
        script = Path(folder) / "completion.bash"
        made = spent([sys.executable, "-c", f"from importer.cli.app import build; print({MAKE})"])
        script.write_text(made.output, encoding="utf-8")
        return spent(["bash", "-c", _TAB.format(script=script)]).cpu_seconds


def first_request(sheet: Path) -> float:
    """The CPU seconds that a run has used when its first request arrives; it is then broken off."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(120)
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        # Every run is the first one: nothing is left of the one that was broken off before.
        folder = sheet.with_name(address.rpartition(":")[2])
        command = ours("run", sheet, "--region", "US", "--yes", "--base-url", address, "--out", folder)
        env = {**environment(), "OPENPHONE_API_KEY": "a-key", "XDG_STATE_HOME": str(folder)}
        process = subprocess.Popen(
            command, env=env, cwd=sheet.parent, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            connection, _ = server.accept()
            with connection:
                connection.recv(1)
                return _cpu_seconds(process.pid)
        finally:
            process.kill()
            process.wait()


def _cpu_seconds(pid: int) -> float:
    """What a running process has used (proc(5): utime and stime, in ticks)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    user, system = fields[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
