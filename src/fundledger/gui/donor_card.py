"""One donor: what she gave and promised, and by what she is known, masked like every name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from fundledger.domain.masking import mask_account, mask_text
from fundledger.gui.few_rows import FewRows
from fundledger.gui.flow import flowing
from fundledger.gui.parts import button, clear, columns, figure, label, pill, rows, rule
from fundledger.gui.table import Column, Kind, Pill, shown
from fundledger.store import donors, pledges

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QHBoxLayout, QPushButton

    from fundledger.gui.desk import Desk
    from fundledger.store.donors import DonorRow, GiftRow
    from fundledger.store.pledges import PledgeRow

_ACTS = ("edit", "pledge", "papers", "merge", "export", "erase")


@dataclass(frozen=True, slots=True)
class Shown:
    """A donor with everything her card says; `pledges` are those that are not kept, `alike` codes of who may be the same person."""

    row: DonorRow
    accounts: tuple[str, ...]
    emails: tuple[str, ...]
    why: str
    gifts: tuple[GiftRow, ...]
    pledges: tuple[PledgeRow, ...]
    alike: tuple[str, ...]


def read_donor(desk: Desk, row_id: int) -> Shown | None:
    """Everything of one donor; None where she is no more. Runs beside the window."""
    book = desk.book
    with book.reading() as db:
        found = donors.donor_rows(db, [row_id], book.currency, reveal=desk.revealed)
        if not found:
            return None
        promised = [one for one in pledges.pledges(db, book.currency, row_id) if one.left and one.cancelled_on is None]
        known = donors.accounts_of(db, row_id), donors.emails_of(db, row_id)
        why, gifts, alike = donors.protected_why(db, row_id), donors.gifts_of(db, row_id, book.currency), donors.alike(db, row_id)
    return Shown(found[0], tuple(known[0]), tuple(known[1]), why, tuple(gifts), tuple(promised), tuple(alike))


class DonorCard(QFrame):
    """The card beside the list; each signal asks the page for a form or an act, with what it is about."""

    asked = Signal(str)  # edit, pledge, papers, merge, export, erase, add_account, add_email
    given_up = Signal(int)  # a pledge
    to_hide = Signal(int, bool)  # a gift, and whether it is to be anonymous
    removed = Signal(str, str)  # account or email, and which

    def __init__(self, desk: Desk) -> None:
        """Empty until `show_donor`."""
        super().__init__()
        self.setProperty("role", "card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._desk, self._row_id = desk, -1
        self.shown: Shown | None = None
        self._body = QVBoxLayout(self)
        self._body.setContentsMargins(20, 18, 20, 18)
        self._body.setSpacing(10)
        desk.names_shown.connect(lambda: self.show_donor(self._row_id))

    def show_donor(self, row_id: int) -> None:
        """Ask for a donor and show her; -1 shows none."""
        self._row_id = row_id
        if row_id < 0:
            self._show(None)
            return
        self._desk.ask(lambda: read_donor(self._desk, row_id), self._show, lane=self)

    def _show(self, found: Shown | None) -> None:
        self.shown = found
        clear(self._body)
        if found is None:
            return
        say, row = self._desk.say, found.row
        self.setAccessibleName(row.code)
        pills = [pill(say(key), "warn") for key, on in (("protected", row.protected), ("donors.restricted", row.restricted)) if on]
        self._body.addLayout(columns(label(row.code, "accent", bold=True), *pills, None))
        self._body.addWidget(label(row.name or say("donors.erased"), size=1.35, bold=True, wrap=True))
        if found.why:
            self._body.addWidget(label(say("donors.why", why=found.why if self._open else mask_text(found.why)), "muted", wrap=True))
        if found.alike:
            self._body.addWidget(label(say("donors.alike", codes=list(found.alike)), "warning", wrap=True))
        self._body.addLayout(self._figures(row))
        self._body.addWidget(self._acts(row))
        self._body.addWidget(rule())
        self._parts("account", [one if self._open else mask_account(one) for one in found.accounts], found.accounts)
        self._parts("email", [one if self._open else mask_text(one) for one in found.emails], found.emails)
        self._pledges(found)
        self._body.addWidget(rule())
        self._gifts(found.gifts)
        self._body.addStretch(1)

    @property
    def _open(self) -> bool:
        """Whether names are shown, and hers may be."""
        return self._desk.revealed and self.shown is not None and not self.shown.row.restricted

    def _figures(self, row: DonorRow) -> QHBoxLayout:
        say, speaker = self._desk.say, self._desk.speaker
        told = (("given", speaker.money(row.given)), ("gifts", speaker.count(row.gifts)))
        shown_as = (rows(label(say(f"column.{key}"), "muted", size=0.9), figure(said), spacing=1) for key, said in told)
        return columns(*shown_as, None, spacing=28)

    def _acts(self, row: DonorRow) -> QWidget:
        made = {act: button(self._desk.say(f"donors.act.{act}"), partial(self.asked.emit, act)) for act in _ACTS}
        for act, each in made.items():
            each.setObjectName(act)
            each.setEnabled(bool(row.name) or act == "export")
        return flowing(*made.values())

    def _parts(self, part: str, said: Sequence[str], whole: Sequence[str]) -> None:
        """Accounts or e-mails, each with a way to take it away, and a way to add one."""
        say = self._desk.say
        adding = button(say(f"donors.add_{part}"), lambda: self.asked.emit(f"add_{part}"), "quiet")
        adding.setObjectName(f"add_{part}")
        self._body.addLayout(columns(label(say(f"donors.{part}s"), bold=True, wrap=True), adding))
        for shown_as, one in zip(said, whole, strict=True):
            away = button(say("donors.take_away"), partial(self.removed.emit, part, one), "quiet")
            away.setAccessibleName(f"{say('donors.take_away')} {shown_as}")
            self._body.addLayout(columns(label(shown_as), None, away))
        if not whole:
            self._body.addWidget(label(say(f"donors.no_{part}"), "muted"))

    def _pledges(self, found: Shown) -> None:
        say, speaker = self._desk.say, self._desk.speaker
        if found.pledges:
            self._body.addWidget(label(say("donors.pledges"), bold=True))
        for one in found.pledges:
            since = label(say("donors.since", day=speaker.day(one.pledged_on, "medium")), "muted")
            due = [label(say("donors.due", day=speaker.day(one.due_on, "medium")), self._due_role(one))] if one.due_on else []
            up = button(say("donors.give_up"), partial(self.given_up.emit, one.id), "quiet")
            up.setAccessibleName(f"{say('donors.give_up')} {one.campaign} {shown(one.left, speaker)}")
            self._body.addLayout(columns(label(one.campaign, "accent"), since, *due, None, label(shown(one.left, speaker)), up))

    def _due_role(self, one: PledgeRow) -> str:
        """A promise past its day stands out."""
        return "warning" if one.state(self._desk.now().date()) == "due" else "muted"

    def _gifts(self, gifts: Sequence[GiftRow]) -> None:
        say = self._desk.say
        self._body.addWidget(label(say("donors.gifts"), bold=True))
        if not gifts:
            self._body.addWidget(label(say("donors.no_gifts"), "muted"))
            return
        hidden = any(one.anonymous for one in gifts)
        shape = (
            Column("date", lambda one: one.given_on, Kind.DATE, 11),
            Column("campaign", lambda one: one.campaign or say("donors.foundation")),
            *([Column("anonymous", lambda one: Pill("gui.donors.anonymous") if one.anonymous else None, Kind.PILL, 10)] if hidden else []),
            Column("amount", lambda one: one.amount, Kind.MONEY, 8),
        )
        table = FewRows(self._desk, shape, say("donors.gifts"))
        table.show_rows(gifts)
        table.hold_height()
        self._body.addWidget(table)
        self._body.addLayout(columns(self._hiding(table, gifts), None))

    def _hiding(self, table: FewRows, gifts: Sequence[GiftRow]) -> QPushButton:
        """Makes the gift that is looked at anonymous, or no longer so."""
        say = self._desk.say

        def current() -> GiftRow:
            return gifts[max(table.currentIndex().row(), 0)]

        made = button(say("donors.hide_gift"), lambda: self.to_hide.emit(current().id, not current().anonymous), "quiet")
        made.setObjectName("hide_gift")
        table.selectionModel().currentRowChanged.connect(
            lambda _: made.setText(say("donors.show_gift" if current().anonymous else "donors.hide_gift"))
        )
        table.stand(0)
        return made
