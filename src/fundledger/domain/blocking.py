"""What open lines are matched against, indexed once: nothing is looked through line by line."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING, Generic, TypeVar

from fundledger.domain.reference import compact, creditor_reference, reference_is_valid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from fundledger.domain.money import Money
    from fundledger.domain.rules import Rule

_RUNS = re.compile(r"[^\W_]+")
_RAREST = 6
_CANDIDATES = 25
SAME = 100
_BODY = 21


@dataclass(frozen=True, slots=True)
class CampaignItem:
    """A campaign a gift may name; a gift booked after `until` goes to suspense, for its late-gift rule."""

    id: int
    code: str
    reference: str
    until: date | None = date.max

    def collects(self, on_day: date) -> bool:
        """Whether a gift of that bank day came in time."""
        return self.until is not None and on_day <= self.until


@dataclass(frozen=True, slots=True)
class InvoiceItem:
    """An invoice with what is still owed on it; `folded` is the payee's name, `campaign` whose invoice it is.

    One that is paid (nothing payable) or not `approved` is found by its number alone.
    """

    id: int
    number: str
    payable: Money
    iban: str | None
    folded: str
    campaign: int | None = None
    payee: int | None = None
    approved: bool = True

    @property
    def open(self) -> bool:
        """Whether a payment may settle it."""
        return self.approved and self.payable.minor > 0

    @property
    def reference(self) -> str:
        """Its RF reference: the number itself where it is one, else the one made of it; empty where none can be made."""
        body = compact(self.number)
        if reference_is_valid(body):
            return body
        return creditor_reference(body) if body.isascii() and body.isalnum() and len(body) <= _BODY else ""


@dataclass(frozen=True, slots=True)
class PledgeItem:
    """A promise that is not kept yet, with what is left of it."""

    id: int
    donor: int
    campaign: int
    left: Money
    pledged_on: date

    @property
    def reference(self) -> str:
        """The RF reference a donor may be given for it."""
        return creditor_reference(f"PLEDGE{self.id:04d}")


@dataclass(frozen=True, slots=True)
class DonorItem:
    """A known donor with the campaigns given to before, the latest first (None is the foundation), and the last gift to each."""

    id: int
    code: str
    folded: str
    campaigns: tuple[int | None, ...]
    last: tuple[Money, ...] = ()


@dataclass(frozen=True, slots=True)
class Half:
    """A line of an own account that may be the other half of a transfer."""

    line: int
    account: str
    booked_on: date


_Item = TypeVar("_Item")


class Phrases(Generic[_Item]):
    """Items by the letters and digits of their code, found in a text whatever stands between those: no search per item."""

    def __init__(self, items: Iterable[tuple[str, _Item]]) -> None:
        """Index (code, item) pairs."""
        self._items: dict[tuple[str, ...], list[_Item]] = defaultdict(list)
        for code, item in items:
            runs = tuple(_RUNS.findall(code.casefold()))
            if runs:
                self._items[runs].append(item)
        self._sizes = sorted({len(runs) for runs in self._items}, reverse=True)

    def named(self, text: str) -> list[_Item]:
        """The items whose code stands in the text, in its order, each once."""
        if not text or not self._items:
            return []
        runs = tuple(_RUNS.findall(text.casefold()))
        found: dict[int, _Item] = {}
        for start in range(len(runs)):
            for size in self._sizes:
                for item in self._items.get(runs[start : start + size], ()):
                    found.setdefault(id(item), item)
        return list(found.values())


class Names:
    """Donors by folded name: equal ones at once, alike ones among the few that share the rarest groups of three letters."""

    def __init__(self, donors: Iterable[DonorItem], alike: Callable[[str, Sequence[str]], Iterable[tuple[int, int]]]) -> None:
        """`alike` compares a name with candidates and answers (place, how alike, 0 to 100) of those alike enough."""
        self._by_name: dict[str, list[DonorItem]] = defaultdict(list)
        for one in donors:
            if one.folded:
                self._by_name[one.folded].append(one)
        self._names = list(self._by_name)
        self._alike = alike
        self._grams: dict[str, list[int]] | None = None
        self._asked: dict[str, list[tuple[DonorItem, int]]] = {}

    def same(self, folded: str) -> list[DonorItem]:
        """The donors of exactly this name."""
        return self._by_name.get(folded, [])

    def near(self, folded: str) -> list[tuple[DonorItem, int]]:
        """Donors of this name at 100, else those of alike names, below."""
        if not folded:
            return []
        if folded in self._by_name:
            return [(one, SAME) for one in self._by_name[folded]]
        if folded not in self._asked:
            self._asked[folded] = self._compared(folded)
        return self._asked[folded]

    def _compared(self, folded: str) -> list[tuple[DonorItem, int]]:
        candidates = [self._names[place] for place in self._candidates(folded)]
        found = [(candidates[place], min(SAME - 1, score)) for place, score in self._alike(folded, candidates)]
        return [(one, score) for name, score in found for one in self._by_name[name]]

    def _candidates(self, folded: str) -> list[int]:
        """Places of the names that share the most of this one's rarest groups of three letters."""
        if self._grams is None:
            grams: dict[str, list[int]] = defaultdict(list)
            for place, name in enumerate(self._names):
                for gram in _grams(name):
                    grams[gram].append(place)
            self._grams = dict(grams)
        known = sorted((self._grams[gram] for gram in _grams(folded) if gram in self._grams), key=len)[:_RAREST]
        shared = Counter(chain.from_iterable(known))
        return [place for place, _ in shared.most_common(_CANDIDATES)]


def _grams(name: str) -> set[str]:
    padded = f" {name} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}


class Items:
    """Everything lines are matched against; made once and good until the book's next operation."""

    def __init__(  # noqa: PLR0913  there are this many kinds of things a line may be
        self,
        *,
        campaigns: Sequence[CampaignItem],
        names: Names,
        invoices: Sequence[InvoiceItem] = (),
        pledges: Sequence[PledgeItem] = (),
        donors_by_iban: Mapping[str, DonorItem] | None = None,
        own_ibans: frozenset[str] = frozenset(),
        halves: Mapping[Money, Sequence[Half]] | None = None,
        payouts: Mapping[Money, Sequence[Half]] | None = None,
        rules: Sequence[Rule] = (),
    ) -> None:
        """Index; `halves` are open lines of own accounts and `payouts` those of processors, by their amount."""
        self.campaigns = {item.id: item for item in campaigns}
        self.by_reference = {item.reference: item for item in campaigns}
        self.codes = Phrases((item.code, item) for item in campaigns)
        self.names, self.own_ibans, self.rules = names, own_ibans, tuple(rules)
        self.donors_by_iban = donors_by_iban or {}
        self.halves, self.payouts = halves or {}, payouts or {}
        self._index_invoices(invoices)
        self.pledges_of: dict[int, list[PledgeItem]] = defaultdict(list)
        for pledge in pledges:
            self.pledges_of[pledge.donor].append(pledge)
        self.pledge_references = {one.reference: one for one in pledges}
        self.references = frozenset((*self.by_reference, *self.pledge_references))

    def _index_invoices(self, invoices: Sequence[InvoiceItem]) -> None:
        self.numbers = Phrases((item.number, item) for item in invoices)
        self.payee_accounts: dict[str, list[InvoiceItem]] = defaultdict(list)
        self.payee_names: dict[str, list[InvoiceItem]] = defaultdict(list)
        self.payables: dict[Money, list[InvoiceItem]] = defaultdict(list)
        self.invoice_references: dict[str, list[InvoiceItem]] = defaultdict(list)
        for item in invoices:
            if item.reference:
                self.invoice_references[item.reference].append(item)
            if item.open:
                self.payables[item.payable].append(item)
                if item.iban:
                    self.payee_accounts[item.iban].append(item)
                if item.folded:
                    self.payee_names[item.folded].append(item)
        self.known_invoice_references = frozenset(self.invoice_references)
