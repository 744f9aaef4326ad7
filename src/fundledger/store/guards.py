"""The guards inside the database: triggers generated from the schema, which no statement can walk round.

They need `PRAGMA recursive_triggers = ON` *and* a BEFORE INSERT guard, or INSERT OR REPLACE walks past the delete
triggers. RAISE(ABORT) holds whatever conflict clause the statement carries; a constraint would not under OR IGNORE.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import LargeBinary

from fundledger.store.schema import EVIDENCE, IDENTITY, JOURNAL, UNAUDITED, metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Column, Connection, Table

# Rows born together with their owner, whose insertion is in the log already: 100,000 lines would otherwise write
# 100,000 more audit rows which say the same. Their changes and deletions are logged as everybody else's.
BY_OWNER = {"identity_line": "line", "identity_detail": "detail", "processed": "line", "identity_processed": "line"}
_LOG = frozenset({"operation", "audit", *EVIDENCE})
_OPEN = "(SELECT id FROM operation WHERE done = 0)"
# An undo is not undone, so what it takes away needs no second copy.
_KEEPS_HISTORY = "(SELECT undoes_id FROM operation WHERE done = 0) IS NULL"
# An adjustment stands on the last day of a locked period, with a voucher that a second person agreed to.
_LAST_DAY = "EXISTS (SELECT 1 FROM period WHERE locked = 1 AND end_on = NEW.dated)"
_ALONE = (
    "EXISTS (SELECT 1 FROM entry e JOIN period p ON p.locked = 1 AND e.dated BETWEEN p.start_on AND p.end_on"
    " WHERE e.operation_id = NEW.id AND e.kind = 'adjustment' AND NOT EXISTS (SELECT 1 FROM voucher v"
    " WHERE v.entry_id = e.id AND v.kind = 'adjustment' AND v.agreed_by IS NOT NULL AND v.agreed_by <> NEW.person_id))"
)


def guard_statements() -> list[str]:
    """Every trigger a book has, as SQL, for the schema as it stands now."""
    made = [*_operation_guards(), *_audit_guards(), *_evidence_guards(), *_entry_guards(), *_posting_guards()]
    made += [*_period_guards(), *_edition_guards(), *_locked_guards(), *_review_guards(), *_approval_guards(), *_name_words()]
    for table in metadata.sorted_tables:
        if table.name not in _LOG and table.name not in JOURNAL:
            made.extend(_table_guards(table))
    made.append(_audited("entry", "insert", "NEW.id"))
    return made


def renew(db: Connection) -> None:
    """Drop every trigger and make the guards anew, inside the transaction of the caller."""
    for name in db.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all():
        db.exec_driver_sql(f'DROP TRIGGER "{name}"')
    for statement in guard_statements():
        db.exec_driver_sql(statement)


def missing_guards(db: Connection) -> list[str]:
    """Names of guards that are gone or altered, and of triggers that are none of ours."""
    found: dict[str, str] = dict(db.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all())
    wanted = {statement.split(maxsplit=3)[2]: statement for statement in guard_statements()}
    return sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))


def _trigger(name: str, event: str, table: str, *steps: str, when: str = "") -> str:
    head = f"CREATE TRIGGER {name} {event} ON {table}" + (f" WHEN {when}" if when else "")
    return f"{head} BEGIN {' '.join(f'{step};' for step in steps)} END"


def _refuse(message: str, when: str) -> str:
    return f"SELECT RAISE(ABORT, '{message}') WHERE {when}"


def _never(table: str, event: str, message: str, *, when: str = "") -> str:
    return _trigger(f"guard_{table}_{event}", f"BEFORE {event.upper()}", table, f"SELECT RAISE(ABORT, '{message}')", when=when)


def _same(table: Table, *but: str) -> str:
    """Whether an update leaves every column but the named ones as it was."""
    return " AND ".join(f"OLD.{column.name} IS NEW.{column.name}" for column in table.columns if column.name not in but)


# --- the log ----------------------------------------------------------------------------------------------------------
def _operation_guards() -> Iterator[str]:
    table = metadata.tables["operation"]
    taken = "EXISTS (SELECT 1 FROM operation WHERE id = NEW.id OR uid = NEW.uid OR undoes_id = NEW.undoes_id)"
    yield _trigger(
        "guard_operation_insert", "BEFORE INSERT", "operation",
        _refuse("operation open", f"{_OPEN} IS NOT NULL"),
        _refuse("operation born done or taken", f"NEW.done <> 0 OR {taken}"),
    )  # fmt: skip
    yield _trigger(
        "guard_operation_update", "BEFORE UPDATE", "operation",
        _refuse("operation changed", f"NOT (OLD.done = 0 AND NEW.done = 1 AND {_same(table, 'done')})"),
        _refuse("entry left unposted", "EXISTS (SELECT 1 FROM entry WHERE operation_id = NEW.id AND posted = 0)"),
        _refuse("adjustment by one person", _ALONE),
    )  # fmt: skip
    yield _never("operation", "delete", "operation deleted")


def _audit_guards() -> Iterator[str]:
    yield _trigger(
        "guard_audit_insert", "BEFORE INSERT", "audit",
        _refuse("no operation", f"{_OPEN} IS NULL OR NEW.operation_id IS NOT {_OPEN}"),
        _refuse("audit taken", "EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)"),
    )  # fmt: skip
    yield _never("audit", "update", "audit changed")
    yield _never("audit", "delete", "audit deleted")


def _evidence_guards() -> Iterator[str]:
    """Leaves, heads and signatures are added and never changed; a head counts the leaves, of which none may be left out."""
    counted = "NEW.size IS NOT (SELECT max(id) FROM leaf) OR NEW.size < (SELECT max(size) FROM head)"
    foreign = f"NEW.operation_id IS NOT {_OPEN}"
    for name, refused in {"leaf": foreign, "head": f"{foreign} OR {counted}", "signature": f"{_OPEN} IS NULL"}.items():
        yield _never(name, "insert", f"no operation, or {name} out of place", when=refused)
        yield _never(name, "update", f"{name} changed")
        yield _never(name, "delete", f"{name} deleted")


# --- the journal ------------------------------------------------------------------------------------------------------
def _entry_guards() -> Iterator[str]:
    taken = "EXISTS (SELECT 1 FROM entry WHERE id = NEW.id OR uid = NEW.uid OR reverses_id = NEW.reverses_id)"
    yield _trigger(
        "guard_entry_insert", "BEFORE INSERT", "entry",
        _refuse("no operation", f"{_OPEN} IS NULL OR NEW.operation_id IS NOT {_OPEN}"),
        _refuse("entry born posted", "NEW.posted <> 0 OR NEW.number IS NOT NULL"),
        _refuse("entry taken", taken),
    )  # fmt: skip
    lines = "FROM posting WHERE entry_id = NEW.id"
    yield _trigger(
        "guard_entry_update", "BEFORE UPDATE", "entry",
        _refuse("entry changed", f"NOT (OLD.posted = 0 AND NEW.posted = 1 AND {_same(metadata.tables['entry'], 'posted', 'number')})"),
        _refuse("entry number", "NEW.number IS NOT 1 + (SELECT coalesce(max(number), 0) FROM entry)"),
        _refuse("entry lines", f"NEW.n_lines < 2 OR NEW.n_lines <> (SELECT count(*) {lines})"),
        _refuse("entry zero posting", f"EXISTS (SELECT 1 {lines} AND amount_minor = 0)"),
        _refuse("entry not zero", f"EXISTS (SELECT 1 {lines} GROUP BY fund_id HAVING sum(amount_minor) <> 0)"),
        _refuse("entry date", "NEW.dated IS NOT date(NEW.dated)"),
        _refuse("entry period", f"{_locked('NEW.dated')} AND NOT (NEW.kind = 'adjustment' AND {_LAST_DAY})"),
    )  # fmt: skip
    yield _never("entry", "delete", "entry deleted")


def _posting_guards() -> Iterator[str]:
    taken = "EXISTS (SELECT 1 FROM posting WHERE id = NEW.id)"
    yield _trigger(
        "guard_posting_insert", "BEFORE INSERT", "posting",
        _refuse("entry posted", "(SELECT posted FROM entry WHERE id = NEW.entry_id) IS NOT 0"),
        _refuse("posting taken", f"{taken} OR EXISTS (SELECT 1 FROM posting WHERE entry_id = NEW.entry_id AND ordinal = NEW.ordinal)"),
    )  # fmt: skip
    yield _never("posting", "update", "posting changed")
    yield _never("posting", "delete", "posting deleted")


# --- what is closed ---------------------------------------------------------------------------------------------------
def _locked(day: str) -> str:
    return f"EXISTS (SELECT 1 FROM period WHERE locked = 1 AND {day} BETWEEN start_on AND end_on)"


def _lock(table: str, event: str, *refused: str) -> str:
    return _trigger(f"lock_{table}_{event}", f"BEFORE {event.upper()}", table, _refuse("no operation", f"{_OPEN} IS NULL"), *refused)


def _period_guards() -> Iterator[str]:
    """A locked period opens only by a reopening that two people made in the same operation; periods do not overlap."""
    overlapping = _refuse(
        "period overlaps", "EXISTS (SELECT 1 FROM period WHERE id IS NOT NEW.id AND NEW.start_on <= end_on AND NEW.end_on >= start_on)"
    )
    unsound = _refuse(
        "period days", "NEW.start_on IS NOT date(NEW.start_on) OR NEW.end_on IS NOT date(NEW.end_on) OR NEW.start_on > NEW.end_on"
    )
    taken = "EXISTS (SELECT 1 FROM period WHERE id = NEW.id OR start_on = NEW.start_on)"
    reopened = (
        "EXISTS (SELECT 1 FROM reopening r JOIN audit a ON a.table_name = 'reopening' AND a.row_id = r.id AND a.act = 'insert'"
        f" WHERE r.period_id = OLD.id AND a.operation_id = {_OPEN})"
    )
    stays = f"OLD.locked = 1 AND NOT (NEW.locked = 0 AND {_same(metadata.tables['period'], 'locked')} AND {reopened})"
    yield _lock("period", "insert", unsound, overlapping, _refuse("period taken", taken))
    yield _lock("period", "update", _refuse("period locked", stays), unsound, overlapping)
    yield _lock("period", "delete", _refuse("period locked", "OLD.locked = 1"))
    alone = f"NEW.asked_by IS NOT (SELECT person_id FROM operation WHERE id = {_OPEN}) OR NEW.agreed_by IS NEW.asked_by"
    taken = "EXISTS (SELECT 1 FROM reopening WHERE id = NEW.id)"
    yield _lock("reopening", "insert", _refuse("reopening by one person", alone), _refuse("reopening taken", taken))
    yield _lock("reopening", "update", _refuse("reopening changed", "TRUE"))
    yield _lock("reopening", "delete", _refuse("reopening deleted", "TRUE"))


def _edition_guards() -> Iterator[str]:
    """What was published was published: an edition is only ever marked as superseded."""
    changed = f"OLD.superseded = 1 OR NOT ({_same(metadata.tables['edition'], 'superseded')})"
    for table in ("edition", "edition_file", "edition_figure"):
        yield _lock(table, "insert", _refuse("edition taken", f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"))
        yield _lock(table, "update", _refuse("edition changed", changed if table == "edition" else "TRUE"))
        yield _lock(table, "delete", _refuse("edition deleted", "TRUE"))


def _review_guards() -> Iterator[str]:
    """A gift that two people have not cleared stands in suspense and nowhere else."""
    waits = "EXISTS (SELECT 1 FROM review v WHERE v.line_id = NEW.line_id AND v.undone = 0 AND v.state <> 'clear')"
    placed = "EXISTS (SELECT 1 FROM reconciliation r WHERE r.line_id = NEW.line_id AND r.undone = 0 AND r.disposition <> 'suspense')"
    yield _lock("reconciliation", "insert", _refuse("gift under review", f"NEW.undone = 0 AND NEW.disposition <> 'suspense' AND {waits}"))
    yield _lock("review", "update", _refuse("gift is placed", f"NEW.undone = 0 AND NEW.state <> 'clear' AND {placed}"))


def _approval_guards() -> Iterator[str]:
    """An invoice is approved by whoever signed it; her approval is never another, and stays as long as the invoice is approved."""
    signed = "EXISTS (SELECT 1 FROM approval a WHERE a.invoice_id = NEW.id AND a.person_id IS NEW.approved_by)"
    taken = "EXISTS (SELECT 1 FROM approval WHERE id = NEW.id OR invoice_id = NEW.invoice_id OR request = NEW.request)"
    yield _lock("invoice", "insert", _refuse("invoice born approved", "NEW.state = 'approved'"))
    yield _lock("invoice", "update", _refuse("invoice approved unsigned", f"NEW.state = 'approved' AND NOT {signed}"))
    yield _lock("approval", "insert", _refuse("approval taken", taken))
    yield _lock("approval", "update", _refuse("approval changed", "TRUE"))
    approved = "(SELECT state FROM invoice WHERE id = OLD.invoice_id) IS 'approved'"
    yield _lock("approval", "delete", _refuse("approval in force", approved))
    yield _lock("disapproval", "update", _refuse("disapproval changed", "TRUE"))


def _locked_guards() -> Iterator[str]:
    """What the days of a locked period hold beside entries: bank lines, gifts, vouchers.

    A line comes into them only by an import that was told that late lines are meant (the subject of its operation), and is booked
    on the first open day; its gift keeps the day it was given. One in doubt may still be decided; one that counts stays.
    """
    late = f"(SELECT subject FROM operation WHERE id = {_OPEN}) IS 'late'"
    of_line = (
        "EXISTS (SELECT 1 FROM allocation x JOIN reconciliation r ON r.id = x.reconciliation_id JOIN line l ON l.id = r.line_id"
        " WHERE x.id = NEW.allocation_id AND l.booked_on = NEW.given_on)"
    )
    counts = "OLD.status = 'booked' AND OLD.standing = 'counted' AND NEW.standing <> 'counted'"
    days = {"line": "booked_on", "donation": "given_on", "voucher": "dated"}
    may_come = {"line": f"NEW.status <> 'booked' OR {late}", "donation": of_line, "voucher": "NEW.kind = 'adjustment'"}
    free = {"line": ("standing", "text_digest"), "donation": ("donor_id", "anonymous", "undone"), "voucher": ("donor_id", "undone")}
    for table, day in days.items():
        same = _same(metadata.tables[table], *free[table])
        changed = f"({counts} OR NOT ({same}))" if table == "line" else f"NOT ({same})"
        either = f"({_locked(f'OLD.{day}')} OR {_locked(f'NEW.{day}')})"
        going = f"{_locked(f'OLD.{day}')}{' AND OLD.status = ' + repr('booked') if table == 'line' else ''}"
        yield _lock(table, "insert", _refuse(f"{table} period", f"{_locked(f'NEW.{day}')} AND NOT ({may_come[table]})"))
        yield _lock(table, "update", _refuse(f"{table} period", f"{changed} AND {either}"))
        yield _lock(table, "delete", _refuse(f"{table} period", going))


# --- what a search by name looks through --------------------------------------------------------------------------------
def _name_words() -> Iterator[str]:
    """The words of a folded name follow the name, whoever writes it: a verb, an undo, an erasure."""
    taken = "DELETE FROM identity_donor_word WHERE donor_id = OLD.donor_id"
    words = (
        "WITH RECURSIVE split (word, rest) AS (SELECT '', NEW.folded || ' ' UNION ALL SELECT substr(rest, 1, instr(rest, ' ') - 1),"
        " substr(rest, instr(rest, ' ') + 1) FROM split WHERE rest <> '') SELECT DISTINCT word FROM split WHERE word <> ''"
    )
    made = f"INSERT INTO identity_donor_word (donor_id, word) SELECT NEW.donor_id, word FROM ({words})"
    yield _trigger("words_identity_donor_insert", "AFTER INSERT", "identity_donor", made)
    yield _trigger("words_identity_donor_update", "AFTER UPDATE OF folded", "identity_donor", taken, made)
    yield _trigger("words_identity_donor_delete", "AFTER DELETE", "identity_donor", taken)


# --- every other table ------------------------------------------------------------------------------------------------
def _table_guards(table: Table) -> Iterator[str]:
    name = table.name
    if name in UNAUDITED:
        for event in ("insert", "update", "delete"):
            yield _never(name, event, "no operation", when=f"{_OPEN} IS NULL")
        return
    key = table.primary_key.columns[0].name
    yield _never(name, "insert", "no operation", when=f"{_OPEN} IS NULL") if name in BY_OWNER else _audited(name, "insert", f"NEW.{key}")
    yield _never(name, "update", "id changed", when=f"OLD.{key} IS NOT NEW.{key}")
    yield _updated(table, key)
    yield _deleted(table, key)


def _audited(table: str, act: str, row: str, before: str = "NULL", after: str = "NULL", *history: str, when: str = "") -> str:
    """Write an audit row after an act; the guard of the audit table refuses it while no operation is open."""
    values = f"{_OPEN}, '{table}', {row}, '{act}', {before}, {after}"
    step = f"INSERT INTO audit (operation_id, table_name, row_id, act, before, after) VALUES ({values})"
    return _trigger(f"audit_{table}_{act}", f"AFTER {act.upper()}", table, step, *history, when=when)


def _updated(table: Table, key: str) -> str:
    columns = [column for column in table.columns if column.name != key]
    changed = " OR ".join(f"OLD.{column.name} IS NOT NEW.{column.name}" for column in columns)
    if table.name.startswith(IDENTITY):
        history = (_history(column, key, f"OLD.{column.name} IS NOT NEW.{column.name}") for column in columns)
        return _audited(table.name, "update", f"NEW.{key}", "NULL", _changed(columns, None), *history, when=changed)
    return _audited(table.name, "update", f"NEW.{key}", _changed(columns, "OLD"), _changed(columns, "NEW"), when=changed)


def _deleted(table: Table, key: str) -> str:
    columns = list(table.columns)
    if table.name.startswith(IDENTITY):
        history = (_history(column, key, _KEEPS_HISTORY) for column in columns if column.name != key)
        return _audited(table.name, "delete", f"OLD.{key}", "NULL", "NULL", *history)
    before = ", ".join(f"'{column.name}', {_json(column, 'OLD')}" for column in columns)
    return _audited(table.name, "delete", f"OLD.{key}", f"json_object({before})")


def _changed(columns: list[Column[object]], side: str | None) -> str:
    """JSON of the changed columns: their values on one side, or without a side only a list of their names."""
    rows = " UNION ALL ".join(
        f"SELECT '{name}' AS name, {_json(column, side) if side else 'NULL'} AS value WHERE OLD.{name} IS NOT NEW.{name}"
        for name, column in ((column.name, column) for column in columns)
    )
    return f"(SELECT {'json_group_object(name, value)' if side else 'json_group_array(name)'} FROM ({rows}))"


def _json(column: Column[object], side: str) -> str:
    """A value JSON can carry: bytes in hexadecimal digits."""
    return _hex(f"{side}.{column.name}") if isinstance(column.type, LargeBinary) else f"{side}.{column.name}"


def _hex(value: str) -> str:
    return f"iif({value} IS NULL, NULL, hex({value}))"


def _history(column: Column[object], key: str, when: str) -> str:
    value = _json(column, "OLD") if isinstance(column.type, LargeBinary) else f"CAST(OLD.{column.name} AS TEXT)"
    values = f"{_OPEN}, '{column.table.name}', OLD.{key}, '{column.name}', {value}"
    return f"INSERT INTO identity_history (operation_id, table_name, row_id, column_name, old_value) SELECT {values} WHERE {when}"
