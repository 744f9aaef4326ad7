"""What payment processors export, in one normal form: gross less fee is what moved, and the balance proves it."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError
from fundledger.domain.statement import LineStatus, ProcessorKind, Statement, StatementEnd, StatementLine
from fundledger.statements import Given, open_statement
from fundledger.statements.layout import Layout, Role, Row
from fundledger.statements.tables.processors import processed
from tests.statements.table_golden import SAMPLES
from tests.statements.writing_processors import Movement, english, generic, german, paypal, stripe

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.domain.problem import Problem
    from fundledger.domain.statement import Processed

KIND = ProcessorKind
JANUARY = date(2026, 1, 31)
_GIFTS = [Movement(JANUARY, KIND.DONATION, minor, 50, "EUR") for minor in (1000, 2000, 3000, 4000)]


class Read:
    """What the reader made of an export."""

    def __init__(self, folder: Path, content: str, **told: object) -> None:
        path = folder / "export.csv"
        path.write_text(content, encoding="utf-8", newline="")
        with open_statement(path, given=Given(**told)) as file:  # type: ignore[arg-type]  # the fields of Given
            events = list(file.events())
            self.problems = list(file.problems)
        self.heads = [event for event in events if isinstance(event, Statement)]
        self.lines = [event for event in events if isinstance(event, StatementLine)]
        self.ends = [event for event in events if isinstance(event, StatementEnd)]

    @property
    def processed(self) -> list[Processed]:
        """The normal form of every line."""
        return [line.processed for line in self.lines if line.processed]


def sample(name: str) -> str:
    return (SAMPLES / f"{name}.csv").read_text(encoding="utf-8")


def refused(folder: Path, content: str) -> Problem:
    with pytest.raises(KnownError) as caught:
        Read(folder, content)
    return caught.value.problems[0]


def test_a_processor_has_a_statement_for_each_currency(tmp_path: Path) -> None:
    found = Read(tmp_path, sample("paypal"))
    assert [(head.account, head.currency, head.kind) for head in found.heads] == [
        ("PAYPAL/EUR", "EUR", "processor"),
        ("PAYPAL/USD", "USD", "processor"),
    ]
    assert [end.balanced for end in found.ends] == [True, True]


def test_holds_and_authorisations_are_no_lines_and_pending_money_touches_no_balance(tmp_path: Path) -> None:
    found = Read(tmp_path, sample("paypal"))
    assert not {"4AA", "4AB"} & {line.references.bank for line in found.lines}
    assert [line.references.bank for line in found.lines if line.status is LineStatus.PENDING] == ["4AC"]


def test_a_hold_that_is_still_open_keeps_no_export_out(tmp_path: Path) -> None:
    """The running balance has the hold in it, the lines do not: the balance proves nothing, and nothing is refused for it."""
    gifts = [Movement(JANUARY, KIND.DONATION, 5000, 200, "EUR"), Movement(JANUARY, KIND.FEE, -300, 0, "EUR"), *_GIFTS]
    content = paypal(gifts, 0, newest_first=False).replace("Chargeback Fee", "Account Hold for Open Authorization")
    found = Read(tmp_path, content)
    assert len(found.lines) == len(gifts) - 1
    assert found.ends[0].balanced is None
    assert "statement.balance_chain" in {problem.code for problem in found.problems}


def test_a_conversion_is_a_pair_of_rows_one_in_each_currency(tmp_path: Path) -> None:
    pair = [one for one in Read(tmp_path, sample("paypal")).lines if one.processed and one.processed.kind is KIND.CONVERSION]
    assert [(str(one.amount), one.amount.currency) for one in pair] == [("9.25", "EUR"), ("-10.00", "USD")]
    assert {one.processed.parent for one in pair if one.processed} == {"6AA"}


def test_a_fee_given_back_with_a_refund_is_negative(tmp_path: Path) -> None:
    refund = next(one for one in Read(tmp_path, sample("paypal")).processed if one.kind is KIND.REFUND)
    assert (str(refund.gross), str(refund.fee), refund.parent) == ("-25.00", "-1.20", "2AA")


def test_what_stripe_gave_back_of_a_charge_is_a_line_of_its_own(tmp_path: Path) -> None:
    """The charge's row only says how much of it was refunded."""
    found = Read(tmp_path, sample("stripe-charges"))
    backs = [(one.parent, str(one.gross)) for one in found.processed if one.kind is KIND.REFUND]
    assert backs == [("ch_3", "-5.00"), ("ch_2", "-9.10")]
    assert sum(line.amount.minor for line in found.lines) == 104670 - 1410


def test_a_charge_in_another_currency_keeps_what_the_payer_saw(tmp_path: Path) -> None:
    charge = next(line for line in Read(tmp_path, sample("stripe-charges")).lines if line.references.bank == "ch_2")
    assert charge.processed is not None
    assert charge.processed.original_gross == Money(1000, "USD")
    assert (str(charge.processed.gross), str(charge.amount)) == ("9.10", "8.55")


def test_a_payout_is_one_line_with_its_batch(tmp_path: Path) -> None:
    found = Read(tmp_path, sample("stripe-balance"))
    payout = next(line for line in found.lines if line.processed and line.processed.kind is KIND.PAYOUT)
    assert payout.processed is not None
    assert (str(payout.amount), payout.processed.batch) == ("-946.45", "po_1")
    settled = [line for line in found.lines if line.processed and line.processed.batch == "po_1" and line is not payout]
    assert sum(line.amount.minor for line in settled) == -payout.amount.minor


def test_amounts_that_do_not_agree_refuse_the_row(tmp_path: Path) -> None:
    """Gross 50.00 less fee 1.00 is not 48.00."""
    content = sample("processor").replace("donation,50.00,1.00,49.00", "donation,50.00,1.00,48.00")
    problem = refused(tmp_path, content)
    assert (problem.code, problem.subject) == ("line.net", "line 2")


@pytest.mark.parametrize(
    ("row", "old", "new", "code"),
    [
        (24, ",2026-01-05,", ",2026-02-30,", "line.date"),
        (24, ",2026-01-05,", ",0000-00-00,", "line.date"),
        (38, "50.00,1.00,49.00", "5e1,1.00,49.00", "line.amount"),
        (38, "50.00,1.00,49.00", "NaN,1.00,49.00", "line.amount"),
        (38, "50.00,1.00,49.00", "50.001,1.00,49.001", "line.amount"),
        (39, "49.00,EUR,", "49.00,EURO,", "line.currency"),
        (60, "2026-01-05,PLEDGE-1", "2026-01-05,PLEDGE-1,more", "line.fields"),
        (65, "g1,,donation", "4.40532E+21,,donation", "line.damaged"),
    ],
)
def test_rows_that_cannot_be_taken_are_named(tmp_path: Path, row: int, old: str, new: str, code: str) -> None:
    assert row
    content = sample("processor")
    assert old in content
    problem = refused(tmp_path, content.replace(old, new, 1))
    assert (problem.code, problem.subject) == (code, "line 2")


def test_row_5_a_file_cut_inside_a_row_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, sample("processor")[:-30]).code == "file.truncated"


def test_row_58_days_that_can_be_read_two_ways_are_asked_for_and_never_guessed(tmp_path: Path) -> None:
    gifts = [Movement(date(2026, 3, 4), KIND.DONATION, 5000, 150, "EUR"), Movement(date(2026, 5, 6), KIND.DONATION, 2000, 80, "EUR")]
    content = paypal(gifts, 0, newest_first=False)
    assert refused(tmp_path, content).code == "file.date_order"
    assert [line.booked_on for line in Read(tmp_path, content, date_order="mdy").lines] == [one.on for one in gifts]


def _row(word: str, gross: int, *, parent: str | None = None, text: str = "", kind: str = "line") -> Row:
    texts = {Role.ROW_TYPE: word, Role.TEXT: text, Role.BANK_REFERENCE: "X1"} | ({Role.PARENT: parent} if parent else {})
    return Row(2, texts, {Role.GROSS: Money(gross, "EUR"), Role.FEE: Money(0, "EUR")}, kind=kind)


_PAYPAL = Layout("paypal", (), gateway="paypal")


@pytest.mark.parametrize(
    ("word", "gross", "kind"),
    [
        ("Donation Payment", 5000, KIND.DONATION),
        ("General Payment", 5000, KIND.DONATION),
        ("General Payment", -5000, KIND.ADJUSTMENT),
        ("Payment Refund", -5000, KIND.REFUND),
        ("Payment Refund", 5000, KIND.ADJUSTMENT),
        ("Payment Reversal", -5000, KIND.REFUND),
        ("Chargeback", -5000, KIND.CHARGEBACK),
        ("Chargeback Reversal", 5000, KIND.CHARGEBACK_REVERSAL),
        ("Chargeback Fee", -1600, KIND.FEE),
        ("General Currency Conversion", -5000, KIND.CONVERSION),
        ("General Withdrawal - Bank Account", -5000, KIND.PAYOUT),
        ("Bank Deposit to PP Account", 5000, KIND.PAYOUT),
        ("Add Funds from a Bank Account", 5000, KIND.PAYOUT),
        ("General Credit Card Deposit", 5000, KIND.ADJUSTMENT),
        ("Web Accept Payment Received", 5000, KIND.DONATION),
        ("Something new", 5000, KIND.DONATION),
        ("Something new", -5000, KIND.ADJUSTMENT),
        ("Spendenzahlung", 5000, KIND.DONATION),
        ("Allgemeine Währungsumrechnung", 5000, KIND.CONVERSION),
        ("Von Nutzer eingeleitete Abbuchung", -5000, KIND.PAYOUT),
        ("Zahlungsrückzahlung", -5000, KIND.REFUND),
        ("Conversión de divisa general", 5000, KIND.CONVERSION),
        ("Reembolso de pago", -5000, KIND.REFUND),
        ("Conversion de devise standard", 5000, KIND.CONVERSION),
        ("Remboursement de paiement", -5000, KIND.REFUND),
        ("Pagamento donazione", 5000, KIND.DONATION),
        ("Darowizna", 5000, KIND.DONATION),
    ],
)
def test_the_words_of_a_processor_tell_what_it_did(word: str, gross: int, kind: ProcessorKind) -> None:
    assert processed(_row(word, gross), _PAYPAL).kind is kind


def test_stripe_tells_a_dispute_from_other_adjustments_by_its_text() -> None:
    row = _row("adjustment", -5000, text="Chargeback withdrawal for ch_1", kind="adjustment")
    assert processed(row, Layout("stripe", (), gateway="stripe")).kind is KIND.CHARGEBACK


def test_a_payment_that_refers_to_itself_has_no_parent() -> None:
    assert processed(_row("charge", 5000, parent="X1"), _PAYPAL).parent is None


_SIGNS = {
    KIND.DONATION: 1, KIND.CHARGEBACK_REVERSAL: 1, KIND.REFUND: -1, KIND.CHARGEBACK: -1, KIND.FEE: -1, KIND.PAYOUT: -1, KIND.CONVERSION: 1,
}  # fmt: skip
_DAYS = st.dates(date(2020, 1, 1), JANUARY)


@st.composite
def _movements(draw: st.DrawFn, currencies: tuple[str, ...], kinds: tuple[ProcessorKind, ...] = tuple(_SIGNS)) -> list[Movement]:
    found = []
    for on in sorted(draw(st.lists(_DAYS, min_size=1, max_size=10))):
        kind = draw(st.sampled_from(kinds))
        gross = _SIGNS[kind] * draw(st.integers(1, 10**9))
        fee = draw(st.integers(-(10**5), 10**5)) if kind is not KIND.PAYOUT else 0
        name = draw(st.text("abc ąžäß\"',;€", min_size=1, max_size=12)).strip() or "X"
        found.append(Movement(on, kind, gross, fee, draw(st.sampled_from(currencies)), name))
    return found


def _read_back(folder: Path, content: str, movements: list[Movement], **told: object) -> Read:
    """Read, and hold every line against its movement to the cent."""
    found = Read(folder, content, **told)
    by_id = {line.references.bank: line for line in found.lines}
    assert len(found.lines) == len(movements) == len(by_id)
    for number, one in enumerate(movements, 1):
        line = by_id[f"T{number}"]
        assert line.processed is not None
        assert (line.amount.minor, line.amount.currency, line.booked_on) == (one.net, one.currency, one.on)
        assert (line.processed.gross.minor, line.processed.fee.minor) == (one.gross, one.fee)
        assert line.amount == line.processed.gross - line.processed.fee
    return found


@settings(max_examples=200, deadline=None)
@given(
    movements=_movements(("EUR", "USD", "JPY")),
    opening=st.integers(0, 10**8),
    newest_first=st.booleans(),
    figure=st.sampled_from([english, german]),
)
def test_paypal_round_trip_and_its_balance(
    tmp_path_factory: pytest.TempPathFactory, movements: list[Movement], opening: int, newest_first: bool, figure: object
) -> None:
    content = paypal(movements, opening, newest_first=newest_first, figure=figure)  # type: ignore[arg-type]  # one of two functions
    told = {"date_order": "mdy", "decimal": "." if figure is english else ","}
    found = _read_back(tmp_path_factory.getbasetemp(), content, movements, **told)
    assert [one.kind for one in sorted(found.processed, key=lambda one: one.kind)] == sorted(one.kind for one in movements)
    for end in found.ends:
        assert end.opening is not None
        assert end.closing is not None
        assert end.opening.amount + end.booked == end.closing.amount
        assert end.balanced is True


@settings(max_examples=100, deadline=None)
@given(movements=_movements(("EUR", "USD", "KWD", "JPY"), tuple(kind for kind in _SIGNS if kind is not KIND.CONVERSION)))
def test_stripe_round_trip(tmp_path_factory: pytest.TempPathFactory, movements: list[Movement]) -> None:
    found = _read_back(tmp_path_factory.getbasetemp(), stripe(movements), movements)
    assert sorted(one.kind for one in found.processed) == sorted(one.kind for one in movements)


@settings(max_examples=100, deadline=None)
@given(movements=_movements(("EUR", "GBP")))
def test_generic_round_trip(tmp_path_factory: pytest.TempPathFactory, movements: list[Movement]) -> None:
    found = _read_back(tmp_path_factory.getbasetemp(), generic(movements), movements)
    assert {one.gateway for one in found.processed} == {"gifthub"}
    assert {head.account for head in found.heads} == {f"GIFTHUB/{one.currency}" for one in movements}
    assert sorted(one.kind for one in found.processed) == sorted(one.kind for one in movements)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_damaged_export_is_read_or_refused_and_nothing_else(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    content = bytearray(sample(data.draw(st.sampled_from(["paypal", "stripe-charges", "donorbox", "processor", "wise-history"]))).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        piece = data.draw(st.sampled_from([b"", b'"', b",", b"\n", b"9" * 20, b"\xff", b"-", bytes(content[place : place + 80])]))
        content[place : place + data.draw(st.integers(0, 60))] = piece
    path = tmp_path_factory.getbasetemp() / "damaged.csv"
    path.write_bytes(bytes(content))
    told = Given(leave_unreadable=data.draw(st.booleans()))
    events: list[object] = []
    with suppress(KnownError), open_statement(path, given=told) as file:
        events = list(file.events())
    booked = [one for one in events if isinstance(one, StatementLine) and one.status is LineStatus.BOOKED]
    assert sum(one.booked.minor for one in events if isinstance(one, StatementEnd)) == sum(one.amount.minor for one in booked)
