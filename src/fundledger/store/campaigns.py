"""Campaigns with their mandates and quotes."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import asdict, fields
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from fundledger.domain.campaign import Campaign, CampaignPaper, Mandate, MandateVersion, PublicText, State
from fundledger.domain.money import Money
from fundledger.domain.people import Quote
from fundledger.domain.problem import KnownError
from fundledger.store.rows import add_row
from fundledger.store.schema import campaign, campaign_paper, document, identity_mandate_text, identity_quote, mandate, payee, quote

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, RowMapping

    from fundledger.store.operations import Operation


# What a mandate promises beside its texts, in the order of its fields.
_TERMS = tuple(field.name for field in fields(Mandate))[1:]
_DAYS = frozenset({"consent_on", "consent_until"})


def add_campaign(op: Operation, code: str, fund: int, reference: str, asked: Money, taken: Mandate) -> int:
    """A new draft campaign with the first version of its mandate; raises campaign.code_taken."""
    if op.db.execute(select(campaign.c.id).where((campaign.c.code == code) | (campaign.c.reference == reference))).first():
        raise KnownError("campaign.code_taken", code)
    values = {"code": code, "fund_id": fund, "state": State.DRAFT.value, "reference": reference, "asked_minor": asked.minor}
    row_id = add_row(op.db, campaign, **values)
    add_mandate(op, row_id, taken, op.at.date())
    return row_id


def add_mandate(op: Operation, campaign_id: int, taken: Mandate, on: date) -> None:
    """The next version of a campaign's mandate, taken on a day; the versions before stay, each with the digest of what it said."""
    version = op.db.execute(select(func.count()).where(mandate.c.campaign_id == campaign_id)).scalar_one() + 1
    salt = secrets.token_bytes(16)
    texts = {language: asdict(text) for language, text in taken.texts.items()}
    plain = {name: _plain(getattr(taken, name)) for name in _TERMS}
    digest = mandate_digest(salt, plain, texts)
    row = plain | {"campaign_id": campaign_id, "version": version, "taken_on": on.isoformat(), "salt": salt, "digest": digest}
    mandate_id = add_row(op.db, mandate, **row)
    for language, text in taken.texts.items():
        add_row(op.db, identity_mandate_text, mandate_id=mandate_id, language=language, title=text.title, story=text.story)


def add_paper(op: Operation, found: Campaign, kind: str, document_id: int, on: date) -> int:
    """A paper about a campaign itself, of a kind of `PAPERS`; raises KnownError campaign.paper_known where it is there already."""
    same = campaign_paper.c.campaign_id == found.id, campaign_paper.c.document_id == document_id
    if op.db.execute(select(campaign_paper.c.id).where(*same)).first():
        raise KnownError("campaign.paper_known", found.code)
    values = {"campaign_id": found.id, "kind": kind, "document_id": document_id, "added_on": on.isoformat()}
    return add_row(op.db, campaign_paper, **values)


def papers(db: Connection, campaign_id: int) -> list[CampaignPaper]:
    """The papers about a campaign itself, the first one first."""
    query = select(campaign_paper.c.id, campaign_paper.c.kind, campaign_paper.c.added_on, document.c.sha256)
    rows = db.execute(query.join(document).where(campaign_paper.c.campaign_id == campaign_id).order_by(campaign_paper.c.id))
    return [CampaignPaper(row_id, kind, date.fromisoformat(on), sha256) for row_id, kind, on, sha256 in rows]


def mandate_digest(salt: bytes, terms: Mapping[Any, Any], texts: Mapping[str, Mapping[str, str]]) -> str:
    """The digest of what a mandate says, its words by language included; `terms` may hold more than the terms."""
    said = {name: terms[name] for name in _TERMS} | {"texts": texts}
    return hashlib.sha256(salt + json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _plain(value: object) -> object:
    """A term as its column keeps it."""
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, bool) else value


def _term(name: str, value: Any) -> Any:  # noqa: ANN401  a term is a word, an amount, a day or yes and no
    """A term as the mandate has it, from its column."""
    if name in _DAYS:
        return _day(value)
    return bool(value) if name == "protected" else value


def set_state(op: Operation, found: Campaign, state: State, on: date, rule: str | None = None) -> None:
    """Move a campaign on, and remember the day; `rule` is what closing obeyed."""
    day = {State.OPEN: "opened_on", State.OVER: "over_on", State.CLOSED: "closed_on", State.ARCHIVED: "archived_on"}.get(state)
    values: dict[str, object] = {"state": state.value}
    if day and not (state is State.OPEN and found.opened_on):
        values[day] = on.isoformat()
    if rule:
        values["closed_rule"] = rule
    op.db.execute(update(campaign).where(campaign.c.id == found.id).values(values))


def add_quote(
    op: Operation,
    campaign_id: int,
    payee_id: int,
    amount: Money,
    received_on: date,
    document_id: int | None,
    *,
    vat: str = "unsaid",
    scope: str = "",
) -> int:
    """A new version of the quote, offered and not decided on."""
    version = op.db.execute(select(func.count()).where(quote.c.campaign_id == campaign_id)).scalar_one() + 1
    values = {
        "campaign_id": campaign_id,
        "payee_id": payee_id,
        "version": version,
        "amount_minor": amount.minor,
        "received_on": received_on.isoformat(),
        "state": "offered",
        "vat": vat,
        "document_id": document_id,
    }
    row_id = add_row(op.db, quote, **values)
    if scope:
        add_row(op.db, identity_quote, quote_id=row_id, scope=scope)
    return row_id


def accept_quote(op: Operation, quote_id: int, on: date) -> None:
    """Let the campaign ask for what a quote says; the one that was accepted before is replaced."""
    campaign_id, minor = op.db.execute(select(quote.c.campaign_id, quote.c.amount_minor).where(quote.c.id == quote_id)).one()
    before = update(quote).where(quote.c.campaign_id == campaign_id, quote.c.state == "accepted", quote.c.id != quote_id)
    op.db.execute(before.values(state="replaced"))
    op.db.execute(update(quote).where(quote.c.id == quote_id).values(state="accepted", decided_on=on.isoformat()))
    op.db.execute(update(campaign).where(campaign.c.id == campaign_id).values(asked_minor=minor))


def refuse_quote(op: Operation, quote_id: int, on: date) -> None:
    """Nobody will work by this quote."""
    op.db.execute(update(quote).where(quote.c.id == quote_id).values(state="refused", decided_on=on.isoformat()))


def quotes(db: Connection, currency: str, campaign_id: int | None = None) -> list[Quote]:
    """Every version of every quote (of a campaign), by campaign."""
    query = (
        select(
            quote.c.id, campaign.c.code, payee.c.code, quote.c.version, quote.c.amount_minor, quote.c.received_on, quote.c.state,
            document.c.sha256, quote.c.vat, func.coalesce(identity_quote.c.scope, ""), quote.c.decided_on,
        )
        .join(campaign, campaign.c.id == quote.c.campaign_id)
        .join(payee, payee.c.id == quote.c.payee_id)
        .outerjoin(document, document.c.id == quote.c.document_id)
        .outerjoin(identity_quote, identity_quote.c.quote_id == quote.c.id)
        .order_by(campaign.c.code, quote.c.version)
    )  # fmt: skip
    if campaign_id is not None:
        query = query.where(quote.c.campaign_id == campaign_id)
    return [
        Quote(row[0], row[1], row[2], row[3], Money(row[4], currency), date.fromisoformat(row[5]), *row[6:10], _day(row[10]))
        for row in db.execute(query)
    ]


def find_quote(db: Connection, key: str | int, currency: str) -> Quote:
    """The quote of this row id; raises quote.unknown."""
    found = next((one for one in quotes(db, currency) if str(one.id) == str(key)), None)
    if found is None:
        raise KnownError("quote.unknown", str(key))
    return found


def campaigns(db: Connection, currency: str, ids: Sequence[int] | None = None) -> list[Campaign]:
    """Every campaign, or those of a page of a list, by code, each with its latest mandate and accepted quote."""
    mandates = _mandates(db, ids)
    quotes = dict(db.execute(select(quote.c.campaign_id, quote.c.amount_minor).where(quote.c.state == "accepted")).all())
    query = select(campaign).order_by(campaign.c.code)
    rows = db.execute(query if ids is None else query.where(campaign.c.id.in_(ids))).mappings()
    return [_campaign(row, mandates[row["id"]], quotes.get(row["id"]), currency) for row in rows]


def states(db: Connection) -> list[tuple[int, State]]:
    """Row id and state of every campaign by code, without what it promises."""
    return [(row_id, State(state)) for row_id, state in db.execute(select(campaign.c.id, campaign.c.state).order_by(campaign.c.code))]


def asked_by_fund(db: Connection, currency: str) -> dict[int, tuple[str, Money]]:
    """Code and asked of the campaign of each fund, by code, without what it promises."""
    query = select(campaign.c.fund_id, campaign.c.code, campaign.c.asked_minor).order_by(campaign.c.code)
    return {fund: (code, Money(minor, currency)) for fund, code, minor in db.execute(query)}


def find_campaign(db: Connection, key: str | int, currency: str) -> Campaign:
    """The campaign with this code or row id; raises campaign.unknown."""
    wanted = campaign.c.id == key if isinstance(key, int) else campaign.c.code == key
    row = db.execute(select(campaign).where(wanted)).mappings().one_or_none()
    if row is None and isinstance(key, str) and key.isdecimal():
        return find_campaign(db, int(key), currency)
    if row is None:
        raise KnownError("campaign.unknown", str(key))
    accepted = select(quote.c.amount_minor).where(quote.c.campaign_id == row["id"], quote.c.state == "accepted")
    quoted = db.execute(accepted).scalar_one_or_none()
    return _campaign(row, _mandates(db, (row["id"],))[row["id"]], quoted, currency)


def mandate_versions(db: Connection, campaign_id: int) -> list[MandateVersion]:
    """Every version of a campaign's mandate, the oldest first."""
    return _versions(db, (campaign_id,))[campaign_id]


def _mandates(db: Connection, ids: Sequence[int] | None = None) -> dict[int, Mandate]:
    """The latest mandate of each campaign."""
    return {owner: versions[-1].mandate for owner, versions in _versions(db, ids).items()}


def _versions(db: Connection, ids: Sequence[int] | None = None) -> dict[int, list[MandateVersion]]:
    """Every version of the mandate of each campaign, its texts from the identity table."""
    told = (mandate.c.campaign_id, mandate.c.id, mandate.c.version, mandate.c.taken_on, mandate.c.digest)
    query = select(*told, *(mandate.c[name] for name in _TERMS)).order_by(mandate.c.version)
    words = identity_mandate_text.c
    texts = select(words.mandate_id, words.language, words.title, words.story)
    if ids is not None:
        query = query.where(mandate.c.campaign_id.in_(ids))
        texts = texts.join(mandate).where(mandate.c.campaign_id.in_(ids))
    by_mandate: dict[int, dict[str, PublicText]] = {}
    for mandate_id, language, title, story in db.execute(texts):
        by_mandate.setdefault(mandate_id, {})[language] = PublicText(title, story)
    found: dict[int, list[MandateVersion]] = {}
    for owner, row_id, version, taken_on, digest, *terms in db.execute(query):
        said = Mandate(by_mandate.get(row_id, {}), *(_term(name, value) for name, value in zip(_TERMS, terms, strict=True)))
        found.setdefault(owner, []).append(MandateVersion(version, date.fromisoformat(taken_on), digest, said))
    return found


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _campaign(row: RowMapping, taken: Mandate, quoted: int | None, currency: str) -> Campaign:
    return Campaign(
        id=row["id"],
        code=row["code"],
        fund=row["fund_id"],
        state=State(row["state"]),
        reference=row["reference"],
        asked=Money(row["asked_minor"], currency),
        mandate=taken,
        opened_on=_day(row["opened_on"]),
        over_on=_day(row["over_on"]),
        closed_on=_day(row["closed_on"]),
        closed_rule=row["closed_rule"],
        quoted=None if quoted is None else Money(quoted, currency),
    )
