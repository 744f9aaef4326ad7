"""hledger and beancount perform our balances again: the sample's, and those of books nobody thought of."""

from __future__ import annotations

import csv
import io
import subprocess
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fundledger.domain.entry import Entry, EntryKind, Flow, Original, Posting
from fundledger.domain.evidence import head_of
from fundledger.domain.money import Money, parse
from fundledger.domain.problem import KnownError
from fundledger.export.plain_text import PROGRAMS, account_name, render
from fundledger.reports.whole_journal import WholeJournal, build
from fundledger.store.extracts import people_to_protect
from fundledger.store.journal import PostedEntry
from tests.services import bookkeeping

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from fundledger.store.book import Book

ACCOUNTS = ("1010-1", "1010-12", "1020", "2010", "3900", "4010", "5010", "9010")
NASTY = st.text(max_size=30) | st.sampled_from(
    ['"', "\\", "; x", "a:b, c:d", "\n  Assets:1010-1:F1  5 EUR", "2026-01-01 * x", "=1", "{1 USD}"]
)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    with bookkeeping.sample_book(tmp_path_factory, tmp_path_factory.mktemp("plain")) as made:
        yield made


def made(entries: tuple[Entry, ...], currency: str = "EUR", donors: Mapping[int, tuple[str, ...]] | None = None) -> WholeJournal:
    """A journal of these entries with the balances they come to."""
    balances: dict[tuple[str, int], int] = defaultdict(int)
    for one in entries:
        for posting in one.postings:
            balances[posting.account, posting.fund] += posting.amount.minor
    posted = tuple(PostedEntry(number, number, one) for number, one in enumerate(entries, 1))
    funds = {1: "unrestricted", 2: "suspense", 3: 'C-1; "x", y'}
    return WholeJournal("book", currency, funds, posted, dict(balances), donors or {}, head_of(0, bytes(32)))


@st.composite
def journals(draw: st.DrawFn) -> WholeJournal:
    """Entries that are zero in each fund, on any days, with texts that try to be something else; reversals among them."""
    currency = draw(st.sampled_from(["EUR", "JPY", "KWD"]))
    entries: list[Entry] = []
    for place in range(draw(st.integers(0, 12))):
        fund, minor = draw(st.integers(1, 3)), draw(st.integers(1, 10**13))
        debit, credit = draw(st.sampled_from(ACCOUNTS)), draw(st.sampled_from(ACCOUNTS))
        original = draw(
            st.none() | st.builds(lambda minor: Original(Money(minor, "USD"), "1.0825", date(2026, 1, 2), "ECB"), st.integers(1, 10**9))
        )
        sides = (
            Posting(debit, fund, Money(minor, currency), Flow.NONE, original),
            Posting(credit, fund, Money(-minor, currency), Flow.COLLECTED),
        )
        dated = date(2025, 12, 1) + timedelta(draw(st.integers(0, 400)))
        entries.append(Entry(draw(NASTY), draw(st.sampled_from(EntryKind)), dated, sides, draw(st.none() | NASTY)))
        if draw(st.booleans()):
            back = tuple(Posting(one.account, one.fund, -one.amount, one.flow) for one in sides)
            entries.append(Entry(f"reversal-{place}", EntryKind.REVERSAL, dated, back, None, len(entries)))
    return made(tuple(entries), currency, {1: ("ABCD2345",)} if draw(st.booleans()) else {})


def own(journal: WholeJournal) -> dict[str, int]:
    return {account_name(code, fund): minor for (code, fund), minor in journal.balances.items() if minor}


def by_hledger(file: Path, currency: str) -> dict[str, int]:
    subprocess.run(["hledger", "-f", str(file), "check", "--strict"], check=True, capture_output=True)
    told = subprocess.run(
        ["hledger", "-f", str(file), "balance", "--flat", "-N", "-O", "csv"], check=True, capture_output=True, encoding="utf-8"
    ).stdout
    return {row[0]: parse(row[1].split()[0], currency).minor for row in list(csv.reader(io.StringIO(told)))[1:] if row[1] != "0"}


def by_beancount(file: Path, currency: str) -> dict[str, int]:
    checked = subprocess.run(["bean-check", str(file)], capture_output=True, encoding="utf-8", check=False)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")
    query = "SELECT account, sum(number) GROUP BY account"
    told = subprocess.run(["bean-query", "-q", "-f", "csv", str(file), query], check=True, capture_output=True, encoding="utf-8").stdout
    rows = list(csv.reader(io.StringIO(told)))[1:]
    return {row[0].strip(): parse(row[1].strip(), currency).minor for row in rows if parse(row[1].strip(), currency)}


def agrees(journal: WholeJournal, folder: Path) -> None:
    for program, balances in (("hledger", by_hledger), ("beancount", by_beancount)):
        file = folder / f"book.{'journal' if program == 'hledger' else 'beancount'}"
        file.write_bytes(render(journal, program))
        assert balances(file, journal.currency) == own(journal), program


@pytest.mark.full
def test_both_programs_come_to_the_balances_of_the_sample(sample: Book, tmp_path: Path) -> None:
    agrees(build(sample), tmp_path)


@pytest.mark.full
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(journal=journals())
def test_both_programs_come_to_the_balances_of_any_book(journal: WholeJournal, tmp_path: Path) -> None:
    agrees(journal, tmp_path)


@pytest.mark.full
@pytest.mark.parametrize("program", PROGRAMS)
def test_both_programs_refuse_a_balance_that_is_not_what_the_entries_come_to(sample: Book, tmp_path: Path, program: str) -> None:
    journal = build(sample)
    wrong = {place: minor + (place == min(journal.balances)) for place, minor in journal.balances.items()}
    file = tmp_path / "book.beancount"
    file.write_bytes(render(replace(journal, balances=wrong), program))
    command = ["bean-check", str(file)] if program == "beancount" else ["hledger", "-f", str(file), "check"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1


@pytest.mark.parametrize("program", PROGRAMS)
def test_it_says_every_entry_once_and_names_nobody(sample: Book, program: str) -> None:
    journal = build(sample)
    told = render(journal, program).decode()
    with sample.reading() as db:
        assert [name for name in people_to_protect(db) if name in told] == []
    assert all(told.count(one.entry.uid) == 1 for one in journal.entries)
    assert render(build(sample), program).decode() == told


@settings(deadline=None)
@given(journal=journals())
@pytest.mark.parametrize("program", PROGRAMS)
def test_no_text_begins_a_line_of_its_own(journal: WholeJournal, program: str) -> None:
    allowed = {one.strip() for entry in journal.entries for one in (f"{account_name(p.account, p.fund)}" for p in entry.entry.postings)} | {
        ";"
    }
    lines = render(journal, program).decode().splitlines()
    postings = [line for line in lines if line.startswith(" ") and line.split()[0] in allowed and "=" not in line]
    assert len([line for line in postings if not line.strip().startswith(";")]) == sum(len(one.entry.postings) for one in journal.entries)


def test_another_program_is_refused() -> None:
    with pytest.raises(KnownError, match=r"export\.program_unknown"):
        render(made(()), "other")
