"""Progress: a tqdm bar on a terminal, elsewhere a calm line every 30 seconds."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable

    from tqdm import tqdm

    from importer.model import Event

CALM_SECONDS = 30.0
# Reading is over in a blink for most sheets; only for longer ones a line appears.
READING_SECONDS = 1.0
BAR = "{percentage:3.0f}% |{bar}| {n_fmt} of {total_fmt} contacts, {rate_fmt}, {remaining} left{postfix}"


class Progress:
    """Counts rows as they are read and delivered; `clock` counts seconds and never jumps."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream, self._clock = stream, clock
        self._bar: tqdm[Any] | None = None
        self._done = self._total = 0
        self._rejected = 0
        self._started = self._said = clock()
        self._lively = stream.isatty() and os.environ.get("TERM") != "dumb"

    def __call__(self, event: Event) -> None:
        """Follow one event of the pipeline."""
        try:
            self._follow(event)
        except OSError:
            # The terminal is gone; the import goes on without a bar.
            self._drop()

    def _follow(self, event: Event) -> None:
        if event.name == "reading":
            self._read(int(event.facts["rows"]))
        elif event.name == "staged":
            self._start(int(event.facts["to_send"]))
        elif event.name == "delivered":
            self._step(str(event.facts["status"]))
        elif event.name == "undone":
            self._step(str(event.facts["result"]))

    def pause(self) -> None:
        """Clear the bar so that a note can be written; the next step draws it again."""
        if self._bar is not None:
            self._at_bar(self._bar.clear)

    def close(self) -> None:
        """Take the bar away; a second call does nothing."""
        if self._bar is not None:
            self._at_bar(self._bar.close)
            self._bar = None

    def _at_bar(self, action: Callable[[], object]) -> None:
        try:
            action()
        except OSError:
            self._drop()

    def _drop(self) -> None:
        if self._bar is not None:
            self._bar.disable = True
        self._bar, self._lively = None, False

    def _read(self, rows: int) -> None:
        if self._lively:
            if self._bar is None:
                self._bar = self._tqdm(unit=" rows", leave=False, delay=READING_SECONDS, desc="Reading")
            self._bar.update(rows - self._bar.n)
        elif self._is_time():
            self._write(f"{rows:,} rows read")

    def _start(self, total: int) -> None:
        self.close()
        self._total = total
        self._started = self._said = self._clock()
        if total and self._lively:
            self._bar = self._tqdm(total=total, unit="", bar_format=BAR)

    def _tqdm(self, **options: Any) -> tqdm[Any]:
        from tqdm import tqdm

        return tqdm(file=self._stream, dynamic_ncols=True, smoothing=0.05, **options)

    def _step(self, status: str) -> None:
        self._done += 1
        self._rejected += status in {"rejected", "conflict"}
        if self._bar is not None:
            if self._rejected:
                self._bar.set_postfix_str(f"{self._rejected} rejected", refresh=False)
            self._bar.update(1)
        elif not self._lively and self._is_time():
            self._write(self._calm_line())

    def _is_time(self) -> bool:
        return self._clock() - self._said >= CALM_SECONDS

    def _write(self, line: str) -> None:
        self._said = self._clock()
        self._stream.write(line + "\n")
        self._stream.flush()

    def _calm_line(self) -> str:
        seconds = max(self._clock() - self._started, 1e-9)
        left = (self._total - self._done) * seconds / self._done
        return (
            f"{self._done:,} of {self._total:,} rows, {self._rejected:,} rejected, "
            f"{self._done / seconds:.1f} a second, about {max(1, round(left / 60)):,} min left"
        )
