"""Right of the bank lines: what a line may be, why, and the entry it would make."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QApplication, QButtonGroup, QFrame, QGridLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from fundledger.domain.matching import TargetKind
from fundledger.gui.deciding import Choice, Known, read_halves, read_line, read_preview, read_ways_back
from fundledger.gui.entry_shown import EntryView
from fundledger.gui.flow import flowing
from fundledger.gui.naming import Names, evidence_words, read_offered, target_words
from fundledger.gui.parts import button, clear, columns, figure, holding, label, pill, rows, rule, scrolling
from fundledger.gui.split import SplitEditor
from fundledger.gui.table import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fundledger.domain.matching import Match
    from fundledger.domain.money import Money
    from fundledger.gui.actions import Actions
    from fundledger.gui.deciding import Preview
    from fundledger.gui.desk import Desk
    from fundledger.gui.naming import Offered

_MOST = 9
_HAND = ("foundation", "charge", "transfer", "return", "suspense", "split", "partial", "donor.quick", "ignore", "withdraw", "history")
_HAND_MANY = ("foundation", "charge", "suspense", "split", "ignore", "withdraw")
_MOST_LINES = 8


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
        # However many suggestions there are, what accepts them stands in sight.
        self._foot = QVBoxLayout()
        self._foot.setContentsMargins(20, 0, 20, 16)
        inner = rows(self._line, self._ways, self._result, None, spacing=12, margins=(20, 16, 20, 16))
        whole = rows(scrolling(holding(inner)), self._foot, spacing=0)
        whole.setStretch(0, 1)
        self.setLayout(whole)

    def show_line(self, line_id: int, others: Sequence[int] = ()) -> None:
        """Ask for a line and show it, with the others that are chosen beside it; -1 shows none."""
        if line_id < 0:
            self._show(None)
        else:
            self._desk.ask(lambda: read_line(self._desk, line_id, others), self._show, lane=self)

    def _show(self, known: Known | None) -> None:
        if self._splits(known):
            self._show_head(known)  # what is being split stays as it was typed
            return
        self.known, self.choice, self.editor, self.donor = known, None, None, None
        self.suggestions = []
        focused = QApplication.focusWidget()
        if focused is not None and self.isAncestorOf(focused):
            self.wants.emit("list")  # what had the focus goes now: the keys belong to the list again
        for box in (self._ways, self._result, self._foot):
            clear(box)
        self._show_head(known)
        if known is None:
            return
        if known.became is not None:
            self._decided(known)
        elif known.open:
            self._open(known)
        elif known.others:
            self._ways.addWidget(label(self._desk.say("reconcile.not_all_open"), "warning", wrap=True))
        elif known.line.state == "ignored":
            self._ways.addWidget(label(self._desk.say("reconcile.ignored"), "muted", wrap=True))
            self._ways.addWidget(self._key_buttons(["unmatch", "history"]))
        else:
            self._ways.addWidget(self._key_buttons(["history"]))

    def _splits(self, known: Known | None) -> bool:
        """Whether this very line is being split."""
        return (
            self.editor is not None
            and known is not None
            and self.known is not None
            and known.open
            and [one.id for one in known.lines] == [one.id for one in self.known.lines]
        )

    def _show_head(self, known: Known | None) -> None:
        clear(self._line)
        if known is None:
            self._line.addWidget(label(self._desk.say("reconcile.none"), "muted", wrap=True))
        elif known.others:
            self._heads(known)
        else:
            self._head(known)

    def _heads(self, known: Known) -> None:
        """Several lines that are decided together: their sum, and each."""
        say, speaker = self._desk.say, self._desk.speaker
        self._line.addLayout(columns(self._amount(known.gross), label(known.gross.currency, "muted"), None))
        self._line.addWidget(label(say("reconcile.many", n=len(known.lines)), bold=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        for place, one in enumerate(known.lines[:_MOST_LINES]):
            grid.addWidget(label(speaker.day(one.booked_on, "medium"), "muted"), place, 0)
            grid.addWidget(label("  ".join(text for text in (one.name, one.text) if text)), place, 1)
            grid.addWidget(figure(shown(one.gross, speaker), size=1.0), place, 2, Qt.AlignmentFlag.AlignRight)
        grid.setColumnStretch(1, 1)
        self._line.addLayout(grid)
        if len(known.lines) > _MOST_LINES:
            self._line.addWidget(label(say("reconcile.many_more", n=len(known.lines) - _MOST_LINES), "muted"))

    def _amount(self, amount: Money) -> QLabel:
        made = figure(shown(amount, self._desk.speaker), size=1.7)
        if amount.minor < 0:
            made.setProperty("role", "negative")
        made.setAccessibleName(self._desk.speaker.money(amount))
        return made

    def _head(self, known: Known) -> None:
        line, say, speaker = known.line, self._desk.say, self._desk.speaker
        state = pill(say("line.period_closed") if known.locked else speaker.say(f"line_state.{line.state}"), _tone(line.state))
        self._line.addLayout(columns(self._amount(line.amount), label(line.amount.currency, "muted"), None, state))
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
        if known.explained:
            self._ways.addWidget(label(say("reconcile.explained", day=known.explained[0], said=known.explained[1]), wrap=True))
        self._ways.addWidget(self._key_buttons(keys))
        self._entry_view().show_entry(known.entry, known.names.funds)

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
        self._ways.addWidget(self._key_buttons(_HAND_MANY if known.others else _HAND))
        self.pick(1)

    def halves(self) -> None:
        """Offer the other halves a transfer may have; both are booked together."""
        if (known := self.known) is not None:
            ask = lambda: (read_halves(self._desk, known.line.id), known.names)  # noqa: E731  one question, named
            self._desk.ask(ask, lambda found: self.offer(*found, self._desk.say("reconcile.halves")), lane=(self, "other"))

    def ways_back(self) -> None:
        """Offer which payment came back, or whose refund it is; without any, what the verb finds by itself."""

        def told(found: tuple[tuple[Match, ...], Names]) -> None:
            if found[0]:
                self.offer(*found, self._desk.say("reconcile.ways_back"))
            else:
                self.choose(Choice((), disposition="return"))

        if (known := self.known) is not None:
            self._desk.ask(lambda: read_ways_back(self._desk, known.line.id), told, lane=(self, "other"))

    def offer(self, matches: tuple[Match, ...], names: Names, heading: str) -> None:
        """Other ways to choose from than those suggested at first, with the same keys."""
        if self.known is None or not matches:
            return
        self.known, self.suggestions, self.editor = replace(self.known, matches=matches, names=names), [], None
        clear(self._ways)
        self._ways.addWidget(label(heading, bold=True, wrap=True))
        self._open(self.known)

    def _title(self, match: Match) -> str:
        known = self.known
        assert known is not None
        words = dict.fromkeys(target_words(self._desk, share, known.names) for share in match.shares)
        return " + ".join(words)

    def _key_buttons(self, keys: Sequence[str]) -> QWidget:
        return flowing(*map(self._key_button, keys))

    def _key_button(self, key: str) -> QPushButton:
        action = self._actions[key]
        made = button(f"{self._desk.say(f'short.{key}')}   {action.shortcut().toString()}", partial(self.wants.emit, key), "small")
        made.setAccessibleName(action.text().replace("&", ""))
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return made

    def pick(self, number: int) -> None:
        """Pick a suggestion by its number."""
        known = self.known
        if known is not None and 1 <= number <= len(self.suggestions):
            match = known.matches[number - 1]
            half = match.shares[0].counterpart if match.shares[0].target is TargetKind.TRANSFER and match.rule == "person" else None
            self.choose(Choice(match.shares, match.rule, match.evidence, half=half))
            self.suggestions[number - 1].setChecked(True)

    def given_by(self, donor: int) -> None:
        """Who gave the line, as a person says; it is booked with it."""
        self.donor = donor
        self._line.addWidget(label(self._desk.say("reconcile.new_donor"), "positive", wrap=True))

    def choose(self, choice: Choice) -> None:
        """Pick, and show what would be booked."""
        self.choice = choice
        if choice.disposition:
            self._group.setExclusive(False)
            for each in self.suggestions:
                each.setChecked(False)
            self._group.setExclusive(True)
        known = self.known
        if known is None:
            return
        if not choice.shares:
            self._clear_result()
            self._result.addWidget(rule())
            self._result.addWidget(label(self._desk.say(f"reconcile.as.{choice.disposition}"), wrap=True))
            self._foot.addLayout(self._accept_row())
            return
        if known.others and len(choice.shares) != 1:
            self._clear_result()
            return
        self._desk.ask(lambda: read_preview(self._desk, known, choice), self._preview, lane=self._result)

    def split(self) -> None:
        """Open the editor, with the picked shares in it."""
        known = self.known
        if known is None or not known.open:
            return
        if self.editor is None:
            self.editor = editor = SplitEditor(self._desk, known, self.choice.shares if self.choice else ())
            self._ways.addWidget(editor)
            editor.show()  # now, so that the next key is typed in it
            editor.edited.connect(self._split_edited)
            editor.kept.connect(self._keep_split)
            editor.left.connect(self._leave_split)
            incoming = known.gross.minor > 0
            self._desk.ask(
                lambda: read_offered(self._desk, incoming=incoming), lambda found: self._offer_targets(editor, found), lane=editor
            )
        self.editor.stand_in(self.editor.parts[0])
        self._split_edited()

    def _offer_targets(self, editor: SplitEditor, found: Offered) -> None:
        if self.editor is editor:
            editor.offer(found)

    def part(self) -> None:
        """Ask how much of the line the picked target takes; the rest is shown and must find its own."""
        self.split()
        if self.editor is not None:
            self.editor.parts[0].amount.line.selectAll()

    def _split_edited(self) -> None:
        if self.editor is not None:
            self.choose(Choice(self.editor.shares(), disposition="split"))

    def _keep_split(self) -> None:
        """As it stands this moment, not as it was asked about last."""
        if self.editor is not None:
            self.choice = Choice(self.editor.shares(), disposition="split")
            self.wants.emit("accept")

    def _leave_split(self) -> None:
        if self.editor is not None:
            self.editor.hide()
            self.editor.deleteLater()
            self.editor = None
            self.pick(1)
            self.wants.emit("list")

    def _preview(self, found: Preview) -> None:
        """The entry and what it changes, or what forbids it; below zero in red and in words."""
        self._clear_result()
        for problem in found.problems:
            self._result.addWidget(label(self._desk.speaker.problem(problem), "negative", wrap=True))
        self._entry_view().show_entry(found.postings, found.funds, found.effects)
        for one in found.effects:
            if one.figure == "remaining" and one.after.minor < 0:
                said = self._desk.say("reconcile.below_zero", fund=one.fund, amount=one.after)
                self._result.addWidget(label(said, "negative", wrap=True))
        for problem in found.warnings:
            self._result.addWidget(label(self._desk.speaker.problem(problem), "warning", wrap=True))
        if self.choice is not None and found.postings:
            self._foot.addLayout(self._accept_row())

    def _clear_result(self) -> None:
        clear(self._result)
        clear(self._foot)

    def _entry_view(self) -> EntryView:
        made = EntryView(self._desk)
        self._result.addWidget(made)
        return made

    def _accept_row(self) -> QVBoxLayout:
        made = button(f"{self._actions['accept'].text().replace('&', '')}   ⏎", lambda: self.wants.emit("accept"), "primary")
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return rows(columns(made, None), margins=(0, 12, 0, 0))


def _tone(state: str) -> str:
    return {"open": "live", "matched": "good", "unsure": "warn"}.get(state, "plain")
