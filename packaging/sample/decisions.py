"""The treasurer's decisions of the year, in the order she takes them, and the foundation she takes them for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sample.cast import BANKS, CAMPAIGNS, CURRENCY, DONORS, FOUNDATION, INVOICES, PAYEES, STEPS, Campaign
from sample.year import YEAR, Line, euros

if TYPE_CHECKING:
    from collections.abc import Sequence

_ABOUT = (
    "What the treasurer decides after the sure lines were accepted, in order. A line is named by account and bank reference, or by day, "
    "amount and ordinal among its equals. 'on' is the day of a step or of an identification; any other decision has its line's own day."
)


def foundation() -> dict[str, object]:
    """Everything the book holds before the first statement, and the papers that come in during the year."""
    return {
        "name": FOUNDATION,
        "currency": CURRENCY,
        "accounts": [
            {"iban": bank.iban, "name": bank.name, "opening": euros(bank.opening), "opening_on": f"{date(YEAR, 1, 1) - timedelta(days=1)}"}
            for bank in BANKS.values()
        ],
        "payees": [{"name": payee.name, "iban": payee.iban, "email": payee.email} for payee in PAYEES.values()],
        "campaigns": [_campaign(campaign) for campaign in CAMPAIGNS],
        "donors": [
            {"name": donor.name, "ibans": [donor.iban] if donor.iban else [], "known_accounts": donor.known} for donor in DONORS.values()
        ],
        "invoices": [
            {
                "campaign": invoice.campaign,
                "payee": PAYEES[invoice.payee].name,
                "number": invoice.number,
                "amount": euros(invoice.amount),
                "issued_on": f"{invoice.issued_on}",
                "approved_on": f"{invoice.approved_on}",
                "document": invoice.document,
            }
            for invoice in INVOICES
        ],
    }


def _campaign(campaign: Campaign) -> dict[str, object]:
    return {
        "code": campaign.code,
        "title": campaign.title,
        "story": campaign.story,
        "asked": euros(campaign.asked),
        "opened_on": f"{campaign.opened_on}",
        "over_on": campaign.over_on and f"{campaign.over_on}",
        "closed_on": campaign.closed_on and f"{campaign.closed_on}",
        "surplus": campaign.surplus,
        "shortfall": campaign.shortfall,
        "quote": {
            "payee": PAYEES[campaign.payee].name,
            "amount": euros(campaign.asked),
            "received_on": f"{campaign.quoted_on}",
            "document": campaign.quote,
        },
    }


def decisions(year: Sequence[Line]) -> dict[str, object]:
    """Decisions and steps in the order of their days, and the lines left open for the reader."""
    dated: list[tuple[date, int, dict[str, object]]] = []
    left_open: list[dict[str, object]] = []
    for line in year:
        if line.decision == ("@open",):
            left_open.append({"line": line.key})
        elif line.decision:
            dated += [(on, 0, step) for on, step in _decide(line, year)]
    dated += [(on, 1, {"do": verb, "campaign": code, "on": f"{on}"}) for on, verb, code in STEPS]
    dated.sort(key=lambda item: item[:2])
    return {"about": _ABOUT, "decisions": [step for _, _, step in dated], "left_open": left_open}


def _decide(line: Line, year: Sequence[Line]) -> list[tuple[date, dict[str, object]]]:
    """Make the one or two decisions of a line: a gift nobody can place is held first and identified later."""
    verb, *rest = line.decision[0].split(":")
    match verb:
        case "@suspense":
            month, day = rest[0].split("-")
            later = date(YEAR, int(month), int(day))
            identified = {**_gift(line, (rest[1],)), "on": f"{later}"}
            return [(line.on, {"line": line.key, "as": "suspense"}), (later, identified)]
        case "@return":
            paid = next(other for other in year if f"{other.on:%m-%d}" == rest[0] and other.whole.amount == -line.whole.amount)
            return [(line.on, {"line": line.key, "as": "return", "of": paid.key})]
        case "@other":
            return [(line.on, {"line": line.key, "as": "other", "account": rest[0]})]
        case "@charge" | "@transfer":
            return [(line.on, {"line": line.key, "as": verb[1:]})]
        case _:
            return [(line.on, _gift(line, line.decision))]


def _gift(line: Line, targets: tuple[str, ...]) -> dict[str, object]:
    """Money to campaigns, to the foundation or to an invoice; a split names every part."""
    to = [_target(target, euros(abs(line.whole.amount))) for target in targets]
    return {"line": line.key, "to": to, "donor": line.whole.donor}


def _target(target: str, whole: str) -> str:
    name, _, part = target.partition("=")
    kind = "" if name.startswith(("invoice:", "foundation")) else "campaign:"
    return f"{kind}{name}={part or whole}"
