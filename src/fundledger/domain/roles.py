"""What a person of the foundation does with its money; roles guard against error, not against whoever holds a key."""

from __future__ import annotations

from fundledger.domain.problem import Problem

STEPS = ("enter", "approve", "pay")
TREASURER, RECOVERY = "treasurer", "recovery"  # the treasurer does every step; the recovery key is nobody's own
_MOST_STEPS = 2


def check_role(role: str) -> list[Problem]:
    """A role is `treasurer`, or one or two of enter, approve and pay joined by a plus: all three are a treasurer's."""
    steps = role.split("+")
    known = role == TREASURER or (set(steps) <= set(STEPS) and len(steps) == len(set(steps)) <= _MOST_STEPS)
    return [] if known else [Problem("person.role_unknown", role, {"known": [TREASURER, *STEPS]})]


def keeps_people(role: str) -> bool:
    """Whether this role lets others in and out."""
    return role in {TREASURER, RECOVERY}
