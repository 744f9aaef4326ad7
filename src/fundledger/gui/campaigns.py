"""The campaigns: how far each is, and everything that is done with one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget

from fundledger.domain.campaign import Campaign, State
from fundledger.gui.appeal_texts import AppealForm
from fundledger.gui.campaign_card import CampaignCard
from fundledger.gui.campaign_forms import QUOTE, AmountForm, CampaignForm, CampaignPaperForm, ConsentForm, QuoteForm, keep_campaign
from fundledger.gui.closing_form import ClosingForm
from fundledger.gui.desk import Area
from fundledger.gui.listing import Lists
from fundledger.gui.mandate_form import MandateForm
from fundledger.gui.page import ListPage
from fundledger.gui.parts import beside, button, scrolling
from fundledger.gui.table import Bar, Column, Kind, Pill
from fundledger.gui.voucher_form import VoucherForm
from fundledger.services import campaigns as verbs
from fundledger.services.approving import needs_second
from fundledger.services.dashboard import consents, short_campaigns
from fundledger.services.erasing import withdraw_consent
from fundledger.store import campaigns, funds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime
    from pathlib import Path

    from fundledger.domain.figures import FundFigures
    from fundledger.domain.money import Money
    from fundledger.gui.actions import Actions
    from fundledger.gui.desk import Changes, Desk
    from fundledger.gui.forms import Form
    from fundledger.store.book import Book

TONES = {State.DRAFT: "plain", State.OPEN: "live", State.OVER: "warn", State.CLOSED: "good", State.ARCHIVED: "plain"}


@dataclass(frozen=True, slots=True)
class Listed:
    """A campaign with its figures, as the list shows it."""

    campaign: Campaign
    figures: FundFigures
    title: str


def listed(desk: Desk, ids: Sequence[int]) -> list[Listed]:
    """The rows of these campaigns, in the order asked for."""
    book = desk.book
    with book.reading() as db:
        found = {one.id: one for one in campaigns.campaigns(db, book.currency, ids)}
        figures = funds.fund_figures(db, book.currency, [found[one].fund for one in ids if one in found])
    return [Listed(found[one], figures[found[one].fund], found[one].title(desk.speaker.language)) for one in ids if one in found]


def _ids(desk: Desk, chip: str) -> list[int]:
    if chip == "short":
        return short_campaigns(desk.book)
    if chip == "consent":
        return consents(desk.book, desk.now().date())
    wanted = {"open": (State.DRAFT, State.OPEN), "over": (State.OVER,), "closed": (State.CLOSED, State.ARCHIVED)}.get(chip, tuple(State))
    with desk.book.reading() as db:
        return [row_id for row_id, state in campaigns.states(db) if state in wanted]


def _lists(desk: Desk) -> Lists:
    return Lists(
        "campaigns",
        (
            Column("code", lambda row: row.campaign.code, Kind.CODE, 5),
            Column("title", lambda row: row.title),
            Column("state", lambda row: Pill(f"gui.state.{row.campaign.state}", TONES[row.campaign.state]), Kind.PILL, 7),
            Column("asked", lambda row: row.campaign.asked, Kind.MONEY, 8),
            Column("collected", lambda row: row.figures.collected, Kind.MONEY, 8),
            Column("free", lambda row: row.figures.available, Kind.MONEY, 8),
            Column("progress", lambda row: Bar(row.campaign.asked, row.figures.collected, row.figures.paid), Kind.BAR, 7),
        ),
        lambda chip: _ids(desk, chip),
        lambda ids: listed(desk, ids),
        ("all", "open", "over", "closed"),
        "campaigns",
        asides=("short", "consent"),
    )


class CampaignsPage(ListPage):
    """The list, the campaign beside it, and its forms in the same place."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        """Everything is asked when it is first shown."""
        super().__init__(desk, actions, "campaigns", frozenset({Area.CAMPAIGNS, Area.LINES, Area.INVOICES, Area.BOOK}), _lists(desk))
        self.card = CampaignCard(desk, actions)
        self.side = QStackedWidget()
        self.side.addWidget(scrolling(self.card))
        self._forms: list[Form] = []
        splitter = beside(self.listing, self.side, sizes=[720, 410])
        self.head.addWidget(button(desk.say("action.campaign.new"), self.new, "primary"))
        self.lay_out(splitter)
        self.listing.picked.connect(self._picked)
        self.card.books.connect(self.book_voucher)
        self.card.dropped.connect(self.new_paper)
        self.card.adds_paper.connect(self.new_paper)
        desk.names_shown.connect(lambda: self._picked(self.listing.current()))
        self.listing.entered.connect(lambda _: self.card.setFocus(Qt.FocusReason.OtherFocusReason))

    def refresh(self) -> None:
        """The list; the card follows the current row."""
        self.listing.reload()
        self._picked(self.listing.current())

    def _picked(self, row_id: int) -> None:
        self.card.show_campaign(row_id)

    def _show_form(self, form: Form) -> None:
        self._close_form()
        self._forms.append(form)
        self.side.addWidget(form)
        self.side.setCurrentWidget(form)
        form.discarded.connect(self._close_form)
        form.begin()

    def _close_form(self) -> None:
        for form in self._forms:
            self.side.removeWidget(form)
            form.deleteLater()
        self._forms.clear()
        self.listing.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def new(self) -> None:
        """A form for a new campaign."""
        form = CampaignForm(self.desk)
        form.kept.connect(lambda another: self._keep_campaign(form, another=another))
        self._show_form(form)

    def _keep_campaign(self, form: CampaignForm, *, another: bool) -> None:
        read = form.read()
        if read is None:
            form.say_missing()
            return
        form.keep.setEnabled(False)
        self.desk.do(
            "campaign_add",
            lambda at: keep_campaign(self.desk.book, read, at),
            lambda changes: self._kept(changes, self.new if another else self._close_form),
            form.refuse,
        )

    def _kept(self, changes: Changes, then: Callable[[], None]) -> None:
        self.listing.pick(changes.ids[0])
        then()

    def new_quote(self) -> None:
        """A form for a quote of the current campaign."""
        shown = self.card.shown
        if shown is None:
            return
        form = QuoteForm(self.desk, shown.campaign)
        form.kept.connect(lambda _: self._keep_quote(form, shown.campaign.code))
        self._show_form(form)

    def new_paper(self, file: Path | None = None) -> None:
        """A form for a paper about the current campaign, with the one that was dropped on its card."""
        shown = self.card.shown
        if shown is None:
            return
        form = CampaignPaperForm(self.desk, shown.campaign.code, file)
        form.kept.connect(lambda _: self._keep_paper(form, shown.campaign.code))
        self._show_form(form)

    def _keep_paper(self, form: CampaignPaperForm, code: str) -> None:
        file, kind, keep_photo = form.document.path, str(form.kind.currentData()), form.document.keep_photo_data
        if file is None:
            form.say_missing()
        elif kind == QUOTE:
            self._quote_of(file)
        else:
            book, at = self.desk.book, self.desk.now()

            def work() -> Changes:
                return verbs.add_paper(book, code, kind, file, at, keep_photo_data=keep_photo)

            self.desk.act("campaign_document", lambda _, __: work(), lambda _: self._close_form(), form.refuse)

    def _quote_of(self, paper: Path) -> None:
        """The form of a quote with its paper."""
        self.new_quote()
        form = self._forms[0]
        if isinstance(form, QuoteForm):
            form.document.take(paper)

    def _keep_quote(self, form: QuoteForm, code: str) -> None:
        read = form.read()
        if read is None:
            form.say_missing()
            return
        self.desk.do(
            "quote_add",
            lambda at: verbs.add_quote(
                self.desk.book,
                code,
                read.payee,
                read.amount,
                read.received_on,
                at,
                read.iban or None,
                read.document,
                keep_photo_data=read.keep_photo_data,
                accepted=read.accepted,
                vat=read.vat,
                scope=read.scope,
            ),
            lambda _: self._close_form(),
            form.refuse,
        )

    def change_mandate(self) -> None:
        """A form for the next version of the current campaign's mandate."""
        shown = self.card.shown
        if shown is None or shown.campaign.state in {State.CLOSED, State.ARCHIVED}:
            return
        form = MandateForm(self.desk, shown.campaign)
        form.done.connect(self._close_form)
        self._show_form(form)

    def archive(self) -> None:
        """Put the current campaign away: closed, and nobody is owed anything."""
        self._step("campaign_archive", verbs.archive_campaign)

    def book_voucher(self) -> None:
        """A form for what a document says of the current campaign."""
        shown = self.card.shown
        if shown is None:
            return
        form = VoucherForm(self.desk, "campaigns.book_voucher", campaign=shown.campaign.code)
        form.booked.connect(lambda _, another: self.book_voucher() if another else self._close_form())
        self._show_form(form)

    def withdraw_consent(self) -> None:
        """A form that says what a withdrawn consent does to the current campaign."""
        shown = self.card.shown
        if shown is None or not shown.named:
            return
        form = ConsentForm(self.desk, shown.campaign.code)
        form.kept.connect(lambda _: self._keep_consent(form, shown.campaign.code))
        self._show_form(form)

    def _keep_consent(self, form: ConsentForm, code: str) -> None:
        if not form.agreed():
            form.say(self.desk.say("consent.not_typed"))
            return
        at, book = self.desk.now(), self.desk.book

        def withdrawn(changes: Changes) -> None:
            self._close_form()
            self.desk.told_of(changes, self.desk.say("done", what=self.desk.say("verb.campaign_withdraw_consent")), undo=False)
            self.desk.problems(changes.warnings)  # what is left to a person stays until she has read it

        work = self.desk.say("verb.campaign_withdraw_consent")
        self.desk.tasks.write(work, lambda _, __: withdraw_consent(book, code, at.date(), at), withdrawn, form.refuse)

    def begin_collection(self) -> None:
        """Begin to collect, from today."""
        self._step("campaign_open", verbs.open_campaign)

    def end_collection(self) -> None:
        """The collection is over, from today."""
        self._step("campaign_over", verbs.end_collection)

    def close_campaign(self) -> None:
        """What closing would do, step by step, and then its last word in every public language."""
        shown = self.card.shown
        if shown is None or shown.campaign.state is not State.OVER:
            return
        form = ClosingForm(self.desk, shown.campaign)
        form.goes.connect(self.actions_of.press)
        form.closed.connect(self.show_texts)
        self._show_form(form)

    def show_texts(self) -> None:
        """What to say of the current campaign in every public language."""
        shown = self.card.shown
        if shown is not None:
            form = AppealForm(self.desk, shown.campaign.code)
            self._show_form(form)

    def _step(self, verb: str, run: Callable[[Book, str, date, datetime], Changes]) -> None:
        shown, book = self.card.shown, self.desk.book
        if shown is not None:
            self.desk.do(verb, lambda at: run(book, shown.campaign.code, at.date(), at))

    def cover(self) -> None:
        """A form for what the foundation adds from its own money; it offers what is missing."""
        shown = self.card.shown
        if shown is None:
            return
        say, second = self.desk.say, needs_second(self.desk.book)
        form = AmountForm(self.desk, say("campaigns.cover"), say("campaigns.cover.note"), shown.missing, second=second)
        form.kept.connect(lambda _: self._keep_cover(form, shown.campaign.code))
        self._show_form(form)

    def _keep_cover(self, form: AmountForm, code: str) -> None:
        amount: Money | None = form.amount.value()
        if amount is None:
            form.say_missing()
            return
        at, book, sure, phrase = self.desk.now(), self.desk.book, amount, form.second.text()

        def run() -> Changes:
            return verbs.cover(book, code, sure, at.date(), at, book.witness(phrase) if phrase else None)

        self.desk.act("campaign_cover", lambda _, __: run(), lambda _: self._close_form(), form.refuse)
