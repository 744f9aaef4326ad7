"""`python -m tests.bench.truth [LINES]`: an invented year whose truth is known, and how often the proposals say it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from time import process_time

from fundledger.domain.blocking import CampaignItem, DonorItem, InvoiceItem, Items, Names
from fundledger.domain.matching import OpenLine, Payment, Share, TargetKind
from fundledger.domain.money import Money
from fundledger.domain.proposing import propose
from fundledger.domain.reference import creditor_reference
from fundledger.services.folding import fold, fold_text
from fundledger.services.proposing import alike_names
from tests.bench.files import FIRST_DAY

_FIRST = ("Testa", "Bandoma", "Sample", "Muster", "Proba", "Vzor", "Eksempel", "Ornek")
_SYLLABLES = ("ba", "ze", "ku", "mi", "lo", "ta", "ri", "sha", "ne", "vo", "pe", "du", "gra", "sti", "xe", "fo")
_GIFTS, _TWINS = (0.88, 0.94), 0.97
_DAYS = 365


@dataclass(frozen=True, slots=True)
class Known:
    """A line, and what it truly is: (target, key) of each share."""

    line: OpenLine
    truth: tuple[tuple[TargetKind, int | str | None], ...]


def euro(minor: int) -> Money:
    """Minor units of the book's currency."""
    return Money(minor, "EUR")


def name(rnd: Random) -> str:
    """An invented name."""
    return f"{rnd.choice(_FIRST)} {''.join(rnd.choice(_SYLLABLES) for _ in range(rnd.randint(3, 5))).title()}"


def misspelt(text: str, rnd: Random) -> str:
    """A text with one letter lost, doubled or exchanged, now and then."""
    if rnd.random() > 0.3:
        return text
    at = rnd.randrange(len(text))
    return text[:at] + rnd.choice(("", text[at] * 2, "x")) + text[at + 1 :]


def items(rnd: Random, n_donors: int, n_invoices: int, n_campaigns: int = 40) -> tuple[Items, list[DonorItem], list[InvoiceItem]]:
    """Campaigns, donors with the campaigns they give to, and open invoices of some hundred payees."""
    campaigns = [CampaignItem(n, f"C-{n + 100}", creditor_reference(f"C-{n + 100}")) for n in range(1, n_campaigns + 1)]
    gave = [tuple(rnd.sample(range(1, n_campaigns + 1), rnd.choice((1, 1, 1, 2)))) for _ in range(n_donors)]
    donors = [
        DonorItem(n, f"D-{n}", fold(name(rnd)), one, tuple(euro(rnd.randrange(5, 200) * 100) for _ in one)) for n, one in enumerate(gave, 1)
    ]
    payees = [fold(f"Law Office {name(rnd)}") for _ in range(max(n_invoices // 20, 1))]
    invoices = [
        InvoiceItem(
            n, f"INV-{2025 * 10_000 + n}", euro(rnd.randrange(10_000, 900_000)), f"LT-P{n % len(payees)}", payees[n % len(payees)], 1, 1
        )
        for n in range(1, n_invoices + 1)
    ]
    by_iban = {f"LT-D{one.id}": one for one in donors if one.id % 10}
    made = Items(
        campaigns=campaigns, names=Names(donors, alike_names), invoices=invoices, donors_by_iban=by_iban, own_ibans=frozenset({"LT-OWN"})
    )
    return made, donors, invoices


def gift(n: int, rnd: Random, donors: list[DonorItem], codes: dict[int, CampaignItem]) -> Known:
    """A gift as donors write one: with a reference, with a code, with neither; misspelt at times."""
    donor = rnd.choice(donors)
    place = 0 if rnd.random() < 0.93 else len(donor.campaigns) - 1
    campaign = codes[donor.campaigns[place] or 1]
    amount = donor.last[place] if rnd.random() < 0.7 else euro(rnd.randrange(5, 300) * 100)
    kind = rnd.random()
    text = campaign.reference if kind < 0.45 else f"Auka {campaign.code}" if kind < 0.7 else "Auka"
    if kind < 0.7 and rnd.random() < 0.05:
        text = misspelt(text, rnd)
    iban = f"LT-D{donor.id}" if rnd.random() < 0.9 else None
    return Known(line(n, rnd, amount, text, iban, misspelt(donor.folded, rnd)), ((TargetKind.CAMPAIGN, campaign.id),))


def paid(n: int, rnd: Random, invoices: list[InvoiceItem]) -> Known:
    """A payment on an invoice, whole, in part, or of two at once."""
    item = rnd.choice(invoices)
    kind = rnd.random()
    if kind < 0.1:
        other = invoices[item.id % len(invoices)]
        text, amount = f"{item.number} {other.number}", -(item.payable + other.payable)
        return Known(line(n, rnd, amount, text, item.iban, item.folded), ((TargetKind.INVOICE, item.id), (TargetKind.INVOICE, other.id)))
    amount = euro(-item.payable.minor // 2) if kind < 0.2 else -item.payable
    text = item.reference if kind > 0.6 else item.number if kind > 0.1 and rnd.random() < 0.95 else ""
    return Known(line(n, rnd, amount, text, item.iban, item.folded), ((TargetKind.INVOICE, item.id),))


def line(n: int, rnd: Random, amount: Money, text: str, iban: str | None, folded: str) -> OpenLine:
    """An open line of some day of the year."""
    on = FIRST_DAY + timedelta(days=rnd.randrange(_DAYS))
    return OpenLine(n, on, amount, Payment(amount, text, "", iban, fold(folded), None, fold_text(text)))


def year(size: int, seed: int = 5) -> tuple[Items, list[Known]]:
    """So many lines of a year: gifts (some of them twins), payments on invoices, refunds, transfers."""
    rnd = Random(seed)
    made, donors, invoices = items(rnd, max(size // 10, 20), max(size // 20, 20))
    known: list[Known] = []
    for n in range(1, size + 1):
        kind = rnd.random()
        if kind < _GIFTS[0] and known and rnd.random() < 0.02 and known[-1].line.amount.minor > 0:
            twin = known[-1]
            known.append(Known(OpenLine(n, twin.line.booked_on, twin.line.amount, twin.line.whole), twin.truth))
        elif kind < _GIFTS[0]:
            known.append(gift(n, rnd, donors, made.campaigns))
        elif kind < _GIFTS[1]:
            known.append(paid(n, rnd, invoices))
        elif kind < _TWINS:
            donor = rnd.choice([one for one in donors[:200] if one.id % 10])
            back = line(n, rnd, -donor.last[0], "Refund", f"LT-D{donor.id}", donor.folded)
            known.append(Known(back, ((TargetKind.CAMPAIGN, donor.campaigns[0]),)))
        else:
            amount = euro(rnd.choice((-1, 1)) * rnd.randrange(10_000, 1_000_000))
            known.append(Known(line(n, rnd, amount, "Own", "LT-OWN", ""), ((TargetKind.TRANSFER, None),)))
    return made, known


def says(shares: tuple[Share, ...]) -> tuple[tuple[TargetKind, int | str | None], ...]:
    """What a proposal says a line is."""
    return tuple((share.target, share.key) for share in shares)


def measure(size: int) -> dict[str, float]:
    """Precision of the sure ones, how often the first proposal is true, and CPU milliseconds a line."""
    made, known = year(size)
    started = process_time()
    found = [propose(one.line, made) for one in known]
    spent = process_time() - started
    sure = [(matches[0], one) for matches, one in zip(found, known, strict=True) if matches and matches[0].sure]
    right = sum(sorted(says(match.shares), key=str) == sorted(one.truth, key=str) for match, one in sure)
    first = sum(
        bool(matches) and sorted(says(matches[0].shares), key=str) == sorted(one.truth, key=str)
        for matches, one in zip(found, known, strict=True)
    )
    return {
        "lines": size,
        "sure": len(sure),
        "sure_right": right / max(len(sure), 1),
        "first_right": first / size,
        "ms_a_line": 1000 * spent / size,
    }


if __name__ == "__main__":
    for key, value in measure(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000).items():
        print(f"{key:12} {value:,.4f}")
