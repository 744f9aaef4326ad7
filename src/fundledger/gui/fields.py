"""Fields that understand what is typed and say what they understood before it is kept."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from babel.numbers import get_currency_symbol
from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from fundledger.domain.money import Money, exponent, parse
from fundledger.domain.problem import KnownError
from fundledger.gui.parts import label, set_property

if TYPE_CHECKING:
    from collections.abc import Callable

    from fundledger.i18n import Speaker

LONGEST, LONGEST_STORY = 5_000, 50_000  # letters a field takes; what is pasted beyond them is cut, and said
_LONGEST_FIGURE = 60
_FAR_DAYS = 366  # a day further away than this is more likely a slip than meant
_SPACES = re.compile(r"[\s\u00a0\u202f']")
_GROUPED = re.compile(r"(-?)(\d{1,3}(?:[.,]\d{3})+|\d+)(?:([.,])(\d+))?", re.ASCII)


def read_amount(text: str, currency: str) -> Money | None:
    """An amount as people write it: 1 234,56 or 1,234.56 or 1234.5; None where it is none or could mean two things.

    A single mark followed by exactly three digits groups thousands; the sign or code of this very currency may stand before or
    after it. What was understood is echoed beside the field.
    """
    match = _GROUPED.fullmatch(_SPACES.sub("", _bare(text, currency).replace("\N{MINUS SIGN}", "-")))
    if match is None:
        return None
    sign, whole, mark, fraction = match[1], match[2], match[3], match[4] or ""
    marks = set(re.sub(r"\d", "", whole))
    if len(marks) > 1 or mark in marks or (mark and not 1 <= len(fraction) <= exponent(currency)):
        return None
    try:
        return parse(f"{sign}{re.sub('[.,]', '', whole)}{'.' + fraction if fraction else ''}", currency)
    except KnownError:
        return None


def _bare(text: str, currency: str) -> str:
    """An amount without the sign of its currency."""
    text = text.strip()
    for sign in (currency, get_currency_symbol(currency, "en")):
        if text.casefold() == sign.casefold():
            return ""
        shorter = text[: len(text) - len(sign)] if text.casefold().endswith(sign.casefold()) else text
        text = shorter[len(sign) :] if shorter is text and text.casefold().startswith(sign.casefold()) else shorter
    return text


def read_day(text: str, today: date) -> date | None:
    """A day as people write it: t, +1, -3, 15, 15.3, 15.3.2026, 2026-03-15; None where it is none."""
    text = text.strip().casefold().replace("\N{MINUS SIGN}", "-")
    if text == "t":
        return today
    if re.fullmatch(r"[+-]\d{1,4}", text, re.ASCII):
        return today + timedelta(days=int(text))
    match = re.fullmatch(r"(\d{1,2})(?:[./](\d{1,2})(?:[./](\d{4}))?)?[.]?", text, re.ASCII)
    iso = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text, re.ASCII)
    if iso:
        return _day(int(iso[1]), int(iso[2]), int(iso[3]))
    return _day(int(match[3] or today.year), int(match[2] or today.month), int(match[1])) if match else None


def _day(year: int, month: int, day: int) -> date | None:
    fits = 1 <= year <= 9999 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]
    return date(year, month, day) if fits else None


class _Understood(QWidget):
    """A line to type in, and under it what was understood."""

    edited = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.line = QLineEdit()
        self.line.setMaxLength(_LONGEST_FIGURE)
        self.line.setAccessibleName(name)
        self.echo = label("", "muted")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(2)
        rows.addWidget(self.line)
        rows.addWidget(self.echo)
        self.echo.hide()
        self.setFocusProxy(self.line)
        self.line.textChanged.connect(self._changed)

    def _echo(self) -> str | None:
        """What was understood, None where nothing was."""
        raise AssertionError

    def _changed(self, text: str) -> None:
        said = self._echo()
        self.echo.setText(said or "")
        self.echo.setVisible(bool(text.strip() and said))
        set_property(self.line, "wrong", bool(text.strip()) and said is None)
        self.edited.emit()


class MoneyField(_Understood):
    """An amount in a currency, the book's at first."""

    def __init__(self, name: str, currency: str, speaker: Speaker) -> None:
        """Empty at first."""
        self._currency, self._speaker = currency, speaker
        super().__init__(name)
        self.line.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.echo.setAlignment(Qt.AlignmentFlag.AlignRight)

    def value(self) -> Money | None:
        """The amount, if one can be read."""
        return read_amount(self.line.text(), self._currency)

    def set_currency(self, currency: str) -> None:
        """Read it in another currency from now on."""
        self._currency = currency
        self._changed(self.line.text())

    def set_value(self, amount: Money) -> None:
        """Write an amount as it would be typed."""
        self.line.setText(str(amount))

    def _echo(self) -> str | None:
        amount = self.value()
        return None if amount is None else self._speaker.money(amount)


class DayField(_Understood):
    """A day; `t` is today, `+1` tomorrow, `15` this month's, `15.3` this year's."""

    def __init__(self, name: str, speaker: Speaker, today: Callable[[], date]) -> None:
        """Today at first."""
        self._speaker, self._today = speaker, today
        super().__init__(name)
        self.line.setText(today().isoformat())

    def value(self) -> date | None:
        """The day, if one can be read."""
        return read_day(self.line.text(), self._today())

    def _echo(self) -> str | None:
        day = self.value()
        if day is None:
            return None
        far = abs((day - self._today()).days) > _FAR_DAYS
        return self._speaker.say("gui.field.day.far", day=day) if far else self._speaker.day(day)


def text_field(name: str, placeholder: str = "") -> QLineEdit:
    """A line of text."""
    made = QLineEdit()
    made.setMaxLength(LONGEST)
    made.setAccessibleName(name)
    made.setPlaceholderText(placeholder)
    return made


def secret_field(name: str) -> QLineEdit:
    """A line nobody reads over a shoulder, and no draft keeps."""
    made = text_field(name)
    made.setEchoMode(QLineEdit.EchoMode.Password)
    return made


class LongText(QPlainTextEdit):
    """Lines of text with a bound; `shortened` says that something pasted was too long."""

    shortened = Signal()

    def __init__(self, name: str, lines: int) -> None:
        """As high as so many lines."""
        super().__init__()
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.setFixedHeight(self.fontMetrics().lineSpacing() * lines)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste as much as there is room for."""
        text, room = source.text(), LONGEST_STORY - len(self.toPlainText()) + len(self.textCursor().selectedText())
        self.insertPlainText(text[: max(room, 0)])
        if len(text) > room:
            self.shortened.emit()
