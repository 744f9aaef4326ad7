"""An invented foundation that is kept on the command line alone: bank files in, verbs, reports out."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any

from fundledger.cli import main as shell
from fundledger.domain.reference import creditor_reference
from fundledger.store import book as books
from fundledger.store import keys
from tests.services.bookkeeping import GIFTS, LAWYER, OURS, PAYEE, PEOPLE, Paid, camt, collected
from tests.statements.writing_processors import generic, paypal, stripe
from tests.worked.telling import told
from tests.worked.tying import assert_ties_out

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pytest

    from tests.statements.writing_processors import Movement

__all__ = ["GIFTS", "LAWYER", "OURS", "PAYEE", "PEOPLE", "Foundation", "Paid", "at_a_desk", "collected"]

PASSPHRASE, SECOND = "sample river lamp", "second river lamp"
NOW = datetime(2026, 12, 31, 10, tzinfo=UTC)
RF = creditor_reference("C-101")
OPENED, JANUARY = "500.00", "3530.00"
_REPORTS = (("campaign", "auditor"), ("campaign", "public"), ("trial-balance", "auditor"), ("reconciliation", "auditor"))


@dataclass(slots=True)
class Foundation:
    """The commands of the program with the book filled in; what they print comes back as objects."""

    folder: Path
    method: str = "restricted"
    files: count[int] = field(default_factory=lambda: count(1))
    story: list[str] = field(default_factory=list)

    def __call__(self, line: str, *more: str, code: int = 0) -> list[dict[str, Any]]:
        """Run a command that ends with `code`; `{book}` and `{folder}` are filled in, `more` may hold blanks."""
        words = [word.format(book=self.folder / "Fund", folder=self.folder) for word in line.split()]
        if words[:2] == ["campaign", "add"]:
            more = (*more, "--method", self.method)
        with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as wrong:
            ended = shell.main([*words, *more, "--json"])
        assert ended == code, f"{line}: {wrong.getvalue()}{out.getvalue()}"
        return [json.loads(text) for text in out.getvalue().splitlines()]

    def refused(self, line: str, *more: str) -> str:
        """What stands on standard error where a command is refused as a whole."""
        words = [word.format(book=self.folder / "Fund", folder=self.folder) for word in line.split()]
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()) as wrong:
            assert shell.main([*words, *more]) == shell.REFUSED
        return wrong.getvalue()

    # --- files ------------------------------------------------------------------------------------------------------
    def write(self, name: str, content: str) -> str:
        """A file from outside; its path."""
        path = self.folder / f"{next(self.files)}-{name}"
        path.write_text(content, encoding="utf-8", newline="")
        return str(path)

    def bank(self, *paid: Paid, month: str = "02", opening: str = JANUARY, **more: str) -> dict[str, Any]:
        """Import a month's statement of a bank account; what the import says of the file."""
        facts = {"first": f"{month}-01", "last": f"{month}-28", "opening": opening, "number": str(int(month)), **more}
        [said] = self("import {book}", self.write("bank.xml", camt(paid, **facts)))  # type: ignore[arg-type]  # the words of camt
        return said

    def processor(self, kind: str, movements: Sequence[Movement], opening: int = 0) -> dict[str, Any]:
        """Import what a payment processor exports."""
        written = {
            "paypal": lambda: paypal(movements, opening, newest_first=True),
            "stripe": lambda: stripe(movements),
            "generic": lambda: generic(movements),
        }[kind]()
        [said] = self("import {book}", self.write(f"{kind}.csv", written))
        return said

    # --- the desk ---------------------------------------------------------------------------------------------------
    def open(self, *mandate: str, asked: str = "3030.00", opened: str = OPENED) -> None:
        """A bank account with some money of the foundation's own, and campaign C-101 with an accepted quote."""
        self("account add {book}", "--iban", OURS, "--name", "Sample bank", "--opening", opened, "--on", "2025-12-31")
        self(f"campaign add {{book}} C-101 --asked {asked} --open --on 2026-01-01 --title", "A lawyer for C-101", *mandate)
        self(f"quote add {{book}} --campaign C-101 --amount {asked} --received 2026-01-02 --payee", LAWYER, "--iban", PAYEE)

    def collect(self) -> None:
        """January: five donors give 3,030.00 with the campaign's reference; the month is published."""
        self.bank(*collected(), month="01", opening=OPENED)
        assert self("reconcile {book} --accept-sure")[-1]["accepted"] == len(PEOPLE)
        self.publish("01-31")

    def publish(self, until: str) -> None:
        """Make an edition of the overview of all funds up to a day."""
        [written] = self(f"report {{book}} overview --audience auditor --to 2026-{until} --format json --out {{folder}}/editions")
        self("publish {book}", written["file"])

    def line(self, amount: str, account: str = "1010-1") -> int:
        """The first open line of an amount."""
        found = [one["id"] for one in self("lines {book} --state open") if (one["amount"], one["account"]) == (amount, account)]
        return int(found[0])

    def accept(self, amount: str, *how: str, account: str = "1010-1") -> int:
        """Book the first open line of an amount: `--to …`, `--as …`, or by its best proposal."""
        line = self.line(amount, account)
        self(f"accept {{book}} {line}", *(how or ("--proposal", "1")))
        return line

    def over(self, on: str = "01-31") -> None:
        """Nothing is collected any more."""
        self(f"campaign over {{book}} C-101 --on 2026-{on}")

    def close(self, on: str = "03-31") -> None:
        """The campaign's surplus is settled and it is closed."""
        self(f"campaign close {{book}} C-101 --on 2026-{on}")

    def invoice(self, amount: str, number: str = "SLO-14", *, issued: str = "02-01") -> None:
        """An invoice of the lawyer with its paper and the letter that engages her, approved."""
        paper = self.write(f"{number}.pdf", f"%PDF-1.7\nInvoice {number}: {amount}\n")
        facts = f"--campaign C-101 --number {number} --amount {amount} --issued 2026-{issued} --document {paper}"
        self(f"invoice add {{book}} {facts} --payee", LAWYER)
        self(f"invoice document {{book}} {number} {self.write('letter.pdf', '%PDF-1.7 We engage you. ' + amount)} --kind letter")
        self(f"invoice approve {{book}} {number}")

    def voucher(self, kind: str, amount: str, *facts: str, on: str = "03-01") -> None:
        """Book a document; a second person agrees where two are needed."""
        paper = self.write(f"{kind}.pdf", f"%PDF-1.7\n{kind}: {amount}\n")
        self(f"voucher add {{book}} {kind} --amount {amount} --on 2026-{on} --document {paper}", *facts)

    # --- the proof --------------------------------------------------------------------------------------------------
    def tell(self, title: str) -> None:
        """Write down the campaign's report, the trial balance and the tie-out as they are now, and prove that all ties out."""
        self.story.append(f"== {title} ==\n")
        for name, audience in _REPORTS:
            asked = f"report {{book}} {name} --audience {audience} --format json --out {{folder}}/{len(self.story)}"
            campaign = ("--campaign", "C-101") if name == "campaign" else ()
            [written] = self(asked, *campaign)
            with open(written["file"], encoding="utf-8") as report:  # noqa: PTH123  the path is a word that was printed
                self.story.append(told(json.load(report)))
        with books.open_book(books.with_ending(self.folder / "Fund"), PASSPHRASE) as book:
            assert_ties_out(book)
        assert self("check {book}")[0]["sound"]

    def told(self) -> str:
        """Everything that was written down."""
        return "\n".join(self.story)


def at_a_desk(patch: pytest.MonkeyPatch, now: datetime = NOW) -> None:
    """The treasurer's passphrases, the cheapest key slot there is, and one day on which everything is done."""
    for name, value in {"FUNDLEDGER_PASSPHRASE": PASSPHRASE, "FUNDLEDGER_SECOND_PASSPHRASE": SECOND, "LANG": "en_GB.UTF-8"}.items():
        patch.setenv(name, value)
    for name in ("LC_ALL", "LC_MESSAGES"):
        patch.setenv(name, "")
    patch.setattr(keys, "calibrated", lambda: keys.Cost(8, 1, 1))
    patch.setattr(shell, "now", lambda: now)
