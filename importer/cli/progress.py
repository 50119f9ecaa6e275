"""Progress: a tqdm bar on a terminal, elsewhere a calm line every 30 seconds."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable

    from tqdm import tqdm

    from importer.model import Event

CALM_SECONDS = 30.0


class Progress:
    """Counts rows as they are read and delivered; `clock` counts seconds and never jumps."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream, self._clock = stream, clock
        self._bar: tqdm[Any] | None = None
        self._done = self._total = 0
        self._rejected = 0
        self._started = self._said = clock()

    def __call__(self, event: Event) -> None:
        """Follow one event of the pipeline."""
        if event.name == "staged":
            self._start(int(event.facts["to_send"]))
        elif event.name == "delivered":
            self._step(str(event.facts["status"]))

    def pause(self) -> None:
        """Clear the bar so that a note can be written; the next step draws it again."""
        if self._bar is not None:
            self._bar.clear()

    def close(self) -> None:
        """Take the bar away; a second call does nothing."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def _start(self, total: int) -> None:
        self._total = total
        self._started = self._said = self._clock()
        if total and self._stream.isatty():
            from tqdm import tqdm

            self._bar = tqdm(total=total, unit=" contacts", file=self._stream, dynamic_ncols=True, smoothing=0.05)

    def _step(self, status: str) -> None:
        self._done += 1
        self._rejected += status in {"rejected", "conflict"}
        if self._bar is not None:
            if self._rejected:
                self._bar.set_postfix_str(f"{self._rejected} rejected", refresh=False)
            self._bar.update(1)
        elif self._clock() - self._said >= CALM_SECONDS:
            self._said = self._clock()
            self._stream.write(self._calm_line() + "\n")
            self._stream.flush()

    def _calm_line(self) -> str:
        seconds = max(self._clock() - self._started, 1e-9)
        left = (self._total - self._done) * seconds / self._done
        return (
            f"{self._done:,} of {self._total:,} rows, {self._rejected:,} rejected, "
            f"{self._done / seconds:.1f} a second, about {max(1, round(left / 60)):,} min left"
        )
