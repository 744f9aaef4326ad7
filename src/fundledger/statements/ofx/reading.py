"""Streams OFX 1 and 2: each account's statement, its lines, its end (OFX 1.0.2 to 2.3, bank, card and investment accounts' money)."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from fundledger.domain.money import NO_CURRENCY, is_currency
from fundledger.domain.problem import KnownError, Problem
from fundledger.domain.reference import iban_is_valid
from fundledger.domain.statement import Balance, Statement, StatementEnd
from fundledger.statements.counts import Counts
from fundledger.statements.decimals import Amounts, decide
from fundledger.statements.ofx.entry import IBAN_LIKE, EntryReader, account_number, lenient_day
from fundledger.statements.ofx.repeated import repeated
from fundledger.statements.ofx.scanning import codec_of, parts, tokens, unprefixed, words
from fundledger.statements.safety import MOST_ENTRIES, MOST_STATEMENTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from fundledger.domain.statement import StatementLine
    from fundledger.statements.findings import Findings
    from fundledger.statements.given import Given
    from fundledger.statements.source import Source

_MARKS = "\xef\xbb\xbf\xff\xfe"  # of Unicode, as single letters
_ROOT = re.compile(r"<(?:[\w-]+:)?OFX(?:\s[^<>]*)?>", re.IGNORECASE)
_HEADER = re.compile(r"OFXHEADER\s*[:=]|DATA:OFXSGML|<\?OFX\b", re.IGNORECASE)
_BESIDE_HEADER = re.compile(r"<\?[^<>]*\?>|<!--.*?-->", re.DOTALL)
_DOCTYPE = re.compile(r"<!DOCTYPE", re.IGNORECASE)
_AMOUNT = re.compile(r"<(?:TRNAMT|BALAMT)\s*>\s*([^<\r\n]*)", re.IGNORECASE)
_STATEMENTS = frozenset({"STMTRS", "CCSTMTRS", "INVSTMTRS"})
_PENDING_LISTS = frozenset({"BANKTRANLISTP", "INVTRANLISTP"})
_ACCOUNTS = ("BANKACCTFROM", "CCACCTFROM", "INVACCTFROM")
_NOT_READ = frozenset({"INVTRAN"})
# Leaf tags that may be empty; any other tag without a text opens an aggregate.
_LEAVES = frozenset({"BANKID", "BRANCHID", "ACCTID", "ACCTTYPE", "ACCTKEY", "BROKERID", "BALAMT", "DTASOF", "DTSTART", "DTEND", "CURDEF",
                     "CODE", "SEVERITY", "MESSAGE"})  # fmt: skip
_SHOWN = 40
_LONGEST_HEADER = 8_192


def recognise(head: bytes) -> str | None:
    """ofx1 (SGML), ofx2 (XML), ofx for a file without a header; None for what is no OFX at all.

    Raises KnownError file.doctype for a DOCTYPE before the first tag.
    """
    text = head.replace(b"\0", b"").decode("latin-1").lstrip(_MARKS)
    root = _ROOT.search(text)
    before = text[: root.start()] if root else text
    header = _HEADER.search(before)
    if header is None and root is None:
        return None
    said, *doctype = _DOCTYPE.split(_BESIDE_HEADER.sub("", before[:_LONGEST_HEADER]), 1)
    if "<" in said or (header is None and said.strip()):
        return None
    if doctype:
        raise KnownError("file.doctype")
    if "<?" in before:
        return "ofx2"
    return "ofx1" if header else "ofx"


def read(source: Source, _form: str, found: Findings, given: Given) -> Iterator[Statement | StatementLine | StatementEnd]:
    """Stream a file that was recognised; all forms are read alike.

    There is no opening balance in OFX; of the balances the ledger's closes, else the available one. Raises KnownError file.truncated,
    file.doctype, file.decimal, file.bank_error (the bank's answer is an error), file.part, file.field, file.entries, file.statements,
    and what `codec_of` and `Source.texts` raise. A row that cannot be taken is a fault in `found`, and left out.
    """
    codec = codec_of(source, found, given)

    def texts() -> Iterator[str]:
        return unprefixed(source.texts(codec, "surrogateescape"), source.head)

    entries = EntryReader(found, given.today, Amounts(given.decimal, partial(_decide, texts)), repeated(texts), codec)
    stream = _Stream(found, given, entries)
    for is_entry, text in parts(texts()):
        if is_entry:
            yield from stream.entry(text)
        else:
            yield from stream.beside(text if text.isascii() else text.encode(errors="replace").decode())
    if not stream.whole:
        raise KnownError("file.truncated", source.name, entries=stream.n_entries)
    yield from stream.finish()
    stream.explain(source.name)
    if entries.n_unusable:
        found.warn("statement.references_unusable", source.name, n=entries.n_unusable)


def _decide(texts: Callable[[], Iterable[str]]) -> str | None:
    """The decimal sign of all amounts of the file."""
    return decide(words(match[1]) for _, text in parts(texts()) for match in _AMOUNT.finditer(text))


class _Stream:
    """Where the reader stands: in which statement, in which aggregate, after how many entries."""

    def __init__(self, found: Findings, given: Given, entries: EntryReader) -> None:
        self.n_entries = 0
        self.n_statements = 0
        self.whole = False
        self._found, self._given, self._entries = found, given, entries
        self._aggregate = ""
        self._told: dict[tuple[str, str], str] = {}
        self._open = False
        self._head: Statement | None = None
        self._counts = Counts()
        self._pending = False
        self._unread: set[str] = set()
        self._errors: list[tuple[str, str]] = []

    def entry(self, fragment: str) -> Iterator[Statement | StatementLine]:
        """The line of an entry, after its statement's head when it is the first; a fault is noted when it cannot be taken."""
        if self._head is None:
            yield self._begin()
        assert self._head is not None
        self.n_entries += 1
        if self.n_entries > MOST_ENTRIES:
            raise KnownError("file.entries", "", limit=MOST_ENTRIES)
        pending = self._pending or fragment[len("<STMTTRN")] in "Pp"
        try:
            line = self._entries.line(fragment, self.n_entries, pending=pending)
        except KnownError as error:
            problem = error.problems[0]
            if problem.code.startswith("file."):
                raise
            where = f"STMTTRN[{self.n_entries}]/{problem.subject}"
            self._found.fault(Problem(problem.code, where, {**problem.values, "entry": self.n_entries}))
            return
        self._counts.add(line, self._head.currency)
        yield line

    def beside(self, text: str) -> Iterator[Statement | StatementEnd]:
        """What stands between entries: beginnings and ends of statements, account, currency, period, balances, the bank's answer."""
        for tag, after in zip(*tokens(text), strict=True):
            if tag in _STATEMENTS:
                yield from self.finish()
                self._open = True
            elif tag[1:] in _STATEMENTS or (tag in _ACCOUNTS and self._head is not None):
                yield from self.finish()
            elif tag in {"OFX", "/OFX"}:
                self.whole = tag == "/OFX"
            elif tag in _PENDING_LISTS or tag[1:] in _PENDING_LISTS:
                self._pending = not tag.startswith("/")
            elif tag in _NOT_READ:
                self._not_read(tag)
            if tag == "/STATUS":
                self._answered()
            self._note(tag, words(after) if after else "")

    def _note(self, tag: str, text: str) -> None:
        """Keep a text by the aggregate it stands in; a tag without text opens one, unless it closes one."""
        if tag.startswith("/"):
            self._aggregate = "" if tag[1:] == self._aggregate else self._aggregate
        elif not text and tag not in _LEAVES:
            self._aggregate = tag
        elif tag in _LEAVES and not self._told.get((self._aggregate, tag)):
            self._told[self._aggregate, tag] = text

    def _not_read(self, what: str) -> None:
        if what not in self._unread:
            self._unread.add(what)
            self._found.warn("statement.section_unread", what, section=what)

    def _answered(self) -> None:
        """What the bank says of a request: an error is kept, to be told where the statement is missing."""
        code, severity, message = (self._told.pop(("STATUS", name), "") for name in ("CODE", "SEVERITY", "MESSAGE"))
        if code.strip("0") and severity.upper() not in {"INFO", "WARN"}:
            self._errors.append((code[:_SHOWN], message))

    def explain(self, name: str) -> None:
        """Say what the bank says of statements that are missing. Raises KnownError file.bank_error where there is none but an error."""
        for number, message in self._errors:
            if not self.n_statements:
                raise KnownError("file.bank_error", name, number=number, message=message)
            self._found.warn("statement.bank_error", name, number=number, message=message)
        if not self.n_statements:
            self._found.warn("statement.none", name)

    def _where(self) -> str:
        return f"STMTRS[{self.n_statements + 1}]"

    def _begin(self) -> Statement:
        if self.n_statements >= MOST_STATEMENTS:
            raise KnownError("file.statements", "", limit=MOST_STATEMENTS)
        self._open = True
        start_on, end_on = (self._day(name) for name in ("DTSTART", "DTEND"))
        if start_on and end_on and start_on > end_on:
            start_on = end_on = None
        self._head = Statement(self._account(), self._currency(), start_on=start_on, end_on=end_on)
        self._entries.account, self._entries.currency = self._head.account, self._head.currency
        return self._head

    def _day(self, name: str) -> date | None:
        lists = ("BANKTRANLIST", "INVTRANLIST", "BANKTRANLISTP")
        return next((on for one in lists if (on := lenient_day(self._told.get((one, name), "")))), None)

    def _account(self) -> str:
        stated = (account_number(self._told.get((aggregate, "ACCTID"), "")) for aggregate in _ACCOUNTS)
        account = next(filter(None, stated), "") or account_number(self._given.account or "")
        if not account:
            self._found.warn("statement.account_missing", self._where())
        elif IBAN_LIKE.fullmatch(account) and not iban_is_valid(account):
            self._found.warn("statement.iban", self._where())
        return account

    def _currency(self) -> str:
        stated = next((text for (_, tag), text in self._told.items() if tag == "CURDEF"), "").upper()
        if not stated or stated == NO_CURRENCY:
            return self._given.currency or NO_CURRENCY
        if not is_currency(stated):
            self._found.fault(Problem("statement.currency", f"{self._where()}/CURDEF", {"text": stated[:_SHOWN]}))
        return stated

    def finish(self) -> Iterator[Statement | StatementEnd]:
        """The end of the statement that is open, after its head when it had no entry."""
        if not self._open:
            self._told.clear()  # what was said before the first statement is no statement's
            return
        if self._head is None:
            yield self._begin()
        assert self._head is not None
        yield self._counts.end(self._head.currency, None, self._closing(self._head), faulty=self._found.faulty)
        self.n_statements += 1
        self._head, self._counts, self._pending, self._open = None, Counts(), False, False
        self._told.clear()

    def _closing(self, head: Statement) -> Balance | None:
        for aggregate, booked in (("LEDGERBAL", True), ("AVAILBAL", False)):
            stated = self._told.get((aggregate, "BALAMT"), "")
            on = lenient_day(self._told.get((aggregate, "DTASOF"), "")) or head.end_on
            if stated and on is None:
                self._found.warn("statement.balance_undated", self._where())
            elif stated and on:
                try:
                    return Balance(on, self._entries.amounts.read(stated, head.currency, "BALAMT"), booked)
                except KnownError as error:
                    if error.code != "line.amount":
                        raise
                    self._found.warn("statement.balance_unreadable", f"{self._where()}/{aggregate}", text=stated[:_SHOWN])
        return None
