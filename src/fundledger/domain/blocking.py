"""What open lines are matched against, indexed once: nothing is looked through line by line."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from operator import attrgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Generic, TypeVar

from fundledger.domain.reference import compact, creditor_reference, reference_is_valid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Self

    from fundledger.domain.money import Money
    from fundledger.domain.rules import Rule

_WORDS = re.compile(r"\w+")
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

    One that is paid (nothing payable) or not `approved` is found by its number alone. `foreign`: it is in another currency than the book.
    """

    id: int
    number: str
    payable: Money
    iban: str | None
    folded: str
    campaign: int | None = None
    payee: int | None = None
    approved: bool = True
    foreign: bool = False

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
class RefundItem:
    """What is still to go back to an account, as was decided: of a campaign's money, None for the foundation's.

    `line` is the gift in suspense that is sent back.
    """

    campaign: int | None
    left: Money
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Half:
    """A line of an own account that may be the other half of a transfer."""

    line: int
    account: str
    booked_on: date


_Item = TypeVar("_Item", bound=CampaignItem | InvoiceItem | PledgeItem | DonorItem)
_Key = TypeVar("_Key")


class Index(Generic[_Key, _Item]):
    """Items by their keys, in the order of their ids. It never changes: `after` answers another one that shares what stayed."""

    def __init__(self, keys_of: Callable[[_Item], Iterable[_Key]], items: Iterable[_Item] = ()) -> None:
        """`keys_of` says what an item is found by; items come in the order of their ids."""
        self._keys_of = keys_of
        self.found: dict[_Key, list[_Item]] = {}
        for item in items:
            for key in keys_of(item):
                self.found.setdefault(key, []).append(item)

    def __contains__(self, key: object) -> bool:
        """Whether any item is found by it."""
        return key in self.found

    def get(self, key: _Key) -> Sequence[_Item]:
        """The items of a key."""
        return self.found.get(key, ())

    def after(self, old: Sequence[_Item], new: Sequence[_Item]) -> Self:
        """The same with the old items gone and the new ones in."""
        made = copy(self)
        made.found = dict(self.found)
        coming: dict[_Key, list[_Item]] = {key: [] for one in old for key in self._keys_of(one)}
        for one in new:
            for key in self._keys_of(one):
                coming.setdefault(key, []).append(one)
        gone = {one.id for one in old}
        for key, some in coming.items():
            kept = sorted([*(one for one in self.get(key) if one.id not in gone), *some], key=attrgetter("id"))
            if kept:
                made.found[key] = kept
            else:
                made.found.pop(key, None)
        return made


def _runs(text: str) -> list[str]:
    """Its runs of letters and digits; half as long as by a class that leaves the low line out."""
    return _WORDS.findall(text.casefold().replace("_", " "))


class Phrases(Index[tuple[str, ...], _Item]):
    """Items by the letters and digits of their code, found in a text whatever stands between those: no search per item."""

    def __init__(self, code_of: Callable[[_Item], str], items: Iterable[_Item]) -> None:
        """Index items by their codes."""
        super().__init__(lambda item: filter(None, [tuple(_runs(code_of(item)))]), items)
        self.measure()

    def measure(self) -> None:
        """How long codes are, and how they begin."""
        self.longest = max(map(len, self.found), default=0)
        self.beginnings = {key[0] for key in self.found}

    def after(self, old: Sequence[_Item], new: Sequence[_Item]) -> Self:
        """As of any index."""
        made = super().after(old, new)
        made.measure()
        return made

    def named(self, text: str) -> list[_Item]:
        """The items whose code stands in the text, in its order, each once."""
        if not text or not self.found:
            return []
        runs = _runs(text)
        if self.beginnings.isdisjoint(runs):
            return []
        sizes = range(min(len(runs), self.longest), 0, -1)
        found: dict[int, _Item] = {}
        for start, run in enumerate(runs):
            for size in sizes if run in self.beginnings else ():
                for item in self.get(tuple(runs[start : start + size])):
                    found.setdefault(item.id, item)
        return list(found.values())


class Names:
    """Donors by folded name: equal ones at once, alike ones among the few that share the rarest groups of three letters."""

    def __init__(self, donors: Iterable[DonorItem], alike: Callable[[str, Sequence[str]], Iterable[tuple[int, int]]]) -> None:
        """`alike` compares a name with candidates and answers (place, how alike, 0 to 100) of those alike enough."""
        self.by_name: Index[str, DonorItem] = Index(lambda one: [one.folded] if one.folded else [], donors)
        self.names = list(self.by_name.found)
        self._alike = alike
        self._grams: dict[str, list[int]] | None = None
        self._asked: dict[str, list[tuple[DonorItem, int]]] = {}

    def after(self, old: Sequence[DonorItem], new: Sequence[DonorItem]) -> Names:
        """The same with these donors as they are now: known ones under their names, others after all that were here."""
        made = Names((), self._alike)
        made.by_name = self.by_name.after(old, new)
        added = dict.fromkeys(one.folded for one in new if one.folded and one.folded not in self.by_name)
        made.names = [*self.names, *added]
        if self._grams is not None:
            made._grams = dict(self._grams)
            for place, name in enumerate(added, len(self.names)):
                for gram in grams(name):
                    made._grams[gram] = [*made._grams.get(gram, ()), place]
        return made

    def same(self, folded: str) -> Sequence[DonorItem]:
        """The donors of exactly this name."""
        return self.by_name.get(folded)

    def near(self, folded: str) -> list[tuple[DonorItem, int]]:
        """Donors of this name at 100, else those of alike names, below."""
        if not folded:
            return []
        if folded in self.by_name:
            return [(one, SAME) for one in self.by_name.get(folded)]
        if folded not in self._asked:
            self._asked[folded] = self._compared(folded)
        return self._asked[folded]

    def _compared(self, folded: str) -> list[tuple[DonorItem, int]]:
        candidates = [self.names[place] for place in self._candidates(folded)]
        found = [(candidates[place], min(SAME - 1, score)) for place, score in self._alike(folded, candidates)]
        return [(one, score) for name, score in found for one in self.by_name.get(name)]

    def _candidates(self, folded: str) -> list[int]:
        """Places of the names that share the most of this one's rarest groups of three letters."""
        known = sorted((len(self.by_gram[gram]), gram) for gram in grams(folded) if gram in self.by_gram)[:_RAREST]
        shared = Counter(chain.from_iterable(self.by_gram[gram] for _, gram in known))
        return [place for place, _ in shared.most_common(_CANDIDATES)]

    @property
    def by_gram(self) -> dict[str, list[int]]:
        """Places of the names that have a group of three letters; made when the first name is not known."""
        if self._grams is None:
            found: dict[str, list[int]] = defaultdict(list)
            for place, name in enumerate(self.names):
                for gram in grams(name):
                    found[gram].append(place)
            self._grams = dict(found)
        return self._grams


def grams(name: str) -> set[str]:
    """The groups of three letters of a name, its ends included."""
    padded = f" {name} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}


def _if_open(key_of: Callable[[InvoiceItem], _Key | None]) -> Callable[[InvoiceItem], list[_Key]]:
    return lambda item: [key for key in [key_of(item)] if key and item.open]


@dataclass(frozen=True, slots=True)
class Changed:
    """What is other than when items were read: donors with the accounts and open pledges they have now, invoices, lines.

    A known donor has the name of before, a new one an id above all others. Of `lines` each has its amount, and the half it is
    while it is open. Where new lines arrived, `halves` and `payouts` are all there are now.
    `refunds` are all there are, by the account they go to.
    """

    donors: Sequence[DonorItem] = ()
    accounts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    pledges: Sequence[PledgeItem] = ()
    invoices: Sequence[InvoiceItem] = ()
    lines: Mapping[int, tuple[Money, Half | None]] = field(default_factory=lambda: MappingProxyType({}))
    halves: Mapping[Money, Sequence[Half]] | None = None
    payouts: Mapping[Money, Sequence[Half]] | None = None
    refunds: Mapping[str, Sequence[RefundItem]] = field(default_factory=lambda: MappingProxyType({}))


class Items:
    """Everything lines are matched against. It never changes: `after` answers what is found once something did."""

    def __init__(  # noqa: PLR0913  there are this many kinds of things a line may be
        self,
        *,
        campaigns: Sequence[CampaignItem],
        names: Names,
        invoices: Iterable[InvoiceItem] = (),
        pledges: Iterable[PledgeItem] = (),
        donors_by_iban: Mapping[str, DonorItem] | None = None,
        own_ibans: frozenset[str] = frozenset(),
        halves: Mapping[Money, Sequence[Half]] | None = None,
        payouts: Mapping[Money, Sequence[Half]] | None = None,
        refunds: Mapping[str, Sequence[RefundItem]] | None = None,
        rules: Sequence[Rule] = (),
        donors: Iterable[DonorItem] = (),
    ) -> None:
        """Index; `halves` are open lines of own accounts and `payouts` those of processors, by their amount.

        `donors` are all there are, needed where donors are going to change.
        """
        self.campaigns = {item.id: item for item in campaigns}
        self.by_reference = {item.reference: item for item in campaigns}
        self.codes = Phrases(attrgetter("code"), campaigns)
        self.names, self.own_ibans, self.rules = names, own_ibans, tuple(rules)
        self.donors = {one.id: one for one in donors}
        self.donors_by_iban = donors_by_iban or {}
        self.halves, self.payouts, self.refunds = halves or {}, payouts or {}, refunds or {}
        self.invoices = {one.id: one for one in invoices}
        every = sorted(self.invoices.values(), key=attrgetter("id"))
        self.numbers: Phrases[InvoiceItem] = Phrases(attrgetter("number"), every)
        self.invoice_references: Index[str, InvoiceItem] = Index(lambda item: filter(None, [item.reference]), every)
        self.payables: Index[Money, InvoiceItem] = Index(_if_open(attrgetter("payable")), every)
        self.payee_accounts: Index[str, InvoiceItem] = Index(_if_open(attrgetter("iban")), every)
        self.payee_names: Index[str, InvoiceItem] = Index(_if_open(attrgetter("folded")), every)
        promised = sorted(pledges, key=attrgetter("id"))
        self.pledges_of: Index[int, PledgeItem] = Index(lambda one: [one.donor], promised)
        self.pledge_references: Index[str, PledgeItem] = Index(lambda one: [one.reference], promised)
        self.references = frozenset((*self.by_reference, *self.pledge_references.found))

    def after(self, changed: Changed) -> Items:
        """What lines are matched against after a change, the same as if all were read anew; this one stays as it is."""
        made = copy(self)
        if changed.donors:
            made.take_donors(self, changed)
        if changed.invoices:
            old = [self.invoices[one.id] for one in changed.invoices if one.id in self.invoices]
            made.invoices = {**self.invoices, **{one.id: one for one in changed.invoices}}
            for name in ("numbers", "invoice_references", "payables", "payee_accounts", "payee_names"):
                setattr(made, name, getattr(self, name).after(old, changed.invoices))
        made.halves = _halves_after(self.halves, changed.lines) if changed.halves is None else changed.halves
        made.refunds = changed.refunds
        made.payouts = self.payouts if changed.payouts is None else changed.payouts
        return made

    def take_donors(self, before: Items, changed: Changed) -> None:
        """Take over what is known of the changed donors."""
        now = {one.id: one for one in changed.donors}
        old = [before.donors[row] for row in now if row in before.donors]
        self.names = before.names.after(old, changed.donors)
        self.donors = {**before.donors, **now}
        self.donors_by_iban = {**before.donors_by_iban, **{iban: now[row] for iban, row in changed.accounts.items()}}
        promised = [one for row in now for one in before.pledges_of.get(row)]
        self.pledges_of = before.pledges_of.after(promised, changed.pledges)
        self.pledge_references = before.pledge_references.after(promised, changed.pledges)
        self.references = frozenset((*self.by_reference, *self.pledge_references.found))


def _halves_after(halves: Mapping[Money, Sequence[Half]], lines: Mapping[int, tuple[Money, Half | None]]) -> Mapping[Money, Sequence[Half]]:
    made = dict(halves)
    for line, (amount, half) in lines.items():
        rest = [one for one in made.pop(amount, ()) if one.line != line]
        if rest or half:
            made[amount] = sorted([*rest, *([half] if half else [])], key=attrgetter("line"))
    return made
