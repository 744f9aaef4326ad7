"""Streams camt.052, camt.053 and camt.054 of every version: statement, its lines, its end.

The parser hands over each entry as it closes; it is cut out of the tree at once, so memory stays flat. Local names are
matched and namespaces ignored, since banks wrap, misname and invent versions (ISO 20022, versions 01 to 14).
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, cast

from lxml import etree

from fundledger.domain.problem import KnownError, Problem
from fundledger.statements.camt.entry import EntryReader
from fundledger.statements.camt.head import Head, HeadReader, opening_and_closing
from fundledger.statements.camt.lift import CutEntry, Lifter, Shapes
from fundledger.statements.camt.summaries import compare
from fundledger.statements.counts import Counts
from fundledger.statements.safety import DEEPEST, LARGEST_PART, MOST_ENTRIES, MOST_STATEMENTS, xml_beginning

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from fundledger.domain.statement import Statement, StatementEnd, StatementLine
    from fundledger.statements.findings import Findings
    from fundledger.statements.given import Given
    from fundledger.statements.source import Source

_MESSAGE = re.compile(r"<((?:[\w.-]+:)?)(BkToCstmrStmt|BkToCstmrAcctRpt|BkToCstmrDbtCdtNtfctn)(?:V\d\d)?[\s/>]")
_VERSION = re.compile(r"[\"'][^\"']*\b(camt\.05[234]\.\d{3}\.\d\d)[\"']")
_FORMATS = {"BkToCstmrStmt": "camt.053", "BkToCstmrAcctRpt": "camt.052", "BkToCstmrDbtCdtNtfctn": "camt.054"}
_KINDS = {"Stmt": "statement", "Rpt": "report", "Ntfctn": "notification"}
_KNOWN_VERSION = re.compile(r"camt\.05[234]\.001\.(0[1-9]|1[0-4])")
# Balances and the like in one statement.
_MOST_BESIDE = 2_000


def recognise(head: bytes) -> str | None:
    """The format of a file that begins like this, such as camt.053.001.08, or camt.053 when it names no version.

    None for what is no camt at all. Raises KnownError file.doctype, file.encoding, file.part.
    """
    if b"BkToCstmr" not in head.replace(b"\0", b""):
        return None
    text = xml_beginning(head)
    message = _MESSAGE.search(text)
    if message is None:
        return None
    form = _FORMATS[message[2]]
    version = _VERSION.search(text, 0, message.end() + 400)
    return version[1] if version and version[1].startswith(form) else form


def read(source: Source, form: str, found: Findings, given: Given) -> Iterator[Statement | StatementLine | StatementEnd]:
    """Stream a file that was recognised as `form`.

    Raises KnownError: file.doctype, file.broken, file.truncated, file.part, file.field, file.depth, file.attributes,
    file.entries, and what `Source.texts` raises. A row that cannot be taken is a fault in `found`, and left out.
    """
    message = _MESSAGE.search(xml_beginning(source.head))
    if not _KNOWN_VERSION.fullmatch(form):
        found.warn("statement.version_unknown", source.name, version=form)
    prefix = message[1] if message else ""
    shapes = Shapes(prefix)
    lifter = Lifter(f"{prefix}Ntry", shapes)
    stream = _Stream(found, given.today)
    for element, run in _parts(source, stream, lifter):
        if stream.is_statement(element):
            yield from stream.end(element)
            continue
        entries = run or [shapes.cut_serialised(_fragment(element))]
        head = stream.begin(element, entries[0])
        if head:
            yield head
        for entry in entries:
            line = stream.line(entry)
            if line:
                yield line
    if not stream.n_statements:
        found.warn("statement.none", source.name)


def _parts(source: Source, stream: _Stream, lifter: Lifter) -> Iterator[tuple[etree._Element, list[CutEntry] | None]]:
    """Entries and statements, each as it closes, with the run of entries it was left for; the caller empties them."""
    parser = etree.XMLPullParser(
        events=("end",), tag=("{*}Ntry", *(f"{{*}}{name}" for name in _KINDS)), encoding="utf-8",
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, collect_ids=False,
        remove_blank_text=True, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    unfinished, code = 0, "file.broken"
    try:
        for text in chain(_skeleton(source, lifter), [None]):
            if text is None:
                code = "file.truncated"
                parser.close()
            else:
                parser.feed(text.encode())
                unfinished += len(text)
            for _, element in cast("Iterator[tuple[str, etree._Element]]", parser.read_events()):  # noqa: SLF001  lxml has no public name
                run = lifter.runs.popleft() if lifter.runs and not stream.is_statement(element) else None
                if stream.is_part(element):
                    unfinished = 0
                    yield element, run
            if unfinished + lifter.waiting > LARGEST_PART:
                raise KnownError("file.part", source.name, limit=LARGEST_PART)
    except etree.XMLSyntaxError as error:
        raise _refused(error, source.name, code, stream.n_entries) from error


def _skeleton(source: Source, lifter: Lifter) -> Iterator[str]:
    """The text for the parser, without blanks at its beginning, which XML forbids and some banks write."""
    beginning = True
    for block in source.texts():
        text = block.lstrip() if beginning else block
        beginning = beginning and not text
        yield lifter.feed(text)
    yield lifter.rest()


def _refused(error: etree.XMLSyntaxError, name: str, code: str, n_entries: int) -> KnownError:
    """The refusal of a text that is not whole XML, with its line and the last whole entry."""
    if "depth" in (error.msg or ""):
        return KnownError("file.depth", name, limit=DEEPEST)
    return KnownError(code, name, line=error.position[0], entries=n_entries)


def _local(element: etree._Element | None) -> str:
    return "" if element is None else str(element.tag).rpartition("}")[2]


def _fragment(element: etree._Element) -> str:
    return etree.tostring(element, encoding="unicode", with_tail=False)


def _cut_away(element: etree._Element) -> list[str]:
    """Empty an element and drop everything before it; gives the fragments of what was no entry among that.

    The element itself stays until the next one closes, as the parser may still be writing the text behind it.
    """
    beside: list[str] = []
    parent = element.getparent()
    while parent is not None and (before := element.getprevious()) is not None:
        if len(beside) > _MOST_BESIDE:
            raise KnownError("file.elements", "", limit=_MOST_BESIDE)
        if before.tag != element.tag:
            beside.append(_fragment(before))
            before.clear()  # or removing it would look up the namespace of every element in it
        parent.remove(before)
    element.clear(keep_tail=True)  # type: ignore[call-arg]  # the stubs are older than the argument
    return beside[::-1]


class _Stream:
    """Where the reader stands: in which statement, after how many entries."""

    def __init__(self, found: Findings, today: date | None) -> None:
        self.n_entries = 0
        self.n_statements = 0
        self._found = found
        self._entries = EntryReader(found, today)
        self._head: Head | None = None
        self._late: list[str] = []
        self._counts = Counts()
        self._parent: etree._Element | None = None

    def is_part(self, element: etree._Element) -> bool:
        """Whether an element is an entry of a statement, or a statement of a message, and not a namesake elsewhere."""
        parent = element.getparent()
        if self._parent is not None:
            return parent is self._parent or element is self._parent
        if self.is_statement(element):
            return _local(parent).startswith("BkToCstmr")
        if parent is None or _local(parent) not in _KINDS or not _local(parent.getparent()).startswith("BkToCstmr"):
            return False
        self._parent = parent
        return True

    def is_statement(self, element: etree._Element) -> bool:
        """Whether a part is a whole statement; the parser hands over nothing but entries beside."""
        return not str(element.tag).endswith("Ntry")

    def begin(self, element: etree._Element, first: CutEntry) -> Statement | None:
        """Cut away an entry that has closed; gives the head when it is the statement's first."""
        name = _local(element.getparent())
        beside = _cut_away(element)
        if self._head is None:
            self._head = self._begin(beside, name, first.plan.amount.currency)
            return self._head.statement
        self._late += beside
        if len(self._late) > _MOST_BESIDE:
            raise KnownError("file.elements", "", limit=_MOST_BESIDE)
        return None

    def line(self, entry: CutEntry) -> StatementLine | None:
        """The line of an entry, None and a fault noted when it cannot be taken."""
        self.n_entries += 1
        if self.n_entries > MOST_ENTRIES:
            raise KnownError("file.entries", "", limit=MOST_ENTRIES)
        try:
            line = self._entries.line(entry, self.n_entries)
        except KnownError as error:
            problem = error.problems[0]
            if problem.code.startswith("file."):
                raise
            where = f"Ntry[{self.n_entries}]/{problem.subject}"
            self._found.fault(Problem(problem.code, where, {**problem.values, "entry": self.n_entries}))
            return None
        self._counts.add(line, self._entries.currency)
        return line

    def _begin(self, fragments: list[str], name: str, entry_currency: str) -> Head:
        head = self._head_reader(fragments, name).read(_KINDS[name], entry_currency)
        self._entries.account, self._entries.currency = head.statement.account, head.statement.currency
        return head

    def _head_reader(self, fragments: list[str], name: str) -> HeadReader:
        return HeadReader(f"<{name}>{''.join(fragments)}</{name}>", f"{name}[{self.n_statements + 1}]", self._found)

    def end(self, element: etree._Element) -> Iterator[Statement | StatementEnd]:
        """The end of a statement, after its head when it had no entry."""
        name = _local(element)
        if self.n_statements >= MOST_STATEMENTS:
            raise KnownError("file.statements", "", limit=MOST_STATEMENTS)
        if len(element) > _MOST_BESIDE:
            raise KnownError("file.elements", "", limit=_MOST_BESIDE)
        fragments = [_fragment(child) for child in element if _local(child) != "Ntry"]
        _cut_away(element)
        if self._head is None:
            self._head = self._begin(fragments, name, "")
            yield self._head.statement
            fragments = []
        head = self._head
        late = self._head_reader(self._late + fragments, name)
        balances = (*head.balances, *late.balances(head.statement.currency))
        summaries = (*head.summaries, *late.summaries())
        if not self._found.faulty:
            compare(self._counts, summaries, head.statement.currency, f"{name}[{self.n_statements + 1}]", self._found)
        yield self._counts.end(head.statement.currency, *opening_and_closing(balances), faulty=self._found.faulty)
        self.n_statements += 1
        self._head, self._late, self._counts, self._parent = None, [], Counts(), None
