"""What a person of the foundation does with its money; roles guard against error, not against whoever holds a key."""

from __future__ import annotations

from fundledger.domain.problem import Problem

STEPS = ("enter", "approve", "pay")
TREASURER, RECOVERY = "treasurer", "recovery"  # the treasurer does every step; the recovery key is nobody's own
_MOST_STEPS = 2


_APPROVE = frozenset(
    {
        "invoice approve", "campaign open", "campaign over", "campaign close", "campaign cover", "campaign mandate",
        "campaign withdraw consent", "period close", "period reopen", "year close", "publish", "donor erase",
    }
)  # fmt: skip
_PAY = frozenset({"invoice request", "invoice withdraw"})
# What is her own, what only keeps or shows, and what `keeps_people` decides.
_ANYBODY = frozenset(
    {
        "draft", "preference", "reveal", "document open", "drill", "drill recovery-key", "backup place", "passphrase change",
        "passphrase reset", "keyring on", "keyring off", "recovery new", "recovery confirm", "person add", "person remove",
        "campaign consent expired",
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


def keeps_people(role: str) -> bool:
    """Whether this role lets others in and out."""
    return role in {TREASURER, RECOVERY}
