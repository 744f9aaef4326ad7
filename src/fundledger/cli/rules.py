"""Rules of matching: shown, tried against the past, kept in an order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fundledger.domain.matching import TargetKind
from fundledger.domain.money import parse
from fundledger.domain.problem import KnownError
from fundledger.domain.rules import TARGETS, Direction, Rule

if TYPE_CHECKING:
    from fundledger.cli.call import Call
    from fundledger.cli.grammar import Verb, Verbs
    from fundledger.store.book import Book

_COLUMNS = (
    "number", "direction", "text", "name", "iban", "bank", "least", "most", "target", "campaign", "account", "donor", "off", "learned_from",
)  # fmt: skip
_TOUCHED = ("id", "booked_on", "amount", "became", "agrees")


def declare(verbs: Verbs) -> None:
    """Declare the verbs of this family."""
    rule = verbs.noun("rule")
    rule.verb("list", list_all).book().reveal().json()
    _one(rule.verb("show", show).book()).reveal().json()
    _about(rule.verb("add", add).book(), required=True).takes("--preview", action="store_true", said="rule_preview").json()
    editing = _about(_one(rule.verb("edit", edit).book()), required=False).flag("--on-again")
    editing.takes("--preview", action="store_true", said="rule_preview").json()
    _one(rule.verb("move", move).book()).takes("to", type=int, metavar="PLACE", said="rule_to").json()
    _one(rule.verb("remove", remove).book()).json()
    _one(rule.verb("test", test).book()).json()
    learning = rule.verb("learn", learn).book().takes("line", type=int, metavar="LINE", said="rule_line")
    learning.takes("--save", action="store_true", said="rule_save").reveal().json()


def _one(verb: Verb) -> Verb:
    return verb.takes("number", type=int, metavar="N", said="rule_number")


def _about(verb: Verb, *, required: bool) -> Verb:
    verb.takes("--to", metavar="TARGET", required=required, said="rule_target").choice("--direction", Direction, said="rule_direction")
    for name in ("text", "name", "iban", "bank", "least", "most", "donor"):
        verb.takes(f"--{name}", said=f"rule_{name}")
    return verb.takes("--campaign", said="rule_campaign").takes("--off", action="store_true", said="rule_off")


def list_all(call: Call) -> int:
    """Every rule in its order."""
    from fundledger.services.rules import rules  # noqa: PLC0415  the store is loaded where a book is opened

    with call.book() as book:
        reveal = call.revealing(book, "rules")
        call.out.rows([_record(book, one, reveal=reveal) for one in rules(book)], _COLUMNS)
    return 0


def show(call: Call) -> int:
    """One rule."""
    from fundledger.services.rules import find  # noqa: PLC0415  as above

    with call.book() as book:
        reveal = call.revealing(book, "rules")
        call.out.facts(_record(book, find(book, call.given("number")), reveal=reveal), _COLUMNS)
    return 0


def add(call: Call) -> int:
    """Keep a new rule, last in the order."""
    from fundledger.services.rules import save, would_have  # noqa: PLC0415  as above

    with call.book() as book:
        drafted = _drafted(call, book, Rule(TargetKind.SUSPENSE))
        if call.given("preview"):
            return _touched(call, book, drafted)
        n = len(would_have(book, drafted))
        return call.changed(save(book, drafted, call.at), "rule_add", {"would_have": n}, n=n)


def edit(call: Call) -> int:
    """Change what a rule looks for or proposes; what is not named stays."""
    from fundledger.services.rules import find, save  # noqa: PLC0415  as above

    number = call.given("number")
    with call.book() as book:
        drafted = _drafted(call, book, find(book, number))
        drafted = replace(drafted, off=False) if call.given("on_again") else drafted
        if call.given("preview"):
            return _touched(call, book, drafted)
        return call.changed(save(book, drafted, call.at), "rule_edit", number=number)


def _drafted(call: Call, book: Book, rule: Rule) -> Rule:
    """The rule with everything that the command line names; an empty word takes away what stood there."""
    from fundledger.store.campaigns import find_campaign  # noqa: PLC0415  as above
    from fundledger.store.parties import find_donor  # noqa: PLC0415  as above

    given = call.given
    named: dict[str, object] = {name: given(name) for name in ("text", "name", "iban") if given(name) is not None}
    named |= {name: given(name) or None for name in ("bank", "donor", "campaign") if given(name) is not None}
    bounds = {name: given(name) for name in ("least", "most") if given(name) is not None}
    named |= {f"{name}_minor": parse(said, book.currency).minor if said else None for name, said in bounds.items()}
    if given("direction"):
        named["direction"] = Direction(given("direction"))
    with book.reading() as db:
        if given("donor"):
            named["donor"] = find_donor(db, given("donor")).id
        if given("to"):
            kind, _, key = given("to").partition(":")
            named["target"] = next((one for one in TARGETS if one.value == kind), TargetKind.INVOICE)
            if key and named["target"] not in {TargetKind.ACCOUNT, TargetKind.CAMPAIGN, TargetKind.INVOICE}:
                raise KnownError("rule.target", "", target=given("to")[:60])
            named["account"] = key if kind == TargetKind.ACCOUNT.value else None
            named["campaign"] = find_campaign(db, key, book.currency).id if kind == TargetKind.CAMPAIGN.value else None
        if given("campaign"):
            named["campaign"] = find_campaign(db, given("campaign"), book.currency).id
    return replace(rule, off=rule.off or given("off"), **named)  # type: ignore[arg-type]


def move(call: Call) -> int:
    """Give a rule another place in the order."""
    from fundledger.services.rules import move  # noqa: PLC0415  as above

    with call.book() as book:
        changes = move(book, call.given("number"), call.given("to"), call.at)
    return call.changed(changes, "rule_move", number=call.given("number"), place=call.given("to"))


def remove(call: Call) -> int:
    """Take a rule out of the order."""
    from fundledger.services.rules import remove  # noqa: PLC0415  as above

    with call.book() as book:
        changes = remove(book, call.given("number"), call.at)
    return call.changed(changes, "rule_remove", number=call.given("number"))


def test(call: Call) -> int:
    """What a rule would have touched."""
    from fundledger.services.rules import find  # noqa: PLC0415  as above

    with call.book() as book:
        return _touched(call, book, find(book, call.given("number")))


def _touched(call: Call, book: Book, rule: Rule) -> int:
    from fundledger.services.rules import would_have  # noqa: PLC0415  as above

    found = would_have(book, rule)
    records = [
        {"id": one.line, "booked_on": one.booked_on, "amount": one.amount, "became": one.became or "open", "agrees": one.agrees}
        for one in found
    ]
    call.out.rows(records, _TOUCHED, empty="cli.rule.touches_nothing")
    return 0


def learn(call: Call) -> int:
    """The rule that would have proposed what a line became, and what it would have touched; saved only when asked."""
    from fundledger.services.rules import learn, save  # noqa: PLC0415  as above

    with call.book() as book:
        drafted = learn(book, call.given("line"))
        if call.given("save"):
            return call.changed(save(book, drafted, call.at), "rule_learn", line=call.given("line"))
        reveal = call.revealing(book, "rules")
        call.out.facts(_record(book, drafted, reveal=reveal), _COLUMNS)
        _touched(call, book, drafted)
        call.out.say("cli.rule.not_saved")
    return 0


def _record(book: Book, rule: Rule, *, reveal: bool) -> dict[str, object]:
    from fundledger.domain.masking import mask_account, mask_name, mask_text  # noqa: PLC0415  as above
    from fundledger.domain.money import Money  # noqa: PLC0415  as above
    from fundledger.services.rules import learned_lines  # noqa: PLC0415  as above
    from fundledger.store.campaigns import find_campaign  # noqa: PLC0415  as above
    from fundledger.store.parties import find_donor  # noqa: PLC0415  as above

    with book.reading() as db:
        campaign = find_campaign(db, rule.campaign, book.currency).code if rule.campaign else None
        donor = find_donor(db, rule.donor).code if rule.donor else None
    text, name, iban = (
        (rule.text, rule.name, rule.iban) if reveal else (mask_text(rule.text), mask_name(rule.name), mask_account(rule.iban))
    )
    least, most = (None if minor is None else Money(minor, book.currency) for minor in (rule.least_minor, rule.most_minor))
    looks: dict[str, object] = {"text": text or None, "name": name or None, "iban": iban or None, "bank": rule.bank}
    goes = {"target": rule.target.value, "campaign": campaign, "account": rule.account, "donor": donor}
    head = {"id": rule.id, "number": rule.number, "direction": rule.direction.value}
    learned = learned_lines(book, [rule]).get(rule.id)
    return {**head, **looks, "least": least, "most": most, **goes, "off": rule.off, "learned_from": learned}
