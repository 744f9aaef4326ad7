"""Photos as a telephone writes them: with place, time, camera, owner and a film behind the picture."""

from __future__ import annotations

import io

from PIL import Image, PngImagePlugin

OWNER, PLACE, CAMERA = "Sample Person Alpha", "54.6872N", "Sample Camera X100"
PRIVATE = (OWNER.encode(), PLACE.encode(), CAMERA.encode(), b"2026:03:04 10:11:12")


def _exif(orientation: int = 6) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x013B], exif[0x0132] = orientation, CAMERA, OWNER, "2026:03:04 10:11:12"
    exif.get_ifd(0x8825)[29] = PLACE
    exif.get_ifd(0x8769)[0x9286] = f"ASCII\0\0\0{OWNER}"
    return exif


def _picture() -> Image.Image:
    return Image.linear_gradient("L").resize((120, 80)).convert("RGB")


def jpeg_photo(*, progressive: bool = False) -> bytes:
    out = io.BytesIO()
    told = {"exif": _exif(), "comment": OWNER.encode(), "icc_profile": b"profile"}
    _picture().save(out, "JPEG", progressive=progressive, restart_marker_blocks=2, **told)
    return out.getvalue() + b"\x00\x00film " + PLACE.encode()


def png_photo() -> bytes:
    out, told = io.BytesIO(), PngImagePlugin.PngInfo()
    told.add_text("Author", OWNER)
    told.add_itxt("XML:com.adobe.xmp", f"<x>{PLACE}</x>")
    _picture().save(out, "PNG", pnginfo=told, exif=_exif(1))
    return out.getvalue() + PLACE.encode()


def tiff_photo() -> bytes:
    out = io.BytesIO()
    _picture().save(out, "TIFF", exif=_exif(), compression="tiff_lzw", save_all=True, append_images=[_picture()])
    return out.getvalue()
