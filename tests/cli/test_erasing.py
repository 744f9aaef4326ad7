"""Forgetting a person from the command line: what is printed, what is written, what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tests.cli.bank import Line, write
from tests.services.photos import jpeg_photo

if TYPE_CHECKING:
    from tests.cli.conftest import CommandLine

HER, ACCOUNT = "Testa Testaitė", "LT601010012345678901"


def with_a_gift(cli: CommandLine) -> None:
    cli.done("donor add {book} --name", HER)
    cli.done("import {book}", write(cli.folder / "january.xml", 1, "100.00", Line(5, "50.00", "from Testa", HER, ACCOUNT)))
    cli.done("accept {book} 1 --to campaign:C-101=50.00 --donor D-0001")


def test_an_erased_donor_has_no_name_left(book: CommandLine) -> None:
    with_a_gift(book)
    done = book.done("donor erase {book} D-0001")
    assert (done["code"], done["erased"]) == ("D-0001", True)
    assert [one["code"] for one in done["warnings"]] == ["erase.fresh_backup"]
    shown = book.done("donor show {book} D-0001 --reveal")
    assert (shown["name"], shown["gifts"], shown["given"]) == ("", 1, "50.00")
    [line] = book("lines {book} --reveal --json").rows
    assert (line["text"], line["amount"]) == ("", "50.00")
    assert book("check {book}").code == 0
    assert book("donor erase {book} D-0001").code == 2


def test_before_the_day_the_law_names_she_is_restricted(book: CommandLine) -> None:
    with_a_gift(book)
    done = book.done("donor erase {book} D-0001 --retain-until 2999-12-31")
    assert (done["erased"], [one["code"] for one in done["warnings"]]) == (False, ["erase.restricted"])
    shown = book.done("donor show {book} D-0001 --reveal")
    assert (shown["name"], shown["restricted"]) == ("•••", True)


def test_her_own_data_is_written_for_her_alone(book: CommandLine) -> None:
    with_a_gift(book)
    written = [Path(row["file"]) for row in book("donor export {book} D-0001 --out {folder}/hers --json").rows]
    facts = json.loads(next(each for each in written if each.suffix == ".json").read_text("utf-8"))
    assert (facts["audience"], facts["name"], facts["accounts"]) == ("one person", HER, [ACCOUNT])
    assert facts["gifts"][0]["amount"] == {"amount": "50.00", "currency": "EUR"}
    text = next(each for each in written if each.suffix == ".txt").read_text("utf-8")
    assert all(word in text for word in (HER, ACCOUNT, "€50.00", "C-101"))
    assert {each.stat().st_mode & 0o777 for each in written} == {0o600}
    assert "donor export" in [row["verb"] for row in book("log {book} --json").rows]


def test_withdrawn_consent_shows_the_code_alone(book: CommandLine) -> None:
    book.done("campaign add {book} C-7 --asked 5.00 --title Helping --beneficiary", HER)
    done = book.done("campaign withdraw-consent {book} C-7 --on 2026-02-01")
    assert [one["code"] for one in done["warnings"]] == ["campaign.earlier_editions"]
    assert book.done("campaign show {book} C-7")["title"] == "C-7"
    assert book("campaign withdraw-consent {book} C-7").code == 2


def test_a_photo_is_kept_whole_only_when_asked(book: CommandLine) -> None:
    (book.folder / "photo.jpg").write_bytes(jpeg_photo())
    line = "invoice add {book} --campaign C-101 --payee Office --amount 5.00 --issued 2026-01-03 --document {folder}/photo.jpg --number"
    assert "document.photo_data_left_out" in [one["code"] for one in book.done(line, "S-1")["warnings"]]
    assert "document.photo_data_left_out" not in [one["code"] for one in book.done(f"{line} S-2 --keep-photo-data")["warnings"]]
