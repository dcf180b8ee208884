"""Which file systems tell this machine of every change, and which keep those of others to themselves."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from vaultkit.shell.walk import within

#: Shared with other machines, or with the machine around this one: its changes make no event here.
_SHARED = {
    *("9p", "drvfs", "fakeowner", "grpcfuse", "osxfs", "prl_fs", "vboxsf", "virtiofs", "vmhgfs"),
    *("afpfs", "cifs", "davfs", "ncpfs", "nfs", "nfs4", "smb2", "smb3", "smbfs", "webdav"),
    *("afs", "beegfs", "ceph", "coda", "gfs2", "gpfs", "lustre", "ocfs2", "orangefs", "pvfs2"),
}
#: FUSE on a disk of this machine: whatever changes a file goes through it.
_LOCAL_FUSE = {
    *("fuseblk", "fuse.exfat", "fuse.ntfs", "fuse.ntfs-3g"),
    *("fuse.cryfs", "fuse.encfs", "fuse.gocryptfs", "fuse.securefs"),
}
_FUSE = ("fuse", "macfuse", "osxfuse")


def shared_file_system(real: str) -> str | None:
    """Return the type of a file system at or below `real` that others may change without an event here.

    None if there is none. Windows is not asked: its shares tell of what others change.
    """
    if sys.platform == "win32":
        return None
    import psutil

    try:
        mounts = [(mount.mountpoint, mount.fstype) for mount in psutil.disk_partitions(all=True)]
    except OSError:
        return None  # a system that shows no mounts, such as a tight container
    kinds = [file_system_of(real, mounts), *(kind for point, kind in mounts if within(real, point))]
    return next((kind for kind in kinds if is_shared(kind)), None)


def file_system_of(real: str, mounts: Iterable[tuple[str, str]]) -> str:
    """Return the type of the file system that holds `real`: that of the deepest mount, of several the last."""
    depth, found = -1, ""
    for point, kind in mounts:
        if len(point) >= depth and within(point, real):
            depth, found = len(point), kind
    return found


def is_shared(kind: str) -> bool:
    """Whether a type of file system, as mount(8) names it, keeps changes made elsewhere to itself (inotify(7))."""
    kind = kind.lower()
    return kind in _SHARED or (kind.startswith(_FUSE) and kind not in _LOCAL_FUSE)
