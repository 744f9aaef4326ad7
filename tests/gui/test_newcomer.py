"""Somebody who never saw the program, on a real screen and without a mouse: from the first run to the public report of a campaign."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from fundledger.domain.reference import creditor_reference
from fundledger.export.gate import texts
from tests.gui.test_real_window import virtual_screen
from tests.services.bookkeeping import GIFTS, PEOPLE, Paid, camt

PROGRAM = Path(__file__).parent / "newcomer.py"


@pytest.mark.needs_a_virtual_screen
def test_by_keys_alone_from_the_first_run_to_a_public_report(tmp_path: Path) -> None:
    rf = creditor_reference("C-101")
    paid = [Paid(amount, "01-05", name, rf=rf) for amount, name in zip(GIFTS, PEOPLE, strict=True)]
    statement = tmp_path / "january.xml"
    statement.write_text(camt(paid), encoding="utf-8")
    with virtual_screen() as environment:
        done = subprocess.run(
            [sys.executable, str(PROGRAM), str(tmp_path), str(statement), str(tmp_path)],
            env=environment, capture_output=True, text=True, check=False, timeout=240,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    [report] = (tmp_path / "reports").glob("*.pdf")
    words = " ".join(text for _, text in texts(report.read_bytes()))
    assert "Collected €3,030.00" in words
    assert not [name for name in PEOPLE if name in words]
