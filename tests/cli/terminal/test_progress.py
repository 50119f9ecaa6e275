"""The bar and the calm lines: what is done, rejected and left, how fast, and an expected end that does not jump."""

from __future__ import annotations

import io
import os
import random
import re
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.cli.terminal.eta import EtaEstimator, clock, pace, span
from importer.cli.terminal.progress import Progress
from importer.model import Event

NOON = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)  # a Friday
HOUR = 3600.0


class Window(io.StringIO):
    def isatty(self) -> bool:
        return True

    @property
    def last(self) -> str:
        """The bar as it stands now."""
        return self.getvalue().split("\r")[-1].replace("\x1b[A", "").rstrip()


class Watched:
    """Progress on a stream, with a time of its own."""

    def __init__(self, stream: io.StringIO) -> None:
        self.now = 0.0
        self.progress = Progress(stream, lambda: self.now, lambda: NOON + timedelta(seconds=self.now))

    def tell(self, name: str, **facts: object) -> None:
        self.progress(Event(name, facts))

    def rows(self, number: int, seconds: float, status: str = "created") -> None:
        """So many rows end, one after `seconds` each."""
        for _ in range(number):
            self.now += seconds
            self.tell("delivered", row=2, status=status)


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch) -> Window:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    return Window()


def test_progress_in_a_log_is_a_calm_line_each_half_minute() -> None:
    """Without a terminal one line says how far it is, how fast and how long to go, every 30 seconds and not more."""
    stream = io.StringIO()
    watched = Watched(stream)
    watched.tell("staged", to_send=1200)
    watched.rows(5, 0.1)
    watched.rows(1, 0.1, "rejected")
    watched.rows(594, 0.1)
    assert stream.getvalue().splitlines() == [
        "300 of 1,200 contacts, 1 rejected, 10.0 a second, 2 min left",
        "600 of 1,200 contacts, 1 rejected, 10.0 a second, 60 s left",
    ]


def test_looking_around_in_a_log_is_calm_too() -> None:
    """Reading rows and reading the workspace tell how far they are every 30 seconds."""
    stream = io.StringIO()
    watched = Watched(stream)
    for number in range(1, 8):
        watched.now += 10
        watched.tell("reading", rows=number * 1000)
    for number in range(1, 5):
        watched.now += 10
        watched.tell("surveying", rows=number * 20, of=80)
    watched.now += 31
    watched.tell("surveying", contacts=50)
    assert stream.getvalue().splitlines() == ["4,000 rows read", "7,000 rows read", "80 of 80 rows looked up"]


def test_the_bar_tells_how_far_how_fast_and_until_when(window: Window) -> None:
    """Done, rejected, rate, time left and, where that is long, the time of day at which it ends."""
    watched = Watched(window)
    watched.tell("staged", to_send=100_000)
    watched.rows(2000, 0.1)
    watched.rows(1, 0.1, "conflict")
    watched.rows(9, 0.1)
    assert "2,010 of 100,000 contacts, 1 rejected, 10.0/s, 2 h 50 min left, until 14:45" in window.last


def test_an_end_on_another_day_has_its_weekday(window: Window) -> None:
    """A run of 27 hours says on which day it ends."""
    watched = Watched(window)
    watched.tell("staged", to_send=1_000_000)
    watched.rows(600, 0.1)
    assert ", 10.0/s, 28 h left, until Sat 15:" in window.last


def test_the_bar_says_that_the_service_makes_us_wait(window: Window) -> None:
    """While the service has told us to wait, the bar says until when instead of a time left."""
    watched = Watched(window)
    watched.tell("staged", to_send=100)
    watched.rows(50, 0.1)
    watched.tell("rate_limited", wait_seconds=None)
    assert "left" in window.last
    watched.tell("rate_limited", wait_seconds=30)
    assert "50 of 100 contacts, paused by the service until 12:00:35" in window.last
    watched.now += 31
    watched.rows(1, 0.1)
    assert "paused" not in window.last


def test_the_bar_says_that_the_service_is_waited_for(window: Window) -> None:
    """While the service is away the bar says since when; the time of waiting says nothing of the pace after it."""
    watched = Watched(window)
    watched.tell("staged", to_send=100)
    watched.rows(51, 0.1)
    watched.tell("waiting", text="Away.", warning=True, reason="503")
    assert "51 of 100 contacts, waiting for the service since 12:00" in window.last
    watched.now += HOUR
    watched.tell("resumed", text="Back.", warning=False)
    watched.rows(10, 0.1)
    assert " of 100 contacts, 10.0/s, 4 s left" in window.last


def test_the_last_bar_says_how_long_it_took(window: Window) -> None:
    """What stays on the screen is what was done and in what time, also where the run ended early."""
    watched = Watched(window)
    watched.tell("staged", to_send=100)
    watched.rows(40, 0.5)
    watched.progress.close()
    assert "40 of 100 contacts in 20 s" in window.last
    assert "left" not in window.last


@given(
    st.integers(1, 10**7),
    st.floats(0, 1),
    st.floats(0.001, 100),
    st.integers(0, 10**6),
    st.integers(40, 200),
    st.booleans(),
)
def test_the_bar_fits_its_window(
    total: int, share: float, seconds: float, rejected: int, columns: int, waiting: bool
) -> None:
    """Whatever the numbers, the bar is one line of the window, and says how many of how many."""
    os.environ |= {"COLUMNS": str(columns), "TERM": "xterm"}
    try:
        window = Window()
        watched = Watched(window)
        watched.tell("staged", to_send=total)
        watched.progress._done, watched.progress._notable["rejected"] = int(total * share), rejected
        for _ in range(8):
            watched.now += seconds
            watched.progress._eta.row_done(watched.now)
        if waiting:
            watched.tell("waiting", text="", warning=True, reason="")
        watched.progress.resume()
    finally:
        del os.environ["COLUMNS"]
    assert len(window.last) <= columns
    assert f" of {total:,}" in window.last or (waiting and "waiting" in window.last)


@pytest.mark.parametrize("seed", range(3))
def test_the_expected_end_of_a_long_run_does_not_jump(seed: int) -> None:
    """Over 27 hours of an uneven pace the end that is told moves seldom and little, and is right in the end."""
    chance, total = random.Random(seed), 20_000
    forecast, now, ends = EtaEstimator(0.0), 0.0, [0.0]
    # A row stands for 50: rows come in bursts, and by night the pace is a third better than by day.
    for number in range(total):
        by_day = 6 <= now / HOUR % 24 < 18
        now += chance.gammavariate(50, 1 / 50) * (5.5 if by_day else 4.1)
        forecast.row_done(now)
        left = forecast.seconds_left(now, total - number - 1)
        if left is not None and number > 50 and abs(now + left - ends[-1]) > 1:
            ends.append(now + left)
    assert now > 24 * HOUR
    told = ends[1:]
    late = [end for end in told if end < now - HOUR]
    assert len(told) < 250
    assert all(abs(end - now) < 0.4 * now for end in told)
    assert abs(told[-1] - now) < 60, late[-1:]


def test_times_are_as_exact_as_they_can_be_known() -> None:
    """Seconds near the end, minutes before, then tens of minutes, then hours; a weekday for another day."""
    told = [span(seconds) for seconds in (0.4, 7, 41, 89, 91, 754, 59 * 60, 3 * HOUR, 3.24 * HOUR, 27.1 * HOUR)]
    assert told == ["1 s", "7 s", "40 s", "90 s", "2 min", "13 min", "59 min", "3 h", "3 h 20 min", "27 h"]
    assert (clock(NOON, HOUR), clock(NOON, 20 * HOUR)) == ("12:00", "Fri 12:00")
    assert [pace(rate) for rate in (0.04, 9.74, 99.4, 99.6)] == ["0.0", "9.7", "99.4", "100"]
    assert all(re.fullmatch(r"\d+ (s|min|h)( \d\d min)?", span(10**n / 7)) for n in range(8))


def test_a_lost_terminal_holds_up_no_other_thread(window: Window) -> None:
    """Where the terminal is lost while the bar is drawn, another thread can still draw a bar and end it."""

    class LostWindow(Window):
        is_lost = False

        def write(self, text: str) -> int:
            if self.is_lost:
                raise OSError
            return super().write(text)

    lost = LostWindow()
    watched = Watched(lost)
    watched.tell("staged", to_send=10)
    lost.is_lost = True
    watched.rows(2, 1.0)

    def draw() -> None:
        other = Watched(window)
        other.tell("staged", to_send=1)
        other.rows(1, 1.0)
        other.progress.close()

    thread = Thread(target=draw, daemon=True)
    thread.start()
    thread.join(20)
    assert "1 of 1" in window.last
    assert not thread.is_alive()
