"""The evidence bundle: what the log recorded between two closes, so that an auditor recomputes it without the book.

One line a leaf: the first eight hexadecimal digits of its hash, a blank, and its payload, or the whole hash where the payload names a kind
of record that is not told. `store/PACK.md` describes the file.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from fundledger.domain.entry import MEMO_FLOWS, Flow
from fundledger.domain.evidence import Edge, leaf_hash
from fundledger.domain.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

# Of these kinds the payload is told; of any other (who reconciled what and why, payments, receipts, people) the hash alone.
TOLD = frozenset({
    "entry", "period", "batch", "mandate", "voucher", "takeover", "invoice_document", "quote_document", "paper", "reopening", "edition",
})  # fmt: skip
_SHORT, _MOST_NAMED = 8, 100
_LINE = (str, int, int, str)  # account, fund, minor units, flow
_MEMO = frozenset(flow.value for flow in MEMO_FLOWS)
Sums = dict[int, list[tuple[str, str, int]]]


@dataclass(frozen=True, slots=True)
class Bundle:
    """Leaves behind an edge of the tree.

    `opening` is what stood before them: (account, fund, flow, minor units); `funds` says of each fund's id what it is.
    """

    currency: str
    before: Edge
    lines: tuple[bytes, ...]
    opening: tuple[tuple[str, int, str, int], ...] = ()
    funds: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Read:
    """A bundle that was read: the tree it comes to, its entries, the documents it speaks of by SHA-256, and all that is wrong."""

    edge: Edge
    entries: tuple[dict[str, Any], ...]
    documents: frozenset[str]
    problems: tuple[Problem, ...]


def line_of(kind: str, payload: bytes) -> bytes:
    """The line of a leaf."""
    digest = leaf_hash(payload).hex().encode()
    return digest[:_SHORT] + b" " + payload if kind in TOLD else digest


def read(bundle: Bundle) -> Read:
    """Recompute the tree and every sum that can be recomputed of the leaves alone."""
    leaves: list[bytes] = []
    told: list[dict[str, Any]] = []
    problems: list[Problem] = []
    for place, (line, said) in enumerate(zip(bundle.lines, _said(bundle.lines), strict=True), bundle.before.size + 1):
        leaf, facts = _leaf(line, said)
        if leaf is None:
            problems.append(Problem("bundle.leaf_changed", str(place), {"entry": facts.get("number", "")}))
        leaves.append(leaf or bytes(32))
        told.append(facts)
    every = [(one, _is_whole(one)) for one in told if one.get("_leaf") == "entry"]
    entries = tuple(one for one, whole in every if whole)
    problems += (Problem("bundle.entry_lines", str(one.get("number"))) for one, whole in every if not whole)
    problems += _numbers(entries)
    problems += (problem for one in entries for problem in _unbalanced(one))
    problems += _periods(bundle, told)
    documents = frozenset(text for one in told for text in _documents(one))
    return Read(bundle.before.extended(leaves), entries, documents, tuple(problems))


def _said(lines: Sequence[bytes]) -> list[Any]:
    """What each leaf tells, read in one go, which takes half the time; where one of them cannot be read, one by one."""
    payloads = [payload if blank else b"{}" for _, blank, payload in (line.partition(b" ") for line in lines)]
    try:
        said = json.loads(b"[%s]" % b",".join(payloads))
    except (ValueError, RecursionError):
        said = []
    return said if len(said) == len(lines) else [_alone(payload) for payload in payloads]


def _alone(payload: bytes) -> object:
    try:
        return json.loads(payload)
    except (ValueError, RecursionError):
        return {}


def _leaf(line: bytes, said: object) -> tuple[bytes | None, dict[str, Any]]:
    """The hash of a leaf (None: it is not the one that was recorded) and what it says."""
    short, blank, payload = line.partition(b" ")
    if not blank and len(line) == 64:
        try:
            return bytes.fromhex(line.decode()), {}
        except ValueError:
            return None, {}
    digest = leaf_hash(payload)
    return (digest if digest.hex()[:_SHORT].encode() == short else None), said if isinstance(said, dict) else {}


def _numbers(entries: Sequence[dict[str, Any]]) -> Iterator[Problem]:
    """Entries are numbered without a gap."""
    numbers = sorted(one["number"] for one in entries)
    if len(set(numbers)) != len(numbers):
        yield Problem("bundle.numbers", str(len(numbers)))
    for low, high in pairwise(numbers):
        yield from (Problem("bundle.entry_missing", str(number)) for number in range(low + 1, min(high, low + _MOST_NAMED)))


def _is_whole(one: dict[str, Any]) -> bool:
    """Whether an entry has every fact that is counted with, and as many lines as it says."""
    lines = one.get("lines")
    if not isinstance(lines, list) or len(lines) != one.get("n_lines") or type(one.get("number")) is not int:
        return False
    kinds = all([type(each) is list and tuple(map(type, each)) == _LINE for each in lines])  # noqa: C419  a list is made faster
    return kinds and isinstance(one.get("dated"), str) and isinstance(one.get("kind"), str)


def _unbalanced(one: dict[str, Any]) -> list[Problem]:
    found: dict[int, int] = {}
    for _, fund, minor, _ in one["lines"]:
        found[fund] = found.get(fund, 0) + minor
    return [Problem("bundle.entry_unbalanced", str(one["number"]), {"fund": fund}) for fund, total in found.items() if total]


def _periods(bundle: Bundle, told: Sequence[dict[str, Any]]) -> Iterator[Problem]:
    """The trial balance of each close is what its entries add up to; of one whose days began before the bundle nothing is known."""
    if bundle.before.size:
        return
    for place, one in enumerate(told):
        if one.get("_leaf") != "period" or "trial_balance" not in one:
            continue
        found: dict[tuple[str, int], list[int]] = defaultdict(lambda: [0, 0])
        start, end = str(one.get("start_on")), str(one.get("end_on"))
        for each in (each for each in told[:place] if each.get("_leaf") == "entry" and _is_whole(each)):
            if start <= each["dated"] <= end and each["kind"] != "adjustment":
                for code, fund, minor, _ in each["lines"]:
                    found[code, fund][minor < 0] += abs(minor)
        if [[code, fund, *both] for (code, fund), both in sorted(found.items())] != one["trial_balance"]:
            yield Problem("bundle.period_total", end)


def _documents(one: dict[str, Any]) -> Iterator[str]:
    if one.get("_leaf") in {"invoice_document", "quote_document", "paper"} and "sha256" in one:
        yield str(one["sha256"])
    if one.get("_leaf") == "voucher" and one.get("document"):
        yield str(one["document"])


def sums(bundle: Bundle, entries: Iterable[dict[str, Any]], start: str = "", end: str = "") -> Sums:
    """Per fund (account, flow, minor units) for a period of ISO days, as `store.extracts.sums` has them: before it counts as opening."""
    found: dict[tuple[int, str, str], int] = defaultdict(int)
    for code, fund, flow, minor in bundle.opening:
        found[fund, code, _flow(flow, before=bool(start))] += minor
    for one in entries:
        if end and one["dated"] > end:
            continue
        before = bool(start) and one["dated"] < start
        for code, fund, minor, flow in one["lines"]:
            found[fund, code, _flow(flow, before=before)] += minor
    whole: Sums = defaultdict(list)
    for (fund, code, flow), minor in found.items():
        whole[fund].append((code, flow, minor))
    return whole


def _flow(flow: str, *, before: bool) -> str:
    if not before:
        return flow
    return Flow.NONE.value if flow in _MEMO else Flow.OPENING.value


def turnover(entries: Iterable[dict[str, Any]], start: str = "", end: str = "", fund: int | None = None) -> dict[str, tuple[int, int]]:
    """Per account its debits and credits, both positive, of the entries dated from start to end (of a fund)."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one in entries:
        if start <= one["dated"] and (not end or one["dated"] <= end):
            for code, of, minor, _ in one["lines"]:
                if fund in {None, of}:
                    found[code][minor < 0] += abs(minor)
    return {code: (debit, credit) for code, (debit, credit) in found.items()}
