"""Reports: which, for whom, in what language, and the very bytes that will be exported beside it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup

from fundledger.export.gate import check_public
from fundledger.export.writing import render, write_report
from fundledger.gui.forms import choice, refill
from fundledger.gui.page import Page
from fundledger.gui.papers import PDFIUM, PaperView
from fundledger.gui.parts import button, columns, framed, holding, label, rows
from fundledger.i18n import Speaker, languages
from fundledger.reports.catalogue import REPORTS, build_report, forbidden_names
from fundledger.reports.value import Audience
from fundledger.services.campaigns import expire_consents
from fundledger.store import campaigns

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QPushButton

    from fundledger.domain.problem import Problem
    from fundledger.gui.actions import Actions
    from fundledger.gui.desk import Desk
    from fundledger.reports.value import Report
    from fundledger.store.book import Book

FORMATS = ("pdf", "xlsx", "html")
_OWN_NAMES = {"be": "Беларуская", "de": "Deutsch", "en": "English", "lt": "Lietuvių", "pl": "Polski", "ru": "Русский"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which report, for whom, in what language."""

    name: str
    campaign: str | None
    audience: Audience
    language: str


@dataclass(frozen=True, slots=True)
class Previewed:
    """The bytes of the PDF, and what the gate found in them."""

    content: bytes
    hits: tuple[Problem, ...]


def _build(book: Book, wanted: Wanted) -> Report:
    return build_report(book, wanted.name, wanted.audience, campaign=wanted.campaign, language=wanted.language)


def preview(book: Book, wanted: Wanted) -> Previewed:
    """Set the report as it will be exported, and search it as it will be searched; runs beside the window."""
    report = _build(book, wanted)
    content = render(report, "pdf", Speaker(wanted.language))
    if wanted.audience is not Audience.PUBLIC:
        return Previewed(content, ())
    with PDFIUM:
        return Previewed(content, tuple(check_public(content, "preview.pdf", forbidden_names(book), {report.foundation})))


def export(book: Book, wanted: Wanted, folder: Path, form: str) -> list[Path]:
    """Write the report; raises KnownError where a name would leave or the folder cannot take it."""
    with PDFIUM:
        return write_report(_build(book, wanted), folder, (form,), Speaker(wanted.language), forbidden_names(book))


class ReportsPage(Page):
    """Choices left, the paper right."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        """The first report is shown at the first visit."""
        super().__init__(desk, actions, "reports")
        say = desk.say
        self.report = self._chips("report", [(name, desk.speaker.say(f"report.{name}.title")) for name in REPORTS])
        self.audience = self._chips("audience", [(each.value, say(f"audience.{each.value}")) for each in Audience])
        self.campaign = choice(say("field.campaign"), [])
        self.language = choice(say("field.language"), [(_OWN_NAMES.get(code, code), code) for code in languages()])
        self.language.setCurrentIndex(max(self.language.findData(desk.speaker.language), 0))
        self.paper = PaperView(desk)
        self.gate = label("", "muted", wrap=True)
        self.exports = {form: button(form.upper(), partial(self.export, form)) for form in FORMATS}
        for form, made in self.exports.items():
            made.setAccessibleName(say("reports.export_as", form=form.upper()))
        self._campaign_label = label(say("field.campaign"), "label", size=0.92)
        for each in (self.campaign, self.language):
            each.currentIndexChanged.connect(lambda _: self.look())
        self._lay_out()

    def _chips(self, key: str, options: list[tuple[str, str]]) -> dict[str, QPushButton]:
        group = QButtonGroup(self)
        made: dict[str, QPushButton] = {}
        for name, text in options:
            each = made[name] = button(text, role="choice")
            each.setCheckable(True)
            each.setChecked(not group.buttons())
            each.setAccessibleDescription(self.desk.say(f"reports.{key}"))
            each.clicked.connect(self.look)
            group.addButton(each)
        return made

    def _lay_out(self) -> None:
        say = self.desk.say
        self.exports["pdf"].setProperty("role", "primary")
        heads = [label(say(key), "label", size=0.92) for key in ("reports.report", "reports.audience", "field.language", "reports.export")]
        left = rows(
            heads[0], *self.report.values(), 6, self._campaign_label, self.campaign, 6, heads[1], *self.audience.values(), 6, heads[2],
            self.language, None, self.gate,
            heads[3], columns(*self.exports.values(), spacing=6), spacing=6, margins=(18, 16, 18, 16),
        )  # fmt: skip
        choices = framed(left)
        choices.setFixedWidth(320)
        body = columns(choices, framed(rows(self.paper, margins=(1, 1, 1, 1))), spacing=14)
        body.setStretch(1, 1)
        self.lay_out(holding(body))

    def refresh(self) -> None:
        """The campaigns there are, then the paper."""
        self.desk.ask(self._campaigns, self._offer, lane=self)

    def enter(self) -> None:
        """The chosen report takes the focus."""
        self.report[self.wanted().name].setFocus(Qt.FocusReason.OtherFocusReason)

    def _campaigns(self) -> list[tuple[str, object]]:
        book, language = self.desk.book, self.desk.speaker.language
        with book.reading() as db:
            return [(f"{one.code}  {one.title(language)}", one.code) for one in campaigns.campaigns(db, book.currency)]

    def _offer(self, found: list[tuple[str, object]]) -> None:
        refill(self.campaign, found)
        self.look()

    def wanted(self) -> Wanted:
        """What is chosen."""
        name = next(key for key, each in self.report.items() if each.isChecked())
        audience = Audience(next(key for key, each in self.audience.items() if each.isChecked()))
        return Wanted(name, self.campaign.currentData() if name == "campaign" else None, audience, self.language.currentData())

    def look(self) -> None:
        """Set the paper anew."""
        wanted, book = self.wanted(), self.desk.book
        for each in (self.campaign, self._campaign_label):
            each.setVisible(wanted.name == "campaign")
        if wanted.name == "campaign" and not wanted.campaign:
            self.paper.say(self.desk.say("reports.empty"))
            return
        self.desk.tasks.read(lambda: preview(book, wanted), self._show, self._refused, lane=(self, "paper"))

    def _show(self, found: Previewed) -> None:
        self.paper.show_paper(found.content)
        public = self.wanted().audience is Audience.PUBLIC
        text = self.desk.say("reports.gate.clean") if public else self.desk.say("reports.gate.inside")
        if found.hits:
            text = "\n".join(self.desk.speaker.problem(problem) for problem in found.hits)
        self.gate.setText(f"✓ {text}" if public and not found.hits else text)
        self._dress_gate("negative" if found.hits else "positive" if public else "warning")

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        self.gate.setText("")
        self.paper.say("\n".join(self.desk.speaker.problem(problem) for problem in problems))

    def _dress_gate(self, role: str) -> None:
        self.gate.setProperty("role", role)
        self.gate.style().unpolish(self.gate)
        self.gate.style().polish(self.gate)

    def export(self, form: str) -> None:
        """Ask where to, and write the file there."""
        folder = self.desk.dialogs.folder(self, self.desk.say("reports.folder"))
        if folder is None:
            return
        wanted, book = self.wanted(), self.desk.book
        if wanted.audience is not Audience.PUBLIC:
            self._write(wanted, folder, form)
            return
        self.desk.tasks.write(
            self.desk.say("verb.consents"),
            lambda _, __: expire_consents(book, self.desk.now()),
            lambda told: self._write(wanted, folder, form, told),
            self.desk.problems,
        )

    def _write(self, wanted: Wanted, folder: Path, form: str, told: tuple[Problem, ...] = ()) -> None:
        for problem in told:
            self.desk.tell(self.desk.speaker.problem(problem))
        book = self.desk.book
        self.desk.ask(lambda: export(book, wanted, folder, form), self._written)

    def _written(self, paths: list[Path]) -> None:
        self.desk.tell(self.desk.say("reports.written", file=", ".join(path.name for path in paths)))
