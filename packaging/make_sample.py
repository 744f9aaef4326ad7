"""Writes the sample foundation again, the same bytes each time: `python packaging/make_sample.py [FOLDER]`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from sample import camt, decisions, papers, year

_HOME = Path(__file__).resolve().parent.parent / "resources"


def main(folder: Path) -> None:
    """Write statements, papers, foundation.json and decisions.json below a folder."""
    lines = year.read_year()
    for room in ("statements", "documents"):
        (folder / room).mkdir(parents=True, exist_ok=True)
    for span in camt.spans():
        (folder / "statements" / span.name).write_bytes(camt.statement(span, lines))
    for name, paper in papers.papers(_HOME / "fonts"):
        (folder / name).write_bytes(paper)
    for name, value in (("foundation.json", decisions.foundation()), ("decisions.json", decisions.decisions(lines))):
        (folder / name).write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else _HOME / "sample")
