"""The register on the command line: found, changed, merged with a preview, and told apart; masked unless names are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import CommandLine

HER, ACCOUNT, EMAIL = "Testa Pavyzdytė", "LT601010012345678901", "testa@pastas.example.org"


@pytest.fixture
def two(book: CommandLine) -> CommandLine:
    """One person twice."""
    book.done(f"donor add {{book}} --iban {ACCOUNT} --email {EMAIL} --name", HER)
    book.done(f"donor add {{book}} --email {EMAIL} --name", "Testa P.")
    return book


def test_a_donor_is_found_masked_by_code_account_and_email_and_by_name_where_names_are_shown(two: CommandLine) -> None:
    for text in ("D-0001", "1", "LT60 1010 0123 4567 8901"):
        [found] = two("donor find {book} --json", text).rows
        assert (found["code"], found["name"]) == ("D-0001", "•••")
    assert [one["code"] for one in two(f"donor find {{book}} {EMAIL} --json").rows] == ["D-0001", "D-0002"]
    assert two("donor find {book} pavyz --json").rows == []
    assert "--reveal" in two("donor find {book} pavyz").out
    assert [one["name"] for one in two("donor find {book} pavyz --reveal --json").rows] == [HER]


def test_accounts_and_emails_are_shown_masked_and_changed_by_their_whole(two: CommandLine) -> None:
    shown = two.done("donor show {book} D-0001")
    assert (shown["accounts"], shown["emails"]) == (["LT••••"], ["•••"])
    two.done("donor account add {book} D-0001 --iban LT601010012345678902")
    two.done(f"donor account remove {{book}} D-0001 --iban {ACCOUNT}")
    two.done(f"donor email remove {{book}} D-0001 --email {EMAIL}")
    two.done("donor email add {book} D-0001 --email Other@pastas.example.org")
    shown = two.done("donor show {book} D-0001 --reveal")
    assert (shown["accounts"], shown["emails"]) == (["LT601010012345678902"], ["other@pastas.example.org"])
    assert two(f"donor account remove {{book}} D-0001 --iban {ACCOUNT}").code == 2


def test_a_name_and_the_protection_are_changed(two: CommandLine) -> None:
    assert two("donor edit {book} 1").code == 2
    two.done("donor edit {book} 1 --protect --reason asked --name", "Testa Naujoji")
    shown = two.done("donor show {book} 1 --reveal")
    assert (shown["name"], shown["protected"], shown["protected_why"]) == ("Testa Naujoji", True, "asked")
    refused = two("donor edit {book} 1 --unprotect --reason gone")
    assert (refused.code, "--second-passphrase-file" in refused.err) == (2, True)


def test_a_merge_is_looked_at_done_and_undone(two: CommandLine) -> None:
    looked = two("donor merge {book} D-0002 D-0001 --preview --json")
    assert (looked.code, [(one["which"], one["code"], one["emails"]) for one in looked.rows]) == (
        0, [("gone", "D-0002", 1), ("kept", "D-0001", 1), ("result", "D-0001", 1)],
    )  # fmt: skip
    assert len(two("donor list {book} --json").rows) == 2
    merged = two.done("donor merge {book} D-0002 D-0001")
    assert (merged["id"], merged["merged"]) == ([1, 2], "D-0002")
    assert [one["code"] for one in two("donor list {book} --json").rows] == ["D-0001"]
    assert two.done("donor show {book} D-0002")["merged_into"] == "D-0001"
    assert "use D-0001 instead" in two("pledge add {book} --donor D-0002 --campaign C-101 --amount 5.00").err
    two.done("undo {book}")
    assert len(two("donor list {book} --json").rows) == 2
    assert two("check {book}").code == 0


def test_two_persons_are_no_duplicates_until_that_is_lifted(two: CommandLine) -> None:
    assert [one["reason"] for one in two("donor duplicates {book} --json").rows] == ["email"]
    two.done("donor apart {book} D-0001 D-0002")
    assert two("donor duplicates {book} --json").code == 0
    looked = two("donor merge {book} D-0002 D-0001 --preview")
    assert (looked.code, "two persons" in looked.err) == (1, True)
    two.done("donor apart {book} D-0001 D-0002 --lift")
    assert two("donor duplicates {book} --json").code == 1
