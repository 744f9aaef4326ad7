"""The database itself refuses what no verb would do: hostile SQL, writing without an operation, names in the log."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import CheckConstraint, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from fundledger.store.guards import BY_OWNER, guard_statements, missing_guards
from fundledger.store.schema import IDENTITY, UNAUDITED, audit, fund, identity_account, identity_donor, identity_history, metadata, payee
from tests.store.bookkeeping import AT, accept, add, bank_with_lines, faults, gift, interest, new_book, post

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Row, Table

    from fundledger.store.book import Book

# Entry 1 and 2 are posted, entry 3 is not; every statement tries to change what is posted, or the log.
_NEW_ENTRY = "(id, uid, kind, dated, n_lines, operation_id)"
_NEW_POSTING = "INSERT INTO posting (entry_id, ordinal, account_id, fund_id, amount_minor, flow) VALUES"
HOSTILE = (
    "UPDATE entry SET posted = 0 WHERE id = 1",
    "UPDATE entry SET dated = '2020-01-01' WHERE id = 1",
    "UPDATE entry SET number = 99 WHERE id = 1",
    "UPDATE entry SET n_lines = 3 WHERE id = 1",
    "UPDATE entry SET subject = 'other' WHERE id = 1",
    "UPDATE entry SET reverses_id = 2 WHERE id = 1",
    "UPDATE entry SET id = 77 WHERE id = 1",
    "UPDATE entry SET operation_id = operation_id + 1 WHERE id = 1",
    "UPDATE OR REPLACE entry SET id = 1 WHERE id = 2",
    "UPDATE OR REPLACE entry SET uid = (SELECT uid FROM entry WHERE id = 1) WHERE id = 3",
    "UPDATE OR REPLACE entry SET posted = 1, number = 1 WHERE id = 3",
    "UPDATE OR IGNORE entry SET posted = 0 WHERE id = 1",
    "DELETE FROM entry WHERE id = 1",
    "DELETE FROM entry",
    "DELETE FROM posting WHERE entry_id = 1",
    "DELETE FROM posting WHERE id = 1",
    "UPDATE posting SET amount_minor = amount_minor * 2 WHERE entry_id = 1",
    "UPDATE posting SET fund_id = 2 WHERE entry_id = 1",
    "UPDATE posting SET account_id = 2 WHERE id = 1",
    "UPDATE posting SET flow = 'returned' WHERE id = 2",
    "UPDATE posting SET entry_id = 3 WHERE entry_id = 1",
    "UPDATE OR REPLACE posting SET id = 1 WHERE id = 3",
    "UPDATE OR IGNORE posting SET amount_minor = 1 WHERE id = 1",
    f"{_NEW_POSTING} (1, 2, 1, 1, 500, ''), (1, 3, 17, 1, -500, '')",
    f"{_NEW_POSTING} (1, 0, 1, 1, 500, '')",
    f"{_NEW_POSTING.replace('INSERT', 'INSERT OR REPLACE')} (1, 0, 1, 1, 500, '')",
    "INSERT OR REPLACE INTO posting (id, entry_id, ordinal, account_id, fund_id, amount_minor, flow) VALUES (1, 3, 5, 1, 1, 500, '')",
    "INSERT OR REPLACE INTO posting (id, entry_id, ordinal, account_id, fund_id, amount_minor, flow) VALUES (1, 1, 0, 1, 1, 500, '')",
    f"REPLACE INTO entry {_NEW_ENTRY} SELECT id, uid, kind, '2020-01-01', 2, operation_id FROM entry",
    f"INSERT OR REPLACE INTO entry {_NEW_ENTRY} SELECT 1, 'fresh', 'line', '2026-03-02', 2, id FROM operation WHERE done = 0",
    f"INSERT OR REPLACE INTO entry {_NEW_ENTRY} SELECT 9, uid, 'line', '2026-03-02', 2, operation_id FROM entry WHERE id = 1",
    "INSERT INTO entry (uid, kind, dated, n_lines, posted, operation_id) SELECT 'x', 'line', '2026-03-02', 2, 1, max(id) FROM operation",
    "INSERT INTO entry (uid, kind, dated, n_lines, number, operation_id) SELECT 'x', 'line', '2026-03-02', 2, 4, max(id) FROM operation",
    "INSERT INTO entry (uid, kind, dated, n_lines, operation_id) VALUES ('x', 'line', '2026-03-02', 2, 1)",
    "UPDATE entry SET posted = 1, number = 3 WHERE id = 3",
    "UPDATE entry SET posted = 1 WHERE id = 3",
    "UPDATE audit SET before = '{}'",
    "DELETE FROM audit",
    "REPLACE INTO audit (id, operation_id, table_name, row_id, act) SELECT 1, max(id), 'fund', 1, 'insert' FROM operation",
    "INSERT INTO audit (operation_id, table_name, row_id, act) VALUES (1, 'fund', 1, 'insert')",
    "UPDATE operation SET verb = 'other' WHERE id = 1",
    "UPDATE operation SET done = 0 WHERE id = 1",
    "DELETE FROM operation WHERE id = 1",
    "REPLACE INTO operation (id, uid, verb, at, person_id) VALUES (1, 'x', 'new', '2026-03-02', 1)",
    "UPDATE fund SET id = 99 WHERE id = 1",
)
# Outside of an operation this is how one begins.
_SECOND = "INSERT OR REPLACE INTO operation (uid, verb, at, person_id, done) VALUES ('x', 'second', '2026-03-02', 1, 0)"


@pytest.fixture(scope="module")
def posted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    """A book with two entries, which no hostile statement has changed yet."""
    with new_book(tmp_path_factory.mktemp("posted") / "Sample") as book:
        post(book, gift(500, book.unrestricted_fund), gift(700, book.suspense_fund))
        yield book


def journal_of(book: Book) -> Sequence[Row[int, int]]:
    with book.reading() as db:
        entries = db.exec_driver_sql("SELECT e.*, p.* FROM entry e JOIN posting p ON p.entry_id = e.id ORDER BY 1").all()
        log = db.exec_driver_sql("SELECT a.*, o.* FROM audit a JOIN operation o ON o.id = a.operation_id WHERE o.id < 3 ORDER BY 1").all()
    return [*entries, *log]


@pytest.mark.parametrize("statement", [*HOSTILE, _SECOND])
def test_hostile_sql_on_what_is_posted_is_refused_inside_an_operation(posted: Book, statement: str) -> None:
    before = journal_of(posted)
    with pytest.raises(ZeroDivisionError), posted.operation("hostile", AT) as op:  # noqa: PT012  a whole operation is what is tried
        op.db.exec_driver_sql(f"INSERT INTO entry {_NEW_ENTRY} VALUES (3, 'unposted', 'line', '2026-03-02', 2, {op.id})")
        op.db.exec_driver_sql(f"{_NEW_POSTING} (3, 0, 1, 1, 10, '')")
        with pytest.raises(IntegrityError):
            op.db.exec_driver_sql(statement)
        raise ZeroDivisionError
    assert journal_of(posted) == before


@pytest.mark.parametrize("statement", HOSTILE)
def test_hostile_sql_is_refused_without_an_operation_too(posted: Book, statement: str) -> None:
    before = journal_of(posted)
    assert posted._writer is not None
    with posted._writer.begin() as db:
        try:
            touched = db.exec_driver_sql(statement).rowcount
        except IntegrityError:
            touched = 0
    assert touched == 0
    assert journal_of(posted) == before


def posting_an(book: Book, *postings: tuple[int, int, int], dated: str = "2026-03-02", n_lines: int = 2) -> None:
    """Write an entry by hand: (account, fund, amount) each; the flip is what is tried."""
    with book.operation("by hand", AT) as op:
        op.db.exec_driver_sql(f"INSERT INTO entry {_NEW_ENTRY} VALUES (1, 'u', 'line', ?, ?, ?)", (dated, n_lines, op.id))
        for ordinal, (account_id, fund_id, minor) in enumerate(postings):
            op.db.exec_driver_sql(f"{_NEW_POSTING} (1, ?, ?, ?, ?, '')", (ordinal, account_id, fund_id, minor))
        op.db.exec_driver_sql("UPDATE entry SET posted = 1, number = 1 WHERE id = 1")


def test_a_balanced_entry_of_two_postings_is_taken(book: Book) -> None:
    posting_an(book, (1, 1, 500), (17, 1, -500))
    assert len(journal_of(book)) > 2


@pytest.mark.parametrize(
    ("postings", "dated", "n_lines", "message"),
    [
        (((1, 1, 500), (17, 1, -400)), "2026-03-02", 2, "entry not zero"),
        (((1, 1, 500), (17, 2, -500)), "2026-03-02", 2, "entry not zero"),
        (((1, 1, 500), (1, 1, 0), (17, 1, -500)), "2026-03-02", 3, "entry zero posting"),
        (((1, 1, 500), (17, 1, -500)), "2026-03-02", 3, "entry lines"),
        (((1, 1, 0),), "2026-03-02", 1, "entry lines"),
        ((), "2026-03-02", 0, "entry lines"),
        (((1, 1, 500), (17, 1, -500)), "02.03.2026", 2, "entry date"),
        (((1, 1, 500), (17, 1, -500)), "2026-02-30", 2, "entry date"),
    ],
)
def test_an_entry_that_is_not_sound_cannot_be_posted(
    book: Book, postings: tuple[tuple[int, int, int], ...], dated: str, n_lines: int, message: str
) -> None:
    with pytest.raises(IntegrityError, match=message):
        posting_an(book, *postings, dated=dated, n_lines=n_lines)
    assert faults(book) == []


def test_nothing_is_posted_into_a_locked_period(book: Book) -> None:
    with book.operation("close", AT) as op:
        op.db.exec_driver_sql("INSERT INTO period (start_on, end_on, locked) VALUES ('2026-03-01', '2026-03-31', 1)")
    with pytest.raises(IntegrityError, match="entry period"):
        posting_an(book, (1, 1, 500), (17, 1, -500))
    posting_an(book, (1, 1, 500), (17, 1, -500), dated="2026-04-01")


def test_an_entry_left_unposted_stops_the_operation(book: Book) -> None:
    with pytest.raises(IntegrityError, match="entry left unposted"), book.operation("half", AT) as op:
        op.db.exec_driver_sql(f"INSERT INTO entry {_NEW_ENTRY} VALUES (1, 'u', 'line', '2026-03-02', 2, {op.id})")
    assert faults(book) == []


def a_row_of(table: Table) -> dict[str, object]:
    """Values every check of the table accepts, and no row has yet."""
    row: dict[str, object] = {}
    for column in table.columns:
        allowed = [re.findall(r"'(\w+)'|\b([01])\b", str(rule.sqltext)) for rule in column.constraints if isinstance(rule, CheckConstraint)]
        kind = column.type.python_type
        row[column.name] = 77 if kind is int else f"new {column.name}" if kind is str else b"new"
        if allowed:
            word, digit = allowed[0][0]
            row[column.name] = word or int(digit)
    for rule in table.constraints:
        if isinstance(rule, CheckConstraint):  # what is about one of several things is about the first
            row |= dict.fromkeys(re.findall(r"\((\w+) IS NOT NULL\)", str(rule.sqltext))[1:])
    return row


@pytest.mark.parametrize("kind", ["INSERT", "INSERT OR IGNORE", "INSERT OR REPLACE"])
def test_no_table_takes_a_row_without_an_operation(book: Book, kind: str) -> None:
    assert book._writer is not None
    for table in metadata.sorted_tables:
        values = a_row_of(table)
        names, marks = ", ".join(f'"{name}"' for name in values), ", ".join("?" * len(values))
        if table.name == "operation":
            continue
        with pytest.raises(IntegrityError, match=r"no operation|entry posted"), book._writer.begin() as db:  # noqa: PT012  a whole operation is what is tried
            db.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            db.exec_driver_sql(f"{kind} INTO {table.name} ({names}) VALUES ({marks})", tuple(values.values()))


@pytest.mark.parametrize(
    "statement", ["UPDATE fund SET kind = 'campaign'", "DELETE FROM account", "UPDATE balance SET amount_minor = 1", "DELETE FROM balance"]
)
def test_no_row_is_changed_or_deleted_without_an_operation(book: Book, statement: str) -> None:
    post(book, gift(500, 1))
    assert book._writer is not None
    with pytest.raises(IntegrityError, match="no operation"), book._writer.begin() as db:
        db.exec_driver_sql(statement)


def test_the_log_holds_what_changed_in_ledger_rows(book: Book) -> None:
    with book.operation("payee", AT) as op:
        payee_id = add(op, payee, code="P-1")
        op.db.execute(update(payee).where(payee.c.id == payee_id).values(code="P-2"))
        op.db.execute(update(payee).where(payee.c.id == payee_id).values(code="P-2"))
        op.db.execute(delete(payee).where(payee.c.id == payee_id))
        rows = op.db.execute(select(audit.c.act, audit.c.before, audit.c.after).where(audit.c.operation_id == op.id)).all()
    assert [(act, before and json.loads(before), after and json.loads(after)) for act, before, after in rows] == [
        ("insert", None, None),
        ("update", {"code": "P-1"}, {"code": "P-2"}),
        ("delete", {"id": payee_id, "code": "P-2"}, None),
    ]


def test_the_log_holds_no_value_of_an_identity_row_and_the_history_holds_the_old_ones(book: Book) -> None:
    bank = bank_with_lines(book)
    accept(book, bank.lines[0], bank.fund)
    with book.operation("rename", AT) as op:
        op.db.execute(update(identity_donor).values(name="Sample Person Beta", folded="sample person beta"))
        op.db.execute(update(identity_account).values(name="Other bank"))
        op.db.execute(delete(identity_donor))
        log = str(op.db.execute(select(audit)).all())
        updated = select(audit.c.after).where(audit.c.table_name == "identity_donor", audit.c.act == "update")
        assert json.loads(op.db.execute(updated).scalar_one()) == ["name", "folded"]
        history = op.db.execute(select(identity_history.c.column_name, identity_history.c.old_value)).all()
    for value in ("Testa", "testa", "Beta", "LT60", "Sample", "auka", "Ntry"):
        assert value not in log
    assert ("name", "Testa Testaitė") in [tuple(row) for row in history]
    assert ("name", "Sample Person Beta") in [tuple(row) for row in history]


def test_every_table_is_guarded_and_only_the_named_ones_are_not_logged() -> None:
    made = " ".join(guard_statements())
    for table in metadata.sorted_tables:
        for act in ("insert", "update", "delete"):
            assert f"TRIGGER guard_{table.name}_{act} " in made or f"TRIGGER audit_{table.name}_{act} " in made
        if table.name not in UNAUDITED | set(BY_OWNER) | {"posting"}:
            assert f"audit_{table.name}_insert" in made
    assert {name for name in BY_OWNER if not name.startswith(IDENTITY)} == {"processed"}


def test_a_dropped_an_altered_and_a_foreign_trigger_are_named(book: Book) -> None:
    assert book._writer is not None
    with book._writer.begin() as db:
        db.exec_driver_sql("DROP TRIGGER guard_entry_delete")
        db.exec_driver_sql("DROP TRIGGER guard_posting_update")
        db.exec_driver_sql("CREATE TRIGGER guard_posting_update BEFORE UPDATE ON posting BEGIN SELECT 1; END")
        db.exec_driver_sql("CREATE TRIGGER stranger AFTER INSERT ON fund BEGIN SELECT 1; END")
    with book.reading() as db:
        assert missing_guards(db) == ["guard_entry_delete", "guard_posting_update", "stranger"]
    assert faults(book) == ["check.guard_missing"] * 3


def test_a_column_takes_only_what_it_says(book: Book) -> None:
    with pytest.raises(IntegrityError), book.operation("text as money", AT) as op:  # noqa: PT012  a whole operation is what is tried
        posting = "INSERT INTO balance (fund_id, account_id, flow, amount_minor) VALUES (1, 1, '', 'a lot')"
        op.db.exec_driver_sql(posting)


def test_postings_need_no_log_row_because_their_entry_has_one(book: Book) -> None:
    post(book, interest(500, 1))
    with book.reading() as db:
        logged = db.execute(select(audit.c.table_name, audit.c.act).where(audit.c.operation_id == 2)).all()
    assert [tuple(row) for row in logged] == [("entry", "insert")]


def test_an_insert_that_ignores_conflicts_is_logged_like_any_other(book: Book) -> None:
    with book.operation("ignore", AT) as op:
        op.db.execute(insert(fund).prefix_with("OR IGNORE").values(kind="campaign"))
        assert op.db.execute(select(audit.c.row_id).where(audit.c.operation_id == op.id)).all() == [(3,)]
