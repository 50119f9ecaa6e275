"""The command that a scheduler starts, and the names of what is made for it."""

from __future__ import annotations

import hashlib
import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importer.schedule.times import CronTimes


@dataclass(frozen=True, slots=True)
class ScheduledJob:
    """A command with absolute paths, the folder it starts in, and when. `arguments` come after the program's."""

    program: tuple[str, ...]
    arguments: tuple[str, ...]
    folder: Path
    file: str
    out: Path
    times: CronTimes

    @property
    def words(self) -> tuple[str, ...]:
        """The whole command."""
        return (*self.program, *self.arguments)

    @property
    def name(self) -> str:
        """The name of this job on the computer: of its sheet, and no other's, whatever its options are."""
        stem = re.sub(r"[^a-z0-9]+", "-", Path(self.file).name.partition(".")[0].lower()).strip("-") or "sheet"
        mark = hashlib.blake2b(f"{self.file}\0{self.out}".encode("utf-8", "surrogateescape"), digest_size=3)
        return f"openphone-import-{stem[:40]}-{mark.hexdigest()}"

    def cron_line(self) -> str:
        """The line of a crontab (crontab(5)): a percent sign would end the command there."""
        command = f"cd {shlex.quote(str(self.folder))} && {shlex.join(self.words)}"
        return f"{self.times.text} {command.replace('%', chr(92) + '%')}"

    def service_unit(self) -> str:
        """The service of systemd: rows that are rejected are no failure of the service."""
        return (
            "[Unit]\n"
            f"Description=Import the contacts of {_specifiers(Path(self.file).name)} (openphone-import)\n\n"
            "[Service]\n"
            "Type=oneshot\n"
            f"WorkingDirectory={_specifiers(str(self.folder))}\n"
            f"ExecStart={' '.join(map(_unit_word, self.words))}\n"
            "SuccessExitStatus=1\n"
        )

    def timer_unit(self) -> str:
        """The timer of systemd; a night on which the computer was off is made up for."""
        calendar = "".join(f"OnCalendar={line}\n" for line in self.times.calendar())
        name = _specifiers(Path(self.file).name)
        return (
            f"[Unit]\nDescription=When to import the contacts of {name} (openphone-import)\n\n"
            f"[Timer]\n{calendar}Persistent=true\n\n[Install]\nWantedBy=timers.target\n"
        )


def _specifiers(text: str) -> str:
    return text.replace("%", "%%")


def _unit_word(word: str) -> str:
    """A word of `ExecStart=` (systemd.service(5), "Command lines")."""
    text = _specifiers(word).replace("$", "$$")
    if re.fullmatch(r"[\w@%+=:,./$-]+", text):
        return text
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{text}"'
