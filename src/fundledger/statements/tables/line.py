"""One row of a table becomes what it says by its columns, and then a statement line."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from typing import TYPE_CHECKING

from fundledger.domain import money
from fundledger.domain.money import NO_CURRENCY, Money, is_currency
from fundledger.domain.problem import KnownError
from fundledger.domain.reference import compact, iban_is_valid, stated
from fundledger.domain.statement import Charge, Exchange, LineDetail, LineStatus, Party, References, StatementLine
from fundledger.statements.layout import Role, Row, plain_letters
from fundledger.statements.tables import words
from fundledger.statements.tables.days import damaged, read_days
from fundledger.statements.tables.numbers import read_number
from fundledger.statements.tables.processors import processed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fundledger.statements.findings import Findings
    from fundledger.statements.layout import Layout
    from fundledger.statements.tables.cells import Cells
    from fundledger.statements.tables.deciding import Decided
    from fundledger.statements.tables.heading import Places

_SHOWN = 40
_ROW_SUMS = frozenset({"opening", "closing", "turnover"})
_OLDEST = date(1970, 1, 1)
_VALUE_DAYS_AHEAD = timedelta(days=31)
_POWER = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]{2,3}")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_MONEY = (
    Role.AMOUNT, Role.DEBIT, Role.CREDIT, Role.FEE, Role.FEE_INCLUDED, Role.GROSS, Role.NET, Role.BALANCE,
    Role.ORIGINAL_AMOUNT, Role.ORIGINAL_FEE,
)  # fmt: skip
_SUMS = frozenset({Role.AMOUNT, Role.DEBIT, Role.CREDIT, Role.GROSS, Role.NET})
# A dash or a word in another column of amounts means that there is none.
_NEVER_WORDS = frozenset({Role.AMOUNT, Role.GROSS, Role.NET})
_DAYS = (Role.BOOKED_ON, Role.VALUE_ON, Role.SETTLED_ON)
# Digits of these are lost when a spreadsheet writes them as powers of ten.
_IDENTIFIERS = (
    Role.ACCOUNT,
    Role.IBAN,
    Role.BANK_REFERENCE,
    Role.END_TO_END,
    Role.STRUCTURED,
    Role.TRANSACTION,
    Role.INSTRUCTION,
    Role.OUR_REFERENCE,
)
_STATUSES = {"booked": LineStatus.BOOKED, "pending": LineStatus.PENDING, "info": LineStatus.INFO}
_SUMS_BEGIN = frozenset(label[:3] for label, what in words.LABELS.items() if what in _ROW_SUMS)
_SYMBOLS = {"€": "EUR", "£": "GBP", "zł": "PLN", "kč": "CZK", "₽": "RUB", "₴": "UAH"}


class RowReader:
    """Reads cells by a layout: first their texts, which need no decision, then amounts and days."""

    def __init__(self, layout: Layout, columns: Places, account: str, currency: str) -> None:
        """`account` and `currency` are for rows that name none."""
        self.layout = layout
        self.columns = columns
        self._account, self._currency = account, columns.currency or currency
        self._sides = {plain_letters(word): side for word, side in layout.sides}
        self._types = {plain_letters(word): kind for word, kind in layout.row_types}
        self._statuses = {plain_letters(word): status for word, status in layout.statuses}
        self._both = [(role, [place for place, when in own if not when]) for role, own in columns.by_role.items()]
        self._sided = [(role, own) for role, own in columns.by_role.items() if any(when for _, when in own)]

    def texts(self, cells: list[str]) -> dict[Role, str]:
        """What is filled in a row; columns of one side are left for `sided`."""
        found: dict[Role, str] = {}
        n_cells = len(cells)
        for role, own in self._both:
            if role is Role.TEXT:
                words_of = [cell for place in own if place < n_cells and (cell := cells[place])]
                if words_of:
                    found[role] = _composed(" ".join(words_of))
                continue
            for place in own:
                if place < n_cells and cells[place]:
                    found[role] = _composed(cells[place])
                    break
        return found

    def sided(self, texts: dict[Role, str], cells: list[str], side: str) -> None:
        """Add what counts on lines of one side only."""
        for role, own in self._sided:
            for place, when in own:
                if when == side and place < len(cells) and cells[place] and (role not in texts or role is not Role.TEXT):
                    texts[role] = _composed(cells[place])
                    break

    def kind(self, texts: dict[Role, str], cells: list[str]) -> str:
        """What a row is: by its type where the layout tells types, else by a cell that says nothing but "opening balance" and the like.

        Beside a balance without an amount such a cell may say more.
        """
        if self._types:
            return self._types.get(plain_letters(texts.get(Role.ROW_TYPE, "")), "line")
        if self.layout.gateway or Role.IBAN in texts:
            return "line"
        balance_only = Role.BALANCE in texts and not any(any(map(str.isdigit, texts.get(role, ""))) for role in _SUMS)
        for cell in cells:
            if len(cell) >= _SHOWN or (cell.isascii() and cell[:3].casefold() not in _SUMS_BEGIN and cell[:1].isalnum()):
                continue  # nearly every cell
            if what := _sum_named(plain_letters(cell), begun=balance_only):
                return what
        return "line"

    def status(self, texts: Mapping[Role, str]) -> str:
        """booked, pending, info or skip; "unknown" for a word nobody knows."""
        word = plain_letters(texts[Role.STATUS]) if Role.STATUS in texts else ""
        if not word:
            return "booked"
        if word in self._statuses:
            return self._statuses[word]
        if word in words.BOOKED_WORDS:
            return "booked"
        if word in words.PENDING_WORDS:
            return "pending"
        return "skip" if word in words.LEFT_WORDS else "unknown"

    def currency(self, texts: dict[Role, str]) -> str:
        """The currency of a row: its own column, the code beside its amount, the header's, the file's; XXX where none says it.

        Raises KnownError line.currency for a column that holds no code.
        """
        own = texts.get(Role.CURRENCY)
        if own:
            code = _SYMBOLS.get(own.casefold(), own.upper())
            if not is_currency(code):
                raise KnownError("line.currency", "", text=own[:_SHOWN])
            return code
        if self.columns.currency:
            return self.columns.currency
        for role in (Role.AMOUNT, Role.CREDIT, Role.DEBIT, Role.NET, Role.GROSS, Role.BALANCE):
            number = read_number(texts[role]) if role in texts else None
            if number and number.currency:
                return number.currency
        return self._currency or NO_CURRENCY

    def account(self, texts: dict[Role, str]) -> str:
        """The account of a row, without blanks, in upper case."""
        own = texts.get(Role.ACCOUNT)
        return "".join(own.split()).upper().strip("'") if own else self._account

    def side(self, texts: dict[Role, str]) -> str:
        """credit, debit or signed; empty without such a column. Raises KnownError line.direction for a word nobody knows."""
        if not self.columns.of(Role.SIDE):
            return ""
        text = texts.get(Role.SIDE, "")
        word = plain_letters(text)
        if word in self._sides:
            return self._sides[word]
        if word in words.CREDIT_WORDS:
            return "credit"
        if word in words.DEBIT_WORDS:
            return "debit"
        if not word:
            return "signed"
        raise KnownError("line.direction", "", text=text[:_SHOWN])


class LineReader:
    """Makes rows and lines, once it is decided how amounts and days are read; warns into `found`.

    `turned`: debits are written negative as a rule (the DEBIT column, or amounts beside a SIDE). Days after `today` warn.
    """

    def __init__(self, reader: RowReader, decided: Decided, today: date | None, *, turned: bool = False) -> None:
        """Stand before the first row."""
        self._reader = reader
        self._decided = decided
        self._turned = turned
        self._latest = today or date.max
        self._latest_value = today + _VALUE_DAYS_AHEAD if today else date.max

    def row(self, cells: Cells, texts: dict[Role, str], kind: str) -> Row:
        """The row with its amounts and days, the line's own amount under AMOUNT.

        Raises KnownError line.amount, line.no_amount, line.both_sides, line.date, line.currency, line.direction, line.damaged.
        """
        reader = self._reader
        if cells.unstored:
            raise KnownError("line.formula")
        _check_undamaged(texts)
        currency = reader.currency(texts)
        other = texts.get(Role.ORIGINAL_CURRENCY, "").upper() or currency
        if not is_currency(other) and other != NO_CURRENCY:
            other = NO_CURRENCY
        amounts: dict[Role, Money] = {}
        for role in _MONEY:
            if role in texts and (role in _NEVER_WORDS or any(map(str.isdigit, texts[role]))):
                amounts[role] = self.money(texts[role], other if role in {Role.ORIGINAL_AMOUNT, Role.ORIGINAL_FEE} else currency)
        days = {role: self.day(texts[role]) for role in _DAYS if role in texts}
        if kind == "line" and not days.keys() & {Role.BOOKED_ON, Role.VALUE_ON}:
            raise KnownError("line.date", "", text="")
        if kind in {"opening", "closing"} and Role.BALANCE in amounts and not amounts.keys() & _SUMS:
            amounts[Role.AMOUNT] = amounts[Role.BALANCE]
        self._net(amounts, texts, currency)
        status = reader.status(texts)
        reader.sided(texts, cells.cells, "debit" if amounts[Role.AMOUNT].minor < 0 else "credit")
        return Row(cells.number, texts, amounts, days, kind, _STATUSES.get(status, LineStatus.INFO))

    def part(self, texts: dict[Role, str]) -> LineDetail:
        """A part of the batch in the row above, its amount without a sign. Raises KnownError line.amount, line.currency."""
        amount = abs(self.money(texts[Role.PART], self._reader.currency(texts)))
        return LineDetail(amount, _references(texts), texts.get(Role.TEXT, ""), Party(texts.get(Role.NAME)))

    def money(self, text: str, currency: str) -> Money:
        """An amount under the decimal sign of the file. Raises KnownError line.amount with the text."""
        number = read_number(text)
        plain = number.read(self._decided.decimal) if number else None
        try:
            return money.parse(plain or "", currency)
        except KnownError as error:
            raise KnownError("line.amount", "", text=text[:_SHOWN]) from error

    def day(self, text: str) -> date:
        """A day in the order of the file. Raises KnownError line.date, or line.damaged for the number of a day."""
        days = read_days(text, self._decided.year)
        found = days.read(self._decided.date_order) if days else None
        if found is None:
            raise KnownError("line.damaged" if damaged(text) else "line.date", "", text=text[:_SHOWN])
        return found

    def _net(self, amounts: dict[Role, Money], texts: dict[Role, str], currency: str) -> None:
        """Put the line's own amount, with its sign, under AMOUNT; of a processor also GROSS, FEE and NET."""
        if self._reader.layout.gateway and not amounts.keys() & {Role.DEBIT, Role.CREDIT}:
            self._settle(amounts, currency)
            return
        own = amounts.get(Role.AMOUNT)
        own = self._of_two_columns(amounts) if own is None else self._with_side(own, self._reader.side(texts))
        if self._reader.layout.inverse:
            own = -own
        fee = amounts.get(Role.FEE)
        if fee is not None:
            amounts[Role.FEE] = fee = -fee if self._reader.layout.negative_fees else fee
            own -= fee
        amounts[Role.AMOUNT] = own
        if self._reader.layout.gateway:
            amounts.update({Role.GROSS: own + (fee or Money(0, currency)), Role.FEE: fee or Money(0, currency), Role.NET: own})

    def _of_two_columns(self, amounts: dict[Role, Money]) -> Money:
        debit, credit = amounts.get(Role.DEBIT), amounts.get(Role.CREDIT)
        if debit is None and credit is None:
            raise KnownError("line.no_amount")
        if debit and credit:
            raise KnownError("line.both_sides", "", debit=debit, credit=credit)
        if debit is not None and (debit or credit is None):
            return debit if self._turned else -debit
        assert credit is not None
        return credit

    def _with_side(self, amount: Money, side: str) -> Money:
        if side == "credit":
            return amount
        if side == "debit":
            return amount if self._turned else -amount
        return amount

    def _settle(self, amounts: dict[Role, Money], currency: str) -> None:
        """Gross, fee (positive when taken) and net of a processor, of which two give the third."""
        gross, net, fee = amounts.get(Role.GROSS, amounts.get(Role.AMOUNT)), amounts.get(Role.NET), amounts.get(Role.FEE)
        if fee is not None and self._reader.layout.negative_fees:
            fee = -fee
        if gross is None and net is None:
            raise KnownError("line.no_amount")
        if gross is not None and net is not None:
            if fee is not None and abs(gross - net) != abs(fee):
                raise KnownError("line.net", "", gross=gross, fee=fee, net=net)
            fee = gross - net
        fee = fee if fee is not None else Money(0, currency)
        if gross is None:
            assert net is not None
            gross = net + fee
        if self._reader.layout.inverse:
            gross, fee = -gross, -fee
        amounts.update({Role.GROSS: gross, Role.FEE: fee, Role.NET: gross - fee, Role.AMOUNT: gross - fee})

    def line(self, row: Row, position: int, where: str, raw: str, found: Findings) -> StatementLine:
        """The statement line of a row; what is unlikely is warned of."""
        texts = row.texts
        for role, latest in ((Role.BOOKED_ON, self._latest), (Role.VALUE_ON, self._latest_value)):
            on = row.days.get(role)
            if on is not None and not _OLDEST <= on <= latest:
                found.warn("line.date_unlikely", where, date=on, entry=position)
        if self._reader.status(texts) == "unknown":
            found.warn("line.status_unknown", where, text=texts[Role.STATUS][:_SHOWN], entry=position)
        fee = row.amounts.get(Role.FEE) or row.amounts.get(Role.FEE_INCLUDED)
        return StatementLine(
            amount=row.amounts[Role.AMOUNT],
            position=position,
            booked_on=row.days.get(Role.BOOKED_ON),
            value_on=row.days.get(Role.VALUE_ON),
            status=row.status,
            references=_references(texts),
            remittance=texts.get(Role.TEXT, ""),
            counterparty=_party(texts, where, position, found),
            charges=(Charge(fee, included=True),) if fee else (),
            exchange=_exchange(row),
            return_reason=texts.get(Role.RETURN_REASON),
            raw=raw.encode("utf-8", "surrogatepass"),
            processed=processed(row, self._reader.layout) if self._reader.layout.gateway else None,
        )


def with_parts(line: StatementLine, parts: Sequence[LineDetail], where: str, found: Findings) -> StatementLine:
    """A batch with the parts that stand under it, in its direction; where they differ from it its amount counts, with a warning."""
    if not parts:
        return line
    signed = tuple(one._replace(amount=-one.amount if one.amount and line.amount.minor < 0 else one.amount) for one in parts)
    difference = line.amount - sum((one.amount for one in signed if one.amount), line.amount - line.amount)
    if difference:
        found.warn("line.batch_sum", where, amount=line.amount, difference=difference, entry=line.position)
    return line._replace(details=signed, batch_count=len(parts))


def _sum_named(label: str, *, begun: bool) -> str:
    """opening, closing or turnover where a label says nothing else, or `begun` with it: "Beginning balance as of 01/01/2026"."""
    what = words.LABELS.get(label, "")
    if not what and begun:
        what = next((what for word, what in words.LABELS.items() if what in _ROW_SUMS and label.startswith(f"{word} ")), "")
    return what if what in _ROW_SUMS else ""


def _composed(text: str) -> str:
    """The text in NFC; nothing else of it is changed."""
    return text if text.isascii() or unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def _check_undamaged(texts: dict[Role, str]) -> None:
    for role, text in texts.items():
        if role in _IDENTIFIERS and "+" in text and _POWER.fullmatch(text):
            raise KnownError("line.damaged", "", text=text)


def _reference(texts: Mapping[Role, str], role: Role) -> str | None:
    return stated(texts[role].strip("'")) if role in texts else None


def _references(texts: Mapping[Role, str]) -> References:
    return References(
        bank=_reference(texts, Role.BANK_REFERENCE),
        end_to_end=_reference(texts, Role.END_TO_END),
        structured=_reference(texts, Role.STRUCTURED),
        transaction=_reference(texts, Role.TRANSACTION),
        instruction=_reference(texts, Role.INSTRUCTION),
    )


def _party(texts: Mapping[Role, str], where: str, position: int, found: Findings) -> Party:
    """Name and account of the other side; an IBAN with wrong check digits is kept and warned of."""
    name, account = texts.get(Role.NAME), texts.get(Role.IBAN, "")
    mixed = texts.get(Role.PARTY)
    if mixed:
        parts = [part.strip() for part in mixed.split("|")]
        accounts = [part for part in parts if _IBAN.fullmatch("".join(part.split()).upper())]
        account = account or next(iter(accounts), "")
        name = name or next((part for part in parts if part and part not in accounts), None)
    iban = "".join(account.split()).upper().strip("'")  # Polish banks quote a number so that no spreadsheet rounds it
    if iban and not iban_is_valid(iban) and iban_is_valid(compact(iban)):
        iban = compact(iban)
    if _IBAN.fullmatch(iban) and not iban_is_valid(iban):
        found.warn("line.iban", where, entry=position)
    return Party(name or None, iban or None)


def _exchange(row: Row) -> Exchange | None:
    """The original amount, without a sign, where it is of another currency than the line; and the rate."""
    original, rate = row.amounts.get(Role.ORIGINAL_AMOUNT), row.texts.get(Role.RATE)
    own = row.amounts[Role.AMOUNT].currency
    if original is not None and original.currency not in {own, NO_CURRENCY}:
        return Exchange(abs(original), original.currency, own, rate)
    return None
