"""When a command is to run: the five fields of a cron line, and the same times in the words of systemd."""

from __future__ import annotations

from dataclasses import dataclass

from importer.errors import SettingsError
from importer.regex import regex

NAMED = {"night": "17 2 * * *", "hour": "17 * * * *"}
"""What `--every` takes beside a cron line; not on the hour, when everybody's jobs start."""
_FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("weekday", 0, 7))
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_PART = regex(r"(?:\*|(?P<first>\w+)(?:-(?P<last>\w+))?)(?:/(?P<step>\d+))?")


@dataclass(frozen=True, slots=True)
class CronTimes:
    """The times of a cron line: its text, and for each field the numbers it allows (None for all: `*`)."""

    text: str
    minutes: tuple[int, ...] | None
    hours: tuple[int, ...] | None
    days: tuple[int, ...] | None
    months: tuple[int, ...] | None
    weekdays: tuple[int, ...] | None

    @classmethod
    def parse(cls, schedule: str) -> CronTimes:
        """Read `night`, `hour` or a cron line of five fields (POSIX crontab, with steps and names).

        Raises SettingsError for anything else, as cron itself would only say at night.
        """
        text = " ".join(NAMED.get(schedule.strip().lower(), schedule).split())
        parts = text.split(" ")
        if len(parts) != len(_FIELDS):
            raise _wrong(schedule, f"it has {len(parts)} fields, and a cron line has five")
        numbers = [_numbers(schedule, part, *field) for part, field in zip(parts, _FIELDS, strict=True)]
        if (weekdays := numbers[4]) is not None:
            numbers[4] = tuple(sorted({day % 7 for day in weekdays}))
        _, _, days, months, weekdays = numbers
        # A weekday beside it comes in every month; 29 February comes.
        if days is not None and weekdays is None and min(days) > max(_LENGTHS[month - 1] for month in months or (1,)):
            raise _wrong(schedule, f"no such month has a day {min(days)}, so it would never run")
        return cls(text, *numbers)

    def calendar(self) -> tuple[str, ...]:
        """Return the same times as `OnCalendar=` takes them; two lines where cron means "or" (see `systemd.time`)."""
        clock = f"{_listed(self.hours)}:{_listed(self.minutes)}:00"
        by_day = f"*-{_listed(self.months)}-{_listed(self.days)} {clock}"
        if self.weekdays is None:
            return (by_day,)
        names = ",".join(_DAYS[day].title() for day in self.weekdays)
        by_weekday = f"{names} *-{_listed(self.months)}-* {clock}"
        # A cron line with a day of the month and a weekday runs on either.
        return (by_weekday,) if self.days is None else (by_day, by_weekday)


def _numbers(schedule: str, text: str, name: str, lowest: int, highest: int) -> tuple[int, ...] | None:
    if text == "*":
        return None
    numbers: set[int] = set()
    for part in text.split(","):
        match = _PART.fullmatch(part)
        if match is None:
            raise _wrong(schedule, f"{part!r} is not a {name}")
        first = lowest if match["first"] is None else _number(schedule, match["first"], name)
        if match["last"] is not None:
            last = _number(schedule, match["last"], name)
        else:
            last = first if match["first"] is not None and match["step"] is None else highest
        step = int(match["step"] or 1)
        if not lowest <= first <= last <= highest or step == 0:
            raise _wrong(schedule, f"{part!r} is not a {name}, which goes from {lowest} to {highest}")
        numbers.update(range(first, last + 1, step))
    return tuple(sorted(numbers))


def _number(schedule: str, text: str, name: str) -> int:
    if text.isascii() and text.isdigit():
        return int(text)
    names = {"month": ("", *_MONTHS), "weekday": _DAYS}.get(name, ())
    if text and text.lower() in names:
        return names.index(text.lower())
    raise _wrong(schedule, f"{text!r} is not a {name}")


def _wrong(schedule: str, reason: str) -> SettingsError:
    return SettingsError(
        f"--every: {schedule!r} cannot be used: {reason}.",
        'Give night, hour, or a cron line in quotes such as "30 6 * * 1-5" (minute hour day month weekday).',
    )


def _listed(numbers: tuple[int, ...] | None) -> str:
    return "*" if numbers is None else ",".join(f"{number:02}" for number in numbers)
