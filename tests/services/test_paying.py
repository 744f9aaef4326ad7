"""Payment files: what refuses one, what warns, what the bank reads, and its line that comes back."""

from __future__ import annotations

from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from fundledger.domain.invoice import Details
from fundledger.domain.money import parse
from fundledger.domain.paying import AccountState, sepa_text
from fundledger.export import pain
from fundledger.services import campaigns, donors, erasing, invoices, late_gifts, payees, paying, people, undoing
from fundledger.services.checking import check_book
from fundledger.store import paying as store
from fundledger.store.book import Witness
from tests.services.bookkeeping import CHEAP, DONOR, LAWYER, OURS, PAYEE, Desk, Paid, collected, day, refused

if TYPE_CHECKING:
    from fundledger.domain.paying import PaymentFile
    from fundledger.store.book import Book

FROM = "1010-1"
OTHER = "LT601010012345678901"


@pytest.fixture
def desk(book: Book, tmp_path: Path) -> Desk:
    """A campaign with 3,030.00 of five donors and an approved invoice over 2,800.00 of a lawyer whose account was compared."""
    made = Desk(book, tmp_path)
    made.account()
    made.campaign()
    made.take(*collected())
    assert made.sure() == 5
    billed(made, "S-1", "2800.00")
    payees.verify_payee(book, LAWYER, PAYEE, made.now)
    return made


def billed(desk: Desk, number: str, amount: str, *, payee: str = LAWYER, iban: str | None = PAYEE, approve: bool = True) -> None:
    """An invoice of a payee."""
    invoices.add_invoice(
        desk.book, campaign="C-101", payee=payee, number=number, amount=parse(amount, "EUR"), issued_on=day("02-01"), at=desk.now, iban=iban
    )
    if approve:
        invoices.approve_invoice(desk.book, number, desk.now)


def request(desk: Desk, *numbers: str) -> PaymentFile:
    """A payment file of these invoices, dated the day it is asked for."""
    return paying.request_payments(desk.book, numbers, FROM, desk.now.date(), desk.now, pain.render)[1]


def codes(desk: Desk, *numbers: str) -> tuple[set[str], set[str]]:
    """What refuses a file of these invoices, and what it warns of."""
    ready = paying.prepare(desk.book, numbers, FROM, desk.now.date(), desk.now)
    return {one.code for one in ready.refused}, {one.code for one in ready.warnings}


def schema() -> etree.XMLSchema:
    """The standard's own schema, as a library of the same standard ships it."""
    spec = find_spec("sepaxml")
    assert spec
    assert spec.submodule_search_locations
    return etree.XMLSchema(etree.parse(str(Path(spec.submodule_search_locations[0]) / "schemas" / "pain.001.001.09.xsd")))


def test_a_file_is_what_the_standard_says(desk: Desk) -> None:
    billed(desk, "Sąskaita № 7 & Žodis", "30.00", payee="Łucja Żółć Бюро", iban=OTHER)
    made = request(desk)
    document = etree.fromstring(pain.render(made))
    schema().assertValid(document)
    names = {"n": pain.NAMESPACE}
    assert document.xpath("string(//n:CtrlSum)", namespaces=names) == "2830.00"
    assert document.xpath("//n:CdtTrfTxInf//n:IBAN/text()", namespaces=names) == [PAYEE, OTHER]
    assert document.xpath("//n:EndToEndId/text()", namespaces=names) == [one.end_to_end for one in made.payments]
    assert made.payments[1].shown == "Lucja Zolc Byuro"
    assert document.xpath("string(//n:DbtrAcct//n:IBAN)", namespaces=names) == OURS


def test_letters_outside_the_standard_are_written_as_it_says() -> None:
    assert sepa_text("a_b & c@d#e\n f") == "a-b + c(at)d.e f"
    assert sepa_text("x" * 80, 70) == "x" * 70
    assert sepa_text(" ") == "."


def test_its_line_at_the_bank_is_surely_its_payment(desk: Desk) -> None:
    made = request(desk, "S-1")
    ours = made.payments[0].end_to_end
    desk.take(Paid("-2800.00", "02-10", LAWYER, PAYEE, end_to_end=ours), opening="3030.00")
    assert desk.sure() == 1
    with desk.book.reading() as db:
        assert store.on_their_way(db, "EUR") == []
    assert codes(desk, "S-1")[0] == {"payment.paid"}
    assert not check_book(desk.book)


def test_another_amount_than_the_files_is_not_sure(desk: Desk) -> None:
    ours = request(desk, "S-1").payments[0].end_to_end
    desk.take(Paid("-2799.00", "02-10", LAWYER, PAYEE, end_to_end=ours), opening="3030.00")
    assert desk.sure() == 0


def test_what_is_on_its_way_is_not_asked_for_twice_until_it_is_withdrawn(desk: Desk) -> None:
    made = request(desk, "S-1")
    assert codes(desk, "S-1")[0] == {"payment.on_its_way", "payment.no_money"}
    assert codes(desk)[0] == {"payment.nothing"}
    changes = paying.withdraw_file(desk.book, made.message, desk.now)
    assert codes(desk, "S-1")[0] == set()
    assert refused(lambda: paying.withdraw_file(desk.book, made.message, desk.now)) == ["payment.file_withdrawn"]
    undoing.undo(desk.book, desk.now, changes.operation)
    assert "payment.on_its_way" in codes(desk, "S-1")[0]
    assert not check_book(desk.book)


def test_an_account_that_changed_pays_nothing_until_somebody_verified_it(desk: Desk) -> None:
    changes = payees.edit_payee(desk.book, LAWYER, desk.now, iban=OTHER)
    assert [one.code for one in changes.warnings] == ["payee.account_changed"]
    assert codes(desk, "S-1")[0] == {"payment.account_changed"}
    assert refused(lambda: request(desk, "S-1")) == ["payment.account_changed"]
    assert refused(lambda: payees.verify_payee(desk.book, LAWYER, PAYEE, desk.now)) == ["payee.other_typed"]
    payees.verify_payee(desk.book, LAWYER, OTHER, desk.now)
    assert codes(desk, "S-1")[0] == set()
    with desk.book.reading() as db:
        found = payees.find(db, LAWYER)
    assert (found.state, found.verified_by, found.verified_on) == (AccountState.VERIFIED, desk.book.person_id, desk.now.date())


def test_an_invoice_with_another_account_warns_and_changes_nothing(desk: Desk) -> None:
    changes = invoices.add_invoice(
        desk.book,
        campaign="C-101",
        payee=LAWYER,
        number="S-9",
        amount=parse("1.00", "EUR"),
        issued_on=day("02-01"),
        at=desk.now,
        iban=OTHER,
    )
    assert "payee.other_account" in {one.code for one in changes.warnings}
    with desk.book.reading() as db:
        assert payees.find(db, LAWYER).iban == PAYEE
    invoices.approve_invoice(desk.book, "S-9", desk.now)
    assert "payment.other_account" in codes(desk, "S-9")[1]
    assert "payment.other_account" not in codes(desk, "S-1")[1]


def test_the_payee_reads_the_reference_she_asked_for(desk: Desk) -> None:
    facts = {"campaign": "C-101", "payee": LAWYER, "amount": parse("1.00", "EUR"), "issued_on": day("02-01"), "at": desk.now}
    invoices.add_invoice(desk.book, number="S-8", details=Details({}, reference="Byla № 8"), **facts)  # type: ignore[arg-type]  # as named
    invoices.approve_invoice(desk.book, "S-8", desk.now)
    ready = paying.prepare(desk.book, ["S-8", "S-1"], FROM, desk.now.date(), desk.now)
    assert [one.text for one in ready.file.payments] == ["Byla No 8", "S-1"]


def test_what_blocks_and_what_warns(desk: Desk) -> None:
    billed(desk, "S-2", "10.00", approve=False)
    billed(desk, "S-3", "300.00")
    billed(desk, "S-4", "10.00", payee="Second Office", iban=None)
    billed(desk, "S-5", "10.00", payee="Third Office", iban=DONOR)
    assert codes(desk, "S-2")[0] == {"payment.entered"}
    assert codes(desk, "S-1", "S-3")[0] == {"payment.no_money"}
    assert codes(desk, "S-4")[0] == {"payment.no_account"}
    assert codes(desk, "S-5") == (set(), {"payment.account_unverified", "payment.first", "payment.one_person"})
    assert codes(desk, "S-1") == (set(), {"payment.first", "payment.one_person"})
    assert refused(lambda: paying.prepare(desk.book, [], OTHER, desk.now.date(), desk.now)) == ["payment.own_account"]


def test_a_file_that_cannot_be_written_leaves_no_request(desk: Desk) -> None:
    def broken(_: PaymentFile) -> bytes:
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        paying.request_payments(desk.book, ["S-1"], FROM, desk.now.date(), desk.now, broken)
    assert codes(desk, "S-1")[0] == set()


def test_wrong_check_digits_are_no_account(desk: Desk) -> None:
    assert refused(lambda: payees.add_payee(desk.book, "Fourth Office", "LT001010012345678901", desk.now)) == ["payee.iban"]
    payees.add_payee(desk.book, "Fourth Office", OTHER, desk.now)
    assert refused(lambda: payees.add_payee(desk.book, "Office Fourth", "", desk.now)) == ["payee.known"]


def test_a_file_names_nobody_but_us_and_its_payees(desk: Desk, tmp_path: Path) -> None:
    made = paying.prepare(desk.book, ["S-1"], FROM, desk.now.date(), desk.now).file
    assert pain.write(made, tmp_path / "out" / "pay.xml", ["Somebody Else"]) == (tmp_path / "out" / "pay.xml").read_bytes()
    assert refused(lambda: pain.write(made, tmp_path / "out" / "no.xml", [made.payments[0].text])) == ["gate.name_found"]
    assert not (tmp_path / "out" / "no.xml").exists()


# --- refunds ----------------------------------------------------------------------------------------------------------
GAVE = ("LT817044000000000001", "LT547044000000000002", "LT277044000000000003")


@pytest.fixture
def settled(book: Book, tmp_path: Path) -> Desk:
    """A closed campaign that owes its three donors what they gave."""
    made = Desk(book, tmp_path)
    made.account()
    made.campaign()
    rf = made.find("C-101").reference
    made.take(*(Paid(f"{n}0.00", "01-10", f"Łucja Žolė {n}", iban, rf=rf, bank=f"g{n}") for n, iban in enumerate(GAVE, 1)))
    assert made.sure() == 3
    campaigns.change_mandate(book, "C-101", day("01-31"), made.now, {"surplus": "refund", "late_gift": "refund"})
    made.end()
    made.close()
    return made


def back(desk: Desk, *keys: str, second: Witness | None = None) -> PaymentFile:
    """A payment file of these refunds, of every one without any."""
    wish = paying.Wish(refunds=keys, every_refund=not keys, said="Refund")
    return paying.request_payments(desk.book, wish, "", desk.now.date(), desk.now, pain.render, second)[1]


def owed(desk: Desk) -> dict[str, str]:
    return {one.key: one.state.value for one in paying.refunds_owed(desk.book)}


def test_refunds_go_to_the_accounts_the_gifts_came_from_and_come_back_sure(settled: Desk) -> None:
    made = back(settled)
    schema().assertValid(etree.fromstring(pain.render(made)))
    assert sorted((one.payee.iban, str(one.amount), one.shown, one.text) for one in made.payments) == sorted(
        (iban, f"{n}0.00", f"Lucja Zole {n}", "Refund C-101") for n, iban in enumerate(GAVE, 1)
    )
    assert set(owed(settled).values()) == {"in_file"}
    assert refused(lambda: back(settled)) == ["payment.nothing"]
    assert refused(lambda: back(settled, next(iter(owed(settled))))) == ["payment.on_its_way", "payment.no_money"]
    paid = [Paid(f"-{one.amount}", "02-10", None, one.payee.iban, end_to_end=one.end_to_end, bank=one.end_to_end) for one in made.payments]
    settled.take(*paid, opening="60.00", first="02-01", last="02-28", number="2")
    assert settled.sure() == 3
    assert (owed(settled), str(campaigns.refunds_owed(settled.book, "C-101"))) == ({}, "0.00")
    with settled.book.reading() as db:
        assert store.on_their_way(db, "EUR") == []
    assert not check_book(settled.book)


def test_a_withdrawn_or_undone_file_leaves_its_refunds_to_be_asked_for_again(settled: Desk) -> None:
    made = back(settled, next(iter(owed(settled))))
    assert sorted(owed(settled).values()) == ["in_file", "ready", "ready"]
    paying.withdraw_file(settled.book, made.message, settled.now)
    assert set(owed(settled).values()) == {"ready"}
    back(settled)
    undoing.undo(settled.book, settled.now)
    assert set(owed(settled).values()) == {"ready"}
    assert not check_book(settled.book)


def test_a_refund_of_another_amount_is_not_sure(settled: Desk) -> None:
    [one] = back(settled, next(iter(owed(settled)))).payments
    settled.take(
        Paid("-9.00", "02-10", None, one.payee.iban, end_to_end=one.end_to_end), opening="60.00", first="02-01", last="02-28", number="2"
    )
    assert settled.sure() == 0


def test_a_donor_protected_since_takes_two_and_a_restricted_one_is_left_out(settled: Desk) -> None:
    her = people.add_person(settled.book, "Second Sample Person", "approve", "antras slaptas sakinys", settled.now, CHEAP).ids[0]
    second = Witness(her, lambda _: None)
    with settled.book.reading() as db:
        first, other, third = [row[0] for row in db.exec_driver_sql("SELECT code FROM donor ORDER BY id")]
    donors.edit_donor(settled.book, first, settled.now, protected=True, why="Asked")
    erasing.erase_donor(settled.book, other, settled.now, retain_until=date(2036, 12, 31))
    assert list(owed(settled).values()) == ["ready", "barred", "guarded"]
    keys = list(reversed(owed(settled)))
    assert "donor.two_persons" in refused(lambda: back(settled, keys[0]))
    assert "payment.donor_barred" in refused(lambda: back(settled, keys[1]))
    assert "payment.one_person" in refused(lambda: back(settled, keys[2]))
    assert refused(lambda: back(settled, "refund:99")) == ["payment.refund_unknown"]
    made = back(settled, second=second)
    assert [one.number.split()[-1] for one in made.payments] == [third, first]
    assert not check_book(settled.book)


def test_a_late_gift_is_sent_back_by_the_same_file(settled: Desk) -> None:
    rf = settled.find("C-101").reference
    late = Paid("7.00", "02-20", "Sample Late Giver", GAVE[0], rf=rf, bank="late")
    settled.take(late, opening="60.00", first="02-01", last="02-28", number="2")
    line = settled.line("7.00")
    late_gifts.settle_late(settled.book, "C-101", settled.now, wanted=[line])
    assert owed(settled)[f"late:{line}"] == "ready"
    [one] = back(settled, f"late:{line}").payments
    settled.take(Paid("-7.00", "03-02", None, GAVE[0], end_to_end=one.end_to_end), opening="67.00", first="03-01", last="03-31", number="3")
    assert settled.sure() == 1
    assert f"late:{line}" not in owed(settled)
    assert not check_book(settled.book)
