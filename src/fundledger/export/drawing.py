"""Draws a `Chart` in a page: lengths in percent and letters in em, so that it fits a telephone and doubled letters alike."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fundledger.export.chart import Bars, Chart

# The longest bar's part of the width in percent: the figure stands behind it. Heights in em: the words of a row, a bar with its room.
_LONGEST, _WORDS, _STEP = 58, 1.6, 1.5
_LETTERS = 40  # a telephone shows as many; the table below has the words whole


def drawn(chart: Chart, name: str, title: str) -> str:
    """The chart as an element of its own: it is named and said in words, and no meaning hangs on a colour.

    `name` sets its identifiers apart from those of other pictures in the page. The texts are expected harmless.
    """
    legend = "".join(_legend(chart, name))
    top = _STEP * len(chart.series) + 0.6 if legend else 0
    step = _WORDS + _STEP * len(chart.series) + 0.4
    rows = "".join(line for place, row in enumerate(chart.rows) for line in _row(row, top + place * step, name))
    return (
        f'<svg class="chart" height="{top + len(chart.rows) * step:.1f}em" role="img"'
        f' aria-labelledby="{name}-title" aria-describedby="{name}-said">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-said">{escape(chart.said())}</desc>'
        f'<defs><pattern id="{name}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<path d="M0 0V6"/></pattern></defs>{legend}{rows}</svg>'
    )


def _legend(chart: Chart, name: str) -> Iterator[str]:
    """Which bar is which, one below the other; a single series is named by the title."""
    if len(chart.series) > 1:
        for number, series in enumerate(chart.series):
            y = number * _STEP
            yield _bar(number, name, f'x="0" y="{y + 0.2:.1f}em" width="1.6em"')
            yield f'<text x="2.2em" y="{y + 1.1:.1f}em">{escape(series)}</text>'


def _row(row: Bars, y: float, name: str) -> Iterator[str]:
    label = row.label if len(row.label) <= _LETTERS else f"{row.label[: _LETTERS - 1]}…"
    yield f'<text x="0" y="{y + 1.2:.1f}em">{escape(label)}</text>'
    for number, (length, figure) in enumerate(zip(row.lengths, row.figures, strict=True)):
        wide, below = f"{length * _LONGEST / 1000:g}%", y + _WORDS + number * _STEP
        yield _bar(number, name, f'x="0" y="{below:.1f}em" width="{wide}"')
        yield f'<text x="{wide}" dx=".6em" y="{below + 0.9:.1f}em">{escape(figure)}</text>'


def _bar(number: int, name: str, place: str) -> str:
    """A full bar of the first series, a hatched one of the second."""
    hatched = f' style="fill:url(#{name}-hatch)"' if number else ""
    return f'<rect {place} height="1.1em"{hatched}/>'
