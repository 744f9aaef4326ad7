"""What a donor is given who asks: a receipt for a payment or a year, or where her money is; written into a folder for her alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundledger.export.letter import write_letter
from fundledger.gui.fields import secret_field
from fundledger.gui.forms import Form, choice, refill
from fundledger.gui.parts import holding, label
from fundledger.i18n import Speaker, public_languages
from fundledger.reports import where_is_my_money
from fundledger.reports.receipt import letter
from fundledger.services.receipts import issue_receipt, log_letter
from fundledger.store import receipts

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.domain.receipt import Receipt
    from fundledger.gui.desk import Changes, Desk
    from fundledger.store.donors import DonorRow

_PAPERS = ("receipt", "yearly", "where")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which paper in which language: about a `gift`, or of a `year`; `phrase` is the second person's, where one is needed."""

    paper: str
    gift: int | None
    year: int | None
    phrase: str
    language: str


class PaperForm(Form):
    """Which paper she asks for, and of a protected donor who agrees."""

    def __init__(self, desk: Desk, row: DonorRow) -> None:
        """For a donor; her gifts are read beside the window."""
        super().__init__(desk, desk.say("papers.title", code=row.code), desk.say("papers.write"))
        say = desk.say
        self._donor = row.id
        self._body.addWidget(label(say("papers.about"), "muted", wrap=True))
        self.paper = choice(say("field.paper"), [(say(f"papers.{one}"), one) for one in _PAPERS])
        self.gift, self.year = choice(say("field.gift"), []), choice(say("field.year"), [])
        self.second = secret_field(say("field.second"))
        self.language = choice(say("field.language"), [(say(f"language.{one}"), one) for one in public_languages()])
        self.language.setCurrentIndex(self.language.findData(desk.speaker.language))
        self.add("paper", self.paper)
        self._of_gift = holding(self.labelled("gift", self.gift, "", say("field.gift.note")))
        self._of_year = holding(self.labelled("year", self.year))
        self._body.addWidget(self._of_gift)
        self._body.addWidget(self._of_year)
        self.add("language", self.language)
        if row.protected:
            self._body.addWidget(label(say("papers.protected"), "warning", wrap=True))
            self.add("second", self.second, "", say("field.second_passphrase.note"))
        self.paper.currentIndexChanged.connect(self._fit)
        self._fit()
        desk.ask(self._gifts, self._take, lane=self)

    def _gifts(self) -> tuple[list[tuple[str, object]], list[tuple[str, object]]]:
        """Her payments and the years of them, the latest first."""
        book, speaker = self._desk.book, self._desk.speaker
        with book.reading() as db:
            found = receipts.gifts_of(db, self._donor, book.currency)
        payments: dict[str, list[int]] = {}
        for one in found:
            payments.setdefault(one.payment, []).append(one.id)
        whole = {one.id: one for one in found}
        said: list[tuple[str, object]] = []
        for ids in reversed(payments.values()):
            stands = sum((whole[one].stands for one in ids[1:]), whole[ids[0]].stands)
            said.append((f"{speaker.day(whole[ids[0]].given_on, 'medium')}   {speaker.money(stands)}", ids[0]))
        years = sorted({one.given_on.year for one in found}, reverse=True)
        return said, [(str(one), one) for one in years]

    def _take(self, found: tuple[list[tuple[str, object]], list[tuple[str, object]]]) -> None:
        for box, options in zip((self.gift, self.year), found, strict=True):
            refill(box, options)
        if not found[0]:
            self.say(self._desk.say("papers.no_gifts"))
            self.keep.setEnabled(False)

    def _fit(self) -> None:
        """A yearly receipt asks for a year, any other paper for a gift."""
        yearly = self.paper.currentData() == "yearly"
        self._of_gift.setVisible(not yearly)
        self._of_year.setVisible(yearly)

    def read(self) -> Asked | None:
        """What was chosen; None where she gave nothing."""
        paper, gift, year = self.paper.currentData(), self.gift.currentData(), self.year.currentData()
        yearly = paper == "yearly"
        if gift is None:
            return None
        return Asked(paper, None if yearly else gift, year if yearly else None, self.second.text(), self.language.currentData())


def write_paper(desk: Desk, donor: int, asked: Asked, folder: Path, written: list[Path]) -> Changes:
    """Write what was asked for into a folder, in the language it was asked in; `written` takes the files. Runs beside the window."""
    book, speaker, at = desk.book, Speaker(asked.language, public=True), desk.now()
    second = book.witness(asked.phrase) if asked.phrase else None
    if asked.paper == "where":
        made = where_is_my_money.build(book, donor, asked.gift or 0, at.date(), speaker.language)
        changes = log_letter(book, donor, at, second)
        written.extend(write_letter(made, folder, speaker, with_text=True))
        return changes

    def deliver(receipt: Receipt) -> bytes:
        files = write_letter(letter(receipt), folder, speaker)
        written.extend(files)
        return next(iter(files.values()))

    about = {"gift": asked.gift, "year": asked.year}
    return issue_receipt(book, donor, at, deliver, language=speaker.language, second=second, **about)[0]
