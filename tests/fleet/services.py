"""Several services in a process of their own, so that they share no interpreter with what asks them.

    python -m tests.fleet.services NAME...

Each takes the key `key-NAME`. Writes a line of JSON with their addresses, and serves until its input ends.
"""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from importer.sandbox import Sandbox
from tests.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LATENCY_MS = 60


@contextmanager
def services_apart(names: Sequence[str]) -> Iterator[dict[str, str]]:
    """Give the addresses of services by their names, for as long as they are needed."""
    command = [sys.executable, "-m", "tests.fleet.services", *names]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        addresses: dict[str, str] = json.loads(process.stdout.readline())
        try:
            yield addresses
        finally:
            process.stdin.close()


def main() -> None:
    """Serve."""
    with ExitStack() as opened:
        services = {
            name: opened.enter_context(Sandbox.start(key=f"key-{name}", rate=0, latency_ms=LATENCY_MS))
            for name in sys.argv[1:]
        }
        print(json.dumps({name: sandbox.url for name, sandbox in services.items()}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
