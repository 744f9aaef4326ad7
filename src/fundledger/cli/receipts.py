"""Gifts, and what a donor is given who asks: receipts, and where her money is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fundledger.cli.passphrase import ask_second
from fundledger.domain.problem import KnownError
from fundledger.i18n import Speaker, public_languages

if TYPE_CHECKING:
    from fundledger.cli.call import Call
    from fundledger.cli.grammar import Verbs
    from fundledger.domain.receipt import Receipt
    from fundledger.store.book import Book, Witness
    from fundledger.store.receipts import GiftRow, ReceiptRow

_GIFT = ("id", "given_on", "campaign", "donor", "amount", "anonymous", "line")
_RECEIPT = ("id", "number", "receipt_kind", "donor", "amount", "issued_on", "repeats", "undone")


def declare(verbs: Verbs, donor: Verbs) -> None:
    """Declare the verbs of gifts, and those of donors that make a paper."""
    gift = verbs.noun("gift")
    making = (
        donor.verb("receipt", make_receipt, public=True)
        .book()
        .takes("donor", metavar="DONOR")
        .takes("--gift", metavar="ID", said="receipt_gift")
    )
    making.takes("--year", type=int, metavar="Y", said="receipt_year").takes("--out", required=True, metavar="DIR")
    making.takes("--second-passphrase-file", metavar="F", said="letter_second").json()
    donor.verb("receipts", receipts).book().takes("donor", metavar="DONOR", nargs="?", said="receipts_donor").json()
    asking = donor.verb("where", where, public=True).book().takes("donor", metavar="DONOR")
    asking.takes("--gift", required=True, metavar="ID", said="where_gift")
    asking.takes("--out", required=True, metavar="DIR").takes("--second-passphrase-file", metavar="F", said="letter_second").json()
    gift.verb("list", gifts).book().takes("--donor", said="gift_donor").takes("--campaign", said="gift_campaign").json()
    hiding = gift.verb("anonymous", anonymous).book().takes("gift", metavar="ID", said="the_gift")
    hiding.takes("--no", action="store_true", said="not_anonymous").json()


def make_receipt(call: Call) -> int:
    """Make a receipt for a gift or a year."""
    from fundledger.export.letter import write_letter  # noqa: PLC0415  the store is loaded where a book is opened
    from fundledger.reports.receipt import letter  # noqa: PLC0415  as above
    from fundledger.services.receipts import issue_receipt  # noqa: PLC0415  as above

    written: list[Path] = []
    speaker = _of_letter(call)

    def deliver(made: Receipt) -> bytes:
        files = write_letter(letter(made), Path(call.given("out")), speaker)
        written.extend(files)
        return next(iter(files.values()))

    with call.book() as book:
        changes, made = issue_receipt(
            book, call.given("donor"), call.at, deliver, gift=call.given("gift"), year=call.given("year"),
            language=speaker.language, second=_second(call, book),
        )  # fmt: skip
    record = {
        "number": made.number, "donor": made.donor.code, "amount": made.total, "gifts": [one.id for one in made.gifts],
        "repeats": made.repeats, "file": str(written[0]),
    }  # fmt: skip
    return call.changed(changes, "receipt", record, number=made.number, amount=made.total, file=str(written[0]))


def where(call: Call) -> int:
    """Tell a donor where the money of a gift is."""
    from fundledger.export.letter import write_letter  # noqa: PLC0415  as above
    from fundledger.reports.where_is_my_money import build  # noqa: PLC0415  as above
    from fundledger.services.receipts import log_letter  # noqa: PLC0415  as above

    speaker = _of_letter(call)
    with call.book() as book:
        made = build(book, call.given("donor"), call.given("gift"), call.at.date(), speaker.language)
        changes = log_letter(book, call.given("donor"), call.at, _second(call, book))
        written = [str(path) for path in write_letter(made, Path(call.given("out")), speaker, with_text=True)]
    return call.changed(changes, "where", {"code": made.code, "files": written}, code=made.code, file=written[0])


def _of_letter(call: Call) -> Speaker:
    """Who speaks to the donor, in any of the public languages; one letter has one. Raises KnownError language.unknown."""
    asked = getattr(call.options, "language", None) or call.out.speaker.language
    if asked == "all":
        raise KnownError("language.unknown", asked, known=public_languages())
    return Speaker(asked, public=True)


def _second(call: Call, book: Book) -> Witness | None:
    """The second person, where a file or the variable says who."""
    file = call.given("second_passphrase_file")
    return book.witness(ask_second(file, call.out.speaker)) if file else None


def receipts(call: Call) -> int:
    """Every receipt, the newest first."""
    from fundledger.store import receipts as store  # noqa: PLC0415  as above
    from fundledger.store.parties import find_donor  # noqa: PLC0415  as above

    with call.book() as book, book.reading() as db:
        who = find_donor(db, call.given("donor")).id if call.given("donor") else None
        found = store.receipts(db, book.currency, who)
    call.out.rows([_receipt(one) for one in found], _RECEIPT)
    return 0


def _receipt(one: ReceiptRow) -> dict[str, object]:
    return {
        "id": one.id, "number": one.number, "receipt_kind": one.kind, "donor": one.donor, "amount": one.amount, "issued_on": one.issued_on,
        "language": one.language, "repeats": one.repeats, "agreed_by": one.agreed_by, "undone": one.undone,
    }  # fmt: skip


def gifts(call: Call) -> int:
    """Gifts by day."""
    from fundledger.store import receipts as store  # noqa: PLC0415  as above
    from fundledger.store.parties import find_donor  # noqa: PLC0415  as above
    from fundledger.store.vouchers import named_fund  # noqa: PLC0415  as above

    with call.book() as book, book.reading() as db:
        which = {"donor_id": find_donor(db, call.given("donor")).id} if call.given("donor") else {}
        which |= {"fund_id": named_fund(db, call.given("campaign"))} if call.given("campaign") else {}
        found = store.gifts(db, book.currency, which)
    call.out.rows([_gift(one) for one in found], _GIFT)
    return 0


def _gift(one: GiftRow) -> dict[str, object]:
    return {
        "id": one.id, "given_on": one.given_on, "campaign": one.campaign, "donor": one.donor, "amount": one.amount,
        "anonymous": one.anonymous, "line": one.line,
    }  # fmt: skip


def anonymous(call: Call) -> int:
    """Make a gift anonymous, or no longer so."""
    from fundledger.services.receipts import set_anonymous  # noqa: PLC0415  as above

    with call.book() as book:
        changes = set_anonymous(book, call.given("gift"), call.at, anonymous=not call.given("no"))
    return call.changed(changes, "gift_named" if call.given("no") else "gift_anonymous", id=call.given("gift"))
