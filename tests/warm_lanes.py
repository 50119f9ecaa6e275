"""What a fleet forks its lanes from, warm: forked ahead from the warm process of the fleet, not started from cold.

Multiprocessing starts that process with the first lane, as a fresh interpreter which loads for two seconds what the
fleet's process has loaded already. By then that one has threads, and must not be forked: so the fork is made before the
command begins, and waits until it is asked for. All else is as multiprocessing does it.
"""

from __future__ import annotations

import json
import os
import signal
import socket
from fcntl import F_DUPFD, fcntl
from multiprocessing import util
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST_BYTES, _MOST_DESCRIPTORS = 1 << 16, 8
# No descriptor of a process that has just begun is as high.
_ABOVE = 100


def fork_ahead() -> None:
    """Fork what lanes will be forked from; called before the command begins."""
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        ours.close()
        try:
            _serve(theirs)
        finally:
            os._exit(0)
    theirs.close()
    start_from_cold = util.spawnv_passfds

    def start(path: bytes, words: Sequence[str], descriptors: Sequence[int]) -> int:
        if "multiprocessing.forkserver" not in words[-1]:
            return start_from_cold(path, words, descriptors)
        vars(util)["spawnv_passfds"] = start_from_cold  # another one, after the end of this, is started as ever
        socket.send_fds(ours, [json.dumps([words[-1], list(descriptors)]).encode()], list(descriptors))
        ours.close()
        return pid

    vars(util)["spawnv_passfds"] = start


def _serve(asked: socket.socket) -> None:
    """Wait to be asked, and become what would have been started: nothing, if the command ends without lanes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    message, received, *_ = socket.recv_fds(asked, _MOST_BYTES, _MOST_DESCRIPTORS)
    asked.close()
    if not message:
        return
    code, numbers = json.loads(message)
    # Under the numbers that the code names, none of which may be taken by one that is still to be moved.
    moved = [fcntl(descriptor, F_DUPFD, _ABOVE) for descriptor in received]
    for descriptor in received:
        os.close(descriptor)
    for descriptor, number in zip(moved, numbers, strict=True):
        os.dup2(descriptor, number)
        os.close(descriptor)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    exec(code, {})
