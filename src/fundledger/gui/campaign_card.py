"""One campaign: its figures, the equation they must obey, what happened, what blocks closing, what can be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from fundledger.domain.campaign import COVER, TO_CAMPAIGN, Campaign, State, check_consent
from fundledger.domain.money import Money
from fundledger.gui.cells import paint_bar
from fundledger.gui.parts import button, clear, columns, figure, holding, label, pill, rows, rule
from fundledger.gui.table import MINUS, Bar, percent, shown
from fundledger.gui.theme import tabular
from fundledger.gui.vouchers import of_campaign
from fundledger.gui.vouchers_shown import VoucherList
from fundledger.services.campaigns import blocking
from fundledger.store import campaigns, funds, invoices

if TYPE_CHECKING:
    from datetime import date

    from fundledger.domain.figures import FundFigures
    from fundledger.domain.people import Disbursement, Invoice
    from fundledger.domain.problem import Problem
    from fundledger.gui.actions import Actions
    from fundledger.gui.desk import Desk
    from fundledger.gui.theme import Look
    from fundledger.gui.vouchers import Told

# The terms of the identity, in their order: how each counts and its catalogue key.
_TERMS = (
    (1, "collected"), (-1, "returned"), (-1, "charged_back"), (-1, "fees"), (1, "moved_in"), (-1, "moved_out"), (1, "opening"),
    (-1, "paid"), (-1, "advanced"), (-1, "due_back"),
)  # fmt: skip


_MOST_EVENTS = 60  # each is three widgets; the Disbursements page lists every one


@dataclass(frozen=True, slots=True)
class Shown:
    """A campaign with everything its card says."""

    campaign: Campaign
    figures: FundFigures
    papers: tuple[Invoice, ...]
    payments: tuple[Disbursement, ...]
    blocks: tuple[Problem, ...]
    vouchers: tuple[Told, ...] = ()

    @property
    def named(self) -> bool:
        """Whether consent lets the public read more than a code."""
        return self.campaign.mandate.disclosure != "code" or bool(self.campaign.mandate.texts)

    @property
    def missing(self) -> Money:
        """What is owed above the money there is."""
        short = -self.figures.available.minor
        return Money(max(short, 0), self.campaign.asked.currency)


def read_campaign(desk: Desk, row_id: int) -> Shown:
    """Everything of one campaign; runs beside the window."""
    book = desk.book
    with book.reading() as db:
        found = campaigns.find_campaign(db, row_id, book.currency)
        figures = funds.fund_figures(db, book.currency, [found.fund])[found.fund]
        papers = tuple(invoices.invoices(db, book.currency, campaign_id=found.id))
        payments = tuple(invoices.disbursements(db, book.currency, [one.id for one in papers]))
        booked = of_campaign(desk, db, found.fund)
    blocks = tuple(blocking(book, found.code)) if found.state is State.OVER else ()
    return Shown(found, figures, papers, payments, blocks, booked)


class ProgressBar(QWidget):
    """The bar of a campaign in large."""

    def __init__(self, look: Look, bar: Bar, said: str) -> None:
        """`said` is what is read aloud."""
        super().__init__()
        self._look, self._bar = look, bar
        self.setAccessibleName(said)
        self.setFixedHeight(14)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it."""
        del event
        painter = QPainter(self)
        paint_bar(painter, QRectF(0, 1, self.width(), 12), self._bar, self._look.theme)
        painter.end()

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(200, 14)


class CampaignCard(QFrame):
    """The card beside the list; `books` asks for the form of a voucher."""

    books = Signal()

    def __init__(self, desk: Desk, actions: Actions) -> None:
        """Empty until `show_campaign`."""
        super().__init__()
        self.setProperty("role", "card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._desk, self._actions = desk, actions
        self.shown: Shown | None = None
        self._body = QVBoxLayout(self)
        self._body.setContentsMargins(20, 18, 20, 18)
        self._body.setSpacing(10)

    def show_campaign(self, row_id: int) -> None:
        """Ask for a campaign and show it; -1 shows none."""
        if row_id < 0:
            self.shown = None
            clear(self._body)
            return
        self._desk.ask(lambda: read_campaign(self._desk, row_id), self._show, lane=self)

    def _show(self, found: Shown) -> None:
        self.shown = found
        clear(self._body)
        say, campaign = self._desk.say, found.campaign
        title = campaign.title(self._desk.speaker.language)
        self.setAccessibleName(f"{campaign.code} {title}")
        tone = {State.OPEN: "live", State.OVER: "warn", State.CLOSED: "good"}.get(campaign.state, "plain")
        head = columns(label(campaign.code, "accent", bold=True), pill(say(f"state.{campaign.state}"), tone), None)
        self._body.addLayout(head)
        self._body.addWidget(label(title, size=1.35, bold=True, wrap=True))
        story = campaign.story(self._desk.speaker.language)
        if story:
            self._body.addWidget(label(story, "muted", wrap=True))
        self._progress(found)
        self._figures(found)
        self._identity(found)
        self._blocks(found)
        self._body.addLayout(self._buttons(found))
        self._body.addWidget(rule())
        self._timeline(found)
        self._body.addWidget(rule())
        self._body.addWidget(VoucherList(self._desk, found.vouchers, campaign.code))
        self._mandate(campaign)
        self._consent(found)
        self._body.addStretch(1)

    def _progress(self, found: Shown) -> None:
        bar = Bar(found.campaign.asked, found.figures.collected, found.figures.paid)
        said = self._desk.say("bar.long", percent=percent(bar.collected, bar.asked), asked=bar.asked)
        self._body.addSpacing(2)
        self._body.addWidget(ProgressBar(self._desk.look, bar, said))
        self._body.addWidget(label(said, "muted", size=0.92))

    def _figures(self, found: Shown) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(8)
        figures, campaign = found.figures, found.campaign
        cells = (
            ("asked", campaign.asked), ("collected", figures.collected), ("paid", figures.paid),
            ("committed", figures.committed(campaign.quoted)), ("available", figures.available), ("remaining", figures.remaining),
        )  # fmt: skip
        for place, (key, amount) in enumerate(cells):
            text = shown(amount, self._desk.speaker)
            value = figure(text, size=1.2)
            if amount.minor < 0:
                value.setProperty("role", "negative")
            name = self._desk.say(f"figure.{key}")
            value.setAccessibleName(f"{name}: {text}")
            grid.addWidget(holding(rows(label(name, "muted", size=0.88), value, spacing=0)), place // 3, place % 3)
        self._body.addLayout(grid)

    def _identity(self, found: Shown) -> None:
        figures, speaker = found.figures, self._desk.speaker
        words: list[str] = []
        for sign, key in _TERMS:
            amount = getattr(figures, key)
            if amount or key in {"collected", "paid"}:
                mark = f"{MINUS} " if sign < 0 else "+ " if words else ""
                words.append(f"{mark}{self._desk.say(f'figure.{key}').lower()} {shown(amount, speaker)}")
        agrees = figures.remaining == figures.money
        text = f"{' '.join(words)} = {self._desk.say('figure.remaining').lower()} {shown(figures.remaining, speaker)}"
        self._body.addWidget(label(text, "muted", size=0.92, wrap=True))
        said = self._desk.say("identity.agrees" if agrees else "identity.differs", money=figures.money)
        self._body.addWidget(label(f"✓ {said}" if agrees else said, "positive" if agrees else "negative", size=0.92, wrap=True))

    def _blocks(self, found: Shown) -> None:
        if not found.blocks:
            return
        lines = [label(self._desk.say("campaigns.blocks"), "warning", bold=True)]
        lines += [label(f"• {self._desk.speaker.problem(problem)}", "warning", wrap=True) for problem in found.blocks]
        note = QFrame()
        note.setProperty("role", "note")
        note.setLayout(rows(*lines, spacing=4, margins=(12, 10, 12, 10)))
        self._body.addWidget(note)

    def _buttons(self, found: Shown) -> QGridLayout:
        state, mandate = found.campaign.state, found.campaign.mandate
        keys = {
            State.DRAFT: ["campaign.open", "campaign.quote"],
            State.OPEN: ["campaign.over", "invoice.new", "campaign.quote"],
            State.OVER: ["campaign.close", "invoice.new", "campaign.open"],
        }.get(state, [])
        if state is State.OVER and mandate.shortfall == COVER and found.missing:
            keys.insert(0, "campaign.cover")
        grid = QGridLayout()
        grid.setSpacing(6)
        for place, key in enumerate(keys):
            action = self._actions[key]
            made = button(action.text().replace("&", "").rstrip("…"), action.trigger, "" if place else "primary")
            grid.addWidget(made, place // 2, place % 2)
        if state is not State.DRAFT:
            grid.addWidget(button(self._desk.say("voucher.open"), self.books.emit), len(keys) // 2, len(keys) % 2)
        return grid

    def _timeline(self, found: Shown) -> None:
        say, campaign = self._desk.say, found.campaign
        number = {one.id: one.number for one in found.papers}
        events: list[tuple[date, str, Money | None]] = [
            (day, say(f"timeline.{key}"), None)
            for key, day in (("opened", campaign.opened_on), ("over", campaign.over_on), ("closed", campaign.closed_on))
            if day
        ]
        events += [(one.issued_on, say("timeline.invoice", number=one.number), one.amount) for one in found.papers]
        for paid in found.payments:
            key = "timeline.paid" if paid.amount.minor > 0 else "timeline.returned"
            events.append((paid.paid_on, say(key, number=number[paid.invoice]), paid.amount))
        self._body.addWidget(label(say("timeline.title"), bold=True))
        if not events:
            self._body.addWidget(label(say("timeline.empty"), "muted", wrap=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(5)
        newest = sorted(events, key=lambda event: event[0], reverse=True)
        for place, (day, text, amount) in enumerate(newest[:_MOST_EVENTS]):
            grid.addWidget(label(self._desk.speaker.day(day, "medium"), "muted", size=0.92), place, 0)
            grid.addWidget(label(text, wrap=True), place, 1)
            amount_label = label(shown(amount, self._desk.speaker))
            amount_label.setFont(tabular(amount_label.font()))
            grid.addWidget(amount_label, place, 2, Qt.AlignmentFlag.AlignRight)
        grid.setColumnStretch(1, 1)
        self._body.addLayout(grid)
        if len(newest) > _MOST_EVENTS:
            self._body.addWidget(label(say("timeline.earlier", n=len(newest) - _MOST_EVENTS), "muted"))

    def _mandate(self, campaign: Campaign) -> None:
        say, mandate = self._desk.say, campaign.mandate
        surplus = (
            say("surplus.campaign", code=mandate.surplus.removeprefix(TO_CAMPAIGN))
            if mandate.surplus.startswith(TO_CAMPAIGN)
            else say(f"surplus.{mandate.surplus}")
        )
        self._body.addWidget(rule())
        self._body.addWidget(label(say("mandate.title"), bold=True))
        told = [("surplus", surplus), ("shortfall", say(f"shortfall.{mandate.shortfall}"))]
        for key, text in (*told, ("reference", say("reference.protected") if mandate.protected else campaign.reference)):
            self._body.addLayout(rows(label(say(f"field.{key}"), "muted", size=0.88), label(text, wrap=True), spacing=0))

    def _consent(self, found: Shown) -> None:
        """Whether the person helped may be named, and the way to take that back."""
        say = self._desk.say
        said = label(say("consent.named" if found.named else "consent.withdrawn"), wrap=True)
        for problem in check_consent(found.campaign, self._desk.now().date()):
            self._body.addWidget(label(self._desk.speaker.problem(problem), "warning", wrap=True))
        self._body.addLayout(rows(label(say("field.consent"), "muted", size=0.88), said, spacing=0))
        if found.named:
            action = self._actions["campaign.consent"]
            self.withdraw = button(action.text().replace("&", ""), action.trigger, "small")
            self._body.addLayout(columns(self.withdraw, None))
