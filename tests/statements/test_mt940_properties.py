"""Whatever a bank books comes out as it went in; whatever is broken comes out as a KnownError."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from unicodedata import normalize

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError
from fundledger.domain.statement import LineStatus, Party, References, StatementLine
from fundledger.statements.mt940 import told
from tests.statements.building import DONOR, PAYEE
from tests.statements.writing_mt940 import dutch, german, message, plain_words, read, statement

# Letters without those the dialects mark their parts with; blanks only within, and never two.
_LETTERS = st.characters(categories=["Lu", "Ll", "Nd"], exclude_characters="ⅠⅡ") | st.sampled_from(".,-()' ")
DIALECTS = {"german": german, "dutch": dutch, "plain": plain_words}


def _nfc(text: str) -> str:

    return " ".join(normalize("NFC", text).split())


def words(longest: int) -> st.SearchStrategy[str]:
    """Words a payer could write: of one encoding, not like a field, not broken at a blank."""
    return st.text(_LETTERS, min_size=1, max_size=longest).map(_nfc).filter(lambda text: bool(text) and _unbroken(text))


def _unbroken(text: str) -> bool:
    """Whether no place a bank breaks at is a blank, which the standard cannot keep, and nothing looks like a reference."""
    keyed = told._SLASH.search(f"/{text}/")
    return "RF" not in text and "IBAN" not in text.upper() and not text.startswith(("-", ".")) and keyed is None


codes = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=5, max_size=16).map(lambda text: "X" + text)


@st.composite
def lines(draw: st.DrawFn) -> StatementLine:
    value_on = draw(st.dates(date(2030, 1, 1), date(2030, 12, 31)))
    status = draw(st.sampled_from([LineStatus.BOOKED, LineStatus.BOOKED, LineStatus.PENDING]))
    return StatementLine(
        amount=Money(draw(st.integers(-(10**13), 10**13)), "EUR"),
        position=0,
        booked_on=value_on + timedelta(days=draw(st.integers(-90, 90))),
        value_on=value_on,
        status=status,
        reversal=draw(st.booleans()) and status is LineStatus.BOOKED,
        references=References(draw(st.none() | codes), draw(codes), None, None, draw(st.none() | codes)),
        remittance=draw(words(200)),
        counterparty=Party(draw(words(54)), draw(st.sampled_from([DONOR, PAYEE]))),
    )


def _same_blanks(text: str | None) -> str:
    """A text without its blanks: where a piece of full width ends in one, the standard cannot say so."""
    return "".join((text or "").split())


def _told(line: StatementLine, *, plain: bool) -> tuple[object, ...]:
    references = line.references._replace(end_to_end=None) if plain else line.references
    party = Party() if plain else Party(_same_blanks(line.counterparty.name), line.counterparty.iban)
    return (
        line.amount if line.amount.minor else None, line.booked_on, line.value_on, line.status, line.reversal, references,
        _same_blanks(line.remittance), party,
    )  # fmt: skip


def _zero_has_no_sign(line: StatementLine) -> StatementLine:
    return line._replace(amount=Money(1, "EUR")) if line.amount.minor == 0 else line


@pytest.mark.parametrize("dialect", DIALECTS)
@settings(max_examples=100, deadline=None)
@given(many=st.lists(lines().map(_zero_has_no_sign), max_size=4), opening=st.integers(-(10**13), 10**13))
def test_lines_come_out_as_they_went_in(dialect: str, many: list[StatementLine], opening: int) -> None:
    content = statement(many, DIALECTS[dialect], Money(opening, "EUR"), date(2030, 1, 1))
    with TemporaryDirectory() as folder:
        found = read(Path(folder), content)
    plain = dialect == "plain"
    assert [_told(line, plain=plain) for line in found.lines] == [_told(line, plain=plain) for line in many]
    assert [line.position for line in found.lines] == list(range(1, len(many) + 1))
    assert found.ends[0].balanced


@settings(max_examples=100, deadline=None)
@given(words(54))
def test_a_name_broken_at_27_keeps_every_letter_and_gets_no_blank(name: str) -> None:
    pieces = [name[at : at + 27] for at in range(0, len(name), 27)]
    if any(piece != piece.strip() for piece in pieces):
        return
    told = "".join(f"?{32 + number}{piece}" for number, piece in enumerate(pieces))
    with TemporaryDirectory() as folder:
        found = read(Path(folder), message(f":61:2601050105C50,00NTRFNONREF\n:86:166?20Gift{told}\n"))
    assert found.lines[0].counterparty.name == name


def _sample() -> str:
    rows = [
        (
            ":61:2512310102C50,00NTRFNONREF//B1",
            "166?00X?20EREF+E1?21SVWZ+Gift for the roof?30AAAALT2X?31LT729999900000000002?32Testa?33Testaitė",
        ),
        (":61:260105D20,50NMSCREF\n/OCMT/USD25,00//CHGS/EUR1,00/", "/TRTP/X/IBAN/LT729999900000000002/NAME/Sample/REMI/USTD//Gift/EREF/E2"),
        (":61:2601060106RCR12,00NTRF//X", "020~00A~20Grąžinimas~32Žmogus~38LT729999900000000002"),
        (":61:260107EC1,00NTRFNONREF", "plain words\n-\nRF18539007547034 IBAN LT729999900000000002"),
    ]
    fields = [f"{row}\n:86:{said}\n" for row, said in rows]
    page = message(*fields[:2], closing="C260105EUR1029,50", number="1/1").replace(":62F:", ":62M:")
    more = message(*fields[2:], opening="C260105EUR1029,50", closing="C260107EUR1017,50", number="1/2").replace(":60F:", ":60M:")
    return "{1:F01}{2:O940}{4:\n" + page + more


SAMPLE = _sample()


def mutated(seed: int) -> bytes:
    """The sample cut, doubled, with flipped bits, swapped lines, blown-up numbers, and whatever else befalls a file."""
    chance = random.Random(seed)
    octets = bytearray(SAMPLE.encode())
    for _ in range(chance.randint(1, 4)):
        kind, at = chance.randrange(7), chance.randrange(max(len(octets), 1))
        end = min(len(octets), at + chance.randrange(1, 60))
        if kind == 0:
            del octets[at:]
        elif kind == 1:
            octets[at:at] = octets[at:end] * chance.choice((1, 2, 50))
        elif kind == 2 and octets:
            octets[at] ^= 1 << chance.randrange(8)
        elif kind == 3:
            rows = bytes(octets).split(b"\n")
            chance.shuffle(rows) if chance.random() < 0.3 else rows.insert(chance.randrange(len(rows)), chance.choice(rows))
            octets = bytearray(b"\n".join(rows))
        elif kind == 4:
            octets[at:at] = chance.choice(
                (b"9" * 40, b",", b":", b"\n:", b"?", b"/", b"+", b"\n:61:", b"\n:62F:", b"null", b"\n-\n", "²".encode())
            )
        elif kind == 5:
            del octets[at:end]
        else:
            octets = bytearray(
                bytes(octets).replace(
                    chance.choice((b"26", b",", b"EUR", b":", b"\n", b"C")), chance.choice((b"", b"00", b"\xff", b"99")), 3
                )
            )
    return bytes(octets)


def survives(seed: int, folder: Path) -> None:
    with suppress(KnownError):
        found = read(folder, mutated(seed))
        assert len(found.heads) == len(found.ends)
        assert sum(end.n_lines for end in found.ends) == len(found.lines)


@settings(max_examples=2000, deadline=None)
@given(st.integers(0, 2**32))
@example(0)
def test_a_damaged_file_is_read_or_refused(seed: int) -> None:
    with TemporaryDirectory() as folder:
        survives(seed, Path(folder))


@pytest.mark.full
def test_fifty_thousand_damaged_files_are_read_or_refused(tmp_path: Path) -> None:
    for seed in range(50_000):
        survives(seed, tmp_path)
