"""Proposing for many lines at once, and the floor under it: the same keys looked up in bare dictionaries."""

from __future__ import annotations

from random import Random
from time import process_time
from typing import TYPE_CHECKING

from tests.bench.truth import Known, gift, items, paid

if TYPE_CHECKING:
    from fundledger.domain.blocking import Items

_DONORS_A_LINE = 10


def made(size: int) -> tuple[Items, list[Known]]:
    """So many lines, ten times as many donors and as many open invoices; one seed."""
    rnd = Random(7)
    found, donors, invoices = items(rnd, size * _DONORS_A_LINE, size)
    return found, [gift(n, rnd, donors, found.campaigns) if n % 10 else paid(n, rnd, invoices) for n in range(1, size + 1)]


if __name__ == "__main__":
    from fundledger.domain.proposing import propose

    found, known = made(10_000)
    started = process_time()
    propose(known[0].line, found)
    print(f"first line {process_time() - started:.3f} s")
    exact = [one.line for one in known if one.line.whole.iban]
    fuzzy = [one.line for one in known if not one.line.whole.iban]
    for name, some in (("exact", exact), ("names", fuzzy)):
        started = process_time()
        for one in some:
            propose(one, found)
        print(f"{name} {len(some)} lines {process_time() - started:.3f} s CPU")
