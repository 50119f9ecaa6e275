"""Where a journal may live: WAL needs shared memory and locks, which network drives lack (sqlite.org/wal.html)."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

# fmt: off
NETWORK = frozenset({
    "9p", "acfs", "afs", "beegfs", "ceph", "cephfs", "cifs", "coda", "davfs", "davfs2", "fuse.cephfs", "fuse.davfs",
    "fuse.gcsfuse", "fuse.glusterfs", "fuse.gvfsd-fuse", "fuse.rclone", "fuse.s3fs", "fuse.sshfs", "fuse.vmhgfs-fuse",
    "gfs2", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "prl_fs", "smb3", "smbfs",
    "vboxsf", "virtiofs", "vmhgfs",
})
# fmt: on


def mounts() -> str:
    """Return the mount table of this process (proc(5), mountinfo); empty where the system has none."""
    try:
        return Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def network_type(table: str, path: str) -> str | None:
    """Return the type of the network file system `path` (absolute, resolved) lies on, None for a local one.

    `table` is the text of mountinfo: `id parent major:minor root MOUNTPOINT options [...] - TYPE source options`.
    """
    best, kind = -1, ""
    for line in table.splitlines():
        point, found = _entry(line)
        # Of two mounts on one point the later covers the earlier.
        if point and _is_within(path, point) and len(point) >= best:
            best, kind = len(point), found
    return kind if kind in NETWORK else None


def _entry(line: str) -> tuple[str, str]:
    head, _, tail = line.partition(" - ")
    parts, kinds = head.split(" "), tail.split(" ")
    if len(parts) < 5 or not kinds[0]:
        return "", ""
    return _unescape(parts[4]), kinds[0]


def _unescape(text: str) -> str:
    for code, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(code, character)
    return text


def _is_within(path: str, point: str) -> bool:
    return PurePosixPath(path).is_relative_to(PurePosixPath(point))
