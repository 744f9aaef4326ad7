"""`python -m tests.bench [--json] [--enforce] [--rounds N] [--divide N] [NAME…]`: measures the rows and prints the table."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict, replace
from pathlib import Path

from tests.bench.judging import Measured, measure
from tests.bench.rows import ROWS
from tests.bench.shop import Shop

_HEADS = ("row", "size", "ours s", "floor s", "ratio", "peak MiB", "above MiB", "growth", "target", "met")


def main(argv: list[str] | None = None, cache: Path | None = None) -> int:
    """Measure what is named, everything by default; 1 with `--enforce` when a target is missed."""
    parser = argparse.ArgumentParser(prog="sh packaging/bench.sh", description="Measures FundLedger against bare floors.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="rows to measure; all by default")
    parser.add_argument("--json", action="store_true", help="one object a line instead of a table")
    parser.add_argument("--enforce", action="store_true", help="end with 1 when a target is missed")
    parser.add_argument("--rounds", type=int, default=4, help="how often each is run; the first warms up, of the others the medians count")
    parser.add_argument("--divide", type=int, default=1, metavar="N", help="sizes N times smaller, to see that the bench itself works")
    parser.add_argument("--first", action="store_true", help="only the first size of each row")
    options = parser.parse_args(argv)
    unknown = set(options.names) - {row.name for row in ROWS}
    if unknown:
        parser.error(f"no such row: {', '.join(sorted(unknown))}; there are {', '.join(row.name for row in ROWS)}")
    met = True
    with tempfile.TemporaryDirectory() as scratch:
        shop = Shop(Path(scratch), cache)
        if not options.json:
            print(_line(_HEADS))
        for row in ROWS:
            if options.names and row.name not in options.names:
                continue
            row_now = replace(row, sizes=row.sizes[:1]) if options.first else row
            for found in measure(row_now, shop, options.rounds, options.divide):
                print(json.dumps(asdict(found)) if options.json else _line(_cells(found)), flush=True)
                met = met and found.met is not False
    return 1 if options.enforce and not met else 0


def _cells(found: Measured) -> tuple[str, ...]:
    met = "" if found.met is None else "yes" if found.met else "NO"
    growth = "" if found.growth is None else f"{found.growth:.2f}×"
    return (
        found.name, f"{found.size:,}", f"{found.ours_s:.3f}", f"{found.floor_s:.3f}", f"{found.ratio:.2f}×",
        f"{found.peak_mib:.0f}", "" if found.above_mib is None else f"{found.above_mib:.0f}", growth, found.target, met,
    )  # fmt: skip


def _line(cells: tuple[str, ...]) -> str:
    widths = (13, 9, 8, 8, 8, 8, 9, 8, 44, 4)
    texts = (cell.ljust(width) if n in {0, 8, 9} else cell.rjust(width) for n, (cell, width) in enumerate(zip(cells, widths, strict=True)))
    return "  ".join(texts).rstrip()


if __name__ == "__main__":
    sys.exit(main())
