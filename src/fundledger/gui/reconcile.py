"""Reconcile: bank lines left, what they may be right, the resulting entry live, everything by keys."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget

from fundledger.domain.chart import BANK_CHARGES, PROCESSOR_FEES
from fundledger.domain.matching import Share, TargetKind
from fundledger.gui.deciding import Choice, Standing, read_standing, shares_of
from fundledger.gui.desk import Area
from fundledger.gui.line_forms import DonorQuickForm, HistoryForm, IgnoreForm, WithdrawForm
from fundledger.gui.listing import Lists
from fundledger.gui.page import ListPage
from fundledger.gui.parts import beside, button, clear, columns, figure, framed, holding, label, rows
from fundledger.gui.rule_form import RuleForm
from fundledger.gui.suggestions import LinePanel
from fundledger.gui.sure import SurePanel
from fundledger.gui.table import Column, Kind, Pill, shown
from fundledger.gui.voucher_form import VoucherForm
from fundledger.services import deciding, donors, reconciling, reviews, rules
from fundledger.store import lines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from fundledger.domain.problem import Problem
    from fundledger.domain.rules import Rule
    from fundledger.gui.actions import Actions
    from fundledger.gui.deciding import Known
    from fundledger.gui.desk import Changes, Desk
    from fundledger.gui.forms import Form
    from fundledger.store.lines import LineRow

_TONES = {"open": "live", "matched": "good", "unsure": "warn"}
_AS = ("charge", "transfer", "return", "suspense", "foundation")


def _ids(desk: Desk, chip: str) -> list[int]:
    with desk.book.reading() as db:
        return lines.line_ids(db, chip)


def _rows(desk: Desk, ids: Sequence[int]) -> list[LineRow]:
    with desk.book.reading() as db:
        return lines.line_rows(db, ids, reveal=desk.revealed)


def _pill(row: LineRow) -> Pill:
    if row.state == "matched":
        return Pill(f"gui.disposition.{row.disposition}", "good", ("line_state.matched",))
    return Pill(f"line_state.{row.state}", _TONES.get(row.state, "plain"), ("gui.filter.unmatched",))


def _lists(desk: Desk) -> Lists:
    return Lists(
        "reconcile",
        (
            Column("booked_on", lambda row: row.booked_on, Kind.DATE, 12),
            Column("account", lambda row: row.account, Kind.CODE, 7),
            Column("name", lambda row: "  ".join(text for text in (row.name, row.text) if text), private=True),
            Column("amount", lambda row: row.amount, Kind.MONEY, 10),
            Column("line_state", _pill, Kind.PILL, 11),
        ),
        lambda chip: _ids(desk, chip),
        lambda ids: _rows(desk, ids),
        ("open", "matched", "ignored", "all"),
        "reconcile",
        many=True,
    )


class ReconcilePage(ListPage):
    """The list has the focus; keys act while it has it."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        """Everything is asked when it is first shown."""
        super().__init__(desk, actions, "reconcile", frozenset({Area.LINES, Area.CAMPAIGNS, Area.INVOICES, Area.ACCOUNTS}), _lists(desk))
        self.panel = LinePanel(desk, actions)
        self.sure = SurePanel(desk)
        self.side = QStackedWidget()
        self.side.addWidget(self.panel)
        self.side.addWidget(self.sure)
        splitter = beside(self.listing, self.side, sizes=[560, 520])
        self._foot = columns(spacing=34, margins=(18, 10, 18, 10))
        self.head.addWidget(button(desk.say("action.accept_sure").rstrip("…"), self.list_sure))
        body = rows(splitter, framed(self._foot), spacing=12)
        body.setStretch(0, 1)
        self.lay_out(holding(body))
        self.listing.picked.connect(lambda _: self._show_line())
        self.listing.chose.connect(self._show_line)
        self.listing.entered.connect(lambda _: self.accept())
        self.listing.table.digit.connect(self.panel.pick)
        self.panel.wants.connect(self._wanted)
        self.sure.left.connect(self._leave_sure)
        self.sure.kept.connect(self._accept_sure)
        desk.names_shown.connect(self._show_line)
        self._act(actions)

    def _show_line(self) -> None:
        """The current line, with those that are chosen beside it."""
        chosen, current = self.listing.chosen(), self.listing.current()
        self.panel.show_line(current, chosen if current in chosen else ())

    def _act(self, actions: Actions) -> None:
        table = self.listing.table
        actions.does("accept", self.accept, table)
        actions.does("accept_sure", self.list_sure, table)
        actions.does("split", self.split, table)
        actions.does("unmatch", self.unmatch, table)
        for key in _AS:
            actions.does(key, partial(self._choose, key), table)
        for key, run in self._more().items():
            actions.does(key, run, table)

    def _more(self) -> dict[str, Callable[[], None]]:
        """What opens a form or an editor, by its key."""
        return {
            "partial": self.panel.part,
            "donor.quick": self.new_donor,
            "learn": self.learn,
            "ignore": self.ignore,
            "hold": self.hold,
            "history": self.show_history,
            "withdraw": self.withdraw,
        }

    def _wanted(self, key: str) -> None:
        if key == "list":
            self.listing.table.setFocus(Qt.FocusReason.OtherFocusReason)
        elif key == "accept":
            self.accept()
        elif key == "split":
            self.panel.split()
        elif key == "unmatch":
            self.unmatch()
        elif key in self._more():
            self._more()[key]()
        else:
            self._choose(key)

    def refresh(self) -> None:
        """The list and the footer; the panel follows the current row."""
        self.listing.reload()
        self.desk.ask(lambda: read_standing(self.desk), self._stand, lane=self)

    def split(self) -> None:
        """Open the editor of a split on the current line."""
        self.panel.split()

    def _stand(self, found: Standing) -> None:
        clear(self._foot)
        say, speaker = self.desk.say, self.desk.speaker
        for key, amount in (
            ("stated", found.stated),
            ("booked", found.booked),
            ("waiting", found.waiting),
            ("unexplained", found.unexplained),
        ):
            value = figure(shown(amount, speaker), size=1.1)
            if key == "unexplained":
                value.setProperty("role", "negative" if amount else "positive")
            value.setObjectName(key)
            value.setAccessibleName(f"{say(f'reconcile.{key}')}: {shown(amount, speaker)}")
            self._foot.addWidget(holding(rows(label(say(f"reconcile.{key}"), "muted", size=0.88), value, spacing=0)))
        self._foot.addStretch(1)
        self.open_text = label(
            say("reconcile.open_lines", n=found.open_lines) if found.open_lines else say("reconcile.all_done"), bold=True
        )
        self._foot.addWidget(self.open_text)

    def _choose(self, key: str) -> None:
        """Pick by hand what the whole line is; Enter books it."""
        known = self.panel.known
        if known is None or not known.open:
            return
        if key == "charge" and self.panel.editor is not None:
            self.panel.editor.rest_is_fee()
        elif key in {"return", "transfer"}:
            if not known.others:
                (self.panel.ways_back if key == "return" else self.panel.halves)()
        else:
            fee = PROCESSOR_FEES if known.line.kind else BANK_CHARGES
            target, account = {
                "foundation": (TargetKind.FOUNDATION, None),
                "charge": (TargetKind.ACCOUNT, fee),
                "suspense": (TargetKind.SUSPENSE, None),
            }[key]
            self.panel.choose(Choice((Share(target, account, known.gross),), disposition=key))

    def accept(self) -> None:
        """Book what is picked and go on to the next open line; what is refused stays as it was picked."""
        known, choice = self.panel.known, self.panel.choice
        if known is None or choice is None or not known.open or (known.others and len(choice.shares) != 1):
            return
        book, line_id, donor = self.desk.book, known.line.id, self.panel.donor
        self.panel.choice = None
        self.listing.table.setFocus(Qt.FocusReason.OtherFocusReason)

        def work(at: datetime) -> Changes:
            if not choice.shares:
                return reconciling.accept_as(book, line_id, choice.disposition, at)
            if known.others or choice.half is not None:
                return reconciling.accept_lines(book, shares_of(known, choice), at)
            return reconciling.accept(book, line_id, choice.shares, at, rule=choice.rule, evidence=choice.evidence, donor=donor)

        self.desk.do("accept", work, lambda _: self._go_on(known), lambda problems: self._refused(problems, choice))

    def _refused(self, problems: tuple[Problem, ...], choice: Choice) -> None:
        """Nothing was booked: the choice stands again, and why it was refused is told."""
        self.panel.choice = choice
        if self.panel.editor is not None:
            self.panel.editor.stand_in(self.panel.editor.parts[0])
        self.desk.problems(problems)

    def _go_on(self, decided: Known) -> None:
        """To the next open line after those that were decided, else to the last before them; a person who went elsewhere stays there."""
        model, done = self.listing.model, {one.id for one in decided.lines}
        self.panel.known = None
        if self.listing.current() not in done:
            return
        here = self.listing.table.currentIndex().row()
        for place in (*range(here + 1, model.rowCount()), *range(here - 1, -1, -1)):
            row = model.row(place)
            if row is not None and row.state == "open" and row.id not in done:
                self.listing.go_on(row.id)
                return

    def unmatch(self) -> None:
        """Open a matched line again, its entry is reversed; heed one again that was left out."""
        known = self.panel.known
        if known is not None and known.line.state == "ignored":
            book, line_id = self.desk.book, known.line.id
            self.desk.do("line_keep", lambda at: deciding.keep_lines(book, [line_id], at))
        if known is not None and known.line.state == "matched" and not known.locked:
            book, line_id = self.desk.book, known.line.id
            self.desk.do("unmatch", lambda at: reconciling.unmatch(book, line_id, at))

    def list_sure(self) -> None:
        """List every sure match first; accepting them is another key."""
        self.side.setCurrentWidget(self.sure)
        self.sure.ask()

    def _leave_sure(self) -> None:
        self.side.setCurrentIndex(0)
        self.listing.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _accept_sure(self) -> None:
        book, at = self.desk.book, self.desk.now()
        self._leave_sure()
        self.desk.act("accept_sure", lambda progress, cancelled: reconciling.accept_sure(book, at, progress, cancelled))

    def hold(self) -> None:
        """The gift waits in suspense until two people decide on it; the toast takes it back."""
        known = self.panel.known
        if known is not None and known.line.state in {"open", "matched"}:
            book, line_id = self.desk.book, known.line.id
            self.desk.do("review_hold", lambda at: reviews.hold(book, line_id, at), lambda _: self._go_on(known))

    # --- forms over the panel -----------------------------------------------------------------------------------------
    def ignore(self) -> None:
        """Leave an open line out of the books, with a reason."""
        known = self.panel.known
        if known is None or not known.open:
            return
        form = IgnoreForm(self.desk)
        self._over(form)
        form.kept.connect(lambda _: self._ignore(form, known))

    def _ignore(self, form: IgnoreForm, known: Known) -> None:
        book, reason, ids = self.desk.book, form.reason.text(), [one.id for one in known.lines]

        def kept(changes: Changes) -> None:
            self._kept_over(changes)
            self._go_on(known)

        self.desk.do("line_ignore", lambda at: deciding.ignore_lines(book, ids, reason, at), kept, form.refuse)

    def withdraw(self) -> None:
        """Lines that the bank states no more count no more, after it was said what that means."""
        known = self.panel.known
        if known is None or not known.open:
            return
        form = WithdrawForm(self.desk, known.lines)
        self._over(form)
        form.kept.connect(lambda _: self._withdraw(form, known))

    def _withdraw(self, form: WithdrawForm, known: Known) -> None:
        book, ids = self.desk.book, [one.id for one in known.lines]

        def kept(changes: Changes) -> None:
            self._kept_over(changes)
            self._go_on(known)

        self.desk.do("line_withdraw", lambda at: deciding.withdraw_lines(book, ids, at), kept, form.refuse)

    def new_donor(self) -> None:
        """A donor nobody knew, who gave this line."""
        known = self.panel.known
        if known is None or not known.open or known.others:
            return
        seen = (known.line.name, known.line.iban) if self.desk.revealed else ("", "")
        form = DonorQuickForm(self.desk, *seen)
        self._over(form)
        form.kept.connect(lambda _: self._add_donor(form))

    def _add_donor(self, form: DonorQuickForm) -> None:
        book, name, iban = self.desk.book, form.donor.text(), form.iban.text()

        def kept(changes: Changes) -> None:
            self._kept_over(changes)
            self.panel.given_by(changes.ids[0])

        self.desk.do("donor_add", lambda at: donors.add_donor(book, name, [iban] if iban.strip() else [], at), kept, form.refuse)

    def learn(self) -> None:
        """A rule from what the line became, shown with what it would have touched."""
        known, book = self.panel.known, self.desk.book
        if known is not None:
            self.desk.ask(lambda: rules.learn(book, known.line.id), self._learn, lane=(self, "learn"))

    def _learn(self, draft: Rule) -> None:
        form = RuleForm(self.desk, draft, self.desk.say("rule.title"))
        self._over(form)
        form.kept.connect(lambda _: self._save(form))

    def _save(self, form: RuleForm) -> None:
        book, rule = self.desk.book, form.rule()
        if rule is not None:
            self.desk.do("rule_add", lambda at: rules.save(book, rule, at), self._kept_over, form.refuse)

    def show_history(self) -> None:
        """Everything the line ever became."""
        if self.panel.known is not None:
            form = HistoryForm(self.desk, self.panel.known.line.id)
            self._over(form)
            form.kept.connect(lambda _: self._kept_over())

    def book_voucher(self) -> None:
        """A form for what a document says and no bank line shows."""
        form = VoucherForm(self.desk, "reconcile.book_voucher")

        def booked(_: Changes, another: bool) -> None:  # noqa: FBT001  the argument of a signal
            self._kept_over()
            if another:
                self.book_voucher()

        form.booked.connect(booked)
        self._over(form)

    def _over(self, form: Form) -> None:
        """Lay a form over the panel until it is kept or left; one that lay there gives way."""
        self._kept_over()
        form.discarded.connect(self._kept_over)
        self.side.addWidget(form)
        self.side.setCurrentWidget(form)
        form.begin()

    def _kept_over(self, _: object = None) -> None:
        form = self.side.currentWidget()
        self._leave_sure()
        if form is not None and self.side.indexOf(form) > 1:
            self.side.removeWidget(form)
            form.deleteLater()
