"""Sets a `Report` as one accessible page: no script, no request, readable without its style."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from fundledger.export.text import clean, said
from fundledger.export.wording import cell_text, column_name, differences, equation, heading, log_head, meta
from fundledger.reports.value import Bar, Comparison, Figures, Identity, Kind, Message, Paragraph, Report, Section, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fundledger.i18n import Speaker

STYLE = """
:root{color-scheme:light dark;--ink:#1c2529;--muted:#5d6a70;--hair:#d3dadb;--tint:#eef3f2;--accent:#1d5f5b;--paper:#fff}
@media (prefers-color-scheme:dark){:root{--ink:#e7ecec;--muted:#a3b0b4;--hair:#38444a;--tint:#1d2a2b;--accent:#7cc4bd;--paper:#12191b}}
body{margin:0 auto;padding:2.5rem 1.25rem;max-width:52rem;background:var(--paper);color:var(--ink);
font:1rem/1.55 system-ui,"Segoe UI","DejaVu Sans",sans-serif}
h1{font-size:2rem;line-height:1.2;margin:.6rem 0 .2rem}h2{font-size:1.15rem;color:var(--accent);margin:2.2rem 0 .5rem}
header p,footer,.note{color:var(--muted);font-size:.875rem}.foundation{color:var(--accent);font-weight:700}
.subject{font-size:1.15rem;color:var(--accent);margin:.2rem 0}
table{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums}caption{text-align:left}
th,td{text-align:left;padding:.4rem .6rem .4rem 0;border-bottom:1px solid var(--hair);vertical-align:top;font-weight:400}
thead th{color:var(--muted);font-weight:700;font-size:.875rem;border-bottom:2px solid var(--ink)}
tfoot th,tfoot td{font-weight:700;border-top:2px solid var(--ink)}.n{text-align:right;white-space:nowrap;padding-right:0}
.box{background:var(--tint);border-left:4px solid var(--accent);padding:.8rem 1rem;margin:0}.box b{display:block}
.bar{display:block;height:.8rem;background:var(--accent);min-width:1px}.scroll{overflow-x:auto}
.figure{font-size:1.6rem;font-weight:700;margin:.2rem 0}
@media print{body{max-width:none;padding:0}}
"""


def render(report: Report, speaker: Speaker) -> bytes:
    """The report as a page in UTF-8."""
    title, subject = said(report.title, speaker), said(report.subject, speaker)
    return page(
        f"{title} – {subject}" if subject else title,
        speaker.language,
        [
            f'<header><p class="foundation">{text(report.foundation)}</p><h1>{text(title)}</h1>',
            f'<p class="subject">{text(subject)}</p>' if subject else "",
            f"<p>{text(' · '.join([speaker.say(f'audience.{report.audience}'), *meta(report, speaker)]))}</p></header><main>",
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


def _note(note: Message | None, speaker: Speaker) -> str:
    return "" if note is None else f'<p class="note">{text(said(note, speaker))}</p>'


def _bar(bar: Bar, speaker: Speaker) -> str:
    """Three lengths on one scale; each has its name and figure in words, the lengths themselves are decoration."""
    parts = [("needed", bar.needed), ("collected", bar.collected), ("paid", bar.paid)]
    longest = max(amount.minor for _, amount in parts) or 1
    rows = "".join(
        f'<tr><th scope="row">{text(speaker.say(f"bar.{name}"))}</th><td style="width:60%" aria-hidden="true">'
        f'<span class="bar" style="width:{max(amount.minor, 0) * 1000 // longest / 10}%"></span></td>'
        f'<td class="n">{text(speaker.money(amount))}</td></tr>'
        for name, amount in parts
    )
    described = speaker.say("bar.described", needed=bar.needed, collected=bar.collected, paid=bar.paid)
    return f"<table><caption>{text(described)}</caption><tbody>{rows}</tbody></table>"


def _figures(figures: Figures, report: Report, speaker: Speaker) -> Iterator[str]:
    yield _heading(figures, speaker)
    yield "<table><tbody>"
    for label, cell in figures.items:
        value = speaker.say("paper.none") if cell is None else cell_text(cell, speaker, report.currency)
        yield f'<tr><th scope="row">{text(said(label, speaker))}</th><td class="n">{text(value)}</td></tr>'
    yield f"</tbody></table>{_note(figures.note, speaker)}"


def _comparison(comparison: Comparison, speaker: Speaker) -> Iterator[str]:
    yield _heading(comparison, speaker)
    names = "".join(f'<th scope="col" class="n">{text(speaker.say(key))}</th>' for key in ("paper.amount", "sheet.difference"))
    yield f'<table><thead><tr><th scope="col">{text(speaker.say("sheet.item"))}</th>{names}</tr></thead><tbody>'
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
    yield '<div class="scroll"><table><thead><tr>'
    yield "".join(f'<th scope="col"{side}>{name}</th>' for side, name in zip(sides, names, strict=True))
    yield "</tr></thead><tbody>"
    for row in table.rows:
        cells = (text(cell_text(cell, speaker, report.currency)) for cell in row.cells)
        yield f"<tr>{''.join(f'<td{side}>{cell}</td>' for side, cell in zip(sides, cells, strict=True))}</tr>"
    yield "</tbody>"
    if table.totals:
        totals = [text(cell_text(table.totals.get(column.key), speaker, report.currency)) for column in table.columns]
        totals[0] = totals[0] or text(speaker.say("paper.total"))
        yield f"<tfoot><tr>{''.join(f'<td{side}>{cell}</td>' for side, cell in zip(sides, totals, strict=True))}</tr></tfoot>"
    yield f"</table></div>{_note(table.note, speaker)}"
