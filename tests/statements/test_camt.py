"""A camt statement as bookkeeping: what the bank states, in which order, with which sign."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError
from fundledger.domain.statement import LineStatus, Party, check_statement
from tests.statements.building import (
    DONOR,
    OURS,
    PAYEE,
    amount,
    balance,
    detail,
    document,
    entry,
    party,
    read,
    read_entry,
    statement,
)

if TYPE_CHECKING:
    from pathlib import Path

OPEN_AND_CLOSE = balance("OPBD", "100.00", "2026-01-01") + balance("CLBD", "130.00")


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def test_a_statement_is_its_head_its_lines_and_its_end(tmp_path: Path) -> None:
    found = read(tmp_path, document(statement(entry("50.00"), entry("20.00", "DBIT"), balances=OPEN_AND_CLOSE)))
    head, end = found.heads[0], found.ends[0]
    assert (head.account, head.currency, head.number, head.kind) == (OURS, "EUR", "41", "statement")
    assert (head.opening, head.closing) == (end.opening, end.closing)
    assert (head.start_on, head.end_on) == (date(2026, 1, 1), date(2026, 1, 31))
    assert [line.amount for line in found.lines] == [eur(5000), eur(-2000)]
    assert (end.booked, end.n_lines, end.n_booked, end.balanced) == (eur(3000), 2, 2, True)
    assert found.format == "camt.053.001.08"
    assert found.problems == check_statement(head, end) == []


def test_a_gift_shows_who_gave_and_what_for(tmp_path: Path) -> None:
    refs = "<EndToEndId>GIFT-7</EndToEndId><InstrId>I7</InstrId><TxId>T7</TxId>"
    parties = party("Dbtr", "Testa Testaitė & co", DONOR) + party("Cdtr", "Our foundation", OURS)
    told = detail("50.00", refs=refs, parties=parties, text="For the <roof>")
    line, found = read_entry(tmp_path, entry(details=told, bank="BANK1", more="<NtryRef>1</NtryRef>"))
    assert line.counterparty == Party("Testa Testaitė & co", DONOR)
    assert line.remittance == "For the <roof>"
    names = line.references
    assert (names.bank, names.end_to_end, names.transaction, names.instruction, names.entry) == ("BANK1", "GIFT-7", "T7", "I7", "1")
    assert line.details == ()
    assert line.raw.startswith(b"<Ntry>")
    assert line.raw.endswith(b"</Ntry>")
    assert found.problems == []


def test_a_payment_shows_whom_we_paid(tmp_path: Path) -> None:
    parties = party("Dbtr", "Our foundation", OURS) + party("Cdtr", "Sample Roofer", PAYEE)
    line, _ = read_entry(tmp_path, entry(direction="DBIT", details=detail(parties=parties)))
    assert line.counterparty == Party("Sample Roofer", PAYEE)


def test_the_ultimate_debtor_stands_in_for_a_missing_name(tmp_path: Path) -> None:
    parties = party("Dbtr", None, DONOR) + "<UltmtDbtr><Nm>Sample Person Alpha</Nm></UltmtDbtr>"
    line, _ = read_entry(tmp_path, entry(details=detail(parties=parties)))
    assert line.counterparty == Party("Sample Person Alpha", DONOR)


def test_the_ultimate_debtor_beside_another_payer_stands_behind_the_text(tmp_path: Path) -> None:
    ultimate = "<UltmtDbtr><Nm>Sample Person Alpha</Nm></UltmtDbtr><UltmtCdtr><Nm>Our shelter</Nm></UltmtCdtr>"
    line, _ = read_entry(tmp_path, entry(details=detail(parties=party("Dbtr", "Sample Platform", DONOR) + ultimate, text="Gift")))
    assert (line.counterparty, line.remittance) == (Party("Sample Platform", DONOR), "Gift Sample Person Alpha")


def test_the_parties_of_version_02_stand_without_pty(tmp_path: Path) -> None:
    parties = f"<Dbtr><Nm>Sample Person Alpha</Nm></Dbtr><DbtrAcct><Id><IBAN>{DONOR}</IBAN></Id></DbtrAcct>"
    xml = document(statement(entry(status="BOOK", details=detail(parties=parties))), version="camt.053.001.02")
    found = read(tmp_path, xml)
    assert found.lines[0].counterparty == Party("Sample Person Alpha", DONOR)
    assert (found.lines[0].status, found.format) == (LineStatus.BOOKED, "camt.053.001.02")


def test_version_01_has_its_details_right_in_the_entry(tmp_path: Path) -> None:
    told = detail("50.00", text="Gift")
    xml = document(statement(entry(more=told)), version="camt.053.001.01", message="BkToCstmrStmtV01")
    assert read(tmp_path, xml).lines[0].remittance == "Gift"


@pytest.mark.parametrize("number", range(1, 15))
def test_every_version_is_read(tmp_path: Path, number: int) -> None:
    found = read(tmp_path, document(statement(entry()), version=f"camt.053.001.{number:02d}"))
    assert (found.format, len(found.lines), found.problems) == (f"camt.053.001.{number:02d}", 1, [])


def test_row_36_the_sign_of_a_reversal_is_what_the_mark_says(tmp_path: Path) -> None:
    line, _ = read_entry(tmp_path, entry("50.00", "DBIT", more="<RvslInd>true</RvslInd>"))
    assert (line.amount, line.reversal) == (eur(-5000), True)


def test_a_returned_payment_names_the_payee_and_the_reason(tmp_path: Path) -> None:
    parties = party("Dbtr", "Our foundation", OURS) + party("Cdtr", "Sample Roofer", PAYEE)
    told = detail("50.00", parties=parties, more="<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>")
    line, _ = read_entry(tmp_path, entry(details=told))
    assert (line.amount, line.return_reason, line.counterparty) == (eur(5000), "AC04", Party("Sample Roofer", PAYEE))


@pytest.mark.parametrize(("code", "status"), [("PDNG", "pending"), ("INFO", "info"), ("FUTR", "pending"), ("BOOK", "booked")])
@pytest.mark.parametrize("wrapped", [True, False])
def test_row_35_only_booked_lines_touch_the_balance(tmp_path: Path, code: str, status: str, wrapped: bool) -> None:
    text = f"<Cd>{code}</Cd>" if wrapped else code
    found = read(tmp_path, document(statement(entry(status=text), entry("30.00"), balances=OPEN_AND_CLOSE)))
    assert found.lines[0].status == status
    assert found.ends[0].balanced is (status != "booked")
    assert found.ends[0].n_booked == (2 if status == "booked" else 1)


def test_a_status_nobody_knows_is_information_and_warned_of(tmp_path: Path) -> None:
    line, found = read_entry(tmp_path, entry(status="<Prtry>MAYBE</Prtry>"))
    assert (line.status, found.codes) == (LineStatus.INFO, ["line.status_unknown"])


def test_a_batch_keeps_its_gifts_as_details(tmp_path: Path) -> None:
    gifts = detail("20.00", parties=party("Dbtr", "Sample Person Alpha", DONOR)) + detail("30.00", text="Second")
    line, found = read_entry(tmp_path, entry(details=f"<Btch><NbOfTxs>2</NbOfTxs></Btch>{gifts}", bank="B1"))
    assert (line.amount, line.batch_count, line.counterparty, line.remittance) == (eur(5000), 2, Party(), "")
    assert [gift.amount for gift in line.details] == [eur(2000), eur(3000)]
    assert line.details[0].counterparty == Party("Sample Person Alpha", DONOR)
    assert found.problems == []


def test_a_batch_of_eighty_with_one_detail_is_not_that_donor(tmp_path: Path) -> None:
    gift = detail("1.00", parties=party("Dbtr", "Sample Person Alpha", DONOR))
    line, found = read_entry(tmp_path, entry(details=f"<Btch><NbOfTxs>80</NbOfTxs></Btch>{gift}"))
    assert (line.amount, line.counterparty, len(line.details)) == (eur(5000), Party(), 1)
    assert found.codes == ["line.batch_count", "line.batch_sum"]


def test_a_batch_with_both_signs_adds_up_with_them(tmp_path: Path) -> None:
    line, found = read_entry(tmp_path, entry(details=detail("52.00", direction="CRDT") + detail("2.00", direction="DBIT")))
    assert [gift.amount for gift in line.details] == [eur(5200), eur(-200)]
    assert found.problems == []


def test_details_without_amount_leave_the_entry_s(tmp_path: Path) -> None:
    line, found = read_entry(tmp_path, entry(details=detail(text="One") + detail(text="Two")))
    assert ([gift.amount for gift in line.details], line.amount, found.problems) == ([None, None], eur(5000), [])


def test_an_entry_without_details_has_the_bank_s_own_words(tmp_path: Path) -> None:
    line, _ = read_entry(tmp_path, entry("1.50", "DBIT", more="<AddtlNtryInf>Monthly fee</AddtlNtryInf>"))
    assert (line.remittance, line.counterparty, line.details) == ("Monthly fee", Party(), ())


def test_the_charges_that_explain_a_difference_need_no_warning(tmp_path: Path) -> None:
    charges = f"<Chrgs><Rcrd>{amount('2.00')}<CdtDbtInd>DBIT</CdtDbtInd><ChrgInclInd>true</ChrgInclInd></Rcrd></Chrgs>"
    line, found = read_entry(tmp_path, entry("48.00", details=detail("50.00", more=charges)))
    assert [(charge.amount, charge.included) for charge in line.charges] == [(eur(-200), True)]
    assert found.problems == []


def test_charges_of_version_02_and_zero_charges(tmp_path: Path) -> None:
    charges = f"<Chrgs>{amount('0.35')}</Chrgs><Chrgs>{amount('0.00')}</Chrgs>"
    line, _ = read_entry(tmp_path, entry(direction="DBIT", more=charges))
    assert [(charge.amount, charge.included) for charge in line.charges] == [(eur(-35), None)]


def test_a_currency_exchange_keeps_what_was_instructed_and_the_rate(tmp_path: Path) -> None:
    rate = "<CcyXchg><SrcCcy>USD</SrcCcy><TrgtCcy>EUR</TrgtCcy><XchgRate>0.9123</XchgRate></CcyXchg>"
    told = f"<AmtDtls><InstdAmt>{amount('54.81', 'USD')}</InstdAmt><TxAmt>{amount('50.00')}{rate}</TxAmt></AmtDtls>"
    line, found = read_entry(tmp_path, entry(details=detail(more=told)))
    assert line.exchange is not None
    assert line.exchange.instructed == Money(5481, "USD")
    assert (line.exchange.source, line.exchange.target, line.exchange.rate) == ("USD", "EUR", "0.9123")
    assert (line.amount, found.problems) == (eur(5000), [])


def test_an_entry_in_another_currency_is_taken_at_its_counter_value(tmp_path: Path) -> None:
    told = f"<AmtDtls><CntrValAmt>{amount('45.00')}</CntrValAmt></AmtDtls>"
    line, found = read_entry(tmp_path, entry("50.00", currency="USD", more=told))
    assert (line.amount, line.exchange and line.exchange.instructed) == (eur(4500), Money(5000, "USD"))
    assert found.problems == []


def test_an_entry_in_another_currency_joins_no_sum(tmp_path: Path) -> None:
    found = read(tmp_path, document(statement(entry(currency="USD"), entry("30.00"), balances=OPEN_AND_CLOSE)))
    end = found.ends[0]
    assert (found.lines[0].amount, end.booked, end.n_foreign, end.balanced) == (Money(5000, "USD"), eur(3000), 1, None)
    assert found.codes == ["line.currency_differs"]
    assert [problem.code for problem in check_statement(found.heads[0], end)] == ["statement.currency_mixed"]


@pytest.mark.parametrize("absent", ["NOTPROVIDED", "notprovided", "", "  "])
def test_an_end_to_end_id_that_is_none_falls_back(tmp_path: Path, absent: str) -> None:
    refs = f"<EndToEndId>{absent}</EndToEndId><TxId>T7</TxId>"
    strd = "<RmtInf><Strd><CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf></Strd></RmtInf>"
    line, _ = read_entry(tmp_path, entry(details=detail("50.00", refs=refs, more=strd)))
    assert (line.references.end_to_end, line.references.best) == (None, "RF18539007547034")
    line, _ = read_entry(tmp_path, entry(details=detail("50.00", refs=refs)))
    assert line.references.best == "T7"
    line, _ = read_entry(tmp_path, entry(bank="B1", details=detail("50.00")))
    assert line.references.best == "B1"


def test_structured_and_free_text_are_both_kept(tmp_path: Path) -> None:
    told = (
        "<RmtInf><Ustrd>For the roof,</Ustrd><Ustrd>second part</Ustrd><Strd><CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf></Strd>"
        "<Strd><CdtrRefInf><Ref>RF712348231</Ref></CdtrRefInf></Strd></RmtInf>"
    )
    line, _ = read_entry(tmp_path, entry(details=detail("50.00", more=told)))
    assert line.references.structured == "RF18539007547034"
    assert line.remittance == "For the roof, second part RF712348231"


@pytest.mark.parametrize("text", ["<Dt>2026-01-05</Dt>", "<DtTm>2026-01-05T23:59:59.999+02:00</DtTm>", "<Dt>2026-01-05+02:00</Dt>"])
def test_a_day_is_the_bank_s_day(tmp_path: Path, text: str) -> None:
    line, _ = read_entry(tmp_path, entry(booked=text))
    assert line.booked_on == date(2026, 1, 5)


def test_a_missing_booking_day_stays_missing_and_is_said(tmp_path: Path) -> None:
    line, found = read_entry(tmp_path, entry(booked=None))
    assert (line.booked_on, line.value_on, found.codes) == (None, date(2026, 1, 5), ["line.booking_date_missing"])
    _, found = read_entry(tmp_path, entry(booked=None, valued=None))
    assert found.codes == ["line.undated"]
    _, found = read_entry(tmp_path, entry(booked=None, valued=None, status="PDNG"))
    assert found.codes == []


def test_a_missing_account_currency_is_the_balance_s_then_the_entry_s(tmp_path: Path) -> None:
    dollars = statement(entry(currency="USD"), currency=None, balances=balance("OPBD", "0.00", currency="USD"))
    assert read(tmp_path, document(dollars)).heads[0].currency == "USD"
    assert read(tmp_path, document(statement(entry(currency="SEK"), currency=None))).heads[0].currency == "SEK"


@pytest.mark.parametrize(
    ("balances", "opening", "closing", "balanced"),
    [
        ("", None, None, None),
        (balance("PRCD", "100.00") + balance("CLBD", "150.00"), 10000, 15000, True),
        (balance("PRCD", "100.00"), 10000, None, None),
        (balance("ITBD", "150.00"), None, 15000, None),
        (balance("ITBD", "100.00") + balance("ITBD", "150.00"), 10000, 15000, True),
        (balance("OPBD", "100.00") + balance("ITBD", "150.00"), 10000, 15000, True),
        (balance("ITBD", "100.00") + balance("CLBD", "150.00"), 10000, 15000, True),
        (balance("OPBD", "100.00") + balance("CLAV", "150.00"), 10000, 15000, True),
        (balance("OPBD", "100.00") + balance("CLAV", "999.00"), 10000, 99900, None),
        (balance("CLAV", "150.00"), None, 15000, None),
        (balance("OPBD", "10.00", direction="DBIT") + balance("CLBD", "40.00"), -1000, 4000, True),
        (balance("OPBD", "100.00") + balance("CLBD", "150.01"), 10000, 15001, False),
        (balance("CLBD", "120.00", "2026-01-01") + balance("CLBD", "150.00") + balance("PRCD", "100.00"), 10000, 15000, True),
    ],
)
def test_the_balances_a_bank_gives(tmp_path: Path, balances: str, opening: int | None, closing: int | None, balanced: bool | None) -> None:
    end = read(tmp_path, document(statement(entry(), balances=balances))).ends[0]
    assert (end.opening and end.opening.amount.minor) == opening
    assert (end.closing and end.closing.amount.minor) == closing
    assert end.balanced is balanced


def test_row_19_lines_that_do_not_meet_the_closing_balance_are_said_with_the_difference(tmp_path: Path) -> None:
    found = read(tmp_path, document(statement(entry("29.99"), balances=OPEN_AND_CLOSE)))
    (problem,) = check_statement(found.heads[0], found.ends[0])
    assert (problem.code, problem.values["difference"]) == ("statement.unbalanced", eur(1))


def test_balances_after_the_entries_count_in_the_end(tmp_path: Path) -> None:
    found = read(tmp_path, document(statement(entry("30.00"), late=OPEN_AND_CLOSE)))
    assert (found.heads[0].closing, found.ends[0].balanced) == (None, True)


def test_a_summary_that_is_wrong_is_said_and_no_more(tmp_path: Path) -> None:
    right = "<TxsSummry><TtlNtries><NbOfNtries>2</NbOfNtries><Sum>70.00</Sum></TtlNtries></TxsSummry>"
    wrong = "<TxsSummry><TtlCdtNtries><NbOfNtries>7</NbOfNtries><Sum>50.01</Sum></TtlCdtNtries></TxsSummry>"
    entries = (entry("50.00"), entry("20.00", "DBIT"))
    assert read(tmp_path, document(statement(*entries, balances=right))).problems == []
    found = read(tmp_path, document(statement(*entries, balances=wrong)))
    assert (found.codes, len(found.lines)) == (["statement.summary_number", "statement.summary_sum"], 2)


def test_several_statements_and_accounts_in_one_file(tmp_path: Path) -> None:
    second = statement(entry("7.00", currency="SEK"), account=DONOR, currency="SEK")
    found = read(tmp_path, document(statement(entry(), entry()), statement(), second))
    assert [(head.account, head.currency) for head in found.heads] == [(OURS, "EUR"), (OURS, "EUR"), (DONOR, "SEK")]
    assert [end.n_lines for end in found.ends] == [2, 0, 1]
    assert [line.position for line in found.lines] == [1, 2, 3]


def test_a_prefix_on_every_name_changes_nothing(tmp_path: Path) -> None:
    plain = document(statement(entry(details=detail("50.00", text="Gift")), balances=OPEN_AND_CLOSE))
    prefixed = plain.replace("</", "</n:").replace("<", "<n:").replace("<n:/n:", "</n:").replace("<n:?", "<?").replace("xmlns=", "xmlns:n=")
    assert "<n:Ntry><n:Amt" in prefixed
    assert read(tmp_path, prefixed).lines[0].remittance == read(tmp_path, plain).lines[0].remittance == "Gift"


def test_yen_have_no_cents(tmp_path: Path) -> None:
    line, _ = read_entry(tmp_path, entry("5000", currency="JPY"), currency="JPY")
    assert line.amount == Money(5000, "JPY")


def test_every_unreadable_row_is_listed_at_once_and_nothing_is_kept(tmp_path: Path) -> None:
    with pytest.raises(KnownError) as caught:
        read(tmp_path, document(statement(entry("1e3"), entry(), entry(booked="<Dt>2026-02-30</Dt>"))))
    assert [(one.code, one.subject) for one in caught.value.problems] == [("line.amount", "Ntry[1]/Amt"), ("line.date", "Ntry[3]/Dt")]
    assert [one.values["text"] for one in caught.value.problems] == ["1e3", "2026-02-30"]
