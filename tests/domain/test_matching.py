"""What a line may be: each evidence by its name, sure only where nothing is left to guess."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from operator import attrgetter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundledger.domain.blocking import CampaignItem, DonorItem, Half, InvoiceItem, Items, Names, Phrases, PledgeItem, RefundItem
from fundledger.domain.matching import Match, OpenLine, Payment, Share, TargetKind, check_shares
from fundledger.domain.money import Money
from fundledger.domain.proposing import donor_of, owed_back, propose
from fundledger.domain.reference import creditor_reference
from fundledger.domain.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def alike(folded: str, candidates: Sequence[str]) -> list[tuple[int, int]]:
    return [(place, 93) for place, name in enumerate(candidates) if (folded, name) == ("alfa donor", "alpha donor")]


ITEMS = Items(
    campaigns=CAMPAIGNS,
    invoices=[INVOICE],
    donors_by_iban={"LT72": ALPHA},
    own_ibans=frozenset({"LT02"}),
    names=Names([ALPHA, BETA], alike),
)


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


def test_money_to_a_donor_to_whom_some_is_owed_pays_that_and_is_no_second_refund() -> None:
    owing = Items(
        campaigns=CAMPAIGNS,
        names=Names([ALPHA], alike),
        donors_by_iban={"LT72": ALPHA},
        refunds={
            "LT72": [RefundItem(1, Money(2333, "EUR")), RefundItem(None, Money(1000, "EUR"))],
            "LT55": [RefundItem(1, Money(700, "EUR"))],
            "LT66": [RefundItem(None, Money(900, "EUR"), line=4)],
        },
    )

    def told(minor: int, iban: str = "LT72") -> list[tuple[int, int | None, list[str]]]:
        return [(match.score, match.shares[0].bearer, reasons(match)) for match in owed_back(line(payment(minor, iban=iban)), owing)]

    assert told(-2333) == [(95, 1, ["account_known", "refund_owed", "amount_equal"])]
    assert told(-500) == [(60, 1, ["account_known", "refund_owed"]), (60, None, ["account_known", "refund_owed"])]
    assert (told(-2334), told(2333), told(-2333, "LT99")) == ([], [], []), "more than is owed, money that came, another account"
    assert told(-700, "LT55") == [(95, 1, ["gift_account", "refund_owed", "amount_equal"])], "an anonymous gift from a known account"
    [late] = owed_back(line(payment(-900, iban="LT66")), owing)
    assert (late.shares[0].target, late.shares[0].counterpart) == (TargetKind.SUSPENSE, 4), "a late gift leaves suspense"


def test_a_name_alike_is_evidence_and_only_the_same_name_is_the_donor() -> None:
    same, alike = found(payment(name="alpha donor"))[0], found(payment(name="alfa donor"))[0]
    assert (reasons(same), same.shares[0].donor) == (["name_alike", "gave_before"], 7)
    assert (reasons(alike), alike.shares[0].donor, alike.evidence[0].values["alike"]) == (["name_alike", "gave_before"], None, 93)
    assert found(payment(name="beta donor")) == [], "she gave to a campaign that is no more"
    assert donor_of(payment(name="beta donor", iban="LT72"), ITEMS) == 7, "the account before the name"


def test_two_donors_of_one_name_are_not_guessed_between() -> None:
    twins = Items(campaigns=CAMPAIGNS, names=Names([ALPHA, DonorItem(9, "D-0009", "alpha donor", ())], alike))
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


# --- several at once, more than is owed, what goes back ----------------------------------------------------------------
OTHER = InvoiceItem(6, "SLO-15", Money(100000, "EUR"), "LT45", "law office", 1, 3)
PAID = InvoiceItem(7, "SLO-13", Money(0, "EUR"), "LT45", "law office", 1, 3)
WAITING = InvoiceItem(8, "SLO-16", Money(5000, "EUR"), "LT45", "law office", 1, 3, approved=False)
HALF = Half(21, "1010-2", date(2026, 3, 4))
MANY = Items(
    campaigns=CAMPAIGNS,
    names=Names([ALPHA], alike),
    invoices=[replace(INVOICE, campaign=1, payee=3), OTHER, PAID, WAITING],
    pledges=[PledgeItem(4, 7, 1, Money(7000, "EUR"), date(2026, 2, 20))],
    donors_by_iban={"LT72": ALPHA},
    own_ibans=frozenset({"LT02"}),
    halves={Money(5000, "EUR"): [HALF]},
)


def best(whole: Payment) -> Match:
    return propose(line(whole), MANY)[0]


def test_one_payment_settles_the_invoices_it_names_or_that_add_up() -> None:
    for whole in (payment(-380000, "SLO-14, SLO-15"), payment(-380000, iban="LT45")):
        match = best(whole)
        assert (match.rule, [(share.key, share.amount.minor) for share in match.shares]) == ("invoices", [(5, -280000), (6, -100000)])
        assert (match.sure, reasons(match)[-1]) == (False, "sum_of_invoices")


@pytest.mark.parametrize(
    ("text", "minor", "shares", "why"),
    [
        ("SLO-15", -100500, [("invoice", 6, -100000), ("account", "1220", -500)], "over_payable"),
        ("SLO-13", -5100, [("account", "1220", -5100)], "over_payable"),
        ("SLO-16", -5100, [("account", "1210", -5100)], "not_approved"),
    ],
)
def test_what_no_invoice_takes_is_due_back_or_advanced(text: str, minor: int, shares: list[tuple[str, object, int]], why: str) -> None:
    match = best(payment(minor, text))
    assert [(share.target.value, share.key, share.amount.minor) for share in match.shares] == shares
    assert (why in reasons(match), match.sure, match.shares[-1].payee) == (True, False, 3)


def test_an_invoice_is_sure_by_its_reference_and_the_exact_amount() -> None:
    reference = creditor_reference("SLO-15")
    assert (best(payment(-100000, reference)).sure, best(payment(-99999, reference)).sure) == (True, False)


def test_a_pledge_is_sure_by_its_reference_and_the_exact_amount() -> None:
    pledge = creditor_reference("PLEDGE0004")
    exact, less = best(payment(7000, pledge)), best(payment(6999, pledge))
    assert (exact.sure, less.sure, exact.shares[0].key) == (True, False, 1)
    known = best(payment(7000, iban="LT72"))
    assert (known.rule, known.sure, reasons(known)) == ("pledge", False, ["account_known", "open_pledge", "amount_equal", "days_apart"])


def test_both_halves_of_a_transfer_and_money_back_to_a_donor() -> None:
    match = best(payment(-5000, iban="LT02"))
    assert (match.shares[0].counterpart, reasons(match)) == (21, ["own_account", "other_half", "days_apart"])
    back = best(payment(-4000, iban="LT72"))
    assert (back.rule, back.sure, back.shares) == ("refund", False, (to(2, -4000, 7),))


def test_a_rule_that_names_a_campaign_that_is_over_holds_the_gift_for_its_late_gift_rule() -> None:
    rule = Rule(TargetKind.CAMPAIGN, text="auka", campaign=3, id=4, number=1)
    ruled = Items(campaigns=CAMPAIGNS, names=Names([ALPHA], alike), donors_by_iban={"LT72": ALPHA}, rules=[rule])
    gift = replace(payment(text="Auka"), words="auka", iban="LT72")
    [late, *_] = propose(line(gift), ruled)
    assert (late.rule, reasons(late), late.shares, late.sure) == ("rule:4", ["rule_named", "late_gift"], (held(),), False)
    [in_time, *others] = propose(line(gift, on=date(2026, 3, 1)), ruled)
    assert (reasons(in_time), in_time.shares) == (["rule_named"], (to(3, donor=7),))
    assert [one.rule for one in others] == ["donor", "donor"], "a rule comes before what she gave before"


def test_the_same_amount_as_last_time_comes_before_a_promise_of_another_one() -> None:
    again = replace(ALPHA, last=(Money(5000, "EUR"), Money(100, "EUR")))
    promised = PledgeItem(4, 7, 1, Money(7000, "EUR"), DAY)
    known = Items(campaigns=CAMPAIGNS, names=Names([again], alike), pledges=[promised], donors_by_iban={"LT72": again})
    offered = {
        minor: [(one.rule, one.shares[0].key) for one in propose(line(payment(minor, iban="LT72")), known)] for minor in (5000, 7000, 60)
    }
    assert offered == {
        5000: [("donor", 2), ("pledge", 1)],
        7000: [("pledge", 1), ("donor", 2)],
        60: [("pledge", 1), ("donor", 2)],
    }


def test_two_payees_invoices_of_one_number_are_not_guessed_between() -> None:
    twins = Items(campaigns=CAMPAIGNS, names=Names([], alike), invoices=[OTHER, replace(OTHER, id=9, iban="LT99", folded="other office")])
    matches = propose(line(payment(-100000, creditor_reference("SLO-15"), iban="LT99")), twins)
    assert [(one.shares[0].key, one.sure) for one in matches] == [(9, False), (6, False)], "the payee's account ranks, and proves nothing"


def test_an_invoice_named_to_the_cent_leaves_the_others_of_its_payee_out_and_a_part_does_not() -> None:
    assert [one.shares[0].key for one in propose(line(payment(-100000, "SLO-15", iban="LT45")), MANY)] == [6]
    parts = propose(line(payment(-50000, "SLO-15", iban="LT45")), MANY)
    assert [(one.shares[0].key, reasons(one)[-1]) for one in parts] == [(6, "part_of_invoice"), (5, "part_of_invoice")]
    first, last = best(payment(-60000, "SLO-15")), replace(OTHER, payable=Money(40000, "EUR"))
    after = Items(campaigns=CAMPAIGNS, names=Names([], alike), invoices=[last])
    assert first.shares == (Share(TargetKind.INVOICE, 6, Money(-60000, "EUR")),)
    assert reasons(propose(line(payment(-40000, "SLO-15")), after)[0]) == ["invoice_number", "amount_equal"]


_TEXTS = st.sampled_from(
    ("", "C-101", "c-102 and C-101", ONE, TWO, f"{ONE} {TWO}", "SLO-14", "SLO-14 SLO-15", "SLO-13", "slo/16", creditor_reference("SLO-15"))
)
_MINORS = st.sampled_from((5000, 7000, 1, -1, -5000, -7000, -100000, -280000, -380000, -100001, 123))


@given(
    _TEXTS,
    _MINORS,
    st.sampled_from((None, "LT72", "LT45", "LT02", "LT99")),
    st.sampled_from(("", "alpha donor", "alfa donor", "law office")),
)
def test_every_proposal_is_the_whole_line_and_at_most_one_is_sure(text: str, minor: int, iban: str | None, name: str) -> None:
    matches = propose(line(payment(minor, text, iban=iban, name=name)), MANY)
    assert all(check_shares(11, Money(minor, "EUR"), match.shares) == [] for match in matches)
    assert all(sum(abs(share.amount.minor) for share in match.shares) == abs(minor) for match in matches)
    assert sum(match.sure for match in matches) <= 1
    assert [match.number for match in matches] == list(range(1, len(matches) + 1))


@given(st.lists(st.text("ab-1 ", min_size=1, max_size=6), max_size=12), st.text("ab-1 /", max_size=24))
def test_the_index_of_codes_finds_what_looking_through_all_of_them_finds(codes: list[str], text: str) -> None:
    def runs(said: str) -> str:
        return f" {' '.join(said.replace('-', ' ').replace('/', ' ').split())} "

    expected = {code for code in codes if runs(code).strip() and runs(code) in runs(text)}
    index = Phrases(attrgetter("code"), [CampaignItem(n, code, "") for n, code in enumerate(codes)])
    assert {one.code for one in index.named(text)} == expected


@given(st.lists(st.text("abcd ", min_size=4, max_size=12), max_size=8), st.text("abcd ", min_size=4, max_size=12))
def test_blocking_finds_the_names_that_comparing_all_of_them_finds(names: list[str], asked: str) -> None:
    def compared(folded: str, among: Sequence[str]) -> list[tuple[int, int]]:
        return [(place, 95) for place, name in enumerate(among) if name[:-1] == folded[:-1]]

    index = Names([DonorItem(n, f"D-{n}", name, ()) for n, name in enumerate(names)], compared)
    same = {name for name in names if name == asked}
    expected = same or {name for name in names if name[:-1] == asked[:-1]}
    assert {one.folded for one, _ in index.near(asked)} == expected
