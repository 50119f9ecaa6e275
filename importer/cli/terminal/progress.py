"""Progress: a tqdm bar on a terminal, elsewhere a calm line every 30 seconds."""

from __future__ import annotations

import os
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TextIO

from importer.cli.terminal.eta import CLOCK_FROM_SECONDS, EtaEstimator, clock, pace, span
from importer.cli.terminal.text import columns_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tqdm import tqdm

    from importer.model import Event

CALM_SECONDS = 30.0
DRAW_SECONDS = 0.2
# Reading is over in a blink for most sheets; only for longer ones a line appears.
READING_SECONDS = 1.0
NARROWEST_BAR = 10
# A shorter pause is over before it is read.
LEAST_PAUSE_SECONDS = 2.0
BAR = "{percentage:3.0f}% |{bar}| "
SPENT_IN_VAIN = {"rejected": "rejected", "conflict": "rejected", "kept": "kept", "failed": "failed"}
SURVEYED = {"rows": "rows looked up", "contacts": "contacts read", "conversations": "conversations read"}


def wall_clock() -> datetime:
    """Now, in the person's own time zone."""
    return datetime.now(UTC).astimezone()


class Progress:
    """Counts rows as they are read and delivered; `timer` counts seconds and never jumps, `wall` tells the time."""

    def __init__(
        self,
        stream: TextIO,
        timer: Callable[[], float] = time.monotonic,
        wall: Callable[[], datetime] = wall_clock,
    ) -> None:
        self._stream, self._timer, self._wall = stream, timer, wall
        self._bar: tqdm[Any] | None = None
        self._counting = ""
        self._done = self._total = 0
        self._vain: Counter[str] = Counter()
        self._begun = self._said = self._drawn = timer()
        self._forecast = EtaEstimator(self._begun)
        self._pause, self._pause_ends = "", 0.0
        self._over = False
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
            self._count("rows read", int(event.facts["rows"]))
        elif event.name == "surveying":
            self._survey(event.facts)
        elif event.name == "staged":
            self._start(int(event.facts["to_send"]))
        elif event.name == "delivered":
            self._step(str(event.facts["status"]))
        elif event.name == "undone":
            self._step(str(event.facts["result"]))
        elif event.name in {"waiting", "resumed"}:
            self._wait(event.name == "waiting")
        elif event.name == "rate_limited":
            self._slow(float(event.facts.get("wait_seconds") or 0))

    def pause(self) -> None:
        """Clear the bar so that a note can be written."""
        if self._bar is not None:
            self._at_bar(self._bar.clear)

    def resume(self) -> None:
        """Draw the bar below a note again."""
        if self._bar is not None and self._total:
            self._at_bar(self._draw)

    def close(self) -> None:
        """Take leave of the bar; a second call does nothing."""
        self._over = True
        if self._bar is not None:
            if self._total:
                self._at_bar(self._draw)
            if self._bar is not None:
                self._at_bar(self._bar.close)
            self._bar = None

    # -------------------------------------------------------------------------------------- reading, looking

    def _survey(self, facts: dict[str, Any]) -> None:
        for name, words in SURVEYED.items():
            if name in facts:
                self._count(words, int(facts[name]), int(facts.get("of") or 0))

    def _count(self, words: str, number: int, total: int = 0) -> None:
        if words != self._counting:
            self.close()
            self._counting, self._said = words, self._timer()
        if self._lively:
            if self._bar is None:
                known = {"total": total, "bar_format": BAR + "{n:,} of {total:,} " + words} if total else {}
                form = "{n:,} " + words
                self._bar = self._tqdm(leave=False, delay=READING_SECONDS, **{"bar_format": form, **known})
            self._bar.update(number - self._bar.n)
        elif self._is_time():
            self._write(f"{number:,}{f' of {total:,}' if total else ''} {words}")

    # ---------------------------------------------------------------------------------------------- sending

    def _start(self, total: int) -> None:
        self.close()
        self._total, self._over = total, False
        self._begun = self._said = self._drawn = self._timer()
        self._forecast = EtaEstimator(self._begun)
        if total and self._lively:
            self._bar = self._tqdm(total=total, bar_format=self._format(""))
            self._draw()

    def _step(self, status: str) -> None:
        self._done += 1
        if status in SPENT_IN_VAIN:
            self._vain[SPENT_IN_VAIN[status]] += 1
        self._forecast.step(self._timer())
        if self._bar is not None:
            self._bar.n = self._done
            if self._timer() - self._drawn >= DRAW_SECONDS:
                self._draw()
        elif not self._lively and self._is_time():
            self._write(self._calm_line())

    def _wait(self, waiting: bool) -> None:
        if waiting:
            self._pause, self._pause_ends = f"waiting for the service since {self._wall():%H:%M}", float("inf")
        else:
            self._pause = ""
            self._forecast.skip(self._timer())
        self.resume()

    def _slow(self, seconds: float) -> None:
        if seconds >= LEAST_PAUSE_SECONDS and self._pause_ends != float("inf"):
            until = self._wall() + timedelta(seconds=seconds)
            self._pause, self._pause_ends = f"told to wait until {until:%H:%M:%S}", self._timer() + seconds
            self.resume()

    def _draw(self) -> None:
        if self._bar is not None:
            self._drawn = self._timer()
            self._bar.ncols = columns_of(self._stream)
            room = self._bar.ncols - len("100% || ") - NARROWEST_BAR
            *longer, shortest = self._texts()
            self._bar.bar_format = self._format(next((text for text in longer if len(text) <= room), shortest))
            self._bar.refresh()

    @staticmethod
    def _format(text: str) -> str:
        return BAR + text.replace("{", "{{").replace("}", "}}")

    def _texts(self) -> Iterator[str]:
        """What to say beside the bar, the fullest first."""
        count = f"{self._done:,} of {self._total:,}"
        vain = "".join(f", {number:,} {word}" for word, number in self._vain.items())
        if self._over or self._done >= self._total:
            took = f" in {span(self._timer() - self._begun)}"
            yield from (f"{count} contacts{vain}{took}", f"{count}{vain}{took}", count)
            return
        if self._paused():
            yield f"{count} contacts{vain}, {self._pause}"
            yield from (f"{count}{vain}, {self._pause}", f"{count}, {self._pause}", self._pause)
            return
        rate, left, until = self._outlook()
        yield f"{count} contacts{vain}{rate}{left}{until}"
        yield f"{count}{vain}{rate}{left}{until}"
        yield f"{count}{vain}{rate}{until or left}"
        yield f"{count}{vain}{until or left}"
        yield f"{count}{vain}"

    def _paused(self) -> bool:
        return bool(self._pause) and self._timer() < self._pause_ends

    def _outlook(self) -> tuple[str, str, str]:
        """Rate, time left and the expected end, each with its comma; "" for what nobody can tell yet."""
        now = self._timer()
        rate, left = self._forecast.rate, self._forecast.left(now, self._total - self._done)
        if rate is None or left is None:
            return "", "", ""
        until = f", until {clock(self._end(left), left)}" if left >= CLOCK_FROM_SECONDS else ""
        return f", {pace(rate)}/s", f", {span(left)} left", until

    def _end(self, left: float) -> datetime:
        """The expected end, no more exact than it can be known."""
        grain = 300 if left >= 3 * CLOCK_FROM_SECONDS else 60
        moment = self._wall() + timedelta(seconds=left + grain / 2)
        return moment - timedelta(seconds=moment.timestamp() % grain)

    def _calm_line(self) -> str:
        vain = "".join(f", {number:,} {word}" for word, number in ({"rejected": 0} | self._vain).items())
        rate, left, until = self._outlook()
        return f"{self._done:,} of {self._total:,} contacts{vain}{rate.replace('/s', ' a second')}{left}{until}"

    # ------------------------------------------------------------------------------------------- the stream

    def _tqdm(self, **options: Any) -> tqdm[Any]:
        from tqdm import tqdm

        return tqdm(file=self._stream, ncols=columns_of(self._stream), **options)

    def _at_bar(self, action: Callable[[], object]) -> None:
        try:
            action()
        except OSError:
            self._drop()

    def _drop(self) -> None:
        if self._bar is not None:
            self._bar.disable = True
        self._bar, self._lively = None, False

    def _is_time(self) -> bool:
        return self._timer() - self._said >= CALM_SECONDS

    def _write(self, line: str) -> None:
        self._said = self._timer()
        self._stream.write(line + "\n")
        self._stream.flush()
