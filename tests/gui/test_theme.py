from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from fundledger.domain.money import Money
from fundledger.gui.cells import CellDelegate, ground, ink, pill_colours
from fundledger.gui.colours import DARK, LEAST_CONTRAST, LIGHT, Theme, contrast
from fundledger.gui.sheet import style_sheet
from fundledger.gui.table import Column, Kind, TableModel
from fundledger.gui.theme import pixmap
from fundledger.i18n import Speaker
from fundledger.settings import resources

if TYPE_CHECKING:
    from fundledger.gui.theme import Look

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
LESS, MORE = Money(-1, "EUR"), Money(1, "EUR")


@THEMES
@pytest.mark.parametrize("selected", [False, True])
@pytest.mark.parametrize("hovered", [False, True])
def test_money_is_readable_on_every_row(theme: Theme, selected: bool, hovered: bool) -> None:
    behind = ground(theme, selected=selected, hovered=hovered)
    assert contrast(ink(theme, LESS), behind) >= LEAST_CONTRAST
    assert contrast(ink(theme, MORE), behind) >= LEAST_CONTRAST
    assert ink(theme, LESS) != ink(theme, MORE)


@THEMES
def test_every_text_is_readable_on_its_ground(theme: Theme) -> None:
    pairs = [(text, behind) for text in (theme.text, theme.muted) for behind in (theme.window, theme.card, theme.hover)]
    pairs += [(colour, theme.card) for colour in (theme.accent, theme.negative, theme.positive, theme.warning)]
    pairs += [pill_colours(theme, tone)[::-1] for tone in ("good", "bad", "warn", "live", "plain")]
    pairs += [(theme.on_accent, theme.accent), (theme.negative, theme.negative_soft), (theme.text, theme.accent_soft)]
    pairs += [(colour, behind) for colour in (theme.side_text, theme.side_bright) for behind in (theme.side, theme.side_active)]
    assert [(text, behind) for text, behind in pairs if contrast(text, behind) < LEAST_CONTRAST] == []


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@THEMES
def test_the_style_sheet_knows_only_colours_of_the_theme(theme: Theme) -> None:
    own = {getattr(theme, name) for name in theme.__slots__ if name != "name"}
    hover = {"light": "#0a5a54", "dark": "#7adbcf"}[theme.name]
    assert set(re.findall(r"#[0-9a-f]{6}", style_sheet(theme))) <= own | {hover}


def test_every_drawing_can_be_drawn_sharp(look: Look) -> None:
    del look
    names = [each.name.removesuffix(".svg") for each in (resources() / "icons").iterdir() if each.name.endswith(".svg")]
    assert names
    for name in names:
        drawn = pixmap(name, "#000000", 20, 2.0)
        assert (drawn.width(), drawn.devicePixelRatio()) == (40, 2.0)
        assert not drawn.toImage().allGray() or drawn.toImage().hasAlphaChannel()


def _painted(look: Look, *, selected: bool) -> set[str]:
    """Colours of a painted cell with negative money."""
    model = TableModel((Column("amount", lambda row: row, Kind.MONEY),), lambda _: [Money(-123456, "EUR")], Speaker("en"))
    model.show((1,))
    picture = QImage(240, 60, QImage.Format.Format_RGB32)
    option = QStyleOptionViewItem()
    option.rect = picture.rect()
    if selected:
        option.state |= QStyle.StateFlag.State_Selected
    painter = QPainter(picture)
    CellDelegate(look, Speaker("en")).paint(painter, option, model.index(0, 0))
    painter.end()
    return {picture.pixelColor(x, y).name() for x in range(240) for y in range(60)}


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_a_selected_negative_amount_is_painted_in_its_own_colour(look: Look, choice: str) -> None:
    look.choose(choice)
    assert {look.theme.negative, look.theme.selection} <= _painted(look, selected=True)
    assert {look.theme.negative, look.theme.card} <= _painted(look, selected=False)
    look.choose("system")
