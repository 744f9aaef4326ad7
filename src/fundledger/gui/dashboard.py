"""The first page: the money of the whole book, what needs a person, and the months behind."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QStackedWidget, QWidget

from fundledger.gui.dashboard_parts import FigureCards, GoalRow, NeedRow
from fundledger.gui.desk import EVERYTHING
from fundledger.gui.few_rows import FewRows
from fundledger.gui.month_chart import MonthChart, month_name
from fundledger.gui.page import Page
from fundledger.gui.parts import Drawing, button, clear, columns, framed, holding, label, rows, scrolling
from fundledger.gui.table import Column, Kind
from fundledger.services.dashboard import NeedKey, read_months, read_needs, read_totals

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QLabel, QLayout, QVBoxLayout

    from fundledger.gui.actions import Actions
    from fundledger.gui.desk import Desk
    from fundledger.services.dashboard import Month, Need, Totals

# Where each need is mended: the page, and to what it is narrowed there; a period says its own.
PLACES = {
    NeedKey.UNSURE: ("importing", "unsure"),
    NeedKey.LINES: ("reconcile", "open"),
    NeedKey.GAP: ("importing", "coverage"),
    NeedKey.INBOX: ("disbursements", "inbox"),
    NeedKey.APPROVE: ("disbursements", "approve"),
    NeedKey.PAY: ("disbursements", "pay"),
    NeedKey.REVIEW: ("donors", "reviews"),
    NeedKey.SHORT: ("campaigns", "short"),
    NeedKey.OVER: ("campaigns", "over"),
    NeedKey.CONSENT: ("campaigns", "consent"),
    NeedKey.BACKUP: ("settings_page", "backups"),
    NeedKey.RECOVERY: ("settings_page", "people"),
    NeedKey.PERIOD: ("tieout", ""),
}
# Not counted: there is one, or there is none.
_UNCOUNTED = {NeedKey.BACKUP: "log", NeedKey.RECOVERY: "key"}
# What a new book begins with, each an action.
STEPS = (("account.new", "plus"), ("campaign.new", "campaigns"), ("import", "import"))


class DashboardPage(Page):
    """Figures above, what needs a person left, the chart and the campaigns right."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        """Everything is asked when it is first shown: the figures first, then the rest."""
        super().__init__(desk, actions, "dashboard", EVERYTHING)
        say = desk.say
        self.totals: Totals | None = None
        self.needs: dict[NeedKey, NeedRow] = {}
        self.steps: dict[str, NeedRow] = {}
        self.goals: dict[str, GoalRow] = {}
        self.figures = FigureCards(desk, "collected", "committed", "paid", "available")
        self.note = label("", "muted", size=0.92, wrap=True)
        self._needs, self._goals = rows(spacing=2), rows(spacing=2)
        self.chart = MonthChart(desk)
        self.table: FewRows | None = None
        self._months: tuple[Month, ...] = ()
        self.chosen = QStackedWidget()
        self.turn = button("", self.turn_chart, "small")
        self.importing = button(say("action.import").rstrip("…"), partial(actions.press, "import"), "primary")
        self.head.addWidget(self.importing)
        self.lay_out(scrolling(holding(self._lay_out())))

    def _lay_out(self) -> QGridLayout:
        say = self.desk.say
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 4)
        grid.setSpacing(14)
        self.title = label("", size=1.15, bold=True)
        self.attention = _card(self.title, self._needs)
        self.chosen.addWidget(self.chart)
        self.by_month = _card(label(say("dashboard.chart"), size=1.15, bold=True), rows(self.chosen, margins=(10, 0, 10, 0)), self.turn)
        self.by_campaign = _card(label(say("dashboard.goals"), size=1.15, bold=True), self._goals)
        self._name_turn()
        self.note.hide()
        grid.addWidget(self.figures, 0, 0, 1, 2)
        grid.addWidget(self.note, 1, 0, 1, 2)
        grid.addLayout(rows(self.attention, None, spacing=14), 2, 0)
        grid.addLayout(rows(self.by_month, self.by_campaign, None, spacing=14), 2, 1)
        grid.setColumnStretch(0, 9)
        grid.setColumnStretch(1, 11)
        grid.setRowStretch(2, 1)
        for each in (self.attention, self.by_month, self.by_campaign):
            each.hide()
        return grid

    # --- asking -------------------------------------------------------------------------------------------------------
    def refresh(self) -> None:
        """The figures, then the rest: it has to look through more."""
        self.desk.ask(lambda: read_totals(self.desk.book), self._show_totals, lane=self)

    def _show_totals(self, found: Totals) -> None:
        self.totals = found
        self._show_figures(found)
        self._show_goals(found)
        book, at = self.desk.book, self.desk.now()
        self.desk.ask(lambda: read_needs(book, at), self.show_needs, lane=(self, "needs"))
        self.desk.ask(lambda: read_months(book, at.date()), self._show_months, lane=(self, "months"))

    # --- figures ------------------------------------------------------------------------------------------------------
    def _show_figures(self, found: Totals) -> None:
        say = self.desk.say
        waits = say("dashboard.unidentified", amount=found.unidentified) if found.unidentified else say("dashboard.available")
        for key, amount, below in (
            ("collected", found.collected, say("dashboard.collected")),
            ("committed", found.committed, say("dashboard.committed")),
            ("paid", found.paid, say("dashboard.paid")),
            ("available", found.free, waits),
        ):
            self.figures.cards[key].show_amount(amount, below)
        self.figures.fit()
        others = ", ".join(f"{code} ({currency}): {self.desk.speaker.money(held)}" for code, currency, held in found.foreign)
        self.note.setText(say("dashboard.foreign", currency=found.collected.currency, accounts=others) if others else "")
        self.note.setVisible(bool(others))

    def _show_goals(self, found: Totals) -> None:
        held = next((code for code, one in self.goals.items() if one.hasFocus()), "")
        clear(self._goals)
        self.goals = {}
        for goal in found.goals:
            made = GoalRow(self.desk, goal)
            made.clicked.connect(self._opener("campaigns", goal.campaign.id))
            self.goals[goal.campaign.code] = made
            _put(self._goals, made)
        self.by_campaign.setVisible(bool(self.goals))
        if held in self.goals:
            self.goals[held].setFocus(Qt.FocusReason.OtherFocusReason)

    # --- what needs a person ------------------------------------------------------------------------------------------
    def show_needs(self, found: tuple[Need, ...]) -> None:
        """A row for each need; steps where nothing has begun, and calm where nothing needs anybody."""
        rows_before = [*self.steps.values(), *self.needs.values()]
        held = next((place for place, one in enumerate(rows_before) if one.hasFocus()), -1)
        clear(self._needs)
        self.needs, self.steps = {}, {}
        begun = self.totals is not None and self.totals.begun
        self.title.setText(self.desk.say("dashboard.attention" if begun else "dashboard.begin"))
        if not begun:
            self._show_steps()
        for need in found if begun else [one for one in found if one.key in {NeedKey.RECOVERY, NeedKey.INBOX, NeedKey.APPROVE}]:
            self.needs[need.key] = made = self._need(need)
            _put(self._needs, made)
        if begun and not found:
            self._needs.addWidget(self._calm())
        self.attention.show()
        rows_now = [*self.steps.values(), *self.needs.values()]
        if held >= 0:
            (rows_now[min(held, len(rows_now) - 1)] if rows_now else self.importing).setFocus(Qt.FocusReason.OtherFocusReason)

    def _need(self, need: Need) -> NeedRow:
        say, key = self.desk.say, need.key
        count = "" if key in _UNCOUNTED else self.desk.speaker.count(need.n)
        word = "backup.none" if key is NeedKey.BACKUP and not need.values["days"] else str(key)
        made = NeedRow(self.desk, count, say(f"need.{word}", n=need.n), say(f"need.{word}.about", **need.values), _UNCOUNTED.get(key, ""))
        page, narrowed = PLACES[key]
        made.clicked.connect(self._opener(page, str(need.values["period"]) if key is NeedKey.PERIOD else narrowed))
        return made

    def _show_steps(self) -> None:
        """What an empty book begins with; what was done already has a tick."""
        found, say = self.totals, self.desk.say
        done = {"account.new": bool(found and found.has_account), "campaign.new": bool(found and found.has_campaign)}
        self._needs.addWidget(_padded(label(say("dashboard.empty"), "muted", wrap=True)))
        for action, drawing in STEPS:
            title = f"✓  {say(f'dashboard.step.{action}')}" if done.get(action) else say(f"dashboard.step.{action}")
            self.steps[action] = made = NeedRow(self.desk, "", title, say(f"dashboard.step.{action}.about"), drawing)
            made.clicked.connect(self._presser(action))
            _put(self._needs, made)

    def _calm(self) -> QWidget:
        say = self.desk.say
        text, about = label(say("dashboard.calm"), size=1.1, bold=True), label(say("dashboard.calm.about"), "muted", wrap=True)
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        about.setAlignment(Qt.AlignmentFlag.AlignCenter)
        return holding(rows(Drawing(self.desk.look, "calm", 44, "accent"), text, about, spacing=6, margins=(24, 20, 24, 28)))

    def _opener(self, page: str, at: int | str) -> Callable[[], None]:
        return lambda: self.desk.opens.emit(page, at)

    def _presser(self, action: str) -> Callable[[], None]:
        return lambda: self.actions_of.press(action)

    # --- the months ---------------------------------------------------------------------------------------------------
    def _show_months(self, found: tuple[Month, ...]) -> None:
        self._months = found
        self.by_month.setVisible(bool(found))
        self.chart.show_months(found)
        if self.table is not None:
            self.table.show_rows(found[::-1])

    def turn_chart(self) -> None:
        """The chart, or its figures as a table, the latest first; it is made when it is first asked for."""
        if self.table is None:
            self.table = FewRows(self.desk, _columns(self.desk), self.desk.say("dashboard.chart"))
            self.table.show_rows(self._months[::-1])
            self.chosen.addWidget(self.table)
        self.chosen.setCurrentIndex(1 - self.chosen.currentIndex())
        self._name_turn()

    def _name_turn(self) -> None:
        self.turn.setText(self.desk.say("dashboard.as_table" if self.chosen.currentIndex() == 0 else "dashboard.as_chart"))
        self.turn.setAccessibleName(self.turn.text())

    # --- the page -----------------------------------------------------------------------------------------------------
    def enter(self) -> None:
        """What is to be attended to first takes the focus, else the button above."""
        first = next(iter([*self.steps.values(), *self.needs.values()]), self.importing)
        first.setFocus(Qt.FocusReason.OtherFocusReason)


def _card(title: QLabel, body: QLayout, *beside: QWidget) -> QFrame:
    return framed(rows(columns(title, None, *beside, margins=(10, 0, 10, 4)), body, spacing=4, margins=(8, 14, 8, 12)))


def _columns(desk: Desk) -> tuple[Column, ...]:
    get: Callable[[Month], object] = lambda row: month_name(row.first, desk.speaker)  # noqa: E731  a column's words
    return (
        Column("month", get),
        Column("collected", lambda row: row.collected, Kind.MONEY, 12),
        Column("paid", lambda row: row.paid, Kind.MONEY, 12),
    )


def _put(box: QVBoxLayout, made: QWidget) -> None:
    """In its place at once: what is shown only later cannot take the focus."""
    box.addWidget(made)
    made.show()


def _padded(inner: QWidget) -> QWidget:
    return holding(rows(inner, margins=(10, 0, 10, 6)))
