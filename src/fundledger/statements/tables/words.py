"""Words banks head their columns with, in the languages of Europe, as `plain_letters` folds them; the surer word stands first."""

# ruff: noqa: RUF001  words of other alphabets are meant as they are

from __future__ import annotations

from fundledger.statements.layout import Role, plain_letters

_HEADINGS: dict[Role, str] = {
    Role.BOOKED_ON: """
        booking date|booked on|date booked|posting date|post date|posted date|posted on|entry date|accounting date|date posted|
        completed date|
        date completed|transaction date|trans date|trans. date|trn date|txn date|tran date|payment date|operation date|process date|
        processed date|
        created (utc)|created at|created|date/time|date and time|datetime|date time|date|day|
        buchungstag|buchungsdatum|buchung|datum der buchung|transaktionsdatum|datum|tag|
        operacijos data|iraso data|registravimo data|registracijos data|mokejimo data|pervedimo data|data ir laikas|sandorio data|data|
        diena|
        gramatosanas datums|darijuma datums|maksajuma datums|datums|kande kuupaev|kuupaev|makse kuupaev|
        data ksiegowania|data operacji|data transakcji|data zaksiegowania|data waluty ksiegowania|
        дата проводки|дата операции|дата и время операции|дата и время|дата платежа|дата транзакции|дата|дата обработки|
        дата операціі|дата проведення|дата аперацыі|дата правядзення|
        date de comptabilisation|date comptable|date d'operation|date operation|date de l'operation|date de transaction|
        fecha contable|fecha de contabilizacion|fecha operacion|fecha de operacion|f. operacion|f. contable|fecha|
        data contabile|data operazione|data registrazione|data movimento|
        boekdatum|boekingsdatum|transactiedatum|datum transactie|uitvoeringsdatum|
        data lancamento|data do lancamento|data mov.|data mov|data movimento|data da operacao|data operacao|data transacao|
        kirjauspaiva|kirjauspvm|tapahtumapaiva|maksupaiva|paivamaara|pvm|
        bokforingsdag|bokforingsdatum|bokforingsdato|bokfort dato|bokfort|transaktionsdag|reskontradatum|transaktionsdatum|
        bogforingsdato|bogfort|transaktionsdato|dato|utfort dato|
        datum zauctovani|datum provedeni|datum odepsani|datum transakce|datum uctovani|datum pohybu""",
    Role.VALUE_ON: """
        value date|value day|valued on|valuta|valutadatum|wertstellung|wertstellungstag|wertstellungsdatum|valuta datum|valutatag|
        lesu data|valiutavimo data|vertes data|verte datums|valutas datums|vaartuspaev|data waluty|data waluty transakcji|data valuty|
        дата валютирования|дата валютування|date de valeur|date valeur|valeur|fecha valor|f. valor|fecha de valor|data valuta|valuta data|
        rentedatum|renteingangsdatum|data valor|data-valor|arvopaiva|valutadag|rentedag|rentedato|valuteringsdag|valoredato|datum valuty""",
    Role.AMOUNT: """
        amount in account currency|transaction amount|net amount|amount|sum|value|total amount|total|
        betrag|umsatz|umsatzbetrag|buchungsbetrag|betrag in kontowahrung|
        suma|suma saskaitos valiuta|operacijos suma|summa|summa konta valuta|kwota|kwota operacji|kwota transakcji|kwota w walucie rachunku|
        сумма|сумма операции|сумма в валюте счета|сумма платежа|сума|сума операціі|сума аперацыі|montant|montant de l'operation|
        importe|cantidad|monto|importo|bedrag|bedrag (¤)|valor|montante|quantia|importancia|maara|summa|euroa|
        belopp|belop|beloeb|castka|objem|castka v mene uctu""",
    Role.DEBIT: """
        debit|debits|debit amount|amount debit|debit (-)|paid out|money out|withdrawal|withdrawals|withdrawal amount|withdrawal amt.|out|
        outgoing|
        payments|spent|soll|belastung|lastschrift|ausgaben|ausgang|debetas|debeto suma|debeta|islaidos|isleista|nurasyta|nurasymas|
        debets|izdevumi|deebet|valjaminek|obciazenia|obciazenie|wydatki|wyplata|kwota obciazenia|
        дебет|списание|расход|списано|расход операции|дебет рахунку|витрати|расходы|
        debit euros|depense|depenses|cargo|cargos|debe|gastos|addebito|addebiti|uscite|dare|dare euro|af|debet|uitgaven|
        debito|saidas|tilille panot|otot|menot|uttag|ut|ut fra konto|ut av konto|haevet|udgifter|vydaje|odchozi|na vrub""",
    Role.CREDIT: """
        credit|credits|credit amount|amount credit|credit (+)|paid in|money in|deposit|deposits|deposit amount|deposit amt.|in|incoming|
        receipts|received|haben|gutschrift|einnahmen|eingang|kreditas|kredito suma|kredita|pajamos|gauta|iskaityta|iskaitymas|
        kredits|ienemumi|kreedit|sissetulek|uznania|uznanie|wplywy|wplata|kwota uznania|
        кредит|зачисление|приход|зачислено|поступление|надходження|доходы|
        credit euros|recette|recettes|abono|abonos|haber|ingresos|accredito|accrediti|entrate|avere|avere euro|bij|inkomsten|
        credito|entradas|panot|tulot|insattningar|insattning|inn|inn pa konto|indsat|indtaegter|prijmy|prichozi|ve prospech""",
    Role.SIDE: """
        debit/credit|credit/debit|credit debit|debit credit|d/c|c/d|dr/cr|cr/dr|dc|cd|debit or credit|type d/c|direction|
        credit debit indicator|
        soll/haben|soll haben|s/h|soll-/haben|d/k|k/d|debetas/kreditas|kreditas/debetas|kreditas / debetas|debetas / kreditas|
        debets/kredits|
        deebet/kreedit|deebet/kreedit (d/c)|obciazenie/uznanie|дебет/кредит|д/к|к/д|debit/crédit|debe/haber|dare/avere|
        af bij|af/bij|bij/af|creditdebet|credit/debet|debet/credit|debito/credito|sign|+/-|zeichen""",
    Role.CURRENCY: """
        currency|currency code|account currency|ccy|curr.|cur|wahrung|kontowahrung|waehrung|valiuta|saskaitos valiuta|valuta|valuta|
        valuuta|waluta|waluta rachunku|
        валюта|валюта счета|валюта рахунку|devise|monnaie|moneda|divisa|valuta|munt|muntsoort|valutacode|moeda|valuutta|valuta|mena""",
    Role.FEE: """
        fee|fees|fee amount|total fees|commission|charges|charge|gebuhr|gebuhren|entgelt|mokestis|komisinis|komisinis mokestis|komisija|
        komisijas maksa|teenustasu|oplata|prowizja|комиссия|комісія|frais|commission|comision|commissioni|commissione|kosten|comissao|taxa|
        palvelumaksu|avgift|gebyr|poplatek""",
    Role.BALANCE: """
        balance|running balance|running bal.|account balance|balance after|balance after transaction|closing balance|ledger balance|
        booked balance|
        kontostand|saldo|saldo nach buchung|likutis|saskaitos likutis|likutis po operacijos|atlikums|jaak|saldo po operacji|saldo rachunku|
        saldo po transakcji|остаток|баланс|остаток по счету|остаток после операции|залишок|рэшта|solde|saldo disponible|saldo contable|
        saldo contabile|saldo na transactie|saldo contabilistico|saldo apos movimento|saldo konta|zustatek|zustatek na uctu|
        bokfort saldo""",
    Role.NAME: """
        counterparty|counterparty name|partner name|partner|payee|payer|payer/payee|payee name|payer name|name|merchant|merchant name|
        beneficiary|beneficiary name|beneficiary/payer|sender|recipient|sender/recipient|from/to|party|customer name|donor|donor name|
        auftraggeber/empfanger|beguenstigter/zahlungspflichtiger|begunstigter/zahlungspflichtiger|auftraggeber / begunstigter|
        zahlungspflichtige*r|zahlungsempfanger*in|empfanger|empfanger/auftraggeber|name zahlungsbeteiligter|auftraggeber|zahler|gegenpartei|
        gavejas|moketojas|gavejas / moketojas|gavejas/moketojas|moketojas/gavejas|moketojas arba gavejas|pavadinimas|
        kitos puses pavadinimas|kitos salies pavadinimas|nom de la contrepartie|
        moketojo/gavejo pavadinimas|partneris|sanemejs|maksatajs|sanemejs/maksatajs|partnera nosaukums|saaja|maksja|saaja/maksja|
        saaja/maksja nimi|
        nadawca/odbiorca|nadawca / odbiorca|odbiorca|nadawca|kontrahent|nazwa kontrahenta|dane kontrahenta|
        контрагент|получатель|плательщик|наименование контрагента|отправитель|одержувач|платник|назва контрагента|
        contrepartie|beneficiaire|tiers|nom|emetteur|beneficiario|ordenante|concepto beneficiario|nombre|controparte|ordinante|nome|
        naam / omschrijving|naam tegenpartij|tegenpartij|naam|tegenrekeninghouder|begunstigde|saaja / maksaja|saaja/maksaja|saajan nimi|
        maksaja|nimi|
        mottagare|avsandare|motpart|mottaker|avsender|modtager|afsender|navn|protistrana|nazev protiuctu|nazev uctu protistrany|prijemce""",
    Role.IBAN: """
        counterparty account|counterparty iban|counterparty account number|partner iban|payee account|payee account number|payer account|
        beneficiary account|sender/receiver account|account number counterparty|iban|counter account|other account|
        iban / kontonummer|kontonummer/iban|iban zahlungsbeteiligter|auftraggeberkonto|kontonummer|gegenkonto|iban des auftraggebers|
        kitos salies saskaitos nr.|gavejo saskaita|moketojo saskaita|moketojo/gavejo saskaita|kitos puses saskaita|
        kitos puses saskaitos nr.|korespondento saskaita|
        evp / iban|
        partnera konts|sanemeja konts|saaja konto|saaja/maksja konto|konto kontrahenta|rachunek kontrahenta|numer rachunku kontrahenta|
        nr rachunku|
        счет контрагента|счет получателя|счет плательщика|рахунок контрагента|рахунок одержувача|compte contrepartie|iban beneficiaire|
        cuenta beneficiario|cuenta contrapartida|conto controparte|tegenrekening|tegenrekeningnummer|iban tegenpartij|
        tegenrekening iban/bban|
        conta beneficiario|saajan tilinumero|tilinumero|tili|motkonto|konto mottagare|til konto|fra konto|protiucet|cislo protiuctu|
        cislo uctu protistrany""",
    Role.ACCOUNT: """
        account|account number|account no|account no.|account iban|own account|client account|customer account no|our account|iban account|
        konto|iban auftragskonto|auftragskonto|eigenes konto|saskaita|saskaitos nr.|saskaitos nr|saskaitos numeris|
        kliento saskaita|konts|klienta konts|konta numurs|kliendi konto|numer rachunku|rachunek|moj rachunek|numer konta|
        счет|номер счета|рахунок|номер рахунку|рахунак|compte|numero de compte|cuenta|numero de cuenta|conto|numero conto|numero di conto|
        rekening|rekeningnummer|iban/bban|conta|numero da conta|kontonummer|kontonr|kontonr.|ucet|cislo uctu""",
    Role.TEXT: """
        description|details|transaction details|payment details|purpose|payment purpose|memo|note|notes|message|narrative|narration|
        particulars|
        text|remittance|remittance information|transaction description|remarks|reason|comment|additional information|label|
        verwendungszweck|buchungstext|vorgang|buchungsinformation|zahlungsgrund|zahlungszweck|beschreibung|mitteilung|text 1|
        paskirtis|mokejimo paskirtis|paaiskinimai|paaiskinimas|aprasymas|detales|informacija|
        maksajuma merkis|informacija sanemejam|apraksts|detalas|selgitus|kirjeldus|tytul|tytul operacji|opis|opis operacji|
        opis transakcji|szczegoly|
        назначение|назначение платежа|описание|описание операции|основание|комментарий|призначення|призначення платежу|опис|
        прызначэнне плацяжу|
        libelle|libelle operation|communication|motif|nature|objet|concepto|descripcion|detalle|observaciones|causale|descrizione|
        omschrijving|mededelingen|mededeling|omschrijving-1|descricao|descritivo|viesti|selite|selitys|meddelande|beskrivning|rubrik|
        beskrivelse|tekst|melding|besked|popis|poznamka|zprava pro prijemce|ucel|ucel platby""",
    Role.BANK_REFERENCE: """
        transaction id|transaction reference|bank reference|transaction number|record id|transaction no|archive code|reference id|
        transfer reference|
        id|transactionid|entry reference|balance_transaction_id|transaktions-id|buchungsreferenz|bankreferenz|transaktionsnummer|
        iraso nr.|operacijos nr.|operacijos id|pervedimo nr.|transakcijos kodas|arhiva kods|darijuma numurs|transakcijas numurs|
        arhiveerimistunnus|
        numer transakcji|numer referencyjny|nr transakcji|id transakcji|номер операции|ид операции|номер документа|id операціі|
        numero d'operation|reference bancaire|numero de operacion|referencia bancaria|codice operazione|volgnr|volgnummer|
        transactiereferentie|arkistointitunnus|arkistotunnus|verifikationsnummer|arkivreferanse|arkivref.|id transakce|id operace|
        cislo transakce""",
    Role.END_TO_END: """
        end to end id|end-to-end id|endtoendid|end to end reference|end-to-end-referenz|end-to-end referenz|kundenreferenz (end-to-end)|
        e2e""",
    Role.STRUCTURED: """
        reference|payment reference|reference number|reference no|ref|ref.|structured reference|creditor reference|customer reference|
        referenz|kundenreferenz|referenznummer|zahlungsreferenz|imokos kodas|mokejimo kodas|nuoroda|viitenumber|references numurs|atsauce|
        referencja|reference client|referencia|riferimento|kenmerk|referentie|betalingskenmerk|referencia|viite|viitenumero|
        referens|referensnummer|kid|referanse|variabilni symbol|vs""",
    Role.INSTRUCTION: """
        document no|document number|doc. no|doc no|dok. nr.|dok nr.|dokumento nr.|dokumenta numurs|dokumendi number|
        cheque number|check number|cheque no|chq./ref.no.|check or slip #|numer dokumentu""",
    Role.STATUS: "status|state|transaction status|zustand|busena|statusas|staatus|stan|статус|etat|statut|estado|stato|tila|stav",
    Role.ROW_TYPE: "row type|record type|reatuup|ieraksta tips|iraso tipas",
    Role.ORIGINAL_AMOUNT: """
        original amount|foreign amount|amount (original)|local amount|amount in foreign currency|originalbetrag|fremdwahrungsbetrag|
        orig. suma|originali suma|kwota oryginalna|сумма в валюте операции|montant d'origine|importe original|oorspronkelijk bedrag""",
    Role.ORIGINAL_CURRENCY: """
        original currency|foreign currency|local currency|transaction currency|originalwahrung|fremdwahrung|orig. valiuta|originali valiuta|
        waluta oryginalna|валюта операции|devise d'origine|moneda original""",
    Role.RATE: """
        exchange rate|rate|fx rate|wechselkurs|kurs|umrechnungskurs|kursas|valiutos kursas|kurss|vahetuskurss|kurs wymiany|курс|taux|
        tipo de cambio|cambio|wisselkoers""",
    Role.TIME: "time|uhrzeit|laikas|laiks|kellaaeg|godzina|czas|время|heure|hora|ora|tijd|aika|tid|klokkeslett|cas",
}  # fmt: skip

# Roles for which a heading may merely hold the word ("Amount in EUR incl. tax"); for the others that would be a guess.
_HELD = (Role.BOOKED_ON, Role.AMOUNT, Role.DEBIT, Role.CREDIT, Role.BALANCE, Role.CURRENCY, Role.TEXT)

_LABELS = {
    "account": """
        account|account number|account no|account no.|iban|account iban|konto|kontonummer|konto iban|saskaita|saskaitos nr|saskaitos nr.|
        saskaitos numeris|konts|konta numurs|konta nr.|kliendi konto|arvelduskonto|numer rachunku|rachunek|nr rachunku|счет|номер счета|
        рахунок|рахунак|compte|numero de compte|cuenta|numero de cuenta|conto|numero conto|rekening|rekeningnummer|conta|tili|tilinumero|
        kontonr|kontonr.|ucet|cislo uctu|kundenkonto|girokonto""",
    "currency": """
        currency|account currency|wahrung|kontowahrung|valiuta|saskaitos valiuta|valuta|valuuta|waluta|валюта|валюта счета|devise|moneda|
        divisa|munt|moeda|valuutta|mena""",
    "period": """
        period|statement period|date range|dates|zeitraum|buchungszeitraum|laikotarpis|periodas|periods|periood|okres|za okres|период|
        за период|
        період|перыяд|periode|periodo|kausi|obdobi|za obdobi""",
    "start": """
        from|date from|start date|from date|von|nuo|no|alates|od|data od|с|з|du|desde|dal|van|vanaf|de|alkaen|fran|fra|
        bewertungsdatum von""",
    "end": "to|date to|end date|to date|until|bis|iki|lidz|kuni|do|data do|по|au|hasta|al|tot|t/m|ate|asti|till|til",
    "opening": """
        opening balance|starting balance|balance brought forward|brought forward|balance b/f|balance b/fwd|balance forward|
        beginning balance|start balance|previous balance|anfangssaldo|
        openingbalance|anfangsbestand|alter kontostand|
        anfangskontostand|saldovortrag|pradinis likutis|likutis pradziai|
        likutis laikotarpio pradzioje|sakuma atlikums|sakuma bilance|algsaldo|algjaak|saldo poczatkowe|
        входящий остаток|начальный остаток|остаток на начало периода|вхідний залишок|уваходны рэштак|solde initial|
        ancien solde|solde precedent|solde d'ouverture|
        saldo inicial|saldo anterior|saldo iniziale|
        beginsaldo|alkusaldo|ingaende saldo|inngaende saldo|primosaldo|pocatecni zustatek|pocatecni stav""",
    "closing": """
        closing balance|ending balance|end balance|balance carried forward|carried forward|balance c/f|balance c/fwd|
        endsaldo|endbestand|schlusssaldo|neuer kontostand|endkontostand|
        galutinis likutis|likutis pabaigai|
        likutis laikotarpio pabaigoje|pabaigos likutis|beigu atlikums|beigu bilance|loppsaldo|lõppjaak|lopp saldo|
        saldo koncowe|closingbalance|
        исходящий остаток|конечный остаток|остаток на конец периода|вихідний залишок|выходны рэштак|solde final|nouveau solde|
        solde de cloture|
        saldo final|saldo finale|
        eindsaldo|utgaende saldo|ultimosaldo|konecny zustatek|konecny stav""",
    "turnover": """
        turnover|total turnover|debit turnover|credit turnover|total debit|total credit|total|totals|grand total|summe|umsatz gesamt|
        gesamtumsatz|apyvarta|viso|is viso|
        debeto apyvarta|kredito apyvarta|apgrozijums|kopa|kaive|kokku|obroty|suma obrotow|razem|suma wplywow|suma obciazen|suma uznan|
        обороты|оборот|итого|всего|оборот за период|разом|усього|total general|totale|totaal|total geral|yhteensa|totalt|i alt|celkem""",
}  # fmt: skip


def _by_word(words: str) -> list[str]:
    return [plain_letters(word) for word in words.replace("\n", "").split("|") if word.strip()]


# heading → (role, rank): of two columns of one role the one with the surer word is taken.
HEADINGS: dict[str, list[tuple[Role, int]]] = {}
for _role, _words in _HEADINGS.items():
    for _rank, _word in enumerate(_by_word(_words)):
        HEADINGS.setdefault(_word, []).append((_role, _rank))
# Words that mean a balance or a sum where a table has a row or a line above it for them.
LABELS = {word: what for what, words in _LABELS.items() for word in reversed(_by_word(words))}
HELD = {word: role for role in _HELD for word in _by_word(_HEADINGS[role]) if len(word) > 3}

CREDIT_WORDS = frozenset(
    _by_word(
        "c|cr|cr.|crdt|credit|credits|k|kr|kreditas|kredits|kreedit|kredyt|uznanie|h|haben|gutschrift|bij|+|in|incoming|received|deposit|"
        ""
        "к|кт|кредит|"
        "приход|зачисление|credito|haber|avere|abono|accredito|ingreso|entrata|credit (+)|money in|income|гривня зараховано|ieskaitits|"
        "pajamos"
    )
)
DEBIT_WORDS = frozenset(
    _by_word(
        "d|dr|dr.|db|dbit|debit|debits|debetas|debets|deebet|obciazenie|s|soll|lastschrift|belastung|af|-|out|outgoing|sent|withdrawal|д|"
        ""
        "дт|дебет|debet|"
        "расход|списание|debito|debe|dare|cargo|addebito|gasto|uscita|debit (-)|money out|expense|islaidos"
    )
)
PENDING_WORDS = frozenset(
    _by_word(
        "pending|pdng|authorised|authorized|reserved|hold|held|on hold|vorgemerkt|offen|rezervuota|laukiama|ootel|w toku|в обработке|"
        "en attente|pendiente|in attesa|in process|processing|open"
    )
)
BOOKED_WORDS = frozenset(
    _by_word(
        "completed|complete|booked|book|posted|settled|cleared|executed|succeeded|paid|done|gebucht|verbucht|ivykdyta|atlikta|izpildits|"
        "teostatud|zrealizowano|wykonano|исполнен|выполнен|"
        "проведено|comptabilise|accepte|execute|effectue|accepted|approved|processed|realizado|contabilizado|contabilizzato|eseguito|verwerkt|efetuado|kirjattu|bokford|bokfort|zauctovano|"
        "abgeschlossen|ok|success|available"
    )
)
LEFT_WORDS = frozenset(
    _by_word(
        "reverted|failed|declined|rejected|cancelled|canceled|denied|expired|voided|void|storniert|abgelehnt|atmesta|atsaukta|noraidits|"
        ""
        "odrzucono|отклонен|отменен|refuse|rechazado|rifiutato"
    )
)
