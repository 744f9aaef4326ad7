"""The sample foundation is what it says: its statements add up and its campaigns end where they should.

Nothing of the program reads the files here, so that the program may be tested with them.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pypdfium2  # type: ignore[import-untyped]
import pytest

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "resources" / "sample"
STATEMENTS = sorted((SAMPLE / "statements").glob("*.xml"))
OVERLAP = "bank-a-2025-06-16--2025-07-15.xml"
FOUNDATION = json.loads((SAMPLE / "foundation.json").read_text(encoding="utf-8"))
DECISIONS = json.loads((SAMPLE / "decisions.json").read_text(encoding="utf-8"))
CAMPAIGNS = {campaign["code"]: campaign for campaign in FOUNDATION["campaigns"]}
INVOICES = {invoice["number"]: invoice for invoice in FOUNDATION["invoices"]}


@dataclass(frozen=True)
class Gift:
    """One payment of a line; amount in cents."""

    amount: int
    name: str | None
    iban: str | None
    references: str


@dataclass(frozen=True)
class Line:
    """One line as its bank wrote it; amount in cents, `ordinal` among equal lines without a reference."""

    account: str
    on: date
    amount: int
    status: str
    bank_reference: str | None
    end_to_end: str
    reversal: bool
    reason: str | None
    gifts: tuple[Gift, ...]
    ordinal: int = 1


@dataclass(frozen=True)
class Read:
    """One statement file."""

    account: str
    number: str | None
    opening: tuple[date, int]
    closing: tuple[date, int]
    lines: tuple[Line, ...]

    @property
    def booked(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.status == "BOOK")


def cents(text: str) -> int:
    whole, _, part = text.partition(".")
    assert len(part) == 2
    return int(whole + part)


def signed(element: ET.Element) -> int:
    return cents(element.findtext("Amt") or "") * (-1 if element.findtext("CdtDbtInd") == "DBIT" else 1)


def gift(detail: ET.Element, sign: int) -> Gift:
    amount = detail.findtext("Amt") or detail.findtext("AmtDtls/TxAmt/Amt") or ""
    name = next((found.text for found in detail.iterfind("RltdPties//Nm")), None)
    references = " ".join(found.text or "" for found in (*detail.iterfind("RmtInf//Ref"), *detail.iterfind("RmtInf/Ustrd")))
    return Gift(sign * cents(amount), name, detail.findtext("RltdPties//IBAN"), references)


def line(entry: ET.Element, account: str) -> Line:
    amount = signed(entry)
    gifts = tuple(gift(detail, -1 if amount < 0 else 1) for detail in entry.iterfind("NtryDtls/TxDtls"))
    status = entry.findtext("Sts/Cd") or entry.findtext("Sts") or ""
    on = date.fromisoformat(entry.findtext("BookgDt/Dt") or "")
    end_to_end = entry.findtext("NtryDtls/TxDtls/Refs/EndToEndId") or ""
    reason = entry.findtext("NtryDtls/TxDtls/RtrInf/Rsn/Cd")
    return Line(account, on, amount, status, entry.findtext("AcctSvcrRef"), end_to_end, entry.find("RvslInd") is not None, reason, gifts)


def numbered(lines: list[Line]) -> tuple[Line, ...]:
    """Count equal lines without a bank reference from 1."""
    seen: Counter[Line] = Counter()
    result = []
    for one in lines:
        seen[one] += 1
        result.append(replace(one, ordinal=seen[one]))
    return tuple(result)


@cache
def read(path: Path) -> Read:
    root = ET.fromstring(re.sub(r' xmlns="[^"]+"', "", path.read_text(encoding="utf-8")))  # noqa: S314  our own file
    made = root.find("BkToCstmrStmt/Stmt")
    assert made is not None
    account = made.findtext("Acct/Id/IBAN") or ""
    balances = {
        one.findtext("Tp/CdOrPrtry/Cd"): (date.fromisoformat(one.findtext("Dt/Dt") or ""), signed(one)) for one in made.iterfind("Bal")
    }
    lines = numbered([line(entry, account) for entry in made.iterfind("Ntry")])
    return Read(account, made.findtext("ElctrncSeqNb"), balances["OPBD"], balances["CLBD"], lines)


@cache
def year() -> tuple[Line, ...]:
    """Every booked line of the year once, in the order of its day."""
    lines = [one for path in STATEMENTS if path.name != OVERLAP for one in read(path).booked]
    return tuple(sorted(lines, key=lambda one: one.on))


def key(one: Line) -> tuple[object, ...]:
    return (one.account, one.bank_reference) if one.bank_reference else (one.account, one.on, one.amount, one.ordinal)


def named(line_key: dict[str, Any]) -> tuple[object, ...]:
    if "bank_reference" in line_key:
        return line_key["account"], line_key["bank_reference"]
    return line_key["account"], date.fromisoformat(line_key["booked_on"]), cents(line_key["amount"]), line_key["ordinal"]


def remainder(body: str) -> int:
    """ISO 7064 mod 97-10: 1 when the check digits are right."""
    return int("".join(str(int(sign, 36)) for sign in body[4:] + body[:4])) % 97


def meant(one: Gift, on: date) -> str | None:
    """Find the one campaign that is open on the day and whose valid reference the gift carries."""
    found = {ref for ref in re.findall(r"RF\d\dC\d{3}", one.references) if remainder(ref) == 1}
    codes = {f"C-{ref[5:]}" for ref in found}
    open_ones = [code for code in codes if CAMPAIGNS[code]["opened_on"] <= f"{on}" <= (CAMPAIGNS[code]["over_on"] or "9")]
    return open_ones[0] if len(open_ones) == len(codes) == 1 else None


def sure(one: Line) -> list[tuple[str, int, str | None]] | None:
    """Campaign, amount and giver of every gift of a line that needs no decision."""
    shares = [(meant(each, one.on), each.amount, each.name) for each in one.gifts]
    return [(code, amount, name) for code, amount, name in shares if code] if one.amount > 0 and all(code for code, *_ in shares) else None


@dataclass
class Year:
    """The year re-performed with paper and pencil: cents per fund; U is the unrestricted money, S suspense."""

    cash: Counter[str]
    collected: Counter[str]
    paid: Counter[str]
    invoiced_rest: Counter[str]
    donors: dict[str, set[str]]
    lowest: Counter[str]
    charges: int = 0
    unrestricted_gifts: int = 0

    def move(self, fund: str, amount: int) -> None:
        self.cash[fund] += amount
        self.lowest[fund] = min(self.lowest[fund], self.cash[fund])

    def take(self, fund: str, amount: int, name: str | None) -> None:
        self.move(fund, amount)
        self.collected[fund] += amount
        self.donors[fund].add(name or "")

    def give(self, target: str, amount: int, donor: str | None) -> None:
        """Book one target of a decision."""
        kind, _, rest = target.partition(":")
        if kind == "campaign":
            self.take(rest, amount, donor)
        elif kind == "invoice":
            campaign = INVOICES[rest]["campaign"]
            self.move(campaign, -amount)
            self.paid[campaign] += amount
            self.invoiced_rest[rest] -= amount
        else:
            self.move("U", amount)
            self.unrestricted_gifts += amount

    def step(self, verb: str, code: str) -> None:
        """Cover what is owed and not there, or move the surplus as the mandate says."""
        campaign = CAMPAIGNS[code]
        if verb == "cover":
            owed = sum(rest for number, rest in self.invoiced_rest.items() if INVOICES[number]["campaign"] == code)
            self.move("U", self.cash[code] - owed)
            self.move(code, owed - self.cash[code])
        elif verb == "close" and self.cash[code]:
            self.move(campaign["surplus"].removeprefix("campaign:"), self.cash[code])
            self.move(code, -self.cash[code])


@cache
def performed() -> Year:
    """Every line and step of the year in the order of its day, receipts by reference first."""
    done = Year(Counter(), Counter(), Counter(), Counter(), defaultdict(set), Counter())
    for account in FOUNDATION["accounts"]:
        done.move("U", cents(account["opening"]))
    for number, invoice in INVOICES.items():
        done.invoiced_rest[number] = cents(invoice["amount"])
    lines = {key(one): one for one in year()}
    waiting = [one for one in year() if sure(one)]
    for decision in DECISIONS["decisions"]:
        on = date.fromisoformat(decision["on"]) if "on" in decision else lines[named(decision["line"])].on
        while waiting and waiting[0].on <= on:
            for fund, amount, name in sure(waiting.pop(0)) or ():
                done.take(fund, amount, name)
        if "do" in decision:
            done.step(decision["do"], decision["campaign"])
        else:
            decide(done, decision, lines)
    for one in waiting:
        for fund, amount, name in sure(one) or ():
            done.take(fund, amount, name)
    return done


def decide(done: Year, decision: dict[str, Any], lines: dict[tuple[object, ...], Line]) -> None:
    one = lines[named(decision["line"])]
    if "to" in decision:
        targets = [(target.rpartition("=")[0], cents(target.rpartition("=")[2])) for target in decision["to"]]
        assert sum(amount for _, amount in targets) == abs(one.amount), "a split has no rest"
        if "on" in decision:
            done.move("S", -one.amount)
        for target, amount in targets:
            done.give(target, amount, decision["donor"])
    elif decision["as"] == "suspense":
        done.move("S", one.amount)
    elif decision["as"] == "return":
        paid = next(each for each in DECISIONS["decisions"] if each.get("line") == decision["of"])
        number = paid["to"][0].removeprefix("invoice:").partition("=")[0]
        assert lines[named(decision["of"])].amount == -one.amount
        done.give(f"invoice:{number}", -one.amount, None)
    else:
        done.move("U", one.amount)
        done.charges -= one.amount if decision["as"] == "charge" else 0


def test_made_again_it_is_the_same_to_the_byte(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(ROOT / "packaging" / "make_sample.py"), str(tmp_path)], check=True)
    made = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert made == {path.relative_to(SAMPLE): path.read_bytes() for path in SAMPLE.rglob("*") if path.is_file()}


@pytest.mark.parametrize("path", STATEMENTS, ids=lambda path: path.stem)
def test_opening_and_booked_lines_are_the_closing(path: Path) -> None:
    found = read(path)
    assert found.opening[1] + sum(one.amount for one in found.booked) == found.closing[1]
    assert all(found.opening[0] <= one.on <= found.closing[0] for one in found.lines)
    assert all(sum(each.amount for each in one.gifts) == one.amount for one in found.lines)


@pytest.mark.parametrize("account", FOUNDATION["accounts"], ids=lambda account: account["iban"])
def test_statements_follow_one_another_without_a_gap(account: dict[str, str]) -> None:
    own = [read(path) for path in STATEMENTS if path.name != OVERLAP and read(path).account == account["iban"]]
    assert [found.number for found in own] == [str(number) for number in range(1, len(own) + 1)]
    before = (date.fromisoformat(account["opening_on"]), cents(account["opening"]))
    for found in own:
        assert found.opening == (before[0] + timedelta(days=1), before[1])
        before = found.closing
    assert before[0] == date(2025, 12, 31)


def test_no_account_of_the_foundation_is_ever_below_zero() -> None:
    balances = {account["iban"]: cents(account["opening"]) for account in FOUNDATION["accounts"]}
    for one in year():
        balances[one.account] += one.amount
        assert balances[one.account] >= 0, one


def test_the_overlap_holds_nothing_the_months_do_not_hold() -> None:
    overlap = read(SAMPLE / "statements" / OVERLAP)
    months = [one for one in year() if one.account == overlap.account]
    assert Counter(overlap.lines) == Counter(one for one in months if overlap.opening[0] <= one.on <= overlap.closing[0])
    assert {one.on.month for one in overlap.lines} == {6, 7}
    assert overlap.opening[1] == cents(FOUNDATION["accounts"][0]["opening"]) + sum(
        one.amount for one in months if one.on < overlap.opening[0]
    )


def test_bank_references_name_one_line_each() -> None:
    assert max(Counter(key(one) for one in year()).values()) == 1


def test_accounts_and_campaign_references_have_their_check_digits() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in (*STATEMENTS, SAMPLE / "foundation.json"))
    assert all(remainder(iban) == 1 for iban in re.findall(r"\b[A-Z]{2}\d\d(?:TEST)?[0-9]{10,20}\b", text))
    references = set(re.findall(r"RF\d\dC\d{3}", text))
    right = {ref[5:] for ref in references if remainder(ref) == 1}
    assert right == {code[2:] for code in CAMPAIGNS}
    assert len(references) == len(right) + 2, "two donors mistype the check digits"


def test_twins_of_one_donor_on_one_day_stand_twice() -> None:
    twins = Counter((one.account, one.on, one.amount, one.gifts) for one in year())
    pairs = [one for one in year() if twins[(one.account, one.on, one.amount, one.gifts)] == 2]
    assert [(one.on, one.ordinal, one.bank_reference is None) for one in pairs] == [
        (date(2025, 3, 7), 1, True),
        (date(2025, 3, 7), 2, True),
        (date(2025, 7, 8), 1, False),
        (date(2025, 7, 8), 1, False),
    ]


def test_a_pending_line_is_booked_in_the_next_month() -> None:
    [pending] = [one for path in STATEMENTS for one in read(path).lines if one.status == "PDNG"]
    [booked] = [one for one in year() if one.end_to_end == pending.end_to_end]
    assert (pending.on.month, booked.on.month, booked.amount) == (4, 5, pending.amount)
    assert booked.gifts == pending.gifts


def test_the_year_has_every_kind_of_line() -> None:
    lines = year()
    assert 120 <= len(lines) <= 200
    assert [len(one.gifts) for one in lines if len(one.gifts) > 1] == [6, 5]
    assert [(one.on, one.amount) for one in lines if one.reversal] == [(date(2025, 6, 2), 1200)]
    assert [(one.on, one.amount, one.reason) for one in lines if one.reason] == [(date(2025, 7, 14), 280000, "AC04")]
    gifts = [one for one in lines if sure(one)]
    assert len(gifts) > 80
    assert {one.get("as") for one in DECISIONS["decisions"]} >= {"charge", "transfer", "return", "suspense", "other"}


def test_every_line_is_sure_or_decided_or_left_open_on_purpose() -> None:
    decided = Counter(named(one["line"]) for one in DECISIONS["decisions"] if "line" in one and "on" not in one)
    left_open = {named(one["line"]) for one in DECISIONS["left_open"]}
    assert len(left_open) == 3
    for one in year():
        assert (sure(one) is not None) + decided[key(one)] + (key(one) in left_open) == 1, one
    assert all(one.on.month == 12 and one.amount > 0 for one in year() if key(one) in left_open)


def test_what_is_held_in_suspense_is_identified() -> None:
    held = [named(one["line"]) for one in DECISIONS["decisions"] if one.get("as") == "suspense"]
    assert held == [named(one["line"]) for one in DECISIONS["decisions"] if "line" in one and "on" in one]
    assert performed().cash["S"] == 0


@pytest.mark.parametrize(
    ("code", "asked", "collected", "paid", "remaining"),
    [
        ("C-101", 3030_00, 3030_00, 3030_00, 0),
        ("C-102", 3030_00, 3030_00, 2800_00, 0),
        ("C-103", 3400_00, 3030_00, 3400_00, 0),
        ("C-104", 5000_00, 1600_00, 900_00, 930_00),
        ("C-105", 1200_00, 270_00, 0, 270_00),
    ],
)
def test_campaigns_end_where_they_should(code: str, asked: int, collected: int, paid: int, remaining: int) -> None:
    done = performed()
    assert cents(CAMPAIGNS[code]["asked"]) == asked
    assert (done.collected[code], done.paid[code], done.cash[code]) == (collected, paid, remaining)


def test_the_funds_are_the_banks_but_for_what_is_left_open() -> None:
    left_open = {named(one["line"]) for one in DECISIONS["left_open"]}
    banks = sum(cents(account["opening"]) for account in FOUNDATION["accounts"]) + sum(one.amount for one in year())
    assert sum(performed().cash.values()) + sum(one.amount for one in year() if key(one) in left_open) == banks


def test_no_fund_is_below_zero_at_any_payment_and_every_invoice_is_paid() -> None:
    done = performed()
    assert set(done.lowest.values()) == {0}
    assert set(done.invoiced_rest.values()) == {0}
    assert done.unrestricted_gifts > 370_00 + done.charges


def test_each_campaign_has_enough_donors_for_its_figures_to_be_shown() -> None:
    donors = performed().donors
    assert all(len(donors[code]) >= 8 for code in ("C-101", "C-102", "C-103", "C-104"))
    assert len(donors["C-105"]) == 6
    assert len([name for name in set().union(*donors.values()) if sum(name in group for group in donors.values()) > 1]) > 10
    assert {donor for group in donors.values() for donor in group} <= {donor["name"] for donor in FOUNDATION["donors"]}


def test_campaigns_stand_after_the_ones_their_mandate_names() -> None:
    codes = list(CAMPAIGNS)
    for code, campaign in CAMPAIGNS.items():
        kind, _, other = campaign["surplus"].partition(":")
        assert kind in {"hold", "refund"} or codes.index(other) < codes.index(code)
        assert all(set(campaign[part]) == {"en", "lt"} for part in ("title", "story"))


def test_every_paper_names_its_number_amount_and_payee() -> None:
    papers = [(campaign["quote"], f"Q-{code}") for code, campaign in CAMPAIGNS.items()]
    papers += [(invoice, number) for number, invoice in INVOICES.items()]
    assert {paper["document"] for paper, _ in papers} == {f"documents/{path.name}" for path in (SAMPLE / "documents").iterdir()}
    for paper, number in papers:
        document = pypdfium2.PdfDocument(SAMPLE / paper["document"])
        text = document[0].get_textpage().get_text_range()
        assert len(document) == 1
        document.close()
        assert number in text
        assert paper["payee"] in text
        assert f"{paper['amount']}EUR" in "".join(text.split())
