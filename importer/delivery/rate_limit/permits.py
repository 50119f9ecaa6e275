"""The arithmetic of the rate limiter: permits taken and handed back, as plain state and plain functions of the time.

A limit of N in any one second holds by construction if there are N permits and each comes back one second after its
request reached the service. What we know is when the request was sent; the margin covers how much later it may arrive.
Measured at 10 a second: slots spaced by the clock bunch up to 12 in a second, this never went over 10.

Permits that come back within a moment of each other leave together. Of requests that travel together the first to
arrive replaces the first, the last the last, so that their jitter cancels out. An answer tells how long its request
travelled, about: what it took more or less than usual moves all permits by its part. (Simulated at 100 ms +-50 %
with a margin of 29 ms: a 429 in one minute of 16; without the answers in one of 7; spread evenly, one request in
eight would come too early.)

All times are seconds of one monotonic clock, which every process of a machine shares until it boots.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from json.encoder import encode_basestring_ascii
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

MARGIN_START = 0.029
MARGIN_FLOOR = 0.020
MARGIN_CEILING = 1.0
MARGIN_GROWTH = 1.5
MARGIN_SHRINKING = 0.99998
SHARE_DROP = 0.9
SHARE_DROP_AGAIN = 0.7
AGAIN_SECONDS = 5.0
SHARE_FLOOR = 0.1
SHARE_CLIMB_PER_SECOND = 0.05
LONGEST_REQUEST_SECONDS = 75.0
# Its permit is another one's a little later: a process that was stopped for so long must not use it any more.
LATEST_SEND_SECONDS = 60.0
LONGEST_STAY_SECONDS = 100_000.0
LONGEST_PAUSE_SECONDS = 300.0
MOST_SLOTS = 10_000
ROOM_SECONDS = 3.0
SKEW_SECONDS = 5.0
LOOK_AGAIN_SECONDS = 0.02
GATHER_SECONDS = 0.03
MOST_GATHERED = 20
SEND_SECONDS = 0.002
# Half of a round trip is the way there; a little less, since that is a guess (simulated: 0.3 to 0.6 do as well).
WAY_THERE = 0.45
SHORTEST_NAP_SECONDS = 0.001
LONGEST_NAP_SECONDS = 0.25


@dataclass(slots=True)
class Slot:
    """One permit in use: by which request of which process, since when, and when it is free again.

    `sent_at` is the latest moment at which its request can have left; None while that is still to come, and then
    `until` is only the moment after which the request cannot be alive any more.
    """

    token: str
    pid: int
    since: float
    until: float
    sent_at: float | None = None


@dataclass(slots=True)
class Ledger:
    """What all processes of one key know together.

    `share`: the part of the permits that may be used since a 429 at `dropped_at`. `margin`: how many seconds later than
    it was sent a request may arrive. `room`: the permits that other programs leave by the service's word, as it was at
    `room_at`.
    """

    slots: list[Slot] = field(default_factory=list)
    paused_until: float = 0.0
    margin: float = MARGIN_START
    share: float = 1.0
    dropped_at: float = 0.0
    room: int = MOST_SLOTS
    room_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many permits there are, and for how long each is taken: 1 for four seconds at a rate of 0.25."""

    permits: int
    period_seconds: float

    @classmethod
    def of(cls, rate: float) -> Allowance:
        """Return the allowance of `rate` requests a second; above one, fractions are dropped."""
        if rate <= 0:
            raise ValueError(f"rate must be positive, not {rate}")
        return cls(int(rate), 1.0) if rate >= 1 else cls(1, 1.0 / rate)


def take(ledger: Ledger, allowance: Allowance, slot: Slot, alive: Callable[[int], bool]) -> float:
    """Put `slot` into the ledger and return 0, or return how many seconds to wait before asking again."""
    _tidy(ledger, allowance, slot.since, alive)
    wait = nap_seconds(ledger, allowance, slot.since)
    if not wait:
        ledger.slots.append(slot)
    return wait


def nap_seconds(ledger: Ledger, allowance: Allowance, now: float) -> float:
    """Return 0 if there is a permit to take, else how many seconds to wait before asking for one."""
    gathering_seconds = _gathering_seconds(ledger, allowance, now)
    room = ledger.room if 0 <= now - ledger.room_at < ROOM_SECONDS else MOST_SLOTS
    if ledger.paused_until > now:
        wait = ledger.paused_until - now
    elif gathering_seconds > 0:
        wait = gathering_seconds
    # Rounded before it is cut, or ten tenths of 10 permits would be 9.
    elif len(ledger.slots) < max(1, min(room, int(round(allowance.permits * _share_now(ledger, now), 6)))):
        return 0.0
    else:
        wait = (
            min((used.until for used in ledger.slots if used.sent_at is not None), default=now + LOOK_AGAIN_SECONDS)
            - now
        )
    # At most a nap: a permit whose request is under way may come back, or be withdrawn, before the time known now.
    return min(max(wait, SHORTEST_NAP_SECONDS), LONGEST_NAP_SECONDS)


def _gathering_seconds(ledger: Ledger, allowance: Allowance, now: float) -> float:
    # More than a few cannot leave together: connections are few, and waiting for all of them would cost speed.
    if not 1 < allowance.permits <= MOST_GATHERED:
        return 0.0
    waits = (slot.until - now for slot in ledger.slots if slot.sent_at is not None)
    soon = sorted(wait for wait in waits if wait < GATHER_SECONDS)
    free = allowance.permits - len(ledger.slots)
    # Requests leave one after the other, so a permit that comes back before its turn delays none of them.
    return max((wait - (free + turn) * SEND_SECONDS for turn, wait in enumerate(soon)), default=0.0)


def hand_back(ledger: Ledger, token: str, sent_at: float, until: float) -> None:
    """Let a permit whose request had left at `sent_at` come back at `until`."""
    for slot in ledger.slots:
        if slot.token == token:
            slot.until, slot.sent_at = until, sent_at


def allow_for(ledger: Ledger, allowance: Allowance, surprise_seconds: float) -> None:
    """Count an answer that took so much longer than usual (or less, below 0): its request arrived later, about half.

    Every permit moves by its part and none by the whole, or those that came back together would not leave together;
    and none comes back before the least margin, however soon the answers came. That counts from the sending: a busy
    computer may have sent long after the permit was taken.
    """
    sent = [(slot, slot.sent_at) for slot in ledger.slots if slot.sent_at is not None]
    bounded = max(-ledger.margin, min(surprise_seconds * WAY_THERE, ledger.margin))
    for slot, sent_at in sent:
        earliest = min(slot.until, sent_at + allowance.period_seconds + MARGIN_FLOOR)
        slot.until = max(slot.until + bounded / len(sent), earliest)


def withdraw(ledger: Ledger, token: str) -> None:
    """Take back a permit that was not used: its request never left."""
    ledger.slots = [slot for slot in ledger.slots if slot.token != token]


def go_on(ledger: Ledger) -> None:
    """Count an answer other than 429: the margin shrinks a little."""
    ledger.margin = max(ledger.margin * MARGIN_SHRINKING, MARGIN_FLOOR)


def slow_down(ledger: Ledger, since: float, now: float, wait_seconds: float | None) -> None:
    """Count a 429 to a request that took its permit at `since`.

    Only the first of a burst counts: the others were in flight before the rate dropped (reacting to each one collapsed
    the rate to a fifth).
    """
    if wait_seconds:
        ledger.paused_until = max(ledger.paused_until, now + min(wait_seconds, LONGEST_PAUSE_SECONDS))
    if since <= ledger.dropped_at <= now:
        return
    # One 429 is bad luck; another so soon means that another program uses the key too.
    drop = SHARE_DROP_AGAIN if ledger.dropped_at and now - ledger.dropped_at < AGAIN_SECONDS else SHARE_DROP
    ledger.share = max(_share_now(ledger, now) * drop, SHARE_FLOOR)
    ledger.dropped_at = now
    ledger.margin = min(ledger.margin * MARGIN_GROWTH, MARGIN_CEILING)


def pause_seconds(ledger: Ledger, now: float) -> float:
    """Return how long nothing may be sent; a pause of the time before the last boot says nothing."""
    seconds = ledger.paused_until - now
    return seconds if 0 < seconds <= LONGEST_PAUSE_SECONDS else 0.0


def own_uses(ledger: Ledger, period_seconds: float, since: float) -> int:
    """Return how many requests of ours left in the period that ends with the one which took its permit at `since`."""
    return sum(since - period_seconds < slot.since <= since for slot in ledger.slots)


def leave_room(ledger: Ledger, room: int, now: float) -> None:
    """Use no more than `room` permits for a while: others use the rest."""
    ledger.room, ledger.room_at = max(room, 1), now


def _share_now(ledger: Ledger, now: float) -> float:
    return min(1.0, ledger.share + max(now - ledger.dropped_at, 0.0) * SHARE_CLIMB_PER_SECOND)


def _tidy(ledger: Ledger, allowance: Allowance, now: float, alive: Callable[[int], bool]) -> None:
    """Drop what has come back, what a dead process left, and what a reboot has made meaningless."""
    for slot in ledger.slots:
        if slot.sent_at is None and not alive(slot.pid):
            slot.until, slot.sent_at = min(slot.until, now + allowance.period_seconds + ledger.margin), now
    # A slot of the time before the last boot cannot be right by this clock. Another process may have taken its slot a
    # moment after `now`.
    ledger.slots = [
        slot
        for slot in ledger.slots
        if now < slot.until and slot.since < now + SKEW_SECONDS and slot.until - slot.since < LONGEST_STAY_SECONDS
    ]
    if ledger.paused_until > now + LONGEST_PAUSE_SECONDS:
        ledger.paused_until = 0.0
    if ledger.dropped_at > now:
        ledger.share, ledger.dropped_at = 1.0, 0.0


def to_text(ledger: Ledger) -> str:
    """Return the ledger as JSON, times in microseconds.

    Slots are short lists, and written by hand: `json` would take twice as long for them, with each request.
    """
    slots = [
        f"[{encode_basestring_ascii(slot.token)},{slot.pid},{slot.since:.6f},{slot.until:.6f},"
        f"{'null' if slot.sent_at is None else f'{slot.sent_at:.6f}'}]"
        for slot in ledger.slots
    ]
    figures = {
        "paused_until": ledger.paused_until,
        "margin": ledger.margin,
        "share": ledger.share,
        "dropped_at": ledger.dropped_at,
        "room": ledger.room,
        "room_at": ledger.room_at,
    }
    return f'{{"slots":[{",".join(slots)}],{json.dumps(figures)[1:]}'


def from_document(document: Any) -> Ledger:
    """Return the ledger in a document; an empty one if it is unusable (half-written, edited, of another version)."""
    try:
        slots = [
            # Ledgers of earlier versions hold a flag instead of the time of sending: then the permit's own time counts.
            Slot(str(token), int(pid), float(since), float(until), max(float(since), float(sent)) if sent else None)
            for token, pid, since, until, sent in document["slots"][:MOST_SLOTS]
        ]
        paused_until, margin = float(document["paused_until"]), float(document["margin"])
        share, dropped_at = float(document["share"]), float(document["dropped_at"])
        room, room_at = int(document.get("room", MOST_SLOTS)), float(document.get("room_at", 0.0))
    except (TypeError, ValueError, KeyError, OverflowError):
        return Ledger()
    numbers = [paused_until, dropped_at, room_at, *(slot.until for slot in slots), *(slot.since for slot in slots)]
    numbers += [slot.sent_at for slot in slots if slot.sent_at is not None]
    is_sane = MARGIN_FLOOR <= margin <= MARGIN_CEILING and SHARE_FLOOR <= share <= 1.0
    # os.kill takes 0 and less for groups of processes, and fails for more than 31 bits.
    has_pids = all(0 < slot.pid < 2**31 for slot in slots)
    if not is_sane or not has_pids or not all(-1e12 < number < 1e12 for number in numbers):
        return Ledger()
    return Ledger(slots, paused_until, margin, share, dropped_at, max(1, min(room, MOST_SLOTS)), room_at)
