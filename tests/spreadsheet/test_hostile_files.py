"""A file that is made to be slow or to fill the memory is read or refused within bounds, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.spreadsheet.hostile_files import MOST_BYTES, SHORT, written

if TYPE_CHECKING:
    from pathlib import Path

CPU_SECONDS, MEMORY_MB = 10, 500
# The processor's time is bounded by the system, which ends a process that takes more; memory is asked of it at the end.
READ = """
import re, resource, sys
from importer.errors import SourceError
from importer.mapping.suggest.is_header import knows_header
from importer.spreadsheet.opening import open_table
from importer.spreadsheet.options import ReadOptions
resource.setrlimit(resource.RLIMIT_CPU, ({cpu}, {cpu}))
rows, refused = 0, ""
try:
    for chunk in open_table(sys.argv[1], ReadOptions(knows_header=knows_header)).chunks():
        rows += len(chunk.rows)
except SourceError as error:
    refused = str(error)
peak = int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) // 1024
child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
print(rows, max(peak, child), len(refused))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read from /proc")
@pytest.mark.parametrize("name", SHORT)
def test_a_hostile_file_costs_little(name: str, tmp_path: Path) -> None:
    """A file of a megabyte is answered within 10 seconds of the processor and 500 MB, if not with rows then shortly."""
    path = written(name, tmp_path)
    assert path.stat().st_size <= MOST_BYTES
    script = READ.format(cpu=CPU_SECONDS)
    ended = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr[-500:]
    _, peak_mb, characters = map(int, ended.stdout.split())
    assert peak_mb <= MEMORY_MB
    assert characters < 1000
