"""A connection pooler in transaction mode, in small: all clients share one session of the server, in turns."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NO_ENCRYPTION = (80877103, 80877104)
READY = b"Z\x00\x00\x00\x05I"


def _exactly(stream: socket.socket, size: int) -> bytes:
    parts = b""
    while len(parts) < size:
        part = stream.recv(size - len(parts))
        if not part:
            raise ConnectionError
        parts += part
    return parts


def _message(stream: socket.socket) -> bytes:
    head = _exactly(stream, 5)
    return head + _exactly(stream, struct.unpack("!I", head[1:])[0] - 4)


class _Pooler:
    def __init__(self, server: Path, version: str | None) -> None:
        self._turn = threading.Lock()
        self._server = socket.socket(socket.AF_UNIX)
        self._server.connect(str(server / ".s.PGSQL.5432"))
        words = b"user\0postgres\0database\0postgres\0\0"
        self._server.sendall(struct.pack("!II", len(words) + 8, 196608) + words)
        self._greeting = b""
        while not (message := _message(self._server)).startswith(b"Z"):
            if version is not None and message[5:].startswith(b"server_version\0"):
                body = b"server_version\0" + version.encode() + b"\0"
                message = b"S" + struct.pack("!I", len(body) + 4) + body
            self._greeting += message

    def serve(self, client: socket.socket) -> None:
        with suppress(OSError), client:
            size, code = struct.unpack("!II", _exactly(client, 8))
            while code in NO_ENCRYPTION:
                client.sendall(b"N")
                size, code = struct.unpack("!II", _exactly(client, 8))
            _exactly(client, size - 8)
            client.sendall(self._greeting + READY)
            has_turn = False
            while not (message := _message(client)).startswith(b"X"):
                if not has_turn:
                    has_turn = self._turn.acquire()
                self._server.sendall(message)
                if message[:1] in b"QS":
                    while True:
                        answer = _message(self._server)
                        client.sendall(answer)
                        if answer.startswith(b"Z"):
                            break
                    if answer == READY:
                        self._turn.release()
                        has_turn = False

    def close(self) -> None:
        self._server.close()


@contextmanager
def pooler(server: Path, folder: Path, version: str | None = None) -> Iterator[str]:
    """Give the URL of a pooler before the server in the folder `server`; it says that it is of `version`."""
    shared = _Pooler(server, version)
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(folder / ".s.PGSQL.5432"))
    listening.listen()

    def accept() -> None:
        with suppress(OSError):
            while True:
                client, _ = listening.accept()
                threading.Thread(target=shared.serve, args=(client,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield f"postgresql://postgres@/postgres?host={folder}"
    finally:
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()
        shared.close()
