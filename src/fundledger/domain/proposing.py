"""What a line may be: ranked matches with named evidence; sure only where nothing is left to guess."""

from __future__ import annotations

from functools import lru_cache
from itertools import zip_longest
from typing import TYPE_CHECKING

from fundledger.domain.chart import ADVANCES, DUE_BACK, REFUNDS
from fundledger.domain.matching import Evidence, Match, Share, TargetKind
from fundledger.domain.money import Money
from fundledger.domain.reference import references_in
from fundledger.domain.rules import matches as rule_matches

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from fundledger.domain.blocking import CampaignItem, DonorItem, Half, InvoiceItem, Items, PledgeItem
    from fundledger.domain.matching import OpenLine, Payment
    from fundledger.domain.rules import Rule

WITHIN_DAYS = 7
_WEIGHTS = {
    "reference_equal": 45,
    "invoice_number": 40,
    "amount_equal": 30,
    "payee_account": 25,
    "payee_name": 15,
    "part_of_invoice": 5,
    "over_payable": 3,
}
_MOST_TOGETHER = 30
_MOST_OFFERED = 12
# Reached once here: a member looked up in its class takes longer than a dictionary.
_CAMPAIGN, _FOUNDATION, _SUSPENSE, _INVOICE = TargetKind.CAMPAIGN, TargetKind.FOUNDATION, TargetKind.SUSPENSE, TargetKind.INVOICE
_AMOUNT_EQUAL = Evidence("amount_equal")
_TO_FOUNDATION = Evidence("gave_to_foundation")
_PAYEE_ACCOUNT = Evidence("payee_account")
_PAYEE_NAME = Evidence("payee_name")


def propose(line: OpenLine, items: Items) -> list[Match]:
    """Ranked matches of one line, the best first, each with its evidence; never guesses a campaign without any."""
    found = _found(line, items)
    return ranked(found) if len(found) > 1 else found


def ranked(found: list[Match]) -> list[Match]:
    """The sure ones first, then by score; numbered from 1, as each one is made."""
    found.sort(key=lambda match: (-match.sure, -match.score))
    return [match if n == 1 else Match(match.line, n, *match[2:]) for n, match in enumerate(found[:_MOST_OFFERED], 1)]


def _found(line: OpenLine, items: Items) -> list[Match]:
    found = _by_rule(line, items) if items.rules else []
    if line.whole.iban and line.whole.iban in items.own_ibans:
        return [*found, _own_transfer(line, items)]
    found += _payouts(line, items) if items.payouts else []
    if line.amount.minor <= 0:
        return [*found, *_invoices(line, items), *_refunds(line, items)]
    if len(line.details) > 1:
        return [*found, *_batch(line, items)]
    found += [_gift(line, items, hint) for hint in _hints(line.whole, items, line)]
    return found


def made(line: OpenLine, rule: str, score: int, shares: Sequence[Share], evidence: Iterable[Evidence], *, sure: bool = False) -> Match:
    """A match, the first until it is ranked; money the bank sent back is never surely a gift."""
    return Match(line.id, 1, rule, tuple(shares), tuple(evidence), score, sure and not line.returned)


# --- rules ------------------------------------------------------------------------------------------------------------
def _by_rule(line: OpenLine, items: Items) -> list[Match]:
    """The first rule that holds; only ever a proposal."""
    rule = next((one for one in items.rules if rule_matches(one, line)), None)
    if rule is None or len(line.details) > 1:
        return []
    share, more = _share_of(rule, line, items)
    return [made(line, f"rule:{rule.id}", 90, [share], [Evidence("rule_named", {"number": rule.number}), *more])]


def _share_of(rule: Rule, line: OpenLine, items: Items) -> tuple[Share, list[Evidence]]:
    if rule.target is TargetKind.ACCOUNT:
        return Share(rule.target, rule.account, line.amount, bearer=rule.campaign), []
    if rule.target not in {_CAMPAIGN, _FOUNDATION}:
        return Share(rule.target, None, line.amount), []
    donor = rule.donor or donor_of(line.whole, items)
    if rule.target is _FOUNDATION:
        return Share(rule.target, None, line.amount, donor), []
    item = items.campaigns.get(rule.campaign or 0)
    if line.amount.minor > 0 and (item is None or not item.collects(line.booked_on)):
        late = [Evidence("late_gift", {"campaign": item.code})] if item else []
        return Share(_SUSPENSE, None, line.amount), late
    return Share(rule.target, rule.campaign, line.amount, donor), []


# --- gifts ------------------------------------------------------------------------------------------------------------
_Hint = tuple[str, int, "CampaignItem | None", tuple[Evidence, ...], bool]


def _hints(payment: Payment, items: Items, line: OpenLine) -> list[_Hint]:
    """What a payment points at: (rule, score, campaign or None for the foundation, evidence, sure), each once."""
    donor, who = _donor(payment, items)
    hints: dict[int | None, _Hint] = {}
    said = f"{payment.references} {payment.text}" if payment.references else payment.text
    named = references_in(said, items.references)
    for reference in named:
        item, sure, why = _referred(reference, payment, items)
        if item is not None:
            found = (_of_campaign("reference_equal", "reference", reference), *why, *who)
            hints[item.id] = ("reference", 100, item, found, sure and len(set(named)) == 1)
    for item in items.codes.named(payment.text):
        hints.setdefault(item.id, ("code", 80, item, (_of_campaign("code_in_text", "campaign", item.code), *who), False))
    if donor:
        if items.pledges_of.get(donor.id):
            _pledged(donor, who, payment, items, line, hints)
        _gave(donor, who, payment, items, line, hints)
    return list(hints.values())


@lru_cache(maxsize=4096)
def _of_campaign(code: str, name: str, value: str) -> Evidence:
    """One for all lines: there are few campaigns, and most lines have such a reason."""
    return Evidence(code, {name: value})


def _referred(reference: str, payment: Payment, items: Items) -> tuple[CampaignItem | None, bool, tuple[Evidence, ...]]:
    """The campaign of a reference and whether it is sure: a campaign's for any amount, a pledge's for the exact one."""
    if reference in items.by_reference:
        return items.by_reference[reference], True, ()
    pledge = items.pledge_references.get(reference)[0]
    equal = pledge.left == payment.amount
    why = (Evidence("open_pledge", {"left": pledge.left}), *((_AMOUNT_EQUAL,) if equal else ()))
    return items.campaigns.get(pledge.campaign), equal, why


def late_for(payment: Payment, booked_on: date, items: Items) -> CampaignItem | None:
    """The one campaign that a payment names, where that did not collect any more on the day it came."""
    said = f"{payment.references} {payment.text}" if payment.references else payment.text
    referred = [_referred(reference, payment, items)[0] for reference in references_in(said, items.references)]
    named = {item.id: item for item in (*referred, *items.codes.named(payment.text)) if item is not None}
    [item] = named.values() if len(named) == 1 else [None]
    return item if item and not item.collects(booked_on) else None


def _pledged(
    donor: DonorItem, who: tuple[Evidence, ...], payment: Payment, items: Items, line: OpenLine, hints: dict[int | None, _Hint]
) -> None:
    for one in items.pledges_of.get(donor.id):
        item = items.campaigns.get(one.campaign)
        if item and one.campaign not in hints and item.collects(line.booked_on):
            evidence = (*who, *_pledge_evidence(one, payment, line))
            hints[one.campaign] = ("pledge", 75 if one.left == payment.amount else 60, item, evidence, False)


def _pledge_evidence(one: PledgeItem, payment: Payment, line: OpenLine) -> tuple[Evidence, ...]:
    equal = (_AMOUNT_EQUAL,) if one.left == payment.amount else ()
    days = abs((line.booked_on - one.pledged_on).days)
    return (Evidence("open_pledge", {"left": one.left}), *equal, Evidence("days_apart", {"n": days}))


def _gave(
    donor: DonorItem, who: tuple[Evidence, ...], payment: Payment, items: Items, line: OpenLine, hints: dict[int | None, _Hint]
) -> None:
    """Where she gave before, the latest first; the same amount as last time counts for more, even than a promise of another one."""
    for one, last in zip_longest(donor.campaigns, donor.last):
        if one in hints:
            continue
        score, more = (65, (_AMOUNT_EQUAL,)) if last == payment.amount else (50, ())
        item = items.campaigns.get(one or 0)
        if one is None:
            hints[one] = ("donor", score, None, (*who, _TO_FOUNDATION, *more), False)
        elif item and item.collects(line.booked_on):
            hints[one] = ("donor", score, item, (*who, _of_campaign("gave_before", "campaign", item.code), *more), False)


def _donor(payment: Payment, items: Items) -> tuple[DonorItem | None, tuple[Evidence, ...]]:
    donor = items.donors_by_iban.get(payment.iban or "")
    if donor:
        return donor, (Evidence("account_known", {"donor": donor.code}),)
    alike = max(items.names.near(payment.folded), key=lambda pair: pair[1], default=None) if payment.folded else None
    if alike is None:
        return None, ()
    return alike[0], (Evidence("name_alike", {"donor": alike[0].code, "alike": alike[1]}),)


def donor_of(payment: Payment, items: Items) -> int | None:
    """The donor whose account a payment came from, else the one donor of exactly this name.

    Counted twice, one person would pass for two where too few must not be told apart.
    """
    known = items.donors_by_iban.get(payment.iban or "")
    if known:
        return known.id
    same = items.names.same(payment.folded) if payment.folded else []
    return same[0].id if len(same) == 1 else None


def _gift(line: OpenLine, items: Items, hint: _Hint) -> Match:
    rule, score, item, evidence, sure = hint
    share = _gift_share(line, line.whole, item, items)
    if item and share.target is _SUSPENSE:
        evidence, sure = (*evidence, Evidence("late_gift", {"campaign": item.code})), False
    return Match(line.id, 1, rule, (share,), evidence, score, sure and not line.returned)


def _gift_share(line: OpenLine, payment: Payment, item: CampaignItem | None, items: Items) -> Share:
    if item is None:
        return Share(_FOUNDATION, None, payment.amount, donor_of(payment, items), payment.detail)
    if not item.collects(line.booked_on):
        return Share(_SUSPENSE, None, payment.amount, None, payment.detail)
    return Share(_CAMPAIGN, item.id, payment.amount, donor_of(payment, items), payment.detail)


def _batch(line: OpenLine, items: Items) -> list[Match]:
    """One share a payment; only when every payment came in with its amount and they add up to the line."""
    amounts = [payment.amount.minor for payment in line.details]
    if sum(amounts) != line.amount.minor or min(amounts) <= 0:
        return []
    shares: list[Share] = []
    evidence: list[Evidence] = []
    sure = True
    for payment in line.details:
        best = max(_hints(payment, items, line), key=lambda hint: hint[1], default=None)
        if best is None:
            sure = False
            shares.append(Share(_SUSPENSE, None, payment.amount, None, payment.detail))
            continue
        sure = sure and best[4] and best[2] is not None and best[2].collects(line.booked_on)
        shares.append(_gift_share(line, payment, best[2], items))
        evidence.extend(best[3])
    return [made(line, "batch", 90, shares, (Evidence("batch_of", {"n": len(shares)}), *evidence), sure=sure)]


# --- own money --------------------------------------------------------------------------------------------------------
def _own_transfer(line: OpenLine, items: Items) -> Match:
    """Money to or from an account of ours, with its other half where it waits too."""
    half = _half(line, items.halves.get(-line.amount, ()))
    share = Share(TargetKind.TRANSFER, None, line.amount, counterpart=half.line if half else None)
    return made(line, "own_transfer", 95, [share], [Evidence("own_account"), *_half_evidence(line, half)])


def _payouts(line: OpenLine, items: Items) -> list[Match]:
    """The bank line that a processor's payout became."""
    half = _half(line, items.payouts.get(-line.amount, ()))
    if half is None:
        return []
    share = Share(TargetKind.TRANSFER, None, line.amount, counterpart=half.line)
    return [made(line, "payout", 70, [share], _half_evidence(line, half))]


def _half(line: OpenLine, among: Sequence[Half]) -> Half | None:
    """The only one within a week on another account of ours; two are not guessed between."""
    near = [one for one in among if one.account != line.account and abs((one.booked_on - line.booked_on).days) <= WITHIN_DAYS]
    return near[0] if len(near) == 1 else None


def _half_evidence(line: OpenLine, half: Half | None) -> list[Evidence]:
    if half is None:
        return []
    days = abs((half.booked_on - line.booked_on).days)
    return [Evidence("other_half", {"line": half.line, "date": half.booked_on}), Evidence("days_apart", {"n": days})]


def _refunds(line: OpenLine, items: Items) -> list[Match]:
    """Money to the account that gifts came from: given back from where they went."""
    donor = items.donors_by_iban.get(line.whole.iban or "")
    found = []
    for place, one in enumerate(donor.campaigns if donor else ()):
        equal = place < len(donor.last) and donor.last[place] == -line.amount if donor else False
        evidence = [Evidence("account_known", {"donor": donor.code})] if donor else []
        if one is not None and one not in items.campaigns:
            continue
        gave = _TO_FOUNDATION if one is None else _of_campaign("gave_before", "campaign", items.campaigns[one].code)
        target = _FOUNDATION if one is None else _CAMPAIGN
        share = Share(target, one, line.amount, donor.id if donor else None)
        found.append(made(line, "refund", 65 if equal else 35, [share], [*evidence, gave, *([_AMOUNT_EQUAL] if equal else [])]))
    return found


def owed_back(line: OpenLine, items: Items) -> list[Match]:
    """Money to an account to which some is to go back: that refund is paid, whole or in part, or that late gift is sent back."""
    iban = (line.whole.iban or "") if line.amount.minor < 0 else ""
    donor = items.donors_by_iban.get(iban)
    who = Evidence("account_known", {"donor": donor.code}) if donor else Evidence("gift_account")
    found = []
    for one in items.refunds.get(iban, ()):
        if one.left.currency != line.amount.currency or one.left < -line.amount:
            continue
        equal = one.left == -line.amount
        why = [who, Evidence("refund_owed", {"left": one.left})]
        if one.line is None:
            share = Share(TargetKind.ACCOUNT, REFUNDS, line.amount, bearer=one.campaign)
        else:
            share = Share(_SUSPENSE, None, line.amount, counterpart=one.line)
        found.append(made(line, "refund_owed", 95 if equal else 60, [share], [*why, *([_AMOUNT_EQUAL] if equal else [])]))
    return found


# --- invoices ---------------------------------------------------------------------------------------------------------
def _invoices(line: OpenLine, items: Items) -> list[Match]:
    """What a payment may settle: one invoice in whole, in part or over it, or several that add up to it."""
    said, paid = f"{line.whole.references} {line.whole.text}", -line.amount
    referred = {item.id: item for one in references_in(said, items.invoice_references) for item in items.invoice_references.get(one)}
    named = {item.id: item for item in items.numbers.named(said)}
    looked_at = {**referred, **named}
    found = _all_named(line, [item for item in named.values() if item.open])
    # Where a payment names what it pays to the cent, the payee's other invoices are no question.
    if not found and not any(item.open and item.payable == paid for item in looked_at.values()):
        of_payee = items.payee_accounts.get(line.whole.iban or "") or items.payee_names.get(line.whole.folded or "")
        looked_at.update((item.id, item) for item in _likeliest(paid, of_payee))
        found = _some_of_payee(line, of_payee)
    looked_at.update((item.id, item) for item in items.payables.get(paid)[:_MOST_TOGETHER])
    for item in looked_at.values():
        evidence = _invoice_evidence(line, paid, item, named=item.id in named, referred=item.id in referred)
        shares = _settling(line, paid, item, evidence) if evidence else ()
        if shares:
            only = item.id in referred and len(referred) == 1 and item.open and item.payable == paid
            found.append(made(line, "invoice", sum([_WEIGHTS.get(one.code, 0) for one in evidence]), shares, evidence, sure=only))
    return found


def _likeliest(paid: Money, of_payee: Sequence[InvoiceItem]) -> Sequence[InvoiceItem]:
    """Of a payee with many open invoices those of this amount, and the oldest ones."""
    return [*(one for one in of_payee if one.payable == paid), *of_payee[:_MOST_OFFERED]]


def _invoice_evidence(line: OpenLine, paid: Money, item: InvoiceItem, *, named: bool, referred: bool) -> list[Evidence]:
    """Why a payment may be for an invoice, in whole or in part; the amount alone is the weakest hint that is offered."""
    evidence = []
    if referred:
        evidence.append(Evidence("reference_equal", {"reference": item.reference}))
    if named:
        evidence.append(Evidence("invoice_number", {"number": item.number}))
    if item.iban and line.whole.iban == item.iban:
        evidence.append(_PAYEE_ACCOUNT)
    elif item.folded and line.whole.folded == item.folded:
        evidence.append(_PAYEE_NAME)
    if paid == item.payable:
        evidence.append(_AMOUNT_EQUAL)
    elif evidence and item.open and not item.foreign and paid.minor < item.payable.minor:
        evidence.append(Evidence("part_of_invoice", {"payable": item.payable}))
    return evidence


def _settling(line: OpenLine, paid: Money, item: InvoiceItem, evidence: list[Evidence]) -> tuple[Share, ...]:
    """The shares of a payment on one invoice, and one more reason where it is not a plain payment of it.

    What is above the payable is due back; what is paid before the approval is an advance. Both need the number or the reference.
    """
    over = paid.minor - item.payable.minor
    # What a payment is worth of an invoice in another currency is reckoned when it is accepted.
    if item.open and (over <= 0 or item.foreign or paid.currency != item.payable.currency):
        return (Share(_INVOICE, item.id, line.amount),)
    if not {"invoice_number", "reference_equal"} & {one.code for one in evidence} or item.campaign is None:
        return ()
    if not item.approved:
        evidence.append(Evidence("not_approved", {"number": item.number}))
        return (Share(TargetKind.ACCOUNT, ADVANCES, line.amount, bearer=item.campaign, payee=item.payee),)
    rest = Money(over, paid.currency) if item.open else paid
    evidence.append(Evidence("over_payable", {"rest": rest}))
    due = Share(TargetKind.ACCOUNT, DUE_BACK, -rest, bearer=item.campaign, payee=item.payee)
    return (Share(_INVOICE, item.id, -item.payable), due) if item.open else (due,)


def _all_named(line: OpenLine, named: Sequence[InvoiceItem]) -> list[Match]:
    """The open invoices that a payment names, where it settles them all at once."""
    if len(named) < 2 or sum([item.payable.minor for item in named]) != -line.amount.minor:
        return []
    return [_several(line, named, 95, [Evidence("invoice_number", {"number": item.number}) for item in named])]


def _some_of_payee(line: OpenLine, of_payee: Sequence[InvoiceItem]) -> list[Match]:
    """Two or three invoices of one payee that a payment settles at once; none where two sums fit."""
    wanted = -line.amount.minor
    sums = _adding_up([item for item in of_payee[:_MOST_TOGETHER] if item.payable.minor < wanted], wanted)
    if len(sums) != 1:
        return []
    why = _PAYEE_ACCOUNT if line.whole.iban and sums[0][0].iban == line.whole.iban else _PAYEE_NAME
    return [_several(line, sums[0], 50, [why])]


def _adding_up(some: Sequence[InvoiceItem], wanted: int) -> list[list[InvoiceItem]]:
    """Every two or three of these that add up, in their order: the last one is looked up by what is missing."""
    upwards = sorted((one.payable.minor, place) for place, one in enumerate(some))
    by_minor: dict[int, list[int]] = {}
    for minor, place in upwards:
        by_minor.setdefault(minor, []).append(place)
    sums: set[tuple[int, ...]] = set()
    for at, (least, first) in enumerate(upwards):
        rest = wanted - least
        sums.update(tuple(sorted((first, last))) for last in by_minor.get(rest, ()) if last != first)
        for middle, second in upwards[at + 1 :]:
            if rest - middle < middle:
                break
            if rest - middle in by_minor:
                sums.update(tuple(sorted((first, second, last))) for last in by_minor[rest - middle] if last not in {first, second})
    return [[some[place] for place in places] for places in sorted(sums)]


def _several(line: OpenLine, group: Sequence[InvoiceItem], score: int, evidence: Sequence[Evidence]) -> Match:
    shares = [Share(_INVOICE, item.id, -item.payable) for item in group]
    return made(line, "invoices", score, shares, [*evidence, Evidence("sum_of_invoices", {"n": len(group)})])
