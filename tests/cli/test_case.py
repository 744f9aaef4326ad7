"""One case by commands: appeal, mandate, quote, code to scan, gifts, invoice, two people, payment file, closing, refunds, page."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from tests.one_case import GAVE, OFFICE, OVER, came, month, went

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cli.conftest import CommandLine


@contextmanager
def as_person(phrase: str) -> Iterator[None]:
    """Somebody else sits at the desk."""
    with pytest.MonkeyPatch.context() as hers:
        hers.setenv("FUNDLEDGER_PASSPHRASE", phrase)
        yield


def second_person(cli: CommandLine) -> None:
    """A person who approves."""
    (cli.folder / "second.txt").write_text("second words\n", encoding="utf-8")
    cli.done("person add {book} --role approve --second-passphrase-file {folder}/second.txt --name", "Sample Approver")


def appeal(cli: CommandLine) -> str:
    """The mandate, the quote that gives the goal, and the day the collection begins; the reference to give under."""
    cli.done(
        "campaign add {book} C-201 --asked 1.00 --surplus refund --late-gift foundation --smallest-refund 0.05 --on 2026-01-02"
        " --consent name,story --consent-on 2026-01-01 --consent-until 2027-01-01 --title",
        "A lawyer for an invented person",
        "--title-in", "lt", "Advokatas pramanytam asmeniui",
    )  # fmt: skip
    cli.done("quote add {book} --campaign C-201 --amount 230.00 --received 2026-01-02 --payee", "Sample Law Office")
    cli.done("campaign open {book} C-201 --on 2026-01-03")
    shown = cli.done("campaign show {book} C-201")
    assert (shown["asked"], shown["state"]) == ("230.00", "open")
    (written,) = {row["format"] for row in cli("campaign qr {book} C-201 --out {folder}/qr --json").rows if row["format"] == "png"}
    assert written == "png"
    return str(shown["reference"])


def test_one_case_from_the_appeal_to_the_closing(book: CommandLine) -> None:
    cli = book
    second_person(cli)
    reference = appeal(cli)
    gifts = [came(amount, "2026-01-10", name, iban, f"gift {reference}") for amount, _, name, iban in GAVE]
    cli.done("import {book}", str(month(cli.folder, 1, "100.00", "400.00", *gifts)))
    assert cli("reconcile {book} --accept-sure --json").rows[-1]["accepted"] == len(GAVE)

    cli.done(f"payee add {{book}} --iban {OFFICE} --name", "Sample Law Office Ltd")
    cli.done("invoice add {book} --campaign C-201 --number S-7 --amount 230.00 --issued 2026-01-20 --payee", "Sample Law Office Ltd")
    cli.done(f"payee verify {{book}} --iban {OFFICE}", "Sample Law Office Ltd")
    with as_person("second words"):
        cli.done("invoice approve {book} S-7")
    cli.done("invoice pay {book} S-7 --from LT029999900000000001 --out {folder}/pay.xml")
    (ours,) = (one.text or "" for one in etree.parse(str(cli.folder / "pay.xml")).iter("{*}EndToEndId"))
    cli.done(
        "import {book}", str(month(cli.folder, 2, "400.00", "170.00", went("230.00", "2026-02-03", "Sample Law Office Ltd", OFFICE, ours)))
    )
    assert cli("reconcile {book} --accept-sure --json").rows[-1]["accepted"] == 1

    cli.done("campaign over {book} C-201 --on 2026-02-10")
    preview = cli.done("campaign close {book} C-201 --on 2026-02-20 --preview")
    assert (preview["surplus"], preview["refunded"], preview["n_refunds"], preview["blocking"]) == ("70.00", "70.00", 6, [])
    cli.done("campaign close {book} C-201 --on 2026-02-20")
    backs = [went(back, "2026-03-02", name, iban) for _, back, name, iban in GAVE]
    cli.done("import {book}", str(month(cli.folder, 3, "170.00", "100.00", *backs)))
    for row in cli("reconcile {book} --json").rows:
        first = row["proposals"][0]
        assert [one["code"] for one in first["evidence"]] == ["account_known", "refund_owed", "amount_equal"]
        cli.done(f"accept {{book}} {row['id']} --proposal {first['id']}")

    figures = cli.balances()["C-201"]
    assert {name: figures[name] for name in ("collected", "returned", "paid", "remaining", "available")} == {
        "collected": "300.00", "returned": "70.00", "paid": "230.00", "remaining": "0.00", "available": "0.00",
    }  # fmt: skip
    written = cli("page {book} --campaign C-201 --language all --out {folder}/page --json").rows
    assert len([row for row in written if row["format"] == "txt"]) == len(OVER)
    for language, told in OVER.items():
        text = (cli.folder / "page" / f"c-201-page-{language}.txt").read_text(encoding="utf-8").replace("\u00a0", " ")
        assert told in text, text
        shown = [text.count(one) for one in ("€ 230", "€ 300", "€ 70", "€ 0")]
        assert shown == [2, 1, 1, 1], "asked and paid, collected, sent back, and nothing remains: the same in every language"
        assert not any(name in text for _, _, name, _ in GAVE)
    assert cli.done("check {book}")["sound"] is True
