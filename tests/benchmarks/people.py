"""Many walks of people through the program: how many harm somebody.

    python -m tests.benchmarks.people [--walks 100] [--events 10] [--first 0]

What is left over is of the kinds that no rule can see (the guide `repeat` lists them): at most 1.5 % of the walks.
"""

from __future__ import annotations

import argparse
import io
import os
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from importer.sandbox import Sandbox
from tests.e2e.people import Walk


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--walks", type=int, default=100)
    parser.add_argument("--events", type=int, default=10)
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args()
    os.environ["OPENPHONE_API_KEY"] = "sandbox-key"
    harmed = 0
    with Sandbox.start(rate=0) as sandbox:
        for seed in range(options.first, options.first + options.walks):
            sandbox.reset()
            with tempfile.TemporaryDirectory() as place:
                os.environ.update(HOME=place, XDG_CACHE_HOME=place, XDG_STATE_HOME=place)
                walk = Walk(sandbox, Path(place), seed)
                # What the program says of each run would hide the walks.
                with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
                    harm = walk.walk(options.events)
                if harm:
                    harmed += 1
                    print(f"walk {seed}: {walk.harm[:2]} after {walk.happened}")
    print(f"{harmed} of {options.walks} walks harmed somebody: {harmed / options.walks:.1%}")


if __name__ == "__main__":
    main()
