"""Reports: which, for whom, of which days, in what language; beside them the very bytes that will leave, and what was found in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QLabel, QLineEdit, QPlainTextEdit, QStackedWidget

from fundledger.gui import reporting
from fundledger.gui.editions import EditionsPane
from fundledger.gui.fields import DayField
from fundledger.gui.flow import Flow
from fundledger.gui.forms import choice, refill
from fundledger.gui.page import Page
from fundledger.gui.papers import PaperView
from fundledger.gui.parts import button, columns, framed, holding, label, rows, scrolling, set_property
from fundledger.gui.report_sets import SetsPane
from fundledger.gui.reporting import READERS, Previewed, Wanted, forms_of
from fundledger.i18n import languages, public_languages
from fundledger.reports.value import Audience
from fundledger.store import campaigns

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtWidgets import QPushButton

    from fundledger.domain.problem import Problem
    from fundledger.gui.actions import Actions
    from fundledger.gui.desk import Desk

FORMATS = ("pdf", "xlsx", "html", "json", "csv")
OWN_NAMES = {"be": "Беларуская", "de": "Deutsch", "en": "English", "lt": "Lietuvių", "pl": "Polski", "ru": "Русский"}
_FREE = "free"


class ReportsPage(Page):
    """Choices left, the paper right."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        """The first report is shown at the first visit."""
        super().__init__(desk, actions, "reports")
        say, speaker = desk.say, desk.speaker
        self.audience = self._chips(
            "audience", [(each.value, say(f"audience.{each.value}")) for each in Audience], "chip", self._choose_audience
        )
        named = [(name, speaker.say(f"report.{name}.title")) for name in READERS]
        self.report = self._chips("report", named, "row", self.look)
        self.campaign, self.language = choice(say("field.campaign"), []), choice(say("field.language"), [])
        self.period = choice(say("reports.period"), self._periods())
        self.first, self.last = (DayField(say(f"reports.{name}"), speaker, lambda: desk.now().date()) for name in ("first_day", "last_day"))
        self.form = choice(say("reports.look_at"), [])
        self.paper, self.plain = PaperView(desk), QPlainTextEdit(readOnly=True)
        self.plain.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.plain.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.plain.setTabChangesFocus(True)
        self.plain.setAccessibleName(say("preview"))
        self.gate, self.hostile, self.about = (label("", role, wrap=True) for role in ("muted", "muted", "muted"))
        self.readable = QCheckBox(say("reports.readable"))
        self.secret, self.again = (self._secret(name) for name in ("passphrase", "passphrase_again"))
        self.exports = {form: button(form.upper(), partial(self.export, form)) for form in (*FORMATS, "one")}
        for form, made in self.exports.items():
            made.setAccessibleName(say("reports.export_as", form=form.upper()))
        self.exports["one"].setText(say("reports.write_it"))
        self.publish_button = button(say("reports.publish"), self.publish)
        self.editions = EditionsPane(desk)
        self.sets = SetsPane(desk, self._write_set)
        self.sets.added.connect(lambda name: self.sets.keep(name, self.wanted()))
        for each in (self.campaign, self.language, self.period, self.form):
            each.currentIndexChanged.connect(lambda _: self.look())
        for field in (self.first, self.last):
            field.line.textChanged.connect(lambda _: self.look())
        self.readable.toggled.connect(lambda _: self._offer_what_fits())
        self._lay_out()
        self._choose_audience()

    def _secret(self, name: str) -> QLineEdit:
        made = QLineEdit()
        made.setEchoMode(QLineEdit.EchoMode.Password)
        made.setAccessibleName(self.desk.say(f"field.{name}"))
        made.setPlaceholderText(self.desk.say(f"field.{name}"))
        return made

    def _chips(self, key: str, options: list[tuple[str, str]], role: str, chosen: Callable[[], object]) -> dict[str, QPushButton]:
        group = QButtonGroup(self)
        made: dict[str, QPushButton] = {}
        for name, text in options:
            each = made[name] = button(text, role=role)
            each.setCheckable(True)
            each.setChecked(not group.buttons())
            each.setAccessibleDescription(self.desk.say(f"reports.{key}"))
            each.clicked.connect(lambda _=False: chosen())
            group.addButton(each)
        return made

    def _periods(self) -> list[tuple[str, object]]:
        """Whole quarters and years around today, everything, and days of one's own."""
        today, say = self.desk.now().date(), self.desk.say
        begins = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
        before = begins - timedelta(days=1)
        quarters = [_quarter(before), _quarter(begins)]
        years = [(date(year, 1, 1), date(year, 12, 31)) for year in (today.year - 1, today.year)]
        named = [(self.desk.speaker.say("paper.period", start=start, end=end), (start, end)) for start, end in (*quarters, *years)]
        return [(say("reports.everything"), (None, None)), *named, (say("reports.free"), _FREE)]

    def _lay_out(self) -> None:
        say = self.desk.say
        self.exports["pdf"].setProperty("role", "primary")

        def head(key: str) -> QLabel:
            return label(say(key), "label", size=0.92)

        self._days = holding(columns(self.first, self.last, spacing=6))
        self.campaign.setMinimumWidth(240)
        self._of_campaign = holding(rows(head("field.campaign"), self.campaign, spacing=3))
        self._of_days = holding(rows(head("reports.period"), columns(self.period, self._days, spacing=6), spacing=3))
        self._of_language = holding(rows(head("field.language"), self.language, spacing=3))
        self._of_form = holding(rows(head("reports.look_at"), self.form, spacing=3))
        sealed = label(say("reports.sealed"), "muted", size=0.85, wrap=True)
        self._sealing = holding(rows(columns(self.readable, self.secret, self.again, None, spacing=8), sealed, spacing=4))
        self._buttons = holding(columns(head("reports.export"), *(self.exports[form] for form in FORMATS), spacing=6))
        who = Flow(*self.audience.values())
        left = rows(who, 4, *self.report.values(), 12, self.sets, None, spacing=5, margins=(14, 12, 14, 12))
        lists = framed(rows(scrolling(holding(left)), margins=(0, 2, 0, 2)))
        lists.setFixedWidth(300)
        chosen = Flow(self._of_campaign, self._of_days, self._of_language, self._of_form, spacing=12)
        leaving = columns(self._buttons, self.exports["one"], None, self.publish_button, spacing=8)
        found = rows(self.gate, self.hostile, spacing=2)
        above = framed(rows(self.about, chosen, found, self._sealing, leaving, spacing=8, margins=(16, 10, 16, 12)))
        self.side = QStackedWidget()
        for each in (self.paper, self.plain, self.editions):
            self.side.addWidget(each)
        self.editions_button = button(say("reports.editions"), self.look_at_editions)
        self.editions_button.setCheckable(True)
        self.head.addWidget(self.editions_button)
        right = rows(above, framed(rows(self.side, margins=(1, 1, 1, 1))), spacing=12)
        right.setStretch(1, 1)
        body = columns(lists, right, spacing=14)
        body.setStretch(1, 1)
        self.lay_out(holding(body))

    def refresh(self) -> None:
        """The campaigns there are, then the paper."""
        self.sets.refresh()
        self.desk.ask(self._campaigns, self._offer, lane=self)

    def enter(self) -> None:
        """The chosen report takes the focus."""
        self.report[self.wanted().name].setFocus(Qt.FocusReason.OtherFocusReason)

    def narrow(self, part: str) -> None:
        """One report, for the first readers it has."""
        readers = [one.value for one in READERS[part]]
        if not any(self.audience[one].isChecked() for one in readers):
            self.audience[readers[0]].setChecked(True)
        self.report[part].setChecked(True)
        self._choose_audience()
        self.enter()

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
        chosen = self.period.currentData()
        start, end = (self.first.value(), self.last.value()) if chosen == _FREE else tuple(chosen)
        form = self.form.currentData() or next(iter(forms_of(name)), "")
        return Wanted(
            name, self.campaign.currentData() if name == "campaign" else None, audience, self.language.currentData(), start, end, form
        )

    def _choose_audience(self) -> None:
        """Show the reports there are for these readers, in the languages that are theirs."""
        audience = next(key for key, each in self.audience.items() if each.isChecked())
        shown = [name for name, readers in READERS.items() if audience in readers]
        for name, each in self.report.items():
            each.setVisible(name in shown)
        if not any(self.report[name].isChecked() for name in shown):
            self.report[shown[0]].setChecked(True)
        known = public_languages() if audience == Audience.PUBLIC else languages()
        kept = self.language.currentData() or self.desk.speaker.language
        refill(self.language, [(OWN_NAMES.get(code, code), code) for code in known])
        self.language.setCurrentIndex(max(self.language.findData(kept), 0))
        self.look()

    def _offer_what_fits(self) -> None:
        """Only what the report has: a campaign, days, forms, a seal."""
        wanted = self.wanted()
        forms, public = forms_of(wanted.name), wanted.audience is Audience.PUBLIC
        if [self.form.itemData(place) for place in range(self.form.count())] != list(forms):
            refill(self.form, [(form.upper(), form) for form in forms])
        self._of_campaign.setVisible(wanted.name == "campaign")
        self._of_days.setVisible(wanted.name not in {reporting.HLEDGER, reporting.BEANCOUNT, "policy"})
        self._days.setVisible(self.period.currentData() == _FREE)
        self._of_form.setVisible(bool(forms))
        self._buttons.setVisible(bool(forms))
        self.exports["one"].setVisible(not forms)
        for form in FORMATS:
            self.exports[form].setVisible(form in forms)
        self._sealing.setVisible(not public)
        for field in (self.secret, self.again):
            field.setVisible(not self.readable.isChecked())
        self.publish_button.setVisible(public and wanted.name != "policy")
        self.about.setText(self.desk.say(f"reports.about.{wanted.name}"))

    def look(self) -> None:
        """Set the paper anew."""
        self._offer_what_fits()
        wanted, book = self.wanted(), self.desk.book
        self.editions_button.setChecked(False)
        if not self.isVisible():
            return
        self.hostile.hide()
        if wanted.name == "campaign" and not wanted.campaign:
            self._say(self.desk.say("reports.empty"))
        elif not forms_of(wanted.name):
            self._say(self.desk.say("reports.no_preview"))
        elif self.period.currentData() == _FREE and None in {wanted.start, wanted.end}:
            self._say(self.desk.say("reports.days_wanted"))
        else:
            self.desk.tasks.read(lambda: reporting.preview(book, wanted), self._show, self._refused, lane=(self, "paper"))

    def _say(self, text: str) -> None:
        self.desk.ask(tuple, lambda _: None, lane=(self, "paper"))  # a paper that is still being set is not waited for
        self.gate.setText("")
        self.side.setCurrentWidget(self.paper)
        self.paper.say(text)

    def _show(self, found: Previewed) -> None:
        if self.wanted().form == "pdf":
            self.paper.show_paper(found.content)
        else:
            self.plain.setPlainText(found.text)
        self.side.setCurrentWidget(self.paper if self.wanted().form == "pdf" else self.plain)
        public, say = self.wanted().audience is Audience.PUBLIC, self.desk.say
        text = say("reports.gate.clean") if public else say("reports.gate.inside")
        if found.hits:
            text = "\n".join(self.desk.speaker.problem(problem) for problem in found.hits)
        self.gate.setText("\n".join([f"✓ {text}" if public and not found.hits else text, *([say("reports.draft")] if found.draft else [])]))
        set_property(self.gate, "role", "negative" if found.hits else "positive" if public else "warning")
        self._show_hostile(found)

    def _show_hostile(self, found: Previewed) -> None:
        self.hostile.setVisible(found.hostile is not None)
        if found.hostile is None:
            return
        problems = [self.desk.speaker.problem(one) for one in found.hostile.problems]
        clean = self.desk.say("reports.hostile", n=found.hostile.figures)
        self.hostile.setText("\n".join(problems) or f"✓ {clean}")
        set_property(self.hostile, "role", "negative" if problems else "positive")
        self.publish_button.setEnabled(not problems and not found.hits and not self.desk.book.read_only)

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        self._say("\n".join(self.desk.speaker.problem(problem) for problem in problems))

    # --- what leaves --------------------------------------------------------------------------------------------------
    def _passphrase(self) -> tuple[bool, str | None]:
        """Whether what is not public may leave, and sealed with what; None is a readable copy."""
        if self.wanted().audience is Audience.PUBLIC or self.readable.isChecked():
            return True, None
        if not self.secret.text() or self.secret.text() != self.again.text():
            self.gate.setText(self.desk.say("reports.secret_wanted"))
            set_property(self.gate, "role", "negative")
            self.secret.setFocus(Qt.FocusReason.OtherFocusReason)
            return False, None
        return True, self.secret.text()

    def export(self, form: str) -> None:
        """Ask where to, and write the file there."""
        ready, passphrase = self._passphrase()
        if ready:
            wanted = self.wanted()
            self._write([wanted if form == "one" else replace(wanted, form=form)], passphrase)

    def _write_set(self, some: list[Wanted]) -> None:
        ready, passphrase = (True, None) if all(one.audience is Audience.PUBLIC for one in some) else self._passphrase()
        if ready:
            self._write(some, passphrase)

    def _write(self, some: list[Wanted], passphrase: str | None) -> None:
        folder = self.desk.dialogs.folder(self, self.desk.say("reports.folder"))
        if folder is None:
            return
        book, at = self.desk.book, self.desk.now()

        def work(progress: Callable[[int, int], None], cancelled: Callable[[], bool]) -> list[Path]:
            written: list[Path] = []
            for place, one in enumerate(some):
                if cancelled():
                    break
                progress(place, len(some))
                written += reporting.export(book, one, folder, at, passphrase)
            return written

        self.desk.tasks.write(self.desk.say("verb.report"), work, self._written, self.desk.problems)

    def _written(self, paths: list[Path]) -> None:
        self.secret.clear()
        self.again.clear()
        self.desk.tell(self.desk.say("reports.written", file=", ".join(path.name for path in paths)))

    def publish(self) -> None:
        """Write the public edition in every form and make it an edition; what would single somebody out is refused."""
        folder = self.desk.dialogs.folder(self, self.desk.say("reports.folder"))
        if folder is not None:
            wanted, book, at = self.wanted(), self.desk.book, self.desk.now()
            self.desk.act("publish", lambda _, __: reporting.publish(book, wanted, folder, at))

    def look_at_editions(self) -> None:
        """What was published, the newest first; once more for the paper."""
        if self.editions_button.isChecked():
            self.editions.refresh()
            self.side.setCurrentWidget(self.editions)
        else:
            self.look()


def _quarter(day: date) -> tuple[date, date]:
    """The whole quarter of a day."""
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    after = date(first.year + first.month // 10, (first.month + 2) % 12 + 1, 1)
    return first, after - timedelta(days=1)
