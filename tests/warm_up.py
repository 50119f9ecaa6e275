"""Loaded last by the process that `tests.warm` forks commands from: what a command loads late or works out once."""

from __future__ import annotations

import gc
import os
from importlib import import_module
from pkgutil import walk_packages

import importer
from importer.cli.app import build
from tests.once import work_out_once

# It checks a small sheet, and comes last.
WARM_UP = "importer.cli.lane_warm_up"
# Modules that do something when they are imported.
APART = (WARM_UP, "importer.fleet.lane_server")
# What libraries import when they are first called.
LATE = (
    "anyio._backends._asyncio",
    "babel.dates",
    "babel.numbers",
    "email_validator",
    "encodings.ascii",
    "encodings.unicode_escape",
    "filelock",
    "httpcore",
    "phonenumbers.data.region_US",
    "rich.progress",
    "uvicorn.lifespan.off",
)
# Of each command that many tests run, a line that can be parsed.
LINES = (("check", "a"), ("run", "a"), ("verify", "a"), ("undo", "a"), ("plan", "a"), ("fleet", "run", "a"))


def warm_up() -> None:
    """Import all that the program consists of, and have each library do its first and slow call."""
    # numpy's matrix library starts threads when it is loaded, and a process with threads must not be forked.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    for module in walk_packages(importer.__path__, "importer."):
        if module.name not in APART:
            import_module(module.name)
    for name in LATE:
        import_module(name)
    import_module("pandera.backends.pandas.register").register_pandas_backends("pandas.DataFrame")
    work_out_once()
    for line in LINES:
        build().parse_known_args(line)
    import_module(WARM_UP)
    # What is left is kept out of all collections, which would touch, and so copy, every object.
    gc.collect()
    gc.freeze()


warm_up()
