"""Right of the bank lines: what a line may be, why, and the entry it would make."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QGridLayout, QPushButton, QSizePolicy, QVBoxLayout

from fundledger.gui.deciding import Balance, Choice, Known, account_words, evidence_words, read_line, read_preview, target_words
from fundledger.gui.parts import button, clear, columns, figure, label, pill, rows, rule
from fundledger.gui.split import SplitEditor
from fundledger.gui.table import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fundledger.domain.entry import Posting
    from fundledger.domain.matching import Match
    from fundledger.domain.problem import Problem
    from fundledger.gui.actions import Actions
    from fundledger.gui.desk import Desk

_MOST = 9
_HAND = ("foundation", "charge", "transfer", "return", "suspense", "split", "partial", "donor.quick", "ignore")


class Suggestion(QPushButton):
    """One proposal: its number, where the money would go, and the evidence in words."""

    def __init__(self, number: int, title: str, why: str, *, sure: str = "") -> None:
        """`sure` is the word for a proposal that can be accepted with all others of its kind."""
        super().__init__()
        self.setProperty("role", "suggestion")
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(f"{number}. {title}")
        self.setAccessibleDescription(why)
        key = label(str(number), "key", size=0.9)
        head = columns(key, label(title, bold=True, wrap=True), spacing=10)
        head.setStretch(1, 1)
        head.setAlignment(key, Qt.AlignmentFlag.AlignTop)
        if sure:
            head.addWidget(pill(sure, "good"), 0, Qt.AlignmentFlag.AlignTop)
        because = columns(36, label(why, "muted", size=0.92, wrap=True), spacing=0)
        because.setStretch(1, 1)
        layout = rows(head, because, spacing=3, margins=(12, 9, 12, 9))
        self.setLayout(layout)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        for child in self.findChildren(QFrame):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def hasHeightForWidth(self) -> bool:
        """Words wrap."""
        return True

    def heightForWidth(self, width: int) -> int:
        """As high as its words need."""
        layout = self.layout()
        return layout.totalHeightForWidth(width) if layout is not None else 40

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(300, self.heightForWidth(300))


class LinePanel(QFrame):
    """One bank line; `chosen` is what a person picked, to be accepted with Enter."""

    wants = Signal(str)

    def __init__(self, desk: Desk, actions: Actions) -> None:
        """Empty until `show_line`."""
        super().__init__()
        self.setProperty("role", "card")
        self._desk, self._actions = desk, actions
        self.known: Known | None = None
        self.choice: Choice | None = None
        self.donor: int | None = None  # who a person said gave the line
        self.suggestions: list[Suggestion] = []
        self.editor: SplitEditor | None = None
        self._group = QButtonGroup(self)
        self._line = QVBoxLayout()
        self._ways = QVBoxLayout()
        self._result = QVBoxLayout()
        for box in (self._line, self._ways, self._result):
            box.setSpacing(8)
        self.setLayout(rows(self._line, self._ways, self._result, None, spacing=12, margins=(20, 16, 20, 16)))

    def show_line(self, line_id: int) -> None:
        """Ask for a line and show it; -1 shows none."""
        if line_id < 0:
            self._show(None)
        else:
            self._desk.ask(lambda: read_line(self._desk, line_id), self._show, lane=self)

    def _show(self, known: Known | None) -> None:
        self.known, self.choice, self.editor, self.donor = known, None, None, None
        self.suggestions = []
        for box in (self._line, self._ways, self._result):
            clear(box)
        if known is None:
            self._line.addWidget(label(self._desk.say("reconcile.none"), "muted", wrap=True))
            return
        self._head(known)
        if known.became is not None:
            self._decided(known)
        elif known.line.state == "open":
            self._open(known)
        elif known.line.state == "ignored":
            self._ways.addWidget(label(self._desk.say("reconcile.ignored"), "muted", wrap=True))
            self._ways.addLayout(self._key_buttons(["unmatch", "history"]))

    def _head(self, known: Known) -> None:
        line, say, speaker = known.line, self._desk.say, self._desk.speaker
        amount = figure(shown(line.amount, speaker), size=1.7)
        if line.amount.minor < 0:
            amount.setProperty("role", "negative")
        amount.setAccessibleName(speaker.money(line.amount))
        state = pill(say("line.period_closed") if known.locked else speaker.say(f"line_state.{line.state}"), _tone(line.state))
        self._line.addLayout(columns(amount, label(line.amount.currency, "muted"), None, state))
        if line.fee:
            given = self._desk.say("reconcile.gross", gross=line.gross, fee=line.fee)
            self._line.addWidget(label(given, "muted", wrap=True))
        facts = [speaker.day(line.booked_on), line.account]
        facts += [say("reconcile.batch", n=line.n_details)] if line.n_details > 1 else []
        facts += [say("reconcile.reversal")] if line.reversal else []
        self._line.addWidget(label("   ·   ".join(facts), "muted", wrap=True))
        who = "   ".join(text for text in (line.name, line.iban) if text)
        if who:
            self._line.addWidget(label(who))
        if line.text:
            self._line.addWidget(label(line.text, wrap=True))

    def _decided(self, known: Known) -> None:
        became = known.became
        assert became is not None
        say = self._desk.say
        self._ways.addWidget(label(say("reconcile.became"), "muted", size=0.92))
        for share in became.shares:
            target = label(target_words(self._desk, share, known.names), bold=True, wrap=True)
            words = columns(target, figure(shown(share.amount, self._desk.speaker), size=1.0))
            words.setStretch(0, 1)
            self._ways.addLayout(words)
        why = evidence_words(self._desk, became.evidence)
        self._ways.addWidget(label(why or say("reconcile.by_person"), "muted", wrap=True))
        keys = ["learn", "history"] if known.locked else ["unmatch", "learn", "history"]
        if known.locked:
            self._ways.addWidget(label(say("reconcile.locked"), "warning", wrap=True))
        self._ways.addLayout(self._key_buttons(keys))
        self._entry(known.entry, ())

    def _open(self, known: Known) -> None:
        say = self._desk.say
        above = say("reconcile.suggestions" if known.matches else "reconcile.no_suggestion")
        self._ways.addWidget(label(above, "muted", size=0.92, wrap=True))
        for number, match in enumerate(known.matches[:_MOST], 1):
            sure = say("reconcile.sure") if match.sure else ""
            made = Suggestion(number, self._title(match), evidence_words(self._desk, match.evidence), sure=sure)
            made.clicked.connect(lambda _=False, number=number: self.pick(number))
            self._group.addButton(made)
            self.suggestions.append(made)
            self._ways.addWidget(made)
        self._ways.addLayout(self._key_buttons(_HAND))
        self.pick(1)

    def offer(self, matches: tuple[Match, ...], heading: str) -> None:
        """Other ways to choose from than those suggested at first, with the same keys."""
        if self.known is None or not matches:
            return
        self.known, self.suggestions, self.editor = replace(self.known, matches=matches), [], None
        clear(self._ways)
        self._ways.addWidget(label(heading, bold=True, wrap=True))
        self._open(self.known)

    def _title(self, match: Match) -> str:
        known = self.known
        assert known is not None
        words = dict.fromkeys(target_words(self._desk, share, known.names) for share in match.shares)
        return " + ".join(words)

    def _key_buttons(self, keys: Sequence[str]) -> QVBoxLayout:
        grid = QGridLayout()
        grid.setSpacing(6)
        for place, key in enumerate(keys):
            action = self._actions[key]
            made = button(f"{self._desk.say(f'short.{key}')}   {action.shortcut().toString()}", partial(self.wants.emit, key), "small")
            made.setAccessibleName(action.text().replace("&", ""))
            made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            grid.addWidget(made, place // 3, place % 3)
        for column in range(3):
            grid.setColumnStretch(column, 1)
        return rows(grid)

    def pick(self, number: int) -> None:
        """Pick a suggestion by its number."""
        known = self.known
        if known is not None and 1 <= number <= len(self.suggestions):
            match = known.matches[number - 1]
            self.choose(Choice(match.shares, match.rule, match.evidence))
            self.suggestions[number - 1].setChecked(True)

    def choose(self, choice: Choice) -> None:
        """Pick, and show what would be booked."""
        self.choice = choice
        if choice.rule == "person":
            self._group.setExclusive(False)
            for each in self.suggestions:
                each.setChecked(False)
            self._group.setExclusive(True)
        known = self.known
        if known is None:
            return
        if not choice.shares:
            clear(self._result)
            self._result.addWidget(rule())
            self._result.addWidget(label(self._desk.say(f"reconcile.as.{choice.disposition}"), wrap=True))
            self._result.addLayout(self._accept_row())
            return
        self._desk.ask(lambda: read_preview(self._desk, known.line.id, choice.shares), self._preview, lane=self._result)

    def split(self) -> None:
        """Open the editor, with the picked shares in it."""
        known = self.known
        if known is None or known.line.state != "open":
            return
        if self.editor is None:
            self.editor = SplitEditor(self._desk, known, self.choice.shares if self.choice else ())
            self._ways.addWidget(self.editor)
            self.editor.edited.connect(self._split_edited)
            self.editor.kept.connect(lambda: self.wants.emit("accept"))
            self.editor.left.connect(self._leave_split)
        self.editor.parts[0].amount.setFocus(Qt.FocusReason.OtherFocusReason)
        self._split_edited()

    def part(self) -> None:
        """Ask how much of the line the picked target takes; the rest is shown and must find its own."""
        self.split()
        if self.editor is not None:
            self.editor.parts[0].amount.line.selectAll()

    def _split_edited(self) -> None:
        if self.editor is not None:
            self.choose(Choice(self.editor.shares(), disposition="split"))

    def _leave_split(self) -> None:
        if self.editor is not None:
            self.editor.hide()
            self.editor.deleteLater()
            self.editor = None
            self.pick(1)
            self.wants.emit("list")

    def _preview(self, found: tuple[tuple[Posting, ...], tuple[Problem, ...], tuple[Balance, ...]]) -> None:
        self._entry(found[0], found[1])
        self._balances(found[2])
        if self.choice is not None and not found[1]:
            self._result.addLayout(self._accept_row())

    def _balances(self, found: Sequence[Balance]) -> None:
        """What each fund has before and after; below zero in red and in words."""
        known = self.known
        if not found or known is None:
            return
        say, speaker = self._desk.say, self._desk.speaker
        self._result.addWidget(label(say("reconcile.balances"), "muted", size=0.92))
        for one in found:
            name = known.names.funds.get(one.fund, "")
            value = figure(f"{shown(one.before, speaker)}  →  {shown(one.after, speaker)}", size=0.95)
            value.setAccessibleName(f"{name}: {value.text()}")
            self._result.addLayout(columns(label(name, size=0.95), None, value))
            if one.after.minor < 0:
                value.setProperty("role", "negative")
                self._result.addWidget(label(say("reconcile.below_zero", fund=name, amount=one.after), "negative", wrap=True))

    def _accept_row(self) -> QVBoxLayout:
        made = button(f"{self._actions['accept'].text().replace('&', '')}   ⏎", lambda: self.wants.emit("accept"), "primary")
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return rows(columns(made, None))

    def _entry(self, postings: Sequence[Posting], problems: Sequence[Problem]) -> None:
        """The entry, debit and credit beside each other, or what forbids it."""
        clear(self._result)
        self._result.addWidget(rule())
        for problem in problems:
            self._result.addWidget(label(self._desk.speaker.problem(problem), "negative", wrap=True))
        known = self.known
        if not postings or known is None:
            return
        say, speaker = self._desk.say, self._desk.speaker
        self._result.addWidget(label(say("reconcile.entry"), "muted", size=0.92))
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(4)
        for column, key in enumerate(("account", "fund", "debit", "credit")):
            side = Qt.AlignmentFlag.AlignRight if column > 1 else Qt.AlignmentFlag.AlignLeft
            grid.addWidget(label(say(f"column.{key}"), "muted", size=0.85), 0, column, side)
        for place, posting in enumerate(postings, 1):
            grid.addWidget(label(account_words(self._desk, posting.account), size=0.95, wrap=True), place, 0)
            grid.addWidget(label(known.names.funds.get(posting.fund, ""), size=0.95), place, 1)
            debit = posting.amount.minor > 0
            grid.addWidget(figure(shown(abs(posting.amount), speaker), size=0.95), place, 2 if debit else 3, Qt.AlignmentFlag.AlignRight)
        grid.setColumnStretch(0, 1)
        self._result.addLayout(grid)


def _tone(state: str) -> str:
    return {"open": "live", "matched": "good", "unsure": "warn"}.get(state, "plain")
