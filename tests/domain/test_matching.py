"""What a line may be: each evidence by its name, sure only where nothing is left to guess."""

from __future__ import annotations

from datetime import date

import pytest

from fundledger.domain.matching import (
    CampaignItem,
    DonorItem,
    InvoiceItem,
    Match,
    OpenItems,
    OpenLine,
    Payment,
    Share,
    TargetKind,
    check_shares,
    donor_of,
    propose,
)
from fundledger.domain.money import Money
from fundledger.domain.reference import creditor_reference

DAY = date(2026, 3, 2)
ONE, TWO, OVER, CLOSED = (creditor_reference(code) for code in ("C-101", "C-102", "C-103", "C-104"))
CAMPAIGNS = [
    CampaignItem(1, "C-101", ONE),
    CampaignItem(2, "C-102", TWO),
    CampaignItem(3, "C-103", OVER, date(2026, 3, 1)),
    CampaignItem(4, "C-104", CLOSED, None),
]
ALPHA, BETA = DonorItem(7, "D-0007", "alpha donor", (2, 1)), DonorItem(8, "D-0008", "beta donor", (9,))
INVOICE = InvoiceItem(5, "SLO-14", Money(280000, "EUR"), "LT45", "law office")


def names_alike(folded: str) -> list[tuple[DonorItem, int]]:
    same = [(one, 100) for one in (ALPHA, BETA) if one.folded == folded]
    return same or [(one, 93) for one in (ALPHA,) if folded == "alfa donor"]


ITEMS = OpenItems(CAMPAIGNS, [INVOICE], {"LT72": ALPHA}, frozenset({"LT02"}), names_alike)


def payment(
    minor: int = 5000, text: str = "", references: str = "", iban: str | None = None, name: str = "", n: int | None = None
) -> Payment:
    return Payment(Money(minor, "EUR"), text, references, iban, name, n)


def line(whole: Payment, *details: Payment, on: date = DAY) -> OpenLine:
    return OpenLine(11, on, whole.amount, whole, details)


def found(whole: Payment, *details: Payment, on: date = DAY) -> list[Match]:
    return propose(line(whole, *details, on=on), ITEMS)


def reasons(match: Match) -> list[str]:
    return [evidence.code for evidence in match.evidence]


def to(campaign: int, minor: int = 5000, donor: int | None = None, detail: int | None = None) -> Share:
    return Share(TargetKind.CAMPAIGN, campaign, Money(minor, "EUR"), donor, detail)


def held(minor: int = 5000, detail: int | None = None) -> Share:
    return Share(TargetKind.SUSPENSE, None, Money(minor, "EUR"), None, detail)


# --- gifts ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "whole",
    [
        payment(references=ONE),
        payment(text=f"Auka {ONE}"),
        payment(text=f"{ONE[:4]} {ONE[4:]}"),
        payment(text=ONE, references=ONE),
        payment(7, text=ONE.lower()),
        payment(text=f"{ONE} for C-102"),
    ],
)
def test_a_valid_reference_of_one_open_campaign_is_sure_whatever_the_amount(whole: Payment) -> None:
    best = found(whole)[0]
    assert (best.sure, best.rule, reasons(best)[0], best.shares) == (True, "reference", "reference_equal", (to(1, whole.amount.minor),))


@pytest.mark.parametrize("whole", [payment(text=f"{ONE} {TWO}"), payment(text=TWO, references=ONE), payment(references=f"{ONE}{TWO}")])
def test_references_of_two_campaigns_are_offered_and_never_sure(whole: Payment) -> None:
    assert [match.shares[0].key for match in found(whole)] in ([1, 2], [2, 1])
    assert not any(match.sure for match in found(whole))
    [shown] = [
        match for match in propose(line(payment(references=f"{ONE} {CLOSED}")), ITEMS) if match.shares[0].target is TargetKind.CAMPAIGN
    ]
    assert not shown.sure


def test_money_the_bank_sent_back_is_never_surely_a_gift() -> None:
    back = OpenLine(11, DAY, Money(5000, "EUR"), payment(references=ONE), returned=True)
    [match] = propose(back, ITEMS)
    assert (match.sure, match.rule, match.shares) == (False, "reference", (to(1),))


@pytest.mark.parametrize("reference", [OVER, CLOSED])
def test_a_gift_to_a_campaign_that_takes_none_is_held_in_suspense(reference: str) -> None:
    [match] = found(payment(references=reference))
    assert (match.sure, match.shares, reasons(match)) == (False, (held(),), ["reference_equal", "late_gift"])


def test_a_gift_the_bank_booked_before_the_collection_ended_is_in_time() -> None:
    [match] = found(payment(references=OVER), on=date(2026, 3, 1))
    assert (match.sure, match.shares) == (True, (to(3),))


@pytest.mark.parametrize("text", [f"RF00{ONE[4:]}", creditor_reference("C-999"), "C-1011", "XC-101"])
def test_a_wrong_reference_or_half_a_code_points_nowhere(text: str) -> None:
    assert found(payment(text=text)) == []


def test_a_code_in_the_text_is_offered_and_asks() -> None:
    [match] = found(payment(text="for c-101, thank you"))
    assert (match.sure, match.rule, reasons(match), match.shares) == (False, "code", ["code_in_text"], (to(1),))
    assert [match.shares[0].key for match in found(payment(text="C-101 or C-102"))] == [1, 2]


def test_a_known_account_tells_the_donor_and_where_she_gave_before() -> None:
    matches = found(payment(iban="LT72"))
    assert [(match.rule, reasons(match), match.shares) for match in matches] == [
        ("donor", ["account_known", "gave_before"], (to(2, donor=7),)),
        ("donor", ["account_known", "gave_before"], (to(1, donor=7),)),
    ]
    assert not any(match.sure for match in matches)
    [named] = found(payment(text="C-102", iban="LT72"))[:1]
    assert reasons(named) == ["code_in_text", "account_known"]


def test_a_name_alike_is_evidence_and_only_the_same_name_is_the_donor() -> None:
    same, alike = found(payment(name="alpha donor"))[0], found(payment(name="alfa donor"))[0]
    assert (reasons(same), same.shares[0].donor) == (["name_alike", "gave_before"], 7)
    assert (reasons(alike), alike.shares[0].donor, alike.evidence[0].values["alike"]) == (["name_alike", "gave_before"], None, 93)
    assert found(payment(name="beta donor")) == [], "she gave to a campaign that is no more"
    assert donor_of(payment(name="beta donor", iban="LT72"), ITEMS) == 7, "the account before the name"


def test_two_donors_of_one_name_are_not_guessed_between() -> None:
    twins = OpenItems(CAMPAIGNS, [], {}, frozenset(), lambda _: [(ALPHA, 100), (BETA, 100)])
    assert donor_of(payment(name="alpha donor"), twins) is None


def test_evidence_holds_codes_and_never_a_name_or_an_account() -> None:
    said = {str(value) for match in found(payment(text="C-101", iban="LT72")) for one in match.evidence for value in one.values.values()}
    assert said == {"C-101", "C-102", "D-0007"}


def test_the_best_comes_first_and_they_are_numbered() -> None:
    matches = found(payment(text=f"{ONE} C-102", iban="LT72"))
    assert [(match.number, match.shares[0].key, match.sure) for match in matches] == [(1, 1, True), (2, 2, False)]


def test_nothing_is_proposed_without_evidence() -> None:
    assert found(payment()) == []
    assert found(payment(-5000)) == []


# --- batches ----------------------------------------------------------------------------------------------------------
def test_a_batch_of_references_is_sure_and_each_payment_has_its_share() -> None:
    [match] = found(payment(9000), payment(5000, references=ONE, n=1), payment(4000, references=TWO, iban="LT72", n=2))
    assert (match.sure, match.rule, match.shares) == (True, "batch", (to(1, 5000, detail=1), to(2, 4000, 7, 2)))
    assert (reasons(match)[0], match.evidence[0].values["n"]) == ("batch_of", 2)


@pytest.mark.parametrize(
    ("other", "share"),
    [
        (payment(4000, n=2), held(4000, 2)),
        (payment(4000, text="C-102", n=2), to(2, 4000, detail=2)),
        (payment(4000, references=CLOSED, n=2), held(4000, 2)),
        (payment(4000, references=f"{ONE} {TWO}", n=2), to(1, 4000, detail=2)),
    ],
)
def test_one_payment_that_is_not_sure_makes_the_batch_ask(other: Payment, share: Share) -> None:
    [match] = found(payment(9000), payment(5000, references=ONE, n=1), other)
    assert (match.sure, match.shares) == (False, (to(1, 5000, detail=1), share))


@pytest.mark.parametrize("taken", [-1000, 0])
def test_a_batch_with_money_the_other_way_is_not_proposed(taken: int) -> None:
    details = (payment(5000, references=ONE, n=1), payment(taken, references=ONE, n=2))
    assert found(payment(5000 + taken), *details) == []


def test_a_batch_that_does_not_add_up_is_not_proposed() -> None:
    assert found(payment(9000), payment(5000, references=ONE, n=1), payment(3000, references=ONE, n=2)) == []


# --- own transfers and invoices ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("minor", [5000, -5000])
def test_money_from_or_to_an_own_account_is_a_transfer(minor: int) -> None:
    [match] = found(payment(minor, text=ONE, iban="LT02"))
    assert (match.sure, match.rule, reasons(match)) == (False, "own_transfer", ["own_account"])
    assert match.shares == (Share(TargetKind.TRANSFER, None, Money(minor, "EUR")),)


@pytest.mark.parametrize(
    ("whole", "expected"),
    [
        (payment(-280000, "Invoice SLO-14", iban="LT45"), ["invoice_number", "payee_account", "amount_equal"]),
        (payment(-280000, name="law office"), ["payee_name", "amount_equal"]),
        (payment(-280000), ["amount_equal"]),
        (payment(-100000, "slo-14, first part"), ["invoice_number", "part_of_invoice"]),
        (payment(-100000, iban="LT45", name="law office"), ["payee_account", "part_of_invoice"]),
    ],
)
def test_a_payment_points_at_an_invoice_in_whole_or_in_part(whole: Payment, expected: list[str]) -> None:
    [match] = found(whole)
    assert (match.sure, match.rule, reasons(match)) == (False, "invoice", expected)
    assert match.shares == (Share(TargetKind.INVOICE, 5, whole.amount),)


@pytest.mark.parametrize(
    "whole", [payment(-280001, "SLO-14", iban="LT45"), payment(-100000), payment(-100000, "SLO-141"), payment(280000, "SLO-14")]
)
def test_more_than_is_owed_or_a_part_without_a_name_is_no_payment_of_it(whole: Payment) -> None:
    assert found(whole) == []


# --- splits -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("amount", "shares", "expected"),
    [
        (5000, [3000, 2000], []),
        (-5000, [-3000, -2000], []),
        (5000, [], ["split.empty"]),
        (5000, [3000, 1999], ["split.rest"]),
        (5000, [6000, -1000], []),
        (5000, [5000, 0], ["split.nothing"]),
        (-5000, [5000], ["split.rest"]),
    ],
)
def test_a_split_has_no_rest_and_goes_one_way(amount: int, shares: list[int], expected: list[str]) -> None:
    problems = check_shares(11, Money(amount, "EUR"), [to(1, minor) for minor in shares])
    assert [problem.code for problem in problems] == expected
    assert [problem.values["rest"] for problem in problems if problem.code == "split.rest"] == [
        Money(amount - sum(shares), "EUR") for _ in range("split.rest" in expected)
    ]


def test_a_split_keeps_its_currency() -> None:
    [problem] = check_shares(11, Money(5000, "EUR"), [Share(TargetKind.FOUNDATION, None, Money(5000, "USD"))])
    assert problem.code == "split.currency"
