"""The lawyers' quotes and invoices as one-page PDFs; uncompressed, so that every zlib makes the same bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from sample.cast import CAMPAIGNS, CLOSED_IBAN, FOUNDATION, INVOICES, PAYEES, Campaign, Invoice, Payee

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_INK, _QUIET, _LINE = HexColor("#1d2733"), HexColor("#64707d"), HexColor("#d5dbe1")
_LEFT, _RIGHT, _TOP = 22 * mm, A4[0] - 22 * mm, A4[1] - 24 * mm
_COLOURS = {"law1": HexColor("#1f5f8b"), "law2": HexColor("#7a3e65"), "law3": HexColor("#2f6b4f")}
# What stands on the paper, with shares of the amount in hundredths; the last position takes the rest.
_WORK = (
    ("Study of the file · Bylos analizė", 30),
    ("Written pleadings · Procesiniai dokumentai", 45),
    ("Hearing · Atstovavimas teisme", 25),
)


@dataclass(frozen=True, slots=True)
class _Paper:
    """What one page says."""

    kind: str
    number: str
    payee: str
    on: date
    until: date
    until_label: str
    campaign: Campaign
    amount: int
    iban: str


def papers(fonts: Path) -> Iterator[tuple[str, bytes]]:
    """Name below the sample folder and bytes of every paper of the year."""
    registerFont(TTFont("DejaVu", str(fonts / "DejaVuSans.ttf")))
    registerFont(TTFont("DejaVu-Bold", str(fonts / "DejaVuSans-Bold.ttf")))
    for campaign in CAMPAIGNS:
        yield campaign.quote, _set(_quote(campaign))
    for invoice in INVOICES:
        yield invoice.document, _set(_invoice(invoice))


def _quote(campaign: Campaign) -> _Paper:
    valid = campaign.quoted_on + timedelta(days=90)
    label = "Valid until · Galioja iki"
    iban = _account(campaign.payee, campaign.quoted_on)
    on = campaign.quoted_on
    number = f"Q-{campaign.code}"
    return _Paper("Quote · Pasiūlymas", number, campaign.payee, on, valid, label, campaign, campaign.asked, iban)


def _invoice(invoice: Invoice) -> _Paper:
    campaign = next(one for one in CAMPAIGNS if one.code == invoice.campaign)
    due = invoice.issued_on + timedelta(days=21)
    label = "Due · Apmokėti iki"
    iban = _account(invoice.payee, invoice.issued_on)
    on = invoice.issued_on
    return _Paper("Invoice · Sąskaita faktūra", invoice.number, invoice.payee, on, due, label, campaign, invoice.amount, iban)


def _account(payee: str, on: date) -> str:
    """Say which account a paper of that day names: the second office closes its old one in summer."""
    return CLOSED_IBAN if payee == "law2" and on < date(2025, 7, 15) else PAYEES[payee].iban


def _set(paper: _Paper) -> bytes:
    page = BytesIO()
    canvas = Canvas(page, pagesize=A4, invariant=1, pageCompression=0)
    payee = PAYEES[paper.payee]
    canvas.setTitle(f"{paper.kind} {paper.number}")
    canvas.setAuthor(payee.name)
    _letterhead(canvas, payee, _COLOURS[paper.payee])
    _facts(canvas, paper)
    _positions(canvas, paper)
    _foot(canvas, paper, payee)
    canvas.showPage()
    canvas.save()
    return page.getvalue()


@dataclass(frozen=True, slots=True)
class _Style:
    """Size, weight and colour of a piece of text."""

    size: float = 9.5
    bold: bool = False
    colour: Color = _INK


_PLAIN, _STRONG = _Style(), _Style(bold=True)
_LABEL, _SMALL = _Style(8.5, colour=_QUIET), _Style(8, colour=_QUIET)


def _text(canvas: Canvas, x: float, y: float, text: str, style: _Style = _PLAIN) -> None:
    _take(canvas, style)
    canvas.drawString(x, y, text)


def _right(canvas: Canvas, y: float, text: str, style: _Style = _PLAIN) -> None:
    _take(canvas, style)
    canvas.drawRightString(_RIGHT, y, text)


def _take(canvas: Canvas, style: _Style) -> None:
    canvas.setFont("DejaVu-Bold" if style.bold else "DejaVu", style.size)
    canvas.setFillColor(style.colour)


def _rule(canvas: Canvas, y: float, colour: Color = _LINE, width: float = 0.6) -> None:
    canvas.setStrokeColor(colour)
    canvas.setLineWidth(width)
    canvas.line(_LEFT, y, _RIGHT, y)


def _letterhead(canvas: Canvas, payee: Payee, colour: Color) -> None:
    canvas.setFillColor(colour)
    canvas.rect(0, A4[1] - 8 * mm, A4[0], 8 * mm, stroke=0, fill=1)
    _text(canvas, _LEFT, _TOP, payee.name, _Style(14, bold=True, colour=colour))
    _text(canvas, _LEFT, _TOP - 6 * mm, f"{payee.place}  ·  {payee.email}", _LABEL)
    _rule(canvas, _TOP - 11 * mm)


def _facts(canvas: Canvas, paper: _Paper) -> None:
    top = _TOP - 26 * mm
    _text(canvas, _LEFT, top, paper.kind, _Style(18, bold=True))
    rows = (
        ("Number · Numeris", paper.number),
        ("Date · Data", f"{paper.on}"),
        (paper.until_label, f"{paper.until}"),
        ("For · Kam", FOUNDATION),
        ("Campaign · Rinkliava", f"{paper.campaign.code}, {paper.campaign.title['en']}"),
        ("", paper.campaign.title["lt"]),
    )
    for number, (label, value) in enumerate(rows):
        y = top - 13 * mm - number * 6.5 * mm
        _text(canvas, _LEFT, y, label, _LABEL)
        _text(canvas, _LEFT + 46 * mm, y, value, _PLAIN if number else _STRONG)


def _money(cents: int) -> str:
    return f"{cents // 100:,}.{cents % 100:02d}".replace(",", "\u00a0") + " EUR"


def _positions(canvas: Canvas, paper: _Paper) -> None:
    y = _TOP - 92 * mm
    _text(canvas, _LEFT, y, "Work · Darbas", _LABEL)
    _right(canvas, y, "Amount · Suma", _LABEL)
    _rule(canvas, y - 2.5 * mm, _INK, 0.9)
    left = paper.amount
    for work, share in _WORK:
        last = work == _WORK[-1][0]
        amount = left if last else paper.amount * share // 10000 * 100
        left -= amount
        y -= 9.5 * mm
        _text(canvas, _LEFT, y, work)
        _right(canvas, y, _money(amount))
        _rule(canvas, y - 3.2 * mm)
    y -= 13 * mm
    total = _Style(12, bold=True, colour=_COLOURS[paper.payee])
    _text(canvas, _LEFT, y, "Total · Iš viso", total)
    _right(canvas, y, _money(paper.amount), total)
    _text(canvas, _LEFT, y - 6 * mm, "No VAT is charged in this example. · Šiame pavyzdyje PVM neskaičiuojamas.", _SMALL)


def _foot(canvas: Canvas, paper: _Paper, payee: Payee) -> None:
    y = 62 * mm
    grouped = " ".join(paper.iban[at : at + 4] for at in range(0, len(paper.iban), 4))
    _rule(canvas, y + 8 * mm)
    purpose = f"{paper.number}, {paper.campaign.code}"
    rows = (("Account · Sąskaita", grouped), ("Payee · Gavėjas", payee.name), ("Reference · Paskirtis", purpose))
    for number, (label, value) in enumerate(rows):
        _text(canvas, _LEFT, y - number * 6.5 * mm, label, _LABEL)
        _text(canvas, _LEFT + 46 * mm, y - number * 6.5 * mm, value)
    _rule(canvas, 26 * mm)
    invented = "Sample document: every name, number and account in it is invented. · Pavyzdys: viskas išgalvota."
    _text(canvas, _LEFT, 20 * mm, invented, _SMALL)
