"""Reconcile: bank lines left, what they may be right, the resulting entry live, everything by keys."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget

from fundledger.domain.chart import BANK_CHARGES, PROCESSOR_FEES
from fundledger.domain.matching import Share, TargetKind
from fundledger.gui.deciding import Choice, Standing, read_standing
from fundledger.gui.desk import Area
from fundledger.gui.listing import Lists
from fundledger.gui.page import ListPage
from fundledger.gui.parts import beside, button, clear, columns, figure, framed, holding, label, rows, scrolling
from fundledger.gui.suggestions import LinePanel
from fundledger.gui.sure import SurePanel
from fundledger.gui.table import Column, Kind, Pill, shown
from fundledger.services import reconciling
from fundledger.store import lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fundledger.gui.actions import Actions
    from fundledger.gui.desk import Desk
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
        return Pill(f"gui.disposition.{row.disposition}", "good")
    return Pill(f"line_state.{row.state}", _TONES.get(row.state, "plain"))


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
        ("open", "matched", "all"),
        "reconcile",
    )


class ReconcilePage(ListPage):
    """The list has the focus; keys act while it has it."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        """Everything is asked when it is first shown."""
        super().__init__(desk, actions, "reconcile", frozenset({Area.LINES, Area.CAMPAIGNS, Area.INVOICES, Area.ACCOUNTS}), _lists(desk))
        self.panel = LinePanel(desk, actions)
        self.sure = SurePanel(desk)
        self.side = QStackedWidget()
        self.side.addWidget(scrolling(self.panel))
        self.side.addWidget(self.sure)
        splitter = beside(self.listing, self.side, sizes=[560, 520])
        self._foot = columns(spacing=34, margins=(18, 10, 18, 10))
        self.head.addWidget(button(desk.say("action.accept_sure").rstrip("…"), self.list_sure))
        body = rows(splitter, framed(self._foot), spacing=12)
        body.setStretch(0, 1)
        self.lay_out(holding(body))
        self.listing.picked.connect(self.panel.show_line)
        self.listing.entered.connect(lambda _: self.accept())
        self.listing.table.digit.connect(self.panel.pick)
        self.panel.wants.connect(self._wanted)
        self.sure.left.connect(self._leave_sure)
        self.sure.kept.connect(self._accept_sure)
        desk.names_shown.connect(lambda: self.panel.show_line(self.listing.current()))
        self._act(actions)

    def _act(self, actions: Actions) -> None:
        table = self.listing.table
        actions.does("accept", self.accept, table)
        actions.does("accept_sure", self.list_sure, table)
        actions.does("split", self.split, table)
        actions.does("unmatch", self.unmatch, table)
        for key in _AS:
            actions.does(key, partial(self._choose, key), table)

    def _wanted(self, key: str) -> None:
        if key == "list":
            self.listing.table.setFocus(Qt.FocusReason.OtherFocusReason)
        elif key == "accept":
            self.accept()
        elif key == "split":
            self.panel.split()
        elif key == "unmatch":
            self.unmatch()
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
        if known is None or known.line.state != "open":
            return
        share = {
            "foundation": Share(TargetKind.FOUNDATION, None, known.line.gross),
            "charge": Share(TargetKind.ACCOUNT, PROCESSOR_FEES if known.line.kind else BANK_CHARGES, known.line.gross),
            "transfer": Share(TargetKind.TRANSFER, None, known.line.gross),
            "suspense": Share(TargetKind.SUSPENSE, None, known.line.gross),
        }.get(key)
        self.panel.choose(Choice((share,) if share else (), disposition=key))

    def accept(self) -> None:
        """Book what is picked and go on to the next line."""
        known, choice = self.panel.known, self.panel.choice
        if known is None or choice is None or known.line.state != "open":
            return
        book, at, line_id = self.desk.book, self.desk.now(), known.line.id
        self.panel.choice = None
        self.listing.stay()
        self.listing.table.setFocus(Qt.FocusReason.OtherFocusReason)
        if choice.shares:
            self.desk.act(
                "accept", lambda _, __: reconciling.accept(book, line_id, choice.shares, at, rule=choice.rule, evidence=choice.evidence)
            )
        else:
            self.desk.act("accept", lambda _, __: reconciling.accept_as(book, line_id, choice.disposition, at))

    def unmatch(self) -> None:
        """Open a matched line again; its entry is reversed."""
        known = self.panel.known
        if known is not None and known.line.state == "matched":
            book, at, line_id = self.desk.book, self.desk.now(), known.line.id
            self.listing.stay()
            self.desk.act("unmatch", lambda _, __: reconciling.unmatch(book, line_id, at))

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
