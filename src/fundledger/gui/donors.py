"""The donors: codes and figures for everyone, names only for a minute and on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox

from fundledger.gui.desk import Area
from fundledger.gui.donor_forms import EraseForm, export_data
from fundledger.gui.fields import DayField, MoneyField, text_field
from fundledger.gui.forms import Form, choice, refill
from fundledger.gui.listing import Lists
from fundledger.gui.page import ListPage
from fundledger.gui.parts import beside, button, columns, framed, holding, label, rows
from fundledger.gui.table import Column, Kind, Pill
from fundledger.services import donors as verbs
from fundledger.services.erasing import erase_donor
from fundledger.store import campaigns, parties

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from fundledger.domain.money import Money
    from fundledger.gui.actions import Actions
    from fundledger.gui.desk import Changes, Desk
    from fundledger.store.parties import DonorRow


def _ids(desk: Desk, chip: str) -> list[int]:
    with desk.book.reading() as db:
        found = parties.donor_ids(db)
        if chip == "all":
            return found
        rows = parties.donor_rows(db, found, desk.book.currency)
    return [row.id for row in rows if (row.gifts > 0) == (chip == "gave")]


def _rows(desk: Desk, ids: Sequence[int]) -> list[DonorRow]:
    with desk.book.reading() as db:
        return parties.donor_rows(db, ids, desk.book.currency, reveal=desk.revealed)


def _lists(desk: Desk) -> Lists:
    return Lists(
        "donors",
        (
            Column("code", lambda row: row.code, Kind.CODE, 9),
            Column("name", lambda row: row.name, private=True),
            Column("protected", lambda row: Pill("gui.protected", "warn") if row.protected else None, Kind.PILL, 12),
            Column("gifts", lambda row: row.gifts, Kind.COUNT, 7),
            Column("given", lambda row: row.given, Kind.MONEY, 12),
            Column("last", lambda row: date.fromisoformat(row.last_on) if row.last_on else None, Kind.DATE, 14),
        ),
        lambda chip: _ids(desk, chip),
        lambda ids: _rows(desk, ids),
        ("all", "gave", "waiting"),
        "donors",
    )


@dataclass(frozen=True, slots=True)
class NewPledge:
    """What the form of a pledge holds."""

    campaign: str
    amount: Money
    on: date


class DonorForm(Form):
    """A new donor: the name stands apart from every figure."""

    place = "donors.new"

    def __init__(self, desk: Desk) -> None:
        """Empty."""
        super().__init__(desk, desk.say("donors.new"), desk.say("keep"))
        self.name, self.iban = text_field(desk.say("field.name")), text_field(desk.say("field.ibans"))
        self.protected = QCheckBox(desk.say("field.protected"))
        self.add("name", self.name, "internal")
        self.add("ibans", self.iban, "internal", desk.say("field.ibans.note"))
        self._body.addWidget(self.protected)


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
        self.add("day", self.day, "internal", desk.say("field.day.note"))
        desk.ask(self._campaigns, lambda found: refill(self.campaign, found), lane=self)

    def _campaigns(self) -> list[tuple[str, object]]:
        book, language = self._desk.book, self._desk.speaker.language
        with book.reading() as db:
            return [(f"{one.code}  {one.title(language)}", one.code) for one in campaigns.campaigns(db, book.currency)]

    def read(self) -> NewPledge | None:
        """What was typed; None while something is missing."""
        amount, day, code = self.amount.value(), self.day.value(), self.campaign.currentData()
        return NewPledge(code, amount, day) if amount and day and code else None


class DonorsPage(ListPage):
    """The list, and a form beside it when one is open."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        """Everything is asked when it is first shown."""
        super().__init__(desk, actions, "donors", frozenset({Area.DONORS, Area.LINES}), _lists(desk))
        self.splitter = beside(self.listing)
        self._form: Form | None = None
        self.pledge = button(desk.say("donors.pledge.new"), self.new_pledge)
        self.export, self.erase = button(desk.say("donors.export"), self.export_data), button(desk.say("donors.erase"), self.new_erasure)
        for each in (self.erase, self.export, self.pledge):
            self.head.addWidget(each)
        self.head.addWidget(button(desk.say("action.donor.new").rstrip("…"), self.new, "primary"))
        self.listing.picked.connect(self._picked)
        self.told = label("", "warning", wrap=True)
        self.told_box = framed(columns(self.told, button(desk.say("close"), self._hear, "quiet"), margins=(16, 8, 8, 8)), "note")
        self.told_box.hide()
        body = rows(self.told_box, self.splitter, spacing=10)
        body.setStretch(1, 1)
        self.lay_out(holding(body))

    def _hear(self) -> None:
        """What was told of an erasure or an export was read."""
        self.told_box.hide()

    def _picked(self, row_id: int) -> None:
        for each in (self.erase, self.export, self.pledge):
            each.setEnabled(row_id >= 0)

    def _row(self) -> DonorRow | None:
        """The donor that is looked at."""
        return self.listing.model.row(self.listing.table.currentIndex().row()) if self.listing.current() >= 0 else None

    def refresh(self) -> None:
        """The list."""
        self.listing.reload()

    def _show_form(self, form: Form) -> None:
        self._close_form()
        self._form = form
        self.splitter.addWidget(form)
        self.splitter.setSizes([680, 400])
        form.discarded.connect(self._close_form)
        form.begin()

    def _close_form(self) -> None:
        if self._form is not None:
            self._form.hide()
            self._form.deleteLater()
            self._form = None
            self.listing.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def new(self) -> None:
        """A form for a new donor."""
        form = DonorForm(self.desk)
        form.kept.connect(lambda another: self._keep(form, another=another))
        self._show_form(form)

    def _keep(self, form: DonorForm, *, another: bool) -> None:
        name, ibans, protected = form.name.text(), form.iban.text().replace(";", ",").split(","), form.protected.isChecked()

        def kept(changes: Changes) -> None:
            self._close_form()
            self.listing.pick(changes.ids[0])
            if another:
                self.new()

        at, book = self.desk.now(), self.desk.book
        self.desk.act("donor_add", lambda _, __: verbs.add_donor(book, name, ibans, at, protected=protected), kept, form.refuse)

    def new_pledge(self) -> None:
        """A form for a pledge of the current donor."""
        row = self._row()
        if row is None:
            return
        form = PledgeForm(self.desk, row.code)
        form.kept.connect(lambda _: self._keep_pledge(form, row.id))
        self._show_form(form)

    def _keep_pledge(self, form: PledgeForm, donor: int) -> None:
        read = form.read()
        if read is None:
            form.say_missing()
            return
        at, book = self.desk.now(), self.desk.book
        self.desk.act(
            "pledge_add",
            lambda _, __: verbs.add_pledge(book, donor, read.campaign, read.amount, read.on, at),
            lambda _: self._close_form(),
            form.refuse,
        )

    def new_erasure(self) -> None:
        """Say what erasing the current donor means, and ask."""
        row = self._row()
        if row is None:
            return
        form = EraseForm(self.desk, row.code)
        form.kept.connect(lambda _: self._erase(form, row.id))
        self._show_form(form)

    def _erase(self, form: EraseForm, donor: int) -> None:
        read = form.read()
        if read is None:
            form.say(self.desk.say("erase.not_typed"))
            return
        at, book = self.desk.now(), self.desk.book

        def erased(changes: Changes) -> None:
            self._close_form()
            said = [self.desk.speaker.problem(one) for one in changes.warnings]
            self.desk.told_of(changes, self.desk.say("done", what=self.desk.say("verb.donor_erase")), undo=False)
            self.told.setText("\n".join(said))
            self.told_box.setVisible(bool(said))

        self.desk.tasks.write(
            self.desk.say("verb.donor_erase"),
            lambda _, __: erase_donor(book, donor, at, retain_until=read.retain_until, reason=read.reason),
            erased,
            form.refuse,
        )

    def export_data(self) -> None:
        """Write what is kept about the current donor into a folder, for her alone."""
        row = self._row()
        folder = self.desk.dialogs.folder(self, self.desk.say("donors.export")) if row is not None else None
        if row is None or folder is None:
            return

        def written(files: list[Path]) -> None:
            self.told.setText(self.desk.say("donors.exported", files=[one.name for one in files]))
            self.told_box.show()

        self.desk.tasks.write(
            self.desk.say("verb.donor_export"), lambda _, __: export_data(self.desk, row.id, folder), written, self.desk.problems
        )
