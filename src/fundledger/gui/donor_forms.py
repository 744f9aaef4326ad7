"""What a donor may ask for: to be forgotten, and to see what is kept about her."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundledger.export.personal import files
from fundledger.export.writing import check_target, save
from fundledger.gui.fields import DayField, text_field
from fundledger.gui.forms import Form, choice
from fundledger.gui.parts import label
from fundledger.services.donors import personal_data
from fundledger.services.erasing import REASONS

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from fundledger.gui.desk import Desk

_FOR_HER_ALONE = 0o600


@dataclass(frozen=True, slots=True)
class Erasure:
    """What the form holds: why, and until when the law wants her gifts kept, if it does."""

    reason: str
    retain_until: date | None


class EraseForm(Form):
    """Says what erasing means and asks for her code, because nothing takes it back."""

    def __init__(self, desk: Desk, code: str) -> None:
        """For the donor of a code."""
        super().__init__(desk, desk.say("erase.title", code=code), desk.say("erase.go"))
        say = desk.say
        self._code = code
        for key, role in (("what", ""), ("stays", "muted"), ("law", "muted"), ("final", "warning")):
            self._body.addWidget(label(say(f"erase.{key}"), role, wrap=True))
        self.reason = choice(say("field.reason"), [(say(f"erase.reason.{one}"), one) for one in REASONS])
        self.until = DayField(say("field.retain_until"), desk.speaker, lambda: desk.now().date())
        self.until.line.clear()
        self.code = text_field(say("field.typed_code"), code)
        self.add("reason", self.reason)
        self.add("retain_until", self.until, "", say("field.retain_until.note"))
        self.add("typed_code", self.code)

    def read(self) -> Erasure | None:
        """What was decided; None while the code is not hers or the day is none."""
        until, wanted = self.until.value(), bool(self.until.line.text().strip())
        if self.code.text().strip().upper() != self._code.upper() or (wanted and until is None):
            return None
        return Erasure(self.reason.currentData(), until)


def export_data(desk: Desk, donor: int, folder: Path) -> list[Path]:
    """Write everything about one donor into a folder, for her alone; runs beside the window."""
    check_target(folder)
    written = save(folder, files(personal_data(desk.book, donor, desk.now()), desk.speaker))
    for path in written:
        path.chmod(_FOR_HER_ALONE)
    return written
