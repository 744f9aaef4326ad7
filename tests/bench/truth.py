"""`python -m tests.bench.truth [LINES]`: an invented year whose truth is known, and how often the proposals say it."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from time import process_time

from fundledger.domain.blocking import CampaignItem, DonorItem, Half, InvoiceItem, Items, Names, PledgeItem
from fundledger.domain.matching import Match, OpenLine, Payment, Share, TargetKind
from fundledger.domain.money import Money
from fundledger.domain.proposing import propose
from fundledger.domain.reference import creditor_reference
from fundledger.domain.rules import Direction, Rule
from fundledger.services.folding import fold, fold_text
from fundledger.services.proposing import alike_names
from tests.bench.files import FIRST_DAY

_FIRST = ("Testa", "Bandoma", "Sample", "Muster", "Proba", "Vzor", "Eksempel", "Ornek")
_SYLLABLES = ("ba", "ze", "ku", "mi", "lo", "ta", "ri", "sha", "ne", "vo", "pe", "du", "gra", "sti", "xe", "fo")
_CHARGES = {"5310": "Monthly fee", "5320": "Card terminal rent"}
_KINDS = {"gift": 80, "twin": 2, "pledge": 3, "paid": 6, "refund": 2, "returned": 1, "payout": 2, "own": 2, "charge": 2}
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
    """A text with one letter lost, doubled or exchanged."""
    at = rnd.randrange(len(text))
    return text[:at] + rnd.choice(("", text[at] * 2, "x")) + text[at + 1 :]


def written(folded: str, rnd: Random) -> str:
    """A name as some bank writes it: right, misspelt, cut short, with its words swapped, in another alphabet's spelling."""
    kind = rnd.random()
    if kind < 0.2:
        return misspelt(folded, rnd)
    if kind < 0.25:
        return folded[:14]
    if kind < 0.4:
        return " ".join(reversed(folded.split())).upper()
    return folded.replace("sh", "\u0448").replace("z", "\u017e") if kind < 0.5 else folded


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
    if kind < 0.7 and rnd.random() < 0.08:
        text = rnd.choice((misspelt(text, rnd), text[:-1], " ".join(text)))
    iban = f"LT-D{donor.id}" if rnd.random() < 0.9 else None
    made = line(n, rnd, amount, text, iban, written(donor.folded, rnd))
    late = campaign.until is not None and made.booked_on > campaign.until
    return Known(made, ((TargetKind.SUSPENSE, None) if late else (TargetKind.CAMPAIGN, campaign.id),))


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


class Year:
    """An invented year: what is known at its beginning, and its lines as they come, each with its truth."""

    def __init__(self, size: int, seed: int = 5) -> None:
        """So many lines; a tenth of the campaigns end at midsummer, one invoice in fifty bears the number of another payee's."""
        self.rnd = Random(seed)
        found, self.donors, invoices = items(self.rnd, max(size // 10, 20), max(size // 20, 20))
        end = FIRST_DAY + timedelta(days=_DAYS // 2)
        campaigns = [replace(one, until=end) if one.id % 10 == 0 else one for one in found.campaigns.values()]
        self.open = [one.id for one in campaigns if one.until != end]
        self.invoices = [replace(one, number=invoices[one.id - 2].number) if one.id % 50 == 0 else one for one in invoices]
        promised = self.rnd.sample(self.donors, len(self.donors) // 5)
        self.pledges = [
            PledgeItem(n, one.id, self.rnd.choice(self.open), euro(self.rnd.randrange(5, 90) * 500), FIRST_DAY)
            for n, one in enumerate(promised, 1)
        ]
        self.payouts: dict[Money, list[Half]] = {}
        self.items = Items(
            campaigns=campaigns,
            names=found.names,
            invoices=self.invoices,
            pledges=self.pledges,
            donors_by_iban=found.donors_by_iban,
            own_ibans=found.own_ibans,
        )
        self.known: list[Known] = []
        for n in range(1, size + 1):
            kind = self.rnd.choices([*_KINDS], [*_KINDS.values()])[0]
            self.known.append(self._line(n, kind))
        self.items.payouts = self.payouts

    def _line(self, n: int, kind: str) -> Known:
        if kind == "twin" and self.known:
            return self._twin(n)
        if kind == "paid":
            return paid(n, self.rnd, self.invoices)
        if kind in {"own", "payout"}:
            return self._own_money(n, kind)
        if kind in {"pledge", "refund", "returned", "charge"}:
            made: Known = getattr(self, f"_{kind}")(n)
            return made
        return gift(n, self.rnd, self.donors, self.items.campaigns)

    def _twin(self, n: int) -> Known:
        """The same again: someone gave twice that day."""
        first = self.known[-1]
        return Known(replace(first.line, id=n), first.truth)

    def _pledge(self, n: int) -> Known:
        """A promise kept, whole or in part, with its reference or without."""
        one = self.rnd.choice(self.pledges)
        donor = self.donors[one.donor - 1]
        amount = one.left if self.rnd.random() < 0.8 else euro(one.left.minor // 5)
        text = one.reference if self.rnd.random() < 0.6 else "Promised"
        return Known(
            line(n, self.rnd, amount, text, f"LT-D{donor.id}", written(donor.folded, self.rnd)), ((TargetKind.CAMPAIGN, one.campaign),)
        )

    def _refund(self, n: int) -> Known:
        """The last gift given back."""
        donor = self.rnd.choice([one for one in self.donors[:200] if one.id % 10])
        back = line(n, self.rnd, -donor.last[0], "Refund", f"LT-D{donor.id}", written(donor.folded, self.rnd))
        return Known(back, ((TargetKind.CAMPAIGN, donor.campaigns[0]),))

    def _returned(self, n: int) -> Known:
        """A refund that the bank sent back with our own reference in it."""
        campaign = self.items.campaigns[self.rnd.choice(self.open)]
        back = line(n, self.rnd, euro(self.rnd.randrange(5, 300) * 100), campaign.reference, None, "")
        return Known(replace(back, returned=True), ((TargetKind.CAMPAIGN, campaign.id),))

    def _own_money(self, n: int, kind: str) -> Known:
        """Money to or from an own account; or what a processor paid out some days after it said so."""
        amount = euro(self.rnd.randrange(10_000, 1_000_000))
        if kind == "own":
            return Known(line(n, self.rnd, self.rnd.choice((amount, -amount)), "Own", "LT-OWN", ""), ((TargetKind.TRANSFER, None),))
        made = line(n, self.rnd, amount, "Payout", "LT-PROCESSOR", "sample processor")
        half = Half(10**9 + n, "1060-1", made.booked_on - timedelta(days=self.rnd.randrange(4)))
        self.payouts.setdefault(-amount, []).append(half)
        return Known(made, ((TargetKind.TRANSFER, None),))

    def _charge(self, n: int) -> Known:
        """A charge of the bank, which nothing but a rule can tell."""
        account, words = self.rnd.choice([*_CHARGES.items()])
        made = line(n, self.rnd, euro(-self.rnd.randrange(100, 3_000)), f"{words} {self.rnd.randrange(1, 13):02d}", None, "")
        return Known(made, ((TargetKind.ACCOUNT, account),))


def learned(one: Known) -> Rule:
    """The rule a person keeps after the first charge of a kind: its words without the month."""
    account = str(one.truth[0][1])
    words = one.line.whole.words.rsplit(" ", 1)[0]
    return Rule(TargetKind.ACCOUNT, Direction.OUT, text=words, account=account, id=int(account), number=1)


def says(shares: tuple[Share, ...]) -> tuple[tuple[TargetKind, int | str | None], ...]:
    """What a proposal says a line is."""
    return tuple((share.target, share.key) for share in shares)


def agrees(match: Match, one: Known) -> bool:
    """Whether a proposal says the truth."""
    return sorted(says(match.shares), key=str) == sorted(one.truth, key=str)


def measure(size: int) -> dict[str, float]:
    """Precision of the sure ones, how often the first proposal is true, and CPU milliseconds a line; rules are learned on the way."""
    year = Year(size)
    spent, sure, sure_right, first_right = 0.0, 0, 0, 0
    for one in year.known:
        started = process_time()
        matches = propose(one.line, year.items)
        spent += process_time() - started
        right = bool(matches) and agrees(matches[0], one)
        first_right += right
        sure += sum(match.sure for match in matches)
        sure_right += sum(agrees(match, one) for match in matches if match.sure)
        if not right and one.truth[0][0] is TargetKind.ACCOUNT:
            year.items.rules = (*year.items.rules, learned(one))
    return {
        "lines": size,
        "sure": sure,
        "sure_right": sure_right / max(sure, 1),
        "first_right": first_right / size,
        "ms_a_line": 1000 * spent / size,
    }


if __name__ == "__main__":
    for key, value in measure(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000).items():
        print(f"{key:12} {value:,.4f}")
