"""The sample foundation: its year, imported and decided step by step as a treasurer would, through the verbs alone."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from fundledger.domain.campaign import Mandate, PublicText
from fundledger.domain.money import parse
from fundledger.services import accounts, campaigns, donors, importing, invoices, reconciling
from fundledger.services.books import new_book, recovery_key
from fundledger.services.progress import quiet
from fundledger.settings import resources
from fundledger.store import lines

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from fundledger.store.book import Book

_Facts = dict[str, Any]  # plain JSON of our own sample


def build_sample(path: Path, passphrase: str, progress: Callable[[int, int], None] = quiet) -> Book:
    """Make the sample book at `path` and do its whole year; the open book is given back.

    Its recovery key is shown to nobody: the sample has nothing to lose, and `recovery new` makes another.
    """
    folder = resources() / "sample"
    facts: _Facts = json.loads((folder / "foundation.json").read_text("utf-8"))
    decided: _Facts = json.loads((folder / "decisions.json").read_text("utf-8"))
    book = new_book(path, facts["name"], facts["currency"], passphrase, _at(date(2025, 1, 1)), recovery_key=recovery_key())
    try:
        year = _Year(book, folder, facts)
        steps = [*year.preparations(), *(lambda fact=fact: year.decide(fact) for fact in decided["decisions"])]
        for n, step in enumerate(steps, 1):
            step()
            progress(n, len(steps))
    except BaseException:
        book.close()
        raise
    return book


def sample_statements() -> list[Path]:
    """The bank files of the sample, in the order of their names."""
    return sorted((resources() / "sample" / "statements").iterdir(), key=lambda one: one.name)


def _at(on: date) -> datetime:
    """A treasurer's working hour of that day."""
    return datetime.combine(on, time(10), UTC)


@dataclass(slots=True)
class _Year:
    """One year of the sample foundation."""

    book: Book
    folder: Path
    facts: _Facts
    people: dict[str, int] = field(default_factory=dict)
    last: date = date(2025, 1, 1)

    def preparations(self) -> list[Callable[[], object]]:
        """Accounts, donors, campaigns, statements, the sure matches and the invoices: everything before the decisions."""
        return [
            self.add_accounts,
            self.add_donors,
            *(lambda fact=fact: self.add_campaign(fact) for fact in self.facts["campaigns"]),
            *(lambda file=file: self.add_statement(file) for file in sample_statements()),
            lambda: reconciling.accept_sure(self.book, _at(date(2025, 12, 31))),
            *(lambda fact=fact: self.add_invoice(fact) for fact in self.facts["invoices"]),
        ]

    def add_accounts(self) -> None:
        """The two banks, with what stood in them."""
        for fact in self.facts["accounts"]:
            opening, on = parse(fact["opening"], self.book.currency), date.fromisoformat(fact["opening_on"])
            accounts.add_account(self.book, fact["iban"], fact["name"], _at(on), opening, on)

    def add_donors(self) -> None:
        """The register as the foundation had it; not every donor's account is known."""
        for fact in self.facts["donors"]:
            known = fact["ibans"] if fact["known_accounts"] else ()
            self.people[fact["name"]] = donors.add_donor(self.book, fact["name"], known, _at(date(2025, 1, 2))).ids[0]

    def add_campaign(self, fact: _Facts) -> None:
        """A campaign with its mandate and the lawyer's quote."""
        texts = {language: PublicText(title, fact["story"][language]) for language, title in fact["title"].items()}
        opened, asked = date.fromisoformat(fact["opened_on"]), parse(fact["asked"], self.book.currency)
        mandate = Mandate(texts, surplus=fact["surplus"], shortfall=fact["shortfall"])
        campaigns.add_campaign(self.book, fact["code"], asked, mandate, _at(opened), opened_on=opened)
        quote = fact["quote"]
        amount, received = parse(quote["amount"], self.book.currency), date.fromisoformat(quote["received_on"])
        iban, document = _iban(self.facts, quote["payee"]), self.folder / quote["document"]
        campaigns.add_quote(self.book, fact["code"], quote["payee"], amount, received, _at(opened), iban, document)

    def add_statement(self, file: Path) -> None:
        """One bank file."""
        importing.import_statement(self.book, file, _at(date(2025, 12, 31)))

    def add_invoice(self, fact: _Facts) -> None:
        """An invoice with its document, entered on its day and approved on another."""
        issued, approved = date.fromisoformat(fact["issued_on"]), date.fromisoformat(fact["approved_on"])
        invoices.add_invoice(
            self.book,
            campaign=fact["campaign"],
            payee=fact["payee"],
            number=fact["number"],
            amount=parse(fact["amount"], self.book.currency),
            issued_on=issued,
            at=_at(issued),
            document=self.folder / fact["document"],
        )
        invoices.approve_invoice(self.book, fact["number"], _at(approved))

    def decide(self, fact: _Facts) -> None:
        """One of the treasurer's decisions."""
        if "do" in fact:
            self._step(fact, date.fromisoformat(fact["on"]))
            return
        line_id = self._line(fact["line"])
        with self.book.reading() as db:
            line = lines.find_line(db, line_id)
        at = _at(date.fromisoformat(fact["on"]) if "on" in fact else line.booked_on)
        if "as" in fact:
            of = self._line(fact["of"]) if "of" in fact else None
            reconciling.accept_as(self.book, line_id, fact["as"], at, account=fact.get("account"), of=of)
            return
        sign = 1 if line.amount.minor > 0 else -1
        shares = [reconciling.parse_target(self.book, text, sign) for text in fact["to"]]
        donor = self.people.get(fact["donor"]) if fact.get("donor") else None
        reconciling.accept(self.book, line_id, shares, at, donor=donor)

    def _step(self, fact: _Facts, on: date) -> None:
        code = fact["campaign"]
        match fact["do"]:
            case "over":
                campaigns.end_collection(self.book, code, on, _at(on))
            case "cover":
                campaigns.cover(self.book, code, campaigns.shortfall(self.book, code), on, _at(on))
            case _:
                campaigns.close_campaign(self.book, code, on, _at(on))

    def _line(self, fact: Mapping[str, str]) -> int:
        with self.book.reading() as db:
            return lines.find_by_reference(db, fact["account"], fact["bank_reference"])


def _iban(facts: _Facts, payee: str) -> str | None:
    return next((str(one["iban"]) for one in facts["payees"] if one["name"] == payee), None)
