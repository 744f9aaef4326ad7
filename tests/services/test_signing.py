"""Whoever closes signs the log as it then stands; the recovery key is nobody's own and signs nothing."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from fundledger.services import campaigns, people
from fundledger.services.backups import back_up
from fundledger.services.signing import sign_close
from fundledger.store import log
from fundledger.store.book import open_book
from fundledger.store.schema import period
from tests.services.bookkeeping import CHEAP, RECOVERY_KEY, Desk, faults

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.store.book import Book

CLOSED_ON = date(2026, 12, 31)


def signed(book: Book) -> list[tuple[int, int]]:
    """(size of the log, person) of every signature."""
    with book.reading() as db:
        rows = db.exec_driver_sql("SELECT h.size, s.person_id FROM signature s JOIN head h ON h.id = s.head_id ORDER BY s.id").all()
    return [(row[0], row[1]) for row in rows]


def size(book: Book) -> int:
    with book.reading() as db:
        return log.head(db).size


def over(book: Book, tmp_path: Path) -> Desk:
    desk = Desk(book, tmp_path)
    desk.campaign()
    campaigns.end_collection(book, "C-101", CLOSED_ON, desk.now)
    return desk


def test_closing_a_campaign_signs_the_head_that_every_later_report_shows(book: Book, tmp_path: Path) -> None:
    desk = over(book, tmp_path)
    assert campaigns.close_campaign(book, "C-101", CLOSED_ON, desk.now).warnings == ()
    assert signed(book) == [(size(book), book.person_id)]
    assert faults(book) == []


def test_a_close_stays_signed_when_a_passphrase_was_forgotten_later(book: Book, tmp_path: Path) -> None:
    desk = over(book, tmp_path)
    campaigns.close_campaign(book, "C-101", CLOSED_ON, desk.now)
    for new in ("found again", "and again"):
        book.lock()
        book.unlock(recovery_key=RECOVERY_KEY)
        people.reset_passphrase(book, 1, new, desk.now, CHEAP)
        assert faults(book) == []
    back_up(book, desk.now)
    with book.reading() as db:
        head, size, root = db.exec_driver_sql("SELECT h.id, h.size, h.root FROM signature s JOIN head h ON h.id = s.head_id").one()
    book.lock()
    book.unlock("and again")
    with book.operation("period close", desk.now) as op:
        planted = (head, book.sign(log.signed_message(book.uid, size, root)))
        op.db.exec_driver_sql("INSERT INTO signature (id, head_id, person_id, signed) VALUES (9, ?, 1, ?)", planted)
    assert faults(book) == ["check.signature 9"], "her key of today signs nothing that stood before she had it"


def test_locking_a_period_signs_its_trial_balance(book: Book, tmp_path: Path) -> None:
    desk = Desk(book, tmp_path)
    with book.operation("period close", desk.now) as op:
        op.db.execute(period.insert().values(start_on="2026-02-01", end_on="2026-02-28", locked=1))
        assert sign_close(book, op) == ()
    with book.reading() as db:
        assert db.exec_driver_sql("SELECT kind FROM leaf ORDER BY id DESC LIMIT 1").scalar_one() == "period"
    assert signed(book) == [(size(book), book.person_id)]
    assert faults(book) == []


def test_with_the_recovery_key_a_campaign_is_closed_unsigned_and_that_is_said(book: Book, tmp_path: Path) -> None:
    desk = over(book, tmp_path)
    book.close()
    with open_book(book.path, recovery_key=RECOVERY_KEY) as again:
        warned = campaigns.close_campaign(again, "C-101", CLOSED_ON, desk.now).warnings
        assert [one.code for one in warned] == ["book.no_signing_key"]
        assert signed(again) == []
        assert Desk(again, tmp_path).find("C-101").state.value == "closed"
        assert faults(again) == []
