"""What Linux knows of processes: which one has started which, and what memory each takes."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Memory(NamedTuple):
    """Of a process, in MB: what no other one has, and that with its part of what it shares."""

    own: float
    proportional: float


def memory_of(pid: int) -> Memory:
    """The memory of a process; nothing for one that has ended."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return Memory(0.0, 0.0)
    sizes = [(words[0], int(words[1]) / 1024) for words in map(str.split, text.splitlines()[1:])]
    own = sum(size for name, size in sizes if name.startswith("Private_"))
    return Memory(own, sum(size for name, size in sizes if name == "Pss:"))


def _parents() -> dict[int, int]:
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
    return parents


def with_descendants(pid: int) -> list[int]:
    """A process and what it has started, those that could start others first."""
    parents, chosen = _parents(), [pid]
    for parent in chosen:
        chosen += [child for child, its_parent in parents.items() if its_parent == parent]
    return chosen


def lanes_of(pid: int) -> list[int]:
    """The lanes of the process of a fleet: what its fork server has started."""
    parents = _parents()
    servers = {child for child, parent in parents.items() if parent == pid}
    return [child for child, parent in parents.items() if parent in servers]
