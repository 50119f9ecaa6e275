"""What can be known of Windows from elsewhere: names, files, consoles, and what only other systems have."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.delivery.journal.network_drive import network_type
from importer.disk import possible_name
from importer.shell import program_words

ROOT = Path(__file__).parents[1]
# What Python has on POSIX systems alone (Python documentation, "Availability: Unix").
ONLY_POSIX = {
    "os": """
        chown chroot fchdir fchmod fchown fork forkpty getegid geteuid getgid getgroups getpgid getpgrp getpriority
        getresuid getsid getuid initgroups killpg lchown lockf mkfifo mknod nice openpty pathconf posix_spawn pread
        pwrite sched_getaffinity sched_yield setegid seteuid setgid setpgid setpriority setregid setresuid setreuid
        setsid setuid statvfs sync sysconf tcgetpgrp ttyname uname wait wait3 wait4 O_CLOEXEC O_DIRECTORY O_NOCTTY
        O_NOFOLLOW O_NONBLOCK O_SYNC WNOHANG""",
    "signal": """
        SIGALRM SIGCHLD SIGCONT SIGHUP SIGKILL SIGPIPE SIGQUIT SIGSTOP SIGTSTP SIGTTIN SIGTTOU SIGUSR1 SIGUSR2 SIGWINCH
        alarm getitimer pause pthread_kill pthread_sigmask setitimer siginterrupt sigpending sigtimedwait sigwait""",
    "time": "pthread_getcpuclockid tzset CLOCK_BOOTTIME CLOCK_MONOTONIC",
    "socket": "AF_UNIX",
}
NAMES = {module: frozenset(names.split()) for module, names in ONLY_POSIX.items()}
MODULES = {"curses", "fcntl", "grp", "posix", "pty", "pwd", "readline", "resource", "syslog", "termios", "tty"}
# Of most files this tells that nothing in them can be in question, so that they need not be taken apart.
MAY_BE_USED = re.compile(rf"\b(?:{'|'.join(sorted(MODULES.union(*NAMES.values())))})\b")
GUARDS = ("hasattr(", "getattr(", "except ImportError", "os.name", "sys.platform")
# Its caller asks `can_draw` first, which imports termios under a guard.
GUARDED_BY_CALLER = {
    ("keys.py", "termios"),
    ("keys.py", "tty"),
    # So does the caller of these, which forks where that can be done.
    ("server.py", "signal.SIGCHLD"),
    ("server.py", "os.fork"),
}


def posix_only(tree: ast.AST) -> list[tuple[int, str]]:
    """The uses of what only POSIX systems have: line and name."""
    uses = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.attr in NAMES.get(node.value.id, ()):
                uses.append((node.lineno, f"{node.value.id}.{node.attr}"))
        elif isinstance(node, ast.Import):
            uses += [(node.lineno, name.name) for name in node.names if name.name in MODULES]
        elif isinstance(node, ast.ImportFrom) and node.module in {*MODULES, *ONLY_POSIX}:
            known = NAMES.get(node.module, frozenset())
            uses += [(node.lineno, each.name) for each in node.names if node.module in MODULES or each.name in known]
    return uses


def test_what_only_posix_has_is_guarded() -> None:
    """Whatever Windows lacks is used in a function that asks for it first, so that no command fails for want of it."""
    forbidden = "import os, fcntl\nos.fork()\nfrom signal import SIGKILL"
    assert len(posix_only(ast.parse(forbidden))) == 3
    assert all(map(MAY_BE_USED.search, forbidden.splitlines()))
    unguarded = []
    for path in (ROOT / "importer").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if not MAY_BE_USED.search(text):
            continue
        tree = ast.parse(text)
        uses = posix_only(tree)
        functions = [
            node for node in ast.walk(tree) if uses and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
        lines = text.splitlines()
        for line, name in uses:
            around = [node for node in functions if node.lineno <= line <= (node.end_lineno or 0)]
            source = "\n".join(lines[around[-1].lineno - 1 : around[-1].end_lineno]) if around else ""
            if not any(guard in source for guard in GUARDS) and (path.name, name) not in GUARDED_BY_CALLER:
                unguarded.append(f"{path.name}:{line}: {name}")
    assert unguarded == []


def test_texts_have_an_encoding() -> None:
    """Every file of text is opened with its encoding: that of Windows is another one than ours."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "ruff",
            "check",
            "--preview",
            "--isolated",
            "--select",
            "PLW1514",
            "importer",
            "schemas",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@given(st.text(st.sampled_from('aconuxlpt19. <>:|?*/\\"é\x01'), max_size=8))
def test_names_are_possible(text: str) -> None:
    """A name that is made on Windows is one that it takes, once is enough, and elsewhere nothing is changed."""
    name = possible_name(text, "nt")
    assert name
    assert not PureWindowsPath(name).is_reserved()
    assert not set(name) & set('<>:"/\\|?*\x01')
    assert name == name.rstrip(" .")
    assert possible_name(name, "nt") == name
    assert possible_name(text, "posix") == text


def test_a_share_is_a_network_drive() -> None:
    """A journal on a share of Windows is refused as on any network drive; a long or local path is none."""
    assert network_type("", "\\\\server\\share\\a.import\\journal.sqlite") == "a Windows share"
    assert network_type("", "\\\\?\\UNC\\server\\share\\journal.sqlite") == "a Windows share"
    assert network_type("", "\\\\?\\C:\\a\\journal.sqlite") is None
    assert network_type("", "C:\\a\\journal.sqlite") is None


def test_a_command_of_windows_keeps_its_backslashes() -> None:
    """What `--on-finish` gives is taken apart as Windows programs take it, where a backslash is no escape."""
    line = '"C:\\Program Files\\tell us.exe" --team crm C:\\a'
    assert program_words(line, "nt") == ["C:\\Program Files\\tell us.exe", "--team", "crm", "C:\\a"]
    assert program_words("'tell us' -x", "posix") == ["tell us", "-x"]


@pytest.mark.parametrize("encoding", ["cp437"])
def test_consoles_that_lack_letters(tmp_path: Path, encoding: str) -> None:
    """In a console with few letters names, lines and files with others are shown as codes, and no command fails."""
    (tmp_path / "Иван 山田.csv").write_text("Name,Phone\nИван 山田,12\nAnn Lee ✓,+14155550101\n", encoding="utf-8")
    environment = {**os.environ, "PYTHONIOENCODING": f"{encoding}:strict", "HOME": str(tmp_path), "COLUMNS": "80"}

    def call(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "importer", *arguments]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)

    codes = []
    for arguments in ((), ("check", "Иван 山田.csv", "--region", "US"), ("undo", "Иван.import")):
        done = call(*arguments)
        codes.append(done.returncode)
        assert b"Traceback" not in done.stderr + done.stdout, (arguments, done.stderr)
        assert b"Error" not in done.stderr, (arguments, done.stderr)
    assert codes == [0, 1, 2]
