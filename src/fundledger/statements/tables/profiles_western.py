"""Layouts of banks in the Netherlands, Belgium, France, Britain, Poland, Czechia and the North."""

from __future__ import annotations

from fundledger.statements.tables.profiles_notation import headerless, layout

NETHERLANDS = (
    layout(
        "ing-nl",
        {
            "booked_on": "Datum", "name": "Naam / Omschrijving", "account": "Rekening", "iban": "Tegenrekening", "side": "Af Bij",
            "amount": "Bedrag (¤)", "text": "Mededelingen",
        },
        {"balance": "Saldo na mutatie"},
        also=("Code",), date_order="ymd", decimal=",",
    ),
    layout(
        "ing-nl-en",
        {
            "booked_on": "Date", "name": "Name / Description", "account": "Account", "iban": "Counterparty", "side": "Debit/credit",
            "amount": "Amount (¤)", "text": "Notifications",
        },
        {"balance": "Resulting balance"},
        also=("Code",), date_order="ymd", decimal=",",
    ),
    layout(
        "knab",
        {
            "account": "Rekeningnummer", "value_on": "Valutadatum", "currency": "Valutacode", "side": "CreditDebet", "amount": "Bedrag",
            "iban": "Tegenrekeningnummer", "name": "Tegenrekeninghouder", "text": "Omschrijving",
        },
        {"booked_on": ("Boekdatum", "Transactiedatum"), "bank_reference": "Referentie"},
        also=("Transactiedatum",), decimal=",",
    ),
    layout(
        "rabobank",
        {
            "account": "IBAN/BBAN", "currency": "Munt", "booked_on": "Datum", "value_on": "Rentedatum", "amount": "Bedrag",
            "balance": "Saldo na trn", "iban": "Tegenrekening IBAN/BBAN", "name": "Naam tegenpartij",
            "text": ("Omschrijving-1", "Omschrijving-2", "Omschrijving-3"),
        },
        {
            "structured": "Betalingskenmerk", "bank_reference": "Transactiereferentie", "batch": "Batch ID",
            "return_reason": "Reden retour",
            "original_amount": "Oorspr bedrag", "original_currency": "Oorspr munt", "rate": "Koers",
        },
        also=("Volgnr",), date_order="ymd", decimal=",", encodings=("cp1252",),
    ),
    layout(
        "bunq",
        {
            "booked_on": "Date", "value_on": "Interest Date", "amount": "Amount", "account": "Account", "iban": "Counterparty",
            "name": "Name", "text": "Description",
        },
        date_order="ymd",
    ),
    layout(
        "bunq-nl",
        {
            "booked_on": "Datum", "value_on": "Rentedatum", "amount": "Bedrag", "account": "Rekening", "iban": "Tegenrekening",
            "name": "Naam", "text": "Omschrijving",
        },
        date_order="ymd",
    ),
    headerless(
        "abn-amro", "number currency date amount amount date amount text", "account currency booked_on - balance value_on amount text",
        date_order="ymd", decimal=",", delimiter="\t",
    ),
    layout(
        "abn-amro-xls",
        {
            "account": "accountNumber", "currency": "mutationcode", "booked_on": "transactiondate", "value_on": "valuedate",
            "balance": "endsaldo", "amount": "amount", "text": "description",
        },
        also=("startsaldo",), date_order="ymd",
    ),
    headerless(
        "triodos-nl", "date - amount side - - - - amount", "booked_on account amount side name iban - text balance",
        date_order="dmy", decimal=",",
    ),
)  # fmt: skip

BELGIUM = (
    layout(
        "kbc",
        {
            "account": "Rekeningnummer", "currency": "Munt", "booked_on": "Datum", "value_on": "Valuta", "amount": "Bedrag",
            "balance": "Saldo", "iban": "rekeningnummer tegenpartij", "name": "Naam tegenpartij", "text": ("Vrije mededeling",
            "Omschrijving"),
            "structured": "gestructureerde mededeling",
        },
        also=("Rubrieknaam", "Afschriftnummer"), date_order="dmy", decimal=",", encodings=("cp1252",),
    ),
    layout(
        "belfius",
        {
            "account": "Rekening", "booked_on": "Boekingsdatum", "iban": "Rekening tegenpartij", "name": "Naam tegenpartij bevat",
            "text": ("Mededelingen", "Transactie"), "value_on": "Valutadatum", "amount": "Bedrag", "currency": "Devies",
        },
        also=("Rekeninguittrekselnummer", "Transactienummer"), date_order="dmy", decimal=",", encodings=("cp1252",),
    ),
)  # fmt: skip

FRANCE = (
    layout(
        "credit-mutuel",
        {"booked_on": "Date", "value_on": "Date de valeur", "debit": "Débit", "credit": "Crédit", "text": "Libellé", "balance": "Solde"},
        date_order="dmy", encodings=("cp1252",),
    ),
    layout(
        "boursorama",
        {"booked_on": "dateOp", "value_on": "dateVal", "text": "label", "amount": "amount", "account": "accountNum"},
        date_order="ymd", decimal=",", encodings=("cp1252",),
    ),
)  # fmt: skip

BRITAIN = (
    layout(
        "monzo",
        {
            "bank_reference": "Transaction ID", "booked_on": "Date", "name": "Name", "amount": "Amount", "currency": "Currency",
            "original_amount": "Local amount", "original_currency": "Local currency", "text": ("Description", "Notes and #tags"),
        },
        {"time": "Time"},
        date_order="dmy", decimal=".",
    ),
    layout(
        "starling",
        {"booked_on": "Date", "name": "Counter Party", "text": "Reference", "amount": "Amount (¤)", "balance": "Balance (¤)"},
        also=("Type",), date_order="dmy", decimal=".",
    ),
    layout(  # a card: what was spent is positive
        "amex",
        {"booked_on": "Date", "text": "Description", "account": "Account #", "amount": "Amount"},
        also=("Card Member",), inverse=True,
    ),
    layout(
        "lloyds",
        {
            "booked_on": "Transaction Date", "account": "Account Number", "text": "Transaction Description", "debit": "Debit Amount",
            "credit": "Credit Amount", "balance": "Balance",
        },
        also=("Transaction Type", "Sort Code"), date_order="dmy", decimal=".", currency="GBP",
    ),
)  # fmt: skip

POLAND_AND_CZECHIA = (
    layout(
        "mbank",
        {"booked_on": "#Data operacji", "text": "#Opis operacji", "account": "#Rachunek", "amount": "#Kwota"},
        also=("#Kategoria",), date_order="ymd", decimal=",", encodings=("cp1250",),
    ),
    layout(
        "mbank-2015",
        {
            "booked_on": "#Data księgowania", "text": ("#Opis operacji", "#Tytuł"), "name": "#Nadawca/Odbiorca", "iban": "#Numer konta",
            "amount": "#Kwota", "balance": "#Saldo po operacji",
        },
        also=("#Data operacji",), date_order="ymd", decimal=",", currency="PLN", encodings=("cp1250",),
    ),
    layout(
        "pko-bp",
        {
            "booked_on": "Data operacji", "value_on": "Data waluty", "amount": "Kwota", "currency": "Waluta",
            "text": ("Opis transakcji", "#7", "#8", "#9", "#10"), "balance": "Saldo po transakcji",
        },
        also=("Typ transakcji",), date_order="ymd", decimal=".", encodings=("cp1250",),
    ),
    layout(
        "ing-pl",
        {
            "booked_on": "Data księgowania", "name": "Dane kontrahenta", "text": "Tytuł", "iban": "Nr rachunku",
            "bank_reference": "Nr transakcji",
            "amount": "Kwota transakcji (waluta rachunku)", "currency": "Waluta",
        },
        also=("Data transakcji", "Szczegóły"), date_order="ymd", decimal=",", encodings=("cp1250",),
    ),
    layout(
        "fio-cz",
        {
            "bank_reference": "ID operace", "booked_on": "Datum", "amount": "Objem", "currency": "Měna", "iban": "Protiúčet",
            "name": "Název protiúčtu", "text": ("Zpráva pro příjemce", "Poznámka"), "structured": "VS",
        },
        also=("Kód banky",), date_order="dmy", decimal=",", encodings=("cp1250",),
    ),
)  # fmt: skip

NORTH = (
    layout(
        "danske-dk",
        {"booked_on": "Dato", "text": "Tekst", "amount": "Beløb", "balance": "Saldo", "status": "Status"},
        also=("Afstemt",), date_order="dmy", decimal=",", currency="DKK", statuses=(("udført", "booked"), ("venter", "pending")),
        encodings=("cp1252",),
    ),
    layout(
        "op-fi",
        {
            "booked_on": "Kirjauspäivä", "value_on": "Arvopäivä", "text": ("Viesti", "Selitys"), "name": "Saaja/Maksaja",
            "structured": "Viite",
            "bank_reference": "Arkistointitunnus",
        },
        {"amount": ("Määrä EUROA", "Määrä EUR"), "iban": ("Saajan tilinumero", "Saajan tilinumero ja pankin BIC")},
        also=("Laji",), date_order=None, currency="EUR", encodings=("cp1252",),
    ),
    layout(
        "nordea-se",
        {
            "booked_on": "Bokföringsdag", "amount": "Belopp", "name": ("Namn", "Rubrik"), "text": "Rubrik", "balance": "Saldo",
            "currency": "Valuta",
        },
        {"account": ("Avsändare@debit", "Mottagare@credit"), "iban": ("Avsändare@credit", "Mottagare@debit")},
        also=("Avsändare", "Mottagare"), date_order="ymd", decimal=",",
    ),
)  # fmt: skip

WESTERN = (*NETHERLANDS, *BELGIUM, *FRANCE, *BRITAIN, *POLAND_AND_CZECHIA, *NORTH)
