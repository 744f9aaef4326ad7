"""Writes the whole journal for hledger or beancount, so that programs of others perform our balances again.

An account is its class, its code and its fund (`Assets:1010-1:F3`), so that any balance of any fund can be asked for. Amounts are in book
currency; what stands behind one in another currency is said beside it. The last lines are the book's own balances as assertions: a program
that comes to anything else refuses the file.
"""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from fundledger.domain.money import Money, exponent
from fundledger.domain.problem import KnownError
from fundledger.export.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fundledger.domain.entry import Posting
    from fundledger.reports.whole_journal import WholeJournal
    from fundledger.store.journal import PostedEntry

_CLASSES = {"1": "Assets", "2": "Liabilities", "3": "Equity", "4": "Income", "5": "Expenses"}
_OUTSIDE = "Equity:Memo"  # 9010 and 9020 stand outside the balance sheet
_BLANKS = re.compile(r"\s+")
_NO_DAY = date(1970, 1, 1)
# Whatever ends a tag or a comment, begins one, or a program could take for the sign of something.
_TAG = str.maketrans(dict.fromkeys(",;|\"'", "_"))


def render(journal: WholeJournal, program: str) -> bytes:
    """The journal in the language of one of PROGRAMS; raises KnownError export.program_unknown for another."""
    if program not in _WRITERS:
        raise KnownError("export.program_unknown", program, known=", ".join(PROGRAMS))
    return "".join(f"{line}\n" for line in _WRITERS[program](journal)).encode()


def account_name(code: str, fund: int) -> str:
    """What an account of a fund is called in both programs."""
    return f"{_CLASSES.get(code[:1], _OUTSIDE)}:{code}:F{fund}"


def _span(journal: WholeJournal) -> tuple[date, date]:
    """The first day of any entry, and the day after the last."""
    days = [one.entry.dated for one in journal.entries]
    return min(days, default=_NO_DAY), max(days, default=_NO_DAY) + timedelta(days=1)


def _about(journal: WholeJournal) -> Iterator[str]:
    yield f"; FundLedger {journal.book}"
    yield f"; {journal.head}"
    yield "; Secret: it can be joined with bank statements by day and amount."


# --- hledger ----------------------------------------------------------------------------------------------------------
def _hledger(journal: WholeJournal) -> Iterator[str]:
    yield from _about(journal)
    yield "decimal-mark ."
    digits = exponent(journal.currency)
    yield f"commodity 1000.{'0' * digits} {journal.currency}"
    for code, fund in sorted(journal.balances):
        yield f"account {account_name(code, fund)}  ; fund:{_tagged(journal.funds[fund])}"
    for one in journal.entries:
        yield ""
        yield f"{one.entry.dated.isoformat()} ({one.number}) {one.entry.kind.value}"
        yield from (f"    ; {name}:{_tagged(said)}" for name, said in _facts(journal, one))
        for posting in one.entry.postings:
            beside = "".join(f"  ; {name}:{_tagged(said)}" for name, said in _of_posting(posting))
            yield f"    {account_name(posting.account, posting.fund)}  {posting.amount} {journal.currency}{beside}"
    yield from _asserted(journal)


def _asserted(journal: WholeJournal) -> Iterator[str]:
    if journal.balances:
        yield f"\n{_span(journal)[1].isoformat()} balances"
    for (code, fund), minor in sorted(journal.balances.items()):
        nothing, amount = Money(0, journal.currency), Money(minor, journal.currency)
        yield f"    {account_name(code, fund)}  {nothing} {journal.currency} = {amount} {journal.currency}"


def _tagged(text: str) -> str:
    """A text as the value of a tag, which ends at a comma and at the end of the line."""
    return _BLANKS.sub(" ", clean(text)).translate(_TAG).strip()


# --- beancount --------------------------------------------------------------------------------------------------------
def _beancount(journal: WholeJournal) -> Iterator[str]:
    yield from _about(journal)
    yield f'option "operating_currency" {_quoted(journal.currency)}'
    first, last = _span(journal)
    for code, fund in sorted(journal.balances):
        yield f"{first.isoformat()} open {account_name(code, fund)} {journal.currency}"
        yield f"  fund: {_quoted(journal.funds[fund])}"
    for one in journal.entries:
        yield ""
        yield f"{one.entry.dated.isoformat()} * {_quoted(one.entry.kind.value)}"
        yield f"  number: {one.number}"
        yield from (f"  {name}: {_quoted(said)}" for name, said in _facts(journal, one))
        for posting in one.entry.postings:
            yield f"  {account_name(posting.account, posting.fund)}  {posting.amount} {journal.currency}"
            yield from (f"    {name}: {_quoted(said)}" for name, said in _of_posting(posting))
    for (code, fund), minor in sorted(journal.balances.items()):
        amount = Money(minor, journal.currency)
        yield f"{last.isoformat()} balance {account_name(code, fund)}  {amount} ~ {Money(0, journal.currency)} {journal.currency}"


def _quoted(text: str) -> str:
    """A text in quotes on one line."""
    return json.dumps(_BLANKS.sub(" ", clean(text)), ensure_ascii=False)


# --- both -------------------------------------------------------------------------------------------------------------
def _facts(journal: WholeJournal, one: PostedEntry) -> Iterator[tuple[str, str]]:
    yield "uid", one.entry.uid
    if one.entry.subject:
        yield "subject", one.entry.subject
    if one.entry.reverses is not None:
        yield "reverses", str(one.entry.reverses)
    if one.number in journal.donors:
        yield "donor", " ".join(journal.donors[one.number])


def _of_posting(posting: Posting) -> Iterator[tuple[str, str]]:
    if posting.flow:
        yield "flow", posting.flow.value
    if posting.original:
        yield "original", f"{posting.original.amount} {posting.original.amount.currency}"
        yield "rate", f"{posting.original.rate} of {posting.original.on.isoformat()} by {posting.original.source}"


_WRITERS: dict[str, Callable[[WholeJournal], Iterator[str]]] = {"hledger": _hledger, "beancount": _beancount}
PROGRAMS = tuple(_WRITERS)
