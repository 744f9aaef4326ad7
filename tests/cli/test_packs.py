"""What leaves in secret, by commands: sealed, or a readable copy, which the log says; and the auditor's side, without a book."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import CommandLine


@pytest.fixture
def sealed(book: CommandLine) -> CommandLine:
    """A passphrase for what leaves, in a file."""
    (book.folder / "words").write_text("words of its own\n", encoding="utf-8")
    return book


PACK = "report {book} pack --audience auditor --out {folder}/out --pack-passphrase-file {folder}/words"


def key(cli: CommandLine) -> str:
    found = cli("person list {book} --json").rows[0]["fingerprint"]
    (cli.folder / "key").write_text(found, encoding="utf-8")
    return str(found)


def test_a_journal_leaves_sealed_and_is_unsealed_without_the_book(sealed: CommandLine) -> None:
    export = "export {book} --to hledger {folder}/j.sealed --pack-passphrase-file {folder}/words"
    assert sealed.done(export)["sealed"]
    file: Path = sealed.folder / "j.sealed"
    assert b"Assets" not in file.read_bytes()
    done = sealed("unseal {folder}/j.sealed {folder}/j.journal --pack-passphrase-file {folder}/words")
    assert (done.code, "can be read by anybody" in done.err) == (0, True)
    assert b"Assets:1010-1:F1  100.00 EUR" in (sealed.folder / "j.journal").read_bytes()
    assert "journal exported, sealed" in sealed("log {book}").out


def test_a_readable_copy_is_told_loudly_and_logged_by_a_word_of_its_own(book: CommandLine) -> None:
    done = book("export {book} --to beancount {folder}/j.beancount --readable")
    assert (done.code, "can be read by anybody" in done.err) == (0, True)
    assert b"open Assets:1010-1:F1 EUR" in (book.folder / "j.beancount").read_bytes()
    assert "JOURNAL EXPORTED AS A READABLE COPY" in book("log {book}").out


def test_the_auditor_verifies_a_pack_by_the_key_from_paper(sealed: CommandLine) -> None:
    made = sealed.done(PACK)
    paper = key(sealed)
    verify = f"verify {made['file']} --pack-passphrase-file {{folder}}/words --json"
    unproved = sealed(verify)
    assert (unproved.code, [one["code"] for one in unproved.rows[0]["faults"]]) == (1, ["pack.key_unproved"])
    assert sealed(f"{verify} --fingerprint {{folder}}/key").rows[0]["valid"]
    assert sealed(verify, "--fingerprint", paper).code == 0
    foreign = sealed(verify, "--fingerprint", paper.replace(paper[0], "Z" if paper[0] != "Z" else "Y"))
    assert (foreign.code, [one["code"] for one in foreign.rows[0]["faults"]]) == (1, ["pack.foreign_key"])


def test_a_report_alone_is_no_proof_and_a_file_of_junk_is_refused(sealed: CommandLine) -> None:
    written = sealed("report {book} trial-balance --audience auditor --format pdf --out {folder}/out --json").rows[0]["file"]
    alone = sealed(f"verify {written}")
    assert (alone.code, "genuine only against its pack or the book" in alone.out) == (1, True)
    junk = sealed.folder / "junk.fundpack"
    junk.write_bytes(b"FundLedger sealed 2\n")
    assert sealed(f"verify {junk}").code == 2
    assert sealed("verify {folder}/missing.zip").code == 2


def test_the_wrong_words_are_refused_and_so_is_a_pack_for_others(sealed: CommandLine) -> None:
    made = sealed.done(PACK)["file"]
    (sealed.folder / "others").write_text("others\n", encoding="utf-8")
    refused = sealed(f"verify {made} --pack-passphrase-file {{folder}}/others")
    assert (refused.code, "the passphrase does not fit" in refused.out) == (2, True)
    assert sealed(PACK.replace("auditor", "public")).code == 2
