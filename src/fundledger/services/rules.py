"""Rules of matching: learned from what was decided, tried against the past before they are saved, kept in an order."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fundledger.domain.chart import FREE, IN_CAMPAIGN, OF_CAMPAIGN, PROCESSOR_FEES
from fundledger.domain.matching import TargetKind
from fundledger.domain.problem import KnownError, Problem, refusal
from fundledger.domain.reference import compact
from fundledger.domain.rules import TARGETS, Direction, Rule, check_rule, matches
from fundledger.services.changes import Area, Changes
from fundledger.services.folding import fold, fold_text
from fundledger.services.proposing import open_line
from fundledger.store import lines, reconciliations
from fundledger.store import rules as store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from fundledger.domain.matching import Share
    from fundledger.domain.money import Money
    from fundledger.store.book import Book
    from fundledger.store.lines import PartRow
    from fundledger.store.rows import Database

_AT_ONCE = 500
_TOUCHED = frozenset({Area.RULES, Area.LINES})
_NUMBER = re.compile(r"\d")
_WORDS = 4


@dataclass(frozen=True, slots=True)
class Touched:
    """A line of the past that a rule looks for: what it became (empty while it is open), and whether that is what the rule says."""

    line: int
    booked_on: date
    amount: Money
    became: str
    agrees: bool


def rules(book: Book) -> list[Rule]:
    """The rules in the order they are tried, also those that are off."""
    with book.reading() as db:
        return store.rules(db)


def find(book: Book, number: int) -> Rule:
    """The rule at a place of the order; raises rule.unknown."""
    with book.reading() as db:
        return store.find_rule(db, number)


def learned_lines(book: Book, some: Sequence[Rule]) -> dict[int, int]:
    """By id of a rule the bank line whose decision it was learned from; what a person made by hand is not among them."""
    with book.reading() as db:
        lines_of = reconciliations.lines_of(db, [one.learned_from for one in some if one.learned_from is not None])
    return {one.id: lines_of[one.learned_from] for one in some if one.learned_from is not None}


def learn(book: Book, line_id: int) -> Rule:
    """A draft of the rule that would have proposed what a line became; nothing is saved.

    It looks for the account the money came from or went to, else for the name, else for the words of the text that are no numbers.
    Raises line.unknown, line.not_matched, rule.cannot_learn (a split, an invoice, a line that says nothing).
    """
    with book.reading() as db:
        row = lines.find_line(db, line_id)
        became = reconciliations.active(db, line_id, book.currency)
        if became is None:
            raise KnownError("line.not_matched", str(line_id))
        shares = [share for share in became.shares if share.key != PROCESSOR_FEES or len(became.shares) == 1]
        whole = lines.parts(db, [line_id])[line_id][0]
    looks = _looks(whole)
    if len(shares) != 1 or shares[0].target not in TARGETS or looks is None:
        raise KnownError("rule.cannot_learn", str(line_id))
    direction = Direction.IN if row.amount.minor > 0 else Direction.OUT
    text, name, iban = looks
    return replace(_to(shares[0]), direction=direction, text=text, name=name, iban=iban, learned_from=became.id)


def _looks(whole: PartRow) -> tuple[str, str, str] | None:
    """The text, the name or the account to look for; two of them empty."""
    if whole.iban:
        return "", "", compact(whole.iban)
    if fold(whole.name):
        return "", fold(whole.name), ""
    words: list[str] = []
    for word in fold_text(whole.remittance).split():
        if not _NUMBER.search(word):
            words.append(word)
        elif words:
            break
    return (" ".join(words[:_WORDS]), "", "") if words else None


def _to(share: Share) -> Rule:
    if share.target is TargetKind.CAMPAIGN:
        return Rule(share.target, campaign=int(share.key) if share.key else None, donor=share.donor)
    if share.target is TargetKind.ACCOUNT:
        return Rule(share.target, account=str(share.key), campaign=share.bearer)
    return Rule(share.target, donor=share.donor if share.target is TargetKind.FOUNDATION else None)


def would_have(book: Book, rule: Rule) -> list[Touched]:
    """The lines of the past this rule looks for, the latest first, with what each became. Raises KnownError with what it lacks."""
    checked = _sound(rule)
    with book.reading() as db:
        wanted = store.counted_lines(db)
        found = [
            one
            for start in range(0, len(wanted), _AT_ONCE)
            for one in _touched(db, book.currency, checked, wanted[start : start + _AT_ONCE])
        ]
    return found[::-1]


def _touched(db: Database, currency: str, rule: Rule, ids: list[int]) -> list[Touched]:
    parts, on = lines.parts(db, ids), store.accounts_of(db, ids)
    hit = [one for one in ids if len(parts[one][1]) < 2 and matches(rule, open_line(*parts[one], on[one]))]
    rows = {row.id: row for row in lines.line_rows(db, hit)}
    found = []
    for one in hit:
        became = reconciliations.active(db, one, currency) if rows[one].disposition else None
        agrees = became is not None and any(_agrees(rule, share) for share in became.shares)
        found.append(Touched(one, rows[one].booked_on, rows[one].amount, rows[one].disposition or "", agrees))
    return found


def _agrees(rule: Rule, share: Share) -> bool:
    if share.target is not rule.target:
        return False
    if rule.target is TargetKind.CAMPAIGN:
        return share.key == rule.campaign
    return rule.target is not TargetKind.ACCOUNT or (share.key == rule.account and share.bearer == rule.campaign)


def save(book: Book, rule: Rule, at: datetime) -> Changes:
    """Keep a new rule last in the order, or an edited one (by its id) in its place; the old one stays for what it proposed.

    Texts and names are folded here. Raises KnownError with what it lacks.
    """
    checked = _sound(rule)
    with book.operation("rule edit" if rule.id else "rule add", at) as op:
        before = [one.id for one in store.rules(op.db)]
        if rule.id and rule.id not in before:
            raise KnownError("rule.unknown", str(rule.number))
        added = store.add_rule(op, checked)
        store.order(op, [added.id if one == rule.id else one for one in before] if rule.id else [*before, added.id])
        return Changes(op.id, (added.id,), _TOUCHED)


def _sound(rule: Rule) -> Rule:
    """The rule with its texts folded; raises KnownError with every problem."""
    folded = replace(rule, text=fold_text(rule.text), name=fold(rule.name), iban=compact(rule.iban))
    problems = check_rule(folded)
    if folded.account and not problems and folded.target is TargetKind.ACCOUNT:
        allowed = IN_CAMPAIGN | FREE if folded.campaign else FREE | (IN_CAMPAIGN - OF_CAMPAIGN)
        if folded.account not in allowed:
            problems.append(Problem("rule.account", folded.account))
    if problems:
        raise refusal(tuple(problems))
    return folded


def move(book: Book, number: int, to: int, at: datetime) -> Changes:
    """Give a rule another place in the order, which is the order they are tried in; raises rule.unknown."""
    with book.operation("rule move", at) as op:
        moved = store.find_rule(op.db, number)
        rest = [one.id for one in store.rules(op.db) if one.id != moved.id]
        place = max(0, min(to - 1, len(rest)))
        store.order(op, [*rest[:place], moved.id, *rest[place:]])
        return Changes(op.id, (moved.id,), _TOUCHED)


def remove(book: Book, number: int, at: datetime) -> Changes:
    """Take a rule out of the order; what was accepted by it stays. Raises rule.unknown."""
    with book.operation("rule remove", at) as op:
        gone = store.find_rule(op.db, number)
        store.order(op, [one.id for one in store.rules(op.db) if one.id != gone.id])
        return Changes(op.id, (gone.id,), _TOUCHED)
