"""Donors who may be one person: both side by side, what the one would be, and the two answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QGridLayout

from fundledger.domain.problem import KnownError
from fundledger.gui.few_rows import FewRows
from fundledger.gui.fields import text_field
from fundledger.gui.parts import button, clear, columns, label, rows, rule
from fundledger.gui.table import Column, Kind, Pill, shown
from fundledger.services import merging
from fundledger.services.donors import possible_duplicates
from fundledger.store import donors, parties

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent

    from fundledger.domain.donors import Standing
    from fundledger.domain.duplicates import Duplicate
    from fundledger.gui.desk import Changes, Desk
    from fundledger.services.merging import Merger

_FACTS = ("code", "gifts", "given", "last", "accounts", "emails", "pledges", "vouchers", "protected")
_TYPING_PAUSE_MS = 200


@dataclass(frozen=True, slots=True)
class Pair:
    """Two donors who may be one, with their names as far as they are shown, and why."""

    code: str
    name: str
    other: str
    other_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Looked:
    """A preview with the names of both as far as they are shown."""

    merger: Merger
    gone: str
    kept: str


def read_pairs(desk: Desk) -> list[Pair]:
    """Every pair that may be one person; runs beside the window."""
    found = possible_duplicates(desk.book)
    with desk.book.reading() as db:
        ids = {code: row_id for row_id, code, _ in parties.donors_for_matching(db)}
        wanted = {row_id for one in found for row_id in (one.id, ids[one.other])}
        names = {one.id: one.name for one in donors.donor_rows(db, sorted(wanted), desk.book.currency, reveal=desk.revealed)}
    return [_pair(one, names[one.id], names[ids[one.other]]) for one in found]


def _pair(one: Duplicate, name: str, other: str) -> Pair:
    return Pair(one.code, name, one.other, other, f"gui.likeness.{one.reason}")


def look(desk: Desk, gone: str, kept: str) -> Looked | tuple[str, ...]:
    """What merging two donors would do, or why they cannot be named; runs beside the window."""
    try:
        merger = merging.preview(desk.book, gone, kept)
        with desk.book.reading() as db:
            ids = [parties.find_donor(db, one, merged=True).id for one in (gone, kept)]
            names = [one.name for one in donors.donor_rows(db, ids, desk.book.currency, reveal=desk.revealed)]
    except KnownError as error:
        return tuple(desk.speaker.problem(one) for one in error.problems)
    return Looked(merger, names[0], names[-1])


class MergePane(QFrame):
    """The pairs, the two that are looked at, and what can be said of them."""

    closed = Signal()

    def __init__(self, desk: Desk) -> None:
        """Empty until `begin`."""
        super().__init__()
        self.setProperty("role", "panel")
        self._desk, say = desk, desk.say
        self.looked: Looked | None = None
        self._pairs: list[Pair] = []
        shape = (
            Column("code", lambda one: one.code, Kind.CODE, 8),
            Column("name", lambda one: one.name, private=True),
            Column("may_be", lambda one: one.other, Kind.CODE, 8),
            Column("name", lambda one: one.other_name, private=True),
            Column("reason", lambda one: Pill(one.reason), Kind.PILL, 16),
        )
        self.pairs = FewRows(desk, shape, say("merge.pairs"))
        self.pairs.selectionModel().currentRowChanged.connect(lambda index: self._chosen(index.row()))
        self.gone, self.kept = text_field(say("merge.gone")), text_field(say("merge.kept"))
        self.swap = button(say("merge.swap"), self._swap)
        self.merge, self.apart = button(say("merge.go"), self._merge, "primary"), button(say("merge.apart"), self._apart)
        self.told = label("", "muted", wrap=True)
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(18)
        self._facts.setVerticalSpacing(6)
        self._lay_out()
        self._pause = QTimer(self, singleShot=True, interval=_TYPING_PAUSE_MS)
        self._pause.timeout.connect(self.look)
        for line in (self.gone, self.kept):
            line.textChanged.connect(lambda _: self._pause.start())
        desk.names_shown.connect(self._look_again)

    def _lay_out(self) -> None:
        say = self._desk.say
        head = columns(label(say("merge.title"), size=1.2, bold=True), None, button(say("close"), self.closed.emit, "quiet"))
        fields = columns(
            rows(label(say("merge.gone"), "label", size=0.92), self.gone, spacing=3), self.swap,
            rows(label(say("merge.kept"), "label", size=0.92), self.kept, spacing=3), spacing=10,
        )  # fmt: skip
        fields.setAlignment(self.swap, Qt.AlignmentFlag.AlignBottom)
        foot = columns(self.merge, self.apart, None)
        about = label(say("merge.about"), "muted", wrap=True)
        shown_below = (rule(), fields, self._facts, self.told, foot)
        self.setLayout(rows(head, about, self.pairs, *shown_below, None, spacing=12, margins=(18, 16, 18, 14)))

    def begin(self, gone: str = "") -> None:
        """Look for the pairs; `gone` is a donor who was chosen already."""
        self.gone.setText(gone)
        self.kept.clear()
        self._show(None)
        self.refresh()
        (self.kept if gone else self.pairs).setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        """Ask for the pairs again."""
        self._desk.ask(lambda: read_pairs(self._desk), self._show_pairs, lane=self.pairs)

    def _look_again(self) -> None:
        if self.isVisible():
            self.refresh()
            self.look()

    def _show_pairs(self, found: list[Pair]) -> None:
        self._pairs = found
        self.pairs.show_rows(found)
        self.pairs.hold_height()
        self.pairs.setVisible(bool(found))
        if found and not self.gone.text():
            self.pairs.stand(0)
        elif not found and not self.gone.text():
            self.told.setText(self._desk.say("merge.none"))

    def _chosen(self, place: int) -> None:
        if 0 <= place < len(self._pairs):
            self.gone.setText(self._pairs[place].code)
            self.kept.setText(self._pairs[place].other)
            self.look()

    def _swap(self) -> None:
        gone, kept = self.gone.text(), self.kept.text()
        self.gone.setText(kept)
        self.kept.setText(gone)
        self.look()

    # --- looking ------------------------------------------------------------------------------------------------------
    def look(self) -> None:
        """Ask what merging the two would do."""
        self._pause.stop()
        gone, kept = self.gone.text().strip().upper(), self.kept.text().strip().upper()
        if not gone or not kept:
            self._show(None)
            return
        self._desk.ask(lambda: look(self._desk, gone, kept), self._show, lane=self)

    def _show(self, found: Looked | tuple[str, ...] | None) -> None:
        self.looked = found if isinstance(found, Looked) else None
        clear(self._facts)
        problems = self.looked.merger.problems if self.looked else ()
        said = [self._desk.speaker.problem(one) for one in problems] if self.looked else [*(found or ())]  # type: ignore[misc]  # texts
        self.told.setText("\n".join(map(str, said)))
        apart = any(one.code == "donor.apart" for one in problems)
        self.merge.setEnabled(self.looked is not None and not problems)
        self.apart.setEnabled(self.looked is not None and (apart or not problems))
        self.apart.setText(self._desk.say("merge.lift" if apart else "merge.apart"))
        if self.looked:
            self._fill(self.looked)

    def _fill(self, found: Looked) -> None:
        say, merger = self._desk.say, found.merger
        sides = (("gone", merger.gone, found.gone), ("kept", merger.kept, found.kept), ("result", merger.result, found.kept))
        for place, (key, _, _) in enumerate(sides, 1):
            self._facts.addWidget(label(say(f"merge.{key}"), "label", size=0.92), 0, place)
        told: Sequence[tuple[str, list[str]]] = [
            ("name", [name for _, _, name in sides]),
            *((fact, [self._fact(one, fact) for _, one, _ in sides]) for fact in _FACTS),
        ]
        for line, (key, cells) in enumerate(told, 1):
            self._facts.addWidget(label(say(f"column.{key}"), "muted", size=0.92), line, 0)
            for place, cell in enumerate(cells, 1):
                each = label(cell, bold=place == len(cells))
                each.setAccessibleName(f"{say(f'merge.{sides[place - 1][0]}')} {say(f'column.{key}')}: {cell}")
                self._facts.addWidget(each, line, place)

    def _fact(self, one: Standing, fact: str) -> str:
        speaker = self._desk.speaker
        match fact:
            case "given":
                return speaker.money(one.given)
            case "last":
                return shown(date.fromisoformat(one.last_on), speaker) if one.last_on else "–"
            case "protected":
                return self._desk.say("merge.yes" if one.protected else "merge.no")
        return speaker.value(getattr(one, fact))

    # --- saying -------------------------------------------------------------------------------------------------------
    def _merge(self) -> None:
        if self.looked is None:
            return
        book, merger = self._desk.book, self.looked.merger
        self._desk.do("donor_merge", lambda at: merging.merge(book, merger.gone.code, merger.kept.code, at), self._said)

    def _apart(self) -> None:
        if self.looked is None:
            return
        book, merger = self._desk.book, self.looked.merger
        lifted = any(one.code == "donor.apart" for one in merger.problems)
        work = merging.set_apart
        self._desk.do("donor_apart", lambda at: work(book, merger.gone.code, merger.kept.code, at, lifted=lifted), self._said)

    def _said(self, _: Changes) -> None:
        self.gone.clear()
        self.kept.clear()
        self._show(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)
