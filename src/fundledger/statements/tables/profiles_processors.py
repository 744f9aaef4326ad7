"""Layouts of payment processors: PayPal in its languages, Stripe, Donorbox, and one of our own for any other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fundledger.statements.tables.profiles_notation import layout

if TYPE_CHECKING:
    from fundledger.statements.layout import Layout

# What PayPal writes of money that has not moved: an authorisation, a hold and its release, an item of a cart, news of an earlier row.
_NO_MONEY = (
    "authorization", "general authorization", "void of authorization", "order", "hold", "general hold", "general hold release",
    "account hold", "general account hold", "reversal of account hold", "reversal of general account hold",
    "account hold for open authorization", "account hold for ach deposit", "temporary hold", "payment hold", "payment release",
    "payment review hold", "payment review release", "reserve hold", "reserve release",
    "shopping cart item", "invoice sent", "invoice received", "request sent", "request received", "update to echeck received",
    "update to payment received", "update to reversal", "update to web accept payment received",
    "allgemeine autorisierung", "autorisierung", "allgemeine einbehaltung", "einbehaltung für offene autorisierung",
    "kontoeinbehaltung für offene autorisierung", "rückbuchung allgemeiner kontoeinbehaltung", "storno allgemeine kontoeinbehaltung",
    "autorización", "autorización general", "retención de cuenta para autorización abierta", "retención general",
    "cancelación de la retención general de la cuenta",
    "autorisation", "autorisation standard", "blocage standard", "suspension du compte pour autorisation en cours",
    "annulation d'une suspension de compte standard",
    "autorizzazione generica", "blocco del conto per autorizzazione aperta", "algemene autorisatie", "autoryzacja ogólna",
)  # fmt: skip
_PAYPAL_STATES = (
    *((word, "booked") for word in (
        "completed", "cleared", "refunded", "partially refunded", "reversed", "returned", "abgeschlossen", "erstattet", "completado",
        "completada", "reembolsado", "terminé", "effectué", "remboursé", "completata", "rimborsato", "voltooid", "zakończone", "zakończono",
        "zakończona", "įvykdyta",
    )),
    *((word, "pending") for word in (
        "pending", "uncleared", "processing", "held", "on hold", "unclaimed", "ausstehend", "offen", "einbehalten", "in bearbeitung",
        "pendiente", "retenido", "en attente", "in sospeso", "in behandeling", "oczekujące", "oczekująca", "laukiama",
    )),
    *((word, "skip") for word in (
        "denied", "failed", "canceled", "cancelled", "expired", "removed", "voided", "declined", "blocked", "placed", "active", "created",
        "abgelehnt", "fehlgeschlagen", "storniert", "abgebrochen", "denegado", "rechazado", "cancelado", "refusé", "annulé", "rifiutata",
        "annullata", "geweigerd", "geannuleerd", "odrzucone", "anulowane", "atšaukta",
    )),
)  # fmt: skip

# PayPal's columns in its languages: day, time, currency, gross, fee, net, our own id, the id it refers to, balance, name, type, status,
# description, invoice, subject, note. "/" between the words it has used for one column.
_PAYPAL_ROLES = (
    "booked_on", "time", "currency", "gross", "fee", "net", "bank_reference", "parent", "balance", "name", "row_type", "status", "text",
    "our_reference", "text", "text",
)  # fmt: skip
_PAYPAL = {
    "en": "Date|Time|Currency|Gross|Fee|Net|Transaction ID|Reference Txn ID|Balance|Name|Type|Status|Description"
    "|Invoice Number/Invoice ID|Subject|Note/Item Title",
    "de": "Datum|Uhrzeit|Währung|Brutto|Gebühr/Entgelt|Netto|Transaktionscode|Zugehöriger Transaktionscode|Guthaben|Name|Typ|Status"
    "|Beschreibung|Rechnungsnummer|Betreff|Hinweis/Artikelbezeichnung",
    "es": "Fecha|Hora|Divisa|Bruto|Comisión/Tarifa|Neto|Id. de transacción/Identificador de transacción"
    "|Id. de referencia de la transacción/Id. de transacción de referencia|Saldo|Nombre|Tipo|Estado|Descripción"
    "|Id. de factura/Número de factura|Asunto|Nota/Título del artículo",
    "fr": "Date|Heure|Devise|Avant commission/Brut|Commission/Frais|Net|Numéro de transaction"
    "|Numéro de la transaction de référence/Numéro de transaction de référence|Solde|Nom|Type|État|Description|Numéro de facture|Objet"
    "|Remarque/Titre de l'objet",
    "it": "Data|Orario/Ora|Valuta|Lordo|Tariffa/Commissione|Netto|Codice transazione|Codice transazione di riferimento|Saldo|Nome|Tipo"
    "|Stato|Descrizione|Numero fattura/Codice fattura|Oggetto|Messaggio/Titolo oggetto",
    "nl": "Datum|Tijd|Valuta|Bruto|Kosten|Net/Netto|Transactiereferentie|Referentie-ID transactie/Reference Txn ID|Saldo|Naam|Type|Status"
    "|Omschrijving/Beschrijving|Factuurnummer|Onderwerp|Opmerking/Objectnaam",
    "pl": "Data|Godzina|Waluta|Brutto|Opłata|Netto|Numer transakcji|Numer transakcji powiązanej/Reference Txn ID|Saldo"
    "|Nazwa/Imię i nazwisko|Typ/Rodzaj|Status/Stan|Opis|Numer faktury|Temat|Uwaga/Nazwa przedmiotu",
}
_DAY_FIRST = frozenset({"de", "es", "fr", "it"})


def _paypal(language: str, words: str) -> Layout:
    """Activity and statement in one language: of a column with one name only we know that it is there."""
    roles = _PAYPAL_ROLES
    names = [tuple(word.split("/")) for word in words.split("|")]
    certain = {role: own for role, own in zip(roles[:7], names[:7], strict=True) if len(own) == 1}
    others: dict[str, tuple[str, ...]] = {}
    for role, own in zip(roles, names, strict=True):
        if role not in certain:
            others[role] = others.get(role, ()) + own
    others["row_type"] += names[roles.index("text")]  # the statement has the type in its description
    return layout(
        "paypal" if language == "en" else f"paypal-{language}", certain, others,
        date_order="dmy" if language in _DAY_FIRST else None, row_types=tuple((word, "skip") for word in _NO_MONEY),
        statuses=_PAYPAL_STATES, gateway="paypal", negative_fees=True, encodings=("cp1252",),
    )  # fmt: skip


PAYPAL = tuple(_paypal(language, words) for language, words in _PAYPAL.items())

_STRIPE_KINDS = (
    *((word, "donation") for word in ("charge", "payment")),
    *((word, "refund") for word in ("refund", "payment_refund", "partial_capture_reversal", "charge_failure", "payment_failure_refund")),
    *((word, "chargeback") for word in ("dispute",)),
    *((word, "chargeback_reversal") for word in ("dispute_reversal",)),
    *((word, "fee") for word in ("fee", "stripe_fee", "stripe_fx_fee", "tax_fee", "network_cost", "tax")),
    *((word, "payout") for word in (
        "payout", "payout_reversal", "payout_failure", "payout_cancel", "transfer", "transfer_failure", "topup", "topup_reversal",
    )),
    *((word, "adjustment") for word in ("adjustment", "other_adjustment", "refund_failure", "contribution", "reserve_transaction")),
)  # fmt: skip
_STRIPE_STATES = (
    *((word, "booked") for word in ("paid", "refunded", "partially refunded", "partially_refunded", "disputed", "succeeded")),
    *((word, "pending") for word in ("pending", "processing", "in_transit", "in transit")),
    *((word, "skip") for word in (
        "failed", "canceled", "cancelled", "uncaptured", "blocked", "incomplete", "requires_payment_method", "requires_action",
        "requires_confirmation", "requires_capture", "expired",
    )),
)  # fmt: skip
_STRIPE: dict[str, Any] = {"row_types": _STRIPE_KINDS, "decimal": ".", "gateway": "stripe", "statuses": _STRIPE_STATES}
# Stripe's charges, whose names had underscores first: id, day, amount in our currency, what of it was given back, fee, our currency, amount
# and currency of the payer, state, text, payer, transfer, invoice.
_CHARGES = {
    "stripe-charges": "id|Created (UTC)|Converted Amount|Converted Amount Refunded|Fee|Converted Currency|Amount|Currency|Status"
    "|Description|Customer Description|Transfer|Invoice ID",
    "stripe-charges-2024": "id|Created date (UTC)|Converted Amount|Converted Amount Refunded|Fee|Converted Currency|Amount|Currency|Status"
    "|Description|Customer Description|Transfer|Invoice ID",
    "stripe-charges-2016": "id|created|converted_amount|converted_amount_refunded|fee|converted_currency|amount|currency|status|description"
    "|customer_description|transfer|invoice_id",
}


def _charges(name: str, words: str) -> Layout:
    """A charge, and beside it what was given back of it, which has no row of its own."""
    own, on, gross, back, fee, currency, amount, other, state, text, payer, transfer, invoice = words.split("|")
    both = {"booked_on": on, "currency": currency, "status": state}
    may = {"text": text, "name": payer, "batch": transfer, "our_reference": invoice}
    rules: dict[str, Any] = {"decimal": ".", "gateway": "stripe", "statuses": _STRIPE_STATES}
    refunds = layout(
        f"{name}-refunds", {**both, "gross": back, "row_type": back, "parent": own}, may,
        inverse=True, row_types=tuple((nothing, "skip") for nothing in ("", "0", "0.0", "0.00", "0,00")), **rules,
    )  # fmt: skip
    charge = {**both, "bank_reference": own, "gross": gross, "fee": fee, "original_amount": amount, "original_currency": other}
    return layout(name, charge, may, also=(back,), beside=(refunds,), **rules)


STRIPE = (
    layout(
        "stripe-balance",  # itemised balance change and payout reconciliation, the second with the payout of each row
        {"currency": "currency", "gross": "gross", "fee": "fee", "net": "net", "row_type": "reporting_category", "text": "description"},
        {
            "booked_on": ("created_utc", "created", "effective_at_utc", "effective_at"),
            "bank_reference": ("source_id", "payout_id", "balance_transaction_id"), "transaction": "balance_transaction_id",
            "parent": "charge_id", "batch": ("automatic_payout_id", "payout_id"),
            "settled_on": ("automatic_payout_effective_at_utc", "automatic_payout_effective_at", "available_on_utc", "available_on"),
            "original_amount": "customer_facing_amount", "original_currency": "customer_facing_currency",
            "name": ("customer_name", "card_name"), "our_reference": "payment_metadata[reference]",
        },
        also=("balance_transaction_id",), **_STRIPE,
    ),
    layout(
        "stripe-history",
        {
            "row_type": "Type", "bank_reference": ("Source", "id"), "gross": "Amount", "fee": "Fee", "net": "Net", "currency": "Currency",
            "booked_on": "Created (UTC)", "settled_on": "Available On (UTC)", "text": "Description",
        },
        {
            "transaction": "id", "batch": "Transfer", "original_amount": "Customer Facing Amount",
            "original_currency": "Customer Facing Currency",
        },
        **_STRIPE,
    ),
    *(_charges(*names) for names in _CHARGES.items()),
    layout(
        "stripe-payouts",
        {
            "bank_reference": "id", "gross": "Amount", "currency": "Currency", "booked_on": "Created (UTC)",
            "settled_on": "Arrival Date (UTC)", "status": "Status", "row_type": "Type",
        },
        {"text": "Description", "transaction": ("Balance Transaction ID", "Balance Transaction")},
        decimal=".", gateway="stripe", inverse=True, row_types=(("bank_account", "payout"), ("card", "payout")),
        statuses=(("in transit", "booked"), ("in_transit", "booked"), ("pending", "booked"), ("paid", "booked"), *_STRIPE_STATES),
    ),
)  # fmt: skip
DONORBOX = (
    layout(
        "donorbox",
        {"name": "Name", "gross": "Amount", "currency": "Currency", "booked_on": "Donated At", "text": ("Campaign", "Donor Comment")},
        {
            "net": "Net Amount", "bank_reference": ("Stripe Charge Id", "Paypal Transaction Id", "Paypal Capture Id", "Receipt Id"),
            "our_reference": "Receipt Id", "status": "Status",
        },
        also=("Donor Email",), decimal=".", gateway="donorbox", statuses=_STRIPE_STATES,
    ),
)  # fmt: skip
OWN = (
    layout(
        "processor",
        {
            "account": "gateway", "bank_reference": "id", "row_type": "type", "gross": "gross", "fee": "fee", "net": "net",
            "currency": "currency", "booked_on": "date",
        },
        {"parent": "parent", "batch": "batch", "our_reference": "reference", "name": "name", "text": "text", "balance": "balance"},
        date_order="ymd", decimal=".", gateway="generic",
    ),
)  # fmt: skip

PROCESSORS = (*PAYPAL, *STRIPE, *DONORBOX, *OWN)
