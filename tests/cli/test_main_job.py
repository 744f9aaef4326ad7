"""The main job as a bookkeeper types it, from an empty folder to a closed campaign and its report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.cli.bank import Line, write
from tests.statements.building import detail, document, entry, statement

if TYPE_CHECKING:
    from tests.cli.conftest import CommandLine

LAWYER = "LT459999900000000003"


def gifts(cli: CommandLine) -> str:
    """January: a gift by reference, one for two campaigns, one nobody can place, one for the foundation, a charge."""
    reference = cli.done("campaign show {book} C-101")["reference"]
    return write(
        cli.folder / "january.xml",
        1,
        "100.00",
        Line(5, "2970.00", f"gift {reference}", "Sample Person Alpha", "LT409999800000000001"),
        Line(6, "50.00", "for both", "Sample Person Beta", "LT139999800000000002"),
        Line(7, "40.00", "with love", "Sample Person Gamma", "LT839999800000000003"),
        Line(8, "20.00", "for your own work", "Sample Person Delta", "LT569999800000000004"),
        Line(9, "-1.50", "monthly fee"),
    )


def test_from_an_empty_folder_to_a_closed_campaign(book: CommandLine) -> None:
    cli = book
    imported = cli.done("import {book}", gifts(cli))
    assert (imported["new"], imported["already_here"], imported["unsure"], imported["refused"]) == (5, 0, 0, None)

    sure = cli("reconcile {book} --accept-sure --json").rows
    assert [row["proposals"][0]["shares"][0]["to"] for row in sure[:-1]] == ["campaign:C-101"]
    assert sure[-1]["accepted"] == 1
    both, unknown, own, fee = (row["id"] for row in cli("lines {book} --state open --json").rows)
    assert cli.done(f"accept {{book}} {both} --to campaign:C-101=30.00 --to campaign:C-102=20.00")["id"] == both
    cli.done(f"accept {{book}} {unknown} --as suspense")
    cli.done(f"accept {{book}} {own} --to foundation=20.00")
    cli.done(f"accept {{book}} {fee} --as charge")
    assert cli.balances()["suspense"]["collected"] == "40.00"
    cli.done(f"accept {{book}} {unknown} --to campaign:C-101=30.00 --to campaign:C-102=10.00")
    funds = cli.balances()
    assert (funds["suspense"]["remaining"], funds["C-101"]["collected"], funds["C-102"]["collected"]) == ("0.00", "3030.00", "30.00")
    assert (funds["unrestricted"]["collected"], funds["unrestricted"]["fees"], funds["unrestricted"]["opening"]) == (
        "20.00",
        "1.50",
        "100.00",
    )

    entered = cli(
        "invoice add {book} --campaign C-101 --number S-7 --amount 3030.00 --issued 2026-01-20 --json --payee", "Sample Law Office"
    )
    assert (entered.code, [one["code"] for one in entered.row["warnings"]]) == (0, ["payee.new"])
    assert cli.done("invoice approve {book} S-7")["id"] == entered.row["id"]
    payment = Line(3, "-3030.00", "invoice S-7", "Sample Law Office", LAWYER)
    cli.done("import {book}", write(cli.folder / "february.xml", 2, "3178.50", payment))
    (line,) = cli("reconcile {book} --json").rows
    assert {one["code"] for one in line["proposals"][0]["evidence"]} >= {"invoice_number", "amount_equal"}
    cli.done(f"accept {{book}} {line['id']} --proposal {line['proposals'][0]['id']}")
    assert [row["line"] for row in cli.done("invoice show {book} S-7")["payments"]] == [line["id"]]

    assert cli.done("campaign show {book} C-101")["blocking"][0]["code"] == "campaign.step"
    cli.done("campaign over {book} C-101 --on 2026-02-10")
    cli.done("campaign close {book} C-101 --on 2026-02-20")
    shown = cli.done("campaign show {book} C-101")
    assert [shown[name] for name in ("state", "collected", "paid", "remaining", "committed")] == [
        "closed",
        "3030.00",
        "3030.00",
        "0.00",
        "0.00",
    ]

    written = cli("report {book} campaign --campaign C-101 --audience auditor --format json,csv --out {folder}/out --json").rows
    assert [row["format"] for row in written] == ["json", "csv"]
    page = cli("page {book} --campaign C-101 --out {folder}/out --json").rows
    assert [row["format"] for row in page] == ["html", "txt", "json"]
    assert cli.done("check {book}")["sound"] is True


def test_an_import_again_adds_nothing_and_is_no_fault(book: CommandLine) -> None:
    file = gifts(book)
    book.done("import {book}", file)
    again = book("import {book} --json", file)
    assert (again.code, again.row["new"], again.row["already_here"]) == (0, 0, 5)
    assert "already here" in book("import {book}", file).out


def test_other_files_go_on_after_one_is_refused(book: CommandLine) -> None:
    broken = book.folder / "broken.xml"
    broken.write_text("<html><body>log in</body></html>", encoding="utf-8")
    ran = book("import {book} --json", str(broken), gifts(book))
    assert (ran.code, ran.err) == (1, "")
    assert [(row["new"], row["refused"] and row["refused"]["code"]) for row in ran.rows] == [(0, "file.web_page"), (5, None)]
    assert book("import {book}", str(broken), str(broken)).code == 2


def test_only_gifts_are_sure_among_lines_that_carry_the_reference(book: CommandLine) -> None:
    paid = f"<RmtInf><Ustrd>{book.done('campaign show {book} C-101')['reference']}</Ustrd></RmtInf>"
    entries = (
        entry("50.00", bank="GIFT", details=detail("50.00", more=paid)),
        entry("40.00", bank="BACK", details=detail("40.00", more=f"{paid}<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>")),
        entry("30.00", bank="REVERSED", more="<RvslInd>true</RvslInd>", details=detail("30.00", more=paid)),
        entry("20.00", bank="MIXED", details=detail("25.00", more=paid) + detail("5.00", more=paid, direction="DBIT")),
        entry("10.00", bank="FOREIGN", details="".join(detail("5.00", more=paid).replace("EUR", "USD") for _ in "ab")),
    )
    file = book.folder / "mixed.xml"
    file.write_text(document(statement(*entries)), encoding="utf-8")
    book.done("import {book}", str(file))
    assert book("reconcile {book} --accept-sure --json").rows[-1]["accepted"] == 1
    assert book.balances()["C-101"]["collected"] == "50.00"


def test_an_account_of_a_payee_with_wrong_check_digits_is_kept_and_warned_of(book: CommandLine) -> None:
    add = "invoice add {book} --campaign C-101 --payee Office --amount 5.00 --issued 2026-01-20"
    warned = [book.done(f"{add} --number {n} --iban LT{digits}9999900000000003")["warnings"] for n, digits in enumerate((46, 45))]
    assert [[one["code"] for one in some] for some in warned] == [["payee.new", "account.check_digits"], ["payee.other_account"]]


def test_undo_takes_the_last_operation_back_and_says_which(book: CommandLine) -> None:
    before = book.balances()
    book.done("import {book}", gifts(book))
    line = book("lines {book} --json").rows[0]["id"]
    book.done(f"accept {{book}} {line} --to campaign:C-101=2970.00")
    undone = book("undo {book}")
    assert (undone.code, undone.out) == (0, "Undone: line accepted\n")
    assert book.balances() == before
    assert book.done("undo {book}")["verb"] == "import"
    newest = book("log {book} --limit 2 --json").rows
    assert [row["verb"] for row in newest] == ["undo", "undo"]


def test_a_shortfall_is_covered_or_settled_by_others(book: CommandLine) -> None:
    book.done("campaign add {book} C-103 --asked 100.00 --open --on 2026-01-02 --shortfall cover --title", "A hearing")
    file = write(book.folder / "january.xml", 1, "100.00", Line(5, "70.00", "for the hearing", "Sample Person Alpha"))
    book.done("import {book}", file)
    book.done("accept {book} 1 --to campaign:C-103=70.00")
    book("invoice add {book} --campaign C-103 --number S-9 --amount 110.00 --issued 2026-01-20 --payee", "Sample Law Office")
    warned = book("invoice approve {book} S-9 --json").row["warnings"]
    assert [one["code"] for one in warned] == ["invoice.over_available"]
    book.done("invoice settle {book} S-9 --amount 10.00")
    assert book.done("campaign cover {book} C-103")["amount"] == "30.00"
    funds = book.balances()
    assert (funds["C-103"]["moved_in"], funds["C-103"]["available"], funds["unrestricted"]["remaining"]) == ("30.00", "0.00", "70.00")


def test_a_line_nobody_is_sure_of_is_left_to_a_person(book: CommandLine) -> None:
    """One day, no balances, numbers that do not follow: nobody can tell whether the equal gift is a second one."""
    head = "<FrToDt><FrDtTm>2026-01-05T00:00:00</FrDtTm><ToDtTm>2026-01-05T23:59:59</ToDtTm></FrToDt>"
    for number in ("41", "50", "60"):
        content = document(statement(entry(), head=head)).replace("<ElctrncSeqNb>41<", f"<ElctrncSeqNb>{number}<")
        (book.folder / f"{number}.xml").write_text(content, encoding="utf-8")
    assert book("import {book} {folder}/41.xml").code == 0
    ran = book("import {book} {folder}/50.xml {folder}/60.xml --json")
    assert (ran.code, [row["unsure"] for row in ran.rows]) == (1, [1, 1])
    kept, dropped = (row["id"] for row in book("lines {book} --state unsure --json").rows)
    assert book.done(f"line keep {{book}} {kept}")["id"] == kept
    book.done(f"line drop {{book}} {dropped}")
    assert [row["state"] for row in book("lines {book} --json").rows] == ["open", "open", "dropped"]
    assert book(f"line keep {{book}} {dropped}").code == 2
