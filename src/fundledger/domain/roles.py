"""What a person of the foundation does with its money; roles guard against error, not against whoever holds a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.domain.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

STEPS = ("enter", "approve", "pay")
TREASURER, RECOVERY = "treasurer", "recovery"  # the treasurer does every step; the recovery key is nobody's own
_MOST_STEPS = 2
# So many different people enter, approve and pay one invoice at least, where the foundation says nothing else; three is the most.
PEOPLE = 2


_APPROVE = frozenset(
    {
        "invoice approve", "campaign open", "campaign over", "campaign close", "campaign cover", "campaign mandate",
        "campaign withdraw consent", "campaign close ended", "campaign archive", "campaign late", "quote accept", "quote refuse",
        "period close", "period reopen", "year close", "publish", "donor erase",
        "review clear", "review return", "review settings", "policy set", "approval take",
    }
)  # fmt: skip
_PAY = frozenset({"invoice pay", "invoice withdraw"})
# What is her own, what only keeps or shows, and what `keeps_people` decides.
_ANYBODY = frozenset(
    {
        "draft", "preference", "reveal", "document open", "drill", "drill recovery-key", "backup place", "passphrase change",
        "passphrase reset", "keyring on", "keyring off", "recovery new", "recovery confirm", "person add", "person remove",
        "campaign consent expired", "person role", "person key",
    }
)  # fmt: skip


def step_of(verb: str) -> str:
    """The step an operation belongs to; empty where every role may do it."""
    if verb in _ANYBODY:
        return ""
    return "approve" if verb in _APPROVE else "pay" if verb in _PAY else "enter"


def check_step(role: str, verb: str) -> list[Problem]:
    """Whether a role may do an operation; a treasurer may do all, and so may whoever came in by the recovery key."""
    step = step_of(verb)
    allowed = keeps_people(role) or not step or step in role.split("+")
    return [] if allowed else [Problem("role.not_yours", verb, {"step": step, "role": role})]


def check_role(role: str) -> list[Problem]:
    """A role is `treasurer`, or one or two of enter, approve and pay joined by a plus: all three are a treasurer's."""
    steps = role.split("+")
    known = role == TREASURER or (set(steps) <= set(STEPS) and len(steps) == len(set(steps)) <= _MOST_STEPS)
    return [] if known else [Problem("person.role_unknown", role, {"known": [TREASURER, *STEPS]})]


def check_hands(number: str, hands: Sequence[int | None], people: int, *, alone: bool) -> tuple[list[Problem], list[Problem]]:
    """Whose hands an invoice went through, once for each step: what refuses the last step, and what only warns.

    One person holds at most as many steps as leave others for `people`; who is `alone` in the book, or where the foundation lets one
    person do it, is warned of it.
    """
    n = len({*hands})
    if len(hands) - n <= len(STEPS) - max(people, 2):
        return [], []
    problem = Problem("payment.one_person", number) if n == 1 else Problem("payment.few_people", number, {"people": people})
    return ([], [problem]) if alone or n >= people else ([problem], [])


def check_people(n: int, before: int, *, second: bool) -> list[Problem]:
    """One, two or three people; fewer than before takes two to say so."""
    problems = [] if 1 <= n <= len(STEPS) else [Problem("policy.people", str(n), {"most": len(STEPS)})]
    return problems + ([Problem("policy.loosened", str(n), {"before": before})] if n < before and not second else [])


def keeps_people(role: str) -> bool:
    """Whether this role lets others in and out."""
    return role in {TREASURER, RECOVERY}
