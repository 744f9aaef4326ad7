"""Gifts under review, and the limits that ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.cli.call import a_day
from fundledger.cli.passphrase import ask_second
from fundledger.domain.masking import mask_text

if TYPE_CHECKING:
    from fundledger.cli.call import Call
    from fundledger.cli.grammar import Verbs
    from fundledger.domain.money import Money
    from fundledger.domain.review import Limits
    from fundledger.store.book import Book, Witness
    from fundledger.store.reviews import ReviewRow

_STATES = ("held", "clear", "returned")
_REVIEW = ("id", "line", "booked_on", "amount", "reasons", "review_state", "screened_on", "against", "said")
_LIMITS = ("single", "year_sum", "third_party", "family", "countries")
_SWITCH, _NONE = ("yes", "no"), "none"


def declare(verbs: Verbs) -> None:
    """Declare the verbs of this family."""
    review = verbs.noun("review")
    review.verb("list", reviews).book().choice("--state", _STATES, said="review_state").reveal().json()
    holding = review.verb("hold", hold).book().takes("line", metavar="LINE", type=int, said="review_line")
    holding.takes("--reason", metavar="T", said="review_reason").json()
    clearing = review.verb("clear", clear).book().takes("review", metavar="ID", said="the_review")
    clearing.takes("--list", required=True, metavar="N", said="review_list").takes("--on", type=a_day, metavar="D", said="screened_on")
    returning = review.verb("return", send_back).book().takes("review", metavar="ID", said="the_review")
    for deciding in (clearing, returning):
        deciding.takes("--reason", metavar="T", said="review_reason").takes("--second-passphrase-file", metavar="F").json()
    setting = review.verb("settings", settings).book().takes("--single", metavar="AMOUNT", said="review_single")
    setting.takes("--year-sum", metavar="AMOUNT", said="review_year").choice("--third-party", _SWITCH, said="review_third_party")
    setting.choice("--family", _SWITCH, said="review_family").takes("--country", action="append", metavar="CC", said="review_country")
    setting.takes("--second-passphrase-file", metavar="F", said="review_second").json()


def reviews(call: Call) -> int:
    """Every review, the newest first."""
    from fundledger.store import reviews as store  # noqa: PLC0415  the store is loaded where a book is opened

    with call.book() as book:
        reveal = call.revealing(book, "reviews")
        with book.reading() as db:
            found = store.reviews(db, call.given("state"), reveal=True)
    call.out.rows([_review(call, one, reveal=reveal) for one in found], _REVIEW)
    return 1 if any(one.state == "held" for one in found) else 0


def _review(call: Call, one: ReviewRow, *, reveal: bool) -> dict[str, object]:
    """For people the reasons are words, for programs keys."""
    reasons = [str(reason) for reason in one.reasons]
    said = reasons if call.out.as_json else ", ".join(call.out.speaker.say(f"error.review.reason.{reason}") for reason in reasons)
    texts = [text if reveal else mask_text(text) for text in (one.against, one.said)]
    return {
        "id": one.id, "line": one.line, "booked_on": one.booked_on, "amount": one.amount, "reasons": said, "review_state": one.state.value,
        "raised_on": one.raised_on, "decided_on": one.decided_on, "screened_on": one.screened_on, "gone_back": one.gone_back,
        "against": texts[0], "said": texts[1],
    }  # fmt: skip


def hold(call: Call) -> int:
    """Hold a gift until two people decide on it."""
    from fundledger.services import reviews as verbs  # noqa: PLC0415  as above

    with call.book() as book:
        changes = verbs.hold(book, call.given("line"), call.at, call.given("reason") or "")
    return call.changed(changes, "review_hold", {"line": call.given("line")}, line=call.given("line"), id=changes.ids[0])


def clear(call: Call) -> int:
    """Two people let a gift be booked."""
    from fundledger.services import reviews as verbs  # noqa: PLC0415  as above

    with call.book() as book:
        second = _second(call, book)
        changes = verbs.clear(book, call.given("review"), call.at, second, call.given("list"), call.given("on"), call.given("reason") or "")
    return call.changed(changes, "review_clear", id=call.given("review"))


def send_back(call: Call) -> int:
    """Two people decide that a gift goes back."""
    from fundledger.services import reviews as verbs  # noqa: PLC0415  as above

    with call.book() as book:
        changes = verbs.send_back(book, call.given("review"), call.at, _second(call, book), call.given("reason") or "")
    return call.changed(changes, "review_return", id=call.given("review"))


def _second(call: Call, book: Book) -> Witness:
    return book.witness(ask_second(call.given("second_passphrase_file"), call.out.speaker))


def settings(call: Call) -> int:
    """Show what is held, or change it."""
    from fundledger.services import reviews as verbs  # noqa: PLC0415  as above
    from fundledger.store import reviews as store  # noqa: PLC0415  as above

    with call.book() as book:
        with book.reading() as db:
            kept = store.limits(db, book.currency)
        new = _limits(call, kept, book.currency)
        if new == kept:
            call.out.facts(_shown(kept), _LIMITS)
            return 0
        second = _second(call, book) if call.given("second_passphrase_file") else None
        changes = verbs.set_limits(book, new, call.at, second)
    return call.changed(changes, "review_settings", _shown(new))


def _limits(call: Call, kept: Limits, currency: str) -> Limits:
    """What was asked for; what was not named stays."""
    from fundledger.domain.review import Limits as Asked  # noqa: PLC0415  as above

    def amount(name: str, before: Money | None) -> Money | None:
        given = call.given(name)
        return before if given is None else None if given == _NONE else call.money(name, currency)

    def switch(name: str, *, before: bool) -> bool:
        return before if call.given(name) is None else call.given(name) == "yes"

    countries = call.given("country")
    return Asked(
        amount("single", kept.single), amount("year_sum", kept.year), switch("third_party", before=kept.third_party),
        switch("family", before=kept.family), kept.countries if countries is None else frozenset(one for one in countries if one != _NONE),
    )  # fmt: skip


def _shown(limits: Limits) -> dict[str, object]:
    return {
        "single": limits.single, "year_sum": limits.year, "third_party": limits.third_party, "family": limits.family,
        "countries": " ".join(sorted(limits.countries)) or None,
    }  # fmt: skip
