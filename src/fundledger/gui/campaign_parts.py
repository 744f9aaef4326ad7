"""What stands under a campaign's figures: its log by month, its quotes, the code donors scan, and the versions of its mandate."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage, QPixmap
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from fundledger.gui.documents import OutsideOffer
from fundledger.gui.flow import flowing
from fundledger.gui.forms import choice
from fundledger.gui.mandate_form import changes_said
from fundledger.gui.parts import button, columns, label, pill, rows
from fundledger.services.campaigns import accept_quote, refuse_quote

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime
    from pathlib import Path

    from PySide6.QtWidgets import QVBoxLayout

    from fundledger.domain.campaign import Campaign, CampaignPaper, MandateVersion
    from fundledger.domain.people import Quote
    from fundledger.domain.problem import Problem
    from fundledger.gui.desk import Desk
    from fundledger.services.changes import Changes
    from fundledger.store.book import Book
    from fundledger.store.timeline import Happening

MOST_EVENTS = 60  # each is two widgets; the audit log has every one
_SHORT_DIGEST, _CODE_POINTS = 8, 168
_TONES = {"offered": "live", "accepted": "good", "refused": "bad", "replaced": "plain"}


class Timeline(QWidget):
    """What happened, the newest month first; what is still to come stands there with its day."""

    def __init__(self, desk: Desk, happened: Sequence[Happening]) -> None:
        """Of one campaign."""
        super().__init__()
        self._desk = desk
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        shown = list(reversed(happened))[:MOST_EVENTS]
        for first, month in groupby(shown, lambda one: one.on.replace(day=1)):
            grid.addWidget(label(self._month(first), "label", size=0.92, bold=True), grid.rowCount(), 0, 1, 2)
            for one in month:
                place = grid.rowCount()
                grid.addWidget(label(desk.speaker.day(one.on, "medium"), "muted", size=0.92), place, 0, Qt.AlignmentFlag.AlignTop)
                grid.addWidget(label(self._said(one), wrap=True), place, 1)
        told = [] if shown else [label(desk.say("timeline.empty"), "muted", wrap=True)]
        if len(happened) > MOST_EVENTS:
            told.append(label(desk.say("timeline.earlier", n=len(happened) - MOST_EVENTS), "muted"))
        self.setLayout(rows(label(desk.say("timeline.title"), bold=True), grid, *told))

    def _month(self, first: date) -> str:
        return self._desk.speaker.day(first, "LLLL y").capitalize()

    def _said(self, one: Happening) -> str:
        said = dict(one.values)
        if one.kind == "document":
            said["name"] = self._desk.say(f"voucher.kind.{said['name']}")
        if one.kind == "paper":
            said["name"] = self._desk.speaker.say(f"cli.campaign_paper.{said['name']}")
        if one.kind == "consent":
            said["name"] = ", ".join(self._desk.say(f"scope.{word}") for word in str(said.get("name", "")).split(",") if word) or "–"
        return self._desk.speaker.say(f"timeline.{one.kind}", **said)


class Quotes(QWidget):
    """Every quote with what became of it; one that was not accepted may be, one that is offered may be refused."""

    def __init__(self, desk: Desk, quotes: Sequence[Quote], *, finished: bool) -> None:
        """Of one campaign; of a `finished` one nothing is accepted any more."""
        super().__init__()
        self._desk, self._finished = desk, finished
        box = rows(label(desk.say("quotes.title"), bold=True), spacing=6)
        if not quotes:
            box.addWidget(label(desk.say("quotes.none"), "muted", wrap=True))
        for one in sorted(quotes, key=lambda quote: quote.version, reverse=True):
            box.addLayout(self._one(one))
        self.setLayout(box)

    def _one(self, one: Quote) -> QVBoxLayout:
        desk, say = self._desk, self._desk.say
        called = say("quotes.one", n=one.version, payee=one.payee_code)
        day = desk.speaker.day(one.decided_on or one.received_on, "medium")
        facts = [called, desk.speaker.money(one.amount), day, one.scope]
        facts += [] if one.vat == "unsaid" else [f"{say('field.vat')}: {say(f'vat.{one.vat}')}"]
        buttons = []
        if one.state != "accepted" and not self._finished:
            buttons.append(self._act("accept", accept_quote, one, called))
        if one.state == "offered":
            buttons.append(self._act("refuse", refuse_quote, one, called))
        told = label(" · ".join(fact for fact in facts if fact), wrap=True)
        return rows(told, columns(pill(say(f"quote.{one.state}"), _TONES[one.state]), *buttons, None), spacing=3)

    def _act(self, key: str, verb: Callable[[Book, int, date, datetime], Changes], one: Quote, called: str) -> QWidget:
        text = self._desk.say(f"quotes.{key}")
        made = button(text, partial(self._decide, f"quote_{key}", verb, one.id), "small")
        made.setObjectName(f"quote.{key}.{one.version}")
        made.setAccessibleName(f"{text}: {called}")
        return made

    def _decide(self, name: str, verb: Callable[[Book, int, date, datetime], Changes], quote: int) -> None:
        book = self._desk.book
        self._desk.do(name, lambda at: verb(book, quote, at.date(), at))


class Papers(QWidget):
    """The papers about the campaign itself, each shown in the program the computer has for it."""

    def __init__(self, desk: Desk, papers: Sequence[CampaignPaper], add: Callable[[], object]) -> None:
        """Of one campaign; `add` asks for another one."""
        super().__init__()
        self.outside = OutsideOffer(desk)
        box = rows(label(desk.say("papers_of.title"), bold=True), spacing=5)
        if not papers:
            box.addWidget(label(desk.say("papers_of.none"), "muted", wrap=True))
        for one in papers:
            said = f"{desk.speaker.say(f'cli.campaign_paper.{one.kind}')} · {desk.speaker.day(one.added_on, 'medium')}"
            showing = button(desk.say("vouchers.paper"), partial(self.outside.offer, one.document), "small")
            showing.setAccessibleName(f"{desk.say('vouchers.paper')}: {said}")
            box.addLayout(columns(label(said), None, showing))
        box.addWidget(self.outside)
        box.addLayout(columns(button(desk.say("papers_of.add"), add, "small"), None))
        self.setLayout(box)


class Versions(QWidget):
    """Each version of a mandate with its day and the beginning of its digest, and what it changed."""

    def __init__(self, desk: Desk, versions: Sequence[MandateVersion]) -> None:
        """The oldest first, as they were taken; shown the newest first."""
        super().__init__()
        box = rows(spacing=4)
        for before, one in reversed(list(zip([None, *versions[:-1]], versions, strict=True))):
            head = desk.say("mandate.version", version=one.version, day=one.taken_on)
            digest = label(one.digest[:_SHORT_DIGEST], "muted", size=0.88)
            digest.setToolTip(one.digest)
            box.addLayout(columns(label(head, size=0.95), digest, None))
            told = changes_said(desk, before.mandate, one.mandate) if before else [desk.say("mandate.first")]
            box.addWidget(label("\n".join(told), "muted", size=0.92, wrap=True))
        self.setLayout(box)


class GivingCode(QFrame):
    """The code a donor's banking app reads, to be copied or saved; or the reason why there is none."""

    def __init__(self, desk: Desk, campaign: Campaign, codes: Sequence[tuple[str, str]], why: Sequence[Problem]) -> None:
        """`codes` are the texts in it by our account, none where `why` says the reason."""
        super().__init__()
        self._desk, self._campaign, self.code = desk, campaign, codes[0][1] if codes else ""
        self.account = choice(desk.say("field.pay_to"), list(codes))
        box = rows(label(desk.say("giving.title"), bold=True), spacing=6)
        if self.code:
            self._shown = label("")
            self._draw()
            box.addWidget(self._shown)
            if len(codes) == 1:
                self.account.hide()
            self.account.currentIndexChanged.connect(lambda _: self._draw())
            box.addWidget(self.account)
            box.addWidget(label(campaign.reference, "muted", size=0.92))
            copying, saving = button(desk.say("giving.copy"), self.copy, "small"), button(desk.say("giving.save"), self.save, "small")
            box.addWidget(flowing(copying, saving))
        for problem in why:
            box.addWidget(label(desk.speaker.problem(problem), "muted", wrap=True))
        self.setLayout(box)

    def image(self) -> QImage:
        """The code as a picture, eight pixels a module."""
        from fundledger.export.qr import png  # noqa: PLC0415  what draws codes is loaded when one is shown

        return QImage.fromData(png(self.code))

    def _draw(self) -> None:
        """The code of the account that is chosen."""
        self.code = str(self.account.currentData())
        shown, ratio = self._shown, self.devicePixelRatioF()
        wide = round(_CODE_POINTS * ratio)
        drawn = QPixmap.fromImage(self.image()).scaled(wide, wide, Qt.AspectRatioMode.KeepAspectRatio)
        drawn.setDevicePixelRatio(ratio)
        shown.setPixmap(drawn)
        shown.setFixedSize(drawn.deviceIndependentSize().toSize())
        shown.setAccessibleName(self._desk.say("giving.said", code=self._campaign.code, reference=self._campaign.reference))

    def copy(self) -> None:
        """The picture goes to the clipboard."""
        QGuiApplication.clipboard().setImage(self.image())
        self._desk.tell(self._desk.say("giving.copied"))

    def save(self) -> None:
        """Both pictures go to a folder."""
        from fundledger.export.writing import write_code  # noqa: PLC0415  as in image

        folder = self._desk.dialogs.folder(self, self._desk.say("giving.folder"))
        if folder is not None:
            self._desk.ask(lambda: write_code(folder, self._campaign.code, self.code), self._saved, lane=self)

    def _saved(self, files: list[Path]) -> None:
        self._desk.tell(self._desk.say("giving.saved", files=", ".join(file.name for file in files)))
