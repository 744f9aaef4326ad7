"""Who opens the book, by command: every secret comes from a file or the environment, and is shown once or never."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.bank import Line, write
from tests.cli.conftest import PASSPHRASE

if TYPE_CHECKING:
    from tests.cli.conftest import CommandLine


def secret(cli: CommandLine, name: str, content: str) -> str:
    """A file with a secret on its first line."""
    (cli.folder / name).write_text(f"{content}\n", encoding="utf-8")
    return str(cli.folder / name)


def opens(cli: CommandLine, passphrase: str) -> bool:
    ran = cli("log {book} --json --passphrase-file", secret(cli, "try.txt", passphrase))
    assert ran.code in {0, 2}
    return ran.code == 0


def add_second(cli: CommandLine, role: str = "enter+pay") -> int:
    file = secret(cli, "second.txt", "second")
    added = cli.done(f"person add {{book}} --role {role} --second-passphrase-file", file, "--name", "Sample Beta")
    assert len(added["fingerprint"].split()) == 8
    return int(added["id"])


def test_new_shows_its_recovery_key_once_and_writes_its_paper(cli: CommandLine) -> None:
    ran = cli("new {book} --name Fund --recovery-pdf {folder}/paper.pdf")
    assert ran.code == 0
    (line,) = (line for line in ran.out.splitlines() if line.startswith("recovery key: "))
    assert (cli.folder / "paper.pdf").read_bytes().startswith(b"%PDF")
    confirmed = cli("recovery confirm {book} --recovery-key-file", secret(cli, "key.txt", line.removeprefix("recovery key: ").lower()))
    assert (confirmed.code, confirmed.err) == (0, "")


def test_new_gives_scripts_the_key_and_lets_them_import_at_once(cli: CommandLine) -> None:
    assert len(cli.done("new {book} --name Fund")["recovery_key"].split()) == 8
    cli.done("account add {book} --iban LT029999900000000001 --name Bank --opening 100.00 --on 2026-01-01")
    assert cli.done("import {book}", write(cli.folder / "january.xml", 1, "100.00", Line(5, "50.00", "a gift")))["new"] == 1


def test_a_place_that_takes_no_paper_is_refused_before_there_is_a_book(cli: CommandLine) -> None:
    (cli.folder / "plain.txt").write_text("")
    for place in ("{folder}/plain.txt", "{book}"):
        ran = cli(f"new {{book}} --name Fund --recovery-pdf {place}/paper.pdf")
        assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
        assert not cli.book.exists()


def test_two_people_take_turns_and_the_log_says_who(book: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    added = add_second(book)
    with monkeypatch.context() as hers:
        hers.setenv("FUNDLEDGER_PASSPHRASE", "second")
        book.done("donor add {book} --name Alpha")
    assert [row["person"] for row in book("log {book} --json --limit 2").rows] == [added, 1]


def test_people_are_listed_masked_and_shown_when_asked(book: CommandLine) -> None:
    added = add_second(book)
    rows = book("person list {book} --json").rows
    assert [(row["id"], row["role"], row["opens"], row["removed"]) for row in rows] == [
        (1, "treasurer", True, False),
        (added, "enter+pay", True, False),
    ]
    assert "Sample Beta" not in str(rows)
    assert book("person list {book} --reveal --json").rows[1]["name"] == "Sample Beta"
    assert "Fingerprint" in book("person list {book}").out


def test_a_person_removed_with_the_key_she_saw_opens_nothing(book: CommandLine) -> None:
    added = add_second(book)
    assert opens(book, "second")
    ran = book.done(f"person remove {{book}} {added} --rotate")
    assert ran["id"] == added
    assert (opens(book, "second"), opens(book, PASSPHRASE)) == (False, True)
    assert book("check {book}").code == 0


def test_removing_without_rotating_says_what_is_still_to_do(book: CommandLine) -> None:
    ran = book(f"person remove {{book}} {add_second(book)}")
    assert ran.code == 0
    assert "fundledger rotate BOOK" in ran.err
    assert book("rotate {book}").code == 0
    assert book("check {book}").code == 0


def test_a_passphrase_is_changed_and_a_forgotten_one_replaced_by_the_recovery_key(book: CommandLine) -> None:
    key = book.done("recovery new {book}")["recovery_key"]
    book.done("passphrase change {book} --second-passphrase-file", secret(book, "new.txt", "another river"))
    assert (opens(book, "another river"), opens(book, PASSPHRASE)) == (True, False)
    files = ("--recovery-key-file", secret(book, "key.txt", key), "--second-passphrase-file", secret(book, "new.txt", PASSPHRASE))
    book.done("passphrase reset {book} 1", *files)
    assert (opens(book, "another river"), opens(book, PASSPHRASE)) == (False, True)


def test_the_environment_may_hold_the_second_passphrase_and_the_recovery_key(book: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUNDLEDGER_RECOVERY_KEY", book.done("recovery new {book}")["recovery_key"])
    monkeypatch.setenv("FUNDLEDGER_SECOND_PASSPHRASE", "from the environment")
    assert book("recovery confirm {book}").code == 0
    book.done("passphrase reset {book} 1")
    assert opens(book, "from the environment")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("person add {book} --name X --role owner --second-passphrase-file {folder}/new.txt", "owner is not a role"),
        ("person add {book} --name X --second-passphrase-file {folder}/same.txt", "opens the book already"),
        ("person remove {book} 1", "Nobody removes herself"),
        ("person remove {book} 9", "There is no person 9"),
        ("recovery confirm {book} --recovery-key-file {folder}/new.txt", "not a recovery key"),
        ("passphrase reset {book} 1 --recovery-key-file {folder}/other.txt --second-passphrase-file {folder}/new.txt", "does not open"),
        ("passphrase change {book} --second-passphrase-file {folder}/nowhere.txt", "nowhere.txt"),
        ("passphrase change {book} --second-passphrase-file {folder}/empty.txt", "passphrase is empty"),
    ],
)
def test_a_refusal_is_one_sentence_and_changes_nothing(book: CommandLine, line: str, said: str) -> None:
    for name, content in (("new", "new words"), ("same", PASSPHRASE), ("other", "0123 4567 89AB CDEF GHJK MNPQ RSTV WXYZ"), ("empty", "")):
        secret(book, f"{name}.txt", content)
    before = book.book.joinpath("keys.json").read_bytes(), book("log {book} --json").out
    ran = book(line)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert said in ran.err
    assert (book.book.joinpath("keys.json").read_bytes(), book("log {book} --json").out) == before


def test_every_command_speaks_to_people(book: CommandLine) -> None:
    added = add_second(book, "treasurer")
    second, third = secret(book, "second.txt", "second"), secret(book, "third.txt", "third")
    for language in ("en", "lt"):
        for line in (
            "recovery new {book} --recovery-pdf {folder}/paper.pdf",
            "person list {book}",
            f"passphrase reset {{book}} {added} --second-passphrase-file {third}",
            f"passphrase change {{book}} --passphrase-file {third} --second-passphrase-file {second}",
            "rotate {book}",
            "log {book}",
        ):
            ran = book(line, "--language", language)
            assert ran.code == 0, ran.err
            assert ran.out
