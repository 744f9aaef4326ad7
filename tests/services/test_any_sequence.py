"""Any sequence of verbs leaves a sound book, and undo leaves balances, open lines and dispositions as they were before."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from fundledger.domain.chart import MONEY, group
from fundledger.domain.matching import Share, TargetKind
from fundledger.domain.money import Money, plain
from fundledger.domain.problem import KnownError
from fundledger.services import campaigns, deciding, importing, invoices, reconciling, undoing
from fundledger.services.checking import check_book
from fundledger.store import campaigns as campaign_store
from fundledger.store import funds, lines
from fundledger.store import invoices as invoice_store
from tests.services.bookkeeping import LAWYER, OTHER_BANK, OURS, PAYEE, PEOPLE, Desk, Paid, after, camt, cents, collected, day, empty_book

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from fundledger.store.lines import LineRow

CODES = ("C-101", "C-102")
BANKS = (OURS, OTHER_BANK)
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
Snapshot = tuple[Any, ...]


class Verbs(RuleBasedStateMachine):
    """A treasurer who does anything in any order; a verb that is refused must change nothing."""

    factory: pytest.TempPathFactory

    @initialize()
    def begin(self) -> None:
        self.folder = TemporaryDirectory()
        self.desk = Desk(empty_book(self.factory, Path(self.folder.name)), Path(self.folder.name))
        self.done: list[tuple[int, Snapshot | None]] = []
        self.ends = dict.fromkeys(BANKS, (day("01-01"), 0))
        self.desk.account(opening="500.00")
        self.desk.account(OTHER_BANK)
        self.desk.campaign("C-102", "300.00")
        self.desk.campaign("C-101", "200.00", surplus="campaign:C-102", shortfall="cover")
        for n, approved in enumerate((True, True, False)):
            self.desk.invoice("200.00", f"SLO-{n}", CODES[n % 2], approve=approved)
        self.desk.take(*START, opening="500.00", last="01-01")
        self.ends[OURS] = (day("01-02"), 50000 + sum(cents(one.amount) for one in START))
        self.n = 10

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
        share, rest = divmod(line.amount.minor, parts)
        minors = [share] * (parts - 1) + [share + rest]
        shares = [Share(kind, key, Money(minor, "EUR")) for (kind, key), minor in zip(targets, minors, strict=True)]
        self.attempt(lambda: reconciling.accept(self.desk.book, line.id, shares, self.desk.now))

    # --- verbs --------------------------------------------------------------------------------------------------------
    @rule(bank=st.sampled_from(BANKS), paid=st.lists(PAYMENTS, min_size=1, max_size=4), twin=st.booleans())
    def take_in(self, bank: str, paid: list[Paid], twin: bool) -> None:
        first, opening = self.ends[bank]
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
        self.attempt(
            lambda: campaigns.cover(self.desk.book, "C-101", campaigns.shortfall(self.desk.book, "C-101"), day("01-20"), self.desk.now)
        )

    @rule(code=st.sampled_from(CODES), verb=st.sampled_from([campaigns.end_collection, campaigns.open_campaign, campaigns.close_campaign]))
    def step(self, code: str, verb: Callable[..., object]) -> None:
        self.attempt(lambda: verb(self.desk.book, code, day("01-31"), self.desk.now))

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
    def nothing_is_in_transit_once_both_halves_are_in(self) -> None:
        sent = [one for one in self.desk.lines("matched") if one.disposition == "transfer"]
        pairs = {one.id: reconciling.history(self.desk.book, one.id)[-1].shares[0].counterpart for one in sent}
        if all(pairs.values()):
            with self.desk.book.reading() as db:
                rows = funds.balances(db)
            left = {fund: sum(minor for code, _, minor in found if code == "1090") for fund, found in rows.items()}
            split = any(one.disposition == "split" for one in self.desk.lines("matched"))
            assert split or not any(left.values()), left

    @invariant()
    def the_funds_money_is_the_ledgers_and_the_banks(self) -> None:
        with self.desk.book.reading() as db:
            found = funds.fund_figures(db, "EUR")
            sums = [(code, minor) for rows in funds.balances(db).values() for code, _, minor in rows]
            unapproved = invoice_store.settled_unapproved(db)
            known = {one.fund for one in campaign_store.campaigns(db, "EUR")} | {
                self.desk.book.unrestricted_fund,
                self.desk.book.suspense_fund,
            }
        money = sum(one.money.minor for one in found.values())
        reconciled = sum(one.amount.minor for one in self.desk.lines("matched"))
        assert money == sum(minor for code, minor in sums if group(code) in MONEY)
        assert sum(minor for code, minor in sums if code.startswith("1010")) == 50000 + reconciled
        assert all(one.remaining == one.money for one in found.values())
        assert unapproved is None
        assert {fund for fund, one in found.items() if one.money} <= known


def test_any_sequence_of_verbs_leaves_a_sound_book(tmp_path_factory: pytest.TempPathFactory) -> None:
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    bounds = settings(max_examples=settings().max_examples // 5, stateful_step_count=25, suppress_health_check=checks)
    machine = type("Machine", (Verbs,), {"factory": tmp_path_factory})
    run_state_machine_as_test(machine, settings=bounds)
