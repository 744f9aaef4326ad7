"""Walks through the window as a person without a mouse does, and as one who hears it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QScrollArea,
    QTextEdit,
    QWidget,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fundledger.gui.window import Desktop

CONTROLS = (QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit, QProgressBar, QTextEdit)
_FAR = 24  # pixels that count as higher up or further left
_MOST_STEPS = 400


def reached(control: QWidget) -> bool:
    """Whether Tab should come to it: shown, alive, and willing."""
    wants = bool(control.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return wants and control.isVisible() and control.isEnabled() and not control.focusProxy() and not _covered(control)


def _covered(control: QWidget) -> bool:
    """Qt's own parts of a control, and what has no room at all."""
    return control.objectName().startswith("qt_") or control.size().isEmpty()


def own_part(control: QWidget) -> bool:
    """The line in a box, the heads of a table: Qt names them by what they are a part of."""
    return isinstance(control.parent(), QComboBox | QAbstractItemView | QAbstractSpinBox | QLineEdit) or control.objectName().startswith(
        "qt_"
    )


def nameless(top: QWidget) -> list[str]:
    """Every control in sight that says nothing to those who hear the window."""
    shown = [each for each in top.findChildren(QWidget) if isinstance(each, CONTROLS) and each.isVisible() and not own_part(each)]
    return [said(each) for each in shown if not each.accessibleName() and not (isinstance(each, QAbstractButton) and each.text())]


def said(control: QWidget | None) -> str:
    """A control as a person would point at it."""
    if control is None:
        return "nothing"
    return f"{type(control).__name__} {control.accessibleName() or control.objectName()!r}"


def tab_order(top: QWidget) -> list[QWidget]:
    """Whatever Tab comes to, once round."""
    first = QApplication.focusWidget()
    found: list[QWidget] = []
    for _ in range(_MOST_STEPS):
        QTest.keyClick(QApplication.focusWidget() or top, Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        if now is None or now in found:
            break
        found.append(now)
    if first is not None and first not in found:
        found.append(first)
    return found


def missed(top: QWidget, order: list[QWidget]) -> list[str]:
    """Controls in sight that Tab never comes to."""
    there = {id(each) for each in order} | {id(each.focusProxy()) for each in order}
    grouped = {id(each.group()) for each in order if isinstance(each, QAbstractButton)}  # arrows lead on within a group
    return [
        said(each)
        for each in top.findChildren(QWidget)
        if isinstance(each, CONTROLS)
        and reached(each)
        and not own_part(each)
        and id(each) not in there
        and not (isinstance(each, QAbstractButton) and (each.autoExclusive() or id(each.group()) in grouped - {id(None)}))
    ]


def place(control: QWidget, top: QWidget) -> QRect:
    """Where it stands in the window, whatever scrolls moved back to its top."""
    moved, spot = QPoint(0, 0), control
    while (above := spot.parentWidget()) is not None and spot is not top:
        scrolled = above.parentWidget()
        if isinstance(scrolled, QScrollArea):
            moved += QPoint(0, scrolled.verticalScrollBar().value())
        spot = above
    return QRect(control.mapToGlobal(QPoint(0, 0)) - top.mapToGlobal(QPoint(0, 0)) + moved, control.size())


def jumps(top: QWidget, order: list[QWidget]) -> Iterator[str]:
    """Where Tab goes up and left at once, against the way one reads; the way round from the last to the first is none."""
    spots = [(each, place(each, top)) for each in order if each.isVisible()]
    starts = min(range(len(spots)), key=lambda one: (spots[one][1].left() // 200, spots[one][1].top()), default=0)
    spots = spots[starts:] + spots[:starts]
    for (one, here), (other, there) in pairwise(spots):
        if there.bottom() < here.top() - _FAR and there.left() < here.left() - _FAR:
            yield f"{said(one)} at {here.getRect()} → {said(other)} at {there.getRect()}"


def buttons(desktop: Desktop) -> list[QAbstractButton]:
    """What can be pressed on the open page."""
    return [each for each in desktop.page().findChildren(QAbstractButton) if reached(each) and not own_part(each)]
