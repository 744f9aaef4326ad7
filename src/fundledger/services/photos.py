"""Photos without what the camera wrote into them: place, time, camera and owner go, every pixel stays as it is.

Works on the parts of the file and decodes no picture, so a hostile one has nothing to attack; what is no sound JPEG, PNG or TIFF
comes back unchanged. Formats: JPEG (ITU T.81 annex B), PNG (W3C PNG, chunks), TIFF 6.0, Exif 2.32.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# What a JPEG needs to be seen as it was: JFIF head, colour profile, Adobe's colour transform.
_KEPT = ((0xE0, b"JFIF\x00"), (0xE2, b"ICC_PROFILE\x00"), (0xEE, b"Adobe"))
_PNG_KEPT = frozenset(
    (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"sBIT", b"bKGD", b"pHYs", b"hIST")
)
_ORIENTATION = 0x0112
# Description, maker, model, software, time, artist, computer, XMP, copyright, IPTC, Photoshop, Exif, GPS, maker's note and the like.
_TIFF_GONE = frozenset(
    (0x010E, 0x010F, 0x0110, 0x0131, 0x0132, 0x013B, 0x013C, 0x02BC, 0x8298, 0x83BB, 0x8649, 0x8769, 0x8825, 0x9286, 0x927C, 0xA005)
)
_TIFF_FOLDERS = frozenset((0x8769, 0x8825, 0xA005))
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_MOST_FOLDERS = 1_000


def without_camera_data(content: bytes, kind: str) -> bytes:
    """The same picture without its camera's data; equal bytes where there is none, or the file is not what it says."""
    strip: Callable[[bytes], bytes] | None = {"jpeg": _jpeg, "png": _png, "tiff": _tiff}.get(kind)
    if strip is None:
        return content
    try:
        return strip(content)
    except (struct.error, IndexError, ValueError):
        return content


# --- JPEG -------------------------------------------------------------------------------------------------------------
def _jpeg(content: bytes) -> bytes:
    """Everything before the pictures but what is needed, and nothing behind the first: phones put films and previews there."""
    kept, turned = [content[:2]], None
    end = 2
    for marker, start, end in _segments(content):
        data = content[start + 4 : end]
        if marker == 0xE1 and data.startswith(b"Exif\x00\x00"):
            turned = _orientation(data[6:])
        needed = not (0xE0 <= marker <= 0xEF or marker == 0xFE) or any(marker == mark and data.startswith(head) for mark, head in _KEPT)
        if needed:
            kept.append(content[start:end])
    if content[end - 2 : end] != b"\xff\xd9":
        raise ValueError("no end of image")
    if turned not in {None, 1}:
        kept.insert(1, _turned(turned or 1))
    return b"".join(kept)


def _segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """(marker, start, end) of every part of a JPEG up to its end; the picture's own data belongs to its scan."""
    place = 2
    while True:
        if content[place] != 0xFF:
            raise ValueError("no marker")
        marker = content[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        if marker == 0xD9:
            yield marker, place, place + 2
            return
        end = place + 2 + struct.unpack_from(">H", content, place + 2)[0]
        if marker == 0xDA:
            end = _scan_end(content, end)
        yield marker, place, end
        place = end


def _scan_end(content: bytes, place: int) -> int:
    """Where a scan's data ends: at the first marker that is neither a stuffed zero nor a restart."""
    while True:
        place = content.index(b"\xff", place)
        following = content[place + 1]
        if following not in (0x00, 0xFF) and not 0xD0 <= following <= 0xD7:
            return place
        place += 1 if following == 0xFF else 2


def _orientation(exif: bytes) -> int | None:
    order = "<" if exif[:2] == b"II" else ">"
    (start,) = struct.unpack_from(f"{order}I", exif, 4)
    (count,) = struct.unpack_from(f"{order}H", exif, start)
    for place in range(start + 2, start + 2 + 12 * count, 12):
        tag, form = struct.unpack_from(f"{order}HH", exif, place)
        if tag == _ORIENTATION and form == 3:
            (turned,) = struct.unpack_from(f"{order}H", exif, place + 8)
            return int(turned) if 1 <= turned <= 8 else None
    return None


def _turned(orientation: int) -> bytes:
    """An Exif part that says nothing but which side is up."""
    exif = b"Exif\x00\x00II*\x00" + struct.pack("<IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, orientation, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif


# --- PNG --------------------------------------------------------------------------------------------------------------
def _png(content: bytes) -> bytes:
    kept, place, name = [content[:8]], 8, b""
    while name != b"IEND":
        (size,) = struct.unpack_from(">I", content, place)
        name, end = content[place + 4 : place + 8], place + 12 + size
        if end > len(content):
            raise ValueError("cut short")
        if name in _PNG_KEPT:
            kept.append(content[place:end])
        place = end
    return b"".join(kept)


# --- TIFF -------------------------------------------------------------------------------------------------------------
def _tiff(content: bytes) -> bytes:
    """Take entries out of every folder where they stand and blank what they pointed at; every offset stays true."""
    made = bytearray(content)
    order = "<" if content[:2] == b"II" else ">"
    (folder,) = struct.unpack_from(f"{order}I", made, 4)
    seen: set[int] = set()
    while folder and folder not in seen and len(seen) < _MOST_FOLDERS:
        seen.add(folder)
        folder = _clean_folder(made, folder, order, everything=False)
    return bytes(made)


def _clean_folder(made: bytearray, folder: int, order: str, *, everything: bool) -> int:
    """Take the private entries of one folder; returns where the next folder is, 0 for none."""
    (count,) = struct.unpack_from(f"{order}H", made, folder)
    first, last = folder + 2, folder + 2 + 12 * count
    (following,) = struct.unpack_from(f"{order}I", made, last)
    entries = [bytes(made[place : place + 12]) for place in range(first, last, 12)]
    kept = []
    for entry in entries:
        tag, form, amount, value = struct.unpack(f"{order}HHII", entry)
        if not everything and tag not in _TIFF_GONE:
            kept.append(entry)
            continue
        if tag in _TIFF_FOLDERS and not everything:
            _clean_folder(made, value, order, everything=True)
        size = _SIZES.get(form, 1) * amount
        if size > 4 and value + size <= len(made):
            made[value : value + size] = bytes(size)
    if len(kept) < count:
        packed = struct.pack(f"{order}H", len(kept)) + b"".join(kept) + struct.pack(f"{order}I", following)
        made[folder : last + 4] = packed.ljust(last + 4 - folder, b"\x00")
    return int(following)
