"""One campaign: its figures, the equation they must obey, what happened, what blocks closing, what can be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QPushButton, QVBoxLayout, QWidget

from fundledger.domain.campaign import COVER, Campaign, State, check_consent
from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError
from fundledger.gui.campaign_parts import GivingCode, Papers, Quotes, Timeline, Versions
from fundledger.gui.cells import paint_bar
from fundledger.gui.documents import dropped_files
from fundledger.gui.flow import flowing
from fundledger.gui.mandate_form import term_said
from fundledger.gui.parts import button, clear, columns, figure, holding, label, pill, rows, rule
from fundledger.gui.table import MINUS, Bar, percent, shown
from fundledger.gui.vouchers import of_campaign
from fundledger.gui.vouchers_shown import VoucherList
from fundledger.services.campaigns import blocking, refunds_owed
from fundledger.services.giving import giving_code
from fundledger.store import campaigns, funds
from fundledger.store.timeline import timeline

if TYPE_CHECKING:
    from fundledger.domain.campaign import CampaignPaper, MandateVersion
    from fundledger.domain.figures import FundFigures
    from fundledger.domain.people import Quote
    from fundledger.domain.problem import Problem
    from fundledger.gui.actions import Actions
    from fundledger.gui.desk import Desk
    from fundledger.gui.theme import Look
    from fundledger.gui.vouchers import Told
    from fundledger.store.book import Book
    from fundledger.store.timeline import Happening

# The terms of the identity, in their order: how each counts and its catalogue key.
_TERMS = (
    (1, "collected"), (-1, "returned"), (-1, "charged_back"), (-1, "fees"), (1, "moved_in"), (-1, "moved_out"), (1, "opening"),
    (-1, "paid"), (-1, "advanced"), (-1, "due_back"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """A campaign with everything its card says."""

    campaign: Campaign
    figures: FundFigures
    blocks: tuple[Problem, ...]
    vouchers: tuple[Told, ...] = ()
    versions: tuple[MandateVersion, ...] = ()
    quotes: tuple[Quote, ...] = ()
    happened: tuple[Happening, ...] = ()
    owed: Money | None = None
    codes: tuple[tuple[str, str], ...] = ()
    no_code: tuple[Problem, ...] = ()
    about: tuple[CampaignPaper, ...] = ()

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
        booked = of_campaign(desk, db, found.fund)
        versions, quotes = campaigns.mandate_versions(db, found.id), campaigns.quotes(db, book.currency, found.id)
        happened, about = timeline(db, found), tuple(campaigns.papers(db, found.id))
    blocks = tuple(blocking(book, found.code)) if found.state is State.OVER else ()
    owed = refunds_owed(book, found.code) if found.state in {State.CLOSED, State.ARCHIVED} else None
    told = (tuple(versions), tuple(quotes), tuple(happened), owed)
    return Shown(found, figures, blocks, booked, *told, *_code(book, found), about)


def _code(book: Book, found: Campaign) -> tuple[tuple[tuple[str, str], ...], tuple[Problem, ...]]:
    """The text donors scan, of several accounts for each with its IBAN; or why there is none."""
    try:
        return (("", giving_code(book, found.code)),), ()
    except KnownError as error:
        [problem] = error.problems
        ours = cast("list[str]", problem.values.get("known", []))
        return tuple((iban, giving_code(book, found.code, iban)) for iban in ours), () if ours else error.problems


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
    """The card beside the list; `books` asks for the form of a voucher, `dropped` brings a paper, `adds_paper` asks for one."""

    books = Signal()
    dropped = Signal(object)
    adds_paper = Signal()

    def __init__(self, desk: Desk, actions: Actions) -> None:
        """Empty until `show_campaign`."""
        super().__init__()
        self.setProperty("role", "card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
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
        if found.owed:
            self._body.addWidget(label(say("campaigns.refunds_owed", owed=found.owed), "warning", wrap=True))
        self._body.addWidget(label(title, size=1.35, bold=True, wrap=True))
        story = campaign.story(self._desk.speaker.language)
        if story:
            self._body.addWidget(label(story, "muted", wrap=True))
        self._progress(found)
        self._figures(found)
        self._identity(found)
        self._blocks(found)
        self._body.addWidget(self._buttons(found))
        self._body.addWidget(rule())
        self._body.addWidget(Quotes(self._desk, found.quotes, finished=campaign.state in {State.CLOSED, State.ARCHIVED}))
        self._body.addWidget(rule())
        self.giving = GivingCode(self._desk, campaign, found.codes, found.no_code)
        self._body.addWidget(self.giving)
        self.giving.setVisible(campaign.state in {State.DRAFT, State.OPEN})  # afterwards nobody is asked to give
        self._body.addWidget(rule())
        self._body.addWidget(Papers(self._desk, found.about, self.adds_paper.emit))
        self._body.addWidget(rule())
        self._body.addWidget(Timeline(self._desk, found.happened))
        self._body.addWidget(rule())
        self._body.addWidget(VoucherList(self._desk, found.vouchers, campaign.code))
        self._mandate(found)
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

    def _buttons(self, found: Shown) -> QWidget:
        state, mandate = found.campaign.state, found.campaign.mandate
        keys = {
            State.DRAFT: ["campaign.open", "campaign.quote", "campaign.mandate"],
            State.OPEN: ["campaign.over", "invoice.new", "campaign.quote", "campaign.page", "campaign.mandate"],
            State.OVER: ["campaign.close", "invoice.new", "campaign.open", "campaign.page", "campaign.mandate"],
            State.CLOSED: ["campaign.archive", "campaign.page"],
            State.ARCHIVED: ["campaign.page"],
        }.get(state, [])
        if state is State.OVER and mandate.shortfall == COVER and found.missing:
            keys.insert(0, "campaign.cover")
        made: list[QPushButton] = []
        for key in keys:
            action = self._actions[key]
            made.append(button(action.text().replace("&", "").rstrip("…"), action.trigger, "" if made else "primary"))
        if state is not State.DRAFT:
            made.append(button(self._desk.say("voucher.open"), self.books.emit))
        return flowing(*made)

    def _mandate(self, found: Shown) -> None:
        """What is promised now, and every version of it."""
        say, mandate = self._desk.say, found.campaign.mandate
        self._body.addWidget(rule())
        self._body.addWidget(label(say("mandate.title"), bold=True))
        for name in ("surplus", "shortfall", "late_gift", "fee", "method"):
            said = term_said(self._desk, name, mandate)
            self._body.addLayout(rows(label(say(f"term.{name}"), "muted", size=0.88), label(said, wrap=True), spacing=0))
        reference = say("reference.protected") if mandate.protected else found.campaign.reference
        self._body.addLayout(rows(label(say("field.reference"), "muted", size=0.88), label(reference, wrap=True), spacing=0))
        self._body.addWidget(Versions(self._desk, found.versions))

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

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A paper is welcome on a campaign that goes on."""
        if self.shown and self.shown.campaign.state not in {State.CLOSED, State.ARCHIVED} and dropped_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """The first one is asked about and taken down."""
        self.dropped.emit(dropped_files(event.mimeData())[0])
        event.acceptProposedAction()
