"""Traces the tables and figures of the books back to the leaves of a bundle: what of them no entry says is named.

Each table is traced row by row where its rows are postings or sums of them. Who gave, what was ordered and what a bank wrote is in no leaf;
of such a table the sums are traced, or what each row says of an entry.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from datetime import date
from heapq import nsmallest
from itertools import islice, zip_longest
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from fundledger.domain import bundle as bundles
from fundledger.domain.chart import OTHER_INCOME, PAYABLE, UNIDENTIFIED, group
from fundledger.domain.entry import EntryKind, Flow
from fundledger.domain.figures import figures
from fundledger.domain.money import Money
from fundledger.domain.problem import Problem
from fundledger.reports.value import Comparison, Figures, Message, Report, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from fundledger.domain.bundle import Bundle
    from fundledger.domain.figures import FundFigures

Facts = dict[str, Any]
_MOST_NAMED = 20
_USES = (
    "collected", "returned", "charged_back", "fees", "moved_in", "moved_out", "opening", "paid", "advanced", "due_back", "remaining",
    "money",
)  # fmt: skip
_CLASSES = MappingProxyType({"1": "net", "2": "net", "9": "net", "4": "income", "5": "cost"})


def differs(where: str, what: str, said: object, found: object) -> Problem:
    """A figure that is not what the leaves come to."""
    return Problem("pack.total", where, {"what": what, "said": _told(said), "found": _told(found)})


def _told(figure: object) -> str:
    match figure:
        case tuple():
            return " / ".join(map(_told, figure))
        case Message():
            return figure.key.rpartition(".")[2]
        case None:
            return "–"
        case _:
            return str(figure)


def name_of(cell: object) -> str:
    """What a fund is called in a bundle: a campaign's code, or which of our own it is."""
    return cell.key.removeprefix("fund.") if isinstance(cell, Message) else str(cell).split(" · ")[0]


class Leaves:
    """The entries of a bundle in the days of a report, and their sums."""

    def __init__(self, report: Report, bundle: Bundle, entries: Sequence[Facts]) -> None:
        """`entries` are those that were read from the bundle."""
        self.start = report.start_on.isoformat() if report.start_on else ""
        self.end = report.end_on.isoformat() if report.end_on else "9999"
        self.currency, self._bundle = bundle.currency, bundle
        self.every = sorted(entries, key=lambda one: one["number"])
        self.during = [one for one in self.every if self.start <= one["dated"] <= self.end]
        self.sums = bundles.sums(bundle, entries, self.start, report.end_on.isoformat() if report.end_on else "")
        self.number = {one["uid"]: one["number"] for one in self.every}

    def name(self, fund: int) -> str:
        """A fund's name."""
        return self._bundle.funds.get(fund, f"F-{fund}")

    def money(self, minor: int) -> Money:
        """An amount in the book's currency."""
        return Money(minor, self.currency)

    def postings(self) -> Iterator[tuple[Facts, int, tuple[str, int, int, str]]]:
        """Each posting of the days: its entry, whether it is the first of it, account, fund, minor units, flow."""
        for one in self.during:
            yield from ((one, int(not place), tuple(line)) for place, line in enumerate(one["lines"]))

    def own(self) -> dict[str, FundFigures]:
        """The figures of each fund, by its name."""
        return {self.name(fund): figures(self.sums.get(fund, ()), self.currency) for fund in self._bundle.funds}

    def balance(self, wanted: Callable[[str, str], bool]) -> int:
        """The sum of the accounts and flows that are wanted, as of the last day."""
        return sum(minor for rows in self.sums.values() for code, flow, minor in rows if wanted(code, flow))

    def held(self) -> dict[tuple[str, str], int]:
        """What each fund has in each account."""
        found: dict[tuple[str, str], int] = defaultdict(int)
        for fund, rows in self.sums.items():
            for code, _, minor in rows:
                found[code, self.name(fund)] += minor
        return found


def wrong(where: str, report: Report, bundle: Bundle, entries: Sequence[Facts]) -> Iterator[Problem]:
    """Every row, sum and control figure of a report of the books that the leaves do not say."""
    if bundle.before.size and report.start_on is None:
        return
    leaves = Leaves(report, bundle, entries)
    for section in report.sections:
        if isinstance(section, Table) and section.key in _TABLES:
            yield from islice(_TABLES[section.key](where, section, leaves), _MOST_NAMED)
        if isinstance(section, Comparison):
            yield from _comparison(where, section, report, leaves)
        if isinstance(section, Figures):
            yield from _figures(where, section, report, leaves)


def _compared(where: str, table: Table, said: Mapping[Any, object], found: Mapping[Any, object]) -> Iterator[Problem]:
    """Each thing a table tells of, and each it should."""
    for key in sorted({*said, *found}, key=str):
        if said.get(key) != found.get(key):
            yield differs(where, f"{table.key} {_told(key)}", said.get(key), found.get(key))


def _cells(table: Table, *keys: str) -> Iterator[tuple[Any, ...]]:
    """These columns of every row."""
    places = [[column.key for column in table.columns].index(key) for key in keys]
    return (tuple(row.cells[place] for place in places) for row in table.rows)


# --- rows that are postings -------------------------------------------------------------------------------------------
def _ledger(where: str, table: Table, leaves: Leaves) -> Iterator[Problem]:
    said = _cells(table, "number", "dated", "kind", "account", "fund", "flow", "subject", "debit", "credit", "entries")
    found = (
        (
            one["number"], date.fromisoformat(one["dated"]), _word("entry_kind", one["kind"]), code, leaves.name(fund),
            _word("book_flow", flow), one["subject"], *_sides(leaves, minor), first,
        )
        for one, first, (code, fund, minor, flow) in leaves.postings()
    )  # fmt: skip
    yield from _rows(where, table, ((*row[:4], name_of(row[4]), *row[5:]) for row in said), found)


def _journal(where: str, table: Table, leaves: Leaves) -> Iterator[Problem]:
    said = ((*row[:4], name_of(row[4]), *row[5:]) for row in _cells(table, "number", "dated", "kind", "account", "fund", "debit", "credit"))
    found = (
        (*_head(one, shown=bool(first)), code, leaves.name(fund), *_sides(leaves, minor))
        for one, first, (code, fund, minor, _) in leaves.postings()
    )
    yield from _rows(where, table, said, found)


def _head(one: Facts, *, shown: bool) -> tuple[object, ...]:
    return (one["number"], date.fromisoformat(one["dated"]), _word("entry_kind", one["kind"])) if shown else (None, None, None)


def _by_account(where: str, table: Table, leaves: Leaves) -> Iterator[Problem]:
    balances: dict[str, int] = defaultdict(int)
    during: dict[str, int] = defaultdict(int)
    for _, _, (code, _, minor, _) in leaves.postings():
        during[code] += minor
    for rows in leaves.sums.values():
        for code, _, minor in rows:
            balances[code] += minor
    before = {code: minor - during[code] for code, minor in balances.items()}
    ordered = sorted(leaves.postings(), key=lambda one: (one[2][0], one[0]["dated"], one[0]["number"]))
    found = []
    for one, _, (code, fund, minor, _) in ordered:
        before[code] = before.get(code, 0) + minor
        head = code, date.fromisoformat(one["dated"]), one["number"], leaves.name(fund)
        found.append((*head, *_sides(leaves, minor), leaves.money(before[code])))
    said = (
        (*row[:3], name_of(row[3]), *row[4:]) for row in _cells(table, "account", "dated", "number", "fund", "debit", "credit", "balance")
    )
    yield from _rows(where, table, said, found)


def _rows(where: str, table: Table, said: Iterable[tuple[Any, ...]], found: Iterable[tuple[Any, ...]]) -> Iterator[Problem]:
    """Rows in their order; the place of one that differs is told."""
    for place, (one, other) in enumerate(zip_longest(said, found), 1):
        if one != other:
            yield differs(where, f"{table.key} {place}", one, other)


def _word(family: str, word: str) -> Message | None:
    return Message(f"{family}.{word}") if word else None


def _sides(leaves: Leaves, minor: int) -> tuple[Money | None, Money | None]:
    return (leaves.money(minor), None) if minor > 0 else (None, leaves.money(-minor))


# --- rows that are sums of postings -----------------------------------------------------------------------------------
def _trial(where: str, table: Table, leaves: Leaves) -> Iterator[Problem]:
    by_fund = table.key == "book_trial_funds"
    sums: dict[object, list[int]] = defaultdict(lambda: [0, 0])
    for _, _, (code, fund, minor, _) in leaves.postings():
        sums[(leaves.name(fund), code) if by_fund else code][minor < 0] += abs(minor)
    found = {key: tuple(map(leaves.money, (more, less, more - less))) for key, (more, less) in sums.items()}
    rows = _cells(table, *(("fund",) if by_fund else ()), "account", "debit", "credit", "balance")
    said = {((name_of(row[0]), row[1]) if by_fund else row[0]): tuple(row[-3:]) for row in rows}
    yield from _compared(where, table, said, found)


def _uses(where: str, table: Table, leaves: Leaves) -> Iterator[Problem]:
    keys = [column.key for column in table.columns if column.key in _USES]
    said = {name_of(row[0]): row[1:] for row in _cells(table, "fund", *keys)}
    own = leaves.own()
    found = {
        name: tuple(getattr(of, key) for key in keys) for name, of in own.items() if name in said or any(getattr(of, key) for key in keys)
    }
    yield from _compared(where, table, said, found)


def _roll_forward(where: str, table: Table, leaves: Leaves) -> Iterator[Problem]:
    own: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for (code, name), minor in leaves.held().items():
        own[name][_class(code)] -= minor
    moved: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for one, _, (code, fund, minor, _) in leaves.postings():
        if one["kind"] != EntryKind.CLOSING:
            moved[leaves.name(fund)][_class(code)] -= minor
    found = {}
    for name, has in own.items():
        ends = sum(has[key] for key in ("balance", "income", "cost", "transfers"))
        moves = [moved[name][key] for key in ("income", "cost", "transfers")]
        row = (ends - sum(moves), *moves, ends, -has["net"])
        if any(row):
            found[name] = tuple(map(leaves.money, row))
    keys = ("fund_opening", "income", "cost", "transfers", "fund_closing", "net_assets")
    yield from _compared(where, table, {name_of(row[0]): row[1:] for row in _cells(table, "fund", *keys)}, found)


def _class(code: str) -> str:
    return "transfers" if group(code) in {"3910", "3920"} else _CLASSES.get(code[0], "balance")


def _transfers(where: str, table: Table, leaves: Leaves) -> Iterator[Problem]:
    said = ((row[0], row[1], name_of(row[2]), *row[3:]) for row in _cells(table, "number", "dated", "fund", "flow", "amount"))
    found = (
        (one["number"], date.fromisoformat(one["dated"]), leaves.name(fund), _word("book_flow", flow), leaves.money(-minor))
        for one, _, (_, fund, minor, flow) in leaves.postings()
        if flow in {Flow.MOVED_IN, Flow.MOVED_OUT}
    )
    yield from _rows(where, table, said, found)


def _split(where: str, table: Table, leaves: Leaves) -> Iterator[Problem]:
    said = {(code, name_of(fund)): amount for code, fund, amount in _cells(table, "account", "fund", "amount")}
    accounts = {code for code, _ in said}
    found = {key: leaves.money(minor) for key, minor in leaves.held().items() if key[0] in accounts and (minor or key in said)}
    yield from _compared(where, table, {key: amount for key, amount in said.items() if amount or key in found}, found)


def _accounts(where: str, table: Table, leaves: Leaves) -> Iterator[Problem]:
    """The book's side of each account, and that of the funds."""
    for code, *amounts in _cells(table, "account", "ledger", "funds_money"):
        found = leaves.money(sum(minor for (account, _), minor in leaves.held().items() if account == code))
        if any(amount.currency == leaves.currency and amount != found for amount in amounts if isinstance(amount, Money)):
            yield differs(where, f"{table.key} {code}", tuple(amounts), found)


# --- rows that say something of an entry ------------------------------------------------------------------------------
def _gifts(where: str, table: Table, leaves: Leaves) -> Iterator[Problem]:
    """The gifts of an entry are what it collected."""
    said: dict[object, int] = defaultdict(int)
    for number, amount in _cells(table, "entry", "amount"):
        said[number] += amount.minor
    collected: dict[object, set[int]] = defaultdict(set)
    for one in leaves.every:
        of: dict[int, int] = defaultdict(int)
        for _, fund, minor, flow in one["lines"]:
            of[fund] -= minor if flow == Flow.COLLECTED else 0
        collected[one["number"]] = set(of.values())
    for number, minor in said.items():
        if minor not in collected.get(number, ()):
            yield differs(where, f"{table.key} {number}", leaves.money(minor), None)


def _payments(where: str, table: Table, leaves: Leaves) -> Iterator[Problem]:
    """What was paid on a bank line is no more than its standing entry paid."""
    key = "paid" if table.key == "book_payments" else "amount"
    said: dict[str, int] = defaultdict(int)
    for line, amount in _cells(table, "line", key):
        if str(line).isdecimal():
            said[str(line)] += amount.minor
    reversed_ones = {one["reverses"] for one in leaves.every if one["reverses"]}
    paid: dict[str, int] = defaultdict(int)
    for one in leaves.every:
        if one["uid"] not in reversed_ones and not one["reverses"]:
            paid[str(one["subject"])] += sum(max(minor, 0) for _, _, minor, _ in one["lines"])
    for line, minor in said.items():
        if minor > paid.get(f"line:{line}", 0):
            yield differs(where, f"{table.key} {line}", leaves.money(minor), leaves.money(paid.get(f"line:{line}", 0)))


def _sample(where: str, table: Table, leaves: Leaves) -> Iterator[Problem]:
    """The sample is drawn again: by the seed that is told, of entries whose hash is the one that is told."""
    told = table.note.values if table.note else {}
    debits = {one["number"]: sum(max(line[2], 0) for line in one["lines"]) for one in leaves.during}
    lines = (f"{one['number']}|{one['uid']}|{one['dated']}|{debits[one['number']]}\n" for one in leaves.during)
    population = hashlib.sha256("".join(lines).encode()).hexdigest()
    if told.get("hash") != population or told.get("size") != len(debits):
        yield differs(where, table.key, told.get("hash"), population)
    ranked = nsmallest(len(table.rows), debits, key=lambda number: hashlib.sha256(f"{told.get('seed')}:{number}".encode()).digest())
    yield from _rows(where, table, _cells(table, "number", "amount"), ((number, leaves.money(debits[number])) for number in ranked))


_TABLES: Mapping[str, Callable[[str, Table, Leaves], Iterator[Problem]]] = MappingProxyType({
    "book_ledger": _ledger, "journal": _journal, "by_account": _by_account, "book_trial": _trial, "book_trial_funds": _trial,
    "book_uses": _uses, "funds": _uses, "book_funds": _roll_forward, "book_transfers": _transfers, "book_split": _split,
    "book_banks": _accounts, "four_figures": _accounts, "gifts": _gifts, "payments": _payments, "book_payments": _payments,
    "book_sample": _sample,
})  # fmt: skip


# --- figures found in two ways, and control totals --------------------------------------------------------------------
def _comparison(where: str, one: Comparison, report: Report, leaves: Leaves) -> Iterator[Problem]:
    """A side that is a table's total is that total; the sides that are balances are those of the leaves."""
    totals = {(table.key, key): total for table in report.sections if isinstance(table, Table) for key, total in table.totals.items()}
    for (label, amount), source in zip(one.sides, one.sources or (None,) * len(one.sides), strict=True):
        found = totals.get(source, amount) if source else _SIDES[label.key](leaves) if label.key in _SIDES else amount
        if amount is not None and found != amount:
            yield differs(where, f"{one.key} {_told(label)}", amount, found)


_SIDES: Mapping[str, Callable[[Leaves], Money]] = MappingProxyType({
    "side.gross_gifts": lambda leaves: leaves.money(
        -leaves.balance(lambda code, flow: flow == Flow.COLLECTED and group(code) not in {OTHER_INCOME, UNIDENTIFIED})
    ),
    "side.payable_account": lambda leaves: leaves.money(-leaves.balance(lambda code, _: group(code) == PAYABLE)),
})  # fmt: skip


def _figures(where: str, section: Figures, report: Report, leaves: Leaves) -> Iterator[Problem]:
    said = {label.key.partition(".")[2]: value for label, value in section.items}
    if section.key == "control":
        debit = leaves.money(sum(max(line[2], 0) for _, _, line in leaves.postings()))
        postings = sum(len(one["lines"]) for one in leaves.during)
        found: dict[str, object] = {"entries": len(leaves.during), "postings": postings, "debit": debit, "credit": debit}
    elif section.key in {"campaign", "overview"}:
        names = {report.subject.split(" · ")[0]} if section.key == "campaign" else set(leaves.own())
        own = [of for name, of in leaves.own().items() if name in names]
        shown = {key for key in (*_USES, "invoiced") if key in said}
        found = {key: sum((getattr(of, key) for of in own), leaves.money(0)) for key in shown}
    else:
        return
    for key, value in found.items():
        if said.get(key) != value:
            yield differs(where, f"{section.key} {key}", said.get(key), value)
