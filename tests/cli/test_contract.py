"""What scripts rely on: the keys of every object, the help, money with its currency, the exit codes."""

from __future__ import annotations

import re
import shlex
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fundledger.cli import reconciling as shell
from fundledger.cli.parser import FAMILIES, build
from fundledger.domain import campaign, chart
from fundledger.i18n import Speaker
from fundledger.services.reconciling import DISPOSITIONS
from tests.cli.bank import Line, write
from tests.services.takeovers import workbook

if TYPE_CHECKING:
    from tests.cli.conftest import CommandLine
    from tests.conftest import Golden

GOLDEN = Path("golden")
STEPS = (
    "new {book} --name Fund",
    "account add {book} --iban LT029999900000000001 --name Bank --opening 100.00 --on 2026-01-01",
    "account list {book}",
    "campaign add {book} C-101 --title T --asked 3030.00",
    "campaign open {book} C-101 --on 2026-01-02",
    "quote add {book} --campaign C-101 --payee Office --amount 60.00 --received 2026-01-02",
    "quote add {book} --campaign C-101 --payee Office --amount 70.00 --received 2026-01-03 --offered --vat with --scope appeal",
    "quote refuse {book} 2 --on 2026-01-04",
    "quote accept {book} 2 --on 2026-01-05",
    "quote accept {book} 1 --on 2026-01-06",
    "quote list {book}",
    "donor add {book} --name Alpha",
    "donor list {book}",
    "donor show {book} D-0001",
    "pledge add {book} --donor D-0001 --campaign C-101 --amount 5.00 --due 2099-01-31",
    "pledge list {book}",
    "pledge cancel {book} 1",
    "person add {book} --name Beta --second-passphrase-file {folder}/second",
    "person list {book}",
    "takeover read {book} {folder}/take-over.xlsx --preview",
    "takeover read {book} {folder}/take-over.xlsx --second-passphrase-file {folder}/second",
    "import {book} {folder}/january.xml",
    "inspect {folder}/january.xml",
    "coverage {book}",
    "rate import {book} {folder}/eurofxref.csv",
    "rate list {book} --currency USD --on 2026-01-17",
    "rate revalue {book} --on 2026-01-28",
    "lines {book}",
    "lines {book} --reveal --state open",
    "reconcile {book}",
    "accept {book} 1 --to campaign:C-101=50.00 --donor D-0001",
    "gift list {book}",
    "gift anonymous {book} 1",
    "donor receipt {book} D-0001 --gift 1 --out {folder}/out",
    "donor receipts {book}",
    "donor where {book} D-0001 --gift 1 --out {folder}/out",
    "unmatch {book} 1",
    "line history {book} 1",
    "reconcile {book} --accept-sure",
    "line ignore {book} 4 --reason error",
    "line keep {book} 4",
    "rule add {book} --to account:5400 --direction out --text office --least 0.50 --preview",
    "rule add {book} --to account:5400 --direction out --text office --least 0.50",
    "rule list {book}",
    "rule show {book} 1",
    "rule test {book} 1",
    "rule edit {book} 1 --most 9.00",
    "rule move {book} 1 1",
    "accept {book} 4 --as other --account 5400 --preview",
    "accept {book} 4 --as other --account 5400",
    "rule learn {book} 4",
    "rule remove {book} 1",
    "review settings {book} --single 900.00",
    "review hold {book} 3",
    "review clear {book} 1 --list List --second-passphrase-file {folder}/second",
    "review list {book}",
    "accept {book} 3 --as suspense",
    "invoice add {book} --campaign C-101 --payee Office --number S-1 --amount 60.00 --issued 2026-01-03 --document {folder}/S-1.pdf",
    "invoice approve {book} S-1",
    "invoice settle {book} S-1 --amount 10.00",
    "voucher add {book} in_kind --campaign C-101 --amount 5.00",
    "voucher list {book}",
    "voucher show {book} 1",
    "accept {book} 2 --to invoice:S-1=50.00",
    "invoice list {book}",
    "invoice show {book} S-1",
    "payee list {book}",
    "campaign over {book} C-101 --on 2026-01-20",
    "campaign mandate {book} C-101 --late-gift foundation",
    "campaign late {book} C-101",
    "campaign settle-late {book} C-101 --line 3 --to foundation --preview",
    "campaign close {book} C-101 --on 2026-01-21 --preview",
    "campaign close {book} C-101 --on 2026-01-21",
    "campaign list {book}",
    "campaign show {book} C-101",
    "campaign document {book} C-101 {folder}/S-1.pdf --kind mandate",
    "campaign timeline {book} C-101",
    "campaign text {book} C-101",
    "campaign archive {book} C-101 --on 2026-01-22",
    "disbursement list {book}",
    "disbursement refunds {book}",
    "balances {book}",
    "report {book} overview --audience auditor --format json --out {folder}/out",
    "page {book} --campaign C-101 --out {folder}/out",
    "report {book} trial-balance --audience auditor --to 2026-01-28 --format json --out {folder}/out",
    "publish {book} {folder}/out/trial-balance-2026-01-28-auditor-en.json",
    "period explain {book} 2026-01-01..2026-01-28 --item suspense --subject suspense --said asked",
    "period show {book} 2026-01-01..2026-01-28",
    "close {book} --period 2026-01-01..2026-01-28",
    "period list {book}",
    "reopen {book} --period 2026-01-01..2026-01-28 --reason again --second-passphrase-file {folder}/second",
    "period show {book} 2026-01-01..2026-01-28",
    "year close {book} --until 2026-12-31",
    "check {book}",
    "undo {book}",
    "log {book}",
)
NO_ID = frozenset({"inspect", "balances", "report", "page", "check"})


@pytest.fixture
def january(cli: CommandLine) -> CommandLine:
    """What the steps need from outside: a bank file, rates, an invoice, the passphrase of a second person."""
    gift, paid = Line(5, "50.00", "RF70C101"), Line(6, "-50.00", "S-1")
    write(cli.folder / "january.xml", 1, "100.00", gift, paid, Line(7, "20.00", "who"), Line(8, "-1.00", "office rent"))
    for name, content in (
        ("eurofxref.csv", "Date,USD,\n2026-01-28,1.2500,\n2026-01-16,1.0869565,\n"),
        ("S-1.pdf", "%PDF-1.7\n"),
        ("second", "second river lamp\n"),
    ):
        (cli.folder / name).write_text(content)
    iban = "LT029999900000000001"
    accounts, money = [(iban, "Bank", "EUR", 100, 95)], [(iban, "C-101", 5)]
    workbook(cli.folder, {"about": [(date(2026, 1, 2),)], "accounts": accounts, "campaigns": [("C-101", 5)], "money": money})
    return cli


def shape(value: object) -> object:
    """The keys of an object, of objects in it and of the first of a list."""
    if isinstance(value, dict):
        return ", ".join(f"{key}({shape(inner)})" if isinstance(inner, dict | list) else key for key, inner in value.items())
    return shape(value[0]) if isinstance(value, list) and value else ""


@pytest.mark.parametrize("family", FAMILIES)
def test_a_verb_is_parsed_by_its_family_alone(family: str) -> None:
    for verb in FAMILIES[family]:
        alone, whole = build(Speaker("en"), [verb]).format_help(), build(Speaker("en")).format_help()
        listed = [line.split()[0] for line in alone.splitlines() if re.match(r" {4}[a-z]", line)]
        assert listed == list(FAMILIES[family])
        assert all(re.search(rf"^ {{4}}{one}\b", whole, re.MULTILINE) for one in listed)


def test_the_keys_of_every_object_stay_what_they_are(january: CommandLine, golden: Golden) -> None:
    told = []
    for line in STEPS:
        ran = january(f"{line} --json")
        assert (ran.code, ran.err) == (0, ""), f"{line}: {ran.err}"
        told += [f"$ {line}", *dict.fromkeys(str(shape(row)) for row in ran.rows), ""]
        for row in ran.rows:
            assert "id" in row or line.split()[0] in NO_ID, line
    golden(GOLDEN / "keys.txt", "\n".join(told))


def test_money_is_a_signed_decimal_with_a_currency_beside_it(january: CommandLine) -> None:
    for line in STEPS:
        for row in january(f"{line} --json").rows:
            check_money(row)


def check_money(value: object) -> None:
    """Every object with a decimal text names a currency; no number of an object is a float."""
    if isinstance(value, dict):
        decimals = [key for key, inner in value.items() if isinstance(inner, str) and re.fullmatch(r"-?[0-9]+\.[0-9]{2}", inner)]
        assert not decimals or "currency" in value or set(value) <= {"date", "amount"}, value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        assert not isinstance(inner, float)
        check_money(inner)


def test_every_command_speaks_to_people_too(january: CommandLine) -> None:
    for language in ("en", "lt"):
        for line in STEPS:
            words = line.replace("{book}", f"{{folder}}/{language}").replace("-en.json", f"-{language}.json")
            ran = january(words, "--language", language)
            assert ran.code == 0, f"{line}: {ran.err}"
            assert ran.out
            assert not ran.out.startswith("{")


VERBS = (
    "", "demo", "new", "import", "reconcile", "accept", "report", "campaign", "campaign add", "invoice add", "balances", "rule", "rule add",
    "rule edit", "rate", "period", "period explain", "line", "line ignore", "voucher", "voucher add", "publish", "close", "reopen",
)  # fmt: skip


def test_the_help(cli: CommandLine, golden: Golden) -> None:
    told = [cli(f"{verb} --help") for verb in VERBS]
    assert {ran.code for ran in told} == {0}
    golden(GOLDEN / "help.txt", "\n".join(ran.out for ran in told))
    assert cli("--help --language lt").out.startswith("naudojimas: fundledger")


def test_the_commands_of_the_readme_can_be_given() -> None:
    text = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8").replace("\n   ", " ")
    found = [words for pair in re.findall(r"^(fundledger .+)$|`(fundledger [^`]+)`", text, re.MULTILINE) for words in pair]
    whole = [words for words in found if " Foundation" in words]
    assert len(whole) > 10
    for words in whole:
        assert build(Speaker()).parse_args(shlex.split(words.replace(" LINE ", " 1 "))[1:]).book == "Foundation", words


def test_the_words_of_the_shell_are_those_of_the_verbs() -> None:
    assert shell.AS == DISPOSITIONS
    assert {campaign.HOLD, campaign.COVER, campaign.PAY_PART, chart.OTHER_INCOME} == {"hold", "cover", "pay_part", "4020"}


def test_a_line_left_open_is_no_fault_and_an_unsure_one_is_left_to_look_at(book: CommandLine) -> None:
    book.done("import {book}", write(book.folder / "january.xml", 1, "100.00", Line(5, "50.00", "a gift", "Sample Person Alpha")))
    assert book("reconcile {book}").code == 0
    assert "no proposal" in book("reconcile {book}").out
