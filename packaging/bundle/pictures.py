"""The program's picture in the sizes desktops ask for, from the one drawing in resources/: `python pictures.py FOLDER`."""

from __future__ import annotations

import struct
import sys
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgRenderer

DRAWING = Path(__file__).parents[2] / "resources" / "icons" / "logo.svg"
SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
# What macOS calls a picture of each size.
_ICNS = {16: b"icp4", 32: b"icp5", 64: b"icp6", 128: b"ic07", 256: b"ic08", 512: b"ic09"}


def picture(size: int) -> bytes:
    """The drawing as a PNG of so many pixels each way."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(DRAWING.read_bytes())).render(painter)
    painter.end()
    kept = QBuffer()
    kept.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(kept, QByteArray(b"PNG")).write(image)
    return bytes(kept.data().data())


def ico(pictures: dict[int, bytes]) -> bytes:
    """A picture file of Windows: a directory, then PNGs."""
    kept = {size: png for size, png in pictures.items() if size <= 256}
    at = 6 + 16 * len(kept)
    head, body = struct.pack("<HHH", 0, 1, len(kept)), b""
    for size, png in kept.items():
        head += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(png), at + len(body))
        body += png
    return head + body


def icns(pictures: dict[int, bytes]) -> bytes:
    """A picture file of macOS: PNGs, each with its name and length."""
    body = b"".join(_ICNS[size] + struct.pack(">I", len(png) + 8) + png for size, png in pictures.items() if size in _ICNS)
    return b"icns" + struct.pack(">I", len(body) + 8) + body


def write(folder: Path) -> None:
    """Every size, and the files of Windows and macOS."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = {size: picture(size) for size in SIZES}
    for size, png in pictures.items():
        (folder / f"{size}.png").write_bytes(png)
    (folder / "fundledger.ico").write_bytes(ico(pictures))
    (folder / "fundledger.icns").write_bytes(icns(pictures))


if __name__ == "__main__":
    write(Path(sys.argv[1]))
