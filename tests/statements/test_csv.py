"""CSV by the rows of the catalogue of bad inputs, and the awkward cases of real exports."""

from __future__ import annotations

import time
from datetime import date
from typing import TYPE_CHECKING

import pytest

from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError
from fundledger.domain.statement import LineStatus
from fundledger.statements import Given, identify
from tests.statements.building import DONOR, OURS
from tests.statements.writing_tables import read

if TYPE_CHECKING:
    from pathlib import Path

GOOD = "Date,Description,Amount,Currency\n2026-01-05,Gift,12.50,EUR\n2026-01-06,Rent,-3.00,EUR\n"


def refused(folder: Path, content: str | bytes, given: Given | None = None) -> list[tuple[str, str]]:
    with pytest.raises(KnownError) as caught:
        read(folder, content, given)
    return [(problem.code, problem.subject) for problem in caught.value.problems]


def taken(folder: Path, content: str | bytes, given: Given | None = None) -> list[tuple[date | None, int]]:
    return [(line.booked_on, line.amount.minor) for line in read(folder, content, given)[1]]


def test_a_table_with_known_words_is_read_and_the_guess_is_named(tmp_path: Path) -> None:
    heads, lines, ends, problems = read(tmp_path, GOOD)
    assert [(line.booked_on, str(line.amount), line.remittance, line.position) for line in lines] == [
        (date(2026, 1, 5), "12.50", "Gift", 1),
        (date(2026, 1, 6), "-3.00", "Rent", 2),
    ]
    assert (heads[0].currency, ends[0].booked, ends[0].balanced) == ("EUR", Money(950, "EUR"), None)
    assert [problem.code for problem in problems] == ["file.layout_guessed"]
    assert problems[0].values["columns"] == "booked_on: Date, text: Description, amount: Amount, currency: Currency"
    assert lines[0].raw == b"2026-01-05,Gift,12.50,EUR"


@pytest.mark.parametrize(
    "prose", ["Dear customer, see you soon", "Dear customer,\nwe meet on 5 January 2026, at 12.50 EUR a seat,\nyours\n", "a,b\nc,d\n"]
)
def test_row_3_prose_is_no_table(prose: str) -> None:
    with pytest.raises(KnownError) as caught:
        identify(prose.encode())
    assert caught.value.code == "file.unknown"


@pytest.mark.parametrize(
    "content", [GOOD.encode("utf-8-sig"), GOOD.encode("utf-16"), GOOD.replace("\n", "\r\n").encode(), GOOD.replace("\n", "\r").encode()]
)
def test_row_7_marks_and_ends_of_lines(tmp_path: Path, content: bytes) -> None:
    assert taken(tmp_path, content) == [(date(2026, 1, 5), 1250), (date(2026, 1, 6), -300)]


def test_row_5_a_file_that_breaks_off_in_a_row_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, GOOD + "2026-01-07,Gi") == [("file.truncated", "march.csv")]


@pytest.mark.parametrize("codec", ["cp1257", "iso8859-13"])
def test_row_8_the_header_tells_the_encoding(tmp_path: Path, codec: str) -> None:
    text = "Data;Gavėjas;Mokėjimo paskirtis;Suma;Valiuta\n2026-01-05;Testa Testaitė;Ačiū už šilumą;5.00;EUR\n"
    _, lines, _, problems = read(tmp_path, text.encode(codec))
    assert (lines[0].counterparty.name, lines[0].remittance) == ("Testa Testaitė", "Ačiū už šilumą")
    assert "file.encoding_guessed" in {problem.code for problem in problems}


def test_row_54_a_layout_nobody_knows_is_asked_for(tmp_path: Path) -> None:
    assert refused(tmp_path, "Date,Alpha,Beta\n2026-01-05,5.00,6.00\n2026-01-06,7.00,8.00\n") == [("file.layout", "march.csv")]


def test_row_55_one_amount_of_two_readings_is_decided_by_another_row(tmp_path: Path) -> None:
    text = 'Date,Text,Amount\n2026-01-05,a,"1,234"\n2026-01-06,b,"{}"\n'
    assert taken(tmp_path, text.format("5.00")) == [(date(2026, 1, 5), 123400), (date(2026, 1, 6), 500)]
    assert refused(tmp_path, text.format("2,345")) == [("file.decimal", "march.csv")]
    assert taken(tmp_path, text.format("2,340"), Given(decimal=".")) == [(date(2026, 1, 5), 123400), (date(2026, 1, 6), 234000)]


def test_row_55_the_running_balance_decides_where_amounts_do_not(tmp_path: Path) -> None:
    text = 'Date,Text,Amount,Balance\n2026-01-05,a,"1,234","1,234"\n2026-01-06,b,5,"1,239"\n'
    _, lines, ends, _ = read(tmp_path, text)
    assert [line.amount.minor for line in lines] == [123400, 500]
    assert ends[0].balanced is True


def test_row_57_debit_and_credit_both_filled_or_both_empty(tmp_path: Path) -> None:
    text = "Date;Text;Debit;Credit\n2026-01-05;a;5,00;\n2026-01-06;b;1,00;7,00\n2026-01-06;c;;\n2026-01-06;d;0,00;8,00\n"
    assert refused(tmp_path, text) == [("line.both_sides", "line 3"), ("line.no_amount", "line 4")]
    assert [minor for _, minor in taken(tmp_path, text, Given(leave_unreadable=True))] == [-500, 800]


def test_row_58_the_order_of_days_is_decided_by_all_rows_or_asked(tmp_path: Path) -> None:
    text = "Date,Text,Amount\n03/04/2026,a,5.00\n{},b,6.00\n"
    assert refused(tmp_path, text.format("05/06/2026")) == [("file.date_order", "march.csv")]
    assert taken(tmp_path, text.format("13/04/2026"))[0][0] == date(2026, 4, 3)
    assert taken(tmp_path, text.format("04/13/2026"))[0][0] == date(2026, 3, 4)
    assert taken(tmp_path, text.format("05/06/2026"), Given(date_order="mdy"))[0][0] == date(2026, 3, 4)


def test_row_58_days_whose_order_does_not_matter_are_not_asked_for(tmp_path: Path) -> None:
    assert taken(tmp_path, "Date,Text,Amount\n04/04/2026,a,5.00\n05/05/2026,b,6.00\n")[0][0] == date(2026, 4, 4)


def test_row_59_an_unclosed_quote_names_the_line_it_opened_in(tmp_path: Path) -> None:
    for text in ('2026-01-07,"Gift,5.00,EUR\n2026-01-08,Gift,6.00,EUR\n', '2026-01-07,"Gift,5.00,EUR\n2026-01-08,"Gift",6.00,EUR\n'):
        with pytest.raises(KnownError) as caught:
            read(tmp_path, GOOD + text)
        assert (caught.value.code, caught.value.problems[0].values["line"]) == ("file.quote", 4)


def test_row_60_rows_with_more_or_fewer_cells_are_listed(tmp_path: Path) -> None:
    text = GOOD + "2026-01-07,Gift,5.00,EUR,more\n2026-01-08,5.00,EUR\n2026-01-09,Gift,1.00,EUR,\n"
    assert refused(tmp_path, text) == [("line.fields", "line 4"), ("line.fields", "line 5")]
    assert len(taken(tmp_path, text, Given(leave_unreadable=True))) == 3


def test_row_61_another_delimiter_in_the_rows_a_separator_line_and_a_preamble(tmp_path: Path) -> None:
    rows = [(date(2026, 1, 5), 500), (date(2026, 1, 6), -600)]
    assert taken(tmp_path, "Date;Text;Amount\n2026-01-05,a,5.00\n2026-01-06,b,-6.00\n") == rows
    assert taken(tmp_path, "sep=;\nDate;Text;Amount\n2026-01-05;a;5,00\n2026-01-06;b;-6,00\n") == rows
    above = f"Sample Bank\nStatement of account\n\nAccount number:;{OURS}\nCurrency;EUR\n"
    above += "Opening balance;100,00\nPeriod;01.01.2026 - 31.01.2026\n\n"
    heads, lines, ends, _ = read(tmp_path, above + "Date;Text;Amount\n05.01.2026;a;5,00\n13.01.2026;b;-6,00\n\nClosing balance;99,00\n")
    assert [line.amount.minor for line in lines] == [500, -600]
    assert (heads[0].account, heads[0].currency, heads[0].start_on) == (OURS, "EUR", date(2026, 1, 1))
    assert (ends[0].opening and ends[0].opening.amount.minor, ends[0].balanced) == (10000, True)


def test_row_62_bounds_of_fields_and_columns(tmp_path: Path) -> None:
    started = time.process_time()
    assert refused(tmp_path, f"{GOOD}2026-01-07,{'x' * 20_000},5.00,EUR\n") == [("file.field", "march.csv")]
    assert refused(tmp_path, GOOD + "," * 1_000_000) == [("file.columns", "march.csv")]
    assert time.process_time() - started < 10


@pytest.mark.parametrize("text", ["=HYPERLINK(x)", "+cmd", "-1+1", "@SUM(A1)"])
def test_row_63_what_looks_like_a_formula_is_plain_text(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, GOOD + f"2026-01-07,{text},5.00,EUR\n")[1][2].remittance == text
    assert refused(tmp_path, GOOD + f"2026-01-07,x,{text},EUR\n") == [("line.amount", "line 4")]


def test_row_64_an_iban_is_normalised_and_wrong_digits_are_warned_of(tmp_path: Path) -> None:
    rows = f"2026-01-05,{DONOR[:4].lower()} {DONOR[4:]},5.00,EUR\n2026-01-06,LT119999900000000002,5.00,EUR\n"
    text = f"Date,Counterparty IBAN,Amount,Currency\n{rows}"
    _, lines, _, problems = read(tmp_path, text)
    assert [line.counterparty.iban for line in lines] == [DONOR, "LT119999900000000002"]
    assert [(problem.code, problem.subject) for problem in problems if problem.code == "line.iban"] == [("line.iban", "line 3")]


def test_row_65_what_a_spreadsheet_damaged_is_named(tmp_path: Path) -> None:
    text = f'Date,Counterparty IBAN,Amount\n2026-01-05,"4,40532E+21",5.00\n46023,{DONOR},5.00\n2026-01-07,{DONOR},5.00\n'
    assert refused(tmp_path, text) == [("line.damaged", "line 2"), ("line.damaged", "line 3")]


def test_row_23_and_24_days_that_cannot_be_or_are_unlikely(tmp_path: Path) -> None:
    assert refused(tmp_path, GOOD + "2025-02-29,x,1.00,EUR\n") == [("line.date", "line 4")]
    problems = read(tmp_path, GOOD, Given(today=date(2026, 1, 5)))[3]
    assert [(problem.code, problem.subject) for problem in problems if problem.code.startswith("line.")] == [
        ("line.date_unlikely", "line 3")
    ]


def test_row_39_a_currency_that_is_none(tmp_path: Path) -> None:
    assert refused(tmp_path, GOOD + "2026-01-07,x,1.00,EURO\n") == [("line.currency", "line 4")]


def test_quotes_that_were_not_doubled_and_cells_over_several_lines(tmp_path: Path) -> None:
    rows = '"2026-01-05","UAB "Saulė"","a","1.00"\n'
    rows += '"2026-01-06","UAB "Saulė", Vilnius","b","2.00"\n"2026-01-07","Two\nlines","said ""so""","3.00"\n'
    lines = read(tmp_path, '"Date","Counterparty","Description","Amount"\n' + rows)[1]
    assert [line.counterparty.name for line in lines] == ['UAB "Saulė"', 'UAB "Saulė", Vilnius', "Two\nlines"]
    assert lines[2].remittance == 'said "so"'


@pytest.mark.parametrize(
    ("words", "signs"),
    [
        (("C", "D"), (1, -1)),
        (("K", "D"), (1, -1)),
        (("Cr", "Dr"), (1, -1)),
        (("Bij", "Af"), (1, -1)),
        (("H", "S"), (1, -1)),
        (("+", "-"), (1, -1)),
    ],
)
def test_a_side_column_gives_the_sign(tmp_path: Path, words: tuple[str, str], signs: tuple[int, int]) -> None:
    text = "Date;Text;Amount;D/C\n" + "".join(f"2026-01-0{n};x;5,00;{word}\n" for n, word in enumerate(words, 1))
    assert [minor for _, minor in taken(tmp_path, text)] == [500 * sign for sign in signs]


def test_a_side_beside_amounts_that_are_signed_already_turns_nothing_twice(tmp_path: Path) -> None:
    assert [minor for _, minor in taken(tmp_path, "Date;Text;Amount;D/C\n2026-01-05;x;5,00;C\n2026-01-06;x;-6,00;D\n")] == [500, -600]


def test_a_side_nobody_knows_is_listed(tmp_path: Path) -> None:
    text = "Date;Text;Amount;D/C\n" + "2026-01-05;x;5,00;C\n" * 20 + "2026-01-06;x;6,00;Q\n"
    assert refused(tmp_path, text) == [("line.direction", "line 22")]


def test_every_currency_is_a_statement_of_its_own(tmp_path: Path) -> None:
    heads, lines, ends, _ = read(tmp_path, GOOD + "2026-01-07,x,1.00,USD\n2026-01-08,x,2.00,EUR\n")
    assert [head.currency for head in heads] == ["EUR", "USD"]
    assert [(line.position, line.amount.currency) for line in lines] == [(1, "EUR"), (2, "EUR"), (4, "EUR"), (3, "USD")]
    assert [end.n_lines for end in ends] == [3, 1]


@pytest.mark.parametrize("newest_first", [False, True])
def test_the_running_balance_opens_and_closes_the_statement(tmp_path: Path, *, newest_first: bool) -> None:
    rows = ["2026-01-05,a,5.00,105.00\n", "2026-01-06,b,-3.00,102.00\n", "2026-01-07,c,1.00,103.00\n"]
    end = read(tmp_path, "Date,Text,Amount,Balance\n" + "".join(rows[::-1] if newest_first else rows))[2][0]
    assert end.opening
    assert end.closing
    assert (end.opening.amount.minor, end.closing.amount.minor, end.balanced) == (10000, 10300, True)


def test_a_running_balance_that_breaks_is_warned_of_and_proves_nothing(tmp_path: Path) -> None:
    rows = "".join(f"2026-01-{n:02},x,1.00,{100 + n + (n > 5)}.00\n" for n in range(1, 10))
    _, _, ends, problems = read(tmp_path, "Date,Text,Amount,Balance\n" + rows)
    assert [(problem.code, problem.subject) for problem in problems if problem.code.startswith("statement.")] == [
        ("statement.balance_chain", "line 7")
    ]
    assert ends[0].balanced is None


def test_pending_lines_touch_no_balance_and_reverted_ones_are_none(tmp_path: Path) -> None:
    text = "Date,Text,Amount,Currency,State\n"
    text += "2026-01-05,a,5.00,EUR,COMPLETED\n2026-01-06,b,6.00,EUR,PENDING\n2026-01-07,c,7.00,EUR,REVERTED\n2026-01-08,d,8.00,EUR,ODD\n"
    _, lines, ends, problems = read(tmp_path, text)
    assert [line.status for line in lines] == [LineStatus.BOOKED, LineStatus.PENDING, LineStatus.INFO]
    assert ends[0].booked.minor == 500
    assert {problem.code: problem.values for problem in problems}["file.rows_left"] == {"status": "REVERTED", "count": 1}
    assert "line.status_unknown" in {problem.code for problem in problems}


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("Balance brought forward", "Balance carried forward"),
        ("Beginning balance as of 01/01/2026", "Ending balance as of 01/31/2026"),
        ("Likutis pradžiai", "Likutis pabaigai"),
        ("Ancien solde au 01/01/2026", "Nouveau solde"),
    ],
)
@pytest.mark.parametrize("sums", [",", "0.00,0.00"])
def test_a_row_that_only_tells_a_balance_is_no_line(tmp_path: Path, opening: str, closing: str, sums: str) -> None:
    known = opening in {"Balance brought forward", "Likutis pradžiai"}
    text = f"Date,Text,Debit,Credit,Balance\n2026-01-01,{opening},{sums if known else ','},100.00\n2026-01-05,Gift,,5.00,105.00\n"
    _, lines, ends, _ = read(tmp_path, text + f"2026-01-31,{closing},,,105.00\n")
    assert [(line.remittance, line.amount.minor) for line in lines] == [("Gift", 500)]
    assert ends[0].opening
    assert (ends[0].opening.amount.minor, ends[0].balanced) == (10000, True)


def test_a_gift_whose_text_begins_like_a_balance_is_a_line(tmp_path: Path) -> None:
    text = "Date,Text,Amount,Balance\n2026-01-05,Opening balance gift of Alpha,5.00,5.00\n2026-01-13,Rent,-3.00,2.00\n"
    assert taken(tmp_path, text) == [(date(2026, 1, 5), 500), (date(2026, 1, 13), -300)]


def test_three_letters_nobody_named_are_no_currency(tmp_path: Path) -> None:
    """Codes of kinds, such as BAC and POS, are texts; a column of real codes is taken for the currency."""
    text = "Date, Kind, Description, Value\n2026-01-05,{0},Gift,5.00\n2026-01-13,{1},Rent,-3.00\n"
    heads, lines, *_ = read(tmp_path, text.format("BAC", "POS"), Given(currency="GBP"))
    assert ([head.currency for head in heads], [line.remittance for line in lines]) == (["GBP"], ["BAC Gift", "POS Rent"])
    assert [head.currency for head in read(tmp_path, text.format("EUR", "EUR"), Given(currency="GBP"))[0]] == ["EUR"]


def test_a_heading_names_the_currency_of_its_amounts(tmp_path: Path) -> None:
    text = "Fecha operación;Concepto;{};{}\n13/01/2026;Gift;50,00;\n14/01/2026;Gift;60,00;\n"
    assert read(tmp_path, text.format("Importe EUR", "Saldo"), Given(currency="USD"))[0][0].currency == "EUR"
    assert read(tmp_path, text.format("Cargo EUR", "Abono USD"), Given(currency="GBP"))[0][0].currency == "GBP"


def test_sentences_under_a_short_table_hide_no_column(tmp_path: Path) -> None:
    text = "Date;Text;Credit in CHF;Debit in CHF\n13.01.2026;Gift;5.00;\n14.01.2026;Rent;;-3.00\n\nDisclaimer:\nThis is no document.\n"
    _, lines, _, problems = read(tmp_path, text)
    assert [str(line.amount) for line in lines] == ["5.00", "-3.00"]
    assert [problem.code for problem in problems].count("line.no_entry") == 2


def test_what_the_bank_refused_is_no_money_in_french_either(tmp_path: Path) -> None:
    text = "Date;Montant;Contrepartie;Nom de la contrepartie;Communication;Statut\n"
    text += f"13/01/2026;5,00;{DONOR};Sample Person Alpha;Don;Accepté\n14/01/2026;-9,00;{DONOR};Firm;Facture;Refusé\n"
    _, lines, *_ = read(tmp_path, text)
    assert [(line.amount.minor, line.status) for line in lines] == [(500, LineStatus.BOOKED)]
    assert (lines[0].counterparty.name, lines[0].counterparty.iban) == ("Sample Person Alpha", DONOR)


def test_a_table_without_a_header_is_read_by_its_content(tmp_path: Path) -> None:
    lines = read(tmp_path, "05.01.2026;Gift of Alpha;12,50\n13.01.2026;Rent;-3,00\n")[1]
    assert [(line.booked_on, line.amount.minor, line.remittance) for line in lines] == [
        (date(2026, 1, 5), 1250, "Gift of Alpha"),
        (date(2026, 1, 13), -300, "Rent"),
    ]


def test_days_without_a_year_take_it_from_the_name_of_the_file_or_ask(tmp_path: Path) -> None:
    text = "Date,Text,Amount\nSeptember 15,a,5.00\n"
    assert refused(tmp_path, text) == [("file.year", "march.csv")]
    assert read(tmp_path, text, name="march-2018.csv")[1][0].booked_on == date(2018, 9, 15)
    assert taken(tmp_path, text, Given(year=2019))[0][0] == date(2019, 9, 15)


HEADERS = [
    "Buchungstag;Auftraggeber/Empfänger;Verwendungszweck;Betrag",
    "Data;Gavėjas;Paskirtis;Suma",
    "Data;Mokėtojas / Gavėjas;Paskirtis;Suma",
    "Data;Kitos šalies pavadinimas;Paskirtis;Suma",
    "Datums;Saņēmējs;Maksājuma mērķis;Summa",
    "Kuupäev;Saaja/Maksja;Selgitus;Summa",
    "Data operacji;Nadawca/Odbiorca;Tytuł;Kwota",
    "Дата операции;Контрагент;Назначение платежа;Сумма",
    "Дата операції;Контрагент;Призначення платежу;Сума",
    "Date d'opération;Bénéficiaire;Libellé;Montant",
    "Fecha operación;Beneficiario;Concepto;Importe",
    "Data contabile;Controparte;Causale;Importo",
    "Boekdatum;Naam tegenpartij;Omschrijving;Bedrag",
    "Data lançamento;Beneficiário;Descrição;Montante",
    "Kirjauspäivä;Maksaja;Viesti;Määrä",
    "Bokföringsdag;Motpart;Meddelande;Belopp",
    "Bogføringsdato;Modtager;Tekst;Beløb",
    "Bokføringsdato;Mottaker;Melding;Beløp",
    "Datum zaúčtování;Název protiúčtu;Zpráva pro příjemce;Částka",
]


@pytest.mark.parametrize("header", HEADERS)
def test_headers_in_many_languages(tmp_path: Path, header: str) -> None:
    line = read(tmp_path, f"{header}\n13.01.2026;Sample Person Alpha;Gift;1.234,50\n")[1][0]
    assert (line.booked_on, line.amount.minor, line.counterparty.name, line.remittance) == (
        date(2026, 1, 13),
        123450,
        "Sample Person Alpha",
        "Gift",
    )
