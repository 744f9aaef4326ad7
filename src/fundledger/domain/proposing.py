"""What a line may be: ranked matches with named evidence; sure only where nothing is left to guess."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from fundledger.domain.chart import ADVANCES, DUE_BACK
from fundledger.domain.matching import Evidence, Match, Share, TargetKind
from fundledger.domain.money import Money
from fundledger.domain.reference import references_in
from fundledger.domain.rules import matches as rule_matches

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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


def propose(line: OpenLine, items: Items) -> list[Match]:
    """Ranked matches of one line, the best first, each with its evidence; never guesses a campaign without any."""
    return ranked(_found(line, items))


def ranked(found: list[Match]) -> list[Match]:
    """The sure ones first, then by score; numbered from 1, as each one is made."""
    if len(found) > 1:
        found.sort(key=lambda match: (-match.sure, -match.score))
    return [
        match if n == 1 else Match(match.line, n, match.rule, match.shares, match.evidence, match.score, match.sure)
        for n, match in enumerate(found[:_MOST_OFFERED], 1)
    ]


def _found(line: OpenLine, items: Items) -> list[Match]:
    by_rule = _by_rule(line, items)
    own = _own_transfer(line, items)
    if own:
        return [*by_rule, *own]
    payouts = _payouts(line, items)
    if line.amount.minor <= 0:
        return [*by_rule, *payouts, *_invoices(line, items), *_refunds(line, items)]
    if len(line.details) > 1:
        return [*payouts, *_batch(line, items)]
    return [*by_rule, *payouts, *(_gift(line, items, hint) for hint in _hints(line.whole, items, line))]


def made(line: OpenLine, rule: str, score: int, shares: Sequence[Share], evidence: Iterable[Evidence], *, sure: bool = False) -> Match:
    """A match, the first until it is ranked; money the bank sent back is never surely a gift."""
    return Match(line.id, 1, rule, tuple(shares), tuple(evidence), score, sure and not line.returned)


# --- rules ------------------------------------------------------------------------------------------------------------
def _by_rule(line: OpenLine, items: Items) -> list[Match]:
    """The first rule that holds; only ever a proposal."""
    rule = next((one for one in items.rules if rule_matches(one, line)), None) if items.rules else None
    if rule is None or len(line.details) > 1:
        return []
    share, more = _share_of(rule, line, items)
    return [made(line, f"rule:{rule.id}", 90, [share], [Evidence("rule_named", {"number": rule.number}), *more])]


def _share_of(rule: Rule, line: OpenLine, items: Items) -> tuple[Share, list[Evidence]]:
    if rule.target is TargetKind.ACCOUNT:
        return Share(rule.target, rule.account, line.amount, bearer=rule.campaign), []
    if rule.target not in {TargetKind.CAMPAIGN, TargetKind.FOUNDATION}:
        return Share(rule.target, None, line.amount), []
    donor = rule.donor or donor_of(line.whole, items)
    if rule.target is TargetKind.FOUNDATION:
        return Share(rule.target, None, line.amount, donor), []
    item = items.campaigns.get(rule.campaign or 0)
    if line.amount.minor > 0 and (item is None or not item.collects(line.booked_on)):
        late = [Evidence("late_gift", {"campaign": item.code})] if item else []
        return Share(TargetKind.SUSPENSE, None, line.amount), late
    return Share(rule.target, rule.campaign, line.amount, donor), []


# --- gifts ------------------------------------------------------------------------------------------------------------
_Hint = tuple[str, int, "CampaignItem | None", tuple[Evidence, ...], bool]


def _hints(payment: Payment, items: Items, line: OpenLine) -> list[_Hint]:
    """What a payment points at: (rule, score, campaign or None for the foundation, evidence, sure), each once."""
    donor, who = _donor(payment, items)
    hints: dict[int | None, _Hint] = {}
    said = f"{payment.references} {payment.text}"
    named = dict.fromkeys(references_in(said, items.references)) if "RF" in said or "rf" in said or "Rf" in said else {}
    for reference in named:
        item, sure, why = _referred(reference, payment, items)
        if item is not None:
            found = (Evidence("reference_equal", {"reference": reference}), *why, *who)
            hints[item.id] = ("reference", 100, item, found, sure and len(named) == 1)
    for item in items.codes.named(payment.text):
        hints.setdefault(item.id, ("code", 80, item, (Evidence("code_in_text", {"code": item.code}), *who), False))
    if donor:
        for hint in (*_pledged(donor, who, payment, items, line), *_gave(donor, who, payment, items, line)):
            hints.setdefault(hint[2].id if hint[2] else None, hint)
    return list(hints.values())


def _referred(reference: str, payment: Payment, items: Items) -> tuple[CampaignItem | None, bool, tuple[Evidence, ...]]:
    """The campaign of a reference and whether it is sure: a campaign's for any amount, a pledge's for the exact one."""
    if reference in items.by_reference:
        return items.by_reference[reference], True, ()
    pledge = items.pledge_references.get(reference)[0]
    equal = pledge.left == payment.amount
    why = (Evidence("open_pledge", {"left": pledge.left}), *((Evidence("amount_equal"),) if equal else ()))
    return items.campaigns.get(pledge.campaign), equal, why


def _pledged(donor: DonorItem, who: tuple[Evidence, ...], payment: Payment, items: Items, line: OpenLine) -> list[_Hint]:
    found: list[_Hint] = []
    for one in items.pledges_of.get(donor.id):
        item = items.campaigns.get(one.campaign)
        if item and item.collects(line.booked_on):
            found.append(("pledge", 75 if one.left == payment.amount else 60, item, (*who, *_pledge_evidence(one, payment, line)), False))
    return found


def _pledge_evidence(one: PledgeItem, payment: Payment, line: OpenLine) -> tuple[Evidence, ...]:
    equal = (Evidence("amount_equal"),) if one.left == payment.amount else ()
    days = abs((line.booked_on - one.pledged_on).days)
    return (Evidence("open_pledge", {"left": one.left}), *equal, Evidence("days_apart", {"n": days}))


def _gave(donor: DonorItem, who: tuple[Evidence, ...], payment: Payment, items: Items, line: OpenLine) -> list[_Hint]:
    """Where she gave before, the latest first; the same amount as last time counts for more, even than a promise of another one."""
    found: list[_Hint] = []
    for place, one in enumerate(donor.campaigns):
        again = place < len(donor.last) and donor.last[place] == payment.amount
        score, more = (65, (Evidence("amount_equal"),)) if again else (50, ())
        if one is None:
            found.append(("donor", score, None, (*who, Evidence("gave_to_foundation"), *more), False))
        elif one in items.campaigns and items.campaigns[one].collects(line.booked_on):
            item = items.campaigns[one]
            found.append(("donor", score, item, (*who, Evidence("gave_before", {"campaign": item.code}), *more), False))
    return found


def _donor(payment: Payment, items: Items) -> tuple[DonorItem | None, tuple[Evidence, ...]]:
    if payment.iban and payment.iban in items.donors_by_iban:
        donor = items.donors_by_iban[payment.iban]
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
    if item and not item.collects(line.booked_on):
        evidence, sure = (*evidence, Evidence("late_gift", {"campaign": item.code})), False
    return made(line, rule, score, [_gift_share(line, line.whole, item, items)], evidence, sure=sure)


def _gift_share(line: OpenLine, payment: Payment, item: CampaignItem | None, items: Items) -> Share:
    if item is None:
        return Share(TargetKind.FOUNDATION, None, payment.amount, donor_of(payment, items), payment.detail)
    if not item.collects(line.booked_on):
        return Share(TargetKind.SUSPENSE, None, payment.amount, None, payment.detail)
    return Share(TargetKind.CAMPAIGN, item.id, payment.amount, donor_of(payment, items), payment.detail)


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
            shares.append(Share(TargetKind.SUSPENSE, None, payment.amount, None, payment.detail))
            continue
        sure = sure and best[4] and best[2] is not None and best[2].collects(line.booked_on)
        shares.append(_gift_share(line, payment, best[2], items))
        evidence.extend(best[3])
    return [made(line, "batch", 90, shares, (Evidence("batch_of", {"n": len(shares)}), *evidence), sure=sure)]


# --- own money --------------------------------------------------------------------------------------------------------
def _own_transfer(line: OpenLine, items: Items) -> list[Match]:
    """Money to or from an account of ours, with its other half where it waits too."""
    if line.whole.iban not in items.own_ibans or not line.whole.iban:
        return []
    half = _half(line, items.halves.get(-line.amount, ()))
    share = Share(TargetKind.TRANSFER, None, line.amount, counterpart=half.line if half else None)
    return [made(line, "own_transfer", 95, [share], [Evidence("own_account"), *_half_evidence(line, half)])]


def _payouts(line: OpenLine, items: Items) -> list[Match]:
    """The bank line that a processor's payout became."""
    half = _half(line, items.payouts.get(-line.amount, ())) if items.payouts else None
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
        gave = Evidence("gave_to_foundation") if one is None else Evidence("gave_before", {"campaign": items.campaigns[one].code})
        target = TargetKind.FOUNDATION if one is None else TargetKind.CAMPAIGN
        share = Share(target, one, line.amount, donor.id if donor else None)
        found.append(made(line, "refund", 65 if equal else 35, [share], [*evidence, gave, *([Evidence("amount_equal")] if equal else [])]))
    return found


# --- invoices ---------------------------------------------------------------------------------------------------------
def _invoices(line: OpenLine, items: Items) -> list[Match]:
    """What a payment may settle: one invoice in whole, in part or over it, or several that add up to it."""
    referred = _named_by_reference(line, items)
    named = items.numbers.named(f"{line.whole.references} {line.whole.text}")
    of_payee = items.payee_accounts.get(line.whole.iban or "") or items.payee_names.get(line.whole.folded or "")
    paid = -line.amount
    # Where a payment names what it pays to the cent, the payee's other invoices are no question.
    told = any(item.open and item.payable == paid for item in (*referred, *named))
    of_payee = () if told else of_payee
    looked_at = {item.id: item for item in (*referred, *named, *_likeliest(paid, of_payee))}
    for item in items.payables.get(paid)[:_MOST_TOGETHER]:
        looked_at.setdefault(item.id, item)
    numbered = {item.id for item in named}
    found = []
    for item in looked_at.values():
        evidence = _invoice_evidence(line, item, named=item.id in numbered, referred=item in referred)
        shares = _settling(line, item, evidence)
        if shares:
            only = len(referred) == 1 and item in referred and item.open and item.payable == paid
            found.append(made(line, "invoice", sum(_WEIGHTS.get(one.code, 0) for one in evidence), shares, evidence, sure=only))
    return [*_together(line, named, of_payee), *found]


def _named_by_reference(line: OpenLine, items: Items) -> list[InvoiceItem]:
    said = f"{line.whole.references} {line.whole.text}"
    if "RF" not in said.upper():
        return []
    return [item for one in dict.fromkeys(references_in(said, items.invoice_references)) for item in items.invoice_references.get(one)]


def _likeliest(paid: Money, of_payee: Sequence[InvoiceItem]) -> Sequence[InvoiceItem]:
    """Of a payee with many open invoices those of this amount, and the oldest ones."""
    return [*(one for one in of_payee if one.payable == paid), *of_payee[:_MOST_OFFERED]]


def _invoice_evidence(line: OpenLine, item: InvoiceItem, *, named: bool, referred: bool) -> list[Evidence]:
    """Why a payment may be for an invoice, in whole or in part; the amount alone is the weakest hint that is offered."""
    evidence, paid = [], -line.amount
    if referred:
        evidence.append(Evidence("reference_equal", {"reference": item.reference}))
    if named:
        evidence.append(Evidence("invoice_number", {"number": item.number}))
    if item.iban and line.whole.iban == item.iban:
        evidence.append(Evidence("payee_account"))
    elif item.folded and line.whole.folded == item.folded:
        evidence.append(Evidence("payee_name"))
    if paid == item.payable:
        evidence.append(Evidence("amount_equal"))
    elif evidence and item.open and not item.foreign and paid.minor < item.payable.minor:
        evidence.append(Evidence("part_of_invoice", {"payable": item.payable}))
    return evidence


def _settling(line: OpenLine, item: InvoiceItem, evidence: list[Evidence]) -> list[Share]:
    """The shares of a payment on one invoice, and one more reason where it is not a plain payment of it.

    What is above the payable is due back; what is paid before the approval is an advance. Both need the number or the reference.
    """
    over = -line.amount.minor - item.payable.minor
    # What a payment is worth of an invoice in another currency is reckoned when it is accepted.
    exchanged = item.foreign or line.amount.currency != item.payable.currency
    if item.open and (over <= 0 or exchanged):
        return [Share(TargetKind.INVOICE, item.id, line.amount)] if evidence else []
    if not {"invoice_number", "reference_equal"} & {one.code for one in evidence} or item.campaign is None:
        return []
    if not item.approved:
        evidence.append(Evidence("not_approved", {"number": item.number}))
        return [Share(TargetKind.ACCOUNT, ADVANCES, line.amount, bearer=item.campaign, payee=item.payee)]
    rest = Money(over if item.open else -line.amount.minor, line.amount.currency)
    evidence.append(Evidence("over_payable", {"rest": rest}))
    due = Share(TargetKind.ACCOUNT, DUE_BACK, -rest, bearer=item.campaign, payee=item.payee)
    return [Share(TargetKind.INVOICE, item.id, -item.payable), due] if item.open else [due]


def _together(line: OpenLine, named: Sequence[InvoiceItem], of_payee: Sequence[InvoiceItem]) -> list[Match]:
    """Several invoices that a payment settles at once: all that it names, else two or three of its payee's; none where two sums fit."""
    wanted = -line.amount.minor
    fits = [item for item in named if item.open]
    if len(fits) > 1 and sum(item.payable.minor for item in fits) == wanted:
        evidence = [Evidence("invoice_number", {"number": item.number}) for item in fits]
        return [_several(line, fits, 95, evidence)]
    some = [item for item in of_payee[:_MOST_TOGETHER] if item.payable.minor < wanted]
    sums = _adding_up(some, wanted)
    if len(sums) != 1:
        return []
    why = Evidence("payee_account") if line.whole.iban and sums[0][0].iban == line.whole.iban else Evidence("payee_name")
    return [_several(line, sums[0], 50, [why])]


def _adding_up(some: Sequence[InvoiceItem], wanted: int) -> list[list[InvoiceItem]]:
    """Every two or three of these that add up: the last one is looked up by what is missing."""
    by_minor: dict[int, list[int]] = {}
    for place, one in enumerate(some):
        by_minor.setdefault(one.payable.minor, []).append(place)
    minors = [one.payable.minor for one in some]
    sums: list[tuple[int, ...]] = [
        (first, last) for first, minor in enumerate(minors) for last in by_minor.get(wanted - minor, ()) if last > first
    ]
    for (first, least), (second, middle) in combinations(enumerate(minors), 2):
        if wanted - least - middle in by_minor:
            sums.extend((first, second, last) for last in by_minor[wanted - least - middle] if last > second)
    return [[some[place] for place in places] for places in sums]


def _several(line: OpenLine, group: Sequence[InvoiceItem], score: int, evidence: Sequence[Evidence]) -> Match:
    shares = [Share(TargetKind.INVOICE, item.id, -item.payable) for item in group]
    return made(line, "invoices", score, shares, [*evidence, Evidence("sum_of_invoices", {"n": len(group)})])
