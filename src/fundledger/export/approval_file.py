"""Writes the request for an approval, or its answer, for the one person it concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.export.writing import check_target, save
from fundledger.services.approval_files import render

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.services.approval_files import Request


def write(request: Request, folder: Path) -> Path:
    """Write it into a folder and return its place; raises as writing a report does.

    Its bytes are built of the payee's name and account, the invoice's facts and commitments: it has no field for anybody else.
    """
    check_target(folder)
    return save(folder, {request.file_name: render(request)})[0]


def write_key(content: bytes, file: Path) -> None:
    """Write a sealed signing key; raises as writing a report does."""
    check_target(file.parent)
    save(file.parent, {file.name: content})
