"""What can go wrong, as data: the shells write the prose."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOTHING: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing a user can mend: a code, what it is about, and the values of its sentence."""

    code: str
    subject: str = ""
    values: Mapping[str, object] = field(default_factory=lambda: _NOTHING)


class KnownError(Exception):
    """The world's fault, or a refusal: carries problems, never prose; the shell says it and exits 2."""

    def __init__(self, code: str, subject: str = "", /, **values: object) -> None:
        """Hold one problem; `refusal` builds one from a whole list."""
        super().__init__(code)
        self.problems: tuple[Problem, ...] = (Problem(code, subject, MappingProxyType(values)),)

    @property
    def code(self) -> str:
        """The code of the first problem."""
        return self.problems[0].code


def refusal(problems: tuple[Problem, ...]) -> KnownError:
    """A refusal that lists every problem at once."""
    error = KnownError(problems[0].code)
    error.problems = problems
    return error
