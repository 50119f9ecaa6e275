"""A process with pandas and pandera, in which others have their chunks validated without loading those themselves.

It forks a child for each that asks, which shares what is loaded and ends with the connection, and it ends itself with
the last process that could ask. It keeps nothing: a process that loses it validates by itself. A server that is killed,
as by a system short of memory, is followed by another, for which calls wait meanwhile; a line on stderr says so.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import struct
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from importer.stop_signals import STOP_SIGNALS
from importer.validate.normalised import validate

if TYPE_CHECKING:
    from importer.model import CustomField, Mapping, NormalisedChunk, Problem

LONGEST_SECONDS = 60
"""How long a chunk may take; a chunk of 5,000 rows that all fail takes some seconds."""

MOST_SERVERS = 5
"""How many are started one after the other: what kills each of them would go on to do so."""

_ENDED = "warning: The process that validates rows for all workspaces was ended by the system (signal {signal}). "
_FOLLOWED = "Another one was started, and no row is lost.\n"
_LAST = "None is started any more: each workspace validates its rows by itself, which takes more memory.\n"

validation_server: ContextVar[socket.socket | None] = ContextVar("validation_server", default=None)
"""What reaches the server of this process and of those forked from it; None if each validates by itself."""


@dataclass(frozen=True, slots=True)
class ValidationTask:
    """A chunk of the cleaned sheet, the custom fields of its workspace, and rows of it that are rejected already."""

    custom_fields: tuple[CustomField, ...]
    chunk: NormalisedChunk
    mapping: Mapping
    explained: frozenset[int] = frozenset()

    def problems(self) -> tuple[Problem, ...]:
        """Return what must not become a contact, in row order; see `normalised.validate`."""
        return validate(self.chunk, self.custom_fields, self.mapping, self.explained)


def start_server() -> None:
    """Fork the server off this process, which has no threads yet; without `fork` there is none (Windows)."""
    if not hasattr(os, "fork") or not hasattr(socket, "send_fds"):
        return
    calls, theirs = socket.socketpair()
    try:
        child = os.fork()
    except OSError:
        # The system has no room for another process: each lane validates by itself.
        calls.close()
        theirs.close()
        return
    if child == 0:
        # By way of a child that ends at once, so that no process has to wait for the end of the server.
        with suppress(OSError):
            if os.fork() == 0:
                calls.close()
                _keep_serving(theirs)
        os._exit(0)
    os.waitpid(child, 0)
    theirs.close()
    validation_server.set(calls)


def connect_to_server(calls: socket.socket) -> Connection:
    """Return a connection to a child of the server, which takes tasks and sends their problems. Raises OSError."""
    ours, theirs = socket.socketpair()
    # A server that is stopped takes nothing: what waits for it then fails, as if it was gone.
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", LONGEST_SECONDS, 0))
    with theirs:
        try:
            socket.send_fds(calls, [b"c"], [theirs.fileno()])
        except OSError:
            ours.close()
            raise
    return Connection(ours.detach())


def _keep_serving(calls: socket.socket) -> None:
    """Have a server answer calls, and another one where that was killed; the process ends here."""
    with suppress(BaseException):
        # Who stops the fleet tells all of its processes, and a lane may still have rows to validate.
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        for number in range(1, MOST_SERVERS + 1):
            server = os.fork()
            if server == 0:
                _serve(calls)
            _, status = os.waitpid(server, 0)
            if not os.WIFSIGNALED(status):
                break
            words = _ENDED.format(signal=os.WTERMSIG(status)) + (_FOLLOWED if number < MOST_SERVERS else _LAST)
            # A terminal or log that is gone must not end the one that keeps the server.
            with suppress(OSError):
                os.write(2, words.encode())
    os._exit(0)


def _serve(calls: socket.socket) -> None:
    """Answer calls until the last process that could call has ended; this process ends here."""
    with suppress(BaseException):
        # Its children are waited for by the system.
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        with open(os.devnull, "r+b", buffering=0) as nowhere:  # noqa: PTH123
            for descriptor in (0, 1, 2):
                os.dup2(nowhere.fileno(), descriptor)
        _load()
        while True:
            message, descriptors, _, _ = socket.recv_fds(calls, 1, 1)
            if not message:
                break
            if os.fork() == 0:
                calls.close()
                connection = Connection(descriptors[0])
                with suppress(EOFError):
                    while True:
                        connection.send(connection.recv().problems())
                break
            os.close(descriptors[0])
    os._exit(0)


def _load() -> None:
    """Load what validating takes, once for all children: pandera loads a part of itself with the first frame."""
    from importer.model import Mapping, NormalisedChunk
    from importer.validate.own_schemas import FIXED

    # No address of a web page is "A", so this takes the long way.
    ValidationTask((), NormalisedChunk([1], {name: ["A"] for name in FIXED}, ()), Mapping(())).problems()
    # A collection in a child would touch every object, and copy what it shares.
    gc.freeze()
