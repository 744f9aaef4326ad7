"""One person's own data on paper she can read and in a file a program can: for her alone, never for anybody else."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING

from fundledger.domain.money import Money
from fundledger.export.text import clean, file_name

if TYPE_CHECKING:
    from fundledger.i18n import Speaker
    from fundledger.store.personal import PersonalData

AUDIENCE = "one person"


def files(data: PersonalData, speaker: Speaker) -> dict[str, bytes]:
    """The files of one donor by name: JSON and a text in the reader's language, both UTF-8."""
    stem = file_name(data.code, "own-data", speaker.language)
    facts = {"audience": AUDIENCE, **asdict(data)}
    told = json.dumps(_plain(facts), ensure_ascii=False, indent=1) + "\n"
    return {f"{stem}.json": clean(told).encode(), f"{stem}.txt": clean(_text(data, speaker)).encode()}


def _plain(value: object) -> object:
    """Money is a signed decimal with its currency beside it, a day an ISO text."""
    match value:
        case dict() if value.keys() == {"minor", "currency"}:
            return {"amount": str(Money(value["minor"], value["currency"])), "currency": value["currency"]}
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case date():
            return value.isoformat()
    return value


def _text(data: PersonalData, speaker: Speaker) -> str:
    def say(key: str, **values: object) -> str:
        return speaker.say(f"personal.{key}", **values)

    def listed(key: str, rows: list[str]) -> list[str]:
        return ["", say(key), *(f"  {row}" for row in rows or [say("none")])]

    gifts = [
        "  ".join(filter(None, (
            speaker.day(one.given_on), speaker.money(one.amount), one.campaign or say("foundation"), say("taken_back") * one.taken_back,
            say("anonymous") * one.anonymous, one.name, one.iban, one.text, one.bank_reference,
        )))
        for one in data.gifts
    ]  # fmt: skip
    refunds = [
        "  ".join(filter(None, (
            speaker.day(one.decided_on), speaker.money(one.amount), one.campaign or say("foundation"), say("taken_back") * one.taken_back,
            one.reason,
        )))
        for one in data.refunds
    ]  # fmt: skip
    pledges = [f"{speaker.day(one.pledged_on)}  {speaker.money(one.amount)}  {one.campaign}" for one in data.pledges]
    receipts = [
        "  ".join(filter(None, (one.number, speaker.day(one.issued_on), speaker.money(one.amount), say("taken_back") * one.taken_back)))
        for one in data.receipts
    ]
    reviews = [
        "  ".join(filter(None, (speaker.day(one.raised_on), say(f"review.{one.state}"), one.screened_against, one.said)))
        for one in data.reviews
    ]
    log = [f"{one.at:%Y-%m-%d %H:%M}  {one.verb}  {one.table} {one.act}" for one in data.log]
    head = [say("title", code=data.code, foundation=data.foundation), say("for_her_alone"), "", say("name", name=data.name or say("none"))]
    if data.protected:
        head.append(" ".join(filter(None, (say("protected"), data.protected_why))))
    if data.restricted and data.retain_until:
        head.append(say("restricted", until=data.retain_until))
    if data.merged:
        head.append(say("merged", names=list(data.merged)))
    kept = {"accounts": data.accounts, "emails": data.emails, "gifts": gifts, "pledges": pledges}
    more = {"refunds": refunds, "receipts": receipts, "reviews": reviews, "rules": data.rules, "earlier": data.earlier}
    kept |= {key: rows for key, rows in more.items() if rows}
    parts = [line for key, rows in (kept | {"log": log}).items() for line in listed(key, list(rows))]
    return "\n".join([*head, *parts]) + "\n"
