"""The rules of the settings by keyboard: moved, switched, changed, tried, deleted, made; each act can be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from fundledger.domain.matching import TargetKind
from fundledger.domain.rules import Direction, Rule
from fundledger.gui.rule_form import RuleForm
from fundledger.gui.settings_rules import RulesSection, looks_for
from fundledger.services import reconciling, rules
from fundledger.store import lines
from tests.gui.conftest import NOW, settle

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from fundledger.gui.settings_page import SettingsPage
    from fundledger.gui.window import Desktop

ALT = Qt.KeyboardModifier.AltModifier
PLAIN = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def section(desktop: Desktop, qtbot: QtBot) -> RulesSection:
    """Two rules made by hand and one that a booked line taught; the list has the focus."""
    book = desktop.desk.book
    for word in ("office", "lawyer"):
        rules.save(book, Rule(TargetKind.ACCOUNT, Direction.OUT, text=word, account="5400", least_minor=1000), NOW)
    with book.reading() as db:
        line = next(row for row in lines.line_rows(db, lines.line_ids(db, "open"), reveal=True) if row.amount.minor > 0 and row.name)
    reconciling.accept_as(book, line.id, "suspense", NOW)
    rules.save(book, rules.learn(book, line.id), NOW)
    page = cast("SettingsPage", desktop.go("settings_page"))
    page.show_section("rules")
    settle(qtbot, desktop.desk)
    page.rules.table.setFocus()
    return page.rules


def press(section: RulesSection, qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier = PLAIN) -> None:
    QTest.keyClick(section.table, key, modifier)
    settle(qtbot, section._desk)


def kept(section: RulesSection) -> list[tuple[str, bool]]:
    return [(one.text, one.off) for one in rules.rules(section._desk.book)]


def said(section: RulesSection) -> str:
    return "\n".join(one.text() for one in section.findChildren(QLabel))


def cell(section: RulesSection, place: int, column: int) -> str:
    return str(section.table.rows_model.index(place, column).data())


def test_the_list_says_what_each_rule_does_and_where_it_was_learned(section: RulesSection, qtbot: QtBot) -> None:
    assert [cell(section, place, 0) for place in range(3)] == ["1", "2", "3"]
    assert "Sample" not in cell(section, 2, 1), "what a rule looks for is masked like every name"
    assert cell(section, 0, 1) == "••• · Money out · from 10.00"
    assert [cell(section, place, 3)[:4] for place in range(3)] == ["made", "made", "line"]
    section._desk.show_names("settings_page")
    settle(qtbot, section._desk)
    assert looks_for(section._desk, section._rows[0].rule).startswith("office")


def test_keys_order_switch_and_delete_and_undo_brings_back(section: RulesSection, qtbot: QtBot) -> None:
    section.table.stand(1)
    press(section, qtbot, Qt.Key.Key_Up, ALT)
    assert [text for text, _ in kept(section)][:2] == ["lawyer", "office"]
    assert section.table.currentIndex().row() == 0, "the list stands on the rule that was moved"
    press(section, qtbot, Qt.Key.Key_Up, ALT)
    assert [text for text, _ in kept(section)][:2] == ["lawyer", "office"], "nothing stands above the first"
    press(section, qtbot, Qt.Key.Key_Down, ALT)
    assert [text for text, _ in kept(section)][:2] == ["office", "lawyer"]
    press(section, qtbot, Qt.Key.Key_Space)
    assert kept(section)[1] == ("lawyer", True)
    assert cell(section, 1, 4) == "off"
    press(section, qtbot, Qt.Key.Key_Space)
    assert kept(section)[1] == ("lawyer", False)
    press(section, qtbot, Qt.Key.Key_Delete)
    assert [text for text, _ in kept(section)][:1] == ["office"]
    assert section.table.rows_model.rowCount() == 2
    section._desk.undo()
    settle(qtbot, section._desk)
    assert kept(section)[1] == ("lawyer", False)
    assert section.table.rows_model.rowCount() == 3


def test_a_rule_is_tried_against_the_past(section: RulesSection, qtbot: QtBot) -> None:
    section.table.stand(2)
    press(section, qtbot, Qt.Key.Key_T)
    assert "Rule 3, tried against the past" in said(section)
    assert "as it would say" in said(section)
    press(section, qtbot, Qt.Key.Key_K)
    assert "tried against" not in said(section), "it says nothing of the next rule"


def test_a_rule_is_changed_in_every_field_and_keeps_where_it_was_learned(section: RulesSection, qtbot: QtBot) -> None:
    before = rules.rules(section._desk.book)[2]
    section.table.stand(2)
    press(section, qtbot, Qt.Key.Key_Return)
    form = section.form
    assert isinstance(form, RuleForm)
    assert "Learned from line" in said(section)
    assert (form.name.text(), form.iban.text()) == ("", ""), "names are masked in the form as well"
    assert form.count >= 1, "what it would have touched stands there before it is saved"
    more = form.more
    more.direction.setCurrentIndex(more.direction.findData("in"))
    more.bank.setCurrentIndex(1)
    more.least.line.setText("0.50")
    more.most.line.setText("9000")
    more.target.choose((TargetKind.ACCOUNT, "5400"))
    more.on.setChecked(False)
    form.keep.click()
    settle(qtbot, section._desk)
    after = rules.rules(section._desk.book)[2]
    assert (after.name, after.iban, after.learned_from) == (before.name, before.iban, before.learned_from)
    assert (after.least_minor, after.most_minor, after.target, after.account, after.off) == (50, 900000, TargetKind.ACCOUNT, "5400", True)
    assert after.bank is not None
    assert section.form is None
    assert section.table.hasFocus()


def test_a_new_rule_shows_what_it_would_touch_and_what_it_lacks(section: RulesSection, desktop: Desktop, qtbot: QtBot) -> None:
    desktop.actions_of.press("new")
    settle(qtbot, desktop.desk)
    form = section.form
    assert isinstance(form, RuleForm)
    assert form.count == 0
    form.more.least.line.setText("much")
    form.keep.click()
    assert not form.refused.isHidden()
    form.more.least.line.setText("")
    QTest.keyClicks(form.text, "zebra")
    form.more.target.choose((TargetKind.CAMPAIGN, next(key for _, (kind, key) in _targets(form) if kind is TargetKind.CAMPAIGN)))
    QTest.keyClick(form, Qt.Key.Key_Return)
    settle(qtbot, desktop.desk)
    made = rules.rules(desktop.desk.book)[3]
    assert (made.text, made.target, made.learned_from) == ("zebra", TargetKind.CAMPAIGN, None)
    assert made.campaign is not None
    assert section.table.currentIndex().row() == 3
    desktop.actions_of.press("rule.new")
    assert section.form is not None
    QTest.keyClick(section.form, Qt.Key.Key_Escape)
    assert section.form is None


def _targets(form: RuleForm) -> list[tuple[str, tuple[TargetKind, object]]]:
    assert form.more._offered is not None
    return cast("list[tuple[str, tuple[TargetKind, object]]]", form.more._offered.targets)
