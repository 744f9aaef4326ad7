"""One camt entry becomes one statement line."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError
from fundledger.domain.reference import stated
from fundledger.domain.statement import Charge, Exchange, LineDetail, LineStatus, Party, References, StatementLine
from fundledger.statements.camt import values
from fundledger.statements.safety import LONGEST_FIELD

if TYPE_CHECKING:
    from fundledger.statements.camt.lift import CutEntry
    from fundledger.statements.camt.plan import DetailPlan, EntryPlan, MoneyPlan, PartyPlan
    from fundledger.statements.findings import Findings

# A missing status is that of the statement's own definition, booked; FUTR is a line of the days to come.
_STATUS = dict.fromkeys(("", "BOOK"), LineStatus.BOOKED) | dict.fromkeys(("PDNG", "FUTR"), LineStatus.PENDING) | {"INFO": LineStatus.INFO}
_TRUE = frozenset({"true", "1"})
_NO_DETAIL = LineDetail()
_SHOWN = 40
_OLDEST = date(1970, 1, 1)
_VALUE_DAYS_AHEAD = timedelta(days=31)


class EntryReader:
    """Reads the entries of one file and warns into `found`.

    `account` and `currency` are those of the statement being read. Days after `today` warn; None leaves that out.
    """

    def __init__(self, found: Findings, today: date | None) -> None:
        """Stand before the first statement."""
        self.account = ""
        self.currency = ""
        self._found = found
        self._latest = today or date.max
        self._latest_value = today + _VALUE_DAYS_AHEAD if today else date.max
        self._position = 0

    def line(self, entry: CutEntry, position: int) -> StatementLine:
        """The line of an Ntry; `position` counts the file's entries from 1.

        Raises KnownError line.amount, line.currency, line.date, line.direction for a row that cannot be taken, and
        file.field at the bound.
        """
        plan, texts = entry.plan, entry.texts
        self._position = position
        credit = values.credit(texts[plan.direction])
        amount, original = self._amount(plan, texts, credit=credit)
        details = tuple([self._detail(detail, own, line_credit=credit) for detail, own in entry.details])
        batch_count = self._batch_count(plan, texts)
        only = details[0] if len(details) == 1 and (batch_count or 1) == 1 else _NO_DETAIL
        charges, exchange = self._charges(plan.money, texts), self._exchange(plan.money, texts, original)
        self._check_batch(amount, details, charges, batch_count)
        booked_on, value_on = self._days(plan, texts)
        return StatementLine(
            amount=amount,
            position=position,
            booked_on=booked_on,
            value_on=value_on,
            status=self._status(plan, texts, booked_on, value_on),
            reversal=texts[plan.reversal].strip() in _TRUE,
            references=_lifted(plan, texts, only.references),
            remittance=only.remittance or texts[plan.money.note].strip(),
            counterparty=only.counterparty,
            charges=charges or only.charges,
            exchange=exchange or only.exchange,
            return_reason=only.return_reason,
            details=() if only is not _NO_DETAIL else details,
            batch_count=batch_count,
            raw=entry.fragment.encode(),
        )

    def _warn(self, code: str, **more: object) -> None:
        self._found.warn(code, f"Ntry[{self._position}]", entry=self._position, **more)

    def _amount(self, plan: EntryPlan, texts: list[str], *, credit: bool) -> tuple[Money, Money | None]:
        """The amount in the account's currency, and the original where the bank states the line in another one."""
        amount = values.amount(texts[plan.amount.place], plan.amount.currency, credit)
        if plan.amount.currency == self.currency:
            return amount, None
        inner = plan.details[0].money.in_account if len(plan.details) == 1 else ()
        for other in (*plan.money.in_account, *inner):
            if other.currency == self.currency:
                return values.amount(texts[other.place], other.currency, credit), amount
        self._warn("line.currency_differs", currency=plan.amount.currency, account_currency=self.currency)
        return amount, None

    def _days(self, plan: EntryPlan, texts: list[str]) -> tuple[date | None, date | None]:
        """Booking and value day; days no bank would write are kept, and warned of."""
        booked_on, value_on = values.day(texts[plan.booked_on]), values.day(texts[plan.value_on])
        for on, latest in ((booked_on, self._latest), (value_on, self._latest_value)):
            if on is not None and not _OLDEST <= on <= latest:
                self._warn("line.date_unlikely", date=on)
        return booked_on, value_on

    def _status(self, plan: EntryPlan, texts: list[str], booked_on: date | None, value_on: date | None) -> LineStatus:
        """What the entry is; a status nobody knows is information only, and the balance will tell."""
        status = _STATUS.get(texts[plan.status].strip())
        if status is None:
            self._warn("line.status_unknown", text=texts[plan.status].strip()[:_SHOWN])
            return LineStatus.INFO
        if booked_on is None and status is LineStatus.BOOKED:
            self._warn("line.undated" if value_on is None else "line.booking_date_missing")
        return status

    def _batch_count(self, plan: EntryPlan, texts: list[str]) -> int | None:
        if not plan.batches:
            return None
        counts = [count for place in plan.batches if (count := values.count(texts[place])) is not None]
        return sum(counts) if counts else None

    def _charges(self, plan: MoneyPlan, texts: list[str]) -> tuple[Charge, ...]:
        """The charges that are not zero, negative when taken from us, which they are unless the bank says otherwise."""
        if not plan.charges:
            return ()
        found = []
        for charge in plan.charges:
            credit = values.credit(texts[charge.direction]) if charge.direction else False
            amount = values.amount(texts[charge.amount.place], charge.amount.currency, credit)
            if amount:
                found.append(Charge(amount, texts[charge.included].strip() in _TRUE if charge.included else None))
        return tuple(found)

    def _exchange(self, plan: MoneyPlan, texts: list[str], original: Money | None) -> Exchange | None:
        """The exchange; an instructed amount stands without the line's sign."""
        if plan.exchange is None:
            return Exchange(original) if original else None
        stated = plan.exchange.instructed
        return Exchange(
            original or (values.amount(texts[stated.place], stated.currency, credit=True) if stated else None),
            texts[plan.exchange.source].strip() or None,
            texts[plan.exchange.target].strip() or None,
            texts[plan.exchange.rate].strip() or None,
        )

    def _detail(self, plan: DetailPlan, texts: list[str], *, line_credit: bool) -> LineDetail:
        credit = values.credit(texts[plan.direction]) if plan.direction else line_credit
        amount = values.amount(texts[plan.amount.place], plan.amount.currency, credit) if plan.amount else None
        structured = [text for place in plan.structured if (text := texts[place].strip())]
        words = [text for place in plan.texts if (text := texts[place].strip())]
        counterparty = self._counterparty(plan, texts, credit=credit)
        remittance = " ".join(words + structured[1:]) or texts[plan.money.note].strip()
        ultimate = texts[(plan.debtor if credit else plan.creditor).ultimate].strip()
        if ultimate and ultimate != counterparty.name:  # whose gift a processor or a relative paid
            remittance = f"{remittance} {ultimate}".lstrip()
        if len(remittance) > LONGEST_FIELD:
            raise KnownError("file.field", "", limit=LONGEST_FIELD)
        return LineDetail(
            amount=amount,
            references=References(
                stated(texts[plan.money.bank]),
                stated(texts[plan.end_to_end]),
                structured[0] if structured else None,
                stated(texts[plan.transaction]),
                stated(texts[plan.instruction]),
            ),
            remittance=remittance,
            counterparty=counterparty,
            charges=self._charges(plan.money, texts) if plan.money.charges else (),
            exchange=self._exchange(plan.money, texts, None) if plan.money.exchange else None,
            return_reason=texts[plan.return_reason].strip() or None,
        )

    def _counterparty(self, plan: DetailPlan, texts: list[str], *, credit: bool) -> Party:
        """Who paid a credit, who received a debit; in a returned payment the parties keep their old sides, then the other one."""
        near, far = (plan.debtor, plan.creditor) if credit else (plan.creditor, plan.debtor)
        party = self._party(near, texts)
        if party.iban is None or party.iban == self.account:
            other = self._party(far, texts)
            ours = party.iban == self.account or (party.name is None and other.iban is not None)
            if ours and other.iban != self.account:
                return other
        return party

    def _party(self, plan: PartyPlan, texts: list[str]) -> Party:
        name = texts[plan.name].strip() or texts[plan.ultimate].strip() or None
        iban, sound = values.iban(texts[plan.iban])
        if iban is None and plan.other:
            other, is_iban = values.iban(texts[plan.other])
            return Party(name, other if is_iban else None)
        if not sound:
            self._warn("line.iban")
        return Party(name, iban)

    def _check_batch(self, amount: Money, details: tuple[LineDetail, ...], charges: tuple[Charge, ...], count: int | None) -> None:
        """Warn when details and entry disagree; the entry's amount counts, always."""
        if not details:
            return
        if count and count != len(details):
            self._warn("line.batch_count", stated=count, counted=len(details))
        if len(details) == 1 and details[0].amount == amount:  # nearly every line
            return
        amounts = [detail.amount.minor for detail in details if detail.amount is not None and detail.amount.currency == amount.currency]
        if len(amounts) < len(details) or sum(amounts) == amount.minor:
            return
        difference = amount.minor - sum(amounts)
        fees = [charge.amount for detail in details for charge in detail.charges] or [charge.amount for charge in charges]
        if difference != sum(fee.minor for fee in fees if fee.currency == amount.currency):
            self._warn("line.batch_sum", amount=amount, difference=Money(difference, amount.currency))


def _lifted(plan: EntryPlan, texts: list[str], detail: References) -> References:
    """The references of an entry, and of the only detail that speaks for it."""
    return References(
        stated(texts[plan.money.bank]) or detail.bank,
        detail.end_to_end,
        detail.structured,
        detail.transaction,
        detail.instruction,
        stated(texts[plan.reference]),
    )
