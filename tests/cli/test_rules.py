"""Rules of matching as scripts keep them: tried before they are saved, ordered, edited, taken away; they propose and never accept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.bank import Line, write

if TYPE_CHECKING:
    from tests.cli.conftest import CommandLine

RENT = "--to account:5400 --direction out --text"


@pytest.fixture
def rents(book: CommandLine) -> CommandLine:
    """Three months of rent, the first of them booked, and a gift."""
    for month, opening in ((1, "100.00"), (2, "60.00"), (3, "20.00")):
        lines = [Line(3, "-40.00", f"Office rent {month:02}/2026", "Sample Landlord", "LT129999900000000077")]
        lines += [Line(9, "25.00", "a gift", "Sample Person Alpha")] * (month == 3)
        book.done("import {book}", write(book.folder / f"{month}.xml", month, opening, *lines))
    book.done("accept {book} 1 --as other --account 5400")
    return book


def numbers(cli: CommandLine) -> list[tuple[int, str]]:
    return [(one["number"], one["text"]) for one in cli("rule list {book} --reveal --json").rows]


def test_a_rule_shows_what_it_would_touch_before_it_is_saved(rents: CommandLine) -> None:
    ran = rents(f"rule add {{book}} {RENT}", "office RENT", "--preview", "--json")
    assert [(one["id"], one["amount"], one["became"], one["agrees"]) for one in ran.rows] == [
        (3, "-40.00", "open", False), (2, "-40.00", "open", False), (1, "-40.00", "other", True),
    ]  # fmt: skip
    assert (ran.code, rents("rule list {book}").out) == (0, "There is nothing to show.\n")
    none = rents(f"rule add {{book}} {RENT} nothing --preview")
    assert (none.code, none.out.count("\n")) == (0, 1)


def test_a_saved_rule_proposes_and_accepts_nothing(rents: CommandLine) -> None:
    saved = rents.done(f"rule add {{book}} {RENT}", "office rent")
    assert (saved["would_have"], saved["warnings"]) == (3, [])
    [second, third, gift] = rents("reconcile {book} --json").rows
    for line in (second, third):
        best = line["proposals"][0]
        assert (best["rule"], best["sure"], best["shares"][0]["to"]) == (f"rule:{saved['id']}", False, "account:5400")
    assert not gift["proposals"]
    assert rents("reconcile {book} --accept-sure --json").rows[-1]["accepted"] == 0
    rents.done("accept {book} 2 --proposal 1")
    assert rents("line history {book} 2 --json").row["rule"] == f"rule:{saved['id']}"
    assert rents("check {book}").code == 0


def test_a_rule_is_learned_from_a_decision(rents: CommandLine) -> None:
    draft, *touched = rents("rule learn {book} 1 --reveal --json").rows
    assert (draft["id"], draft["direction"], draft["iban"], draft["target"], draft["account"]) == (
        0, "out", "LT129999900000000077", "account", "5400",
    )  # fmt: skip
    assert [one["id"] for one in touched] == [3, 2, 1]
    assert rents("rule list {book} --json").rows == [], "a draft is not kept"
    rents.done("rule learn {book} 1 --save")
    assert [one["iban"] for one in rents("rule list {book} --json").rows] == ["LT••••"]
    assert "LT129999900000000077" in rents("rule show {book} 1 --reveal").out
    rents.done(f"rule add {{book}} {RENT} rent")
    assert [one["learned_from"] for one in rents("rule list {book} --json").rows] == [1, None]
    assert rents("rule show {book} 1 --json").row["learned_from"] == draft["learned_from"] == 1
    rents.done("rule edit {book} 1 --most 50.00")
    assert rents("rule show {book} 1 --json").row["learned_from"] == 1, "an edited rule was learned where it was learned"


def test_rules_have_an_order_that_a_person_gives_them(rents: CommandLine) -> None:
    for word in ("office", "rent", "landlord"):
        rents.done(f"rule add {{book}} {RENT} {word}")
    rents.done("rule move {book} 3 1")
    assert numbers(rents) == [(1, "landlord"), (2, "office"), (3, "rent")]
    assert rents.done("rule remove {book} 2")["warnings"] == []
    assert numbers(rents) == [(1, "landlord"), (2, "rent")]
    rents("undo {book}")
    assert numbers(rents) == [(1, "landlord"), (2, "office"), (3, "rent")]


def test_a_rule_is_edited_switched_off_and_on_again(rents: CommandLine) -> None:
    rents.done(f"rule add {{book}} {RENT}", "office rent")
    tried = rents("rule edit {book} 1 --least 50.00 --preview --json")
    assert (tried.code, tried.rows) == (0, [])
    rents.done("rule edit {book} 1 --least 10.00 --most 50.00 --off")
    shown = rents("rule show {book} 1 --json").row
    assert (shown["least"], shown["most"], shown["currency"], shown["account"], shown["off"]) == ("10.00", "50.00", "EUR", "5400", True)
    assert not rents("reconcile {book} --json").rows[0]["proposals"]
    rents.done("rule edit {book} 1 --on-again")
    assert rents("reconcile {book} --json").rows[0]["proposals"]
    assert [one["id"] for one in rents("rule test {book} 1 --json").rows] == [3, 2, 1]


def test_a_rule_may_know_the_campaign_and_the_donor(rents: CommandLine) -> None:
    donor = rents.done("donor add {book} --name Alpha")["code"]
    rents.done(f"rule add {{book}} --to campaign:C-101 --direction in --text gift --donor {donor}")
    [proposed] = [one["proposals"][0] for one in rents("reconcile {book} --json").rows if one["proposals"]]
    assert proposed["shares"][0]["to"] == "campaign:C-101"
    shown = rents("rule show {book} 1 --json").row
    assert (shown["target"], shown["campaign"], shown["donor"]) == ("campaign", "C-101", "D-0001")


def test_an_empty_word_takes_away_what_stood_there(rents: CommandLine) -> None:
    donor, bank = rents.done("donor add {book} --name Alpha")["code"], rents("account list {book} --json").rows[0]["code"]
    looks = f"--text office --name landlord --iban LT129999900000000077 --bank {bank} --least 10.00 --most 50.00 --donor {donor}"
    rents.done(f"rule add {{book}} --to account:5400 --direction out --campaign C-101 {looks}")
    before = rents("rule show {book} 1 --reveal --json").row
    cleared = {"name": None, "iban": None, "bank": None, "least": None, "most": None, "donor": None, "campaign": None}
    for name in cleared:
        assert before[name], name
        rents.done(f"rule edit {{book}} 1 --{name}", "")
        assert rents("rule show {book} 1 --reveal --json").row[name] is None, name
    after = rents("rule show {book} 1 --reveal --json").row
    kept = {key: value for key, value in before.items() if key not in {*cleared, "id", "currency"}}
    assert {key: after[key] for key in kept} == kept
    ran = rents("rule edit {book} 1 --text", "")
    assert (ran.code, "would hold of every line" in ran.err) == (2, True), "a rule looks for something"
    assert rents("rule show {book} 1 --reveal --json").row["text"] == "office"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("rule add {book} --to account:5400", "would hold of every line"),
        ("rule add {book} --to account:9999 --text rent", "cannot be booked to account 9999"),
        ("rule add {book} --to account: --text rent", "names none"),
        ("rule add {book} --to account:1210 --text rent", "cannot be booked to account 1210"),
        ("rule add {book} --to campaign:C-9 --text rent", "no campaign C-9"),
        ("rule add {book} --to foundation:C-101 --text rent", "cannot propose this target"),
        ("rule add {book} --to invoice:7 --text rent", "cannot propose this target"),
        ("rule add {book} --to suspense --text rent --least 5.00 --most 4.00", "exchange the two"),
        ("rule add {book} --to suspense --text rent --least five", "five is not an amount"),
        ("rule add {book} --to suspense --text rent --donor D-0099", "D-0099"),
        ("rule add {book} --text rent", "--to"),
        ("rule edit {book} 7 --text rent", "no rule 7"),
        ("rule move {book} 7 1", "no rule 7"),
        ("rule remove {book} 7", "no rule 7"),
        ("rule test {book} 7", "no rule 7"),
        ("rule show {book} seven", "seven"),
        ("rule learn {book} 2", "not matched"),
        ("rule learn {book} 99", "99"),
    ],
)
def test_what_no_rule_can_be_is_said_in_a_sentence(rents: CommandLine, line: str, sentence: str) -> None:
    ran = rents(line)
    assert (ran.code, ran.out) == (2, "")
    assert sentence in ran.err
    assert "Traceback" not in ran.err
    assert rents("rule list {book} --json").rows == []
