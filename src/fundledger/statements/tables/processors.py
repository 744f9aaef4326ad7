"""What a payment processor says of a row, in one form for all of them.

A layout's `row_types` name the kinds of exact words; where they do not, the words of the row's type tell in the languages processors speak,
and the sign has the last word: money that goes out is no donation. A payout without a batch is its own batch; a row that refers to itself
has no parent.

Any other processor, or another program, may write the table of the profile "processor", one row for each movement of the balance:
`gateway, id, parent, type, gross, fee, net, currency, batch, date, reference` (also `name, text, balance`), amounts with a decimal point,
days as YYYY-MM-DD, the fee positive when it was taken, `type` one of the words of `ProcessorKind`, net = gross - fee.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fundledger.domain.statement import Processed, ProcessorKind
from fundledger.statements.layout import Role, plain_letters

if TYPE_CHECKING:
    from fundledger.domain.money import Money
    from fundledger.statements.layout import Layout, Row

_KIND = ProcessorKind
# The first that is found counts; words without marks, as PayPal writes them in English, German, Spanish, French, Italian, Dutch, Polish.
_WORDS = tuple(
    (kind, re.compile(words))
    for kind, words in (
        (_KIND.CONVERSION, r"conversion|umrechnung|conversie|conversione|przewalutowan|przeliczen|valiutos keit"),
        (_KIND.FEE, r"(chargeback|dispute|payout|processing) fee|\bfees?\b|gebuhr|\bentgelt|\bfrais\b|\btariffa\b|^oplata|^mokestis"),
        (_KIND.CHARGEBACK_REVERSAL, r"chargeback[ _]reversal|reversal of chargeback|dispute[ _]reversal|anulacion de contracargo"),
        (
            _KIND.CHARGEBACK,
            r"chargeback|dispute|contracargo|retrocargo|contestation|kreditkartenruckbuchung|ruckbuchung|obciazenie zwrotne|terugboeking",
        ),
        (_KIND.ADJUSTMENT, r"credit card|kreditkarte|tarjeta|adjustment|incentive|bonus|\bhold\b|reserve|interest|\bloan\b"),
        (_KIND.REFUND, r"refund|reversal|reembolso|devolucion|remboursement|ruckzahlung|erstattung|rimborso|terugbetaling|zwrot|grazin"),
        (
            _KIND.PAYOUT,
            r"withdraw|payout|bank deposit|from a bank|to bank|auszahlung|abbuchung|bankgutschrift|retirada|virement|prelievo|wyplata",
        ),
        (
            _KIND.DONATION,
            r"donat|spende|donacion|\bdons?\b|donazione|darowizn|parama|payment|zahlung|pago|paiement|pagamento|betaling|platnosc|mokejim",
        ),
    )
)
_TURNED = {
    _KIND.DONATION: _KIND.ADJUSTMENT,
    _KIND.REFUND: _KIND.ADJUSTMENT,
    _KIND.CHARGEBACK: _KIND.CHARGEBACK_REVERSAL,
    _KIND.CHARGEBACK_REVERSAL: _KIND.CHARGEBACK,
}
_INCOMING = frozenset({_KIND.DONATION, _KIND.CHARGEBACK_REVERSAL})


def processed(row: Row, layout: Layout) -> Processed:
    """The processor's view of a row of its table; `layout.gateway` says which processor, or the row itself in the generic profile."""
    texts, gross = row.texts, row.amounts[Role.GROSS]
    own, parent = texts.get(Role.BANK_REFERENCE), texts.get(Role.PARENT)
    kind = _kind(row, gross)
    return Processed(
        gateway=gateway(row, layout),
        kind=kind,
        gross=gross,
        fee=row.amounts[Role.FEE],
        parent=parent if parent != own else None,
        original_gross=_foreign(row.amounts.get(Role.ORIGINAL_AMOUNT), gross),
        original_fee=_foreign(row.amounts.get(Role.ORIGINAL_FEE), gross),
        rate=texts.get(Role.RATE),
        batch=texts.get(Role.BATCH) or (own if kind is _KIND.PAYOUT else None),
        settled_on=row.days.get(Role.SETTLED_ON),
        our_reference=texts.get(Role.OUR_REFERENCE),
    )


def gateway(row: Row, layout: Layout) -> str:
    """The processor's name in lower case; the generic profile has it in its own column."""
    return (layout.gateway or "") if layout.gateway != "generic" else row.texts.get(Role.ACCOUNT, "generic").strip().casefold()


def _kind(row: Row, gross: Money) -> ProcessorKind:
    word = plain_letters(row.texts.get(Role.ROW_TYPE, ""))
    said = plain_letters(row.texts.get(Role.TEXT, ""))
    if row.kind == _KIND.ADJUSTMENT and said.startswith("chargeback"):  # Stripe tells a dispute from other adjustments by its text only
        return _KIND.CHARGEBACK if gross.minor < 0 else _KIND.CHARGEBACK_REVERSAL
    if row.kind in set(ProcessorKind):
        kind = ProcessorKind(row.kind)
    elif word in set(ProcessorKind):
        kind = ProcessorKind(word)
    else:
        outgoing = _KIND.REFUND if Role.PARENT in row.texts else _KIND.ADJUSTMENT
        usual = _KIND.DONATION if gross.minor > 0 else outgoing
        kind = next((kind for kind, words in _WORDS if words.search(word)), usual)
    incoming = kind in _INCOMING
    return _TURNED.get(kind, kind) if gross.minor and incoming != (gross.minor > 0) else kind


def _foreign(original: Money | None, gross: Money) -> Money | None:
    """The payer's amount, where it was of another currency, with the sign of ours."""
    if original is None or original.currency == gross.currency:
        return None
    return -abs(original) if gross.minor < 0 else abs(original)
