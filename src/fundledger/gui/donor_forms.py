"""What is typed about a donor: who she is, what she promises, what she may ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox

from fundledger.export.personal import files
from fundledger.export.writing import check_target, save
from fundledger.gui.fields import DayField, MoneyField, secret_field, text_field
from fundledger.gui.forms import Form, choice, refill
from fundledger.gui.parts import label
from fundledger.services.donors import personal_data
from fundledger.services.erasing import REASONS
from fundledger.store import campaigns

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from fundledger.domain.money import Money
    from fundledger.gui.desk import Desk
    from fundledger.store.donors import DonorRow

_FOR_HER_ALONE = 0o600


def several(text: str) -> list[str]:
    """What was typed with commas or semicolons between."""
    return [one.strip() for one in text.replace(";", ",").split(",") if one.strip()]


class DonorForm(Form):
    """A new donor: the name stands apart from every figure."""

    place = "donors.new"

    def __init__(self, desk: Desk) -> None:
        """Empty."""
        super().__init__(desk, desk.say("donors.new"), desk.say("keep"))
        self.name, self.iban, self.email = (text_field(desk.say(f"field.{one}")) for one in ("name", "ibans", "emails"))
        self.protected, self.why = QCheckBox(desk.say("field.protected")), text_field(desk.say("field.protected_why"))
        self.add("name", self.name, "internal")
        self.add("ibans", self.iban, "internal", desk.say("field.ibans.note"))
        self.add("emails", self.email, "internal", desk.say("field.emails.note"))
        self._body.addWidget(self.protected)
        self.add("protected_why", self.why, "internal")


class EditForm(Form):
    """Another name; protected from now on, or no longer."""

    def __init__(self, desk: Desk, row: DonorRow) -> None:
        """The name as far as it is shown: an empty field leaves it as it is."""
        super().__init__(desk, desk.say("donors.edit", code=row.code), desk.say("keep"))
        say = desk.say
        self.name, self.why = text_field(say("field.name")), text_field(say("field.protected_why"))
        self.second = secret_field(say("field.second"))
        self.protected = QCheckBox(say("field.protected"))
        self.protected.setChecked(row.protected)
        if desk.revealed and not row.restricted:
            self.name.setText(row.name)
        self.add("name", self.name, "internal", say("donors.edit.name"))
        self._body.addWidget(self.protected)
        self.add("protected_why", self.why, "internal")
        if row.protected:
            self.add("second", self.second, "", say("donors.edit.second"))
        desk.names_shown.connect(self._mask)

    def _mask(self) -> None:
        """A name that nobody changed goes with the names of the list."""
        if not self._desk.revealed and not self.name.isModified():
            self.name.clear()


class PartForm(Form):
    """One more account or e-mail of a donor."""

    def __init__(self, desk: Desk, code: str, part: str) -> None:
        """`part` is account or email."""
        super().__init__(desk, desk.say(f"donors.add_{part}.title", code=code), desk.say("keep"))
        self.part, self.line = part, text_field(desk.say(f"field.donor_{part}"))
        self.add(f"donor_{part}", self.line, "internal")


class SecondForm(Form):
    """The second person's own passphrase, where something about a protected donor is to leave."""

    def __init__(self, desk: Desk, code: str) -> None:
        """For the donor of a code."""
        super().__init__(desk, desk.say("donors.second.title", code=code), desk.say("donors.export"))
        self._body.addWidget(label(desk.say("donors.second.about"), "warning", wrap=True))
        self.second = secret_field(desk.say("field.second"))
        self.add("second", self.second, "", desk.say("field.second_passphrase.note"))


@dataclass(frozen=True, slots=True)
class NewPledge:
    """What the form of a pledge holds."""

    campaign: str
    amount: Money
    on: date
    due: date | None


class PledgeForm(Form):
    """What a donor promises; a memo that is never counted as collected."""

    place = "donors.new_pledge"

    def __init__(self, desk: Desk, code: str) -> None:
        """For the donor of a code."""
        super().__init__(desk, desk.say("donors.pledge", code=code), desk.say("keep"))
        self.campaign = choice(desk.say("field.campaign"), [])
        self.amount = MoneyField(desk.say("field.amount"), desk.book.currency, desk.speaker)
        self.day = DayField(desk.say("field.day"), desk.speaker, lambda: desk.now().date())
        self.add("campaign", self.campaign, "auditor")
        self.add("amount", self.amount, "internal")
        self.due = DayField(desk.say("field.due"), desk.speaker, lambda: desk.now().date())
        self.due.line.clear()
        self.add("day", self.day, "internal", desk.say("field.day.note"))
        self.add("due", self.due, "internal", desk.say("field.due.note"))
        desk.ask(self._campaigns, lambda found: refill(self.campaign, found), lane=self)

    def _campaigns(self) -> list[tuple[str, object]]:
        book, language = self._desk.book, self._desk.speaker.language
        with book.reading() as db:
            return [(f"{one.code}  {one.title(language)}", one.code) for one in campaigns.campaigns(db, book.currency)]

    def read(self) -> NewPledge | None:
        """What was typed; None while something is missing."""
        amount, day, code = self.amount.value(), self.day.value(), self.campaign.currentData()
        due, unread = self.due.value(), bool(self.due.line.text().strip())
        return NewPledge(code, amount, day, due) if amount and day and code and (due or not unread) else None


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


def export_data(desk: Desk, donor: int, folder: Path, passphrase: str = "") -> list[Path]:
    """Write everything about one donor into a folder, for her alone; runs beside the window.

    `passphrase` is that of the second person, where the donor is protected or restricted.
    """
    check_target(folder)
    second = desk.book.witness(passphrase) if passphrase else None
    written = save(folder, files(personal_data(desk.book, donor, desk.now(), second), desk.speaker))
    for path in written:
        path.chmod(_FOR_HER_ALONE)
    return written
