"""What has no bank line: work in kind, transfers that two persons decide, and the year that closes over them, to the cent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.worked.foundation import Paid
from tests.worked.test_collected_and_paid import paid

if TYPE_CHECKING:
    from tests.conftest import Golden
    from tests.worked.foundation import Foundation

GOLDEN = Path("golden")


def test_work_in_kind(foundation: Foundation, golden: Golden) -> None:
    foundation.open()
    foundation.collect()
    foundation.over()
    foundation.voucher("in_kind", "500.00", "--campaign", "C-101")
    foundation.tell("work worth 500.00, never invoiced, outside the money collected")
    foundation.invoice("3030.00")
    foundation.bank(paid("3030.00"), Paid("-5.00", "02-11", text="Bank fee"))
    foundation.accept("-3030.00")
    foundation.accept("-5.00", "--as", "charge")
    foundation.close()
    foundation("year close {book} --until 2026-12-31")
    foundation.tell("3,030.00 invoiced and paid, the year closed")
    golden(GOLDEN / "in-kind.txt", foundation.told())


def test_transfers_decided_by_two(foundation: Foundation, golden: Golden) -> None:
    foundation.open(asked="3400.00")
    foundation("campaign add {book} C-102 --asked 500.00 --open --on 2026-01-01 --title", "A lawyer for C-102")
    foundation.collect()
    foundation.voucher("transfer", "130.00", "--campaign", "C-101", "--to", "C-102")
    foundation.invoice("3400.00")
    foundation.tell("130.00 moved to C-102, 3,400.00 invoiced of 2,900.00")
    foundation.voucher("transfer", "500.00", "--campaign", "unrestricted", "--to", "C-101")
    foundation.over()
    foundation.bank(paid("3400.00"))
    foundation.accept("-3400.00")
    foundation.close()
    foundation("year close {book} --until 2026-12-31")
    foundation.tell("covered with 500.00 by the foundation, paid, the year closed")
    golden(GOLDEN / "transfers.txt", foundation.told())
