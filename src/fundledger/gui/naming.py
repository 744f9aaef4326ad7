"""The words for what a bank line may become, and everything it may be given to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fundledger.domain.campaign import State
from fundledger.domain.chart import CHART, FREE, IN_CAMPAIGN, OF_CAMPAIGN, group
from fundledger.domain.matching import Evidence, Share, TargetKind
from fundledger.store import campaigns, invoices
from fundledger.store.called import campaigns_called, funds_called, invoices_called

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from fundledger.gui.desk import Desk
    from fundledger.store.rows import Database

Options = list[tuple[str, object]]
_BY_HAND = (TargetKind.FOUNDATION, TargetKind.SUSPENSE, TargetKind.TRANSFER)


@dataclass(frozen=True, slots=True)
class Names:
    """How campaigns, invoices and funds are called, by row id."""

    campaigns: Mapping[int, str]
    invoices: Mapping[int, str]
    funds: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Offered:
    """What a part of a line may go to, and in a second step whose it is: campaigns by row id, and their funds.

    `foreign` is the currency of each invoice that is in another one than the book's.
    """

    targets: Options
    campaigns: Options
    funds: Options
    foreign: Mapping[int, str] = field(default_factory=dict)


def read_names(desk: Desk) -> Names:
    """What everything is called."""
    book = desk.book
    with book.reading() as db:
        found, papers = campaigns.campaigns(db, book.currency), invoices.invoices(db, book.currency)
    return Names(
        {one.id: f"{one.code}  {one.title(desk.speaker.language)}" for one in found},
        {one.id: f"{one.number}  {one.campaign_code}" for one in papers},
        {one.fund: one.code for one in found} | _own_funds(desk),
    )


def _own_funds(desk: Desk) -> dict[int, str]:
    book, say = desk.book, desk.speaker.say
    return {book.unrestricted_fund: say("fund.unrestricted"), book.suspense_fund: say("fund.suspense")}


def names_of(desk: Desk, db: Database, shares: Iterable[Share]) -> Names:
    """What these shares name is called; nothing else is read."""
    named = tuple(shares)
    found = {one.key for one in named if one.target is TargetKind.CAMPAIGN and isinstance(one.key, int)}
    papers = {one.key for one in named if one.target is TargetKind.INVOICE and isinstance(one.key, int)}
    bearers = {one.bearer for one in named if one.bearer is not None}
    return Names(
        campaigns_called(db, sorted(found | bearers), desk.book.currency, desk.speaker.language),
        invoices_called(db, papers),
        called_funds(desk, db, [one.fund for one in named if one.fund is not None]),
    )


def called_funds(desk: Desk, db: Database, funds: Sequence[int]) -> dict[int, str]:
    """What these funds are called, and our own two."""
    return funds_called(db, funds) | _own_funds(desk)


def target_words(desk: Desk, share: Share, names: Names) -> str:
    """Where a share goes, in words."""
    say = desk.say
    match share.target:
        case TargetKind.CAMPAIGN if isinstance(share.key, int):
            return say("target.campaign" if share.amount.minor > 0 else "target.refund", name=names.campaigns.get(share.key, ""))
        case TargetKind.INVOICE if isinstance(share.key, int):
            return say("target.invoice" if share.amount.minor < 0 else "target.returned", name=names.invoices.get(share.key, ""))
        case TargetKind.ACCOUNT:
            return _in_fund(desk, account_words(desk, str(share.key)), names.campaigns.get(share.bearer or 0))
    return _in_fund(desk, say(f"target.{share.target.value}"), names.funds.get(share.fund or 0))


def _in_fund(desk: Desk, words: str, name: str | None) -> str:
    return desk.say("target.in_campaign", account=words, name=name) if name else words


def account_words(desk: Desk, code: str) -> str:
    """An account by its code and name; a bank account by its code alone."""
    name = CHART.get(group(code))
    return f"{code}  {desk.say(f'account.{name}')}" if name else code


def evidence_words(desk: Desk, evidence: Sequence[Evidence]) -> str:
    """Why, in words; the same reason of several payments is said once."""
    said = [desk.speaker.say(f"evidence.{one.code}", **one.values) for one in evidence]
    return " · ".join(dict.fromkeys(said))


def read_offered(desk: Desk, *, incoming: bool) -> Offered:
    """Everything a part of a line may go to, an account once, and whose it may be; runs beside the window."""
    book, say = desk.book, desk.say
    with book.reading() as db:
        found, papers = campaigns.campaigns(db, book.currency), invoices.invoices(db, book.currency)
    called = [(f"{one.code}  {one.title(desk.speaker.language)}", one) for one in found]
    named: Options
    if incoming:
        named = [(words, (TargetKind.CAMPAIGN, one.id)) for words, one in called if one.state in {State.OPEN, State.OVER}]
        named += [
            (say("target.returned", name=f"{one.number}  {one.campaign_code}"), (TargetKind.INVOICE, one.id)) for one in papers if one.paid
        ]
    else:
        named = [
            (say("target.invoice", name=f"{one.number}  {one.campaign_code}"), (TargetKind.INVOICE, one.id))
            for one in papers
            if one.payable
        ]
        named += [(say("target.refund", name=words), (TargetKind.CAMPAIGN, one.id)) for words, one in called]
    foundation = [(desk.speaker.say("fund.unrestricted"), None)]
    return Offered(
        named + fixed_targets(desk),
        [*foundation, *((words, one.id) for words, one in called)],
        [*foundation, *((words, one.fund) for words, one in called)],
        {one.id: one.own.currency for one in papers if one.original},
    )


def fixed_targets(desk: Desk) -> Options:
    """What there is in every book: the foundation, suspense, transit, and the accounts, each once."""
    made: Options = [(desk.say(f"target.{kind.value}"), (kind, None)) for kind in _BY_HAND]
    return made + [(account_words(desk, code), (TargetKind.ACCOUNT, code)) for code in sorted(FREE | IN_CAMPAIGN)]


def whose(target: object) -> str:
    """What the second step asks of a target: a campaign (`bearer`) or whose money is moved (`fund`); empty: nothing."""
    match target:
        case (TargetKind.ACCOUNT, code) if code in IN_CAMPAIGN:
            return "bearer"
        case (TargetKind.TRANSFER, _):
            return "fund"
    return ""


def must_be_campaign(target: object) -> bool:
    """Whether an account is never the foundation's own."""
    match target:
        case (TargetKind.ACCOUNT, code):
            return code in OF_CAMPAIGN
    return False
