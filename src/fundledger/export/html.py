"""Sets a `Report` as one accessible page: no script, no request, readable without its style."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from fundledger.export.chart import bar_chart, chart
from fundledger.export.drawing import drawn
from fundledger.export.text import clean, said
from fundledger.export.wording import cell_text, column_name, differences, equation, heading, log_head, meta
from fundledger.reports.value import Bar, Comparison, Figures, Identity, Kind, Message, Paragraph, Report, Section, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fundledger.i18n import Speaker

STYLE = """
:root{color-scheme:light dark;--ink:#1c2529;--muted:#5d6a70;--hair:#d3dadb;--tint:#eef3f2;--accent:#1d5f5b;--paper:#fff}
@media (prefers-color-scheme:dark){:root{--ink:#e7ecec;--muted:#a3b0b4;--hair:#38444a;--tint:#1d2a2b;--accent:#7cc4bd;--paper:#12191b}}
body{margin:0 auto;padding:2.5rem 1.25rem;max-width:64rem;background:var(--paper);color:var(--ink);
font:1rem/1.55 system-ui,"Segoe UI","DejaVu Sans",sans-serif}
h1{font-size:2rem;line-height:1.2;margin:.6rem 0 .2rem}h2{font-size:1.15rem;color:var(--accent);margin:2.2rem 0 .5rem}
header p,footer,.note{color:var(--muted);font-size:.875rem}.foundation{color:var(--accent);font-weight:700}
.subject{font-size:1.15rem;color:var(--accent);margin:.2rem 0}
table{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums}caption{text-align:left}
.heard{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
th,td{text-align:left;padding:.4rem .6rem .4rem 0;border-bottom:1px solid var(--hair);vertical-align:top;font-weight:400}
thead th{color:var(--muted);font-weight:700;font-size:.875rem;border-bottom:2px solid var(--ink)}
tfoot th,tfoot td{font-weight:700;border-top:2px solid var(--ink)}.n{text-align:right;white-space:nowrap;padding:.4rem 0 .4rem .9rem}
thead .n{white-space:normal}.wide,.wide th{font-size:.8rem}
.box{background:var(--tint);border-left:4px solid var(--accent);padding:.8rem 1rem;margin:0}.box b{display:block}
.scroll{overflow-x:auto}
.chart{display:block;width:100%;font-size:.8125rem;margin:.8rem 0;overflow:visible}.chart text{fill:var(--ink)}
.chart rect{fill:var(--accent);stroke:var(--accent)}.chart path{stroke:var(--accent);stroke-width:2}
.draft{display:inline-block;border:3px double var(--ink);padding:.1rem .8rem;font-weight:700;letter-spacing:.3em}
.figure{font-size:1.6rem;font-weight:700;margin:.2rem 0}
@media (max-width:40rem){body{padding:1rem}h1{font-size:1.5rem}table{font-size:.875rem}.n{padding-left:.5rem}
.cards thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.cards,.cards tbody,.cards tfoot,.cards tr,.cards th{display:block;border:0}.cards tr{padding:.6rem 0;border-bottom:1px solid var(--hair)}
.cards th{font-weight:700;padding:0}.cards td{display:flex;justify-content:space-between;gap:1rem;border:0;padding:.1rem 0}
.cards td::before{content:attr(data-of);color:var(--muted)}.cards td:empty{display:none}.cards td:not(.n){text-align:right}}
@media (forced-colors:active){:root{--ink:CanvasText;--muted:CanvasText;--accent:CanvasText;--paper:Canvas;--tint:Canvas}}
@media print{:root{color-scheme:light;--ink:#000;--muted:#333;--hair:#999;--tint:#fff;--accent:#000;--paper:#fff}
body{max-width:none;padding:0}.scroll{overflow:visible}.chart,tr,.box{break-inside:avoid}h2{break-after:avoid}}
"""


def render(report: Report, speaker: Speaker) -> bytes:
    """The report as a page in UTF-8."""
    title, subject = said(report.title, speaker), said(report.subject, speaker)
    return page(
        f"{title} – {subject}" if subject else title,
        speaker.language,
        [
            f'<main><header><p class="foundation">{text(report.foundation)}</p><h1>{text(title)}</h1>',
            f'<p class="draft">{text(speaker.say("paper.draft"))}</p>' if report.draft else "",
            f'<p class="subject">{text(subject)}</p>' if subject else "",
            f"<p>{text(' · '.join([speaker.say(f'audience.{report.audience}'), *meta(report, speaker)]))}</p></header>",
            *(line for section in report.sections for line in _section(section, report, speaker)),
            "</main>",
            *(f"<footer><p>{text(line)}</p></footer>" for line in log_head(report, speaker)),
        ],
    )


def page(title: str, language: str, lines: list[str]) -> bytes:
    """A whole page around its body; it may load nothing and run nothing."""
    head = (
        f'<!DOCTYPE html>\n<html lang="{text(language)}">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{text(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
    )
    return (head + "\n".join(line for line in lines if line) + "\n</body>\n</html>\n").encode()


def text(words: str) -> str:
    """Words as they are, whatever markup they hold."""
    return escape(clean(words))


def _section(section: Section, report: Report, speaker: Speaker) -> Iterator[str]:
    match section:
        case Paragraph():
            yield from (f"<p>{text(line)}</p>" for line in said(section.text, speaker).split("\n") if line.strip())
        case Bar():
            yield _bar(section, speaker)
        case Figures():
            yield from _figures(section, report, speaker)
        case Identity():
            words, difference = equation(section, speaker)
            yield _heading(section, speaker)
            said_difference = f"{speaker.say('paper.difference')} {speaker.amount(difference)}"
            yield f'<p class="box">{text(" ".join(words))}<b>{text(said_difference)}</b></p>'
        case Comparison():
            yield from _comparison(section, speaker)
        case Table():
            yield from _table(section, report, speaker)


def _heading(section: Figures | Identity | Comparison | Table, speaker: Speaker) -> str:
    return f"<h2>{text(heading(section, speaker))}</h2>"


def _caption(words: str) -> str:
    """What a table is about, for those who come to it by ear; the heading above it is for the others."""
    return f'<caption class="heard">{text(words)}</caption>'


def _note(note: Message | None, speaker: Speaker) -> str:
    return "" if note is None else f'<p class="note">{text(said(note, speaker))}</p>'


def _bar(bar: Bar, speaker: Speaker) -> str:
    """Three lengths on one scale, their names and figures beside them and once more in a table."""
    chart = bar_chart(bar, speaker)
    rows = "".join(f'<tr><th scope="row">{text(row.label)}</th><td class="n">{text(row.figures[0])}</td></tr>' for row in chart.rows)
    described = speaker.say("bar.described", needed=bar.needed, collected=bar.collected, paid=bar.paid)
    table = f"<table><caption>{text(described)}</caption><tbody>{rows}</tbody></table>"
    return f'{drawn(chart, "bar", clean(described))}<div class="heard">{table}</div>'


_MANY = 7  # columns that need smaller letters
_BESIDE, _STACKED = 2, 100  # columns a telephone shows beside each other; rows of a table whose cells it shows below each other


def _figures(figures: Figures, report: Report, speaker: Speaker) -> Iterator[str]:
    yield _heading(figures, speaker)
    yield f"<table>{_caption(heading(figures, speaker))}<tbody>"
    for label, cell in figures.items:
        value = speaker.say("paper.none") if cell is None else cell_text(cell, speaker, report.currency)
        yield f'<tr><th scope="row">{text(said(label, speaker))}</th><td class="n">{text(value)}</td></tr>'
    yield f"</tbody></table>{_note(figures.note, speaker)}"


def _comparison(comparison: Comparison, speaker: Speaker) -> Iterator[str]:
    yield _heading(comparison, speaker)
    names = "".join(f'<th scope="col" class="n">{text(speaker.say(key))}</th>' for key in ("paper.amount", "sheet.difference"))
    head = f'<thead><tr><th scope="col">{text(speaker.say("sheet.item"))}</th>{names}</tr></thead>'
    yield f"<table>{_caption(heading(comparison, speaker))}{head}<tbody>"
    for (label, amount), difference in zip(comparison.sides, differences(comparison), strict=True):
        shown = speaker.say("paper.none") if amount is None else speaker.amount(amount)
        rest = "" if difference is None else speaker.amount(difference)
        yield f'<tr><th scope="row">{text(said(label, speaker))}</th><td class="n">{text(shown)}</td><td class="n">{text(rest)}</td></tr>'
    yield f"</tbody></table>{_note(comparison.note, speaker)}"


def _table(table: Table, report: Report, speaker: Speaker) -> Iterator[str]:
    yield _heading(table, speaker)
    if not table.rows:
        yield f"<p>{text(said(table.empty or Message('paper.empty'), speaker))}</p>"
        return
    sides = [' class="n"' if column.kind in (Kind.MONEY, Kind.COUNT) else "" for column in table.columns]
    names = [text(column_name(column, speaker)) for column in table.columns]
    if picture := chart(table, speaker, report.currency):
        yield drawn(picture, table.key, clean(heading(table, speaker)))
    stacked = names if len(names) > _BESIDE and len(table.rows) <= _STACKED else []
    yield f'<div class="scroll" tabindex="0" role="region" aria-label="{text(heading(table, speaker))}">'
    yield _opened(heading(table, speaker), sides, names, stacked=bool(stacked))
    for row in table.rows:
        yield _row(sides, [text(cell_text(cell, speaker, report.currency)) for cell in row.cells], stacked)
    yield "</tbody>"
    if table.totals:
        totals = [text(cell_text(table.totals.get(column.key), speaker, report.currency)) for column in table.columns]
        totals[0] = totals[0] or text(speaker.say("paper.total"))
        yield f"<tfoot>{_row(sides, totals, stacked)}</tfoot>"
    yield f"</table></div>{_note(table.note, speaker)}"


def _opened(title: str, sides: Sequence[str], names: Sequence[str], *, stacked: bool) -> str:
    """A table up to its first row; `stacked` lets a narrow screen set its cells below each other."""
    looks = [name for name, has in (("wide", len(names) > _MANY), ("cards", stacked)) if has]
    look = f' class="{" ".join(looks)}"' if looks else ""
    table, row, head = (f' role="{role}"' if stacked else "" for role in ("table", "row", "columnheader"))
    columns = "".join(f'<th scope="col"{head}{side}>{name}</th>' for side, name in zip(sides, names, strict=True))
    return f"<table{look}{table}>{_caption(title)}<thead><tr{row}>{columns}</tr></thead><tbody>"


def _row(sides: Sequence[str], cells: Sequence[str], names: Sequence[str]) -> str:
    """A row whose first cell says what it is; with `names` each cell knows its column, for screens too narrow to stand beside others.

    Set below each other by the style, cells of a table stay cells for those who hear it only where their roles are said.
    """
    of = [f' role="cell" data-of="{name}"' for name in names] or [""] * len(cells)
    rest = "".join(f"<td{side}{told}>{cell}</td>" for side, told, cell in list(zip(sides, of, cells, strict=True))[1:])
    row, head = (' role="row"', ' role="rowheader"') if names else ("", "")
    return f'<tr{row}><th scope="row"{head}{sides[0]}>{cells[0]}</th>{rest}</tr>'
