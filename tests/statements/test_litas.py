"""LITAS-ESIS as bookkeeping: what Lithuanian banks put into an .acc file, and what becomes of it."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError
from fundledger.domain.statement import Exchange, Party, References, Statement, StatementEnd, StatementLine
from fundledger.statements import Given, identify, open_statement
from tests.statements.writing_litas import DONOR, OURS, Payment, balance, document, head, payment

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.domain.problem import Problem

DAY = date(2026, 1, 5)
GIFT = Payment(DAY, 5000, code="RF18539007547034")
INVOICE = Payment(date(2026, 1, 6), -102030, "UAB Pavyzdys", "LT459999900000000003", "Sąskaita 7", "", "OP2")


class Read:
    """What the reader made of a file."""

    def __init__(self, folder: Path, content: str | bytes, **told: object) -> None:
        path = folder / "sample.acc"
        path.write_bytes(content if isinstance(content, bytes) else content.encode("cp1257"))
        with open_statement(path, given=Given(**told)) as file:  # type: ignore[arg-type]  # the fields of Given
            events = list(file.events())
            self.format, self.problems = file.format, list(file.problems)
        self.heads = [event for event in events if isinstance(event, Statement)]
        self.lines = [event for event in events if isinstance(event, StatementLine)]
        self.ends = [event for event in events if isinstance(event, StatementEnd)]


def refused(folder: Path, content: str | bytes, **told: object) -> tuple[Problem, ...]:
    with pytest.raises(KnownError) as caught:
        Read(folder, content, **told)
    return caught.value.problems


@pytest.mark.parametrize("whole", [True, False])
def test_a_file_is_its_account_its_payments_and_its_balances(tmp_path: Path, whole: bool) -> None:
    found = Read(tmp_path, document([GIFT, INVOICE], whole=whole))
    assert found.format == "litas-esis"
    statement, end = found.heads[0], found.ends[0]
    assert (statement.account, statement.currency) == (OURS, "EUR")
    assert end.opening is not None
    assert end.closing is not None
    assert (str(end.opening.amount), str(end.closing.amount), end.balanced) == ("100.00", "-870.30", True)
    gift, invoice = found.lines
    assert (gift.booked_on, str(gift.amount), str(invoice.amount)) == (DAY, "50.00", "-1020.30")
    assert gift.counterparty == Party("Testa Testaitė", DONOR)
    assert gift.remittance == "Auka stogui"
    assert gift.references == References(bank="OP1", structured="RF18539007547034" if whole else None, instruction="17")
    assert gift.raw.decode() == payment(GIFT, whole=whole)


def test_an_original_amount_in_another_currency_is_an_exchange(tmp_path: Path) -> None:
    abroad = GIFT._replace(original=("5500", "USD"))
    assert Read(tmp_path, document([abroad, INVOICE])).lines[0].exchange == Exchange(Money(5500, "USD"))


def test_a_fee_of_the_bank_has_no_counterparty(tmp_path: Path) -> None:
    fee = Payment(DAY, -41, "", "", "Mokestis už paslaugas", "", "OP3")
    found = Read(tmp_path, document([fee, GIFT])).lines[0]
    assert (found.remittance, found.counterparty) == ("Mokestis už paslaugas", Party())


def test_several_accounts_are_several_statements(tmp_path: Path) -> None:
    content = document([GIFT]) + document([INVOICE]).replace(OURS, "LT459999900000000003")
    found = Read(tmp_path, content)
    assert [one.account for one in found.heads] == [OURS, "LT459999900000000003"]
    assert [end.balanced for end in found.ends] == [True, True]
    assert [line.position for line in found.lines] == [1, 2]


def test_an_account_without_payments_is_a_statement(tmp_path: Path) -> None:
    found = Read(tmp_path, "\n".join([head(DAY), balance("LikutisPR", DAY, 100), balance("LikutisPB", DAY, 100)]))
    assert (found.heads[0].account, found.ends[0].balanced, found.lines) == (OURS, True, [])


def test_a_balance_may_be_in_debit(tmp_path: Path) -> None:
    content = "\n".join([head(DAY), balance("LikutisPR", DAY, 100) + "\tD", payment(GIFT), balance("LikutisPB", DAY, 4900)])
    assert Read(tmp_path, content).ends[0].balanced is True


@pytest.mark.parametrize("codec", ["cp1257", "iso8859-13", "utf-8", "utf-8-sig", "utf-16"])
def test_rows_7_and_8_letters_of_names_are_kept_in_every_encoding(tmp_path: Path, codec: str) -> None:
    found = Read(tmp_path, document([GIFT._replace(name="Šarūnė Žąsytė"), INVOICE]).encode(codec))
    assert found.lines[0].counterparty.name == "Šarūnė Žąsytė"


def test_row_5_a_file_cut_inside_a_payment_is_refused(tmp_path: Path) -> None:
    whole = document([GIFT, GIFT, INVOICE])
    cut = whole[: whole.index("020\tLikutisPB") - 30]
    assert refused(tmp_path, cut)[0].code == "file.truncated"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("\t5000\t5000\tC", "\t50.00\t50.00\tC", "line.amount"),
        ("\t5000\t5000\tC", "\t\t\tC", "line.amount"),
        ("\t5000\t5000\tC", "\t999999999999999999\t999999999999999999\tC", "line.amount"),
        ("20260105\t1011", "20260230\t1011", "line.date"),
        ("20260105\t1011", "00000000\t1011", "line.date"),
        ("\t5000\t5000\tC", "\t5000\t5000\tX", "line.direction"),
    ],
)
def test_rows_24_and_38_what_cannot_be_taken_is_named_with_its_line(tmp_path: Path, old: str, new: str, code: str) -> None:
    content = document([INVOICE, GIFT]).replace(old, new)
    problem = refused(tmp_path, content)[0]
    assert (problem.code, problem.subject, problem.values["entry"]) == (code, "line 4", 2)
    assert len(Read(tmp_path, content, leave_unreadable=True).lines) == 1


def test_row_60_a_payment_with_too_few_fields_is_named(tmp_path: Path) -> None:
    records = document([GIFT, INVOICE]).split("\r\n")
    records[2] = "\t".join(records[2].split("\t")[:9])
    problem = refused(tmp_path, "\r\n".join(records))[0]
    assert (problem.code, problem.subject, problem.values["counted"]) == ("line.fields", "line 3", 9)


def test_a_record_of_another_kind_is_told_and_left_aside(tmp_path: Path) -> None:
    found = Read(tmp_path, document([GIFT]) + "030\tApyvarta\t5000\r\n")
    assert ("line.no_entry", "line 5") in {(problem.code, problem.subject) for problem in found.problems}
    assert found.ends[0].balanced is True


def test_row_23_an_unlikely_day_is_warned_of(tmp_path: Path) -> None:
    found = Read(tmp_path, document([GIFT]), today=date(2026, 1, 1))
    assert [problem.code for problem in found.problems if problem.code.startswith("line.")] == ["line.date_unlikely"]


def test_row_64_wrong_check_digits_warn_and_stay(tmp_path: Path) -> None:
    found = Read(tmp_path, document([GIFT._replace(iban="LT999999900000000002")]))
    assert found.lines[0].counterparty.iban == "LT999999900000000002"
    assert "line.iban" in {problem.code for problem in found.problems}


def test_another_table_with_tabs_is_none_of_it() -> None:
    with pytest.raises(KnownError):
        identify(b"010\tapples\t3\n020\tpears\t4\n")


_TEXT = st.text("abcąžšė 0123456789,.-/", max_size=30).map(str.strip)
_PAYMENTS = st.builds(
    Payment,
    on=st.dates(date(1990, 1, 1), date(2030, 1, 1)),
    minor=st.integers(-(10**12), 10**12).filter(bool),
    name=_TEXT,
    iban=st.sampled_from([DONOR, "", "LT459999900000000003"]),
    purpose=_TEXT,
    bank=st.text("ABC0123456789", max_size=16),
)


@settings(max_examples=150, deadline=None)
@given(payments=st.lists(_PAYMENTS, min_size=1, max_size=8), opening=st.integers(0, 10**9), whole=st.booleans())
def test_what_was_written_is_read_to_the_cent(
    tmp_path_factory: pytest.TempPathFactory, payments: list[Payment], opening: int, whole: bool
) -> None:
    payments = [GIFT, *payments]
    content = document(payments, opening, whole=whole).encode("utf-8")
    found = Read(tmp_path_factory.getbasetemp(), content)
    assert [(line.booked_on, line.amount.minor, line.remittance, line.counterparty.name or "") for line in found.lines] == [
        (one.on, one.minor, one.purpose, one.name) for one in payments
    ]
    assert found.ends[0].balanced is True


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused_and_nothing_else(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    content = bytearray(document([GIFT, INVOICE, GIFT]).encode("cp1257"))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, max(0, len(content) - 2)))
        piece = data.draw(st.sampled_from([b"", b"\t", b"\n", b"9" * 20, b"\xff", b"010\t", b"C", bytes(content[place : place + 60])]))
        content[place : place + data.draw(st.integers(0, 40))] = piece
    found = None
    with suppress(KnownError):
        found = Read(tmp_path_factory.getbasetemp(), bytes(content))
    if found:
        assert len(found.heads) == len(found.ends)
        assert sum(end.booked.minor for end in found.ends) == sum(line.amount.minor for line in found.lines)
