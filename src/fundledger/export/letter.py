"""Sets a letter to one donor: on paper, and as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.export.paper import ACCENT, ALARM, BOLD, HAIR, INK, MUTED, PLAIN, Frame, Paper
from fundledger.export.table import draw_table
from fundledger.export.text import clean, file_name, said
from fundledger.export.wording import cell_text, column_name
from fundledger.export.writing import check_target, save
from fundledger.reports.value import Message

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.i18n import Speaker
    from fundledger.reports.letter import Letter
    from fundledger.reports.value import Table

_FOR_HER_ALONE = 0o600


def pdf(letter: Letter, speaker: Speaker) -> bytes:
    """The letter as a PDF document: A4, embedded fonts, the same bytes for the same data.

    Raises KnownError export.letters_missing when the font lacks a letter.
    """
    paper = Paper(_frame(letter, speaker))
    _head(paper, letter, speaker)
    for part in letter.body:
        if isinstance(part, Message):
            paper.y -= 10
            paper.lines(said(part, speaker), PLAIN, 9.5, INK, 1.5)
        else:
            paper.y -= 16
            draw_table(paper, part, speaker, letter.currency)
    if letter.signed:
        _signature(paper, letter, speaker)
    if letter.head:
        paper.y -= 14
        paper.lines(speaker.say("paper.log_head", head=str(letter.head)), PLAIN, 7.2, MUTED)
    return paper.finish()


def text(letter: Letter, speaker: Speaker) -> bytes:
    """The letter as plain text in UTF-8."""
    lines = [clean(letter.foundation), "", said(letter.title, speaker), *(said(mark, speaker) for mark in letter.marks)]
    lines += [_to(letter, speaker), speaker.say("letter.dated", on=letter.dated)]
    for part in letter.body:
        lines += ["", *([said(part, speaker)] if isinstance(part, Message) else _rows(part, letter, speaker))]
    if letter.head:
        lines += ["", speaker.say("paper.log_head", head=str(letter.head))]
    return ("\n".join(lines) + "\n").encode()


def write_letter(letter: Letter, directory: Path, speaker: Speaker, *, with_text: bool = False) -> dict[Path, bytes]:
    """Write a letter into a folder, readable by whoever writes it alone; the files with their bytes. Raises KnownError export.*."""
    check_target(directory)
    stem = file_name(letter.code, letter.stem, speaker.language)
    files = {f"{stem}.pdf": pdf(letter, speaker)} | ({f"{stem}.txt": text(letter, speaker)} if with_text else {})
    written = save(directory, files)
    for path in written:
        path.chmod(_FOR_HER_ALONE)
    return dict(zip(written, files.values(), strict=True))


def _frame(letter: Letter, speaker: Speaker) -> Frame:
    title, foundation = said(letter.title, speaker), " ".join(clean(letter.foundation).split())
    return Frame(
        title=title,
        author=foundation,
        running=f"{foundation} · {title}",
        page=lambda page, pages: speaker.say("paper.page", page=page, pages=pages),
        audience=speaker.say("letter.for_her_alone"),
        as_of=speaker.say("letter.dated", on=letter.dated),
        language=speaker.language,
    )


def _to(letter: Letter, speaker: Speaker) -> str:
    return speaker.say("letter.to", name=clean(letter.to), code=letter.code)


def _head(paper: Paper, letter: Letter, speaker: Speaker) -> None:
    """Who writes, what it is, what is said loud, and to whom."""
    paper.y += 12
    paper.text(paper.left, paper.y, " ".join(clean(letter.foundation).split()), BOLD, 9, ACCENT)
    paper.text_right(paper.right, paper.y, speaker.say("letter.for_her_alone"), PLAIN, 8, MUTED)
    paper.y -= 9
    paper.rule(paper.y, ACCENT, 1.4)
    paper.y -= 16
    paper.lines(said(letter.title, speaker), BOLD, 20, INK, 1.2)
    for mark in letter.marks:
        paper.y -= 4
        paper.lines(said(mark, speaker), BOLD, 11, ALARM, 1.35)
    paper.y -= 14
    paper.lines(_to(letter, speaker), BOLD, 10.5, INK)
    paper.lines(speaker.say("letter.dated", on=letter.dated), PLAIN, 9, MUTED)
    paper.y -= 8


def _signature(paper: Paper, letter: Letter, speaker: Speaker) -> None:
    """A line to sign on."""
    paper.room(74)
    paper.y -= 58
    paper.rule(paper.y, HAIR, 0.8, right=paper.left + 220)
    paper.y -= 12
    paper.text(paper.left, paper.y, speaker.say("letter.signature", foundation=" ".join(clean(letter.foundation).split())), PLAIN, 8, MUTED)


def _rows(table: Table, letter: Letter, speaker: Speaker) -> list[str]:
    """A table as aligned lines."""
    heads = [column_name(column, speaker) for column in table.columns]
    rows = [[cell_text(cell, speaker, letter.currency) for cell in row.cells] for row in table.rows]
    if table.totals:
        totals = [cell_text(table.totals.get(column.key), speaker, letter.currency) for column in table.columns]
        rows.append([totals[0] or speaker.say("paper.total"), *totals[1:]])
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in (heads, *rows)]
