"""The donors: codes and figures for everyone, names only for a minute and on record."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from fundledger.gui.desk import Area
from fundledger.gui.donor_card import DonorCard
from fundledger.gui.donor_forms import DonorForm, EditForm, EraseForm, PartForm, PledgeForm, SecondForm, export_data, several
from fundledger.gui.donor_papers import PaperForm, write_paper
from fundledger.gui.listing import Lists
from fundledger.gui.merging import MergePane
from fundledger.gui.page import ListPage
from fundledger.gui.parts import beside, button, columns, framed, holding, label, rows, scrolling
from fundledger.gui.pledges import PledgesPane
from fundledger.gui.reviewing import ReviewPane
from fundledger.gui.table import Column, Kind, Pill
from fundledger.services import donors as verbs
from fundledger.services.erasing import erase_donor
from fundledger.services.pledges import add_pledge, cancel_pledge
from fundledger.services.receipts import set_anonymous
from fundledger.store import donors as register

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from fundledger.gui.actions import Actions
    from fundledger.gui.desk import Changes, Desk
    from fundledger.gui.forms import Form
    from fundledger.store.donors import DonorRow


def _find(desk: Desk, chip: str, text: str, order: tuple[str, bool] | None) -> Sequence[int]:
    column, down = order or ("code", False)
    return verbs.find_donors(desk.book, text, names=desk.revealed, chip=chip, column=column, down=down)


def _rows(desk: Desk, ids: Sequence[int]) -> list[DonorRow]:
    with desk.book.reading() as db:
        return register.donor_rows(db, ids, desk.book.currency, reveal=desk.revealed)


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
        lambda chip: _find(desk, chip, "", None),
        lambda ids: _rows(desk, ids),
        ("all", "gave", "waiting"),
        "donors",
        lambda chip, text, order: _find(desk, chip, text, order),
        "donors.nothing",
    )


_WIDTH = (660, 420)  # of the list and of the card beside it


class DonorsPage(ListPage):
    """The list, and beside it the card of a donor, a form, or the pairs who may be one person."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        """Everything is asked when it is first shown."""
        super().__init__(desk, actions, "donors", frozenset({Area.DONORS, Area.LINES}), _lists(desk))
        self.card, self.merging, self.reviewing = DonorCard(desk), MergePane(desk), ReviewPane(desk)
        self.pledged = PledgesPane(desk)
        self._side, *self._panes = (scrolling(one) for one in (self.card, self.merging, self.reviewing, self.pledged))
        self._pairs, self._reviews, self._pledged = self._panes
        self.splitter = beside(self.listing, self._side, *self._panes)
        self._beside(self._side)
        self._form: Form | None = None
        self.duplicates = button(desk.say("donors.duplicates"), self.look_at_pairs)
        self.reviews = button(desk.say("review.title"), self.look_at_reviews)
        self.pledges = button(desk.say("pledges.title"), self.look_at_pledges)
        self.head.addWidget(self.pledges)
        self.head.addWidget(self.reviews)
        self.head.addWidget(self.duplicates)
        self.head.addWidget(button(desk.say("action.donor.new").rstrip("…"), self.new, "primary"))
        self.listing.picked.connect(self.card.show_donor)
        desk.names_shown.connect(self._names_shown)
        self.card.asked.connect(self.begin)
        self.card.removed.connect(self._remove)
        self.card.given_up.connect(self._give_up)
        self.merging.closed.connect(self._close_form)
        self.reviewing.closed.connect(self._close_form)
        self.pledged.closed.connect(self._close_form)
        self.card.to_hide.connect(self._hide_gift)
        self.told = label("", "warning", wrap=True)
        self.told_box = framed(columns(self.told, button(desk.say("close"), self._hear, "quiet"), margins=(16, 8, 8, 8)), "note")
        self.told_box.hide()
        body = rows(self.told_box, self.splitter, spacing=10)
        body.setStretch(1, 1)
        self.lay_out(holding(body))

    def _hear(self) -> None:
        """What was told of an erasure or an export was read."""
        self.told_box.hide()

    def _names_shown(self) -> None:
        """What a text finds depends on whether names are shown."""
        if self.isVisible() and self.listing.filter.text().strip():
            self.listing.reload()

    def _row(self) -> DonorRow | None:
        """The donor that is looked at."""
        return self.listing.model.row(self.listing.table.currentIndex().row()) if self.listing.current() >= 0 else None

    def refresh(self) -> None:
        """The list, the card of who is looked at, and the pairs while they are."""
        self.listing.reload()
        self.card.show_donor(self.listing.current())
        if self._pairs.isVisible():
            self.merging.refresh()

    # --- what stands beside the list ----------------------------------------------------------------------------------
    def _beside(self, shown: QWidget | None) -> None:
        sizes = [0] * self.splitter.count()
        sizes[0] = 660 if shown is self._side else 540
        for each in (self._side, *self._panes):
            each.setVisible(each is shown)
            sizes[self.splitter.indexOf(each)] = sum(_WIDTH) - sizes[0] if each is shown else 0
        self.splitter.setSizes(sizes)

    def _show_form(self, form: Form) -> None:
        self._close_form()
        self._beside(None)
        self._form = form
        self.splitter.addWidget(form)
        self.splitter.setSizes([680, 0, 0, 0, 0, 400])
        form.discarded.connect(self._close_form)
        form.begin()

    def _close_form(self) -> None:
        if self._form is not None:
            self._form.hide()
            self._form.deleteLater()
            self._form = None
        self._beside(self._side)
        self.listing.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def look_at_pairs(self, gone: str = "") -> None:
        """The pairs who may be one person; with a code, that donor beside whoever is named next."""
        self._close_form()
        self._beside(self._pairs)
        self.merging.begin(gone)

    def look_at_reviews(self) -> None:
        """The gifts that wait for two people, and those they decided on."""
        self._close_form()
        self._beside(self._reviews)
        self.reviewing.begin()
        self.reviewing.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def narrow(self, part: str) -> None:
        """The reviews, or the donors of a chip."""
        if part == "reviews":
            self.look_at_reviews()
        else:
            super().narrow(part)

    def look_at_pledges(self) -> None:
        """What donors promised."""
        self._close_form()
        self._beside(self._pledged)
        self.pledged.begin()
        self.pledged.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def begin(self, act: str) -> None:
        """What the card asks for: a form of the current donor, or an act."""
        row = self._row()
        if row is None:
            return
        forms: dict[str, Callable[[], None]] = {
            "edit": lambda: self._edit(row),
            "pledge": self.new_pledge,
            "papers": lambda: self._ask_paper(row),
            "merge": lambda: self.look_at_pairs(row.code),
            "export": lambda: self._export(row),
            "erase": lambda: self._ask_erase(row),
            "add_account": lambda: self._add_part(row, "account"),
            "add_email": lambda: self._add_part(row, "email"),
        }
        forms[act]()

    # --- who she is ---------------------------------------------------------------------------------------------------
    def new(self) -> None:
        """A form for a new donor."""
        form = DonorForm(self.desk)
        form.kept.connect(lambda another: self._keep(form, another=another))
        self._show_form(form)

    def _keep(self, form: DonorForm, *, another: bool) -> None:
        name, ibans, emails = form.name.text(), several(form.iban.text()), several(form.email.text())
        protected, why = form.protected.isChecked(), form.why.text()

        def kept(changes: Changes) -> None:
            self._close_form()
            self.listing.pick(changes.ids[0])
            if another:
                self.new()

        book = self.desk.book
        work = verbs.add_donor
        self.desk.do("donor_add", lambda at: work(book, name, ibans, at, protected=protected, emails=emails, why=why), kept, form.refuse)

    def _edit(self, row: DonorRow) -> None:
        form = EditForm(self.desk, row)
        form.kept.connect(lambda _: self._keep_edit(form, row))
        self._show_form(form)

    def _keep_edit(self, form: EditForm, row: DonorRow) -> None:
        name, protected, why, phrase = form.name.text().strip(), form.protected.isChecked(), form.why.text(), form.second.text()
        at, book = self.desk.now(), self.desk.book

        def work() -> Changes:
            second = book.witness(phrase) if phrase and row.protected and not protected else None
            return verbs.edit_donor(book, row.id, at, name=name or None, protected=protected, why=why, second=second)

        self.desk.act("donor_edit", lambda _, __: work(), lambda _: self._close_form(), form.refuse)

    def _add_part(self, row: DonorRow, part: str) -> None:
        form = PartForm(self.desk, row.code, part)
        form.kept.connect(lambda _: self._keep_part(form, row))
        self._show_form(form)

    def _keep_part(self, form: PartForm, row: DonorRow) -> None:
        book, said = self.desk.book, form.line.text()
        work = verbs.add_account if form.part == "account" else verbs.add_email
        self.desk.do(f"donor_{form.part}_add", lambda at: work(book, row.id, said, at), lambda _: self._close_form(), form.refuse)

    def _remove(self, part: str, which: str) -> None:
        """Taken away at once; the toast takes it back."""
        row, book = self._row(), self.desk.book
        if row is not None:
            donor, work = row.id, verbs.remove_account if part == "account" else verbs.remove_email
            self.desk.do(f"donor_{part}_remove", lambda at: work(book, donor, which, at))

    # --- what she promises --------------------------------------------------------------------------------------------
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
        book = self.desk.book
        self.desk.do(
            "pledge_add",
            lambda at: add_pledge(book, donor, read.campaign, read.amount, read.on, at, due_on=read.due),
            lambda _: self._close_form(),
            form.refuse,
        )

    def _give_up(self, pledge: int) -> None:
        """Expected no more at once; the toast takes it back."""
        at, book = self.desk.now(), self.desk.book
        self.desk.act("pledge_cancel", lambda _, __: cancel_pledge(book, pledge, at.date(), at))

    def _hide_gift(self, gift: int, anonymous: bool) -> None:  # noqa: FBT001  as the signal gives it
        """At once; the toast takes it back."""
        at, book = self.desk.now(), self.desk.book
        self.desk.act("gift_anonymous", lambda _, __: set_anonymous(book, gift, at, anonymous=anonymous))

    # --- what she may ask for -----------------------------------------------------------------------------------------
    def _ask_paper(self, row: DonorRow) -> None:
        form = PaperForm(self.desk, row)
        form.kept.connect(lambda _: self._write_paper(form, row))
        self._show_form(form)

    def _write_paper(self, form: PaperForm, row: DonorRow) -> None:
        asked = form.read()
        folder = self.desk.dialogs.folder(self, self.desk.say("papers.folder")) if asked else None
        if asked is None or folder is None:
            form.keep.setEnabled(True)
            return
        files: list[Path] = []

        def written(_: Changes) -> None:
            self._close_form()
            self.told.setText(self.desk.say("papers.written", files=[one.name for one in files]))
            self.told_box.show()

        verb = "donor_where" if asked.paper == "where" else "donor_receipt"
        self.desk.act(verb, lambda _, __: write_paper(self.desk, row.id, asked, folder, files), written, form.refuse)

    def _ask_erase(self, row: DonorRow) -> None:
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

    def _export(self, row: DonorRow) -> None:
        """Write what is kept about a donor into a folder, for her alone; about a protected one two people do."""
        if row.protected or row.restricted:
            form = SecondForm(self.desk, row.code)
            form.kept.connect(lambda _: self._write_data(row, form))
            self._show_form(form)
        else:
            self._write_data(row, None)

    def _write_data(self, row: DonorRow, form: SecondForm | None) -> None:
        folder, phrase = self.desk.dialogs.folder(self, self.desk.say("donors.export")), form.second.text() if form else ""
        if folder is None:
            return

        def written(files: list[Path]) -> None:
            self._close_form()
            self.told.setText(self.desk.say("donors.exported", files=[one.name for one in files]))
            self.told_box.show()

        refused = form.refuse if form else self.desk.problems
        self.desk.tasks.write(
            self.desk.say("verb.donor_export"), lambda _, __: export_data(self.desk, row.id, folder, phrase), written, refused
        )
