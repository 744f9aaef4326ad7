"""What to say of an appeal in every public language, to be copied, and its own page to be written."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox

from fundledger.gui.copying import copy
from fundledger.gui.forms import Form
from fundledger.gui.parts import button, clear, columns, holding, label, rows, rule, scrolling

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from fundledger.gui.desk import Desk


def read(desk: Desk, code: str) -> Mapping[str, list[str]]:
    """The sentences by language, from the same numbers; runs beside the window."""
    from fundledger.export.page import closing_texts  # noqa: PLC0415  what writes pages is loaded when one is asked for
    from fundledger.reports.appeal import build  # noqa: PLC0415  as above

    return closing_texts(lambda language: build(desk.book, code, language))


def write(desk: Desk, code: str, folder: Path, languages: Sequence[str]) -> list[Path]:
    """The page in these languages, searched for names before it is written; runs beside the window. Raises as `write_page`."""
    from fundledger.export.writing import write_page  # noqa: PLC0415  as above
    from fundledger.i18n import Speaker  # noqa: PLC0415  as above
    from fundledger.reports.appeal import build  # noqa: PLC0415  as above
    from fundledger.reports.catalogue import forbidden_names  # noqa: PLC0415  as above
    from fundledger.services.campaigns import expire_consents  # noqa: PLC0415  as above

    expire_consents(desk.book, desk.now())
    forbidden = forbidden_names(desk.book)
    made = [write_page(build(desk.book, code, language), folder, Speaker(language, public=True), forbidden) for language in languages]
    return [path for paths in made for path in paths]


class AppealForm(Form):
    """The sentences by language; Enter writes the page."""

    def __init__(self, desk: Desk, code: str) -> None:
        """Empty until they are read."""
        super().__init__(desk, desk.say("appeal.title", code=code), desk.say("appeal.write"))
        self._code = code
        self.texts: Mapping[str, list[str]] = {}
        self.chosen: dict[str, QCheckBox] = {}
        self._body.addWidget(label(desk.say("appeal.about"), "muted", wrap=True))
        self._said = rows(spacing=8)
        self._body.addWidget(scrolling(holding(self._said)), 1)
        self.fill_height()
        self.kept.connect(lambda _: self._write())
        desk.changed.connect(self._changed)
        self.ask()

    def _changed(self, _: object) -> None:
        self.ask()

    def ask(self) -> None:
        """Read the sentences again."""
        self._desk.ask(lambda: read(self._desk, self._code), self._show, lane=self)

    def _show(self, texts: Mapping[str, list[str]]) -> None:
        self.texts = texts
        left_out = {language for language, box in self.chosen.items() if not box.isChecked()}
        clear(self._said)
        say = self._desk.say
        for language, lines in texts.items():
            copying = button(say("copy"), partial(copy, "\n".join(lines)), "quiet")
            copying.setAccessibleName(f"{say('copy')}: {say(f'language.{language}')}")
            told = label("\n".join(lines), wrap=True)
            told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard)
            self.chosen[language] = QCheckBox(say(f"language.{language}"))
            self.chosen[language].setToolTip(say("appeal.choose"))
            self.chosen[language].setChecked(language not in left_out)
            self._said.addLayout(rows(columns(self.chosen[language], None, copying), told, spacing=0))
            self._said.addWidget(rule())
        self._said.addStretch(1)
        self.order_keys()

    def _write(self) -> None:
        languages = [language for language, box in self.chosen.items() if box.isChecked()]
        if not languages:
            self.say(self._desk.say("appeal.none"))
            return
        folder = self._desk.dialogs.folder(self, self._desk.say("appeal.folder"))
        if folder is None:
            self.keep.setEnabled(True)
            return
        work = self._desk.say("verb.page")
        self._desk.tasks.write(work, lambda _, __: write(self._desk, self._code, folder, languages), self._written, self.refuse)

    def _written(self, files: list[Path]) -> None:
        self.keep.setEnabled(True)
        self.refused.hide()
        self._desk.tell(self._desk.say("appeal.written", n=len(files)))
