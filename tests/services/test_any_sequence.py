"""Any sequence of verbs leaves a sound book, and undo leaves balances, open lines and dispositions as they were before."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy.exc import IntegrityError

from fundledger.domain.chart import MONEY, group
from fundledger.domain.closing import days_of
from fundledger.domain.entry import EntryKind
from fundledger.domain.matching import Share, TargetKind
from fundledger.domain.money import Money, plain
from fundledger.domain.problem import KnownError
from fundledger.domain.voucher import NAMES, Draft, VoucherKind
from fundledger.services import (
    accounts,
    campaigns,
    closing,
    deciding,
    importing,
    invoices,
    late_gifts,
    people,
    reconciling,
    undoing,
    vouchers,
    year_end,
)
from fundledger.services.checking import check_book
from fundledger.store import campaigns as campaign_store
from fundledger.store import funds, journal, lines, outstanding, periods
from fundledger.store import invoices as invoice_store
from tests.services.bookkeeping import (
    CHEAP,
    LAWYER,
    OTHER_BANK,
    OURS,
    PAYEE,
    PEOPLE,
    Desk,
    Paid,
    after,
    camt,
    cents,
    collected,
    day,
    empty_book,
    refused,
)
from tests.services.test_processors import HEAD

if TYPE_CHECKING:
    from collections.abc import Callable

    from fundledger.domain.closing import Days
    from fundledger.store.lines import LineRow

CODES, BANKS = ("C-101", "C-102"), (OURS, OTHER_BANK)
PAYMENTS = st.builds(
    Paid,
    st.sampled_from(["-200.00", "-100.00", "-30.00", "30.00", "50.00", "100.00", "100.00", "200.00"]),
    name=st.none() | st.sampled_from(PEOPLE),
    iban=st.none() | st.sampled_from(["LT1099", PAYEE, OTHER_BANK]),
    rf=st.none() | st.sampled_from([collected(code)[0].rf for code in CODES]),
    text=st.none() | st.sampled_from(["gift", "C-102", "SLO-1"]),
)
START = (
    *collected("C-101", ("100.00", "50.00", "100.00", "30.00", "200.00"), on="01-01"),
    Paid("50.00", "01-01", "Donor Beta", text="C-102"),
    Paid("-200.00", "01-01", LAWYER, PAYEE, "SLO-0", end_to_end="E-1"),
    Paid("200.00", "01-01", LAWYER, PAYEE, end_to_end="E-1", reason="AC04"),
    Paid("-100.00", "01-01", LAWYER, PAYEE, "SLO-1"),
    Paid("-30.00", "01-01", text="fee"),
    Paid("-50.00", "01-01", "Donor Beta"),
)
PICK = st.integers(0, 999)
STEPS = (campaigns.end_collection, campaigns.open_campaign, campaigns.close_campaign, campaigns.archive_campaign)
Snapshot = tuple[Any, ...]
SECOND = "antras slaptas sakinys"
JANUARY = days_of("2026-01")
# What cannot be done to a closed January by hand.
HOSTILE = (
    "UPDATE period SET locked = 0",
    "UPDATE line SET amount_minor = 1 WHERE booked_on <= '2026-01-31'",
    "DELETE FROM line WHERE booked_on <= '2026-01-31'",
    "INSERT INTO donation (fund_id, amount_minor, given_on, anonymous, undone) VALUES (1, 100, '2026-01-09', 0, 0)",
    "INSERT INTO voucher (kind, fund_id, amount_minor, dated, entry_id, undone) VALUES ('in_kind', 1, 100, '2026-01-09', 1, 0)",
)  # fmt: skip
# Lines that go with each other and still leave something of a fund in transit.
PAIRS = (
    "SELECT x.line_id, p.fund_id, sum(p.amount_minor) FROM (SELECT DISTINCT r.line_id, a.counterpart_id, r.entry_id AS one, o.entry_id AS"
    " other FROM allocation a JOIN reconciliation r ON r.id = a.reconciliation_id AND r.undone = 0"
    " JOIN reconciliation o ON o.line_id = a.counterpart_id AND o.undone = 0 WHERE a.target = 'transfer') x"
    " JOIN posting p ON p.entry_id IN (x.one, x.other) JOIN account t ON t.id = p.account_id AND t.code = '1090'"
    " GROUP BY 1, 2 HAVING sum(p.amount_minor) <> 0"
)


class Verbs(RuleBasedStateMachine):
    """A treasurer who does anything in any order; a verb that is refused must change nothing."""

    factory: pytest.TempPathFactory
    methods = ("restricted", "restricted")

    @initialize()
    def begin(self) -> None:
        self.folder = TemporaryDirectory()
        self.desk = Desk(empty_book(self.factory, Path(self.folder.name)), Path(self.folder.name))
        self.done: list[tuple[int, Snapshot | None]] = []
        self.ends = dict.fromkeys(BANKS, (day("01-01"), 0))
        self.desk.account(opening="500.00")
        self.desk.account(OTHER_BANK)
        self.desk.campaign("C-102", "300.00", surplus="refund", late_gift="refund", method=self.methods[1])
        self.desk.campaign("C-101", "200.00", "campaign:C-102", "cover", late_gift="campaign:C-102", method=self.methods[0])
        for n, approved in enumerate((True, True, False)):
            self.desk.invoice("200.00", f"SLO-{n}", CODES[n % 2], approve=approved)
        self.desk.take(*START, opening="500.00", last="01-01")
        self.ends[OURS] = (day("01-02"), 50000 + sum(cents(one.amount) for one in START))
        self.n = 10
        accounts.add_account(self.desk.book, "", "PayPal", self.desk.now, processor="paypal")
        people.add_person(self.desk.book, "Second Sample Person", "enter+approve", SECOND, self.desk.now, CHEAP)
        self.second = self.desk.book.witness(SECOND)
        self.closed: tuple[Days, list[tuple[str, int, int, int]]] | None = None

    def teardown(self) -> None:
        if hasattr(self, "desk"):
            self.desk.book.close()
            self.folder.cleanup()

    # --- doing and comparing ------------------------------------------------------------------------------------------
    def snapshot(self) -> Snapshot:
        """Balances, open items and dispositions."""
        with self.desk.book.reading() as db:
            balances = {(fund, *key): minor for fund, rows in funds.balances(db).items() for *key, minor in rows if minor}
            rows = lines.line_rows(db, lines.line_ids(db))
            owed = [(one.id, one.state, one.paid) for one in invoice_store.invoices(db, "EUR")]
            states = [(one.code, one.state, one.asked) for one in campaign_store.campaigns(db, "EUR")]
        return balances, [(one.id, one.state, one.disposition) for one in rows], owed, states

    def attempt(self, act: Callable[[], Any]) -> None:
        """Do one verb: it is logged and can be undone, or it is refused and nothing has changed."""
        before = self.snapshot()
        try:
            changes = act()
        except KnownError:
            assert self.snapshot() == before
        else:
            if changes.operation is not None:
                self.done.append((changes.operation, before))

    def pick(self, which: int, state: str, sign: int = 0) -> LineRow | None:
        """A line of a state, of one direction where that is asked for."""
        found = [one for one in self.desk.lines(state) if one.amount.minor * sign >= 0]
        return found[which % len(found)] if found else None

    def book_line(self, which: int, *targets: tuple[TargetKind, int | str | None], parts: int = 1, sign: int = 0) -> None:
        """Accept an open line, or one in suspense, as shares of these targets."""
        line = self.pick(which, "open", sign) or next((one for one in self.desk.lines("matched") if one.disposition == "suspense"), None)
        if line is None:
            return
        share, rest = divmod(line.gross.minor, parts)
        minors = [share] * (parts - 1) + [share + rest]
        shares = [Share(kind, key, Money(minor, "EUR")) for (kind, key), minor in zip(targets, minors, strict=True)]
        self.attempt(lambda: reconciling.accept(self.desk.book, line.id, shares, self.desk.now))

    # --- verbs --------------------------------------------------------------------------------------------------------
    @rule(bank=st.sampled_from(BANKS), paid=st.lists(PAYMENTS, min_size=1, max_size=4), twin=st.booleans())
    def take_in(self, bank: str, paid: list[Paid], twin: bool) -> None:
        first, opening = self.ends[bank]
        first = max(first, day("02-01")) if self.closed else first
        self.n += 1
        on = [Paid(one.amount, f"{first:%m-%d}", one.name, one.iban, one.text, one.rf) for one in (*paid, *paid[: 1 if twin else 0])]
        content = camt(on, first=f"{first:%m-%d}", last=f"{first:%m-%d}", opening=plain(opening, "EUR"), number=str(self.n), account=bank)
        self.ends[bank] = (after(first, 1), opening + sum(cents(one.amount) for one in on))
        path = self.desk.file(content)
        self.attempt(lambda: importing.import_statement(self.desk.book, path, self.desk.now))
        assert importing.import_statement(self.desk.book, path, self.desk.now).new == 0

    @rule(which=PICK)
    def accept_proposal(self, which: int) -> None:
        found = [match for matches in reconciling.proposals(self.desk.book).values() for match in matches]
        if found:
            self.attempt(lambda: reconciling.accept_match(self.desk.book, found[which % len(found)], self.desk.now))

    @rule()
    def accept_sure(self) -> None:
        self.attempt(lambda: reconciling.accept_sure(self.desk.book, self.desk.now))

    @rule(which=PICK, campaign=st.integers(1, 3))
    def to_campaign(self, which: int, campaign: int) -> None:
        self.book_line(which, (TargetKind.CAMPAIGN, campaign))

    @rule(which=PICK, code=st.sampled_from(["4020", "5400", "5320", "2010"]))
    def to_account(self, which: int, code: str) -> None:
        self.book_line(which, (TargetKind.ACCOUNT, code))

    @rule(which=PICK, invoice=st.integers(1, 3))
    def to_invoice(self, which: int, invoice: int) -> None:
        self.book_line(which, (TargetKind.INVOICE, invoice), sign=-1)

    @rule(which=PICK, kind=st.sampled_from([TargetKind.FOUNDATION, TargetKind.SUSPENSE, TargetKind.TRANSFER]))
    def to_fund(self, which: int, kind: TargetKind) -> None:
        self.book_line(which, (kind, None))

    @rule(which=PICK)
    def split(self, which: int) -> None:
        self.book_line(which, (TargetKind.CAMPAIGN, 1), (TargetKind.CAMPAIGN, 2), (TargetKind.FOUNDATION, None), parts=3)

    @rule(which=PICK, code=st.sampled_from(["1210", "1220", "2030", "2020", "1020", "1065", "5320"]), campaign=st.integers(1, 3))
    def to_account_of_campaign(self, which: int, code: str, campaign: int) -> None:
        line = self.pick(which, "open")
        if line:
            shares = [Share(TargetKind.ACCOUNT, code, line.amount, bearer=campaign, payee=1)]
            self.attempt(lambda: reconciling.accept(self.desk.book, line.id, shares, self.desk.now))

    @rule(which=PICK, against=st.integers(1, 300), kind=st.sampled_from([TargetKind.CAMPAIGN, TargetKind.INVOICE, TargetKind.TRANSFER]))
    def less_a_fee(self, which: int, against: int, kind: TargetKind) -> None:
        line = self.pick(which, "open")
        if line:
            key = None if kind is TargetKind.TRANSFER else 1
            minor = -against if line.amount.minor > 0 else against
            parts = ((kind, key, line.amount.minor - minor), (TargetKind.ACCOUNT, "5320", minor))
            shares = [Share(one, of, Money(amount, "EUR")) for one, of, amount in parts]
            self.attempt(lambda: reconciling.accept(self.desk.book, line.id, shares, self.desk.now))

    @rule(which=PICK, code=st.sampled_from(CODES))
    def transfer_of_campaign(self, which: int, code: str) -> None:
        line = self.pick(which, "open")
        if line:
            self.attempt(lambda: reconciling.accept_as(self.desk.book, line.id, "transfer", self.desk.now, campaign=code))

    @rule(which=PICK)
    def ignore(self, which: int) -> None:
        line = self.pick(which, "open")
        if line:
            self.attempt(lambda: deciding.ignore_lines(self.desk.book, [line.id], "not ours", self.desk.now))

    @rule(which=PICK)
    def heed(self, which: int) -> None:
        line = self.pick(which, "ignored")
        if line:
            self.attempt(lambda: deciding.keep_lines(self.desk.book, [line.id], self.desk.now))

    @rule(which=PICK, disposition=st.sampled_from(["charge", "suspense", "transfer"]))
    def match_and_unmatch(self, which: int, disposition: str) -> None:
        line, before = self.pick(which, "open"), self.snapshot()
        if line:
            self.attempt(lambda: reconciling.accept_as(self.desk.book, line.id, disposition, self.desk.now))
            self.attempt(lambda: reconciling.unmatch(self.desk.book, line.id, self.desk.now))
            assert self.snapshot() == before

    @rule(which=PICK, of=PICK)
    def came_back(self, which: int, of: int) -> None:
        sent = self.pick(of, "matched")
        line = next((one for one in self.desk.lines() if sent and one.amount == -sent.amount), self.pick(which, "open"))
        if line and sent:
            self.attempt(lambda: reconciling.accept_as(self.desk.book, line.id, "return", self.desk.now, of=sent.id))

    @rule(which=PICK)
    def unmatch(self, which: int) -> None:
        line = self.pick(which, "matched")
        if line:
            self.attempt(lambda: reconciling.unmatch(self.desk.book, line.id, self.desk.now))

    @rule(which=PICK, how=st.sampled_from(["other", "suspense", "transfer", "invoice"]))
    def a_bank_fact_is_never_refused(self, which: int, how: str) -> None:
        """Whatever money there is: the bank did pay it."""
        line, before = self.pick(which, "open", -1), self.snapshot()
        if line is None:
            return
        if how == "invoice":
            shares = [Share(TargetKind.INVOICE, 1 + which % 3, line.gross)]
            changes = reconciling.accept(self.desk.book, line.id, shares, self.desk.now)
        else:
            changes = reconciling.accept_as(self.desk.book, line.id, how, self.desk.now, account="5400" if how == "other" else None)
        assert changes.operation is not None
        self.done.append((changes.operation, before))

    @rule(cents=st.integers(100, 30000), fee=st.integers(0, 99), code=st.sampled_from(CODES), part=st.sampled_from([0, 1, 2]))
    def card_gift_and_payout(self, cents: int, fee: int, code: str, part: int) -> None:
        """What a payment processor writes of a gift, and of its payout, whole or half."""
        self.n += 1
        gift = f"G{self.n}"
        about = f"{gift},,,{code},"
        sums = f"{cents / 100:.2f},-{fee / 100:.2f},{(cents - fee) / 100:.2f}"
        rows = [f"05/01/2026,10:00:00,CET,Donor Beta,Donation Payment,Completed,EUR,{sums},a@example.org,us@example.org,{about}"]
        if part:
            out = f"-{(cents - fee) // part / 100:.2f}"
            rows.append(f"06/01/2026,10:00:00,CET,,General Withdrawal,Completed,EUR,{out},0.00,{out},,,P{self.n},,,,")
        path = self.desk.folder / f"activity-{self.n}.csv"
        path.write_text("\n".join((HEAD, *rows, "")))
        self.attempt(lambda: importing.import_statement(self.desk.book, path, self.desk.now))

    @rule(kind=st.sampled_from(VoucherKind), euros=st.integers(1, 200), which=PICK)
    def voucher(self, kind: VoucherKind, euros: int, which: int) -> None:
        """Any kind, with all that it may name."""
        named = {"campaign": CODES[which % 2], "taker": [*CODES, "unrestricted"][which % 3], "payee": LAWYER, "donor": f"D-{1 + which % 4}"}
        named |= {"invoice": f"SLO-{which % 3}", "debit": "1020", "credit": "4020"}
        facts: dict[str, Any] = {name: named[name] for name in NAMES[kind]}
        draft = Draft(kind, Money(100 * euros, "EUR"), day("01-20") if which % 2 else day("02-20"), **facts)
        self.attempt(lambda: vouchers.book_voucher(self.desk.book, draft, self.desk.now, self.second))

    @rule(month=st.sampled_from([JANUARY, days_of("2026-02")]))
    def close_year(self, month: Days) -> None:
        self.attempt(lambda: year_end.close_year(self.desk.book, month[1], self.desk.now))

    # --- periods ------------------------------------------------------------------------------------------------------
    def balance_of(self, days: Days) -> list[tuple[str, int, int, int]]:
        with self.desk.book.reading() as db:
            found = {kind: journal.trial_balance(db, *days, kind) for kind in EntryKind if kind is not EntryKind.ADJUSTMENT}
        return [row for rows in found.values() for row in rows]

    @precondition(lambda self: self.closed is None)
    @rule()
    def close_january(self) -> None:
        """Locked whatever the checklist says: nothing that follows may need an orderly month."""
        with self.desk.book.operation("period close", self.desk.now) as op:
            periods.lock(op, *JANUARY)
        self.closed, self.earlier, self.done = (JANUARY, self.balance_of(JANUARY)), self.done, []

    @precondition(lambda self: self.closed is not None)
    @rule(statement=st.sampled_from(HOSTILE))
    def raw_sql_stays_outside(self, statement: str) -> None:
        with pytest.raises(IntegrityError), self.desk.book.operation("by hand", self.desk.now) as op:
            op.db.exec_driver_sql(statement)

    @precondition(lambda self: self.closed is not None)
    @rule(paid=PAYMENTS)
    def an_import_stays_outside(self, paid: Paid) -> None:
        late = camt([Paid(paid.amount, "01-30")], first="01-30", last="01-31", opening=None, number=f"L{self.n}")
        if self.ends[OURS][0] < day("01-30"):
            assert refused(lambda: self.desk.take_in(late)) == ["statement.period_closed"]

    @precondition(lambda self: self.closed is not None)
    @rule()
    def reopen_january(self) -> None:
        closing.reopen(self.desk.book, JANUARY, "a line was missing", self.second, self.desk.now)
        self.closed, self.done = None, []

    @precondition(lambda self: self.closed is not None and bool(self.earlier))
    @rule(which=PICK)
    def undo_what_was_before_a_close(self, which: int) -> None:
        before, (operation, _) = self.snapshot(), self.earlier[which % len(self.earlier)]
        try:
            undoing.undo(self.desk.book, self.desk.now, operation)
        except KnownError:
            assert self.snapshot() == before
        else:
            self.done = [(one, None) for one, _ in self.done]

    @rule(code=st.sampled_from(CODES), euros=st.integers(1, 300))
    def add_invoice(self, code: str, euros: int) -> None:
        self.n += 1
        facts: dict[str, Any] = {"campaign": code, "payee": LAWYER, "number": f"SLO-{self.n}", "amount": Money(100 * euros, "EUR")}
        self.attempt(lambda: invoices.add_invoice(self.desk.book, **facts, issued_on=day("01-05"), at=self.desk.now))

    @rule(key=st.integers(1, 3))
    def approve(self, key: int) -> None:
        self.attempt(lambda: invoices.approve_invoice(self.desk.book, key, self.desk.now))

    @rule(key=st.integers(1, 3), euros=st.integers(1, 100))
    def settle(self, key: int, euros: int) -> None:
        self.attempt(lambda: invoices.settle_by_others(self.desk.book, key, Money(100 * euros, "EUR"), day("01-20"), self.desk.now))

    @rule()
    def cover(self) -> None:
        short = campaigns.shortfall(self.desk.book, "C-101")
        self.attempt(lambda: campaigns.cover(self.desk.book, "C-101", short, day("01-20"), self.desk.now))

    @rule(code=st.sampled_from(CODES), verb=st.sampled_from(STEPS))
    def step(self, code: str, verb: Callable[..., object]) -> None:
        self.attempt(lambda: verb(self.desk.book, code, day("01-31"), self.desk.now))
        self.attempt(lambda: late_gifts.settle_late(self.desk.book, code, self.desk.now))

    # --- undo ---------------------------------------------------------------------------------------------------------
    @precondition(lambda self: bool(self.done))
    @rule()
    def undo_the_last(self) -> None:
        operation, before = self.done.pop()
        found = undoing.next_undo(self.desk.book)
        assert found is not None
        assert found.id == operation
        undoing.undo(self.desk.book, self.desk.now)
        if before is not None:
            assert self.snapshot() == before

    @precondition(lambda self: len(self.done) > 1)
    @rule(which=PICK)
    def undo_an_earlier_one(self, which: int) -> None:
        place = which % (len(self.done) - 1)
        before = self.snapshot()
        try:
            undoing.undo(self.desk.book, self.desk.now, self.done[place][0])
        except KnownError:
            assert self.snapshot() == before
        else:
            self.done = self.done[:place] + [(operation, None) for operation, _ in self.done[place + 1 :]]

    # --- what is always so --------------------------------------------------------------------------------------------
    @invariant()
    def the_book_is_sound(self) -> None:
        assert check_book(self.desk.book) == []

    @invariant()
    def what_is_in_transit_is_what_waits_for_its_other_half(self) -> None:
        """In split lines, too; and two halves that go with each other leave nothing of any fund between them."""
        with self.desk.book.reading() as db:
            waiting = outstanding.transfers_in_flight(db, date.max)
            left = sum(minor for found in funds.balances(db).values() for code, _, minor in found if code == "1090")
            pairs = db.exec_driver_sql(PAIRS).all()
        assert left == -sum(one.amount.minor for one in waiting)
        assert pairs == []

    @invariant()
    def a_closed_period_stays_as_it_was(self) -> None:
        if self.closed:
            days, before = self.closed
            assert self.balance_of(days) == before

    @invariant()
    def the_funds_money_is_the_ledgers_and_the_banks(self) -> None:
        with self.desk.book.reading() as db:
            found = funds.fund_figures(db, "EUR")
            sums = [(code, minor) for rows in funds.balances(db).values() for code, _, minor in rows]
            unapproved = invoice_store.settled_unapproved(db)
            own = {self.desk.book.unrestricted_fund, self.desk.book.suspense_fund}
            known = own | {one.fund for one in campaign_store.campaigns(db, "EUR")}
        money = sum(one.money.minor for one in found.values())
        reconciled = sum(one.amount.minor for one in self.desk.lines("matched") if one.account.startswith("1010"))
        assert money == sum(minor for code, minor in sums if group(code) in MONEY)
        assert sum(minor for code, minor in sums if code.startswith("1010")) == 50000 + reconciled
        assert all(one.remaining == one.money for one in found.values())
        assert unapproved is None
        assert {fund for fund, one in found.items() if one.money} <= known


@pytest.mark.parametrize(("share", "steps"), [(10, 20), pytest.param(1, 40, marks=pytest.mark.full)])
def test_any_sequence_of_verbs_leaves_a_sound_book(tmp_path_factory: pytest.TempPathFactory, share: int, steps: int) -> None:
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    bounds = settings(max_examples=settings().max_examples // share, stateful_step_count=steps, suppress_health_check=checks)
    machine = type("Machine", (Verbs,), {"factory": tmp_path_factory})
    run_state_machine_as_test(machine, settings=bounds)
