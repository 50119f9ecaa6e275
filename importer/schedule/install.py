"""Handing a job to the schedulers of the person's own account, and taking it back."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from importer.disk import replacing_text
from importer.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.schedule.job import ScheduledJob

_SECONDS = 60


def scheduler_here(name: str, platform: str = os.name) -> str:
    """Return which scheduler of this computer is used unless another is named: `systemd` where it runs, else `cron`.

    `name`: what the job is called.
    """
    if platform == "nt":
        raise SettingsError(
            "--install knows cron and systemd, which Windows does not have.",
            f"Save what --as windows prints as task.xml, then run: schtasks /Create /TN {name} /XML task.xml",
        )
    has_systemd = shutil.which("systemctl") and Path(os.environ.get("XDG_RUNTIME_DIR", "/nowhere"), "systemd").is_dir()
    return "systemd" if has_systemd else "cron"


def unit_folder() -> Path:
    """Return the folder of the person's own units."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"


def install(job: ScheduledJob, scheduler: str) -> str:
    """Hand the job over; one of the same sheet is replaced. Give where it is. Raises SettingsError."""
    if scheduler == "cron":
        _write_crontab([*_others(job), f"# begin {job.name}", job.cron_line(), f"# end {job.name}"])
        return "crontab -l shows it"
    folder = unit_folder()
    folder.mkdir(parents=True, exist_ok=True)
    for ending, text in ((".service", job.service_unit()), (".timer", job.timer_unit())):
        with replacing_text(folder / f"{job.name}{ending}") as stream:
            stream.write(text)
    _called(["systemctl", "--user", "daemon-reload"])
    _called(["systemctl", "--user", "enable", "--now", f"{job.name}.timer"])
    return f"systemctl --user list-timers shows it, journalctl --user -u {job.name} what it said"


def remove(job: ScheduledJob, scheduler: str) -> bool:
    """Take the job back; False if it was not there. Raises SettingsError."""
    if scheduler == "cron":
        lines, other_lines = _crontab(), _others(job)
        if other_lines == lines:
            return False
        _write_crontab(other_lines)
        return True
    files = [unit_folder() / f"{job.name}{ending}" for ending in (".timer", ".service")]
    if not any(file.exists() for file in files):
        return False
    _called(["systemctl", "--user", "disable", "--now", f"{job.name}.timer"])
    for file in files:
        file.unlink(missing_ok=True)
    _called(["systemctl", "--user", "daemon-reload"])
    return True


def _others(job: ScheduledJob) -> list[str]:
    """The lines of the crontab that are not of this job."""
    lines, begin, end = _crontab(), f"# begin {job.name}", f"# end {job.name}"
    lines_kept: list[str] = []
    for number, line in enumerate(lines):
        # Where a person has edited the block, only what is certainly of this job goes: its marks.
        is_between = lines[number - 1 : number] == [begin] and lines[number + 1 : number + 2] == [end]
        is_own = is_between or line in (begin, end)
        if not is_own:
            lines_kept.append(line)
    return lines_kept


def _crontab() -> list[str]:
    # Without a crontab it answers 1, and there are no lines.
    done = _run(["crontab", "-l"])
    return done.stdout.splitlines() if done.returncode == 0 else []


def _write_crontab(lines: Sequence[str]) -> None:
    _called(["crontab", "-"], "".join(f"{line}\n" for line in lines))


def _called(words: list[str], text: str = "") -> None:
    done = _run(words, text)
    if done.returncode != 0:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise SettingsError(
            f"{' '.join(words)} ended with exit code {done.returncode}{f': {lines[-1]}' if lines else ''}.",
            "Leave --install out and copy what is printed to where you want it.",
        )


def _run(words: list[str], text: str = "") -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(words, input=text, capture_output=True, text=True, check=False, timeout=_SECONDS)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SettingsError(
            f"{words[0]} could not be called ({getattr(error, 'strerror', None) or 'no answer'}).",
            "Leave --install out and copy what is printed to where you want it, or name another scheduler with --as.",
        ) from None
