"""From the options of `schedule` to the command that a scheduler starts."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from importer.cli.options import SheetOptions, given
from importer.delivery.journal import history
from importer.delivery.journal_place import journal_of
from importer.errors import FINISHED, JournalError, SettingsError
from importer.schedule.job import ScheduledJob
from importer.schedule.task_xml import task_xml
from importer.schedule.times import CronTimes
from importer.schedule.workflow import workflow
from importer.settings.api_key import load_key
from importer.settings.model import OPTIONS
from importer.version import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.cli.command import CommandContext
    from importer.settings.model import Settings

# Wide enough for a usual night, narrow enough for an empty, cut or exchanged file. Those that compare with an earlier
# run come only where there was one: a first night creates every contact.
FIRST_GUARDS = {"max_rejects": "10%"}
NO_WINDOWS_TIMES = "The Task Scheduler has no such times: use times of day, on all days or on weekdays."
GUARDS = {**FIRST_GUARDS, "max_new": "25%", "max_changes": "50%", "expect_rows": "30%"}


def refuse_secrets(context: CommandContext, file: str, settings: Settings) -> None:
    """Raise SettingsError where a secret would stand in a command line, or the key would not be found at night."""
    for name in (name for name, option in OPTIONS.items() if option.notifies):
        if name in given(*context.groups):
            option = f"--{name.replace('_', '-')}"
            raise SettingsError(
                f"{option} may hold a secret, and every user of the computer can read a scheduled command.",
                f"Write it into a settings file that only you can read ({option[2:]} = '...') and give --config FILE.",
            )
    parts = urlsplit(file) if "://" in file else None
    if parts is not None and (parts.query or "@" in parts.netloc):
        raise SettingsError(
            "The address of the sheet has a password or a query, which may be a secret that every user of the computer "
            "could read.",
            "Have the file downloaded before the run, and schedule the run of that file.",
        )
    if file == "-":
        raise SettingsError("A scheduled run has no standard input.", "Give the path of the sheet.")
    if settings.sandbox:
        return
    if settings.api_key_file is None:
        raise SettingsError(
            "A scheduled run does not see the OPENPHONE_API_KEY of this terminal.",
            "Write the key into a file that only you can read, and name it with --api-key-file.",
        )
    load_key(settings, {})


def scheduled_job(context: CommandContext, file: str, settings: Settings, times: str) -> ScheduledJob:
    """Return the run of a sheet with the options that were given, all paths absolute. Raises SettingsError."""
    is_address = "://" in file
    path = file if is_address else str(Path(file).absolute())
    out = settings.out_folder(file).absolute()
    arguments = ["run", path, *_option_words(context, settings), "--out", str(out)]
    guards = GUARDS if _finished_runs(out) else FIRST_GUARDS
    for name, limit in guards.items():
        if getattr(settings, name) is None:
            arguments += [f"--{name.replace('_', '-')}", limit]
    arguments += ["--yes", "--quiet"]
    if broken := next((word for word in (str(Path.cwd()), *arguments) if not {*"\n\r\0"}.isdisjoint(word)), None):
        raise SettingsError(f"{broken!r} has a line break, which no scheduler takes.", "Rename it, and run it again.")
    return ScheduledJob(_program(), tuple(arguments), Path.cwd(), path, out, CronTimes.parse(times))


def check_finished_run(out: Path) -> None:
    """Raise SettingsError unless the latest run of a folder ended with 0 or 1: a person has seen it work."""
    if not _finished_runs(out):
        raise SettingsError(
            f"No run has ended with exit code 0 or 1 in {out}, so it is not known whether a run at night would.",
            "Run the sheet once by hand with the same options, then install.",
        )


def shown(job: ScheduledJob, context: CommandContext, settings: Settings, scheduler: str | None) -> Iterator[str]:
    """Give the lines for each scheduler, or for one."""
    windows = task_xml(job, datetime.now().astimezone().date())
    if scheduler == "windows" and windows is None:
        # What is printed goes into a file, where a refusal would be read as a task.
        raise SettingsError(NO_WINDOWS_TIMES, "Give such times with --every, or another scheduler with --as.")
    texts = {
        "cron": ("A line for crontab -e", job.cron_line()),
        "systemd": (
            f"systemd: two files in ~/.config/systemd/user, then systemctl --user enable --now {job.name}.timer",
            f"# {job.name}.service\n{job.service_unit()}\n# {job.name}.timer\n{job.timer_unit()}",
        ),
        "windows": (
            f"Windows: save as task.xml, then schtasks /Create /TN {job.name} /XML task.xml",
            windows or NO_WINDOWS_TIMES,
        ),
        "github": (
            f"GitHub: .github/workflows/{job.name}.yml; the key is the secret OPENPHONE_API_KEY of the repository",
            workflow(job.times, _repository_words(job), _relative(str(job.out))),
        ),
    }
    if scheduler is not None:
        yield from texts[scheduler][1].splitlines()
        return
    for title, text in texts.values():
        yield f"## {title}"
        yield ""
        yield from text.splitlines()
        yield ""
    if settings.notify_url is None and settings.on_finish is None:
        yield "No message is sent when a night fails: put notify-url into a settings file and give it with --config."
    yield "Next:    try the command once by hand, then: the same line with --install"


def _finished_runs(out: Path) -> bool:
    """Whether the latest run of a folder ended with 0 or 1."""
    try:
        runs = [run for run in history(journal_of(out)) if run.is_import]
    except JournalError:
        return False
    return bool(runs) and runs[-1].exit_code in FINISHED


def _option_words(context: CommandContext, settings: Settings) -> Iterator[str]:
    """The options that were given, as words; what is about the console or is said in any case is left out."""
    for name, value in given(*context.groups).items():
        option = f"--{name.replace('_', '-')}"
        if name in ("out", "yes", "json", "forget"):
            continue
        if isinstance(value, bool):
            yield option if value else f"--no-{option[2:]}"
        else:
            for part in value if isinstance(value, tuple) else (value,):
                text = str(part.absolute()) if isinstance(part, Path) else str(part)
                if name == "schema" and (schema := text.partition(":"))[0].endswith(".py"):
                    text = f"{Path(schema[0]).absolute()}:{schema[2]}"
                # As one word where the value could be taken for an option.
                yield from ((f"{option}={text}",) if text.startswith("-") else (option, text))
    for group in context.groups:
        if isinstance(group, SheetOptions) and group.config is not None:
            yield from ("--config", str(group.config.absolute()))
    origin = settings.origin("base_url")
    if origin is not None and str(origin).startswith("OPENPHONE_"):
        yield from ("--base-url", settings.base_url)


def _program() -> tuple[str, ...]:
    """How this program was started, by its absolute path."""
    started = Path(sys.argv[0])
    if started.stem == PROGRAM and started.exists():
        return (str(started.absolute()),)
    # -P: so that no module in the folder of the job is imported in place of a real one.
    return (os.path.abspath(sys.executable), "-P", "-m", "importer")  # noqa: PTH100 - resolve() leaves the environment


def _repository_words(job: ScheduledJob) -> list[str]:
    """The arguments with paths as they are in a repository; the key comes from its secrets."""
    words, skip = [], False
    for word in job.arguments:
        if skip or word == "--api-key-file":
            skip = word == "--api-key-file"
            continue
        words.append(_relative(word))
    return words


def _relative(word: str) -> str:
    folder = str(Path.cwd())
    return word.removeprefix(f"{folder}{os.sep}").replace(os.sep, "/") if word.startswith(folder + os.sep) else word
