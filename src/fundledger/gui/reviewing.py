"""Gifts under review: what waits and why, the two answers that two people can give, and the limits that ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame

from fundledger.domain.masking import mask_text
from fundledger.domain.review import Limits, ReviewState
from fundledger.gui.few_rows import FewRows
from fundledger.gui.fields import DayField, MoneyField, secret_field, text_field
from fundledger.gui.forms import Form
from fundledger.gui.parts import button, columns, label, rows, rule
from fundledger.gui.table import Column, Kind, Pill
from fundledger.services import reviews as verbs
from fundledger.store import reviews as store

if TYPE_CHECKING:
    from fundledger.gui.desk import Changes, Desk
    from fundledger.store.reviews import ReviewRow

_TONES = {ReviewState.HELD: "warn", ReviewState.CLEAR: "good", ReviewState.RETURNED: "plain"}


class DecisionForm(Form):
    """What two people decide on one gift: by when and against which list it was screened, and the second one's passphrase."""

    def __init__(self, desk: Desk, row: ReviewRow, to: ReviewState) -> None:
        """For a gift that waits."""
        say = desk.say
        super().__init__(desk, say(f"review.{to.value}.title", line=row.line), say(f"review.{to.value}.go"))
        self.row, self.to = row, to
        self._body.addWidget(label(say(f"review.{to.value}.about"), "muted", wrap=True))
        self.against, self.said = text_field(say("field.screened_against")), text_field(say("field.reason"))
        self.day = DayField(say("field.screened_on"), desk.speaker, lambda: desk.now().date())
        self.second = secret_field(say("field.second"))
        if to is ReviewState.CLEAR:
            self.add("screened_against", self.against, "internal")
            self.add("screened_on", self.day, "auditor")
        self.add("reason", self.said, "internal")
        self.add("second", self.second, "", say("field.second_passphrase.note"))


class LimitsForm(Form):
    """From which amounts on, and of whom, gifts are held; an empty line holds none."""

    def __init__(self, desk: Desk, kept: Limits) -> None:
        """As it is kept now."""
        say, currency = desk.say, desk.book.currency
        super().__init__(desk, say("review.limits.title"), desk.say("keep"))
        self._body.addWidget(label(say("review.limits.about"), "muted", wrap=True))
        self.single, self.year = (MoneyField(say(f"field.{key}"), currency, desk.speaker) for key in ("review_single", "review_year"))
        for key, field, amount in (("review_single", self.single, kept.single), ("review_year", self.year, kept.year)):
            if amount:
                field.set_value(amount)
            self.add(key, field, "internal")
        self.countries = text_field(say("field.review_countries"))
        self.countries.setText(" ".join(sorted(kept.countries)))
        self.add("review_countries", self.countries, "internal", say("field.review_countries.note"))
        self.third_party, self.family = QCheckBox(say("review.third_party")), QCheckBox(say("review.family"))
        self.third_party.setChecked(kept.third_party)
        self.family.setChecked(kept.family)
        self.second = secret_field(say("field.second"))
        self._body.addWidget(self.third_party)
        self._body.addWidget(self.family)
        self.add("second", self.second, "", say("review.limits.second"))

    def read(self) -> Limits | None:
        """What was typed; None while an amount cannot be read."""
        amounts = []
        for field in (self.single, self.year):
            amounts.append(field.value())
            if field.line.text().strip() and amounts[-1] is None:
                return None
        countries = frozenset(self.countries.text().replace(",", " ").upper().split())
        return Limits(amounts[0], amounts[1], self.third_party.isChecked(), self.family.isChecked(), countries)


class ReviewPane(QFrame):
    """Every review, the one that is looked at, and what can be decided of it."""

    closed = Signal()

    def __init__(self, desk: Desk) -> None:
        """Empty until `begin`."""
        super().__init__()
        self.setProperty("role", "panel")
        self._desk, say = desk, desk.say
        self._rows: list[ReviewRow] = []
        self._limits = Limits()
        self.form: Form | None = None
        shape = (
            Column("date", lambda one: one.booked_on, Kind.DATE, 12),
            Column("line", lambda one: str(one.line), Kind.CODE, 6),
            Column("state", lambda one: Pill(f"gui.review.state.{one.state.value}", _TONES[one.state]), Kind.PILL),
            Column("amount", lambda one: one.amount, Kind.MONEY, 11),
        )
        self.list = FewRows(desk, shape, say("review.list"))
        self.list.selectionModel().currentRowChanged.connect(lambda _: self._look())
        self.told, self.limits = label("", wrap=True), label("", "muted", wrap=True)
        self.clear = button(say("review.clear.ask"), lambda: self.decide(ReviewState.CLEAR), "primary")
        self.give_back = button(say("review.returned.ask"), lambda: self.decide(ReviewState.RETURNED))
        self.change = button(say("review.limits.change"), self.change_limits, "quiet")
        self._place = rows()
        head = columns(label(say("review.title"), size=1.2, bold=True), None, button(say("close"), self.closed.emit, "quiet"))
        about = label(say("review.about"), "muted", wrap=True)
        below = (self.told, columns(self.clear, self.give_back, None), self._place, rule(), self.limits, columns(self.change, None))
        self.setLayout(rows(head, about, self.list, *below, None, spacing=12, margins=(18, 16, 18, 14)))
        desk.changed.connect(lambda _: self.begin() if self.isVisible() else None)
        desk.names_shown.connect(self._look)

    def begin(self) -> None:
        """Read what waits and what was decided."""
        self._desk.ask(self._read, self._show, lane=self)

    def _read(self) -> tuple[list[ReviewRow], Limits]:
        with self._desk.book.reading() as db:
            return store.reviews(db, reveal=True), store.limits(db, self._desk.book.currency)

    def _show(self, found: tuple[list[ReviewRow], Limits]) -> None:
        kept = self.current()
        self._rows, self._limits = found
        self.list.show_rows(self._rows)
        self.list.hold_height()
        self.list.setVisible(bool(self._rows))
        self.limits.setText(self._limits_said())
        places = [place for place, one in enumerate(self._rows) if kept and one.id == kept.id]
        if self._rows:
            self.list.stand(places[0] if places else 0)
        self._look()

    def current(self) -> ReviewRow | None:
        """The review that is looked at."""
        place = self.list.currentIndex().row()
        return self._rows[place] if 0 <= place < len(self._rows) else None

    def _look(self) -> None:
        """Say why the current gift waits, or what was decided."""
        row, say = self.current(), self._desk.say
        waits = row is not None and row.state is ReviewState.HELD
        self.clear.setEnabled(waits)
        self.give_back.setEnabled(waits)
        if row is None:
            self.told.setText(say("review.none"))
            return
        reasons = [self._desk.speaker.say(f"error.review.reason.{one.value}") for one in row.reasons]
        told = [say("review.why", reasons=reasons)]
        texts = [text if self._desk.revealed else mask_text(text) for text in (row.against, row.said)]
        if row.state is ReviewState.CLEAR and row.screened_on:
            told.append(say("review.screened", on=row.screened_on, against=texts[0]))
        if row.state is ReviewState.RETURNED:
            told.append(say("review.gone_back" if row.gone_back else "review.not_gone"))
        self.told.setText("\n".join([*told, *([texts[1]] if row.said else [])]))
        self.told.setAccessibleName(self.told.text())

    def _limits_said(self) -> str:
        """The limits in one sentence."""
        say, money, limits = self._desk.say, self._desk.speaker.money, self._limits
        said = [say(f"review.limit.{key}", amount=money(one)) for key, one in (("single", limits.single), ("year", limits.year)) if one]
        said += [say("review.third_party")] * limits.third_party + [say("review.family")] * limits.family
        said += [say("review.limit.countries", countries=sorted(limits.countries))] if limits.countries else []
        return say("review.limits.said", limits=said) if said else say("review.limits.none")

    # --- deciding -----------------------------------------------------------------------------------------------------
    def decide(self, to: ReviewState) -> None:
        """Ask what two people need for a decision."""
        row = self.current()
        if row is None or row.state is not ReviewState.HELD:
            return
        form = DecisionForm(self._desk, row, to)
        form.kept.connect(lambda _: self._decide(form))
        self._open(form)

    def _decide(self, form: DecisionForm) -> None:
        book, at, phrase, day = self._desk.book, self._desk.now(), form.second.text(), form.day.value()
        if day is None:
            form.say_missing()
            return
        row, against, said = form.row.id, form.against.text(), form.said.text()

        def work() -> Changes:
            second = book.witness(phrase) if phrase else None
            if form.to is ReviewState.CLEAR:
                return verbs.clear(book, row, at, second, against, day, said)
            return verbs.send_back(book, row, at, second, said)

        verb = "review_clear" if form.to is ReviewState.CLEAR else "review_return"
        self._desk.act(verb, lambda _, __: work(), lambda _: self._leave(), form.refuse)

    def change_limits(self) -> None:
        """A form for the limits."""
        form = LimitsForm(self._desk, self._limits)
        form.kept.connect(lambda _: self._keep_limits(form))
        self._open(form)

    def _keep_limits(self, form: LimitsForm) -> None:
        read, book, at, phrase = form.read(), self._desk.book, self._desk.now(), form.second.text()
        if read is None:
            form.say_missing()
            return

        def work() -> Changes:
            return verbs.set_limits(book, read, at, book.witness(phrase) if phrase else None)

        self._desk.act("review_settings", lambda _, __: work(), lambda _: self._leave(), form.refuse)

    def _open(self, form: Form) -> None:
        self._leave()
        self.form = form
        self._place.addWidget(form)
        form.discarded.connect(self._leave)
        form.begin()

    def _leave(self) -> None:
        """Put the form away."""
        if self.form is not None:
            self.form.hide()
            self.form.deleteLater()
            self.form = None
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
