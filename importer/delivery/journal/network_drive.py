"""Is a folder on a network drive? SQLite's WAL needs shared memory and locks that those lack (sqlite.org/wal.html)."""

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
_SHARE, _DEVICE = "\\\\", ("\\\\?\\", "\\\\.\\")
_ESCAPES = (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\"))


def mounts() -> str:
    """Return the mount table of this process (proc(5), mountinfo); empty where the system has none."""
    try:
        return Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def network_type(table: str, path: str) -> str | None:
    """Return the type of the network file system that `path` (absolute, resolved) is on, None for a local one.

    `table` is the text of mountinfo: `id parent major:minor root MOUNTPOINT options [...] - TYPE source options`.
    Windows has none; there resolving a path, under the letter of a drive too, gives that of the share, such as
    `\\\\server\\share`.
    """
    if path.startswith(_SHARE) and (not path.startswith(_DEVICE) or path[4:8] == "UNC\\"):
        return "a Windows share"
    longest, path_type = -1, ""
    for line in table.splitlines():
        head, _, tail = line.partition(" - ")
        fields, file_system = head.split(" "), tail.split(" ")[0]
        if len(fields) < 5 or not file_system:
            continue
        mount_point = fields[4]
        for code, character in _ESCAPES:
            mount_point = mount_point.replace(code, character)

        # The deepest mount point holds the path; of two mounts on one point the later covers the earlier.
        if PurePosixPath(path).is_relative_to(PurePosixPath(mount_point)) and len(mount_point) >= longest:
            longest, path_type = len(mount_point), file_system
    return path_type if path_type in NETWORK else None
