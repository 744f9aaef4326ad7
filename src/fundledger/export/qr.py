"""A QR code as pictures: SVG for pages, PNG for whatever takes no SVG."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# The quiet zone that ISO/IEC 18004 asks for, in modules, and how many pixels a module is wide.
_QUIET, _PIXELS = 4, 8


def modules(text: str) -> list[list[bool]]:
    """The dark modules of the code of a text, with its quiet zone; level M, as EPC069-12 asks."""
    from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel  # noqa: PLC0415  loaded when a code is drawn

    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(text)
    code.make()
    size: int = code.moduleCount
    wide = range(-_QUIET, size + _QUIET)
    return [[0 <= row < size and 0 <= place < size and bool(code.modules[row][place]) for place in wide] for row in wide]


def svg(text: str, said: str) -> bytes:
    """The code as SVG; `said` is what is read aloud."""
    rows = modules(text)
    size = len(rows)
    path = "".join(f"M{place} {row}h1v1h-1z" for row, line in enumerate(rows) for place, dark in enumerate(line) if dark)
    title = said.replace("&", "&amp;").replace("<", "&lt;")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" role="img" shape-rendering="crispEdges">'
        f'<title>{title}</title><path fill="#fff" d="M0 0h{size}v{size}H0z"/><path d="{path}"/></svg>\n'
    ).encode()


def png(text: str) -> bytes:
    """The code as a grey PNG of eight pixels a module."""
    rows = modules(text)
    wide = len(rows) * _PIXELS
    pixels = b"".join((b"\0" + _grey(line)) * _PIXELS for line in rows)
    head = struct.pack(">IIBBBBB", wide, wide, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(pixels, 9)) + _chunk(b"IEND", b"")


def _grey(line: Sequence[bool]) -> bytes:
    return b"".join((b"\0" if dark else b"\xff") * _PIXELS for dark in line)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
