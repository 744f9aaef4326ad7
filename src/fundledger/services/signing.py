"""Signs the log at each close, of a campaign or of a period, as whoever closes, and with whoever stands by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError
from fundledger.store import log

if TYPE_CHECKING:
    from fundledger.domain.problem import Problem
    from fundledger.store.book import Book, Witness
    from fundledger.store.operations import Operation


def sign_close(book: Book, op: Operation, witness: Witness | None = None) -> tuple[Problem, ...]:
    """Sign the log with what the operation recorded so far; the last step of a close, or of an act of two.

    The recovery key is nobody's own and signs nothing: it closes all the same, and the warning says so (book.no_signing_key).
    """
    try:
        log.sign_head(op, book.sign)
    except KnownError as error:
        if error.code != "book.no_signing_key":
            raise
        warned = error.problems
    else:
        warned = ()
    if witness:
        log.sign_head(op, witness.sign, witness.person_id)
    return warned
