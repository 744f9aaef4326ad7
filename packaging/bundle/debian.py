"""The Debian package and the archive for other systems, from the bundle and the desktop's files: `python debian.py BUNDLE OUT`.

Both are the same bytes for the same tree: names sorted, owner root, every time SOURCE_DATE_EPOCH.
"""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from fundledger import __version__
from fundledger.settings import DESKTOP_FILE

HERE = Path(__file__).parent
TOP = HERE.parents[1]
BUILD = TOP / "build"
# What Qt asks of the system for a window on X11 and Wayland, by Debian's names (Ubuntu's where they differ). The release check installs
# the package where nothing else is and lets the linker look for more.
DEPENDS = (
    "libc6 (>= 2.34)", "libdbus-1-3", "libegl1", "libfontconfig1", "libfreetype6", "libgcc-s1", "libgl1", "libglib2.0-0 | libglib2.0-0t64",
    "libstdc++6",
    "libwayland-client0", "libwayland-cursor0", "libwayland-egl1", "libx11-6", "libx11-xcb1", "libxcb-cursor0", "libxcb-icccm4",
    "libxcb-image0", "libxcb-keysyms1", "libxcb-randr0", "libxcb-render-util0", "libxcb-shape0", "libxcb-shm0", "libxcb-sync1",
    "libxcb-xfixes0", "libxcb-xkb1", "libxcb1", "libxkbcommon-x11-0", "libxkbcommon0", "zlib1g",
)  # fmt: skip
_CONTROL = """Package: fundledger
Version: {version}
Architecture: amd64
Maintainer: FundLedger contributors <fundledger@fundledger.invalid>
Installed-Size: {size}
Depends: {depends}
Recommends: shared-mime-info, desktop-file-utils, hicolor-icon-theme
Suggests: gnome-keyring
Section: misc
Priority: optional
Description: proves that what was collected for a case was spent on it
 FundLedger keeps the books of small foundations that collect for a lawyer's
 fee: bank statements are reconciled with gifts and invoices, campaign by
 campaign, and the public and the auditor get reports that add up. Books are
 encrypted folders of their own, and the program never uses a network.
"""
# Books are nobody's business here: neither script looks at a home.
_CACHES = """#!/bin/sh
set -e
case "$1" in {when})
    if command -v update-mime-database >/dev/null; then update-mime-database /usr/share/mime || true; fi
    if command -v update-desktop-database >/dev/null; then update-desktop-database -q /usr/share/applications || true; fi
    if command -v gtk-update-icon-cache >/dev/null; then gtk-update-icon-cache -qtf /usr/share/icons/hicolor || true; fi
    ;;
esac
"""
_COPYRIGHT = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Comment: The parts of others in /usr/lib/fundledger, and their licences, are in licences.html beside this file.

Files: *
Copyright: 2026 FundLedger contributors
License: Expat
"""


def share(into: Path) -> None:
    """Everything a desktop asks for, below a folder `share`."""
    linux = HERE / "linux"
    put = {
        linux / f"{DESKTOP_FILE}.desktop": "applications",
        linux / f"{DESKTOP_FILE}.xml": "mime/packages",
        linux / f"{DESKTOP_FILE}.metainfo.xml": "metainfo",
    }
    for file, folder in put.items():
        _copy(file, into / folder / file.name)
    for picture in sorted((BUILD / "icons").glob("*.png")):
        _copy(picture, into / f"icons/hicolor/{picture.stem}x{picture.stem}/apps/{DESKTOP_FILE}.png")
    _copy(TOP / "resources/icons/logo.svg", into / f"icons/hicolor/scalable/apps/{DESKTOP_FILE}.svg")
    manual = into / "man/man1/fundledger.1.gz"
    manual.parent.mkdir(parents=True)
    manual.write_bytes(gzip.compress((BUILD / "fundledger.1").read_bytes(), 9, mtime=0))
    _copy(BUILD / "licences.html", into / "doc/fundledger/licences.html")
    changes = into / "doc/fundledger/CHANGELOG.md.gz"
    changes.write_bytes(gzip.compress((TOP / "CHANGELOG.md").read_bytes(), 9, mtime=0))
    licence = "".join(f" {line}".rstrip() + "\n" if line else " .\n" for line in (TOP / "LICENSE").read_text("utf-8").splitlines())
    (into / "doc/fundledger/copyright").write_text(_COPYRIGHT + licence, "utf-8")


def deb(bundle: Path, out: Path) -> Path:
    """Make the Debian package in the folder `out`."""
    root = BUILD / "deb"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(bundle, root / "usr/lib/fundledger", symlinks=True)
    share(root / "usr/share")
    (root / "usr/bin").mkdir()
    (root / "usr/bin/fundledger").symlink_to("../lib/fundledger/fundledger")
    size = sum(file.lstat().st_size for file in root.rglob("*") if not file.is_dir()) // 1024
    about = root / "DEBIAN"
    about.mkdir()
    (about / "control").write_text(_CONTROL.format(version=__version__, size=size, depends=", ".join(DEPENDS)), "utf-8")
    for name, when in (("postinst", "configure"), ("postrm", "remove|purge")):
        (about / name).write_text(_CACHES.format(when=when), "utf-8")
    _plain(root)
    for name in ("postinst", "postrm"):
        (about / name).chmod(0o755)
    made = out / f"fundledger_{__version__}_amd64.deb"
    subprocess.run(["dpkg-deb", "--build", "--root-owner-group", "-Zxz", str(root), str(made)], check=True)  # noqa: S603, S607  Debian's own
    return made


def archive(bundle: Path, out: Path) -> Path:
    """Make the archive for other systems: the bundle, the desktop's files, and how to install it."""
    name = f"fundledger-{__version__}-linux-x86_64"
    root = BUILD / name
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(bundle, root, symlinks=True)
    share(root / "share")
    _copy(HERE / "linux/README.txt", root / "README.txt")
    _copy(HERE / "linux/install.sh", root / "install.sh")
    _plain(root)
    (root / "install.sh").chmod(0o755)
    made = out / f"{name}.tar.gz"
    with made.open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=_when()) as packed, tarfile.open(fileobj=packed, mode="w") as tar:
        for path in [root, *sorted(root.rglob("*"))]:
            tar.add(path, str(path.relative_to(BUILD)), recursive=False, filter=_same)
    return made


def _same(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = "root"
    member.mtime = _when()
    return member


def _when() -> int:
    return int(os.environ["SOURCE_DATE_EPOCH"])


def _copy(file: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)


def _plain(root: Path) -> None:
    """Every file readable by all and run only where it is a program, every time the same."""
    for path in [root, *root.rglob("*")]:
        if not path.is_symlink():
            runs = path.is_dir() or path.name in {"fundledger", "fundledger-drawing"}
            path.chmod(0o755 if runs else 0o644)
        os.utime(path, (_when(), _when()), follow_symlinks=False)


if __name__ == "__main__":
    for make in (deb, archive):
        print(make(Path(sys.argv[1]), Path(sys.argv[2])))
