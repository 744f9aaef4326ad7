"""Donors who may be one person are found across alphabets, and listed without a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import CommandLine

HER, ACCOUNT = "Testa Pavyzdytė", "LT601010012345678901"


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ("Testa Pavyzdytė", "PAVYZDYTE Testa", "name"),
        ("Проба Образцова", "Proba Obraztsova", "name"),
        ("Тестя Пробович", "Tescia Probovich", None),
        ("Юлия Пробина", "Julija Probina", "spelling"),
        ("Sample Person Alpha", "Sample Person Beta", None),
    ],
)
def test_one_name_in_two_spellings_is_found(book: CommandLine, first: str, second: str, reason: str | None) -> None:
    book.done("donor add {book} --name", first)
    book.done("donor add {book} --name", second)
    ran = book("donor duplicates {book} --json")
    expected = [{"id": 2, "code": "D-0002", "other": "D-0001", "reason": reason}] if reason else []
    assert (ran.code, ran.rows) == (1 if reason else 0, expected)


def test_no_name_is_printed_and_an_erased_one_is_not_found(book: CommandLine) -> None:
    book.done("donor add {book} --name", HER, "--iban", ACCOUNT)
    book.done("donor add {book} --name", HER)
    shown = book("donor duplicates {book}")
    assert "D-0001" in shown.out
    assert HER not in shown.out
    book.done("donor erase {book} D-0001")
    assert book("donor duplicates {book}").code == 0
