"""Our own schema, applied to the chunks of a sheet: by the server, where there is one, or else in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from importer.model import NormalisedChunk
from importer.validate.normalised import doubt_of, explained_rows
from importer.validate.server import LONGEST_SECONDS, ValidationTask, connect_to_server, validation_server

if TYPE_CHECKING:
    from collections.abc import Iterable
    from multiprocessing.connection import Connection

    from importer.model import CustomField, Mapping, Problem


class ContactValidation:
    """Validates what becomes contacts of a workspace with these custom fields; open it for the time of staging."""

    def __init__(self, custom_fields: Iterable[CustomField], longest_seconds: float = LONGEST_SECONDS) -> None:
        self._custom_fields = tuple(custom_fields)
        self._longest_seconds = longest_seconds
        self._server = validation_server.get()
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._connection is not None:
            self._connection.close()

    def problems(self, chunk: NormalisedChunk, mapping: Mapping) -> tuple[Problem, ...]:
        """Return everything in a cleaned chunk that must not become a contact; see `normalised.validate`."""
        explained = explained_rows(chunk.problems, mapping)
        if not doubt_of(chunk, self._custom_fields, explained):
            return ()
        task = ValidationTask(self._custom_fields, NormalisedChunk(chunk.rows, chunk.columns, ()), mapping, explained)
        if self._server is not None:
            try:
                if self._connection is None:
                    self._connection = connect_to_server(self._server)
                self._connection.send(task)
                if not self._connection.poll(self._longest_seconds):
                    raise TimeoutError
                problems: tuple[Problem, ...] = self._connection.recv()
                return problems
            except (EOFError, OSError):
                # The server has gone, was stopped, or failed at this chunk: validated here, the chunk shows any error.
                self._server = None
        return task.problems()
