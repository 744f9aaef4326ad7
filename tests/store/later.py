"""The migrations of a program that knows one more step than today's."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from fundledger.store import migrating

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_STEP = '''
"""A step of the future."""
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add a column to the journal."""
    op.execute("DROP TRIGGER {guard}")
    op.execute("ALTER TABLE entry ADD COLUMN later TEXT")
    {more}
'''


def later_migrations(folder: Path, put: Callable[[object, str, object], None]) -> Path:
    """Let the program know one more step; `put` sets an attribute, as a monkeypatch does. Returns the file of the step."""
    migrations = folder / "migrations % of tomorrow"
    shutil.copytree(migrating.MIGRATIONS, migrations, ignore=shutil.ignore_patterns("__pycache__"))
    put(migrating, "VERSIONS", ("0001", "0002"))
    put(migrating, "MIGRATIONS", migrations)
    step = migrations / "versions" / "v0002_later.py"
    write_step(step)
    return step


def write_step(file: Path, more: str = "", guard: str = "guard_entry_delete") -> None:
    """Write the step anew, with more that it does, and the guard it takes away for that."""
    file.write_text(_STEP.format(more=more, guard=guard))
