"""The log: who did what and when, each row before and after, and the proof that nothing was touched since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from fundledger.domain.money import Money
from fundledger.domain.roles import RECOVERY
from fundledger.export.heads import reported
from fundledger.gui.desk import EVERYTHING
from fundledger.gui.listing import Lists
from fundledger.gui.page import ListPage
from fundledger.gui.parts import beside, button, clear, columns, holding, label, pill, rows, rule, scrolling
from fundledger.gui.settings_people import role_said
from fundledger.gui.table import Column, Kind, Pill, shown
from fundledger.services.checking import check_book
from fundledger.services.progress import CancelledError
from fundledger.store import logbook
from fundledger.store.log import head

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from fundledger.domain.evidence import Head
    from fundledger.domain.problem import Problem
    from fundledger.gui.actions import Actions
    from fundledger.gui.desk import Desk
    from fundledger.gui.tasks import Cancelled, Progress
    from fundledger.store.logbook import LogRow, Touched

_MOST_ROWS = 60
_MOST_FAULTS = 20
_MINOR = "_minor"
_TONES = {"insert": "good", "update": "warn", "delete": "bad"}
_REPORTS = "*.pdf *.xlsx *.html *.json *.csv *.txt"


@dataclass(frozen=True, slots=True)
class Verified:
    """What verifying found: its faults in their order, how large the log is, and whether a report was compared."""

    faults: tuple[Problem, ...]
    head: Head
    against: tuple[Head, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """An operation with the rows it touched."""

    row: LogRow
    touched: tuple[Touched, ...]


def verify(desk: Desk, report: Path | None, progress: Progress, cancelled: Cancelled) -> Verified:
    """Prove the book, against a report where one is given; runs beside the window and stops when asked."""

    def tell(done: int, total: int) -> None:
        if cancelled():
            raise CancelledError
        progress(done, total)

    heads = tuple(reported(str(report))) if report else ()
    faults = check_book(desk.book, heads, tell)
    with desk.book.reading() as db:
        return Verified(tuple(faults), head(db), heads)


def verb_said(desk: Desk, verb: str) -> str:
    """A verb of the log in the reader's language; one nobody knows any more as it stands there."""
    return _known(desk, f"verb.{verb.replace(' ', '_')}", verb)


def _known(desk: Desk, key: str, name: str) -> str:
    """What a key says; the name itself where a later version of the program wrote it."""
    return desk.say(key) if desk.speaker.knows(f"gui.{key}") else name


def field_of(column: str) -> str:
    """The name of a column without what its kind adds to it."""
    return column.removesuffix(_MINOR).removesuffix("_id")


def _who(desk: Desk, row: LogRow) -> str:
    if row.role == RECOVERY:
        return desk.say("people.recovery")
    return row.who if desk.revealed else f"{role_said(desk, row.role)} {row.person_id}"


def _rows(desk: Desk, ids: Sequence[int]) -> list[LogRow]:
    with desk.book.reading() as db:
        return logbook.operation_rows(db, ids)


def _ids(desk: Desk, chip: str) -> list[int]:
    with desk.book.reading() as db:
        return logbook.operation_ids(db, chip)


def _read(desk: Desk, row_id: int) -> Shown:
    with desk.book.reading() as db:
        return Shown(logbook.operation_rows(db, [row_id])[0], tuple(logbook.touched(db, row_id, _MOST_ROWS)))


def _state(row: LogRow) -> Pill | None:
    if row.undone_by is not None:
        return Pill("gui.logbook.undone", "warn")
    return Pill("gui.logbook.undoes", "plain") if row.undoes_id is not None else None


def _lists(desk: Desk) -> Lists:
    return Lists(
        "logbook",
        (
            Column("number", lambda row: row.id, Kind.COUNT, 7),
            Column("at", lambda row: row.at.strftime("%Y-%m-%d %H:%M"), Kind.CODE, 15),
            Column("who", lambda row: _who(desk, row), private=True, letters=11),
            Column("verb", lambda row: verb_said(desk, row.verb)),
            Column("about", lambda row: row.subject, Kind.CODE, 8),
            Column("rows", lambda row: row.rows, Kind.COUNT, 4),
            Column("undone_by", _state, Kind.PILL, 9),
        ),
        lambda chip: _ids(desk, chip),
        lambda ids: _rows(desk, ids),
        logbook.CHIPS,
        "log",
    )


class OperationCard(QFrame):
    """One operation and each row it touched, before and after."""

    def __init__(self, desk: Desk) -> None:
        """Empty until `show_operation`."""
        super().__init__()
        self.setProperty("role", "card")
        self._desk = desk
        self.shown: Shown | None = None
        self._head = rows(spacing=3)
        self._body = QVBoxLayout()
        self._body.setSpacing(10)
        inner = holding(rows(self._body, None, margins=(0, 0, 8, 0)))
        layout = rows(self._head, rule(), scrolling(inner), spacing=12, margins=(20, 18, 12, 14))
        layout.setStretch(2, 1)
        self.setLayout(layout)

    def show_operation(self, row_id: int) -> None:
        """Ask for an operation and show it; -1 shows none."""
        if row_id >= 0:
            self._desk.ask(lambda: _read(self._desk, row_id), self._show, lane=self)
            return
        self.shown = None
        clear(self._head)
        clear(self._body)

    def _show(self, found: Shown) -> None:
        self.shown = found
        clear(self._head)
        clear(self._body)
        desk, row = self._desk, found.row
        self._head.addWidget(label(verb_said(desk, row.verb).capitalize(), size=1.25, bold=True, wrap=True))
        when = f"{desk.speaker.day(row.at.date())} {row.at:%H:%M:%S}"
        self._head.addWidget(label(desk.say("logbook.by", n=row.id, who=_who(desk, row), at=when), "muted", wrap=True))
        if row.undone_by is not None:
            self._head.addWidget(label(desk.say("logbook.undone_by", number=str(row.undone_by)), "warning", wrap=True))
        if row.undoes_id is not None:
            self._head.addWidget(label(desk.say("logbook.undoes_one", number=str(row.undoes_id)), "muted", wrap=True))
        for touched in found.touched:
            self._body.addWidget(self._touched(touched))
        if not found.touched:
            self._body.addWidget(label(desk.say("logbook.no_rows"), "muted", wrap=True))
        if row.rows > len(found.touched):
            self._body.addWidget(label(desk.say("logbook.more", n=row.rows - len(found.touched)), "muted", wrap=True))

    def _touched(self, touched: Touched) -> QWidget:
        say = self._desk.say
        act = pill(say(f"logbook.{touched.act}"), _TONES[touched.act])
        row = _known(self._desk, f"logbook.row.{touched.table}", touched.table).capitalize()
        head = columns(label(f"{row} {touched.row_id}", bold=True, wrap=True), act)
        head.setStretch(0, 1)
        lines: list[QWidget] = [holding(head)]
        for name, before, after in touched.values:
            old, new = self._value(name, before), self._value(name, after)
            text = f"{old}  →  {new}" if touched.act == "update" else old
            lines.append(holding(columns(label(self._field(name), "muted", size=0.92), None, label(text, wrap=len(text) > 40))))
        if touched.columns:
            lines.append(
                label(say("logbook.columns", names=[self._field(name) for name in touched.columns]), "muted", size=0.92, wrap=True)
            )
        return holding(rows(*lines, spacing=3))

    def _field(self, name: str) -> str:
        """A column in words: what it points to, or the amount it holds."""
        return _known(self._desk, f"logbook.field.{field_of(name)}", name)

    def _value(self, name: str, value: object) -> str:
        """Minor units as an amount; the rest as it stands in the file."""
        if name.endswith(_MINOR) and isinstance(value, int):
            return shown(Money(value, self._desk.book.currency), self._desk.speaker)
        return "–" if value is None else str(value)


class VerifiedCard(QFrame):
    """What verifying found: sound, or the first bad place and those after it."""

    def __init__(self, desk: Desk) -> None:
        """Hidden until something was verified."""
        super().__init__()
        self.setProperty("role", "card")
        self._desk = desk
        self._body = rows(spacing=4)
        close = button(desk.say("close"), self.hide, "quiet")
        layout = columns(self._body, rows(close, None), margins=(18, 12, 10, 12))
        layout.setStretch(0, 1)
        self.setLayout(layout)
        self.said = label("", bold=True, wrap=True)
        self.hide()

    def tell(self, found: Verified) -> None:
        """Say it until it is closed."""
        desk, faults = self._desk, found.faults
        clear(self._body)
        key = "broken" if faults else "sound"
        self.said = label(desk.say(f"logbook.{key}", n=len(faults)), "negative" if faults else "positive", size=1.15, bold=True, wrap=True)
        self._body.addWidget(self.said)
        for place, fault in enumerate(faults[:_MOST_FAULTS]):
            text = desk.speaker.problem(fault)
            first = label(desk.say("logbook.first", fault=text) if place == 0 else text, "" if place == 0 else "muted", wrap=True)
            self._body.addWidget(first)
        if not faults:
            self._body.addWidget(label(desk.say("logbook.sound.what"), "muted", wrap=True))
        for one in found.against:
            self._body.addWidget(label(desk.say("logbook.against.said", head=str(one)), "muted", wrap=True))
        self._body.addWidget(label(desk.say("logbook.head", head=str(found.head)), "muted", size=0.92, wrap=True))
        self.setAccessibleName(self.said.text())
        self.show()


class LogbookPage(ListPage):
    """The operations, one of them in full, and Verify."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        """Everything is asked when it is first shown."""
        super().__init__(desk, actions, "logbook", EVERYTHING, _lists(desk))
        self.card = OperationCard(desk)
        self.verified = VerifiedCard(desk)
        splitter = beside(self.listing, self.card, sizes=[730, 330])
        self.verify_button = button(desk.say("action.verify"), self.verify, "primary")
        self.head.addWidget(button(desk.say("logbook.against"), self.verify_against))
        self.head.addWidget(self.verify_button)
        body = rows(self.verified, splitter, spacing=12)
        body.setStretch(1, 1)
        self.lay_out(holding(body))
        self.listing.picked.connect(self.card.show_operation)
        desk.names_shown.connect(lambda: self.card.show_operation(self.listing.current()))

    def refresh(self) -> None:
        """The list; the operation beside it stays."""
        self.listing.reload()
        self.card.show_operation(self.listing.current())

    def verify(self) -> None:
        """Recompute everything, with progress."""
        self._verify(None)

    def verify_against(self) -> None:
        """Compare with a report that was given out earlier as well."""
        report = self.desk.dialogs.file(self, self.desk.say("logbook.against"), _REPORTS)
        if report:
            self._verify(report)

    def _verify(self, report: Path | None) -> None:
        self.verify_button.setEnabled(False)
        self.verified.hide()

        def done(found: Verified) -> None:
            self.verify_button.setEnabled(True)
            self.verified.tell(found)

        def failed(problems: tuple[Problem, ...]) -> None:
            self.verify_button.setEnabled(True)
            self.desk.problems(problems)

        work = self.desk.say("verb.verify")
        self.desk.tasks.write(work, lambda progress, cancelled: verify(self.desk, report, progress, cancelled), done, failed)
