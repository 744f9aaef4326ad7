"""Campaigns: added, shown, opened and ended."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from fundledger.cli import ending
from fundledger.cli.books import FIGURES, figures_of
from fundledger.cli.call import a_day
from fundledger.domain.campaign import COVER, FOUNDATION, HOLD, PAPERS, PAY_PART, REFUND, VATS, Mandate, PublicText
from fundledger.domain.chart import REFUNDS
from fundledger.domain.money import Money
from fundledger.domain.recognising import METHODS

if TYPE_CHECKING:
    from fundledger.cli.call import Call
    from fundledger.cli.grammar import Verb, Verbs
    from fundledger.domain.campaign import Campaign
    from fundledger.domain.figures import FundFigures
    from fundledger.store.book import Book

_RULES = (
    "surplus", "shortfall", "late_gift", "fallback", "ended", "fee", "vat", "purpose", "disclosure", "method", "protected",
    "consent_scope", "consent_on", "consent_until",
)  # fmt: skip


def declare(verbs: Verbs) -> None:
    """Declare the verbs of this family."""
    campaign = verbs.noun("campaign")
    _mandate(campaign.verb("add", add).book().takes("code", metavar="CODE")).json()
    campaign.verb("list", list_all).book().json()
    campaign.verb("show", show).book().takes("code", metavar="CODE").json()
    for name, run in (("open", open_it), ("over", over), ("withdraw-consent", withdraw_consent)):
        campaign.verb(name, run).book().takes("code", metavar="CODE").takes("--on", type=a_day, metavar="D").json()
    changing = campaign.verb("mandate", mandate).book().takes("code", metavar="CODE").takes("--on", type=a_day, metavar="D")
    changing.takes("--surplus", metavar=f"{HOLD}|{REFUND}|campaign:CODE").choice("--shortfall", (PAY_PART, COVER))
    changing.choice("--fee", ("foundation", "campaign")).choice("--disclosure", ("title", "code"))
    changing.takes("--smallest-refund", metavar="AMOUNT")
    _further(changing).choice("--protected", ("yes", "no"), said="protected_campaign").json()
    code = campaign.verb("qr", qr).book().takes("code", metavar="CODE").takes("--out", required=True, metavar="DIR")
    code.takes("--account", metavar="IBAN", said="qr_account").takes("--bic", metavar="BIC").json()
    adding = campaign.verb("document", document).book().takes("code", metavar="CODE").takes("file", metavar="FILE", said="paper")
    adding.choice("--kind", PAPERS, default="other", said="campaign_paper").flag("--keep-photo-data").json()
    ending.declare(campaign)


def _mandate(verb: Verb) -> Verb:
    """What is promised when a campaign is added; the defaults are the mandate's own."""
    verb.takes("--title", required=True).takes("--title-in", nargs=2, action="append", default=[], metavar=("L", "T"))
    verb.takes("--story", default="").takes("--story-in", nargs=2, action="append", default=[], metavar=("L", "S"))
    verb.takes("--asked", required=True, metavar="AMOUNT").flag("--open").takes("--on", type=a_day, metavar="D").takes(
        "--surplus", default=HOLD, metavar=f"{HOLD}|{REFUND}|campaign:CODE"
    )
    verb.choice("--shortfall", (PAY_PART, COVER), default=PAY_PART).choice("--fee", ("foundation", "campaign"), default="foundation")
    verb.choice("--purpose", ("person", "cause"), default="person").choice("--disclosure", ("title", "code"), default="title")
    verb.takes("--reserve", default="0", metavar="AMOUNT").takes("--smallest-refund", default="0", metavar="AMOUNT")
    verb.choice("--method", METHODS, default=METHODS[0])
    return _further(verb).choice("--protected", ("yes", "no"), said="protected_campaign").takes("--beneficiary", default="", metavar="NAME")


def _further(verb: Verb) -> Verb:
    """The terms of a mandate that are left as they are where nothing is said."""
    verb.takes("--late-gift", metavar=f"{HOLD}|{REFUND}|{FOUNDATION}|campaign:CODE").takes("--fallback", metavar=f"{HOLD}|campaign:CODE")
    verb.takes("--ended", metavar=f"{HOLD}|{REFUND}|campaign:CODE").choice("--vat", VATS)
    verb.takes("--consent", metavar="name,story,pictures").takes("--consent-on", type=a_day, metavar="D")
    return verb.takes("--consent-until", type=a_day, metavar="D")


def add(call: Call) -> int:
    """Add a draft, or open it at once."""
    from fundledger.services.campaigns import add_campaign  # noqa: PLC0415  the store is loaded where a book is opened

    code = call.given("code")
    with call.book() as book:
        changes = add_campaign(
            book,
            code,
            call.money("asked", book.currency),
            _taken(call, book.currency),
            call.at,
            opened_on=call.on if call.given("open") else None,
            beneficiary=call.given("beneficiary"),
        )
        found = _found(book, code)
    record: dict[str, object] = {"code": found.code, "state": found.state, "reference": found.reference}
    return call.changed(changes, f"campaign_{found.state}", record, code=found.code, reference=found.reference)


def _taken(call: Call, currency: str) -> Mandate:
    stories = {"en": call.given("story"), **dict(call.given("story_in"))}
    titles = {"en": call.given("title"), **dict(call.given("title_in"))}
    return Mandate(
        {language: PublicText(title, stories.get(language, "")) for language, title in titles.items()},
        surplus=call.given("surplus"),
        shortfall=call.given("shortfall"),
        fee=call.given("fee"),
        purpose=call.given("purpose"),
        disclosure=call.given("disclosure"),
        method=call.given("method"),
        reserve_minor=call.money("reserve", currency).minor,
        smallest_minor=call.money("smallest_refund", currency).minor,
        **_further_given(call),
    )


def _further_given(call: Call) -> dict[str, Any]:
    """The further terms that were given; a consent without a day is of the day of the call."""
    given = {name: call.given(name) for name in ("late_gift", "fallback", "ended", "vat", "consent_on", "consent_until")}
    if call.given("consent") is not None:
        given["consent_scope"] = ",".join(word.strip() for word in call.given("consent").split(",") if word.strip())
        given["consent_on"] = given["consent_on"] or call.on
    if call.given("protected"):
        given["protected"] = call.given("protected") == "yes"
    return {name: value for name, value in given.items() if value is not None}


def mandate(call: Call) -> int:
    """Every version of a mandate with what it changed; with options, first a new version."""
    from fundledger.domain.campaign import differences  # noqa: PLC0415  as in add
    from fundledger.services.campaigns import change_mandate  # noqa: PLC0415  as in add
    from fundledger.store.campaigns import mandate_versions  # noqa: PLC0415  as in add

    code = call.given("code")
    changed = {name: call.given(name) for name in ("surplus", "shortfall", "fee", "disclosure") if call.given(name)} | _further_given(call)
    with call.book() as book:
        if call.given("smallest_refund"):
            changed["smallest_minor"] = call.money("smallest_refund", book.currency).minor
        if changed:
            return call.changed(change_mandate(book, code, call.on, call.at, changed), "mandate", code=code)
        with book.reading() as db:
            versions = mandate_versions(db, _found(book, code).id)
    before = [None, *versions[:-1]]
    rows = [
        {"version": one.version, "taken_on": one.taken_on, "digest": one.digest}
        | {"changed": [f"{name}={_term(one.mandate, name)}" for name in (differences(older.mandate, one.mandate) if older else ())]}
        for older, one in zip(before, versions, strict=True)
    ]
    call.out.rows(rows, ("version", "taken_on", "changed"))
    return 0


def _term(said: Mandate, name: str) -> object:
    """What a mandate says of a term; of its words only in which languages, for they may name somebody."""
    return ",".join(said.texts) if name == "texts" else getattr(said, name)


def qr(call: Call) -> int:
    """Write the QR code a donor scans to give, as PNG and SVG."""
    from fundledger.export.writing import write_code  # noqa: PLC0415  as in add
    from fundledger.services.giving import giving_code  # noqa: PLC0415  as in add

    code = call.given("code")
    with call.book() as book:
        text = giving_code(book, code, call.given("account"), call.given("bic") or "")
    for file in write_code(Path(call.given("out")), code, text):
        call.out.done("cli.done.written", {"file": str(file), "format": file.suffix[1:]}, file=str(file))
    return 0


def _found(book: Book, code: str) -> Campaign:
    from fundledger.store.campaigns import find_campaign  # noqa: PLC0415  as in add

    with book.reading() as db:
        return find_campaign(db, code, book.currency)


def list_all(call: Call) -> int:
    """Every campaign with its figures."""
    from fundledger.store.campaigns import campaigns  # noqa: PLC0415  as in add
    from fundledger.store.funds import bank_split, fund_figures  # noqa: PLC0415  as in add

    with call.book() as book, book.reading() as db:
        found, figures = campaigns(db, book.currency), fund_figures(db, book.currency)
        owed = {one.fund: bank_split(db, one.fund).get(REFUNDS, 0) for one in found}
    records = [_record(one, figures[one.fund], owed[one.fund], call.out.speaker.language) for one in found]
    columns = ("id", "code", "title", "state", "asked", "collected", "paid", "remaining")
    call.out.rows(records, (*columns, "refunds_owed") if any(owed.values()) else columns)
    return 0


def _record(found: Campaign, figures: FundFigures, owed_minor: int, language: str) -> dict[str, object]:
    head = {"id": found.id, "code": found.code, "state": found.state, "reference": found.reference, "title": found.title(language)}
    days = {"opened_on": found.opened_on, "over_on": found.over_on, "closed_on": found.closed_on}
    goal = {"asked": found.asked, "quoted": found.quoted, "committed": figures.committed(found.quoted)}
    return {**head, **days, **goal, **figures_of(figures), "refunds_owed": Money(-owed_minor, found.asked.currency)}


def show(call: Call) -> int:
    """One campaign: figures, mandate, papers, and what stands in the way of closing it."""
    from fundledger.services.campaigns import blocking  # noqa: PLC0415  as in add
    from fundledger.store.campaigns import papers  # noqa: PLC0415  as in add
    from fundledger.store.funds import bank_split, fund_figures  # noqa: PLC0415  as in add

    with call.book() as book:
        found = _found(book, call.given("code"))
        with book.reading() as db:
            figures = fund_figures(db, book.currency, [found.fund])[found.fund]
            owed = bank_split(db, found.fund).get(REFUNDS, 0)
            documents = [{"kind": one.kind, "added_on": one.added_on, "sha256": one.document} for one in papers(db, found.id)]
        problems = blocking(book, found.code)
    record = _record(found, figures, owed, call.out.speaker.language)
    record |= {name: getattr(found.mandate, name) for name in _RULES} | {"blocking": [call.out.problem_record(one) for one in problems]}
    record["documents"] = documents
    names = ("code", "title", "state", "reference", "opened_on", "over_on", "closed_on", "asked", "quoted", "committed", *FIGURES)
    call.out.facts(record, (*names, "refunds_owed", "vat", "surplus", "shortfall", "late_gift", "fee"))
    if problems and not call.out.as_json:
        call.out.say("cli.blocking")
        for one in problems:
            call.out.show(one)
    return 0


def document(call: Call) -> int:
    """Keep a paper about a campaign itself."""
    from fundledger.services.campaigns import add_paper  # noqa: PLC0415  as in add

    code, kind, file = call.given("code"), call.given("kind"), Path(call.given("file"))
    with call.book() as book:
        changes = add_paper(book, code, kind, file, call.at, keep_photo_data=call.given("keep_photo_data"))
    return call.changed(changes, "campaign_paper", code=code, kind=call.out.word("campaign_paper", kind))


def open_it(call: Call) -> int:
    """Begin to collect."""
    from fundledger.services.campaigns import open_campaign  # noqa: PLC0415  as in add

    with call.book() as book:
        return call.changed(open_campaign(book, call.given("code"), call.on, call.at), "campaign_opened", code=call.given("code"))


def over(call: Call) -> int:
    """End the collection."""
    from fundledger.services.campaigns import end_collection  # noqa: PLC0415  as in add

    with call.book() as book:
        return call.changed(end_collection(book, call.given("code"), call.on, call.at), "campaign_over", code=call.given("code"))


def withdraw_consent(call: Call) -> int:
    """Erase title and story: the person helped no longer agrees to be named."""
    from fundledger.services.erasing import withdraw_consent as withdraw  # noqa: PLC0415  as in add

    with call.book() as book:
        return call.changed(withdraw(book, call.given("code"), call.on, call.at), "consent_withdrawn", code=call.given("code"))
