"""Any sequence of verbs in three books whose campaigns recognise by other methods: the same sources and uses, always in step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from fundledger.store import campaigns, funds, invoices, journal, lines
from tests.services.test_any_sequence import Verbs

if TYPE_CHECKING:
    from collections.abc import Callable

# Of C-101 and C-102: what moves between them moves between methods.
METHODS = (("restricted", "restricted"), ("deferral", "agency"), ("agency", "deferral"))


class ThreeBooks(RuleBasedStateMachine):
    """One treasurer who does the same in each of three books."""

    factory: pytest.TempPathFactory

    @initialize()
    def begin_all(self) -> None:
        self.books = [type("Machine", (Verbs,), {"factory": self.factory, "methods": methods})() for methods in METHODS]
        for book in self.books:
            book.begin()

    def teardown(self) -> None:
        for book in getattr(self, "books", ()):
            book.teardown()

    @invariant()
    def all_three_say_the_same(self) -> None:
        """Of every fund and every figure; of invoices, lines and campaigns; and what was refused in one was refused in all."""
        if hasattr(self, "books"):
            first, *others = [sources_and_uses(book) for book in self.books]
            assert all(other == first for other in others)

    @invariant()
    def each_is_sound(self) -> None:
        for book in getattr(self, "books", ()):
            book.the_book_is_sound()
            book.the_funds_money_is_the_ledgers_and_the_banks()


def sources_and_uses(book: Verbs) -> tuple[Any, ...]:
    """Everything that a method does not change."""
    with book.desk.book.reading() as db:
        figures = funds.fund_figures(db, "EUR")
        owed = [(one.number, one.state, one.paid) for one in invoices.invoices(db, "EUR")]
        rows = [(one.id, one.state, one.disposition) for one in lines.line_rows(db, lines.line_ids(db))]
        states = [(one.code, one.state) for one in campaigns.campaigns(db, "EUR")]
    return figures, owed, rows, states, len(book.done)


def has_results(book: Verbs, **drawn: Any) -> bool:  # noqa: ANN401  whatever a rule draws
    """Whether there is income or cost to close; agency has none of either, and a year without any is refused."""
    with book.desk.book.reading() as db:
        found = journal.trial_balance(db, end=drawn["month"][1])
    return any(debit != credit and (code[0] in "45" or code in {"3910", "3920"}) for code, _, debit, credit in found)


_ONLY_IF = {"close_year": has_results}


def _in_each(run: Callable[..., None]) -> Callable[..., None]:
    def each(self: ThreeBooks, **drawn: Any) -> None:  # noqa: ANN401  as above
        may = _ONLY_IF.get(run.__name__)
        if may is None or all(may(book, **drawn) for book in self.books):
            for book in self.books:
                run(book, **drawn)

    each.__name__ = run.__name__
    return each


def _when(conditions: tuple[Callable[[Any], bool], ...]) -> Callable[[Any], bool]:
    return lambda self: all(condition(self.books[0]) for condition in conditions)


_declare: Any = rule  # its types know the strategies of each argument by name
for _rule in Verbs.setup_state().rules:
    _made = _declare(**_rule.arguments)(_in_each(_rule.function))
    setattr(ThreeBooks, _rule.function.__name__, precondition(_when(tuple(_rule.preconditions)))(_made))


@pytest.mark.parametrize(("share", "steps"), [(30, 15), pytest.param(3, 40, marks=pytest.mark.full)])
def test_any_sequence_of_verbs_has_the_same_sources_and_uses_by_every_method(
    tmp_path_factory: pytest.TempPathFactory, share: int, steps: int
) -> None:
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    bounds = settings(max_examples=settings().max_examples // share, stateful_step_count=steps, suppress_health_check=checks)
    machine = type("Machine", (ThreeBooks,), {"factory": tmp_path_factory})
    run_state_machine_as_test(machine, settings=bounds)
