"""Loaded first by the process that lanes are forked from, and by no other: it makes that process fit for that.

Lanes do not load pandas and pandera, which take more memory than all else together: what needs them is done by a server
beside that process (see `importer.validate.server`).

A service manager that stops the fleet signals all of its processes at once. This one has to outlast the lanes, which
stop in good order; it ends when the process of the fleet does.
"""

from __future__ import annotations

import os
import signal

from importer.validate.server import start_server

for _name in ("SIGTERM", "SIGHUP"):
    if hasattr(signal, _name):
        signal.signal(getattr(signal, _name), signal.SIG_IGN)

# numpy's matrix library starts a thread for each processor, and a process with threads must not be forked.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

start_server()
