"""What schedulers are given starts exactly the command that was meant, at the times that were meant."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from xml.etree.ElementTree import fromstring, tostring

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from importer.errors import SettingsError
from importer.schedule.job import ScheduledJob
from importer.schedule.task_xml import task_xml
from importer.schedule.times import CronTimes
from importer.schedule.workflow import workflow

needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed here")
AWKWARD = (
    "100%",
    "a b",
    "$HOME",
    "it's",
    '"q"',
    "back\\slash",
    "#no",
    "--map",
    "A=B;C",
    "é",
    "%h",
    "~",
    "*",
    "a&b|c>d",
)


def job(*arguments: str, program: tuple[str, ...] = ("/bin/true",), every: str = "night") -> ScheduledJob:
    times = CronTimes.parse(every)
    return ScheduledJob(program, arguments, Path("/tmp"), "/srv/a b/cust%omers.csv", Path("/srv/out"), times)


def allows(text: str, moment: datetime) -> bool:
    """Whether a cron line allows a minute, read from its text as crontab(5) explains it."""

    def field_allows(field: str, number: int, lowest: int) -> bool:
        for part in field.split(","):
            span, _, step = part.partition("/")
            first, _, last = span.partition("-")
            if span == "*":
                low, high = lowest, 99
            else:
                low, high = int(first), int(last or (99 if step else first))
            if low <= number <= high and (number - low) % int(step or 1) == 0:
                return True
        return False

    minute, hour, day, month, weekday = text.split()
    is_day = field_allows(day, moment.day, 1)
    sunday_based = moment.isoweekday() % 7
    is_weekday = field_allows(weekday, sunday_based, 0) or (sunday_based == 0 and field_allows(weekday, 7, 0))
    on_day = is_day or is_weekday if day != "*" and weekday != "*" else is_day and is_weekday
    return (
        on_day
        and field_allows(minute, moment.minute, 0)
        and field_allows(hour, moment.hour, 0)
        and field_allows(month, moment.month, 1)
    )


def allowed(times: CronTimes, moment: datetime) -> bool:
    """The same by the numbers that were read."""

    def has(numbers: tuple[int, ...] | None, number: int) -> bool:
        return numbers is None or number in numbers

    is_day, is_weekday = has(times.days, moment.day), has(times.weekdays, moment.isoweekday() % 7)
    on_day = is_day or is_weekday if times.days and times.weekdays else is_day and is_weekday
    return (
        on_day
        and has(times.minutes, moment.minute)
        and has(times.hours, moment.hour)
        and has(times.months, moment.month)
    )


def cron_field(lowest: int, highest: int) -> st.SearchStrategy[str]:
    number = st.integers(lowest, highest)
    span = st.tuples(number, number).map(lambda pair: f"{min(pair)}-{max(pair)}")
    part = st.one_of(number.map(str), span, st.tuples(span, st.integers(1, 9)).map(lambda pair: f"{pair[0]}/{pair[1]}"))
    return st.one_of(st.just("*"), st.lists(part, min_size=1, max_size=3).map(",".join), st.just("*/2"))


CRON = st.tuples(cron_field(0, 59), cron_field(0, 23), cron_field(1, 31), cron_field(1, 12), cron_field(0, 7)).map(
    " ".join
)


@given(CRON, st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)))  # noqa: DTZ001 - times of a wall clock
@example("*/15 9-17 1,15 * 1-5", datetime(2026, 5, 1, 9, 45))  # noqa: DTZ001
def test_a_cron_line_means_what_crontab_says(text: str, moment: datetime) -> None:
    """A law: the numbers read from a line allow exactly the minutes that its text allows."""
    assert allowed(CronTimes.parse(text), moment) == allows(text, moment)


@needs_systemd
def test_systemd_has_the_same_times() -> None:
    """The next five times that systemd finds for its words are the next five minutes that the cron line allows."""
    base = datetime(2026, 3, 1, 12, 0)  # noqa: DTZ001 - without a change of the clock: the zone below is UTC
    for text in ("17 2 * * *", "17 * * * *", "*/20 6,18 * * 1-5", "30 6 1,15 * *", "0 0 13 * 5", "5 4 * 2-3 0"):
        found: list[datetime] = []
        for words in CronTimes.parse(text).calendar():
            shown = subprocess.run(
                ["systemd-analyze", "calendar", "--iterations=5", f"--base-time={base:%Y-%m-%d %H:%M:%S UTC}", words],
                capture_output=True,
                text=True,
                check=True,
                env={"TZ": "UTC", "PATH": "/usr/bin:/bin", "LC_ALL": "C"},
            )
            times = re.findall(r"(?:elapse|Iter[^:]*|#\d+): \w+ (\d{4}-\d\d-\d\d \d\d:\d\d):00 UTC", shown.stdout)
            found += [datetime.fromisoformat(each) for each in times]
        expected: list[datetime] = []
        moment = base
        while len(expected) < 5:
            moment += timedelta(minutes=1)
            if allows(text, moment):
                expected.append(moment)
        assert sorted(set(found))[:5] == expected, text


@pytest.mark.parametrize(
    "wrong", ["", "daily", "60 * * * *", "* * * *", "* * 0 * *", "5-1 * * * *", "*/0 * * * *", "; rm"]
)
def test_a_wrong_time_is_refused(wrong: str) -> None:
    """What cron would not take is refused now, with what can be given."""
    with pytest.raises(SettingsError, match="--every") as caught:
        CronTimes.parse(wrong)
    assert "night, hour" in caught.value.next_step


PRINTS = (sys.executable, "-S", "-c", "import json, sys; print(json.dumps(sys.argv[1:]))")


@settings(max_examples=12, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12), max_size=6))
@example(list(AWKWARD))
def test_the_cron_line_starts_the_command(arguments: list[str]) -> None:
    """A law: what sh makes of the line, as cron hands it over, are the very arguments."""
    line = job(*arguments, program=PRINTS).cron_line()
    assert "\n" not in line
    # cron ends the command at a percent sign without a backslash, and takes off the backslash before others.
    command = line.split(" ", 5)[5]
    assert not re.search(r"(?<!\\)%", command)
    done = subprocess.run(
        ["/bin/sh", "-c", command.replace("\\%", "%")], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert json.loads(done.stdout) == arguments


@needs_systemd
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    """`systemd-analyze verify` has nothing to say about the service and the timer, whatever is in the command."""
    awkward = job(*AWKWARD)
    for ending, text in ((".service", awkward.service_unit()), (".timer", awkward.timer_unit())):
        (tmp_path / f"{awkward.name}{ending}").write_text(text, encoding="utf-8")
    files = [str(path) for path in tmp_path.iterdir()]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *files], capture_output=True, text=True, check=False
    )
    complaints = [line for line in done.stderr.splitlines() if awkward.name in line]
    assert complaints == []
    unit = awkward.service_unit()
    assert "SuccessExitStatus=1" in unit
    assert '100%% "a b" $$HOME "it\'s" "\\"q\\"" "back\\\\slash"' in unit


def test_the_task_of_windows_is_whole() -> None:
    """The XML names command, arguments and folder; an hourly task is repeated, and other times are said to be none."""
    tag = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
    xml = task_xml(job(*AWKWARD, every="30 6,18 * * 1-5"), date(2026, 3, 1))
    assert xml is not None
    # As each console of Windows redirects it: an older PowerShell in UTF-16, cmd in a code page.
    (task, *others) = [fromstring(xml.encode(encoding)) for encoding in ("utf-16", "cp437", "utf-8")]
    assert {tostring(each) for each in others} == {tostring(task)}
    assert task.findtext(f".//{tag}Arguments") == subprocess.list2cmdline(AWKWARD)
    assert [each.text for each in task.iter(f"{tag}StartBoundary")] == ["2026-03-01T06:30:00", "2026-03-01T18:30:00"]
    assert len(list(task.iter(f"{tag}Monday"))) == 2
    assert task.findtext(f".//{tag}MultipleInstancesPolicy") == "IgnoreNew"
    hourly = task_xml(job(every="hour"), date(2026, 3, 1))
    assert hourly is not None
    assert "PT1H" in hourly
    assert task_xml(job(every="0 0 1 * *"), date(2026, 3, 1)) is None


@pytest.mark.parametrize(("code", "ends"), [(0, 0), (1, 0), (2, 2), (3, 3)])
def test_the_workflow_runs_its_command(tmp_path: Path, code: int, ends: int) -> None:
    """GitHub reads it as YAML; its step fails for each exit code but 0 and 1, and hands over the summary's file."""
    text = workflow(CronTimes.parse("night"), ["run", "data/a b.csv", "--region", "US"], "a b.import")
    document = yaml.safe_load(text)
    (cron,) = document[True]["schedule"]  # `on` is a truth value to YAML 1.1
    assert cron["cron"] == "17 2 * * *"
    steps = document["jobs"]["import"]["steps"]
    assert steps[-1]["env"] == {"OPENPHONE_API_KEY": "${{ secrets.OPENPHONE_API_KEY }}"}
    assert steps[-2]["with"]["key"] == "a b.import-${{ github.run_id }}"
    program = tmp_path / "openphone-import"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {tmp_path}/words\nexit {code}\n')
    program.chmod(0o700)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "GITHUB_STEP_SUMMARY": "/tmp/step summary"}
    done = subprocess.run(["bash", "-e", "-c", steps[-1]["run"]], env=environment, check=False)
    assert done.returncode == ends
    words = (tmp_path / "words").read_text().splitlines()
    assert words == ["run", "data/a b.csv", "--region", "US", "--summary-markdown", "/tmp/step summary"]


@pytest.mark.parametrize(
    "name",
    [
        "a ${{ secrets.TOKEN }}",
        "${{github.token}}",
        "$${{{{ '}}' }}",
        "a,b",
        "\U0001f600 \u2028\x85",
        "x" * 250,
        "é",
        "$(id)",
    ],
)
def test_a_name_of_a_file_is_no_expression_of_a_workflow(name: str, tmp_path: Path) -> None:
    """GitHub evaluates nothing that is in a name, which reaches the command as it is, and the cache takes its key."""
    text = workflow(CronTimes.parse("night"), ["run", f"{name}.csv"], f"{name}.import")
    steps = yaml.safe_load(text)["jobs"]["import"]["steps"]

    def evaluated(text: str) -> str:
        """The text as GitHub makes it: strings in expressions are replaced by themselves, the run has a number."""
        for expression in re.findall(r"\$\{\{.*?\}\}", text):
            assert expression in ("${{ github.run_id }}", "${{ '${{' }}")
        return text.replace("${{ github.run_id }}", "7").replace("${{ '${{' }}", "${{")

    program = tmp_path / "openphone-import"
    program.write_text(f'#!/bin/sh\nprintf "%s" "$2" > {tmp_path}/name\n', encoding="utf-8")
    program.chmod(0o700)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    subprocess.run(["bash", "-e", "-c", evaluated(steps[-1]["run"])], env=environment, check=True)
    assert (tmp_path / "name").read_bytes().decode() == f"{name}.csv"
    cached = {part: evaluated(value) for part, value in steps[-2]["with"].items()}
    assert cached["path"] == f"{name}.import"
    assert cached["key"].startswith(cached["restore-keys"])
    assert cached["key"].endswith("-7")
    assert "," not in cached["key"]
    assert len(cached["key"]) < 512


def test_a_day_that_never_comes_is_refused() -> None:
    """A day that is in none of its months is no time; with another day, month or weekday beside it the line runs."""
    of_leap_year = {(moment.day, moment.month) for moment in (date(2024, 1, 1) + timedelta(n) for n in range(366))}
    for day in range(1, 32):
        for month in range(1, 13):
            line = f"0 0 {day} {month} *"
            if (day, month) in of_leap_year:
                assert CronTimes.parse(line).days == (day,)
                continue
            with pytest.raises(SettingsError, match=rf"no such month has a day {day}, so it would never run"):
                CronTimes.parse(line)
            for other in (f"0 0 28,{day} {month} *", f"0 0 {day} {month},12 *", f"0 0 {day} {month} mon"):
                assert CronTimes.parse(other).text == other
    for line in ("0 0 30-31 feb *", "0 0 31 2,4,6,9,11 *", "0 0 31 4/5 *"):
        with pytest.raises(SettingsError, match="would never run"):
            CronTimes.parse(line)
