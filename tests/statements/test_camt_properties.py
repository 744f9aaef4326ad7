"""Whatever a bank books comes out as it went in; whatever is broken comes out as a KnownError."""

from __future__ import annotations

import random
import subprocess
import sys
from contextlib import suppress
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fundledger.domain.money import Money, exponent, plain
from fundledger.domain.problem import KnownError
from fundledger.domain.statement import LineDetail, LineStatus, Party, References, StatementLine
from tests.statements.building import DONOR, PAYEE, Read, amount, balance, document, party, read, statement, tag
from tests.statements.mutating import Step, mutated, mutations

FEW_PARTS = 3
CODES = {LineStatus.BOOKED: "BOOK", LineStatus.PENDING: "PDNG", LineStatus.INFO: "INFO"}

# Any letter XML can carry, without blanks at the ends, which a reader takes off.
texts = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=60).map(str.strip).filter(bool)
refs = texts.filter(lambda text: text.upper().replace(" ", "").replace("-", "").replace("_", "") not in {"NOTPROVIDED", "NONREF", "NOREF"})
maybe_refs = st.none() | refs
parties = st.builds(Party, st.none() | texts, st.sampled_from([None, DONOR, PAYEE]))
currencies = st.sampled_from(["EUR", "JPY", "KWD"])
minors = st.integers(-(10**13), 10**13)


@st.composite
def details(draw: st.DrawFn, currency: str) -> LineDetail:
    return LineDetail(
        amount=Money(draw(minors), currency),
        references=References(draw(maybe_refs), draw(maybe_refs), draw(maybe_refs), draw(maybe_refs), draw(maybe_refs)),
        remittance=draw(texts),
        counterparty=draw(parties),
    )


@st.composite
def lines(draw: st.DrawFn, currency: str) -> StatementLine:
    inside = tuple(draw(st.lists(details(currency), max_size=3).filter(lambda found: len(found) != 1)))
    total = sum((part.amount.minor for part in inside if part.amount), 0) if inside else draw(minors)
    return StatementLine(
        amount=Money(total, currency),
        position=0,
        booked_on=draw(st.dates(date(1970, 1, 1), date(2100, 12, 31))),
        value_on=draw(st.none() | st.dates(date(1970, 1, 1), date(2100, 12, 31))),
        status=draw(st.sampled_from(LineStatus)),
        reversal=draw(st.booleans()),
        references=References(draw(maybe_refs), entry=draw(maybe_refs)),
        remittance=draw(texts),
        details=inside,
    )


def mark(money: Money) -> str:
    """The amount without its sign, and the sign."""
    return amount(plain(abs(money.minor), money.currency), money.currency) + tag("CdtDbtInd", "DBIT" if money.minor < 0 else "CRDT")


def escaped(text: str | None) -> str | None:
    return None if text is None else escape(text)


def write_detail(one: LineDetail) -> str:
    names = one.references
    named = "".join(
        tag(name, escaped(text))
        for name, text in (
            ("AcctSvcrRef", names.bank), ("InstrId", names.instruction), ("EndToEndId", names.end_to_end), ("TxId", names.transaction)
        )
    )  # fmt: skip
    assert one.amount is not None
    role = "Cdtr" if one.amount.minor < 0 else "Dbtr"
    structured = f"<Strd><CdtrRefInf><Ref>{escape(names.structured)}</Ref></CdtrRefInf></Strd>" if names.structured else ""
    told = f"<RmtInf>{tag('Ustrd', escape(one.remittance))}{structured}</RmtInf>"
    related = f"<RltdPties>{party(role, one.counterparty.name, one.counterparty.iban)}</RltdPties>"
    return f"<TxDtls><Refs>{named}</Refs>{mark(one.amount)}{related}{told}</TxDtls>"


def write(one: StatementLine) -> str:
    inside = "".join(write_detail(part) for part in one.details)
    return (
        f"<Ntry>{tag('NtryRef', escaped(one.references.entry))}{mark(one.amount)}<RvslInd>{str(one.reversal).lower()}</RvslInd>"
        f"<Sts>{CODES[one.status]}</Sts><BookgDt><Dt>{one.booked_on}</Dt></BookgDt>"
        f"{f'<ValDt><Dt>{one.value_on}</Dt></ValDt>' if one.value_on else ''}{tag('AcctSvcrRef', escaped(one.references.bank))}"
        f"{tag('NtryDtls', inside or None)}{tag('AddtlNtryInf', escape(one.remittance))}</Ntry>"
    )


@given(currencies.flatmap(lambda currency: st.tuples(st.just(currency), st.lists(lines(currency), max_size=FEW_PARTS))))
def test_lines_written_and_read_are_the_same_to_the_cent(book: tuple[str, list[StatementLine]]) -> None:
    currency, written = book
    booked = sum(line.amount.minor for line in written if line.status is LineStatus.BOOKED)
    zero, total = plain(0, currency), plain(abs(booked), currency)
    balances = balance("OPBD", zero, currency=currency)
    balances += balance("CLBD", total, direction="DBIT" if booked < 0 else "CRDT", currency=currency)
    content = document(statement(*map(write, written), balances=balances, currency=currency))
    with TemporaryDirectory() as folder:
        found = read(Path(folder), content)
        by_tree = read(Path(folder), content.replace("<GrpHdr>", "<!-- the parser reads every entry from its tree --><GrpHdr>"))
    bare = [line._replace(raw=b"", position=0) for line in found.lines]
    assert bare == written
    assert [line._replace(raw=b"", position=0) for line in by_tree.lines] == written
    assert (found.ends[0].booked, found.ends[0].balanced) == (Money(booked, currency), True)
    assert exponent(currency) or "." not in total


SAMPLES = sorted((Path(__file__).parent.parent / "fixtures" / "camt").glob("*.xml"))


@given(st.sampled_from(SAMPLES), mutations)
@example(SAMPLES[0], [("cut", 0.0, 0.0, 0)])
def test_a_mutated_file_is_read_or_refused_and_nothing_else(sample: Path, steps: list[Step]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "mutated.xml"
        path.write_bytes(mutated(sample.read_bytes(), steps))
        with suppress(KnownError):
            found = Read(path)
            assert sum(end.n_lines for end in found.ends) == len(found.lines)


@given(st.binary(max_size=300), st.sampled_from([b"", b"<?xml version='1.0'?>", b"<BkToCstmrStmt>", b"<BkToCstmrStmt><Stmt><Ntry>"]))
def test_any_octets_are_refused_plainly(octets: bytes, beginning: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "any.xml"
        path.write_bytes(beginning + octets)
        with pytest.raises(KnownError):
            Read(path)


PEAK = """
import re, sys
from pathlib import Path
from fundledger.statements import open_statement
with open_statement(Path(sys.argv[1])) as file:
    assert sum(1 for _ in file.events()) == int(sys.argv[2]) + 2
    assert len(file.problems) <= 1
print(re.search(r"VmHWM:\\s+([0-9]+) kB", Path("/proc/self/status").read_text())[1])
"""


def peak_kib(folder: Path, n_entries: int, prolog: str) -> int:
    """Peak memory of a process of its own that reads so many entries, all of them different."""
    shuffled = random.Random(n_entries)
    told = "<NtryDtls><TxDtls><RltdPties>{}</RltdPties><RmtInf><Ustrd>{}</Ustrd></RmtInf></TxDtls></NtryDtls>"
    entries = [
        "<Ntry>" + mark(Money(number, "EUR")) + "<Sts>BOOK</Sts><BookgDt><Dt>2026-01-05</Dt></BookgDt>"
        + told.format(party("Dbtr", f"Sample Person {number}"), "".join(shuffled.choices("abcdefgh", k=400))) + "</Ntry>"
        for number in range(n_entries)
    ]  # fmt: skip
    path = folder / f"{n_entries}.xml"
    path.write_text(document(prolog, statement(*entries)))
    done = subprocess.run([sys.executable, "-c", PEAK, str(path), str(n_entries)], capture_output=True, text=True, check=True)
    return int(done.stdout)


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    for prolog in ("", "<!-- every entry from its tree -->"):
        small, large = peak_kib(tmp_path, 2_000, prolog), peak_kib(tmp_path, 20_000, prolog)
        assert large - small < 2_048, f"{large - small} KiB more for ten times the entries"
