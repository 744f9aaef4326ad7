"""Recomputes what a report prints: its totals of its rows, its identities, and its balances of the leaves of a bundle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fundledger.domain import bundle as bundles
from fundledger.domain.figures import figures
from fundledger.domain.money import Money
from fundledger.export import retracing
from fundledger.export.retracing import differs
from fundledger.reports.value import Identity, Message, Report, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fundledger.domain.bundle import Bundle
    from fundledger.domain.problem import Problem

    Entries = Sequence[dict[str, Any]]
_OWN = {"fund.unrestricted": "unrestricted", "fund.suspense": "suspense"}


def count(report: Report) -> int:
    """How many totals and identities it prints."""
    return sum(len(one.totals) if isinstance(one, Table) else isinstance(one, Identity) for one in report.sections)


def wrong(report: Report, bundle: Bundle, entries: Entries) -> Iterator[Problem]:
    """Every total that is not what its rows, or the entries behind it, add up to."""
    where = f"{report.name} {report.subject}".strip()
    for section in report.sections:
        if isinstance(section, Table):
            yield from _totals(where, section)
        if isinstance(section, Identity):
            yield from _identity(where, section)
    if report.name == "campaign":
        yield from _campaign(where, report, bundle, entries)
    if report.name == "trial-balance":
        yield from _trial_balance(where, report, bundle, entries)
    yield from retracing.wrong(where, report, bundle, entries)


def _totals(where: str, table: Table) -> Iterator[Problem]:
    for place, column in enumerate(table.columns):
        said = table.totals.get(column.key)
        if not column.totalled or said is None:
            continue
        cells = [row.cells[place] for row in table.rows]
        if isinstance(said, Money):
            found: Money | int = Money(sum(one.minor for one in cells if isinstance(one, Money)), said.currency)
        else:
            found = sum(one for one in cells if isinstance(one, int))
        if found != said:
            yield differs(where, f"{table.key}.{column.key}", said, found)


def _identity(where: str, one: Identity) -> Iterator[Problem]:
    found = Money(sum(term.sign * term.amount.minor for term in one.terms), one.result.currency)
    if found != one.result:
        yield differs(where, one.result_key, one.result, found)


def _period(report: Report) -> tuple[str, str]:
    return report.start_on.isoformat() if report.start_on else "", report.end_on.isoformat() if report.end_on else ""


def _campaign(where: str, report: Report, bundle: Bundle, entries: Entries) -> Iterator[Problem]:
    """Each term of a campaign's identity is what the flows of its fund add up to."""
    fund = _fund(bundle, report.subject.split(" · ")[0])
    whole = bundles.sums(bundle, entries, *_period(report))
    own = figures(whole.get(fund, ()) if fund is not None else (), bundle.currency)
    for one in (one for one in report.sections if isinstance(one, Identity) and one.key == "campaign"):
        for name, said in ((one.result_key.removeprefix("fund_"), one.result), *((term.key, term.amount) for term in one.terms)):
            found = getattr(own, name, None)
            if found != said:
                yield differs(where, name, said, found)


def _fund(bundle: Bundle, name: str) -> int | None:
    return next((fund for fund, what in bundle.funds.items() if what == name), None)


def _trial_balance(where: str, report: Report, bundle: Bundle, entries: Entries) -> Iterator[Problem]:
    """Each account's debits and credits, in total and inside each fund, are those of the entries of the period."""
    if bundle.before.size and report.start_on is None:
        return
    for one in (one for one in report.sections if isinstance(one, Table)):
        fund = None
        if one.of is not None:
            fund = _fund(bundle, _OWN.get(one.of.key, one.of.key) if isinstance(one.of, Message) else one.of)
        found = bundles.turnover(entries, *_period(report), fund=fund)
        keys = [column.key for column in one.columns]
        debit, credit = (keys.index(f"after_{name}" if f"after_{name}" in keys else name) for name in ("debit", "credit"))
        said = {row.cells[0]: (row.cells[debit], row.cells[credit]) for row in one.rows}
        for code in sorted({*found, *(str(code) for code in said)}):
            both = tuple(Money(minor, bundle.currency) for minor in found.get(code, (0, 0)))
            if said.get(code) != both:
                yield differs(where, f"{one.key} {code}", said.get(code), both)
