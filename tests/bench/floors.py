"""Floors without a window: each does only what nobody can leave out, and counts its own CPU seconds."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from lxml import etree
from sqlcipher3 import dbapi2  # type: ignore[import-untyped]

from fundledger.store.keys import unlock
from tests.bench.files import PASSPHRASE

_AT_ONCE = 1000
_ARRIVED = ("line", "identity_line", "detail", "identity_detail")


def iterparse(file: str, finished: str, scratch: str) -> float:
    """Of the import: lxml's iterparse over the file, then the rows an import made of it into bare encrypted tables.

    No field is taken out of an element, no line is looked up, no table has an index, a constraint or a guard.
    """
    return _parse(file, None) + _insert(Path(finished), Path(scratch))


def iterparse_entries(file: str, finished: str, scratch: str) -> float:
    """The same, but lxml tells of nothing but whole entries: what is inside them never reaches Python."""
    return _parse(file, "{*}Ntry") + _insert(Path(finished), Path(scratch))


def _parse(file: str, tag: str | None) -> float:
    start = time.process_time()
    for _, element in etree.iterparse(file, tag=tag):
        if element.tag.endswith("}Ntry"):
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    return time.process_time() - start


def _insert(finished: Path, scratch: Path) -> float:
    """Copy what arrived in a book, counting the writing side alone."""
    source, target = opened(finished), _fresh(scratch)
    spent = _counted(target.execute, "BEGIN")
    for table in _ARRIVED:
        rows = source.execute(f'SELECT * FROM "{table}"')
        names = ", ".join(f'"{column[0]}"' for column in rows.description)
        target.execute(f'CREATE TABLE "{table}" ({names})')
        sql = f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(rows.description))})'
        while some := rows.fetchmany(_AT_ONCE):
            spent += _counted(target.executemany, sql, some)
    source.close()
    return spent + _counted(target.execute, "COMMIT") + _counted(target.close)


def _counted(work: Any, *values: object) -> float:  # noqa: ANN401  a method of a driver without types
    start = time.process_time()
    work(*values)
    return time.process_time() - start


def balances(book: str) -> float:
    """Of the balances: the bare driver reads the maintained table and prints every sum as it stands."""
    db = opened(Path(book))
    return _counted(lambda: "\n".join(map(str, db.execute("SELECT * FROM balance ORDER BY fund_id").fetchall())))


def check(book: str) -> float:
    """Of the check: the bare driver sums every posting by entry and by fund."""
    db = opened(Path(book))
    by_entry = "SELECT entry_id, fund_id FROM posting GROUP BY entry_id, fund_id HAVING sum(amount_minor) <> 0"
    by_fund = "SELECT fund_id, account_id, flow, sum(amount_minor) FROM posting GROUP BY fund_id, account_id, flow"
    return _counted(lambda: (db.execute(by_entry).fetchall(), db.execute(by_fund).fetchall()))


def opened(book: Path) -> Any:  # noqa: ANN401  as above
    """The bare encrypted file of a book."""
    key = unlock(book / "keys.json", PASSPHRASE)[0].data.hex()
    return _keyed(book / "ledger.db", key)


def _fresh(file: Path) -> Any:  # noqa: ANN401  as above
    for kept in file.parent.glob(f"{file.name}*"):
        kept.unlink()
    return _keyed(file, "00" * 32, "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL")


def _keyed(file: Path, key: str, *pragmas: str) -> Any:  # noqa: ANN401  as above
    db = dbapi2.connect(str(file), isolation_level=None)
    for pragma in (f"PRAGMA key = \"x'{key}'\"", *pragmas):
        db.execute(pragma).fetchall()
    return db
