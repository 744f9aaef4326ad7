"""E-invoices in the form, the inbox by a drop, payees and their accounts, and the payment file, all in the window."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from lxml import etree

from fundledger.domain.money import Money
from fundledger.domain.people import InvoiceState
from fundledger.domain.voucher import Draft, VoucherKind
from fundledger.export.pain import NAMESPACE
from fundledger.gui.invoice_form import InvoiceForm
from fundledger.gui.payee_forms import PayeeForm, PayeePane, VerifyForm
from fundledger.gui.paying import PayPane
from fundledger.services import donors, invoices, payees, people, reconciling, vouchers
from fundledger.services.checking import check_book
from fundledger.store import invoices as store
from tests.gui.conftest import settle
from tests.gui.test_disbursements import drop
from tests.services.bookkeeping import CHEAP
from tests.services.einvoices import BILL, CREDIT_NOTE, SELLER_IBAN, cii, factur_x, ubl

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from fundledger.gui.disbursements import DisbursementsPage
    from fundledger.gui.window import Desktop
    from tests.gui.conftest import FakeDialogs

OTHER = "LT601010012345678901"


@pytest.fixture
def page(desktop: Desktop, qtbot: QtBot) -> DisbursementsPage:
    made = cast("DisbursementsPage", desktop.go("disbursements"))
    settle(qtbot, desktop.desk)
    return made


def papers(folder: Path, *contents: bytes) -> list[Path]:
    paths = [folder / f"paper-{place}" for place in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    return paths


def form_of(page: DisbursementsPage, qtbot: QtBot) -> InvoiceForm:
    settle(qtbot, page.desk)
    assert isinstance(page._form, InvoiceForm)
    return page._form


def test_papers_dropped_on_the_page_are_invoices_one_after_the_other(page: DisbursementsPage, tmp_path: Path, qtbot: QtBot) -> None:
    drop(page, *papers(tmp_path, factur_x(("factur-x.xml", cii())), ubl().replace(BILL.number.encode(), b"SLO-16")))
    form = form_of(page, qtbot)
    assert (form.number.text(), form.amount.line.text(), form.issued.line.text()) == (BILL.number, "2800.00", "2026-02-01")
    assert (form.due.line.text(), form.iban.text(), form.lines["vat"].line.text()) == ("2026-03-03", SELLER_IBAN, "485.95")
    assert {one.text() for one in form._origins.values() if not one.isHidden()} == {"from the electronic invoice"}
    form.reference.setText("mine")
    assert form._origins["reference"].text() == f"changed; it says {BILL.reference}"
    form.kept.emit(False)
    second = form_of(page, qtbot)
    assert second.number.text() == "SLO-16"
    second.kept.emit(False)
    settle(qtbot, page.desk)
    assert page._form is None
    page.listing.choose("inbox")
    settle(qtbot, page.desk)
    assert page.listing.model.rowCount() == 3
    with page.desk.book.reading() as db:
        first = store.find_invoice(db, BILL.number, "EUR")
        details = store.details_of(db, [first.id])[first.id]
    assert details.origins is not None
    assert (details.origins["number"], details.origins["reference"], details.origins["vat"]) == ("xml", "changed", "xml")


def test_a_credit_note_is_not_kept_as_an_invoice(page: DisbursementsPage, tmp_path: Path, qtbot: QtBot) -> None:
    drop(page, *papers(tmp_path, cii(CREDIT_NOTE)))
    form = form_of(page, qtbot)
    assert BILL.number in form.told.text()
    form.kept.emit(False)
    settle(qtbot, page.desk)
    assert BILL.number in form.refused.text()


def test_what_is_wrong_with_a_paper_is_told_and_it_can_still_be_typed(page: DisbursementsPage, tmp_path: Path, qtbot: QtBot) -> None:
    drop(page, *papers(tmp_path, factur_x(("factur-x.xml", cii()), ("xrechnung.xml", ubl()))))
    form = form_of(page, qtbot)
    assert "more than one" in form.told.text()
    assert form.number.text() == ""
    page._discard()
    drop(page, *papers(tmp_path, ubl().replace(b">2800.00<", b">2801.00<")))
    assert "sums differ" in form_of(page, qtbot).told.text()


def test_another_account_stands_in_red_and_is_typed_twice(page: DisbursementsPage, tmp_path: Path, qtbot: QtBot) -> None:
    payees.add_payee(page.desk.book, BILL.payee, OTHER, page.desk.now())
    drop(page, *papers(tmp_path, ubl()))
    form = form_of(page, qtbot)
    assert form.other_account
    assert form.iban.property("wrong") is True
    assert not form.changed.isHidden()
    form.kept.emit(False)
    assert "second time" in form.refused.text()
    form.again.setText("LT12 1000 0111 0100 1000")
    form.kept.emit(False)
    settle(qtbot, page.desk)
    assert page._form is None
    assert page.shown is not None
    assert (page.shown.details.iban, page.shown.known_account) == (SELLER_IBAN, OTHER)


def pane_of(page: DisbursementsPage, kind: type) -> object:
    assert page._held is not None
    return page._held.findChild(kind)


def test_a_payee_is_added_changed_and_verified(page: DisbursementsPage, desktop: Desktop, qtbot: QtBot) -> None:
    desktop.actions_of.press("invoice.payees")
    settle(qtbot, page.desk)
    pane = cast("PayeePane", pane_of(page, PayeePane))
    assert [one.code for one in pane.payees] == ["P-001"]
    pane._add()
    form = pane.form
    assert isinstance(form, PayeeForm)
    form.name.setText("Sample Notary")
    form.iban.setText(SELLER_IBAN)
    form.kept.emit(False)
    settle(qtbot, page.desk)
    pane.list.stand(1)
    pane._edit()
    form = cast("PayeeForm", pane.form)
    form.iban.setText(OTHER)
    assert not form.told.isHidden()
    form.kept.emit(False)
    assert "second time" in form.refused.text()
    form.again.setText(OTHER)
    form.kept.emit(False)
    settle(qtbot, page.desk)
    assert pane.current is not None
    assert (pane.current.iban, pane.current.state) == (OTHER, "changed")
    assert pane.told.property("role") == "negative"
    pane._verify()
    asking = pane.form
    assert isinstance(asking, VerifyForm)
    asking.iban.setText(SELLER_IBAN)
    asking.kept.emit(False)
    settle(qtbot, page.desk)
    assert asking.refused.text(), "that is not what the book has"
    asking.iban.setText(OTHER)
    asking.kept.emit(False)
    settle(qtbot, page.desk)
    assert (pane.current.state, pane.current.verified_how) == ("verified", "phone")
    assert "telephone" in pane.told.text()


def test_a_payment_file_is_picked_shown_written_and_withdrawn(
    page: DisbursementsPage, desktop: Desktop, dialogs: FakeDialogs, tmp_path: Path, qtbot: QtBot
) -> None:
    book, now = page.desk.book, page.desk.now()
    reconciling.accept_sure(book, now)
    payees.add_payee(book, "Łucja Žodė", OTHER, now)
    payees.verify_payee(book, "Łucja Žodė", OTHER, now, "meeting")
    for number, amount in (("Z-1", 3000), ("Z-2", 2000)):
        invoices.add_invoice(
            book, campaign="C-101", payee="Łucja Žodė", number=number, amount=Money(amount, "EUR"), issued_on=now.date(), at=now
        )
        invoices.approve_invoice(book, number, now)
    desktop.actions_of.press("invoice.pay")
    settle(qtbot, page.desk)
    pane = cast("PayPane", pane_of(page, PayPane))
    assert [box.isChecked() for box in pane.picks.values()] == [True, True]
    assert (pane.total.text(), pane.totals.text()) == ("€50.00", "C-101: €50.00")
    pane.picks[min(pane.picks)].setChecked(False)
    settle(qtbot, page.desk)
    assert pane.ready is not None
    assert pane.refused.text() == ""
    assert [(one.payee.name, one.shown) for one in pane.ready.file.payments] == [("Łucja Žodė", "Lucja Zode")]
    assert pane.payments.rows_model.index(0, 1).data() != "Łucja Žodė", "names are masked"
    dialogs.place = tmp_path / "out" / "pay.xml"
    pane._write()
    settle(qtbot, page.desk)
    document = etree.fromstring(dialogs.place.read_bytes())
    assert document.xpath("string(//n:CtrlSum)", namespaces={"n": NAMESPACE}) == "20.00"
    assert len(pane.picks) == 1
    assert pane.found is not None
    assert [one.n_payments for one in pane.found.files] == [1]
    page.listing.choose("unmatched")
    settle(qtbot, page.desk)
    assert page.listing.model.rowCount() == 1
    pane.files.stand(0)
    assert pane.withdraw.isEnabled()
    pane._withdraw()
    settle(qtbot, page.desk)
    assert len(pane.picks) == 2
    assert not check_book(book)
    assert all(one.state is not InvoiceState.PAID for one in pane.found.invoices)


def test_refunds_owed_stand_beside_the_invoices_and_a_protected_donors_takes_two(
    page: DisbursementsPage, desktop: Desktop, dialogs: FakeDialogs, tmp_path: Path, qtbot: QtBot
) -> None:
    book, now = page.desk.book, page.desk.now()
    reconciling.accept_sure(book, now)
    with book.reading() as db:
        gift = "SELECT o.code, c.code FROM donation d JOIN donor o ON o.id = d.donor_id JOIN campaign c ON c.fund_id = d.fund_id LIMIT 1"
        donor, code = db.exec_driver_sql(gift).one()
    vouchers.book_voucher(book, Draft(VoucherKind.REFUND, Money(500, "EUR"), now.date(), campaign=code, donor=donor), now)
    desktop.actions_of.press("invoice.pay")
    settle(qtbot, page.desk)
    pane = cast("PayPane", pane_of(page, PayPane))
    [box] = pane.picks.values()
    assert (box.text(), box.isChecked(), pane.second.isVisible()) == (f"{code} {donor}   €5.00", True, False)
    donors.edit_donor(book, donor, now, protected=True, why="Asked")
    pane.begin()
    settle(qtbot, page.desk)
    assert "takes two people" in next(iter(pane.picks.values())).text()
    assert pane.write.isEnabled()
    dialogs.place = tmp_path / "out" / "back.xml"
    pane._write()
    settle(qtbot, page.desk)
    assert not dialogs.place.exists(), "one person alone pays no protected donor"
    people.add_person(book, "Second Sample Person", "approve", "antras slaptas sakinys", now, CHEAP)
    pane.second.setText("antras slaptas sakinys")
    pane._write()
    settle(qtbot, page.desk)
    assert b"5.00" in dialogs.place.read_bytes()
    assert pane.picks == {}
    assert not check_book(book)
