"""Finds the head of a log in a report of ours, whatever its format, or in what was typed from paper."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from fundledger.domain.evidence import Head, heads_in, typed_head
from fundledger.domain.problem import KnownError
from fundledger.export.gate import UNREADABLE, texts

_MOST_MB = 64
_MOST_UNPACKED_MB = 512


def reported(given: str) -> list[Head]:
    """The heads a file holds, or the one that was typed, the smallest first.

    Raises KnownError evidence.no_head where there is none or nobody can open it, evidence.too_large.
    """
    path = Path(given)
    typed = typed_head(given)
    if typed and not path.is_file():
        return [typed]
    data = _read(path)
    try:
        found = {head for _, text in texts(data) for head in heads_in(text)}
    except UNREADABLE:
        found = set()
    if not found:
        raise KnownError("evidence.no_head", given)
    return sorted(found, key=lambda head: head.size)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_MB * 1024 * 1024 + 1)
    except (OSError, ValueError):  # ValueError: a character no path has
        raise KnownError("evidence.no_head", str(path)) from None
    if len(data) > _MOST_MB * 1024 * 1024 or _unpacked(data) > _MOST_UNPACKED_MB * 1024 * 1024:
        raise KnownError("evidence.too_large", str(path), limit=_MOST_MB)
    return data


def _unpacked(data: bytes) -> int:
    """What a workbook would come to; what is none comes to nothing."""
    if not data.startswith(b"PK"):
        return 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, ValueError):
        return 0
