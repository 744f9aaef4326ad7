"""Layouts of banks without branches: Revolut in its generations and languages, Wise."""

from __future__ import annotations

from typing import Any

from fundledger.statements.tables.profiles_notation import layout

# Money of a reverted payment never moved.
_STATES = (
    *((word, "booked") for word in ("completed", "abgeschlossen", "completado", "terminé", "zakończono", "užbaigta")),
    *((word, "pending") for word in ("pending", "ausstehend", "pendiente", "en attente", "oczekujące", "laukiama")),
    *((word, "skip") for word in ("reverted", "declined", "failed", "rückgängig gemacht", "revertido", "annulé", "cofnięto", "atšaukta")),
)
_PAID = {"booked_on": "Completed Date", "debit": "Paid Out (¤)", "credit": "Paid In (¤)", "balance": "Balance (¤)"}
# Type, product, beginning, end, text, amount, fee, currency, balance, as the bank calls them in its customer's language.
_REVOLUT = {
    "revolut": "Type|Product|Started Date|Completed Date|Description|Amount|Fee|Currency|Balance",
    "revolut-de": "Art|Produkt|Datum des Beginns|Datum des Abschlusses|Beschreibung|Betrag|Gebühr|Währung|Kontostand",
    "revolut-fr": "Type|Produit|Date de début|Date de fin|Description|Montant|Frais|Devise|Solde",
    "revolut-es": "Tipo|Producto|Fecha de inicio|Fecha de finalización|Descripción|Importe|Comisión|Divisa|Saldo",
    "revolut-pl": "Rodzaj|Produkt|Data rozpoczęcia|Data zrealizowania|Opis|Kwota|Opłata|Waluta|Saldo",
}

REVOLUT = (
    layout("revolut-2017", {**_PAID, "text": "Reference"}, also=("Exchange Out", "Exchange In"), decimal="."),
    layout("revolut-2018", {**_PAID, "text": "Description"}, also=("Exchange Out", "Exchange In"), decimal="."),
    layout(
        "revolut-2021",
        {
            "booked_on": ("Completed Date", "Started Date"), "text": "Description", "amount": "Amount", "fee": "Fee",
            "currency": "Currency", "original_amount": "Original Amount", "original_currency": "Original Currency",
            "status": "State", "balance": "Balance",
        },
        also=("Settled Amount", "Settled Currency"), decimal=".", statuses=_STATES,
    ),
    *(
        layout(
            name,
            {"booked_on": (completed, started), "text": text, "amount": amount, "fee": fee, "currency": currency, "balance": balance},
            {"status": ("State", "Status", "Stan", "Estado", "État")},
            also=(kind, product), decimal=".", statuses=_STATES,
        )
        for name, words in _REVOLUT.items()
        for kind, product, started, completed, text, amount, fee, currency, balance in [words.split("|")]
    ),
    layout(
        "revolut-business",
        {
            "booked_on": ("Date completed (UTC)", "Date started (UTC)"), "bank_reference": "ID", "text": ("Reference", "Description"),
            "currency": "Payment currency", "amount": "Total amount", "fee_included": "Fee",
            "original_amount": "Orig amount", "original_currency": "Orig currency", "balance": "Balance",
        },
        {
            "status": "State", "rate": "Exchange rate", "iban": ("Beneficiary IBAN", "Beneficiary account number"),
            "instruction": "Related transaction id",
        },
        also=("Type",), date_order="ymd", decimal=".", statuses=_STATES,
    ),
    layout(
        "revolut-business-2020",
        {
            "booked_on": ("Date completed (UTC)", "Date started (UTC)"), "text": ("Reference", "Description"),
            "currency": "Payment currency", "amount": "Amount", "fee": "Fee", "original_amount": "Orig amount",
            "original_currency": "Orig currency", "balance": "Balance", "status": "State",
        },
        {"bank_reference": "ID", "iban": ("Beneficiary IBAN", "Beneficiary account number")},
        also=("Type",), decimal=".", statuses=_STATES,
    ),
)  # fmt: skip

_HISTORY: dict[str, str | tuple[str, ...]] = {
    "bank_reference": "ID", "status": "Status", "row_type": "Direction", "side": "Direction", "booked_on": ("Finished on", "Created on"),
    "text": ("Reference", "Note"),
}  # fmt: skip
_HISTORY_RULES: dict[str, Any] = {"date_order": "ymd", "decimal": ".", "statuses": (("refunded", "skip"),)}
WISE = (
    layout(
        "wise",
        {
            "bank_reference": "TransferWise ID", "booked_on": "Date", "amount": "Amount", "currency": "Currency",
            "text": ("Description", "Payment Reference"), "balance": "Running Balance",
            "name": ("Payer Name@credit", "Payee Name@debit"), "iban": "Payee Account Number@debit",
        },
        {"name": "Merchant", "rate": "Exchange Rate"},
        also=("Exchange From", "Exchange To"), date_order="dmy", decimal=".",
    ),
    # one row for each transfer; what leaves and what arrives may be in two currencies, and an exchange of our own is both
    layout(
        "wise-history",
        {
            **_HISTORY, "amount": "Source amount (after fees)", "currency": "Source currency", "fee": "Source fee amount",
            "name": "Target name", "original_amount": "Target amount (after fees)", "original_currency": "Target currency",
        },
        {"rate": "Exchange rate"},
        also=("Source name",), row_types=(("in", "skip"),), sides=(("out", "debit"), ("neutral", "debit")), **_HISTORY_RULES,
        beside=(
            layout(
                "wise-history-in",
                {**_HISTORY, "amount": "Target amount (after fees)", "currency": "Target currency", "name": "Source name"},
                row_types=(("out", "skip"),), sides=(("in", "credit"), ("neutral", "credit")), **_HISTORY_RULES,
            ),
        ),
    ),
)  # fmt: skip

ONLINE = (*REVOLUT, *WISE)
