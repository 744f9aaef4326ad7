"""What a reader finds wrong on its way: warnings that may be accepted, faults that refuse the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.domain.problem import Problem, refusal

if TYPE_CHECKING:
    from fundledger.domain.problem import KnownError

MOST_PROBLEMS = 1_000


class Findings:
    """Problems in the order they were met; the first thousand of each sort are kept, the rest counted.

    Attributes: warnings; n_faults, all of them counted; undecodable, whether there are lines with letters nobody can read, which stand in
    the text as U+FFFD; evidence, by which a reader knew more of the file than its beginning says, such as the columns of a table.
    """

    def __init__(self) -> None:
        """Start with nothing found."""
        self.warnings: list[Problem] = []
        self._faults: list[Problem] = []
        self._unlisted = {"warnings": 0, "faults": 0}
        self.n_faults = 0
        self.undecodable = False
        self.evidence = ""

    def warn(self, code: str, where: str, **values: object) -> None:
        """Note something the user may accept."""
        self._note("warnings", self.warnings, Problem(code, where, values))

    def fault(self, problem: Problem) -> None:
        """Note a row that cannot be taken; the file will be refused once all of it has been read."""
        self.n_faults += 1
        self._note("faults", self._faults, problem)

    def _note(self, sort: str, kept: list[Problem], problem: Problem) -> None:
        if len(kept) < MOST_PROBLEMS:
            kept.append(problem)
        else:
            self._unlisted[sort] += 1

    @property
    def faulty(self) -> bool:
        """Whether anything was met that refuses the file."""
        return bool(self._faults)

    @property
    def faults(self) -> tuple[Problem, ...]:
        """Why rows cannot be taken, as far as they are listed."""
        return tuple(self._faults)

    def close(self, *, leave: bool = False) -> KnownError | None:
        """Add what was only counted, and return the refusal when there is a fault; with `leave` the faults are warnings."""
        for sort, kept in (("warnings", self.warnings), ("faults", self._faults)):
            if self._unlisted[sort]:
                kept.append(Problem("file.more_problems", "", {"count": self._unlisted[sort]}))
        if leave:
            self.warnings.extend(self._faults)
        return refusal(tuple(self._faults)) if self._faults and not leave else None
