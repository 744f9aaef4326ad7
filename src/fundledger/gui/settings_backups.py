"""The backups: what there is, a second place, restoring under a new name, and the two drills."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QGridLayout, QWidget

from fundledger.gui.fields import secret_field, text_field
from fundledger.gui.forms import Form
from fundledger.gui.parts import button, clear, columns, framed, label, rows
from fundledger.gui.restoring import KINDS, PATTERN, restored_said
from fundledger.services import backups as verbs
from fundledger.services.changes import Area, Changes
from fundledger.store.backups import second_place

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.gui.desk import Desk
    from fundledger.services.backups import Backup, Drilled, Kept, Restored

_MOST_SHOWN = 12
_KIB, _MIB = 1024, 1024 * 1024
_COLUMNS = ("number", "made_at", "entries", "size")


@dataclass(frozen=True, slots=True)
class Found:
    """The backups, newest first, and where the second place is."""

    backups: tuple[Backup, ...]
    place: Path | None


def read_backups(desk: Desk) -> Found:
    """What there is; runs beside the window."""
    with desk.book.reading() as db:
        place = second_place(db)
    return Found(tuple(verbs.kept_backups(desk.book)), place)


def size_said(size: int) -> str:
    """A size a person compares."""
    return f"{size / _MIB:.1f} MiB" if size >= _MIB else f"{max(size // _KIB, 1)} KiB"


class SecretForm(Form):
    """What opens a backup: the passphrase, or the recovery key from its paper."""

    def __init__(self, desk: Desk, title: str, about: str, keep: str, *, recovery: bool | None = None) -> None:
        """`about` says what will happen; where `recovery` is None, either of both may be typed."""
        super().__init__(desk, title, keep)
        self._body.addWidget(label(about, "muted", wrap=True))
        self.passphrase, self.paper = secret_field(desk.say("field.passphrase")), text_field(desk.say("field.recovery_key"), PATTERN)
        self.secret = self.paper if recovery else self.passphrase
        if recovery is not True:
            self.add("passphrase", self.passphrase)
        if recovery is not False:
            self.add("recovery_key", self.paper, "", desk.say("backups.either") if recovery is None else "")

    @property
    def given(self) -> tuple[str | None, str | None]:
        """The passphrase and the recovery key: the one that was typed, None for the other."""
        key = self.paper.text().strip() or None
        return (None, key) if key or self.secret is self.paper else (self.passphrase.text(), None)


class BackupsSection(QWidget):
    """The list with what can be done; a form and what came of it stand above."""

    def __init__(self, desk: Desk) -> None:
        """Empty until `refresh`."""
        super().__init__()
        self._desk = desk
        say = desk.say
        self.form: SecretForm | None = None
        self.found = Found((), None)
        self.restoring: dict[int, QWidget] = {}
        self._form_place, self._result = rows(), rows(spacing=4)
        self.said = label("", wrap=True)
        self._list = rows(spacing=0)
        self.now = button(say("action.backup"), self.back_up, "primary")
        head = columns(label(say("settings.backups"), size=1.2, bold=True), None, self.now)
        listed = framed(rows(head, label(say("backups.about"), "muted", wrap=True), self._list, spacing=10, margins=(22, 18, 22, 16)))
        self.setLayout(rows(self._form_place, self._result, listed, self._second(), self._drills(), spacing=14))

    def _second(self) -> QWidget:
        say = self._desk.say
        self.place = label("", wrap=True)
        self.choose, self.none = button(say("backups.second.choose"), self.choose_place), button(say("backups.second.none"), self.no_place)
        return framed(rows(
            label(say("backups.second"), size=1.1, bold=True), label(say("backups.second.about"), "muted", wrap=True), self.place,
            columns(self.choose, self.none, None), spacing=8, margins=(22, 16, 22, 18),
        ))  # fmt: skip

    def _drills(self) -> QWidget:
        say = self._desk.say
        self.drill = button(say("backups.drill"), partial(self._begin_drill, recovery=False))
        self.lost = button(say("backups.lost"), partial(self._begin_drill, recovery=True))
        self.other = button(say("backups.other"), self.restore_other)
        return framed(rows(
            label(say("backups.drills"), size=1.1, bold=True), label(say("backups.drills.about"), "muted", wrap=True),
            columns(self.drill, self.lost, self.other, None), spacing=8, margins=(22, 16, 22, 18),
        ))  # fmt: skip

    def refresh(self) -> None:
        """What there is."""
        self._desk.ask(lambda: read_backups(self._desk), self._show, lane=self)

    def _show(self, found: Found) -> None:
        self.found = found
        say, speaker = self._desk.say, self._desk.speaker
        clear(self._list)
        self.restoring.clear()
        if not found.backups:
            self._list.addWidget(label(say("backups.empty"), "warning", wrap=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(22)
        grid.setColumnStretch(1, 1)
        for place, key in enumerate(_COLUMNS if found.backups else ()):
            grid.addWidget(label(say(f"column.{key}"), "muted", size=0.9), 0, place)
        for line, one in enumerate(found.backups[:_MOST_SHOWN], 1):
            number, head = f"{one.header.number:07}", one.header
            texts = (number, f"{speaker.day(head.made_at.date())} {head.made_at:%H:%M}", speaker.count(head.entries), size_said(one.size))
            for place, text in enumerate(texts):
                grid.addWidget(label(text), line, place)
            made = button(say("backups.restore"), partial(self._begin_restore, one.file), "small")
            made.setAccessibleName(f"{say('backups.restore')}: {number}")
            grid.addWidget(made, line, len(texts))
            self.restoring[head.number] = made
        self._list.addLayout(grid)
        if len(found.backups) > _MOST_SHOWN:
            self._list.addWidget(label(say("backups.more", n=len(found.backups) - _MOST_SHOWN), "muted"))
        self.place.setText(str(found.place) if found.place else say("backups.second.missing"))
        self.none.setVisible(found.place is not None)
        for each in (self.drill, self.lost):
            each.setEnabled(bool(found.backups))

    # --- acts ---------------------------------------------------------------------------------------------------------
    def back_up(self) -> None:
        """Back the book up now."""
        book, at, desk = self._desk.book, self._desk.now(), self._desk

        def done(kept: Kept) -> None:
            problems = "\n".join(desk.speaker.problem(one) for one in kept.warnings)
            key = "backups.done.second" if kept.second else "backups.done"
            text = desk.say(key, number=f"{kept.backup.header.number:07}", n=kept.backup.header.entries)
            self._tell(f"{text}\n{problems}".strip(), "warning" if problems else "positive")
            desk.changed.emit(frozenset({Area.BOOK}))

        desk.tasks.write(desk.say("verb.backup"), lambda _, __: verbs.back_up(book, at), done, desk.problems)

    def choose_place(self) -> None:
        """Ask for a folder outside the book."""
        place = self._desk.dialogs.folder(self, self._desk.say("backups.second.choose"))
        if place:
            self._set_place(place)

    def no_place(self) -> None:
        """No second place any more."""
        self._set_place(None)

    def _set_place(self, place: Path | None) -> None:
        book, at = self._desk.book, self._desk.now()

        def work(*_: object) -> Changes:
            return verbs.set_second_place(book, place, at)

        self._desk.act("backup_place", work)

    def _begin_drill(self, *, recovery: bool) -> None:
        say = self._desk.say
        name = "lost" if recovery else "drill"
        form = SecretForm(self._desk, say(f"backups.{name}"), say(f"backups.{name}.about"), say("backups.drill.go"), recovery=recovery)
        form.kept.connect(lambda _: self._drill(form, recovery=recovery))
        self._show_form(form)

    def _drill(self, form: SecretForm, *, recovery: bool) -> None:
        book, at, desk = self._desk.book, self._desk.now(), self._desk
        passphrase, key = (None, form.secret.text()) if recovery else (form.secret.text(), None)

        def work(*_: object) -> Drilled:
            return verbs.drill(book, at, passphrase, recovery_key=key)

        def done(found: Drilled) -> None:
            self._close_form()
            key, tone = ("backups.drill.failed", "negative") if found.problems else ("backups.drill.sound", "positive")
            said = [desk.say(key, number=f"{found.backup.header.number:07}", n=found.backup.header.entries)]
            self._tell("\n".join([*said, *(desk.speaker.problem(one) for one in found.problems)]), tone)
            desk.changed.emit(frozenset({Area.BOOK}))

        desk.tasks.write(desk.say("verb.drill"), work, done, form.refuse)

    def restore_other(self) -> None:
        """Restore a backup from anywhere, as from the second place."""
        backup = self._desk.dialogs.file(self, self._desk.say("backups.other"), KINDS)
        if backup:
            self._begin_restore(backup)

    def _begin_restore(self, backup: Path) -> None:
        say = self._desk.say
        about = say("backups.restore.about", number=backup.stem)
        form = SecretForm(self._desk, say("backups.restore.title"), about, say("backups.restore.go"))
        form.kept.connect(lambda _: self._restore(form, backup))
        self._show_form(form)

    def _restore(self, form: SecretForm, backup: Path) -> None:
        desk, live, at, (passphrase, key) = self._desk, self._desk.book, self._desk.now(), form.given
        offered = live.path.with_name(f"{live.path.stem} {backup.stem}.fundledger")
        new = desk.dialogs.new_file(self, desk.say("backups.restore.title"), offered)
        if new is None:
            form.keep.setEnabled(True)
            return

        def work(*_: object) -> Restored:
            return verbs.restore(backup, new, at, passphrase, recovery_key=key, live=live)

        def done(found: Restored) -> None:
            self._close_form()
            self._tell(restored_said(desk.speaker, found), "warning" if found.warnings else "positive")

        desk.tasks.write(desk.say("verb.restore"), work, done, form.refuse)

    # --- what stands above --------------------------------------------------------------------------------------------
    def _show_form(self, form: SecretForm) -> None:
        self._close_form()
        clear(self._result)
        self.form = form
        self._form_place.addWidget(form)
        form.discarded.connect(self._close_form)
        form.begin()

    def _close_form(self) -> None:
        clear(self._form_place)
        self.form = None

    def _tell(self, text: str, tone: str) -> None:
        """What came of it, until something else is done."""
        clear(self._result)
        self.said = label(text, tone, wrap=True)
        self.said.setAccessibleName(text)
        self._result.addWidget(framed(rows(self.said, margins=(18, 12, 18, 12))))
