"""Tie-out and close: the four figures, every difference itemised, the checklist of a period, close, reopen, publish."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QStackedWidget

from fundledger.domain.closing import EXPLAINABLE, days_of, named
from fundledger.export.recognising import recognise
from fundledger.export.wording import differences
from fundledger.export.writing import render
from fundledger.gui.desk import EVERYTHING
from fundledger.gui.forms import choice, refill
from fundledger.gui.page import Page
from fundledger.gui.papers import PDFIUM, PaperView
from fundledger.gui.parts import beside, button, clear, columns, figure, framed, holding, label, pill, rows, scrolling
from fundledger.gui.period_forms import ExplainForm, ReopenForm
from fundledger.gui.table import shown
from fundledger.i18n import Speaker
from fundledger.reports.catalogue import build_report
from fundledger.reports.value import Audience, Comparison
from fundledger.services import closing, publishing
from fundledger.store import outstanding

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from fundledger.domain.closing import Days, Item
    from fundledger.domain.problem import Problem
    from fundledger.gui.actions import Actions
    from fundledger.gui.desk import Changes, Desk
    from fundledger.gui.forms import Form
    from fundledger.reports.value import Report
    from fundledger.store.book import Book
    from fundledger.store.periods import Period


@dataclass(frozen=True, slots=True)
class Found:
    """A period as it stands: the four figures, the checklist, its close, and the statement of it."""

    days: Days
    figures: Comparison
    items: tuple[Item, ...]
    period: Period | None
    editions: int
    report: Report

    @property
    def closed(self) -> bool:
        """Whether the period is locked now."""
        return self.period is not None and self.period.locked

    @property
    def ready(self) -> bool:
        """Whether nothing on the checklist is in the way of a close."""
        return all(one.ok for one in self.items)


def read_tieout(book: Book, days: Days, language: str) -> Found:
    """Everything the page shows of a period; runs beside the window."""
    report = build_report(book, "reconciliation", Audience.AUDITOR, campaign=None, end=days[1], language=language)
    figures = next(one for one in report.sections if isinstance(one, Comparison))
    period = next((one for one in closing.list_periods(book) if (one.start_on, one.end_on) == days), None)
    return Found(days, figures, tuple(closing.checklist(book, *days)), period, len(publishing.list_editions(book)), report)


def set_paper(report: Report, language: str) -> bytes:
    """The statement as a PDF; runs beside the window."""
    with PDFIUM:
        return render(report, "pdf", Speaker(language))


def read_months(book: Book, today: date) -> list[Days]:
    """The periods one may look at, the latest first: each month since the first entry, its years, and what was closed otherwise."""
    with book.reading() as db:
        first = min(outstanding.first_posted(db).values(), default=today)
    found = {(one.start_on, one.end_on) for one in closing.list_periods(book)}
    day = today.replace(day=1)
    while day >= first.replace(day=1):
        found |= {days_of(f"{day:%Y-%m}"), days_of(f"{day:%Y}")}
        day = (day - timedelta(days=1)).replace(day=1)
    return sorted(found, key=lambda days: (days[1], days[0]), reverse=True)


class TieoutPage(Page):
    """The four figures above, the checklist left, right the statement or the form that is open."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        """The last month that is over is shown at the first visit."""
        super().__init__(desk, actions, "tieout", EVERYTHING)
        say = desk.say
        self.found: Found | None = None
        self.period = choice(say("tieout.period"), [])
        self.period.currentIndexChanged.connect(lambda _: self.look())
        self.close_button = button(say("tieout.close"), self.close_period, "primary")
        self.reopen_button = button(say("tieout.reopen"), self.reopen)
        self.publish_button = button(say("tieout.publish"), self.publish)
        for each in (self.period, self.publish_button, self.reopen_button, self.close_button):
            self.head.addWidget(each)
        self._figures = columns(spacing=12)
        self._items = rows(spacing=8, margins=(18, 16, 18, 14))
        self.paper = PaperView(desk)
        self.side = QStackedWidget()
        self.side.addWidget(framed(rows(self.paper, margins=(1, 1, 1, 1))))
        self._said: tuple[Report, str] | None = None
        self._form: Form | None = None
        self._wanted: Days | None = None
        body = rows(self._figures, beside(scrolling(framed(self._items)), self.side, sizes=[520, 560]), spacing=14)
        body.setStretch(1, 1)
        self.lay_out(holding(body))

    def enter(self) -> None:
        """The choice of the period takes the focus."""
        self.period.setFocus()

    def narrow(self, part: str) -> None:
        """A period as it is written: 2026-03."""
        self._wanted = days_of(part)
        self.refresh()

    def refresh(self) -> None:
        """The periods there are, then the one that is looked at."""
        today = self.desk.now().date()
        self.desk.ask(lambda: read_months(self.desk.book, today), self._offer, lane=self)

    def _offer(self, found: list[Days]) -> None:
        chosen, self._wanted = self._wanted or tuple(self.period.currentData() or ()), None
        over = [days for days in found if days[1] < self.desk.now().date()]
        with QSignalBlocker(self.period):
            refill(self.period, [(named(*days), days) for days in found])
            self.period.setCurrentIndex(found.index(next(days for days in (chosen, *over, *found) if days in found)))
        self.look()

    def look(self) -> None:
        """Ask for the chosen period."""
        days, book, language = self.period.currentData(), self.desk.book, self.desk.speaker.language
        if days is not None:
            self.desk.ask(lambda: read_tieout(book, tuple(days), language), self._show, lane=(self, "period"))

    def _show(self, found: Found) -> None:
        self.found = found
        self._show_figures(found.figures)
        self._show_items(found)
        self._show_paper(found.report)
        over = found.days[1] < self.desk.now().date()
        self.close_button.setEnabled(found.ready and not found.closed and over)
        self.close_button.setToolTip("" if self.close_button.isEnabled() else self.desk.say(f"tieout.not_now.{_why_not(found, over=over)}"))
        self.reopen_button.setEnabled(found.closed)

    def _show_paper(self, report: Report) -> None:
        """Set the statement anew only where it says something else: its head moves with every act, its figures seldom."""
        said, language = replace(report, head=None), self.desk.speaker.language
        if (said, language) != self._said:
            self._said = (said, language)
            self.desk.ask(lambda: set_paper(report, language), self.paper.show_paper, lane=(self, "paper"))

    def _show_figures(self, four: Comparison) -> None:
        """A card each, with its difference to the first; red and said, never by colour alone."""
        clear(self._figures)
        speaker, say = self.desk.speaker, self.desk.say
        for (name, amount), difference in zip(four.sides, differences(four), strict=True):
            said = speaker.say(name.key)
            value = figure(shown(amount, speaker) if amount is not None else "—", size=1.5)
            value.setObjectName(name.key)
            value.setAccessibleName(f"{said}: {value.text()}")
            text, role = "", "muted"
            if amount is None:
                text = say("tieout.none") if name.key != "side.published" or not four.note else speaker.say(four.note.key)
            elif difference is not None:
                text = say("tieout.differs", amount=difference) if difference else say("tieout.agrees")
                role = "negative" if difference else "positive"
            inside = rows(label(said, "muted", size=0.9, wrap=True), value, label(text, role, size=0.88, wrap=True), None, spacing=3)
            inside.setContentsMargins(16, 12, 16, 12)
            self._figures.addWidget(framed(inside), 1)

    def _show_items(self, found: Found) -> None:
        clear(self._items)
        say = self.desk.say
        state = pill(say("tieout.closed" if found.closed else "tieout.open"), "good" if found.closed else "live")
        self._items.addLayout(columns(label(say("tieout.checklist", period=named(*found.days)), size=1.15, bold=True), None, state))
        for item in found.items:
            self._item(item, locked=found.closed)
        if found.period is not None:
            for again in found.period.reopenings:
                self._items.addWidget(label(say("tieout.reopened", reason=again.reason, at=str(again.at)[:10]), "muted", wrap=True))
        editions = say("tieout.editions", n=found.editions) if found.editions else say("tieout.no_editions")
        self._items.addWidget(label(editions, "muted", wrap=True))
        self._items.addStretch(1)

    def _item(self, item: Item, *, locked: bool) -> None:
        speaker, say = self.desk.speaker, self.desk.say
        words = speaker.say(f"cli.item.{item.key.value}")
        self._items.addWidget(label(f"{'✓' if item.ok else '✗'}  {words}", "positive" if item.ok else "negative", bold=True, wrap=True))
        for problem in item.problems:
            said = columns(22, label(speaker.problem(problem), wrap=True), spacing=0)
            said.setStretch(1, 1)
            if item.key in EXPLAINABLE and not locked:
                asking = button(say("tieout.explain"), partial(self.explain, item, problem), "small")
                asking.setAccessibleDescription(speaker.problem(problem))
                said.addWidget(asking)
            self._items.addLayout(said)
        for one in item.explained:
            told = say("tieout.explained", text=speaker.problem(one.problem), said=one.said)
            self._items.addLayout(columns(22, label(told, "muted", wrap=True), spacing=0))

    # --- acts ---------------------------------------------------------------------------------------------------------
    def close_period(self) -> None:
        """Close the period that is shown for good."""
        if self.found is not None and self.close_button.isEnabled():
            book, days, at = self.desk.book, self.found.days, self.desk.now()
            self.desk.act("period_close", lambda _, __: closing.close_period(book, days, at))

    def explain(self, item: Item, problem: Problem) -> None:
        """A form to say why a problem may stand."""
        form = ExplainForm(self.desk, self.desk.speaker.problem(problem))
        self._open_form(form)
        form.kept.connect(lambda _: self._keep_explained(form, item, problem))

    def _keep_explained(self, form: ExplainForm, item: Item, problem: Problem) -> None:
        if self.found is None:
            return
        book, days, said = self.desk.book, self.found.days, form.said.toPlainText()
        self.desk.do(
            "period_explain",
            lambda at: closing.explain(book, days, item.key, problem.subject, said, at),
            lambda _: self._close_form(),
            form.refuse,
        )

    def reopen(self) -> None:
        """A form for the reason and the second person."""
        if self.found is not None and self.found.closed:
            form = ReopenForm(self.desk, named(*self.found.days))
            self._open_form(form)
            form.kept.connect(lambda _: self._keep_reopened(form))

    def _keep_reopened(self, form: ReopenForm) -> None:
        if self.found is None:
            return
        book, days, at, reason, phrase = self.desk.book, self.found.days, self.desk.now(), form.reason.toPlainText(), form.phrase.text()
        self.desk.act(
            "period_reopen",
            lambda _, __: closing.reopen(book, days, reason, book.witness(phrase), at),
            lambda _: self._close_form(),
            form.refuse,
        )

    def publish(self) -> None:
        """Make files that were written before an edition."""
        chosen = self.desk.dialogs.files(self, self.desk.say("tieout.publish_files"), "*.pdf *.xlsx *.html *.json *.csv *.txt")
        if chosen:
            self._publish(chosen)

    def _publish(self, paths: Sequence[Path]) -> None:
        book, at = self.desk.book, self.desk.now()

        def work(_: object, __: object) -> Changes:
            with PDFIUM:
                found = recognise(book, paths)
            return publishing.publish(book, found, at)

        self.desk.act("publish", work)

    def _open_form(self, form: Form) -> None:
        self._close_form()
        self._form = form
        form.discarded.connect(self._close_form)
        self.side.addWidget(form)
        self.side.setCurrentWidget(form)
        form.begin()

    def _close_form(self) -> None:
        if self._form is not None:
            self.side.removeWidget(self._form)
            self._form.deleteLater()
            self._form = None
            self.enter()


def _why_not(found: Found, *, over: bool) -> str:
    if found.closed:
        return "closed"
    return "checklist" if over else "running"
