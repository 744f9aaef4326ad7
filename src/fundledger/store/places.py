r"""Where a book may live: not where another program copies its files behind our back, and not across a network.

A sync program copies a database and its log at different moments and calls one of two writers a conflict; a network file
system promises neither locks nor that what was synced is on a disk. Looking and keeping backups there is fine.

How far this sees: sync folders by the names and marks below, everywhere, hence not one that was given a name of its own and
bears no mark. Network drives on Linux by the kernel's list of mounts; on Windows by a path that begins with `\\server\share`,
a drive letter only where the system resolves it to one; on macOS not at all. Only the Linux way was ever tried on such a drive.
"""

from __future__ import annotations

import os
import re
from pathlib import Path, PureWindowsPath

from fundledger.domain.problem import KnownError

# Folders that sync programs make, by the beginning of their names, letters folded; "OneDrive - Foundation" is one too.
_SYNC_NAMES = re.compile(
    r"(dropbox|onedrive|google ?drive|my drive$|cloudstorage$|nextcloud|owncloud|mobile documents$|icloud ?drive|icloud~|box sync$|pcloud|"
    r"mega ?sync|seafile|syncthing|resilio|yandex\.?disk|proton ?drive|tresorit)"
)
# Files and folders such a program keeps in the folder it watches.
_SYNC_MARKS = re.compile(
    r"(\.dropbox(\.cache)?|\.stfolder|\.sync|\.sync_[0-9a-f]+\.db|\._sync_[0-9a-f]+\.db|\.(next|own)cloudsync\.log|"
    r"\.tmp\.drive(up|down)load|\.megasync|\.seafile-data|\.849c9593-d756-4e56-8d6e-42412f2a707b)"
)
_NETWORK = frozenset(
    {"9p", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4", "prl_fs", "smb3", "smbfs",
     "vboxsf", "vmhgfs", "fuse.ceph", "fuse.davfs", "fuse.davfs2", "fuse.gcsfuse", "fuse.glusterfs", "fuse.gvfsd-fuse", "fuse.rclone",
     "fuse.s3fs", "fuse.smbnetfs", "fuse.sshfs", "fuse.vmhgfs-fuse", "fuse.curlftpfs"}
)  # fmt: skip
_MOUNTS = Path("/proc/mounts")


def refuse_live(path: Path, mounts: Path = _MOUNTS) -> None:
    """Refuse to work in a book at this path (it need not exist): KnownError book.sync_folder, book.network_folder.

    `mounts` is the list the system keeps of what is mounted where; a system without one is asked nothing.
    """
    where = path.resolve().parent
    for folder in (where, *where.parents):
        if _SYNC_NAMES.match(folder.name.casefold()) or _watched(folder):
            raise KnownError("book.sync_folder", str(path), folder=str(folder))
    kind = network_kind(where, mounts)
    if kind:
        raise KnownError("book.network_folder", str(path), kind=kind)


def _watched(folder: Path) -> bool:
    try:
        with os.scandir(folder) as inside:
            return any(_SYNC_MARKS.fullmatch(each.name) for each in inside)
    except OSError:
        return False


def network_kind(where: Path, mounts: Path = _MOUNTS) -> str | None:
    """The network file system a folder lies on; None on a disk of this machine.

    A machine whose own root comes over a network has no other place, so there it is not held against a folder.
    """
    if is_share(str(where)):
        return "smb"
    kinds = _kinds(mounts)
    nearest = max((point for point in kinds if where.is_relative_to(point)), key=lambda point: len(point.parts), default=None)
    kind = kinds[nearest] if nearest else ""
    return kind if kind in _NETWORK and kind != kinds.get(Path("/")) else None


def is_share(path: str) -> bool:
    r"""Whether a path as Windows writes it names a share of another machine: `\\server\share`, `\\?\UNC\server\share`."""
    drive = PureWindowsPath(path).drive.casefold()
    return drive.startswith("\\\\") and (not drive.startswith(("\\\\?\\", "\\\\.\\")) or drive.startswith("\\\\?\\unc\\"))


def _kinds(mounts: Path) -> dict[Path, str]:
    """Mount point → kind of file system; the later of two at one point hides the earlier."""
    try:
        lines = os.fsdecode(mounts.read_bytes()).splitlines()
    except OSError:
        return {}
    fields = [line.split(" ") for line in lines]
    return {Path(_unescaped(each[1])): each[2] for each in fields if len(each) > 2}


def _unescaped(text: str) -> str:
    r"""A path as the mount list writes it: blanks and backslashes as \040 and the like."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)


def writable(folder: Path) -> bool:
    """Whether this user may make files in a folder."""
    return os.access(folder, os.W_OK)
