"""The recovery key on paper: its eight groups in large letters and as a QR code, and what it is for."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing

from fundledger.domain.problem import KnownError
from fundledger.export.paper import ACCENT, BOLD, INK, MUTED, PLAIN, Frame, Paper
from fundledger.export.writing import check_target

if TYPE_CHECKING:
    from datetime import date

    from fundledger.i18n import Speaker

_CODE = 150.0  # the side of the QR code in points, some five centimetres
_STEPS = ("what", "keep", "use", "renew")


def render(recovery_key: str, foundation: str, uid: str, made_on: date, speaker: Speaker) -> bytes:
    """One A4 page as PDF; raises KnownError export.letters_missing when the font lacks a letter of the foundation's name."""

    def say(key: str, **values: object) -> str:
        return speaker.say(f"recovery.paper.{key}", **values)

    name = " ".join(foundation.split())
    frame = Frame(
        title=say("title"),
        author=name,
        running=name,
        page=lambda page, pages: speaker.say("paper.page", page=page, pages=pages),
        audience=say("secret"),
        as_of=say("made", day=made_on),
        language=speaker.language,
    )
    paper = Paper(frame)
    paper.text(paper.left, paper.y, name, BOLD, 9, ACCENT)
    paper.y -= 9
    paper.rule(paper.y, ACCENT, 1.4)
    paper.y -= 14
    paper.lines(say("title"), BOLD, 20, INK, 1.2)
    paper.lines(say("book", uid=uid), PLAIN, 8, MUTED)
    paper.y -= 26
    _set_key(paper, recovery_key)
    for step in _STEPS:
        paper.y -= 10
        paper.lines(say(step), PLAIN, 10.5, INK)
    return paper.finish()


def write(file: Path, content: bytes) -> None:
    """Write the page for its owner's eyes alone, whole or not at all; raises KnownError export.* as `check_target`."""
    check_target(file.parent)
    if file.is_dir():
        raise KnownError("export.unwritable", str(file))
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=".fundledger-", suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        Path(name).replace(file)
    except OSError:
        raise KnownError("export.unwritable", str(file)) from None
    finally:
        Path(name).unlink(missing_ok=True)


def _set_key(paper: Paper, recovery_key: str) -> None:
    """The groups in two rows beside the code."""
    groups = recovery_key.split()
    top = paper.y
    for row in (groups[:4], groups[4:]):
        paper.text(paper.left + _CODE + 30, top - 52, "   ".join(row), BOLD, 19, INK)
        top -= 40
    code = QrCodeWidget("".join(groups), barLevel="Q")
    left, bottom, right, upper = code.getBounds()
    drawing = Drawing(_CODE, _CODE, transform=[_CODE / (right - left), 0, 0, _CODE / (upper - bottom), 0, 0])
    drawing.add(code)
    renderPDF.draw(drawing, paper.canvas, paper.left - 10, paper.y - _CODE + 10)
    paper.y -= _CODE + 4
