"""Layouts of banks and payment institutions in Lithuania, Latvia and Estonia."""

from __future__ import annotations

from fundledger.statements.tables.profiles_notation import SWEDBANK_ROWS, headerless, layout

_LITHUANIAN = ("cp1257", "iso8859-13")

SWEDBANK = (
    layout(
        "swedbank-lt",
        {
            "account": "Sąskaitos Nr.", "booked_on": "Data", "party": "Gavėjas", "text": "Paaiškinimai", "amount": "Suma",
            "currency": "Valiuta", "side": "D/K", "bank_reference": "Įrašo Nr.",
        },
        {
            "row_type": "#1", "structured": "Įmokos kodas", "instruction": "Dok. Nr.",
            "text": ("Pradinis mokėtojas", "Galutinis gavėjas"),
        },
        date_order="ymd", decimal=".", row_types=SWEDBANK_ROWS, encodings=_LITHUANIAN,
    ),
    layout(
        "swedbank-lt-en",
        {
            "account": "Account No", "booked_on": "Date", "party": "Beneficiary", "text": "Details", "amount": "Amount",
            "currency": "Currency", "side": "D/K", "bank_reference": "Record ID",
        },
        {"row_type": "#1", "structured": "Reference No", "instruction": "Doc. No"},
        date_order="ymd", row_types=SWEDBANK_ROWS, encodings=_LITHUANIAN,
    ),
    layout(
        "swedbank-ee",
        {
            "account": "Kliendi konto", "row_type": "Reatüüp", "booked_on": "Kuupäev", "party": "Saaja/Maksja", "text": "Selgitus",
            "amount": "Summa", "currency": "Valuuta", "side": "Deebet/Kreedit", "bank_reference": "Arhiveerimistunnus",
        },
        {"structured": "Viitenumber", "instruction": "Dokumendi number"},
        date_order="dmy", decimal=",", row_types=SWEDBANK_ROWS, encodings=("cp1257", "iso8859-13", "cp1252"),
    ),
    layout(
        "swedbank-ee-en",
        {
            "account": "Client account", "row_type": "Row type", "booked_on": "Date", "party": "Beneficiary/Payer", "text": "Details",
            "amount": "Amount", "currency": "Currency", "side": "Debit/Credit", "bank_reference": "Transfer reference",
        },
        {"structured": "Reference number", "instruction": "Document number"},
        date_order="dmy", row_types=SWEDBANK_ROWS, encodings=("cp1257", "cp1252"),
    ),
    layout(
        "swedbank-lv",
        {
            "account": "Klienta konts", "row_type": "Ieraksta tips", "booked_on": "Datums", "party": "Saņēmējs/Maksātājs",
            "text": "Informācija saņēmējam", "amount": "Summa", "currency": "Valūta", "side": "Debets/Kredīts",
            "bank_reference": "Arhīva kods",
        },
        {"structured": ("Refernces numurs", "References numurs"), "instruction": "Dokumenta numurs"},
        date_order="dmy", decimal=",", row_types=SWEDBANK_ROWS, encodings=("cp1257",),
    ),
    headerless(
        "swedbank-headerless", "iban number date - - amount currency side - - - -",
        "account row_type booked_on party text amount currency side bank_reference - structured instruction",
        row_types=SWEDBANK_ROWS, encodings=_LITHUANIAN,
    ),
)  # fmt: skip

OTHERS = (
    layout(
        "paysera",
        {
            "row_type": "Tipas", "bank_reference": "Pervedimo nr.", "booked_on": "Data ir laikas", "name": "Gavėjas / Mokėtojas",
            "iban": "EVP / IBAN", "amount": "Suma ir valiuta", "text": "Paskirtis", "side": "Kreditas / Debetas",
        },
        {"structured": "Įmokos kodas", "balance": "Likutis"},
        date_order="ymd", decimal=".",
    ),
    layout(
        "danske-lt",
        {"booked_on": "Date", "name": "Name", "text": ("Memo", "MemoDet"), "amount": "Amount"},
        also=("Bank", "Branch", "Address", "City", "Country", "MemoConv"),
        date_order="ymd", encodings=_LITHUANIAN,
    ),
    layout(
        "seb-lt",
        {
            "instruction": "DOK NR.", "booked_on": "DATA", "original_currency": "VALIUTA", "original_amount": "SUMA",
            "name": "MOKĖTOJO ARBA GAVĖJO PAVADINIMAS", "iban": "SĄSKAITA", "text": "MOKĖJIMO PASKIRTIS",
            "bank_reference": "TRANSAKCIJOS KODAS", "side": "DEBETAS/KREDITAS", "amount": "SUMA SĄSKAITOS VALIUTA",
            "account": "SĄSKAITOS NR", "currency": "SĄSKAITOS VALIUTA",
        },
        {"structured": "NUORODA"},
        date_order="ymd", encodings=_LITHUANIAN,
    ),
    layout(
        "luminor-lt",
        {
            "row_type": "Operacijos/Balanso Tipas", "booked_on": "Data", "amount": "Suma", "side": "C/D", "text": "Paskirtis",
            "iban": "Kitos pusės sąskaitos nr.", "name": "Kitos pusės pavadinimas",
        },
        {
            "original_amount": "Orig. suma", "original_currency": "Orig. valiuta", "instruction": "Dok. Nr.",
            "bank_reference": ("Operacijos Nr.", "Operacijos Id"), "structured": "Įmokos kodas", "time": "Laikas",
        },
        date_order="ymd", row_types=(("likutispr", "opening"), ("likutispb", "closing")), encodings=_LITHUANIAN,
    ),
    # the Estonian banks' common layout (LHV, SEB, Coop), in both languages
    layout(
        "estonian",
        {
            "account": "Kliendi konto", "instruction": "Dokumendi number", "booked_on": "Kuupäev", "iban": "Saaja/maksja konto",
            "name": "Saaja/maksja nimi", "side": "Deebet/Kreedit (D/C)", "amount": "Summa", "structured": "Viitenumber",
            "bank_reference": "Arhiveerimistunnus", "text": "Selgitus", "currency": "Valuuta",
        },
        encodings=("cp1257", "cp1252"),
    ),
    layout(
        "estonian-en",
        {
            "account": "Customer account no", "instruction": "Document no", "booked_on": "Date", "iban": "Sender/receiver account",
            "name": "Sender/receiver name", "side": "Debit/Credit (D/C)", "amount": "Amount", "structured": "Reference number",
            "bank_reference": "Archiving code", "text": "Description", "currency": "Currency",
        },
        encodings=("cp1257", "cp1252"),
    ),
)  # fmt: skip

BALTIC = (*SWEDBANK, *OTHERS)
