"""Proposing for many lines, with ten donors and one open item a line; the floors are bare look-ups and comparing all names."""

from __future__ import annotations

from random import Random
from time import process_time
from typing import TYPE_CHECKING

from fundledger.domain.blocking import SAME, Names
from fundledger.domain.proposing import propose
from fundledger.services.proposing import alike_names
from tests.bench.truth import Known, gift, items, paid

if TYPE_CHECKING:
    from fundledger.domain.blocking import Items

_DONORS_A_LINE = 10
_SAMPLE = 300


def made(size: int) -> tuple[Items, list[Known]]:
    """So many lines, ten times as many donors and as many open invoices; one seed."""
    rnd = Random(7)
    found, donors, invoices = items(rnd, size * _DONORS_A_LINE, size)
    return found, [gift(n, rnd, donors, found.campaigns) if n % 10 else paid(n, rnd, invoices) for n in range(1, size + 1)]


def _split(found: Items, known: list[Known]) -> tuple[list[Known], list[Known]]:
    """Lines with an account that is known, and lines that leave only a name."""
    exact = [one for one in known if one.line.amount.minor < 0 or one.line.whole.iban in found.donors_by_iban]
    taken = {one.line.id for one in exact}
    return exact, [one for one in known if one.line.id not in taken]


def index(size: str) -> float:
    """CPU seconds of indexing the names of all donors, their groups of three letters included."""
    found, _ = made(int(size))
    started = process_time()
    again = Names([one for some in found.names.by_name.found.values() for one in some], alike_names)
    again.near("nobody")
    return process_time() - started


def exact(size: str) -> float:
    """CPU seconds of proposing where an account, a reference or a number is known."""
    found, known = made(int(size))
    lines = [one.line for one in _split(found, known)[0]]
    started = process_time()
    for one in lines:
        propose(one, found)
    return process_time() - started


def look_up(size: str) -> float:
    """CPU seconds of asking bare dictionaries for the same keys."""
    found, known = made(int(size))
    lines = [one.line.whole for one in _split(found, known)[0]]
    accounts, payees, amounts = dict(found.donors_by_iban), dict(found.payee_accounts.found), dict(found.payables.found)
    references = dict(found.by_reference)
    started = process_time()
    for one in lines:
        accounts.get(one.iban or ""), payees.get(one.iban or ""), amounts.get(-one.amount), references.get(one.text)
    return process_time() - started


def names(size: str) -> float:
    """CPU seconds of proposing where only a name is known, written wrong now and then."""
    found, known = made(int(size))
    lines = [one.line for one in _split(found, known)[1]]
    started = process_time()
    for one in lines:
        propose(one, found)
    return process_time() - started


def all_pairs(size: str) -> float:
    """CPU seconds of comparing the same names with every donor's, one by one in rapidfuzz."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415  as in the program

    found, known = made(int(size))
    asked = [one.line.whole.folded for one in _split(found, known)[1]]
    started = process_time()
    for one in asked:
        process.extractOne(one, found.names.names, scorer=fuzz.ratio, score_cutoff=90)
    return process_time() - started


def agreement(size: int) -> float:
    """Of a sample of names how often the most alike one is as alike as the best of all pairs."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415  as in the program

    found, known = made(size)
    asked = [one.line.whole.folded for one in _split(found, known)[1]][:_SAMPLE]
    same = 0
    for one in asked:
        best = process.extractOne(one, found.names.names, scorer=fuzz.ratio, score_cutoff=90)
        near = max((alike for _, alike in found.names.near(one)), default=0)
        same += (int(best[1]) if best else 0) <= near + (near == SAME - 1)
    return same / max(len(asked), 1)


if __name__ == "__main__":
    print(f"top-1 as of all pairs {agreement(10_000):.4f}")
    for work in (index, exact, look_up, names, all_pairs):
        print(f"{work.__name__:10} {work('10000'):.3f} s CPU")
