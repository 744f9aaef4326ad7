"""Who takes part: the foundation, its banks, donors, lawyers and campaigns, every one of them invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sample.numbers import iban

FOUNDATION = "Sample Solidarity Foundation"
CURRENCY = "EUR"


@dataclass(frozen=True, slots=True)
class Bank:
    """One of our own accounts; `version` is the camt.053 version its bank sends, amounts are in cents."""

    key: str
    name: str
    bic: str
    iban: str
    opening: int
    version: str


@dataclass(frozen=True, slots=True)
class Donor:
    """A donor; `known` tells whether the book holds her account before the year, `sends_ids` whether her bank sends an end-to-end id."""

    name: str
    iban: str | None
    known: bool = False
    sends_ids: bool = False


@dataclass(frozen=True, slots=True)
class Payee:
    """A lawyer, or another one we pay."""

    name: str
    iban: str
    email: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Invoice:
    """A lawyer's invoice; amount in cents, `payee` is a key of PAYEES."""

    number: str
    campaign: str
    payee: str
    amount: int
    issued_on: date
    approved_on: date

    @property
    def document(self) -> str:
        """Where its paper lies below the sample folder."""
        return f"documents/invoice-{self.number.replace('/', '-')}.pdf"


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign with its mandate; amounts in cents, dates of its states, `payee` the lawyer whose quote it rests on."""

    code: str
    title: dict[str, str]
    story: dict[str, str]
    asked: int
    opened_on: date
    over_on: date | None
    closed_on: date | None
    surplus: str
    shortfall: str
    payee: str
    quoted_on: date

    @property
    def quote(self) -> str:
        """Where the lawyer's quote lies below the sample folder."""
        return f"documents/quote-{self.code}.pdf"


def _lt(number: int) -> str:
    return iban("LT", f"99998{number:011d}")


def _lv(number: int) -> str:
    return iban("LV", f"TEST{number:013d}")


def _de(number: int) -> str:
    return iban("DE", f"99999998{number:010d}")


def _nl(number: int) -> str:
    return iban("NL", f"TEST{number:010d}")


BANKS = {
    "A": Bank("A", "Sample Bank One, current account", "TESTLT21", iban("LT", f"99999{1:011d}"), 500_00, "camt.053.001.08"),
    "B": Bank("B", "Muster Bank Zwei, Spendenkonto", "TESTDEFF", iban("DE", f"99999999{1:010d}"), 0, "camt.053.001.02"),
}
# The other half of a transfer between our own accounts.
OWN = {f"own{key}": bank.iban for key, bank in BANKS.items()}

DONORS = {
    "alpha": Donor("Donor Alpha", _lt(1), known=True, sends_ids=True),
    "beta": Donor("Donor Beta", _lt(2)),
    "gamma": Donor("Donor Gamma", _lt(3), known=True),
    "delta": Donor("Donor Delta", _lt(4), sends_ids=True),
    "epsilon": Donor("Donor Epsilon", _nl(5), sends_ids=True),
    "zeta": Donor("Donor Zeta", _lt(6)),
    "eta": Donor("Donor Eta", _lv(7), sends_ids=True),
    "theta": Donor("Donor Theta", _lt(8)),
    "kappa": Donor("Donor Kappa", _lt(9), sends_ids=True),
    "lambda": Donor("Donor Lambda", _lt(10), known=True),
    "testa": Donor("Testė Pavyzdytė", _lt(11), known=True),
    "zodis": Donor("Bandomas Žodis", _lt(12), known=True, sends_ids=True),
    "bandoma": Donor("Bandomoji Šaknytė", _lt(13)),
    "saltine": Donor("Šaltinė Pavyzdienė", _lt(14), sends_ids=True),
    "azuolas": Donor("Ąžuolas Netikras", _lt(15), known=True),
    "sun": Donor("Saulė Išgalvotoji", _lt(16), sends_ids=True),
    "yan": Donor("Ян Прыкладны", _lt(17), known=True),
    "asoba": Donor("Тэставая Асоба", _lt(18)),  # noqa: RUF001  Cyrillic on purpose
    "uzor": Donor("Узорная Ўласніца", _lt(19)),
    "muster": Donor("Muster Spender Süd", _de(20), known=True, sends_ids=True),
    "voorbeeld": Donor("Voorbeeld Gever", _nl(21), sends_ids=True),
    "latvis": Donor("Parauga Ziedotājs", _lv(22), sends_ids=True),
    "choir": Donor("Sample Choir", _de(23), known=True, sends_ids=True),
    "bakery": Donor("Sample Bakery UAB", _lt(24), known=True, sends_ids=True),
    "readers": Donor("Sample Reading Club", _lt(25), known=True),
    "circle": Donor("Sample Friends Circle", _lt(26), known=True, sends_ids=True),
    "friend": Donor("Muster Freundin Ö", _de(27), known=True),
    "sample2": Donor("Muster Geberin Zwei", _de(28), sends_ids=True),
    "iota": Donor("Donor Iota", None),
    "nocode": Donor("Donor Without Code", _lt(30)),
}
# The same donor seen otherwise on a statement: another account and other letters, or no party at all.
SEEN_AS = {"azuolas2": ("azuolas", "AZUOLAS NETIKRAS", _lt(31)), "unknown": ("iota", None, None)}

PAYEES = {
    "law1": Payee("Sample Law Office One", iban("LT", f"99997{1:011d}"), "office@one.example", "Pavyzdžių g. 1, Bandymų miestas"),
    "law2": Payee(
        "Pavyzdinė advokatų kontora „Antra“", iban("LT", f"99997{3:011d}"), "rastine@antra.example", "Išgalvotoji g. 2, Netikras miestas"
    ),
    "law3": Payee(
        "Прыкладное адвакацкае бюро «Тры»", iban("LV", f"TEST9{3:012d}"), "kancylaryja@try.example", "вул. Прыдуманая 3, Узорны горад"
    ),
}
# The account of the second law office until summer: the payment to it comes back.
CLOSED_IBAN = iban("LT", f"99997{2:011d}")
HOST = Payee("Sample Hosting Ltd", iban("LV", f"TEST8{1:012d}"))


def _on(month: int, day: int) -> date:
    return date(2025, month, day)


INVOICES = (
    Invoice("SLO1-2025-014", "C-101", "law1", 2000_00, _on(4, 3), _on(4, 7)),
    Invoice("SLO1-2025-019", "C-101", "law1", 1030_00, _on(5, 2), _on(5, 6)),
    Invoice("SLO2/2025/07", "C-102", "law2", 2800_00, _on(7, 3), _on(7, 8)),
    Invoice("LC-58", "C-103", "law3", 3400_00, _on(9, 3), _on(9, 8)),
    Invoice("SLO2/2025/11", "C-104", "law2", 900_00, _on(11, 12), _on(11, 18)),
)

# A campaign that another one names in its surplus rule stands before it.
CAMPAIGNS = (
    Campaign(
        "C-101",
        {"en": "A lawyer for Invented Person One", "lt": "Advokatas išgalvotam asmeniui Nr. 1"},
        {
            "en": "An invented person stands before an invented court. The lawyer's quote covers the whole first instance.",
            "lt": "Išgalvotas asmuo stoja prieš išgalvotą teismą. Advokato pasiūlymas apima visą pirmąją instanciją.",
        },
        3030_00, _on(1, 6), _on(3, 31), _on(5, 30), "hold", "pay_part", "law1", date(2024, 12, 20),
    ),
    Campaign(
        "C-104",
        {"en": "Lasting legal aid for sample families", "lt": "Ilgalaikė teisinė pagalba pavyzdinėms šeimoms"},
        {
            "en": "Families in this example need a lawyer for years, not for weeks. The collection stays open.",
            "lt": "Šio pavyzdžio šeimoms advokato reikia metus, ne savaites. Rinkliava lieka atvira.",
        },
        5000_00, _on(1, 13), None, None, "hold", "pay_part", "law2", _on(1, 9),
    ),
    Campaign(
        "C-102",
        {"en": "The appeal of Invented Person Two", "lt": "Išgalvoto asmens Nr. 2 apeliacija"},
        {
            "en": "The first judgment of this invented case is appealed. What is left over goes to the lasting legal aid, C-104.",
            "lt": "Šioje išgalvotoje byloje skundžiamas pirmasis nuosprendis. Likutis atiteks ilgalaikei pagalbai, C-104.",
        },
        3030_00, _on(2, 3), _on(6, 30), _on(10, 31), "campaign:C-104", "pay_part", "law2", _on(1, 28),
    ),
    Campaign(
        "C-103",
        {"en": "The hearing of Invented Person Three", "lt": "Išgalvoto asmens Nr. 3 bylos nagrinėjimas"},
        {
            "en": "A hearing far away, with translation. If the collection falls short, the foundation covers the rest.",
            "lt": "Tolimas posėdis su vertimu. Jei surinktų lėšų neužteks, likusią dalį padengs fondas.",
        },
        3400_00, _on(4, 1), _on(8, 31), _on(11, 28), "hold", "cover", "law3", _on(3, 27),
    ),
    Campaign(
        "C-105",
        {"en": "Translation of an invented file", "lt": "Išgalvotos bylos vertimas"},
        {
            "en": "Three hundred pages of an invented case file wait for a sworn translator.",
            "lt": "Trys šimtai išgalvotos bylos puslapių laukia prisiekusiojo vertėjo.",
        },
        1200_00, _on(10, 1), None, None, "hold", "pay_part", "law1", _on(9, 29),
    ),
)  # fmt: skip

# What the treasurer does besides reading lines: over, cover, close.
STEPS = (
    (_on(3, 31), "over", "C-101"),
    (_on(5, 30), "close", "C-101"),
    (_on(6, 30), "over", "C-102"),
    (_on(8, 31), "over", "C-103"),
    (_on(10, 20), "cover", "C-103"),
    (_on(10, 31), "close", "C-102"),
    (_on(11, 28), "close", "C-103"),
)
