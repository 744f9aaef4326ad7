"""One STMTTRN becomes one statement line."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from fundledger.domain.money import is_currency
from fundledger.domain.problem import KnownError
from fundledger.domain.reference import compact, iban_is_valid
from fundledger.domain.statement import Exchange, LineStatus, Party, References, StatementLine
from fundledger.statements.ofx.scanning import tokens, words
from fundledger.statements.safety import LONGEST_FIELD

if TYPE_CHECKING:
    from fundledger.domain.money import Money
    from fundledger.statements.decimals import Amounts
    from fundledger.statements.findings import Findings

_SHOWN = 40
# The day comes first and is that of the zone written behind it, which is the bank's.
_DAY = re.compile(r"([0-9]{4})([-/.]?)([0-9]{2})\2([0-9]{2})(?:[T ]?[0-9]{2}[0-9:.,]*)?\s*(?:(?:\[|[+-]).{0,60}|Z|[A-Z]{3,4})?", re.ASCII)
_NO_DAY = re.compile(r"[-/0.: ]*(?:\[.*)?")
_OLDEST, _NEWEST, _UNLIKELY = date(1900, 1, 1), date(2100, 12, 31), date(1970, 1, 1)
IBAN_LIKE = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", re.ASCII)
_ACCOUNT = frozenset({"BANKID", "BRANCHID", "ACCTID", "ACCTTYPE", "ACCTKEY"})
# What an aggregate inside an entry holds; anything else ends it, as nobody may have closed it.
_INSIDE = {
    "PAYEE": frozenset({"NAME", "ADDR1", "ADDR2", "ADDR3", "CITY", "STATE", "POSTALCODE", "COUNTRY", "PHONE"}),
    **dict.fromkeys(("BANKACCTTO", "CCACCTTO", "BANKACCTFROM", "CCACCTFROM"), _ACCOUNT),
    **dict.fromkeys(("CURRENCY", "ORIGCURRENCY"), frozenset({"CURRATE", "CURSYM"})),
}
_INSIDE_NAMES = frozenset(_INSIDE)
_MORE_NAMES = frozenset({"NAME2", "EXTDNAME", "PAYEE"})
_JOINED = frozenset({"MEMO", "MEMO2", "NAME", "NAME2", "EXTDNAME"})


@lru_cache(maxsize=4096)
def day(text: str) -> date | None:
    """The day of an OFX time such as 20260101000000.000[-5:EST]; None for an empty or zero one.

    Raises KnownError line.date for a day no calendar has, and for years before 1900 or after 2100.
    """
    text = text.strip()
    if _NO_DAY.fullmatch(text):
        return None
    match = _DAY.fullmatch(text)
    try:
        value = date(int(match[1]), int(match[3]), int(match[4])) if match else None
    except ValueError:
        value = None
    if value is None or not _OLDEST <= value <= _NEWEST:
        raise KnownError("line.date", "DTPOSTED", text=text[:_SHOWN])
    return value


def lenient_day(text: str) -> date | None:
    """The day of a time that money does not depend on; None for what is no day."""
    try:
        return day(text)
    except KnownError:
        return None


def account_number(text: str) -> str:
    """An account number without blanks, in capitals."""
    return "".join(words(text).split()).upper()


def fields(fragment: str) -> dict[str, str]:
    """The raw texts of an entry by tag, those inside an aggregate by AGGREGATE/TAG.

    Of a tag that is there twice the first filled text counts; texts are joined. Raises KnownError line.amount for two amounts (two
    entries run into one), file.field.
    """
    tags, texts = tokens(fragment)
    found = dict(zip(tags, texts, strict=True))
    return found if len(found) == len(tags) and _INSIDE_NAMES.isdisjoint(tags) else _nested(tags, texts)


def _nested(tags: list[str], texts: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    inside = ""
    for tag, text in zip(tags, texts, strict=True):
        if tag.startswith("/"):
            inside = "" if tag[1:] == inside else inside
            continue
        if tag in _INSIDE:
            inside = tag
        elif tag not in _INSIDE.get(inside, ()):
            inside = ""
        name = f"{inside}/{tag}" if inside not in ("", tag) else tag
        if not text or tag in _INSIDE:
            found.setdefault(name, "")
        elif not found.get(name):
            found[name] = text
        elif tag in _JOINED and text != found[name]:
            found[name] = f"{found[name]} {text}"
            if len(found[name]) > LONGEST_FIELD:
                raise KnownError("file.field", "", limit=LONGEST_FIELD)
        elif tag == "TRNAMT":
            raise KnownError("line.amount", "TRNAMT", text=f"{found[name]} {text}"[:_SHOWN])
    return found


class EntryReader:
    """Reads the entries of one file and warns into `found`; `account` and `currency` are those of the statement being read.

    `repeated` holds the accounts and references that stand for several different payments. Days after `today` warn; None leaves that out.
    """

    def __init__(
        self, found: Findings, today: date | None, amounts: Amounts, repeated: frozenset[tuple[str, str]], codec: str = "utf-8"
    ) -> None:
        """Stand before the first statement."""
        self.account = ""
        self.currency = ""
        self.n_unusable = 0
        self._found = found
        self._latest = today or date.max
        self.amounts = amounts
        self._repeated = repeated
        self._codec = codec.removesuffix("-sig")

    def line(self, fragment: str, position: int, *, pending: bool) -> StatementLine:
        """The line of an entry; `position` counts the file's entries from 1, `pending` is that of the list it stands in.

        Raises KnownError line.amount, line.currency, line.date, line.undecodable for a row that cannot be taken, file.decimal, file.field.
        """
        raw = self._octets(fragment)
        texts = fields(fragment)
        where = f"STMTTRN[{position}]"
        amount, exchange = self._amount(texts, where)
        booked_on, value_on = self._days(texts, where, pending=pending)
        name, beside = _name(texts)
        memo = _text(texts, "MEMO")
        if "MEMO2" in texts:
            memo = f"{memo} {_text(texts, 'MEMO2')}".strip()
        return StatementLine(
            amount=amount,
            position=position,
            booked_on=booked_on,
            value_on=value_on,
            status=self._status(texts, where, pending=pending),
            references=self._references(texts),
            remittance=memo if beside in memo else f"{beside} {memo}".strip(),
            counterparty=Party(name, self._counterparty(texts, where)),
            exchange=exchange,
            raw=raw,
        )

    def _octets(self, fragment: str) -> bytes:
        """The entry in UTF-8. Raises KnownError line.undecodable with the place in it of an octet that is no letter."""
        try:
            return fragment.encode()
        except UnicodeEncodeError as error:
            raise KnownError("line.undecodable", "", offset=error.start, encoding=self._codec) from error

    def _amount(self, texts: dict[str, str], where: str) -> tuple[Money, Exchange | None]:
        """The amount, of the currency CURRENCY says, and of the account's where ORIGCURRENCY says it was converted."""
        currency, exchange = self.currency, None
        for aggregate in ("ORIGCURRENCY", "CURRENCY"):
            other = _text(texts, f"{aggregate}/CURSYM").upper() if aggregate in texts else ""
            if other and other != self.currency:
                rate = _text(texts, f"{aggregate}/CURRATE") or None
                exchange = Exchange(None, other[:_SHOWN], self.currency, rate)
                currency = other if aggregate == "CURRENCY" else currency
        if currency != self.currency:
            if not is_currency(currency):
                raise KnownError("line.currency", "CURSYM", text=currency[:_SHOWN])
            self._found.warn("line.currency_differs", where, currency=currency, account_currency=self.currency)
        return self.amounts.read(texts.get("TRNAMT", ""), currency, "TRNAMT"), exchange

    def _days(self, texts: dict[str, str], where: str, *, pending: bool) -> tuple[date | None, date | None]:
        """Booking and value day; days no bank would write are kept, and warned of."""
        if pending and not texts.get("DTPOSTED"):
            return None, lenient_day(texts.get("DTTRAN", "")) or lenient_day(texts.get("DTUSER", ""))
        booked_on, value_on = day(texts.get("DTPOSTED", "")), lenient_day(texts.get("DTAVAIL", ""))
        if booked_on is None:
            value_on = value_on or lenient_day(texts.get("DTUSER", ""))
            self._found.warn("line.undated" if value_on is None else "line.booking_date_missing", where)
        elif not _UNLIKELY <= booked_on <= self._latest:
            self._found.warn("line.date_unlikely", where, date=booked_on)
        return booked_on, value_on

    def _status(self, texts: dict[str, str], where: str, *, pending: bool) -> LineStatus:
        """What the entry is; one that takes an earlier one back is no payment of its own."""
        if corrected := _text(texts, "CORRECTFITID"):
            action = _text(texts, "CORRECTACTION").upper()
            self._found.warn("line.corrects", where, reference=corrected, action=action)
            if action == "DELETE":
                return LineStatus.INFO
        return LineStatus.PENDING if pending or texts.get("TRNTYPE", "").upper() == "HOLD" else LineStatus.BOOKED

    def _references(self, texts: dict[str, str]) -> References:
        """FITID; REFNUM or the server's own; a cheque's number. What several payments share is kept where no identity hangs on it."""
        bank = _text(texts, "FITID") or None
        shared = bool(self._repeated) and (self.account, bank) in self._repeated
        self.n_unusable += shared or bank is None
        return References(
            bank=None if shared else bank,
            transaction=_text(texts, "REFNUM") or _text(texts, "SRVRTID") or None,
            instruction=_text(texts, "CHECKNUM") or None,
            entry=_text(texts, "CORRECTFITID") or (bank if shared else None),
        )

    def _counterparty(self, texts: dict[str, str], where: str) -> str | None:
        """The other account: its IBAN, else its number behind that of its bank, as numbers alone are not one account's only."""
        for aggregate in ("BANKACCTTO", "CCACCTTO", "BANKACCTFROM", "CCACCTFROM"):
            number = account_number(texts.get(f"{aggregate}/ACCTID", "")) if aggregate in texts else ""
            if number and number != self.account:
                if not IBAN_LIKE.fullmatch(compact(number)):
                    return "/".join(filter(None, (account_number(texts.get(f"{aggregate}/BANKID", "")), number)))
                if not iban_is_valid(compact(number)):
                    self._found.warn("line.iban", where)
                return compact(number)
        return None


def _text(texts: dict[str, str], name: str) -> str:
    found = texts.get(name)
    return words(found) if found else ""


def _name(texts: dict[str, str]) -> tuple[str | None, str]:
    """The name of the other side, the fullest there is, and what is said in another one of its fields."""
    short = _text(texts, "NAME")
    if _MORE_NAMES.isdisjoint(texts):
        return short or None, ""
    short = " ".join(filter(None, (short, _text(texts, "NAME2"))))
    found = [name for name in (_text(texts, "EXTDNAME"), _text(texts, "PAYEE/NAME"), short) if name]
    if not found:
        return None, ""
    beside = [name for name in found[1:] if not found[0].casefold().startswith(name.casefold())]
    return found[0], " ".join(dict.fromkeys(beside))
