"""Layouts of banks in Germany, Austria and Switzerland."""

from __future__ import annotations

from fundledger.statements.tables.profiles_notation import headerless, layout

_PENDING = (("umsatz gebucht", "booked"), ("umsatz vorgemerkt", "pending"), ("gebucht", "booked"), ("vorgemerkt", "pending"))

GERMANY = (
    layout(
        "n26",
        {
            "booked_on": "Booking Date", "value_on": "Value Date", "name": "Partner Name", "iban": "Partner Iban",
            "text": "Payment Reference", "amount": "Amount (¤)",
        },
        {"original_amount": "Original Amount", "original_currency": "Original Currency", "rate": "Exchange Rate"},
        date_order="ymd", decimal=".",
    ),
    layout(
        "n26-2019",
        {"booked_on": "Date", "name": "Payee", "iban": "Account number", "text": "Payment reference", "amount": "Amount (¤)"},
        {"original_amount": "Amount (Foreign Currency)", "original_currency": "Type Foreign Currency", "rate": "Exchange Rate"},
        also=("Transaction type",), date_order="ymd", decimal=".",
    ),
    layout(
        "n26-2019-de",
        {"booked_on": "Datum", "name": "Empfänger", "iban": "Kontonummer", "text": "Verwendungszweck", "amount": "Betrag (¤)"},
        {"original_amount": "Betrag (Fremdwährung)", "original_currency": "Fremdwährung", "rate": "Wechselkurs"},
        also=("Transaktionstyp",), date_order="ymd", decimal=".",
    ),
    layout(
        "gls-2015",
        {
            "account": "Kontonummer", "booked_on": "Buchungstag", "value_on": "Wertstellung", "name": "Auftraggeber/Empfänger",
            "text": tuple(f"VWZ{n}" for n in range(1, 15)), "amount": "Betrag", "balance": "Kontostand", "currency": "Währung",
        },
        date_order="dmy", decimal=",", encodings=("cp1252",),
    ),
    layout(
        "atruvia",  # GLS since 2021, Volksbanken and Raiffeisenbanken
        {
            "account": "IBAN Auftragskonto", "booked_on": "Buchungstag", "value_on": "Valutadatum", "name": "Name Zahlungsbeteiligter",
            "iban": "IBAN Zahlungsbeteiligter", "text": "Verwendungszweck", "amount": "Betrag", "currency": "Waehrung",
            "balance": "Saldo nach Buchung",
        },
        date_order="dmy", decimal=",", encodings=("cp1252",),
    ),
    layout(
        "sparkasse-camt",
        {
            "account": "Auftragskonto", "booked_on": "Buchungstag", "value_on": "Valutadatum", "text": "Verwendungszweck",
            "end_to_end": "Kundenreferenz (End-to-End)", "name": "Beguenstigter/Zahlungspflichtiger", "iban": "Kontonummer/IBAN",
            "amount": "Betrag", "currency": "Waehrung", "status": "Info",
        },
        {"batch": "Sammlerreferenz"},
        date_order="dmy", decimal=",", statuses=_PENDING, encodings=("cp1252",),
    ),
    layout(
        "sparkasse-mt940",
        {
            "account": "Auftragskonto", "booked_on": "Buchungstag", "value_on": "Valutadatum", "text": "Verwendungszweck",
            "name": "Beguenstigter/Zahlungspflichtiger", "iban": "Kontonummer", "amount": "Betrag", "currency": "Waehrung",
            "status": "Info",
        },
        also=("BLZ",), date_order="dmy", decimal=",", statuses=_PENDING, encodings=("cp1252",),
    ),
    layout(
        "dkb",
        {
            "booked_on": "Buchungsdatum", "value_on": "Wertstellung", "status": "Status",
            "name": ("Zahlungspflichtige*r@credit", "Zahlungsempfänger*in@debit"), "text": "Verwendungszweck", "iban": "IBAN",
        },
        {"amount": ("Betrag (€)", "Betrag"), "end_to_end": "Kundenreferenz"},
        date_order="dmy", decimal=",", currency="EUR", statuses=_PENDING, encodings=("cp1252",),
    ),
    layout(
        "dkb-2016",
        {
            "booked_on": "Buchungstag", "value_on": "Wertstellung", "name": "Auftraggeber / Begünstigter", "text": "Verwendungszweck",
            "iban": "Kontonummer", "amount": "Betrag (¤)",
        },
        {"end_to_end": "Kundenreferenz"},
        also=("Buchungstext",), date_order="dmy", decimal=",", encodings=("cp1252",),
    ),
    layout(
        "comdirect",
        {"booked_on": "Buchungstag", "value_on": "Wertstellung (Valuta)", "text": "Buchungstext", "amount": "Umsatz in ¤"},
        also=("Vorgang",), date_order="dmy", decimal=",", encodings=("cp1252",),
    ),
    layout(
        "commerzbank",
        {
            "booked_on": "Buchungstag", "value_on": "Wertstellung", "text": "Buchungstext", "amount": "Betrag", "currency": "Währung",
            "account": "IBAN Auftraggeberkonto",
        },
        also=("Umsatzart",), date_order="dmy", decimal=",", encodings=("cp1252",),
    ),
    layout(
        "deutsche-bank",
        {
            "booked_on": "Buchungstag", "value_on": "Wert", "name": "Begünstigter / Auftraggeber", "text": "Verwendungszweck",
            "iban": "IBAN", "debit": "Soll", "credit": "Haben", "currency": "Währung",
        },
        {"end_to_end": "Kundenreferenz"},
        date_order="dmy", encodings=("cp1252",),
    ),
    layout(
        "ing-de",
        {
            "booked_on": "Buchung", "name": "Auftraggeber/Empfänger", "text": "Verwendungszweck", "balance": "Saldo", "currency": "Währung",
            "amount": "Betrag",
        },
        {"value_on": ("Valuta", "Wertstellungsdatum")},
        also=("Buchungstext",), date_order="dmy", decimal=",", encodings=("cp1252",),
    ),
)  # fmt: skip

AUSTRIA = (
    headerless(
        "easybank", "iban text date date amount currency", "account text booked_on value_on amount currency",
        date_order="dmy", decimal=",", encodings=("cp1252",),
    ),
    headerless(
        "raiffeisen-at", "date text date amount currency -", "booked_on text value_on amount currency -",
        date_order="dmy", decimal=",", encodings=("cp1252",),
    ),
)  # fmt: skip

# UBS lists the parts of a batch under it, with an individual amount and neither debit nor credit: the batch is the line.
_UBS_DETAILS = (("", "skip"),)
SWITZERLAND = (
    layout(
        "raiffeisen-ch",
        {
            "account": "IBAN", "booked_on": "Booked At", "text": "Text", "amount": "Credit/Debit Amount", "balance": "Balance",
            "value_on": "Valuta Date",
        },
        date_order="ymd", decimal=".", encodings=("cp1252",),
    ),
    layout(
        "ubs-2015",
        {
            "account": "IBAN", "currency": "Ccy.", "booked_on": "Booking date", "value_on": "Value date",
            "text": ("Description 1", "Description 2", "Description 3"), "bank_reference": "Transaction no.",
            "row_type": ("Debit", "Credit"), "debit": "Debit",
            "credit": "Credit", "balance": "Balance",
        },
        {"part": "Individual amount"},
        also=("Valuation date", "Banking relationship"), date_order="dmy", decimal=".", row_types=_UBS_DETAILS, encodings=("cp1252",),
    ),
    layout(
        "ubs-2015-de",
        {
            "account": "IBAN", "currency": "Whrg.", "booked_on": "Buchungsdatum", "value_on": "Valuta",
            "text": ("Beschreibung 1", "Beschreibung 2", "Beschreibung 3"), "bank_reference": "Transaktions-Nr.",
            "row_type": ("Belastung", "Gutschrift"), "debit": "Belastung",
            "credit": "Gutschrift", "balance": "Saldo",
        },
        {"part": "Einzelbetrag"},
        also=("Bewertungsdatum", "Bankbeziehung"), date_order="dmy", decimal=".", row_types=_UBS_DETAILS, encodings=("cp1252",),
    ),
    layout(
        "ubs",
        {
            "booked_on": "Booking date", "value_on": "Value date", "currency": "Currency",
            "row_type": ("Debit", "Credit"), "debit": "Debit", "credit": "Credit",
            "balance": "Balance", "bank_reference": "Transaction no.", "text": ("Description1", "Description2", "Description3"),
        },
        {"part": "Individual amount"},
        also=("Trade date",), decimal=".", row_types=_UBS_DETAILS, encodings=("cp1252",),
    ),
    layout(
        "ubs-de",
        {
            "booked_on": "Buchungsdatum", "value_on": "Valutadatum", "currency": "Währung",
            "row_type": ("Belastung", "Gutschrift"), "debit": "Belastung", "credit": "Gutschrift",
            "balance": "Saldo", "bank_reference": "Transaktions-Nr.", "text": ("Beschreibung1", "Beschreibung2", "Beschreibung3"),
        },
        {"part": "Einzelbetrag"},
        also=("Abschlussdatum",), decimal=".", row_types=_UBS_DETAILS, encodings=("cp1252",),
    ),
    layout(
        "postfinance",
        {"booked_on": "Buchungsdatum", "text": "Avisierungstext", "credit": "Gutschrift in ¤", "debit": "Lastschrift in ¤"},
        {"value_on": "Valuta", "balance": "Saldo in ¤"},
        decimal=".", encodings=("cp1252",),
    ),
    layout(
        "postfinance-2023",
        {"booked_on": "Datum", "text": "Avisierungstext", "credit": "Gutschrift in ¤", "debit": "Lastschrift in ¤"},
        {"value_on": "Valuta", "balance": "Saldo in ¤"},
        also=("Bewegungstyp",), date_order="dmy", decimal=".", encodings=("cp1252",),
    ),
)  # fmt: skip

GERMAN = (*GERMANY, *AUSTRIA, *SWITZERLAND)
