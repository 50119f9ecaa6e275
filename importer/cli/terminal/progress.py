"""Progress: a tqdm bar on a terminal, elsewhere a line every 30 seconds."""

from __future__ import annotations

import math
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

LOG_LINE_SECONDS = 30.0
DRAW_SECONDS = 0.2
# Most sheets are read sooner than a bar could be noticed, so it appears only after a while.
READING_SECONDS = 1.0
NARROWEST_BAR = 10
# A shorter pause is over before it is read.
LEAST_PAUSE_SECONDS = 2.0
BAR = "{percentage:3.0f}% |{bar}| "
# The results that are counted beside the bar, each by the word for it.
NOTABLE_RESULTS = {"rejected": "rejected", "conflict": "rejected", "kept": "kept", "failed": "failed"}
SURVEYED = {"rows": "rows looked up", "contacts": "contacts read", "conversations": "conversations read"}


class _NoLock:
    """What tqdm takes before it draws.

    It does not give a real lock back when the terminal is lost while it draws, and whichever thread collects the bar
    would then wait for ever. One thread draws the one bar, so that there is nothing to lock.
    """

    def acquire(self, *_: object, **__: object) -> bool:
        return True

    def release(self) -> None:
        pass

    def __enter__(self) -> bool:
        return True

    def __exit__(self, *_: object) -> None:
        pass


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
        # A dumb terminal cannot go back to the start of a line.
        self._is_terminal = stream.isatty() and os.environ.get("TERM") != "dumb"
        self._bar: tqdm[Any] | None = None
        self._counted = ""  # what is counted before the delivery, such as `rows read`
        self._is_over = False
        self._done = self._total = 0
        self._notable: Counter[str] = Counter()
        self._pause, self._pause_ends = "", 0.0
        self._restart_clocks()

    def __call__(self, event: Event) -> None:
        """Follow one event of the pipeline."""
        name, facts = event.name, event.facts
        try:
            if name == "reading":
                self._count("rows read", int(facts["rows"]))
            elif name == "surveying":
                for fact in SURVEYED.keys() & facts.keys():
                    self._count(SURVEYED[fact], int(facts[fact]), int(facts.get("of") or 0))
            elif name == "staged":
                self.close()
                self._total, self._is_over = int(facts["to_send"]), False
                # The rate and the time are those of the delivery alone, without the reading before it.
                self._restart_clocks()
                if self._total and self._is_terminal:
                    self._bar = self._tqdm(total=self._total, bar_format=BAR)
                    self._draw()
            elif name == "delivered":
                self._row_done(str(facts["status"]))
            elif name in ("undone", "joined"):
                self._row_done(str(facts["result"]))
            elif name == "waiting":
                self._pause, self._pause_ends = f"waiting for the service since {self._wall():%H:%M}", math.inf
                self.resume()
            elif name == "resumed":
                self._pause = ""
                self._eta.skip(self._timer())
                self.resume()
            elif name == "rate_limited":
                self._rate_limited(float(facts.get("wait_seconds") or 0))
        except OSError:
            # The terminal is gone; the import continues without a bar.
            self._drop_bar()

    def pause(self) -> None:
        """Clear the bar so that a note can be written."""
        if self._bar is not None:
            self._try(self._bar.clear)

    def resume(self) -> None:
        """Draw the bar below a note again."""
        if self._bar is not None and self._total:
            self._try(self._draw)

    def close(self) -> None:
        """Leave the bar as it is at the end; a second call does nothing."""
        self._is_over = True
        self.resume()
        if self._bar is not None:
            self._try(self._bar.close)
            self._bar = None

    # -------------------------------------------------------------------------------------- reading, looking

    def _count(self, words: str, number: int, total: int = 0) -> None:
        if words != self._counted:
            self.close()
            self._counted, self._last_line = words, self._timer()
        if not self._is_terminal:
            if self._timer() - self._last_line >= LOG_LINE_SECONDS:
                self._write_line(f"{number:,}{f' of {total:,}' if total else ''} {words}")
            return
        if self._bar is None:
            bar_format = f"{BAR}{{n:,}} of {{total:,}} {words}" if total else f"{{n:,}} {words}"
            self._bar = self._tqdm(
                leave=False, delay=READING_SECONDS, bar_format=bar_format, **({"total": total} if total else {})
            )
        # tqdm counts steps, but events have totals.
        self._bar.update(number - self._bar.n)

    # ---------------------------------------------------------------------------------------------- sending

    def _restart_clocks(self) -> None:
        self._begun = self._last_line = self._last_drawn = self._timer()
        self._eta = EtaEstimator(self._begun)

    def _row_done(self, result: str) -> None:
        self._done += 1
        if result in NOTABLE_RESULTS:
            self._notable[NOTABLE_RESULTS[result]] += 1
        self._eta.row_done(self._timer())
        if self._bar is not None:
            self._bar.n = self._done
            if self._timer() - self._last_drawn >= DRAW_SECONDS:
                self._draw()
        elif not self._is_terminal and self._timer() - self._last_line >= LOG_LINE_SECONDS:
            rate, remaining, end = self._estimates()
            # A log says so too if nothing was rejected.
            counts = {"rejected": 0} | self._notable
            notable = "".join(f", {number:,} {word}" for word, number in counts.items())
            rate = rate.replace("/s", " a second")
            self._write_line(f"{self._done:,} of {self._total:,} contacts{notable}{rate}{remaining}{end}")

    def _rate_limited(self, seconds: float) -> None:
        # While the service is away altogether, that is what the bar says.
        if seconds >= LEAST_PAUSE_SECONDS and self._pause_ends != math.inf:
            end = self._wall() + timedelta(seconds=seconds)
            self._pause, self._pause_ends = f"paused by the service until {end:%H:%M:%S}", self._timer() + seconds
            self.resume()

    def _draw(self) -> None:
        if self._bar is None:
            return
        self._last_drawn = self._timer()
        self._bar.ncols = columns_of(self._stream)
        # The fullest text that fits beside a bar of a readable width.
        room = self._bar.ncols - len("100% || ") - NARROWEST_BAR
        *longer, shortest = self._texts()
        text = next((text for text in longer if len(text) <= room), shortest)
        self._bar.bar_format = BAR + text.replace("{", "{{").replace("}", "}}")
        self._bar.refresh()

    def _texts(self) -> Iterator[str]:
        """What to say beside the bar, the fullest text first."""
        count = f"{self._done:,} of {self._total:,}"
        notable = "".join(f", {number:,} {word}" for word, number in self._notable.items())
        if self._is_over or self._done >= self._total:
            duration = f" in {span(self._timer() - self._begun)}"
            yield from (f"{count} contacts{notable}{duration}", f"{count}{notable}{duration}", count)
        elif self._pause and self._timer() < self._pause_ends:
            yield f"{count} contacts{notable}, {self._pause}"
            yield from (f"{count}{notable}, {self._pause}", f"{count}, {self._pause}", self._pause)
        else:
            rate, remaining, end = self._estimates()
            yield f"{count} contacts{notable}{rate}{remaining}{end}"
            yield f"{count}{notable}{rate}{remaining}{end}"
            yield f"{count}{notable}{rate}{end or remaining}"
            yield f"{count}{notable}{end or remaining}"
            yield f"{count}{notable}"

    def _estimates(self) -> tuple[str, str, str]:
        """Rate, remaining time and the expected end, each with its comma; "" for what cannot be estimated yet."""
        rate, seconds = self._eta.rate, self._eta.seconds_left(self._timer(), self._total - self._done)
        if rate is None or seconds is None:
            return "", "", ""
        end = ""
        if seconds >= CLOCK_FROM_SECONDS:
            # Rounded to the minute, or to five of them: the end is known no more exactly.
            grain = 300 if seconds >= 3 * CLOCK_FROM_SECONDS else 60
            moment = self._wall() + timedelta(seconds=seconds + grain / 2)
            moment -= timedelta(seconds=moment.timestamp() % grain)
            end = f", until {clock(moment, seconds)}"
        return f", {pace(rate)}/s", f", {span(seconds)} left", end

    # ------------------------------------------------------------------------------------------- the stream

    def _tqdm(self, **options: Any) -> tqdm[Any]:
        from tqdm import tqdm

        # There is one bar in one process. Otherwise tqdm starts a thread that watches it.
        tqdm.monitor_interval = 0
        tqdm.set_lock(_NoLock())
        return tqdm(file=self._stream, ncols=columns_of(self._stream), **options)

    def _try(self, action: Callable[[], object]) -> None:
        try:
            action()
        except OSError:
            self._drop_bar()

    def _drop_bar(self) -> None:
        if self._bar is not None:
            # Else tqdm writes to the lost terminal once more when it is collected.
            self._bar.disable = True
        self._bar, self._is_terminal = None, False

    def _write_line(self, line: str) -> None:
        self._last_line = self._timer()
        self._stream.write(line + "\n")
        self._stream.flush()
