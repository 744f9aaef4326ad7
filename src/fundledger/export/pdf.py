"""Sets a `Report` on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.export.chart import chart
from fundledger.export.paper import ACCENT, ALARM, BOLD, HAIR, INK, MUTED, PLAIN, TINT, Frame, Paper, width_of, wrap
from fundledger.export.table import draw_table
from fundledger.export.text import said
from fundledger.export.wording import cell_text, differences, equation, heading, log_head, meta
from fundledger.reports.value import Bar, Comparison, Figures, Identity, Message, Paragraph, Report, Section, Table

if TYPE_CHECKING:
    from fundledger.domain.money import Money
    from fundledger.export.chart import Chart
    from fundledger.i18n import Speaker

_MOST_COLUMNS_UPRIGHT = 7
_CODE = 62  # the side of a QR code in points
_ROW = 18  # the height of a row of one line; a block that fits on a page is not torn apart


def render(report: Report, speaker: Speaker) -> bytes:
    """The report as a PDF document: A4, embedded fonts, the same bytes for the same data.

    Raises KnownError export.letters_missing when the font lacks a letter.
    """
    wide = any(isinstance(part, Table) and len(part.columns) > _MOST_COLUMNS_UPRIGHT for part in report.sections)
    paper = Paper(_frame(report, speaker), wide=wide)
    _title(paper, report, speaker)
    for section in report.sections:
        _set(paper, section, report, speaker)
    _log_head(paper, report, speaker)
    return paper.finish()


def _log_head(paper: Paper, report: Report, speaker: Speaker) -> None:
    """The head of the log at the end, in words and beside them as a QR code of what is typed after `--against`."""
    for line in log_head(report, speaker):
        paper.room(_CODE + 24)
        paper.y -= 24
        paper.code(str(report.head), _CODE)
        for number, part in enumerate(wrap(line, PLAIN, 7.8, paper.width - _CODE - 12)):
            paper.text(paper.left + _CODE + 12, paper.y - 14 - number * 11.5, part, PLAIN, 7.8, MUTED)
        paper.y -= _CODE


def _frame(report: Report, speaker: Speaker) -> Frame:
    title = _line(said(report.title, speaker))
    subject = _line(said(report.subject, speaker))
    return Frame(
        title=f"{title} – {subject}" if subject else title,
        author=_line(said(report.foundation, speaker)),
        running=" · ".join(part for part in (_line(said(report.foundation, speaker)), title, subject) if part),
        page=lambda page, pages: speaker.say("paper.page", page=page, pages=pages),
        audience=speaker.say(f"audience.{report.audience}"),
        as_of=speaker.say("paper.as_of", day=report.as_of) if report.as_of else speaker.say("paper.no_data"),
        language=speaker.language,
        watermark=speaker.say("paper.draft") if report.draft else "",
    )


def _line(text: str) -> str:
    return " ".join(text.split())


def _title(paper: Paper, report: Report, speaker: Speaker) -> None:
    paper.y += 12
    paper.text(paper.left, paper.y, _line(said(report.foundation, speaker)), BOLD, 9, ACCENT)
    audience = speaker.say(f"audience.{report.audience}")
    paper.text_right(paper.right, paper.y, audience, PLAIN, 8, MUTED)
    paper.y -= 9
    paper.rule(paper.y, ACCENT, 1.4)
    paper.y -= 16
    paper.mark(_line(said(report.title, speaker)))
    paper.lines(said(report.title, speaker), BOLD, 20, INK, 1.2)
    if report.subject:
        paper.y -= 4
        paper.lines(said(report.subject, speaker), PLAIN, 12, ACCENT, 1.35)
    paper.y -= 3
    paper.lines(" · ".join(meta(report, speaker)), PLAIN, 8, MUTED)
    paper.y -= 6


def _set(paper: Paper, section: Section, report: Report, speaker: Speaker) -> None:
    match section:
        case Figures():
            _figures(paper, section, report, speaker)
        case Bar():
            _bar(paper, section, speaker)
        case Identity():
            _identity(paper, section, speaker)
        case Comparison():
            _comparison(paper, section, speaker)
        case Table():
            _table(paper, section, report, speaker)
        case Paragraph():
            paper.y -= 8
            paper.lines(said(section.text, speaker), PLAIN, 9.5, INK, 1.5)


def _heading(paper: Paper, section: Figures | Identity | Comparison | Table, speaker: Speaker, below: float = 60) -> None:
    paper.room(34 + below)
    paper.y -= 30
    title = heading(section, speaker)
    paper.mark(title)
    paper.text(paper.left, paper.y, title, BOLD, 11, ACCENT)
    paper.y -= 8


def _note(paper: Paper, note: Message | None, speaker: Speaker) -> None:
    if note is not None:
        paper.y -= 4
        paper.lines(said(note, speaker), PLAIN, 7.8, MUTED)


def _figures(paper: Paper, figures: Figures, report: Report, speaker: Speaker) -> None:
    _heading(paper, figures, speaker, len(figures.items) * _ROW)
    paper.rule(paper.y, INK, 0.8)
    for label, cell in figures.items:
        value = speaker.say("paper.none") if cell is None else cell_text(cell, speaker, report.currency)
        _pair(paper, said(label, speaker), value, muted=cell is None)
    _note(paper, figures.note, speaker)


def _pair(paper: Paper, label: str, value: str, *, muted: bool = False) -> None:
    """A label on the left, its value on the right, a hairline below."""
    values = wrap(value, PLAIN, 9, paper.width * 0.5)
    labels = wrap(label, PLAIN, 9, paper.width - max(width_of(line, PLAIN, 9) for line in values) - 16)
    height = max(len(labels), len(values)) * 12.5 + 5.5
    paper.room(height)
    for number, line in enumerate(labels):
        paper.text(paper.left, paper.y - 13 - number * 12.5, line)
    for number, line in enumerate(values):
        paper.text_right(paper.right, paper.y - 13 - number * 12.5, line, colour=MUTED if muted else INK)
    paper.y -= height
    paper.rule(paper.y, HAIR, 0.4)


def _bar(paper: Paper, bar: Bar, speaker: Speaker) -> None:
    parts = [("bar.needed", bar.needed, TINT), ("bar.collected", bar.collected, ACCENT), ("bar.paid", bar.paid, MUTED)]
    paper.room(84)
    paper.y -= 18
    labels = [speaker.say(key) for key, _, _ in parts]
    amounts = [speaker.money(amount) for _, amount, _ in parts]
    left = paper.left + max(width_of(label, PLAIN, 9) for label in labels) + 14
    room = paper.right - max(width_of(text, BOLD, 9) for text in amounts) - 14 - left
    longest = max(amount.minor for _, amount, _ in parts) or 1
    for (_, amount, colour), label, text in zip(parts, labels, amounts, strict=True):
        paper.y -= 18
        paper.text(paper.left, paper.y + 3, label)
        paper.text_right(paper.right, paper.y + 3, text, BOLD)
        paper.canvas.setFillColor(colour)
        paper.canvas.setStrokeColor(ACCENT)
        paper.canvas.setLineWidth(0.6)
        paper.canvas.rect(left, paper.y, room * max(amount.minor, 0) / longest, 11, stroke=colour is TINT, fill=1)
    needed = left + room * bar.needed.minor / longest
    paper.canvas.setStrokeColor(INK)
    paper.canvas.setLineWidth(0.8)
    paper.canvas.line(needed, paper.y - 3, needed, paper.y + 50)
    paper.y -= 6


def _chart(paper: Paper, drawn: Chart) -> None:
    """Bars of each row below each other, the second series hollow; its words before and its figure behind it."""
    step = 11 * len(drawn.series) + 7
    paper.room(len(drawn.rows) * step + 30)
    left = paper.left + min(max(width_of(row.label, PLAIN, 8) for row in drawn.rows), paper.width * 0.4) + 10
    room = paper.right - left - max(width_of(figure, PLAIN, 8) for row in drawn.rows for figure in row.figures) - 8
    paper.y -= 8
    if len(drawn.series) > 1:
        place = left
        for number, name in enumerate(drawn.series):
            _draw_bar(paper, place, paper.y - 6, 8, hollow=bool(number))
            paper.text(place + 12, paper.y - 5, name, PLAIN, 8, MUTED)
            place += width_of(name, PLAIN, 8) + 28
        paper.y -= 14
    for row in drawn.rows:
        words = wrap(row.label, PLAIN, 8, left - paper.left - 8)
        paper.text(paper.left, paper.y - step / 2 - 1, f"{words[0]}…" if len(words) > 1 else words[0], PLAIN, 8)
        for number, (length, figure) in enumerate(zip(row.lengths, row.figures, strict=True)):
            y, wide = paper.y - 11 - number * 11, max(room * length / 1000, 0.5)
            _draw_bar(paper, left, y, wide, hollow=bool(number))
            paper.text(left + wide + 5, y + 1, figure, PLAIN, 8)
        paper.y -= step
    paper.y -= 8


def _draw_bar(paper: Paper, left: float, bottom: float, wide: float, *, hollow: bool) -> None:
    paper.canvas.setFillColor(TINT if hollow else ACCENT)
    paper.canvas.setStrokeColor(ACCENT)
    paper.canvas.setLineWidth(0.6)
    paper.canvas.rect(left, bottom, wide, 8, stroke=1, fill=1)


def _identity(paper: Paper, identity: Identity, speaker: Speaker) -> None:
    """The equation set in a quiet box, no term parted over two lines, with its difference."""
    words, difference = equation(identity, speaker)
    lines = [""]
    for word in words:
        longer = f"{lines[-1]} {word}".strip()
        if width_of(longer, PLAIN, 9) > paper.width - 28 and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    height = (len(lines) + 1) * 14 + 16
    _heading(paper, identity, speaker, height)
    paper.canvas.setFillColor(TINT)
    paper.canvas.rect(paper.left, paper.y - height, paper.width, height, stroke=0, fill=1)
    paper.canvas.setFillColor(ACCENT)
    paper.canvas.rect(paper.left, paper.y - height, 2.4, height, stroke=0, fill=1)
    paper.y -= 6
    for line in lines:
        paper.y -= 14
        paper.text(paper.left + 14, paper.y, line)
    paper.y -= 14
    paper.text(paper.left + 14, paper.y, _difference_text(difference, speaker), BOLD, 9, ALARM if difference else ACCENT)
    paper.y -= 10


def _difference_text(difference: Money, speaker: Speaker) -> str:
    return f"{speaker.say('paper.difference')} {speaker.amount(difference)}"


def _comparison(paper: Paper, comparison: Comparison, speaker: Speaker) -> None:
    """Each side, its amount and its difference to the first."""
    _heading(paper, comparison, speaker, (len(comparison.sides) + 1) * _ROW)
    edge = paper.right - 110
    paper.y -= 8
    paper.text_right(edge, paper.y, speaker.say("paper.amount"), BOLD, 8, MUTED)
    paper.text_right(paper.right, paper.y, speaker.say("sheet.difference"), BOLD, 8, MUTED)
    paper.y -= 5
    paper.rule(paper.y, INK, 0.8)
    for (label, amount), difference in zip(comparison.sides, differences(comparison), strict=True):
        labels = wrap(said(label, speaker), PLAIN, 9, edge - paper.left - 90)
        height = len(labels) * 12.5 + 5.5
        paper.room(height)
        for number, line in enumerate(labels):
            paper.text(paper.left, paper.y - 13 - number * 12.5, line)
        shown = speaker.say("paper.none") if amount is None else speaker.amount(amount)
        paper.text_right(edge, paper.y - 13, shown, colour=MUTED if amount is None else INK)
        if difference is not None:
            paper.text_right(paper.right, paper.y - 13, speaker.amount(difference), BOLD, 9, ALARM if difference else INK)
        paper.y -= height
        paper.rule(paper.y, HAIR, 0.4)
    _note(paper, comparison.note, speaker)


def _table(paper: Paper, table: Table, report: Report, speaker: Speaker) -> None:
    _heading(paper, table, speaker, 92)  # its head and first row, as `draw_table` asks for them: no heading stands alone
    paper.y -= 4
    if table.rows:
        if drawn := chart(table, speaker, report.currency):
            _chart(paper, drawn)
        draw_table(paper, table, speaker, report.currency)
    else:
        paper.lines(said(table.empty or Message("paper.empty"), speaker), PLAIN, 9, MUTED)
    _note(paper, table.note, speaker)
