"""The evidence of so many entries, as an auditor verifies it: every hash, the tree, gap-free numbers, each entry's sums, balances."""

from __future__ import annotations

import hashlib
import json
from time import process_time

from fundledger.domain.bundle import Bundle, line_of, read, sums
from fundledger.domain.evidence import Edge

_FUNDS = 20


def made(entries: int) -> Bundle:
    """Entries of two postings each, dated over a year."""
    lines = []
    for number in range(1, entries + 1):
        fund, minor = 3 + number % _FUNDS, 5_000 + number % 700
        facts = {
            "_leaf": "entry", "_format": 1, "dated": f"2025-{number % 12 + 1:02}-{number % 28 + 1:02}", "kind": "line", "n_lines": 2,
            "lines": [["1010-1", fund, minor, ""], ["4010", fund, -minor, "collected"]], "number": number, "originals": [],
            "reverses": None, "subject": f"line:{number}", "uid": f"{number:032x}",
        }  # fmt: skip
        lines.append(line_of("entry", json.dumps(facts, separators=(",", ":"), sort_keys=True).encode()))
    return Bundle("EUR", Edge(), tuple(lines), (), {3 + n: f"C-{n}" for n in range(_FUNDS)})


def verified(entries: str) -> float:
    """CPU seconds of reading a bundle, and of the balances of every fund from it."""
    bundle = made(int(entries))
    started = process_time()
    found = read(bundle)
    sums(bundle, found.entries)
    spent = process_time() - started
    if found.problems:
        raise SystemExit("a genuine bundle does not verify")
    return spent


def bare(entries: str) -> float:
    """CPU seconds of hashing every leaf and reading what it says."""
    bundle = made(int(entries))
    started = process_time()
    for line in bundle.lines:
        payload = line.partition(b" ")[2]
        hashlib.sha256(b"\x00" + payload).digest()
        json.loads(payload)
    return process_time() - started
